import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { longTerm } from "../../support/homes.ts";
import { openStoredHome } from "../../support/stored_home.ts";
import { alice } from "../../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();

Deno.test("keys process prints the key of a section as AWS's tools take it", async () => {
  await using stored = await openStoredHome({ nobody: true });
  const { home, store } = stored;
  assertEquals(await home.run("keys", "process", "default-long-term"), 0);
  assertEquals(
    home.stdout,
    `{"Version":1,"AccessKeyId":"${accessKeyId}","SecretAccessKey":"${secretAccessKey}"}\n`,
  );
  assertEquals([home.stderr, store.runs.length, home.sts.requests.length], ["", 1, 0]);
});

Deno.test("keys process says why there is none, and prints nothing", async () => {
  await using stored = await openStoredHome({ nobody: true });
  const { home, store } = stored;
  await home.test.write(
    ".aws/config",
    `[profile plain]\nregion = eu-west-1\n${longTerm("profile k")}`,
  );
  const cases: [args: string[], status: number, says: string][] = [
    [["plain"], 3, "[plain] has no stsmfa_key"],
    [["k"], 3, "stsmfa keys move k --to keychain"],
    [["nobody"], 3, "there is no profile nobody"],
    [["plain", "k"], 2, "one profile at a time"],
  ];
  for (const [args, status, says] of cases) {
    assertEquals(await home.run("keys", "process", ...args), status);
    assertStringIncludes(home.stderr, says);
    assertEquals(home.stdout, "");
  }
  store.isLocked = true;
  assertEquals(await home.run("keys", "process", "default-long-term"), 6);
  store.isLocked = false;
  store.items.clear();
  assertEquals(await home.run("keys", "process", "default-long-term"), 3);
  assertEquals(home.stdout, "");
  assert(!home.stderr.includes(secretAccessKey));
});
