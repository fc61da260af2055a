import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { longTerm } from "../../support/homes.ts";
import { itemOf, openStoredHome, storedKey } from "../../support/stored_home.ts";
import { alice } from "../../support/sts_people.ts";

const { accessKeyId } = alice();
const lines = `[default-long-term]
# of alice
stsmfa_key = keychain:${accessKeyId}
credential_process = stsmfa keys process default-long-term
region = eu-west-1
`;

Deno.test("the item goes, and of the section our lines alone; AWS's own command is named", async () => {
  await using stored = await openStoredHome({ credentials: lines });
  const { home, store } = stored;
  home.answer("yes");
  assertEquals(await home.run("keys", "remove", "default"), 0);
  assertEquals(
    home.stdout,
    `${accessKeyId}  removed from Secret Service\nAWS still accepts it; to delete it there: aws iam delete-access-key --access-key-id ${accessKeyId}\n`,
  );
  assertEquals(await home.credentials(), "[default-long-term]\n# of alice\nregion = eu-west-1\n");
  assertEquals(store.items.size, 0);
});

Deno.test("nothing is removed without a yes", async () => {
  await using stored = await openStoredHome({ credentials: lines });
  const { home, store } = stored;
  home.answer("no");
  assertEquals(await home.unchanged(() => home.run("keys", "remove", "default")), 130);
  const args = ["keys", "remove", "default", "--non-interactive"];
  assertEquals(await home.unchanged(() => home.run(...args)), 2);
  assertStringIncludes(home.stderr, "stsmfa keys remove default --yes");
  assertEquals(await home.unchanged(() => home.run("keys", "remove")), 2);
  assertEquals(store.items.size, 1);
  assertEquals(await home.run(...args, "--yes", "--json"), 0);
  assertEquals(home.json, [
    { profile: "default-long-term", accessKeyId, store: "keychain", status: "removed" },
  ]);
});

Deno.test("an item that another section names stays", async () => {
  const credentials = storedKey("a") + storedKey("b");
  await using stored = await openStoredHome({ credentials, nobody: true });
  const { home, store } = stored;
  assertEquals(await home.run("keys", "remove", "a", "--yes"), 0);
  assertStringIncludes(home.stdout, "another section uses it");
  assertEquals(store.items.size, 1);
  assertEquals(await home.run("keys", "remove", "b", "--yes"), 0);
  assertEquals(store.items.size, 0);
});

Deno.test("a line that names a key which is gone can be removed", async () => {
  await using stored = await openStoredHome({ nobody: true });
  const { home, store } = stored;
  store.items.clear();
  assertEquals(await home.run("keys", "remove", "default", "--yes"), 0);
  assertEquals(await home.credentials(), "[default-long-term]\n");
});

Deno.test("a key that no section names is removed by its ID, one that is named is not", async () => {
  await using stored = await openStoredHome({ nobody: true });
  const { home, store } = stored;
  assertEquals(await home.run("keys", "remove", accessKeyId, "--yes"), 2);
  assertStringIncludes(home.stderr, "stsmfa keys remove default-long-term");
  store.items.set(itemOf("AKIAORPHANORPHAN2222"), "x");
  assertEquals(await home.run("keys", "remove", "AKIAORPHANORPHAN2222", "--yes"), 0);
  assertEquals([...store.items.keys()], [itemOf(accessKeyId)]);
  assertEquals(await home.run("keys", "remove", "AKIAORPHANORPHAN2222", "--yes"), 3);
});

Deno.test("a key in the file itself is left to its owner, a locked store as it is", async () => {
  const credentials = longTerm("work") + storedKey("default-long-term");
  await using stored = await openStoredHome({ credentials, nobody: true });
  const { home, store } = stored;
  assertEquals(await home.unchanged(() => home.run("keys", "remove", "work", "--yes")), 3);
  store.isLocked = true;
  assertEquals(await home.run("keys", "remove", "default", "--yes"), 6);
  assertEquals(store.items.size, 1);
});

for (
  const [what, [credentials, config]] of Object.entries({
    "with a comment behind it": [`[b]\nstsmfa_key = keychain:${accessKeyId} ; mine\n`, ""],
    "in [DEFAULT]": [`[DEFAULT]\nstsmfa_key = keychain:${accessKeyId}\n`, ""],
    "in a section that is replaced": [
      "",
      `[profile "b"]\nstsmfa_key = keychain:${accessKeyId}\n[profile b]\nregion = eu-west-1\n`,
    ],
  })
) {
  Deno.test(`an item stays that a line means, ${what}`, async () => {
    await using stored = await openStoredHome({
      credentials: storedKey("a") + credentials,
      config: config!,
      nobody: true,
    });
    const { home, store } = stored;
    assertEquals(await home.run("keys", "remove", "a", "--yes"), 0);
    assertStringIncludes(home.stdout, "another section uses it");
    assertEquals(await home.run("keys", "remove", accessKeyId, "--yes"), 2);
    assertStringIncludes(home.stderr, `names ${accessKeyId}`);
    assertEquals(store.items.size, 1);
    assertEquals(await home.run("keys", "list"), 0);
    assert(!home.stdout.includes("to remove it"));
  });

  Deno.test(`a key that is moved to the file stays in the store for a line ${what}`, async () => {
    await using stored = await openStoredHome({
      credentials: storedKey("a") + credentials,
      config: config!,
      nobody: true,
    });
    const { home, store } = stored;
    assertEquals(await home.run("keys", "move", "a", "--to", "file"), 0);
    assertEquals(store.items.size, 1);
  });
}

Deno.test("a locked store loses neither the item nor the line that names it", async () => {
  await using stored = await openStoredHome({ credentials: lines, nobody: true });
  const { home, store } = stored;
  store.isLocked = true;
  assertEquals(await home.unchanged(() => home.run("keys", "remove", "default", "--yes")), 6);
  assertStringIncludes(home.stderr, "unlock your keyring");
  assertEquals(store.items.size, 1);
});
