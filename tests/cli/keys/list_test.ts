import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { longTerm, session } from "../../support/homes.ts";
import { itemOf, openStoredHome, storedKey } from "../../support/stored_home.ts";
import { alice } from "../../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();
const bob = "AKIABOBBOBBOBBOBBOB2";
const credentials = storedKey("default-long-term") + longTerm("work") +
  session("work-session", "2026-03-04T17:06:07Z") + storedKey("gone", bob);
const config = `[profile of-config]\nstsmfa_key = pass:${accessKeyId}\n`;

Deno.test("every key is listed with its place, and every store with whether it can be used", async () => {
  await using stored = await openStoredHome({ credentials, config, nobody: true });
  const { home, store } = stored;
  store.items.set(itemOf("AKIAORPHANORPHAN2222"), "x");
  assertEquals(await home.run("keys", "list"), 3);
  assertEquals(
    home.stdout,
    `PROFILE            ACCESS KEY            AGE      LAST USED  WHERE
default-long-term  ${accessKeyId}  unknown  unknown    Secret Service
work               ${accessKeyId}  unknown  unknown    in the file, ~/.aws/credentials:4
gone               ${bob}  unknown  unknown    missing in Secret Service
of-config          ${accessKeyId}  unknown  unknown    pass, which does not answer

Secret Service: can be used (--to keychain)
  AKIAORPHANORPHAN2222 is in it, but no section uses it; to remove it: stsmfa keys remove AKIAORPHANORPHAN2222
pass is not set up; set it up with your GnuPG key: pass init KEY
`,
  );
  assert(!home.test.output.includes(secretAccessKey));
  assertEquals(await home.run("keys", "list", "--json"), 3);
  const { keys, stores } = home.json;
  assertEquals(keys.map(({ profile, state }: Record<string, string>) => [profile, state]), [
    ["default-long-term", "kept"],
    ["work", "kept"],
    ["gone", "missing"],
    ["of-config", "unknown"],
  ]);
  assertEquals(stores[0], {
    store: "keychain",
    title: "Secret Service",
    isUsable: true,
    unnamed: ["AKIAORPHANORPHAN2222"],
  });
  assertEquals([stores[1].isUsable, stores[1].error.code], [false, "KeyStoreUnusable"]);
});

Deno.test("a secret in the place of an ID is shown by no command", async () => {
  const ids = longTerm("default-long-term") + longTerm("plain");
  await using stored = await openStoredHome({
    credentials: ids.replaceAll(accessKeyId, secretAccessKey.replace("alice", "Alice")),
    nobody: true,
  });
  const { home } = stored;
  const lines = ["keys", "keys --json", "status", "doctor", "whoami", "--force", "exec plain -- x"];
  for (const words of [...lines, "keys move default --to keychain", "console plain --url"]) {
    await home.run(...words.split(" "));
    assert(!home.test.output.includes("lice+secret"), `${words}: ${home.test.output}`);
  }
  assertEquals(await home.run("--token-code", "123456"), 3);
  assertStringIncludes(home.stderr, "looks like the secret access key");
});

Deno.test("a profile's key alone is listed, found by its source", async () => {
  await using stored = await openStoredHome({ nobody: true });
  const { home } = stored;
  assertEquals(await home.run("keys", "list", "default", "--json"), 0);
  assertEquals(home.json.keys.map(({ profile }: Record<string, string>) => profile), [
    "default-long-term",
  ]);
  assertEquals(await home.run("keys"), 0);
});

Deno.test("no keys, no store and no files are no fault", async () => {
  await using stored = await openStoredHome({ credentials: null, nobody: true });
  const { home, store } = stored;
  store.fault = "Cannot autolaunch D-Bus without X11 $DISPLAY";
  assertEquals(await home.run("keys"), 0);
  assertStringIncludes(home.stdout, "no section has an access key\n");
  assertStringIncludes(home.stdout, "Cannot autolaunch D-Bus");
});

Deno.test("age and last use are asked with a kept session, and a code for nothing", async () => {
  for (const isStored of [false, true]) {
    await using stored = await openStoredHome(
      isStored ? {} : { credentials: longTerm("default-long-term") },
    );
    const { home } = stored;
    const row = () => home.stdout.split("\n")[1]!.split(/ {2,}/).slice(2, 4);
    assertEquals(await home.run("keys"), 0, home.stderr);
    assertEquals([row(), home.sts.count()], [["unknown", "unknown"], 0]);
    home.types();
    assertEquals(await home.run(), 0, home.stderr);
    assertEquals(await home.run("keys"), 0, home.stderr);
    assertEquals(row(), ["792d", "today"]);
    assertEquals(await home.run("keys", "--json"), 0, home.stderr);
    const { createdAt, isOld, isUsed } = home.json.keys[0];
    assertEquals([createdAt, isOld, isUsed], ["2024-01-02T03:04:05Z", true, true]);
    assertEquals(home.sts.count("GetSessionToken"), 1);
    assert(!home.test.output.includes(secretAccessKey));
  }
});

Deno.test("a key whose use may not be seen is listed all the same", async () => {
  await using stored = await openStoredHome({
    credentials: longTerm("default-long-term"),
    sts: { users: [alice({ mayNot: ["iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"] })] },
  });
  const { home } = stored;
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  assertEquals(await home.run("keys"), 0, home.stderr);
  assertEquals(home.stdout.split("\n")[1]!.split(/ {2,}/).slice(2, 4), ["unknown", "unknown"]);
  assertEquals(home.stderr, "");
});

Deno.test("an AWS that does not answer is waited for three seconds, and no longer", async () => {
  await using stored = await openStoredHome({ credentials: longTerm("default-long-term") });
  const { home } = stored;
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  home.sts.failNext({ kind: "hang" }, 9);
  const sent = home.sts.count();
  const running = home.run("keys");
  while (home.sts.count() === sent) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  home.test.clock.deadlines.find(({ milliseconds }) => milliseconds === 3000)!.pass();
  assertEquals(await running, 0, home.stderr);
  assertEquals(home.stdout.split("\n")[1]!.split(/ {2,}/).slice(2, 4), ["unknown", "unknown"]);
});
