import { assertEquals } from "@std/assert";
import type { Home } from "../../support/homes.ts";
import { hookText, openHookHome, writeHook } from "../../support/hook_home.ts";

const text = hookText('on: "post-refresh", permissions: {}');

async function found(home: Home): Promise<string[]> {
  await home.run("doctor", "--json", "--offline");
  return home.json.map(({ what }: { what: string }) => what);
}

Deno.test("doctor finds hooks that wait for an approval, or have changed since, and runs none", async () => {
  await using home = await openHookHome({ "notify.ts": text });
  assertEquals(await found(home), ["hook notify waits for your approval"]);
  assertEquals(home.json[0].fix.endsWith("stsmfa hooks allow notify"), true);
  assertEquals(await home.run("hooks", "allow", "notify", "--yes"), 0);
  assertEquals(await found(home), []);
  await writeHook(home, "notify.ts", `Deno.exit(1);\n${text}`);
  assertEquals(await found(home), ["hook notify has changed since you approved it"]);
  assertEquals(await home.run("hooks", "deny", "notify"), 0);
  assertEquals(await found(home), []);
});

Deno.test("doctor does not ask to approve what is no hook", async () => {
  await using home = await openHookHome({ "notify.ts": "export default {};\n" }, { hooks: false });
  assertEquals(await found(home), ["hook notify is not a hook: it has no on"]);
  assertEquals([home.json[0].code, home.json[0].fix.includes("hooks allow")], [
    "InvalidHook",
    false,
  ]);
});

Deno.test("doctor finds a dotenv that does not know its file", async () => {
  await using home = await openHookHome({}, { hooks: false });
  await home.test.write(".aws/config", "[default]\nstsmfa =\n  hooks = dotenv\n");
  assertEquals(await found(home), ["profile default: hook dotenv fails without dotenv_file"]);
  assertEquals(home.json[0].where.endsWith("config:3"), true);
  await home.test.write(
    ".aws/config",
    "[default]\nstsmfa =\n  hooks = dotenv\n  dotenv_file = ~/shop/.env\n",
  );
  assertEquals(await found(home), []);
  await writeHook(home, "dotenv.ts", text);
  await home.test.write(".aws/config", "[default]\nstsmfa =\n  hooks = dotenv\n");
  assertEquals(await found(home), ["hook dotenv waits for your approval"]);
});

Deno.test("doctor finds hooks that are not there, and says nothing of those that come along", async () => {
  await using home = await openHookHome({ "docker.ts": text }, { hooks: false });
  await Deno.remove(home.test.path(".config/stsmfa/hooks/docker.ts"));
  assertEquals(await found(home), []);
  await home.test.write(".aws/config", "[default]\nstsmfa =\n  hooks = nosuch\n");
  assertEquals(await found(home), ["there is no hook nosuch"]);
});
