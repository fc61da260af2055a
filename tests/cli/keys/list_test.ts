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
  const path = home.test.path(".aws/credentials");
  assertEquals(await home.run("keys", "list"), 3);
  assertEquals(
    home.stdout,
    `PROFILE            ACCESS KEY            WHERE
default-long-term  ${accessKeyId}  Secret Service
work               ${accessKeyId}  in the file, ${path}:4
gone               ${bob}  missing in Secret Service
of-config          ${accessKeyId}  pass, which cannot be asked

Secret Service: can be used (--to keychain)
  AKIAORPHANORPHAN2222 is in it, and no section names it; to remove it: stsmfa keys remove AKIAORPHANORPHAN2222
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
  assertStringIncludes(home.stdout, "no section has a long-term access key\n");
  assertStringIncludes(home.stdout, "Cannot autolaunch D-Bus");
});
