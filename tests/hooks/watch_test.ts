import { assert, assertEquals } from "@std/assert";
import { until } from "../support/homes.ts";
import { hookText, openHookHome, writeHook } from "../support/hook_home.ts";

const saying = (said: string) => hookText(`on: "post-refresh"`, `return { message: "${said}" };`);

Deno.test("hooks run --watch tries a hook again after each change, each approved, until Ctrl-C", async () => {
  await using home = await openHookHome({ "notify.js": saying("one") });
  assertEquals(await home.run("hooks", "allow", "notify", "--yes"), 0);
  const ended = home.run("hooks", "run", "notify", "--watch");
  const says = (words: string) => until(() => home.test.output.includes(words));
  await says(": one\n");

  home.answer("yes");
  await writeHook(home, "notify.js", saying("two"));
  await says(": two\n");

  home.answer("no");
  await writeHook(home, "notify.js", saying("three"));
  await says("error: hook notify is not approved");

  await writeHook(home, "notify.js", "export default {");
  await says("cannot be read as JavaScript");

  await Deno.remove(home.test.path(".config/stsmfa/hooks/notify.js"));
  await says("there is no hook notify");

  home.answer("yes");
  await writeHook(home, "notify.js", saying("four"));
  await says(": four\n");
  home.test.interrupt();
  assertEquals(await ended, 130);
  assert(!home.stdout.includes("three"));
});
