/** What somebody else does while a key is rotated: nobody's key is deleted, and no secret is lost. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { digest } from "../../../lib/digest.ts";
import { systemContext } from "../../../lib/system/context.ts";
import { alicesFile, type Home } from "../../support/homes.ts";
import { agrees, keysOf, newKey, openRotation } from "../../support/key_rotation.ts";
import { itemOf, openStoredHome } from "../../support/stored_home.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const { accessKeyId: oldId, secretAccessKey: oldSecret } = alice();
const rotations = ".local/state/stsmfa/rotations";
const other = "AKIASECONDSECONDSEC2";

/** Does something just before a call is sent for the first time, of those after another one. */
function before(action: string, act: (home: Home) => void | Promise<void>, after?: string) {
  const { fetch } = systemContext([]);
  const world: { home?: Home } = {};
  let isDone = false;
  const hasBegun = () => after === undefined || world.home!.sts.count(after) > 0;
  const network: typeof fetch = async (url, options) => {
    if (String(options?.body).includes(`Action=${action}`) && !isDone && hasBegun()) {
      isDone = true;
      await act(world.home!);
    }
    return await fetch(url, options);
  };
  return { network, meets: (home: Home) => void (world.home = home) };
}

/** A rotation that ended before it knew whether a key was created, and what was created. */
async function openLost(): Promise<Home> {
  const home = await openRotation();
  home.sts.failNext({ kind: "status", status: 503, action: "CreateAccessKey" });
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 5);
  return home;
}

for (const seconds of [-30, -3, 46, 600]) {
  Deno.test(`a key made ${seconds} s from a lost call is somebody else's`, async () => {
    await using home = await openLost();
    const [journal] = (await home.test.list(rotations)).filter((name) => name !== "lock");
    const { at } = JSON.parse(await home.test.read(`${rotations}/${journal}`));
    const createdAt = new Date(Date.parse(at) + seconds * 1000);
    home.sts.keys.add("alice", other, { createdAt });
    home.test.clock.advance(601);
    assertEquals(await home.run("keys", "rotate"), 4);
    assertEquals(keysOf(home), [oldId, other]);
    assertMatch(
      home.stderr,
      /may come from the rotation of AKIA\w+ that was begun in .*credentials/,
    );
  });
}

for (const hours of [1.1, 24, 24 * 7]) {
  Deno.test(`a key that may be ours is left alone after ${hours} hours`, async () => {
    await using home = await openLost();
    home.sts.keys.add("alice", other, { createdAt: home.test.clock.now() });
    home.test.clock.advance(hours * 3600);
    home.types();
    assertEquals(await home.run("keys", "rotate"), 4);
    assertEquals(keysOf(home), [oldId, other]);
    // Once its owner has deleted it, the rotation begins anew.
    const { keys } = home.sts;
    keys.manage("DeleteAccessKey", "alice", keys.signer(oldId)!, { AccessKeyId: other });
    home.types();
    assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
    assertEquals(keysOf(home), [(await newKey(home))[0]]);
  });
}

Deno.test("a key that was used since a lost call is somebody's", async () => {
  await using home = await openLost();
  const createdAt = home.test.clock.now();
  home.sts.keys.add("alice", other, { createdAt, lastUsed: createdAt });
  assertEquals(await home.run("keys", "rotate"), 4);
  assertEquals(keysOf(home), [oldId, other]);
});

Deno.test("a journal that somebody has made deletes no key that nobody has used", async () => {
  await using home = await openRotation();
  home.sts.keys.add("alice", other);
  const name = (await digest(oldId)).slice(0, 32);
  const at = home.test.clock.now().toISOString();
  for (const id of [{}, { newKeyId: other }]) {
    const journal = { version: 1, oldKeyId: oldId, before: [oldId], at, store: "file", ...id };
    await home.test.write(`${rotations}/${name}.json`, JSON.stringify(journal));
    agrees(home);
    assertEquals(await home.run("keys", "rotate"), 4);
    assertEquals(keysOf(home), [oldId, other]);
  }
});

Deno.test("a second key that is made meanwhile is named, and nothing is left of the rotation", async () => {
  const disturbance = before("CreateAccessKey", ({ sts, test }) => {
    sts.keys.add("alice", other, { createdAt: test.clock.now() });
  });
  await using home = await openRotation(disturbance);
  disturbance.meets(home);
  agrees(home);
  assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 4);
  assertStringIncludes(home.stderr, `${other} (active, never used)`);
  assertEquals(keysOf(home), [oldId, other]);
  assert(!home.stderr.includes("to go on"));
});

for (const isStored of [false, true]) {
  Deno.test(
    `a key that replaces the old one meanwhile stays, and the new one is deleted again: ${
      isStored ? "store" : "file"
    }`,
    async () => {
      const replace = async ({ test }: Home) => {
        const text = await test.read(".aws/credentials");
        await test.write(".aws/credentials", text.replace(oldId, other));
      };
      const disturbance = before("GetCallerIdentity", replace, "CreateAccessKey");
      await using stored = isStored ? await openStoredHome(disturbance) : undefined;
      await using own = isStored ? undefined : await openRotation(disturbance);
      const home = stored?.home ?? own!;
      disturbance.meets(home);
      agrees(home);
      const text = await home.credentials();
      assertEquals(await home.run("keys", "rotate"), 3);
      assertStringIncludes(home.stderr, "was changed meanwhile");
      assertStringIncludes(home.stderr, `${oldId} is not in its place any more`);
      assertEquals(keysOf(home), [oldId]);
      assertEquals(await home.credentials(), text.replace(oldId, other));
      if (stored !== undefined) assertEquals(stored.store.items.get(itemOf(oldId)), oldSecret);
      assertEquals(await home.test.list(rotations), ["lock"]);
    },
  );
}

Deno.test("the new key's secret is not lost where its place is taken by another user's key", async () => {
  const serialNumber = ALICE_DEVICE.replace("alice", "bob");
  const devices = [{ serialNumber, secret: alice().devices[0]!.secret }];
  const bob = alice({ userName: "bob", accessKeyId: other, devices });
  await using home = await openRotation({ sts: { users: [alice(), bob] } });
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 4, home.stderr);
  const both = keysOf(home);
  const text = (await home.credentials()).replace(`= ${oldId}`, `= ${other}`);
  await home.test.write(".aws/credentials", text);
  for (const isJournalGone of [false, true]) {
    if (isJournalGone) await Deno.remove(home.test.path(".local/state"), { recursive: true });
    home.test.clock.advance(30);
    home.answer(() => home.sts.code(serialNumber));
    const args = ["keys", "rotate", "--yes", "--mfa-serial", serialNumber];
    assertEquals(await home.run(...args), 3, home.stderr);
    assertStringIncludes(home.stderr, `beside it ${both[1]}, which`);
    assertEquals(await home.credentials(), text);
    assertEquals(keysOf(home), both);
  }
});

Deno.test("a key that stands in [DEFAULT], too, is not rotated away from under it", async () => {
  const keys = alicesFile.split("\n").filter((line) => line.startsWith("aws_")).join("\n");
  for (const file of [".aws/credentials", ".aws/config"]) {
    await using home = await openRotation();
    const text = await home.test.read(file);
    await home.test.write(file, `${text}\n[DEFAULT]\n${keys}`);
    for (const args of [[], ["--everywhere"]]) {
      assertEquals(await home.unchanged(() => home.run("keys", "rotate", "--yes", ...args)), 3);
      // In the config file it is the key of [default] before that.
      assertMatch(
        home.stderr,
        /line \d+: (?:\[DEFAULT\] has the key|the key of \[default\] is not)/,
      );
    }
    assertEquals(home.sts.requests, []);
  }
});

Deno.test("--dry-run tells of a new key beside the old one when the journal is gone", async () => {
  await using home = await openRotation();
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 4);
  await Deno.remove(home.test.path(".local/state"), { recursive: true });
  const [, next] = keysOf(home);
  assertEquals(await home.unchanged(() => home.run("keys", "rotate", "--dry-run")), 0);
  assertStringIncludes(
    home.stdout,
    `finish or undo the rotation of ${oldId} that was begun (the new key is ${next})`,
  );
  assertEquals(await home.run("keys", "rotate", "--dry-run", "--json"), 0);
  assertEquals(home.json.unfinished, [{ oldAccessKeyId: oldId, newAccessKeyId: next }]);
});

Deno.test("a rotation that was begun in another credentials file is named with that file", async () => {
  await using home = await openRotation();
  home.sts.failNext({ kind: "status", status: 503, action: "UpdateAccessKey" }, 9);
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 5);
  const [id] = await newKey(home);
  await home.test.write("other", alicesFile);
  home.sts.keys.of("alice").find(({ accessKeyId }) => accessKeyId === id)!.lastUsed = home.test
    .clock
    .now();
  const args = ["keys", "rotate", "--credentials-file", home.test.path("other")];
  assertEquals(await home.run(...args), 4);
  assertMatch(
    home.stderr,
    new RegExp(
      `${id} .*; it comes from the rotation of ${oldId} that was begun in .*\\.aws/credentials`,
    ),
  );
  assertEquals(keysOf(home), [oldId, id]);
});

for (const isCreated of [false, true]) {
  Deno.test(`Ctrl-C while the key is created loses none that works, created: ${isCreated}`, async () => {
    const disturbance = before("CreateAccessKey", ({ test, sts }) => {
      const { keys } = sts;
      if (isCreated) keys.manage("CreateAccessKey", "alice", keys.signer(oldId)!, {});
      test.interrupt();
    });
    await using home = await openRotation(disturbance);
    disturbance.meets(home);
    agrees(home);
    assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 130);
    assertStringIncludes(home.stderr, "to go on: stsmfa keys rotate default");
    const [first, lost] = keysOf(home);
    assertEquals(first, oldId);
    home.test.startAnew();
    assertEquals(await home.run("keys", "rotate", "--json"), 0, home.stderr);
    assertEquals(home.json.undone, isCreated ? [lost] : []);
    assertEquals(keysOf(home), [(await newKey(home))[0]]);
  });
}
