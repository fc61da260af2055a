import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { systemContext } from "../../../lib/system/context.ts";
import { alicesFile, type Home } from "../../support/homes.ts";
import { traces } from "../../support/traces.ts";
import { FakeSecretTool, onLinux } from "../../support/fake_stores.ts";
import { agrees, keysOf, newKey, openRotation } from "../../support/key_rotation.ts";
import { itemOf, openStoredHome } from "../../support/stored_home.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const { accessKeyId: oldId, secretAccessKey: oldSecret } = alice();

/** What the doctor finds about keys. */
async function codesOf(home: Home): Promise<string[]> {
  await home.run("doctor", "--json", "--offline");
  const codes = home.json.map(({ code }: { code: string }) => code);
  return codes.filter((code: string) => code !== "PlainAccessKey");
}

Deno.test("a key in the file is replaced in its place, with one code, and all else stays", async () => {
  await using home = await openRotation();
  home.sts.keys.newKeySeconds = 7;
  agrees(home);
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
  assertStringIncludes(home.stderr, `waiting until AWS accepts ${id}`);
  assertEquals(home.test.questions.length, 2);
  assert(!home.test.output.includes(secret) && !home.test.output.includes(oldSecret));
  home.types();
  assertEquals(await home.run("default"), 0, home.stderr);
});

Deno.test("a key in the key store is replaced there", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  const [id] = keysOf(home);
  assertEquals(await home.credentials(), `[default-long-term]\nstsmfa_key = keychain:${id}\n`);
  assertEquals([...store.items.keys()], [itemOf("STSMFA0SEALING0KEY"), itemOf(id!)]);
  assert(!store.seen.includes(store.items.get(itemOf(id!))!));
  assert(!(await traces(home)).includes(store.items.get(itemOf(id!))!));
});

Deno.test("nothing is asked with --yes and --token-code, and --json says what was done", async () => {
  await using home = await openRotation({ nobody: true });
  const args = ["keys", "rotate", "--json"];
  assertEquals(await home.unchanged(() => home.run(...args)), 2);
  assertStringIncludes(home.jsonError.hint!, "stsmfa keys rotate default --yes");
  assertEquals(await home.unchanged(() => home.run(...args, "--yes")), 2);
  assertEquals(home.jsonError.code, "TokenCodeNeeded");
  assertEquals(await home.run(...args, "--yes", "--token-code", await home.sts.code()), 0);
  const [id] = keysOf(home);
  assertEquals(home.json, {
    profile: "default-long-term",
    status: "rotated",
    accessKeyId: id,
    oldAccessKeyId: oldId,
    oldKey: "deleted",
    store: "file",
    path: home.test.path(".aws/credentials"),
    undone: [],
    hooks: [],
  });
});

Deno.test("with a kept MFA session no code is asked, and the old key's sessions are forgotten", async () => {
  await using home = await openRotation();
  home.types();
  assertEquals(await home.run("default"), 0, home.stderr);
  home.answer("yes");
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertEquals(home.sts.count("GetSessionToken"), 1);
  const names = await home.test.list(".local/state/stsmfa/sessions");
  const kept = await Promise.all(
    names.map((name) => home.test.read(`.local/state/stsmfa/sessions/${name}`)),
  );
  assert(!kept.join().includes("sessionToken"));
});

Deno.test("who says no has rotated nothing", async () => {
  await using home = await openRotation();
  home.answer("no");
  assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 130);
  assertEquals(home.sts.requests, []);
});

Deno.test("--dry-run and --policy ask, send and write nothing", async () => {
  await using home = await openRotation({ nobody: true });
  const before = await home.test.list("");
  assertEquals(await home.unchanged(() => home.run("keys", "rotate", "--dry-run")), 0);
  for (
    const words of [
      oldId,
      "in ~/.aws/credentials: line 3",
      "one MFA code",
      "delete the old key",
      "iam:CreateAccessKey",
    ]
  ) {
    assertStringIncludes(home.stdout, words);
  }
  assertEquals(await home.run("keys", "rotate", "--dry-run", "--keep-old", "--json"), 0);
  assertEquals([home.json.status, home.json.oldKey, home.json.needsCode], [
    "planned",
    "inactive",
    true,
  ]);
  assertEquals(await home.run("keys", "rotate", "--dry-run", "--delete-inactive"), 0);
  assertStringIncludes(home.stdout, "if AWS allows that but has no room, delete the inactive key");
  assertEquals(await home.run("keys", "rotate", "--policy"), 0);
  const { Statement: [statement] } = home.json;
  assertEquals(statement.Resource, [
    "arn:aws:iam::*:user/${aws:username}",
    "arn:aws:iam::*:user/*/${aws:username}",
  ]);
  assertEquals(statement.Action.length, 5);
  assertEquals(home.sts.requests, []);
  assertEquals(await home.test.list(""), before);
});

Deno.test("--keep-old leaves the old key inactive; --finish deletes it, and so does the next rotation", async () => {
  for (const next of ["--finish", "--yes"]) {
    await using home = await openRotation();
    agrees(home);
    assertEquals(await home.run("keys", "rotate", "--keep-old"), 0, home.stderr);
    const [first] = await newKey(home);
    assertEquals(keysOf(home), [`${oldId} inactive`, first]);
    assertStringIncludes(home.stdout, "to delete it: stsmfa keys rotate default --finish");
    assertEquals(await home.run("keys", "rotate", next), 0, home.stderr);
    assertStringIncludes(home.stderr, `finished the rotation of ${oldId}`);
    const [second] = await newKey(home);
    assertEquals(keysOf(home), [second]);
    assertEquals(second === first, next === "--finish");
    if (next !== "--finish") continue;
    assertEquals(await home.run("keys", "rotate", "--finish"), 0);
    assertStringIncludes(home.stdout, "nothing is left to finish");
  }
});

Deno.test("a second key stops it before anything is created, and both are shown with their last use", async () => {
  for (const isActive of [true, false]) {
    await using home = await openRotation();
    const lastUsed = new Date("2026-01-02T03:04:05Z");
    home.sts.keys.add("alice", "AKIASECONDSECONDSEC2", { isActive, lastUsed });
    agrees(home);
    assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 4);
    assertStringIncludes(home.stderr, `${oldId} (this one, last used 2026-03-04 with sts)`);
    const state = isActive ? "active" : "inactive";
    assertStringIncludes(home.stderr, `AKIASECONDSECONDSEC2 (${state}, last used 2026-01-02`);
    const hint = isActive ? "aws iam delete-access-key --user-name alice" : "--delete-inactive";
    assertStringIncludes(home.stderr, hint);
    assertEquals(home.sts.count("CreateAccessKey"), 0);
    assert(!home.stderr.includes("not finished"));

    const exit = await home.run("keys", "rotate", "--yes", "--delete-inactive");
    assertEquals(exit, isActive ? 4 : 0, home.stderr);
    if (isActive) assertEquals(keysOf(home), [oldId, "AKIASECONDSECONDSEC2"]);
    else assertEquals(keysOf(home), [(await newKey(home))[0]]);
  }
});

for (const action of ["CreateAccessKey", "DeleteAccessKey"]) {
  Deno.test(`--delete-inactive deletes nothing while ${action} is denied`, async () => {
    await using home = await openRotation();
    home.sts.keys.add("alice", "AKIASECONDSECONDSEC2", { isActive: false });
    agrees(home);
    home.sts.failNext({ kind: "error", code: "AccessDenied", message: "no", status: 403, action });
    const run = () => home.run("keys", "rotate", "--delete-inactive");
    assertEquals(await home.unchanged(run), 4);
    assertStringIncludes(home.stderr, "it cannot be restored");
    assertStringIncludes(home.stderr, `AWS denied iam:${action}`);
    assertEquals(keysOf(home), [oldId, "AKIASECONDSECONDSEC2 inactive"]);
    assert(!home.stderr.includes("not finished"), home.stderr);
    assertEquals(await home.run("keys", "rotate", "--delete-inactive", "--yes"), 0, home.stderr);
    assertStringIncludes(home.stderr, "deleted AKIASECONDSECONDSEC2, which was inactive");
    assertEquals(keysOf(home), [(await newKey(home))[0]]);
  });
}

Deno.test("a key that was created while AWS's answer was lost is found by listing, and deleted", async () => {
  const faults = [
    { kind: "cut", handled: true },
    { kind: "status", status: 500, handled: true },
    { kind: "html", handled: true },
  ] as const;
  for (const fault of faults) {
    await using home = await openRotation();
    home.sts.failNext({ ...fault, action: "CreateAccessKey" });
    agrees(home);
    assertEquals(await home.run("keys", "rotate", "--json"), 0, home.stderr);
    assertEquals(home.json.undone.length, 1);
    assertEquals(keysOf(home), [(await newKey(home))[0]]);
    assertEquals(home.sts.count("CreateAccessKey"), 2);
  }
});

Deno.test("a call that created nothing is sent once, and the next run begins anew", async () => {
  await using home = await openRotation();
  home.sts.failNext({ kind: "status", status: 503, action: "CreateAccessKey" });
  agrees(home);
  assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 5);
  assertEquals(home.sts.count("CreateAccessKey"), 1);
  assertStringIncludes(home.stderr, "to go on: stsmfa keys rotate default");
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertStringIncludes(home.stderr, "had created no key");
  assertEquals(keysOf(home), [(await newKey(home))[0]]);
});

Deno.test("a key that somebody makes after an interrupted rotation is not taken for ours", async () => {
  await using home = await openRotation();
  home.sts.failNext({ kind: "status", status: 503, action: "CreateAccessKey" });
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 5);
  home.test.clock.advance(3600);
  const createdAt = home.test.clock.now();
  home.sts.keys.add("alice", "AKIASECONDSECONDSEC2", { createdAt });
  assertEquals(await home.run("keys", "rotate"), 4);
  assertEquals(keysOf(home), [oldId, "AKIASECONDSECONDSEC2"]);
});

Deno.test("a key that AWS does not take within a minute is gone on with later", async () => {
  await using home = await openRotation();
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 4);
  assertMatch(home.stderr, /does not accept the new key AKIA\w+ after 60 s/);
  const section = await home.section("default-long-term");
  assertEquals(section["aws_access_key_id"], oldId);
  const next = section["stsmfa_next_key"];
  home.test.clock.advance(60);
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertStringIncludes(home.stderr, `${next} is the new key`);
  assertEquals(keysOf(home), [next]);
  assertEquals(home.sts.count("CreateAccessKey"), 1);
  const [, secret] = await newKey(home);
  assertEquals(
    await home.credentials(),
    alicesFile.replace(oldId, next!).replace(oldSecret, secret),
  );
});

Deno.test("a new key whose signature AWS cannot check yet is tried again", async () => {
  const { fetch } = systemContext([]);
  let refused = 0;
  await using home = await openRotation({
    network: (url, options) => {
      const isNew = !String(options.headers["authorization"]).includes(oldId);
      if (!isNew || !String(options.body).includes("GetCallerIdentity") || refused++ >= 3) {
        return fetch(url, options);
      }
      const text =
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error></ErrorResponse>";
      const headers = { "content-type": "text/xml" };
      return Promise.resolve(new Response(text, { status: 403, headers }));
    },
  });
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assert(refused > 3);
  assertEquals(keysOf(home), [(await newKey(home))[0]]);
});

Deno.test("a run that is stopped says how to go on", async () => {
  await using home = await openRotation();
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  home.test.clock.sleep = () => {
    // Nothing else waits so early.
    if (home.sts.count("CreateAccessKey") === 0) return Promise.resolve();
    home.test.interrupt();
    return Promise.reject(new StsmfaError("Cancelled", "cancelled"));
  };
  assertEquals(await home.run("keys", "rotate"), 130);
  assertStringIncludes(home.stderr, "to go on: stsmfa keys rotate default");
  assertEquals((await newKey(home))[0], oldId);
});

Deno.test("the lines beside the key are enough to go on when the journal is gone", async () => {
  await using home = await openRotation();
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 4);
  await Deno.remove(home.test.path(".local/state"), { recursive: true });
  home.test.clock.advance(60);
  home.types();
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertEquals(keysOf(home), [(await newKey(home))[0]]);
});

Deno.test("where sessions end with their key, the old one stays inactive until it can be deleted", async () => {
  await using home = await openRotation();
  home.sts.keys.sessionsEnd = true;
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--json"), 0, home.stderr);
  assertEquals([home.json.status, home.json.oldKey], ["rotated", "inactive"]);
  const [id] = await newKey(home);
  assertEquals(keysOf(home), [`${oldId} inactive`, id]);
  home.types();
  assertEquals(await home.run("keys", "rotate", "--finish"), 0, home.stderr);
  assertEquals(keysOf(home), [id]);
});

Deno.test("what IAM denies is named, with the policy that is missing", async () => {
  const denied = ["ListAccessKeys", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"];
  for (const action of denied) {
    const mayNot = [`iam:${action}`];
    await using home = await openRotation({ sts: { users: [alice({ mayNot })] } });
    agrees(home);
    const exit = await home.run("keys", "rotate");
    assertEquals(exit, action === "DeleteAccessKey" ? 0 : 4, `${action}: ${home.stderr}`);
    assertStringIncludes(home.stderr, `AWS denied iam:${action} on the user alice`);
    assertStringIncludes(home.stderr, "stsmfa keys rotate default --policy");
    assertEquals(
      (await newKey(home))[0] === oldId,
      !["UpdateAccessKey", "DeleteAccessKey"].includes(action),
    );
  }
});

Deno.test("other sections with the key are named, and changed with --everywhere", async () => {
  const twin = alicesFile.split("\n").slice(2).join("\n");
  const config = `[default]\nmfa_serial = ${ALICE_DEVICE}\n[profile twin]\n${twin}`;
  await using home = await openRotation({ config });
  assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 3);
  assertMatch(home.stderr, /is also in \[profile twin\] \(.*config: line 4\)/);
  assertStringIncludes(home.stderr, "stsmfa keys rotate default --everywhere");
  assertEquals(home.sts.requests, []);
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--everywhere"), 0, home.stderr);
  const [id, secret] = await newKey(home);
  const after = await home.test.read(".aws/config");
  assertEquals(after, config.replace(oldId, id).replace(oldSecret, secret));
});

Deno.test("a store that loses the new key leaves no second key at AWS", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  agrees(home);
  home.answer(() => "unused");
  store.isLossy = true;
  assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 6);
  assertEquals(keysOf(home), [oldId]);
  assertStringIncludes(home.stderr, "could not be kept");
  assert(!home.stderr.includes("not finished"));
  assertEquals(store.items.get(itemOf(oldId)), oldSecret);
});

Deno.test("a store that is locked meanwhile is no proof that the new key is lost", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 4);
  const both = keysOf(home);
  assertEquals(both.length, 2);
  home.test.clock.advance(60);
  store.isLocked = true;
  assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 6);
  assertEquals(keysOf(home), both);
  store.isLocked = false;
  assertEquals(await home.run("keys", "rotate", "--keep-old"), 0, home.stderr);
  assertEquals(keysOf(home), [`${both[0]} inactive`, both[1]]);
  assertEquals(await home.run("keys", "rotate", "--finish"), 0, home.stderr);
  assertEquals([...store.items.keys()], [itemOf("STSMFA0SEALING0KEY"), itemOf(both[1]!)]);
});

Deno.test("a new key whose secret somebody has taken away is named: it may be in use", async () => {
  await using home = await openRotation();
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 4);
  const [, lost] = keysOf(home);
  await home.test.write(".aws/credentials", alicesFile);
  home.sts.keys.newKeySeconds = 0;
  assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 4);
  assertStringIncludes(home.stderr, `--access-key-id ${lost}`);
  assert(!home.stderr.includes("to go on"));
  const { keys } = home.sts;
  keys.manage("DeleteAccessKey", "alice", keys.signer(oldId)!, { AccessKeyId: lost! });
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertEquals(keysOf(home), [(await newKey(home))[0]]);
});

Deno.test("sections that have the key elsewhere get the new one there", async () => {
  await using stored = await openStoredHome({
    config: `[profile twin]\nregion = eu-west-1\n${alicesFile.split("\n").slice(2).join("\n")}`,
  });
  const { home, store } = stored;
  assertEquals(await home.run("keys", "rotate", "--yes"), 3);
  home.types();
  assertEquals(await home.run("keys", "rotate", "--yes", "--everywhere"), 0, home.stderr);
  const [id] = keysOf(home);
  assertEquals(await home.credentials(), `[default-long-term]\nstsmfa_key = keychain:${id}\n`);
  const config = await home.test.read(".aws/config");
  assertStringIncludes(config, `aws_access_key_id     = ${id}\n`);
  assertStringIncludes(config, `= ${store.items.get(itemOf(id!))}\n`);
});

Deno.test("a key is not moved while a new one stands beside it, and doctor knows the lines", async () => {
  await using home = await openRotation({ runCommand: new FakeSecretTool().run, ...onLinux });
  home.sts.keys.newKeySeconds = 100;
  agrees(home);
  assertEquals(await home.run("keys", "rotate"), 4);
  const move = ["keys", "move", "default", "--to", "keychain", "--credential-process", "no"];
  assertEquals(await home.run(...move), 3);
  assertStringIncludes(home.stderr, "stsmfa keys rotate default-long-term");
  assertEquals(await home.run("keys", "list", "--json"), 0, home.stderr);
  assertEquals(await codesOf(home), ["UnfinishedRotation"]);
  home.test.clock.advance(60);
  assertEquals(await home.run("keys", "rotate", "--keep-old"), 0, home.stderr);
  assertEquals(await codesOf(home), ["OldKeyLeft"]);
  assertStringIncludes(home.stdout, "stsmfa keys rotate default-long-term --finish");
});

Deno.test("a key that AWS does not know is refused before a code is asked", async () => {
  await using home = await openRotation({ sts: { users: [alice({ accessKeyId: "AKIAOTHER" })] } });
  home.answer("yes");
  assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 4);
  assertStringIncludes(home.stderr, `AWS does not know the access key ${oldId}`);
  assertEquals(home.test.questions.length, 1);
});

Deno.test("a locked store is found before a code is asked", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  store.fault = "Cannot autolaunch D-Bus without X11 $DISPLAY";
  home.answer("yes");
  assertEquals(await home.run("keys", "rotate"), 6);
  assertEquals(home.sts.requests, []);
});

Deno.test("two at once: one waits, and then finds that it is done", async () => {
  await using home = await openRotation();
  agrees(home);
  home.answer("yes");
  const other = home.test.context(["keys", "rotate", "--yes"]);
  const { main } = await import("../../../cli.ts");
  const [first, second] = await Promise.all([home.run("keys", "rotate", "--yes"), main(other)]);
  assertEquals([first, second], [0, 0], home.stderr);
  assertEquals(home.sts.count("CreateAccessKey"), 1);
  assertStringIncludes(home.test.output, "another stsmfa has rotated the key in the meantime");
  assertEquals(keysOf(home), [(await newKey(home))[0]]);
});

Deno.test("root's key is not rotated, and a user without a device does it with the key itself", async () => {
  {
    await using home = await openRotation({ sts: { users: [alice({ root: true })] } });
    agrees(home);
    assertEquals(await home.unchanged(() => home.run("keys", "rotate")), 4);
    assertStringIncludes(home.stderr, "only access keys of IAM users");
  }
  await using home = await openRotation({ config: "", sts: { users: [alice({ devices: [] })] } });
  home.answer("yes");
  assertEquals(await home.run("keys", "rotate"), 0, home.stderr);
  assertStringIncludes(home.stderr, "no MFA device");
  assertEquals(keysOf(home), [(await newKey(home))[0]]);
});

for (const action of ["UpdateAccessKey", "DeleteAccessKey"]) {
  Deno.test(`an older file that somebody puts back loses no key: at ${action}`, async () => {
    const { fetch } = systemContext([]);
    const world: { home?: Home } = {};
    let times = 0;
    const text = (body: unknown) => typeof body === "string" ? body : "";
    const network: typeof fetch = async (url, options) => {
      if (text(options?.body).includes(`Action=${action}`) && times++ === 0) {
        await world.home!.test.write(".aws/credentials", alicesFile);
      }
      return await fetch(url, options);
    };
    await using home = await openRotation({ network });
    world.home = home;
    agrees(home);
    const status = await home.run("keys", "rotate");
    assertEquals(times > 0, true);
    const [id] = await newKey(home);
    const active = home.sts.keys.of("alice").filter(({ isActive }) => isActive);
    assertEquals([status, active.map(({ accessKeyId }) => accessKeyId)], [0, [id]]);
    assert(id !== oldId);
  });
}

Deno.test("after --keep-old the next rotation is asked for again", async () => {
  await using home = await openRotation();
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--keep-old"), 0, home.stderr);
  const before = keysOf(home);
  assertEquals(await home.run("keys", "rotate", "--non-interactive"), 2);
  assertStringIncludes(home.stderr, "--yes");
  assertEquals(keysOf(home), before);
});

Deno.test("an old key that somebody has made active again is not deleted", async () => {
  await using home = await openRotation();
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--keep-old"), 0, home.stderr);
  home.sts.keys.of("alice").find(({ accessKeyId }) => accessKeyId === oldId)!.isActive = true;
  assertEquals(await home.run("keys", "rotate", "--finish"), 4);
  assertStringIncludes(home.stderr, oldId);
  assertEquals(keysOf(home).length, 2);
});

Deno.test("whoever puts the old key back keeps the new one, which may be in use", async () => {
  await using home = await openRotation();
  agrees(home);
  assertEquals(await home.run("keys", "rotate", "--keep-old"), 0, home.stderr);
  home.sts.keys.of("alice").find(({ accessKeyId }) => accessKeyId === oldId)!.isActive = true;
  await home.test.write(".aws/credentials", alicesFile);
  assertEquals(await home.run("keys", "rotate", "--finish"), 4);
  assertEquals(keysOf(home).length, 2);
});

Deno.test("a code that is given is taken where nobody may be asked", async () => {
  await using home = await openRotation();
  const code = await home.sts.code();
  const args = ["keys", "rotate", "--yes", "--non-interactive", "--token-code", code];
  assertEquals(await home.run(...args), 0, home.stderr);
});

Deno.test("a line of the next key that names the section's own key makes nothing inactive", async () => {
  await using home = await openRotation();
  const text = await home.credentials();
  const planted = `stsmfa_next_key = ${oldId}\nstsmfa_next_secret = ${oldSecret}\n`;
  await home.test.write(".aws/credentials", `${text.trimEnd()}\n${planted}`);
  agrees(home);
  await home.run("keys", "rotate");
  const [id] = await newKey(home);
  const used = home.sts.keys.of("alice").find(({ accessKeyId }) => accessKeyId === id);
  assertEquals(used?.isActive, true, home.stderr);
});
