/**
 * A session that was written for a profile counts only as long as the profile's source is the
 * access key that it was made with.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { FailingFiles } from "../../support/failing_files.ts";
import { type Home, type HomeOptions, longTerm, openHome } from "../../support/homes.ts";
import { itemOf, openStoredHome } from "../../support/stored_home.ts";
import { alice, ALICE_DEVICE, type LoopbackUser } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::123456789012:role/Deploy";
const bobsDevice = "arn:aws:iam::123456789012:mfa/bob";
const sources = ".local/state/stsmfa/sources";

const bob: LoopbackUser = {
  userName: "bob",
  accessKeyId: "AKIABOBBOBBOBBOBBOB2",
  secretAccessKey: "bobs+secret/access+key/of+forty+letters+",
  devices: [{ serialNumber: bobsDevice, secret: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU" }],
};
/** Alice's key after she has rotated it. */
const rotated = alice({
  accessKeyId: "AKIAALICENEWALICENE2",
  secretAccessKey: "alices+new/access+key/of+forty+letters++",
  devices: [{ serialNumber: `${ALICE_DEVICE}-2`, secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXQ" }],
});

/** A source, as the profile p has it. */
interface Written {
  readonly config?: string;
  readonly credentials: string;
}

const both = longTerm("alice") + longTerm("bob", bob);
const block = (source: string, ...more: string[]): Written => ({
  config: ["[profile p]", "stsmfa =", `  source_profile = ${source}`, ...more, ""].join("\n"),
  credentials: both,
});
const sibling = (user: LoopbackUser): Written => ({ credentials: longTerm("p-long-term", user) });

/** Ways in which a profile's source becomes another user. */
const changes: Readonly<Record<string, readonly [before: Written, after: Written]>> = {
  "source_profile of a block": [block("alice"), block("bob")],
  "source_profile of a role's block": [
    block("alice", `  role_arn = ${roleArn}`),
    block("bob", `  role_arn = ${roleArn}`),
  ],
  "the keys beside the profile": [sibling(alice()), sibling(bob)],
  "a block that is new": [
    { credentials: sibling(alice()).credentials + longTerm("bob", bob) },
    { ...block("bob"), credentials: sibling(alice()).credentials + longTerm("bob", bob) },
  ],
};

function openWith({ config, credentials }: Written, options: HomeOptions = {}): Promise<Home> {
  return openHome({
    credentials,
    ...(config !== undefined && { config }),
    sts: { users: [alice(), rotated, bob], roles: [{ roleArn }] },
    ...options,
  });
}

/** Edits the files as a person does: the session in [p] stays. */
async function edit(home: Home, before: Written, { config, credentials }: Written): Promise<void> {
  if (config !== undefined) await home.test.write(".aws/config", config);
  const text = await home.credentials();
  assertStringIncludes(text, before.credentials.trimEnd());
  await home.test.write(
    ".aws/credentials",
    text.replace(before.credentials.trimEnd(), credentials.trimEnd()),
  );
}

async function marks(home: Home): Promise<string[]> {
  return await home.test.list(sources).catch(() => []);
}

async function keyIdOf(home: Home, section = "p"): Promise<string> {
  return (await home.section(section))["aws_access_key_id"]!;
}

for (const [what, [before, after]] of Object.entries(changes)) {
  Deno.test(`${what}: the former user's session does not count, for no command`, async () => {
    await using home = await openWith(before);
    home.types(1, ALICE_DEVICE);
    assertEquals(await home.run("p"), 0, home.stderr);
    const old = await keyIdOf(home);
    await home.unchanged(async () => {
      assertEquals(await home.run("p"), 0, home.stderr);
      assertMatch(home.stdout, /valid/);
    });
    await edit(home, before, after);
    const asking = home.test.questions.length;
    assertEquals(await home.run("status", "--json", "p"), 8);
    assertEquals(home.json[0].state, "none");
    assertEquals(await home.run("p", "--dry-run", "--json"), 0, home.stderr);
    assertEquals(home.json[0].action, "renew");
    assertMatch(home.json[0].reason, /another access key/);
    for (
      const words of [
        ["refresh", "p"],
        ["refresh", "p", "--min-left", "10m"],
        ["read", "aws_access_key_id", "--profile", "p"],
        ["env", "p"],
        ["process", "p"],
        ["whoami", "p"],
        ["exec", "--non-interactive", "p", "--", "true"],
      ]
    ) {
      const asks = words[0] === "exec" ? words : [...words, "--non-interactive"];
      assertEquals(await home.run(...asks), 2, words.join(" "));
      assertEquals(home.stdout.includes(old), false);
    }
    assertEquals(home.test.questions.length, asking);
    home.types(1, bobsDevice);
    assertEquals(await home.run("p"), 0, home.stderr);
    assertEquals(home.test.questions.length, asking + 1);
    assertEquals(await keyIdOf(home) === old, false);
    assertEquals(await marks(home), [await keyIdOf(home)]);
    assertEquals(await home.run("status", "--json", "p"), 0);
    assertEquals(await home.run("p"), 0, home.stderr);
    assertEquals(home.test.questions.length, asking + 1);
  });
}

Deno.test("a key that its owner has rotated costs one code", async () => {
  await using home = await openWith(sibling(alice()));
  home.types();
  assertEquals(await home.run("p"), 0, home.stderr);
  await edit(home, sibling(alice()), sibling(rotated));
  home.types(1, `${ALICE_DEVICE}-2`);
  assertEquals(await home.run("p"), 0, home.stderr);
  assertEquals(await home.run("env", "p"), 0, home.stderr);
  assertEquals(await home.run("p"), 0, home.stderr);
  assertEquals(home.test.questions.length, 2);
});

Deno.test("what is remembered is one file for a session, for us alone, with nothing secret in it", async () => {
  await using home = await openWith(sibling(alice()));
  home.types();
  await home.run("p");
  const keyId = await keyIdOf(home);
  assertEquals(await marks(home), [keyId]);
  const path = `${sources}/${keyId}`;
  assertEquals(await home.test.read(path), `2026-03-04T17:06:07Z\n${alice().accessKeyId}\n`);
  assertEquals(await home.test.mode(path, "600"), "600");
  assertEquals(await home.test.mode(sources, "700"), "700");
});

Deno.test("it is forgotten when the session is replaced, cleared or over, and not before", async () => {
  await using home = await openWith({
    credentials: both,
    config: block("alice").config + "[profile q]\nstsmfa =\n  source_profile = alice\n",
  });
  home.types();
  assertEquals(await home.run("p", "q"), 0, home.stderr);
  const shared = await keyIdOf(home);
  assertEquals(await keyIdOf(home, "q"), shared);
  home.types();
  home.test.clock.advance(60);
  assertEquals(await home.run("p", "--force"), 0, home.stderr);
  assertEquals(await marks(home), [shared, await keyIdOf(home)].sort());
  assertEquals(await home.run("clear", "q"), 0);
  assertEquals(await marks(home), [await keyIdOf(home)]);
  await home.test.write(`${sources}/ASIAOVEROVEROVEROVE2`, "2026-03-01T00:00:00Z\nAKIAX\n");
  await home.test.write(`${sources}/ASIATORNTORNTORNTOR2`, "2026-0");
  await home.test.write(`${sources}/mine.txt`, "mine\n");
  home.types();
  home.test.clock.advance(60);
  assertEquals(await home.run("p", "--force"), 0, home.stderr);
  assertEquals(await marks(home), [await keyIdOf(home), "mine.txt"]);
  assertEquals(await home.run("clear", "p"), 0);
  assertEquals(await marks(home), ["mine.txt"]);
});

const useless: Record<string, (home: Home, path: string) => Promise<void>> = {
  gone: (_home, path) => Deno.remove(path),
  empty: (_home, path) => Deno.writeTextFile(path, ""),
  torn: (_home, path) => Deno.writeTextFile(path, "2026-03-04T17:06:07Z\nAKIABOB"),
  "a folder": async (_home, path) => {
    await Deno.remove(path);
    await Deno.mkdir(path);
  },
  "writable by others": (home, path) => home.test.files.changeMode(path, 0o666),
  "in a folder that others can write": (home) => home.test.chmod(sources, 0o777),
};
for (const [what, spoil] of Object.entries(useless)) {
  Deno.test(`a session counts where the file about its source is ${what}`, async () => {
    // Windows has no modes by which others could.
    const played: HomeOptions = what.includes("others") ? { os: "unix" } : {};
    await using home = await openWith(block("alice"), played);
    home.types();
    await home.run("p");
    await edit(home, block("alice"), block("bob"));
    await spoil(home, home.test.path(`${sources}/${await keyIdOf(home)}`));
    assertEquals(await home.unchanged(() => home.run("p")), 0, home.stderr);
    assertMatch(home.stdout, /valid/);
  });
}

Deno.test("where nothing can be remembered, sessions are written all the same", async () => {
  await using home = await openWith(sibling(alice()));
  await home.test.write(sources, "a file in the folder's place");
  home.types();
  assertEquals(await home.run("p"), 0, home.stderr);
  assertEquals(home.stderr, "");
  assertEquals(await home.run("p"), 0, home.stderr);
});

Deno.test("it is remembered before the session is written", async () => {
  const disk = new FailingFiles({ at: 0, code: "EIO" });
  await using home = await openWith(sibling(alice()), { files: disk.wrap });
  home.types();
  assertEquals(await home.run("p"), 0, home.stderr);
  const at = (name: string, path: RegExp) =>
    disk.operations.findIndex((each) => each.name === name && path.test(each.path));
  const marked = at("createNew", /\/sources\/ASIA/);
  const replaced = at("rename", /\/\.aws\//);
  assertEquals(marked > 0 && marked < replaced, true, `${marked} ${replaced}`);
});

Deno.test("a source that is no key leaves a session as it is", async () => {
  await using home = await openWith(block("alice"));
  home.types();
  await home.run("p");
  const config = block("other").config + "[profile other]\ncredential_process = /bin/false\n";
  await home.test.write(".aws/config", config);
  assertEquals(await home.unchanged(() => home.run("p")), 0, home.stderr);
});

Deno.test("a run that finds the session valid reads one file more, and looks at no owner", async () => {
  const disk = new FailingFiles({ at: 0, code: "EIO" });
  await using home = await openWith(sibling(alice()), { files: disk.wrap });
  home.types();
  await home.run("p");
  disk.operations.length = 0;
  assertEquals(await home.run("p"), 0, home.stderr);
  const inState = disk.operations.filter(({ path }) => /\/sources/.test(path));
  assertEquals(inState.map(({ name }) => name), ["read"]);
});

Deno.test("a key in a store counts by its ID: moved it is the same one, another one is another user", async () => {
  await using stored = await openStoredHome({ sts: { users: [alice(), bob] } });
  const { home, store } = stored;
  store.items.set(itemOf(bob.accessKeyId), bob.secretAccessKey);
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  const session = (await home.section("default"))["aws_access_key_id"];
  assertEquals(await home.run("keys", "move", "default", "--to", "file"), 0, home.stderr);
  assertEquals(await home.run("--non-interactive"), 0, home.stderr);
  assertEquals((await home.section("default"))["aws_access_key_id"], session);
  assertEquals(
    await home.run("keys", "move", "default", "--to", "keychain", "--non-interactive"),
    0,
    home.stderr,
  );
  assertEquals(await home.run("--non-interactive"), 0, home.stderr);

  const text = await home.credentials();
  await home.test.write(
    ".aws/credentials",
    text.replace(alice().accessKeyId, bob.accessKeyId),
  );
  assertEquals(await home.run("--non-interactive"), 2, home.stderr);
  assertEquals(await home.run("status", "--json"), 8, home.stderr);
  assertEquals(home.json[0].state, "none");
});
