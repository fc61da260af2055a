import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, type Home, type HomeOptions, openHome } from "../../support/homes.ts";
import { itemOf, openStoredHome } from "../../support/stored_home.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const { accessKeyId: oldId, secretAccessKey: oldSecret } = alice();

async function openRotation(options: HomeOptions = {}): Promise<Home> {
  return await openHome({
    config: `[default]\nmfa_serial = ${ALICE_DEVICE}\n`,
    ...options,
  });
}

/** The access key IDs that AWS has, with those that are active first. */
function keysOf({ sts }: Home): string[] {
  return sts.keys.of("alice").map(({ accessKeyId, isActive }) =>
    isActive ? accessKeyId : `${accessKeyId} inactive`
  );
}

/** What stands in the place of alice's key, and in that of its secret. */
async function newKey(home: Home): Promise<[string, string]> {
  const section = await home.section("default-long-term");
  return [section["aws_access_key_id"]!, section["aws_secret_access_key"]!];
}

Deno.test("a key in the file is replaced in its place, with one code, and all else stays", async () => {
  await using home = await openRotation();
  home.sts.keys.newKeySeconds = 7;
  home.answer("yes");
  home.types();
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  const [id, secret] = await newKey(home);
  assertEquals(keysOf(home), [id]);
  assert(id !== oldId && secret !== oldSecret);
  assertEquals(await home.credentials(), alicesFile.replace(oldId, id).replace(oldSecret, secret));
  assertEquals(
    home.stdout,
    `default-long-term  ${id} is the key now\n${oldId}, the old one, is deleted\n`,
  );
  assertEquals(home.sts.count("GetSessionToken"), 1);
  assertStringIncludes(home.stderr, `waiting until AWS takes ${id}`);
  assertEquals(home.test.questions.length, 2);
  assert(!home.test.output.includes(secret) && !home.test.output.includes(oldSecret));
  home.types();
  assertEquals(await home.run("default"), 0, home.stderr);
});

Deno.test("a key in the key store is replaced there", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  home.answer("yes");
  home.types();
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  const [id] = keysOf(home);
  assertEquals(await home.credentials(), `[default-long-term]\nstsmfa_key = keychain:${id}\n`);
  assertEquals([...store.items.keys()], [itemOf(id!)]);
  assert(!store.seen.includes(store.items.get(itemOf(id!))!));
  assertMatch(home.stderr, /^$/);
});
