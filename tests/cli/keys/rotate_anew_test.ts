/** Rotations that were ended, and what somebody has done before the next one. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { digest } from "../../../lib/digest.ts";
import { RotationJournal } from "../../../lib/keys/rotation_journal.ts";
import { main } from "../../../cli.ts";
import { links, makeLink, testWith } from "../../support/abilities.ts";
import { alicesFile, type Home, until } from "../../support/homes.ts";
import { agrees, keysOf, newKey, openRotation } from "../../support/key_rotation.ts";
import { itemOf, openStoredHome } from "../../support/stored_home.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const { accessKeyId: oldId, secretAccessKey: oldSecret } = alice();
const rotations = ".local/state/stsmfa/rotations";
const other = "AKIASECONDSECONDSEC2";

function setActive({ sts }: Home, id: string, isActive: boolean): void {
  sts.keys.of("alice").find(({ accessKeyId }) => accessKeyId === id)!.isActive = isActive;
}

/** Has the call that makes the old key inactive fail until the run gives up. */
function failUpdates({ sts }: Home): void {
  sts.failNext({ kind: "status", status: 503, action: "UpdateAccessKey" }, 3);
}

for (const flags of [["--keep-old"], ["--finish"], []]) {
  for (const isActive of [true, false]) {
    Deno.test(`an old key that was kept and is put back, active: ${isActive}, ${flags}`, async () => {
      await using stored = await openStoredHome();
      const { home, store } = stored;
      const text = await home.credentials();
      agrees(home);
      assertEquals(await home.run("keys", "rotate", "--keep-old"), 0, home.stderr);
      const newId = keysOf(home)[1]!;
      await home.test.write(".aws/credentials", text);
      setActive(home, oldId, isActive);
      home.test.clock.advance(86_400);
      home.types();
      const status = await home.run("keys", "rotate", "--yes", ...flags);
      if (isActive) {
        // Somebody needs it, and has a second key.
        assertEquals([status, keysOf(home)], [4, [oldId, newId]]);
        assertEquals(await home.credentials(), text);
      } else {
        assertEquals(status, 0, home.stderr);
        const left = flags[0] === "--finish" ? [] : [`${oldId} inactive`];
        assertEquals(keysOf(home), [...left, newId]);
        assertEquals(await home.credentials(), text.replace(oldId, newId));
      }
      assert(store.items.has(itemOf(newId)));
    });
  }
}

Deno.test("a new key that was made inactive is in the way, until --delete-inactive", async () => {
  await using stored = await openStoredHome();
  const { home } = stored;
  const text = await home.credentials();
  agrees(home);
  await home.run("keys", "rotate", "--keep-old");
  const newId = keysOf(home)[1]!;
  await home.test.write(".aws/credentials", text);
  setActive(home, oldId, true);
  setActive(home, newId, false);
  home.test.clock.advance(86_400);
  home.types();
  assertEquals(await home.run("keys", "rotate", "--yes"), 4);
  assertStringIncludes(home.stderr, "--delete-inactive");
  assertEquals(await home.run("keys", "rotate", "--yes", "--delete-inactive"), 0, home.stderr);
  assertEquals(keysOf(home).length, 1);
});

Deno.test("another terminal's --keep-old is kept while this one asks", async () => {
  await using home = await openRotation();
  home.answer(async () => {
    const args = ["keys", "rotate", "default", "--yes", "--keep-old"];
    assertEquals(await main(home.test.context(args)), 0);
    return "yes";
  }, () => home.sts.code());
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertStringIncludes(home.stdout, "another stsmfa has rotated the key meanwhile");
  assertEquals(keysOf(home), [`${oldId} inactive`, (await newKey(home))[0]]);
});

for (const flags of [[], ["--finish"]]) {
  Deno.test(`a rotation that another run ends meanwhile needs a yes of its own: ${flags}`, async () => {
    await using home = await openRotation();
    failUpdates(home);
    agrees(home);
    assertEquals(await home.run("keys", "rotate", "--keep-old"), 5);
    const [newId] = await newKey(home);
    const quiet = () => {};
    const talk = { note: quiet, warn: quiet, progress: quiet, endProgress: quiet } as never;
    const journal = await RotationJournal.open(home.test.context([]), talk);
    const run = home.run("keys", "rotate", "--non-interactive", ...flags);
    await until(() => home.test.stderr.includes("waiting for another stsmfa"));
    const [rotation] = await journal.of(oldId);
    setActive(home, oldId, false);
    await journal.write({ ...rotation!, isOldLeft: true });
    journal.close();
    assertEquals(await run, flags.length === 0 ? 2 : 0, home.stderr);
    assertEquals(keysOf(home), [`${oldId} inactive`, newId]);
  });
}

Deno.test("--keep-old that is said on the way is kept, too", async () => {
  await using home = await openRotation();
  failUpdates(home);
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 5);
  failUpdates(home);
  assertEquals(await home.run("keys", "rotate", "--keep-old"), 5);
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertEquals(keysOf(home)[0], `${oldId} inactive`);
});

for (const section of ["profile note", "services x", "default-long-term"]) {
  Deno.test(`a secret in a key store is written into no section that names the key: [${section}]`, async () => {
    await using stored = await openStoredHome({
      config: `[default]\nmfa_serial = ${ALICE_DEVICE}\n`,
    });
    const { home, store } = stored;
    agrees(home);
    assertEquals(await home.run("keys", "rotate", "--keep-old"), 0, home.stderr);
    const newId = keysOf(home)[1]!;
    const isOwn = section === "default-long-term";
    const file = isOwn ? ".aws/credentials" : ".aws/config";
    const text = await home.test.read(file);
    const line = `aws_access_key_id = ${newId}\n`;
    await home.test.write(file, isOwn ? text + line : `${text}[${section}]\n${line}`);
    home.test.clock.advance(60);
    home.types();
    await home.run("keys", "rotate", "--finish");
    const secret = store.items.get(itemOf(newId))!;
    for (const name of [".aws/config", ".aws/credentials"]) {
      assert(!(await home.test.read(name)).includes(secret), name);
    }
  });
}

testWith(links, "the same file by another name is the same", async () => {
  await using home = await openRotation();
  failUpdates(home);
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 5);
  await makeLink(home.test.path(".aws/credentials"), home.test.path("link"));
  const args = ["--credentials-file", home.test.path("link")];
  assertEquals(await home.run("keys", "rotate", ...args), 0, home.stderr);
});

Deno.test("a stored key that another credentials file names is finished there", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  await home.test.write("other", await home.credentials());
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--credentials-file", home.test.path("other")), 4);
  home.test.clock.advance(60);
  home.types();
  assertEquals(await home.run("keys", "rotate"), 3);
  assert(store.items.has(itemOf(oldId)));
});

Deno.test("an old key that somebody has deleted meanwhile is gone, and that is well", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  failUpdates(home);
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--keep-old"), 5);
  home.sts.keys.manage("DeleteAccessKey", "alice", {} as never, { AccessKeyId: oldId });
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assert(!home.stdout.includes("inactive"));
  assert(!store.items.has(itemOf(oldId)));
});

Deno.test("a wrong section with the new key does not stand for the right one", async () => {
  await using home = await openRotation({ credentials: `[a]\nregion = x\n${alicesFile}` });
  failUpdates(home);
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 5);
  const [, newId] = keysOf(home);
  const wrong = `aws_access_key_id = ${newId}\naws_secret_access_key = ${oldSecret}`;
  await home.test.write(
    ".aws/credentials",
    (await home.credentials()).replace("region = x", wrong),
  );
  assertEquals(await home.run("keys", "rotate", "--everywhere"), 0, home.stderr);
  assertEquals(keysOf(home), [newId]);
});

Deno.test("the lines beside the key are enough where the journal knows neither ID nor time", async () => {
  await using home = await openRotation();
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 4);
  const [name] = (await home.test.list(rotations)).filter((each) => each !== "lock");
  const { newKeyId, ...journal } = JSON.parse(await home.test.read(`${rotations}/${name}`));
  const text = JSON.stringify({ ...journal, at: new Date(0).toISOString() });
  await home.test.write(`${rotations}/${name}`, text);
  home.test.clock.advance(100);
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertEquals(keysOf(home), [newKeyId]);
});

Deno.test("a journal that names another user's key gives nobody's key away", async () => {
  const secretAccessKey = "bobs+secret/that+is/as/long+as/forty+let";
  const bob = alice({ userName: "bob", accessKeyId: other, secretAccessKey, devices: [] });
  const bobs = `[b]\naws_access_key_id = ${other}\naws_secret_access_key = ${secretAccessKey}\n`;
  await using home = await openRotation({
    config: "",
    sts: { users: [alice(), bob] },
    credentials: `${alicesFile}\n${bobs}`,
  });
  setActive(home, oldId, false);
  const at = home.test.clock.now().toISOString();
  const journal = {
    version: 1,
    oldKeyId: oldId,
    newKeyId: other,
    before: [oldId],
    at,
    store: "file",
  };
  const name = (await digest(oldId)).slice(0, 32);
  await home.test.write(`${rotations}/${name}.json`, JSON.stringify(journal));
  const text = await home.credentials();
  assertEquals(await home.run("keys", "rotate", "default"), 4);
  assertEquals(await home.credentials(), text);
});
