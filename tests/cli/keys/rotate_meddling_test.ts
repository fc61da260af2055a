/** What somebody else does while a key is rotated: nobody's key is deleted, and no secret is lost. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { digest } from "../../../lib/digest.ts";
import { systemContext } from "../../../lib/system/context.ts";
import type { FakeSecretTool } from "../../support/fake_stores.ts";
import { alicesFile, type Home, longTerm } from "../../support/homes.ts";
import { agrees, keysOf, newKey, openRotation } from "../../support/key_rotation.ts";
import { itemOf, openStoredHome, type StoredHome, storedKey } from "../../support/stored_home.ts";
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
      assertStringIncludes(home.stderr, "has changed in the meantime");
      assertStringIncludes(home.stderr, `${oldId} is no longer in its place`);
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

Deno.test("a rotation that was begun in another credentials file is finished there", async () => {
  for (const action of ["UpdateAccessKey", "GetCallerIdentity"]) {
    await using home = await openRotation();
    const other = ["--credentials-file", home.test.path("other")];
    await home.test.write("other", alicesFile);
    if (action === "GetCallerIdentity") home.sts.keys.newKeySeconds = 100;
    else home.sts.failNext({ kind: "status", status: 503, action }, 3);
    agrees(home);
    assert(await home.run("keys", "rotate", ...other) !== 0);
    assertMatch(home.stderr, /to go on: stsmfa keys rotate default --credentials-file \S+other/);
    const both = keysOf(home);
    home.test.clock.advance(100);
    assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 3);
    assertMatch(home.stderr, /begun in \S+other, which has the new key/);
    assertEquals(keysOf(home), both);
    assertEquals(await home.run("keys", "rotate", "--finish", ...other), 0, home.stderr);
    assertEquals(keysOf(home), [both[1]]);
  }
});

Deno.test("--keep-old is kept by the run that goes on, which only --finish ends", async () => {
  await using home = await openRotation();
  home.sts.failNext({ kind: "status", status: 503, action: "UpdateAccessKey" }, 3);
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--keep-old"), 5);
  for (const flags of [[], ["--finish"]]) {
    assertEquals(await home.run("keys", "rotate", ...flags), 0, home.stderr);
    const [id] = await newKey(home);
    if (flags.length > 0) assertEquals(keysOf(home), [id]);
    else assertEquals(keysOf(home), [`${oldId} inactive`, id]);
  }
});

for (const isStored of [false, true]) {
  Deno.test(`a key that IAM does not list yet is gone on with: ${isStored ? "store" : "file"}`, async () => {
    await using stored = isStored ? await openStoredHome() : undefined;
    await using own = isStored ? undefined : await openRotation();
    const home = stored?.home ?? own!;
    home.sts.keys.newKeySeconds = 62;
    home.sts.keys.listLagSeconds = 900;
    agrees(home);
    assertEquals(await home.run("keys", "rotate"), 4);
    home.test.clock.advance(10);
    assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
    assertEquals(home.sts.count("CreateAccessKey"), 1);
    const [id] = keysOf(home);
    assert(id !== oldId && keysOf(home).length === 1);
    if (stored !== undefined) assert(stored.store.items.has(itemOf(id!)));
  });
}

/** What somebody changes of the new key before the old one is made inactive, or deleted. */
const changes: Readonly<Record<string, (text: string, newId: string) => string>> = {
  "its secret line goes back": (text) =>
    text.replace(/(secret_access_key *= ).*/, `$1${oldSecret}`),
  "its secret is emptied": (text) => text.replace(/(secret_access_key *= ).*/, "$1x"),
};

for (const action of ["UpdateAccessKey", "DeleteAccessKey", "GetCallerIdentity"]) {
  for (const [name, change] of Object.entries(changes)) {
    Deno.test(`the secret of the new key is right before the old one goes: ${name}, ${action}`, async () => {
      const spoil = async ({ test }: Home) => {
        const text = await test.read(".aws/credentials");
        const [, next] = /stsmfa_next_key = (\w+)/.exec(text) ?? [];
        // As `aws configure set` does it, the ID is there first.
        const named = next === undefined ? text : text.replace(oldId, next);
        await test.write(".aws/credentials", change(named, next ?? ""));
      };
      const disturbance = before(action, spoil, "CreateAccessKey");
      await using home = await openRotation(disturbance);
      disturbance.meets(home);
      agrees(home);
      assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
      const [id, secret] = await newKey(home);
      assertEquals(keysOf(home), [id]);
      assertEquals(home.sts.keys.signer(id)?.secretAccessKey, secret);
    });
  }
}

for (
  const [what, spoil] of Object.entries<(store: FakeSecretTool, id: string) => void>({
    "loses it": (store, id) => store.items.delete(itemOf(id)),
    "has another": (store, id) =>
      store.items.set(itemOf(id), "another+secret/that+is/forty+letters+lon"),
  })
) {
  for (const action of ["UpdateAccessKey", "DeleteAccessKey"]) {
    Deno.test(`the old key stays as long as the store does not have the new one: it ${what}, ${action}`, async () => {
      const world: { stored?: StoredHome } = {};
      const disturbance = before(action, () => {
        const { home, store } = world.stored!;
        spoil(store, keysOf(home).map((each) => each.split(" ")[0]!).find((id) => id !== oldId)!);
      });
      await using stored = await openStoredHome(disturbance);
      world.stored = stored;
      const { home, store } = stored;
      disturbance.meets(home);
      agrees(home);
      await home.run("keys", "rotate");
      const working = keysOf(home).filter((id) =>
        home.sts.keys.signer(id)?.secretAccessKey === store.items.get(itemOf(id))
      );
      assert(working.length > 0 || action === "DeleteAccessKey", home.stderr);
      if (what === "loses it") assertEquals(working, keysOf(home));
    });
  }
}

Deno.test("a section that is replaced after the swap: both keys are named, and what became of them", async () => {
  for (const action of ["UpdateAccessKey", "DeleteAccessKey"]) {
    const replace = async ({ test }: Home) => {
      await test.write(".aws/credentials", alicesFile.replace(oldId, other));
    };
    const disturbance = before(action, replace);
    await using home = await openRotation(disturbance);
    disturbance.meets(home);
    agrees(home);
    assertEquals(await home.run("keys", "rotate"), 3);
    assertStringIncludes(home.stderr, "has changed in the meantime");
    const [first, second] = keysOf(home);
    const newId = second ?? first!;
    const word = action === "UpdateAccessKey" ? "active" : "deleted";
    assertStringIncludes(home.stderr, `the new key ${newId}; ${oldId}, the old one, is ${word}`);
    assert(!home.stderr.includes("to go on"));
  }
});

Deno.test("an undoing that fails hides neither the reason nor the new key", async () => {
  const replace = async ({ test }: Home) => {
    await test.write(".aws/credentials", alicesFile.replace(oldId, other));
  };
  const disturbance = before("GetCallerIdentity", replace, "CreateAccessKey");
  await using home = await openRotation(disturbance);
  disturbance.meets(home);
  agrees(home);
  home.sts.failNext({ kind: "status", status: 503, action: "DeleteAccessKey" }, 3);
  assertEquals(await home.run("keys", "rotate"), 3);
  assertStringIncludes(home.stderr, "has changed in the meantime");
  assertStringIncludes(home.stderr, `may still have the new key ${keysOf(home)[1]}`);
});

Deno.test("a key that its user makes for something else is not taken for the new one", async () => {
  for (const seconds of [1, 3 * 86_400]) {
    await using home = await openLost();
    home.test.clock.advance(seconds);
    home.sts.keys.add("alice", other, { createdAt: home.test.clock.now() });
    const text = await home.credentials();
    await home.test.write(".aws/credentials", `${text}\n${longTerm("b").replace(oldId, other)}`);
    home.test.clock.advance(60);
    home.types();
    const status = await home.run("keys", "rotate", "default");
    assertEquals((await newKey(home))[0], oldId);
    assertEquals([status, keysOf(home)], [4, [oldId, other]]);
  }
});

Deno.test("what a section names stays in its store, whatever a journal says", async () => {
  await using stored = await openStoredHome({
    credentials: `${storedKey("default-long-term")}[b]\nstsmfa_key = keychain:${other}\n`,
  });
  const { home, store } = stored;
  store.items.set(itemOf(other), "bobs+secret/that+is/as/long+as/forty+let");
  const name = (await digest(oldId)).slice(0, 32);
  const at = home.test.clock.now().toISOString();
  const journal = { version: 1, oldKeyId: oldId, newKeyId: other, before: [oldId], at };
  const text = JSON.stringify({ ...journal, store: "keychain" });
  await home.test.write(`${rotations}/${name}.json`, text);
  agrees(home);
  await home.run("keys", "rotate", "default");
  assert(store.items.has(itemOf(other)));
});

Deno.test("an old key that is put back inactive gives way to the new one in the store", async () => {
  await using stored = await openStoredHome();
  const { home } = stored;
  const old = await home.credentials();
  home.sts.failNext({ kind: "status", status: 503, action: "DeleteAccessKey" }, 3);
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 5, home.stderr);
  await home.test.write(".aws/credentials", old);
  home.types();
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  const [id] = keysOf(home);
  assertEquals(await home.credentials(), old.replace(oldId, id!));
});

Deno.test("a store that is locked at the swap costs nothing: the new key stays, and is gone on with", async () => {
  const world: { stored?: StoredHome } = {};
  const disturbance = before("GetCallerIdentity", () => {
    world.stored!.store.isLocked = true;
  }, "CreateAccessKey");
  await using stored = await openStoredHome(disturbance);
  world.stored = stored;
  const { home, store } = stored;
  disturbance.meets(home);
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 6);
  const both = keysOf(home);
  assertEquals(both.length, 2);
  store.isLocked = false;
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertEquals(keysOf(home), [both[1]]);
});

Deno.test("a section that vanishes while its twin has the key is no success", async () => {
  const twin = longTerm("twin");
  const disturbance = before("UpdateAccessKey", async ({ test }) => {
    const text = await test.read(".aws/credentials");
    await test.write(".aws/credentials", text.slice(text.indexOf("[twin]")));
  });
  await using home = await openRotation({ ...disturbance, credentials: `${alicesFile}\n${twin}` });
  disturbance.meets(home);
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--everywhere"), 3);
  assertStringIncludes(home.stderr, "has changed in the meantime");
  assertEquals(keysOf(home)[0], oldId);
});

Deno.test("a [DEFAULT] that gets the key meanwhile keeps the old one alive", async () => {
  const keys = alicesFile.split("\n").filter((line) => line.startsWith("aws_")).join("\n");
  const disturbance = before("UpdateAccessKey", async ({ test }) => {
    const text = await test.read(".aws/config");
    await test.write(".aws/config", `${text}\n[DEFAULT]\n${keys}\n`);
  });
  await using home = await openRotation(disturbance);
  disturbance.meets(home);
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 3);
  assertEquals(keysOf(home)[0], oldId);
  assertStringIncludes(home.stderr, `${oldId} is active again`);
});

for (const isBare of [true, false]) {
  Deno.test(`an old key whose end takes its sessions along is made active by the new one: bare ${isBare}`, async () => {
    const { fetch } = systemContext([]);
    const world: { home?: Home } = {};
    const network: typeof fetch = async (url, options) => {
      const isAsked = String(options?.body).includes("Action=GetCallerIdentity");
      if (!isAsked || world.home?.sts.count("UpdateAccessKey") === 0) {
        return await fetch(url, options);
      }
      const text =
        "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no</Message></Error></ErrorResponse>";
      return new Response(text, { status: 403, headers: { "content-type": "text/xml" } });
    };
    const users = isBare ? [alice({ devices: [] })] : [alice()];
    await using home = await openRotation({
      network,
      sts: { users },
      ...(isBare && { config: "" }),
    });
    world.home = home;
    home.sts.keys.sessionsEnd = true;
    agrees(home);
    assertEquals(await home.run("keys", "rotate"), 4);
    assertMatch(home.stderr, /AWS still does not accept the new key AKIA\w+ after 60 s/);
    const word = isBare ? "active again" : "inactive";
    assertStringIncludes(home.stderr, `${oldId} is ${word}`);
    assertEquals(keysOf(home)[0], isBare ? oldId : `${oldId} inactive`);
  });
}

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

const meanwhile: readonly (readonly [
  what: string,
  act: (home: Home) => void,
  said: string,
  second: string,
])[] = [
  [
    "is made active before AWS says there is no room",
    ({ sts }) => {
      sts.keys.of("alice").find(({ accessKeyId }) => accessKeyId === other)!.isActive = true;
    },
    `${other} (active, never used)`,
    other,
  ],
  [
    "has come in place of the one that was there",
    ({ sts: { keys } }) => {
      keys.manage("DeleteAccessKey", "alice", {} as never, { AccessKeyId: other });
      keys.add("alice", "AKIATHIRDTHIRDTHIRD2", { isActive: false });
    },
    "AKIATHIRDTHIRDTHIRD2 (inactive, never used)",
    "AKIATHIRDTHIRDTHIRD2 inactive",
  ],
];
for (const [what, act, said, second] of meanwhile) {
  Deno.test(`--delete-inactive leaves a key that ${what}`, async () => {
    const disturbance = before("CreateAccessKey", act);
    await using home = await openRotation(disturbance);
    disturbance.meets(home);
    home.sts.keys.add("alice", other, { isActive: false });
    agrees(home);
    const run = () => home.run("keys", "rotate", "--delete-inactive");
    assertEquals(await home.unchanged(run), 4);
    assertStringIncludes(home.stderr, said);
    assertEquals(keysOf(home), [oldId, second]);
    assert(!home.stderr.includes("to go on"));
  });
}

Deno.test("an inactive key that is found after a lost call stays while AWS allows no new one", async () => {
  await using home = await openLost();
  home.test.clock.advance(600);
  home.sts.keys.add("alice", other, { isActive: false });
  const action = "CreateAccessKey";
  home.sts.failNext({ kind: "error", code: "AccessDenied", message: "no", status: 403, action });
  const run = () => home.run("keys", "rotate", "--yes", "--delete-inactive");
  assertEquals(await run(), 4);
  assertEquals(keysOf(home), [oldId, `${other} inactive`]);
  assertEquals(await home.run("keys", "rotate", "--finish", "--delete-inactive"), 0, home.stderr);
  assertEquals(keysOf(home), [oldId, `${other} inactive`]);
  assertEquals(await run(), 0, home.stderr);
  assertStringIncludes(home.stderr, `deleted ${other}, which was inactive`);
  assertEquals(keysOf(home), [(await newKey(home))[0]]);
});

Deno.test("the new key of a rotation elsewhere is not taken for one whose answer was lost", async () => {
  for (const isGone of [false, true]) {
    const disturbance = before("ListAccessKeys", ({ sts: { keys }, test }) => {
      keys.add("alice", other, { createdAt: test.clock.now() });
      if (isGone) keys.manage("DeleteAccessKey", "alice", {} as never, { AccessKeyId: oldId });
      else keys.of("alice").find(({ accessKeyId }) => accessKeyId === oldId)!.isActive = false;
    }, "CreateAccessKey");
    await using home = await openRotation(disturbance);
    disturbance.meets(home);
    home.sts.failNext({ kind: "status", status: 503, action: "CreateAccessKey" });
    agrees(home);
    assertEquals(await home.run("keys", "rotate"), 4);
    assertStringIncludes(home.stderr, `${other} (active, never used)`);
    assert(keysOf(home).includes(other));
  }
});

for (const id of [oldId, other]) {
  Deno.test(`a new key that is said to be ${id}, which was there before, is none`, async () => {
    const { fetch } = systemContext([]);
    await using home = await openRotation({
      network: async (url, options) => {
        const answer = await fetch(url, options);
        if (!String(options?.body).includes("Action=CreateAccessKey") || !answer.ok) return answer;
        const text = (await answer.text()).replace(/(?<=<AccessKeyId>)\w+/, id);
        return new Response(text, { headers: answer.headers });
      },
    });
    if (id === other) home.sts.keys.add("alice", other, { isActive: false });
    const text = await home.credentials();
    agrees(home);
    assert(await home.run("keys", "rotate", "--delete-inactive") !== 0);
    assertStringIncludes(home.stderr, "it names a key that was there before");
    assertEquals(await home.credentials(), text);
    assert(keysOf(home).includes(oldId));
  });
}

Deno.test("IAM may count a key for a while that it has deleted", async () => {
  for (const [times, status] of [[3, 0], [9, 4]] as const) {
    const disturbance = before("DeleteAccessKey", ({ sts }) => {
      const fault = { kind: "error", code: "LimitExceeded", message: "no", status: 409 } as const;
      sts.failNext({ ...fault, action: "CreateAccessKey" }, times);
    });
    await using home = await openRotation(disturbance);
    disturbance.meets(home);
    home.sts.keys.add("alice", other, { isActive: false });
    agrees(home);
    assertEquals(await home.run("keys", "rotate", "--delete-inactive"), status, home.stderr);
    assertEquals(keysOf(home), [status === 0 ? (await newKey(home))[0] : oldId]);
    assert(!home.stderr.includes("to go on"), home.stderr);
  }
});
