import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RunCommand } from "../../../lib/context.ts";
import { links, makeLink, testWith } from "../../support/abilities.ts";
import { FakeGopass, FakeSecretTool, onLinux } from "../../support/fake_stores.ts";
import { type Home, type HomeOptions, longTerm, openHome } from "../../support/homes.ts";
import { itemOf, openStoredHome, storedKey } from "../../support/stored_home.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";
import { traces } from "../../support/traces.ts";

const { accessKeyId, secretAccessKey } = alice();

/** A file that people have made, with a key in the middle of it. */
const before = `# work laptop
[other]
region = eu-west-1

; the key of alice
[work-long-term]   # of 2024
# made on a Monday
aws_access_key_id     = ${accessKeyId}
; keep it
aws_secret_access_key = ${secretAccessKey}
aws_mfa_device        = ${ALICE_DEVICE}

[last]
region = eu-west-1
`;
const after = before
  .replace(`aws_access_key_id     = ${accessKeyId}`, `stsmfa_key     = keychain:${accessKeyId}`)
  .replace(`aws_secret_access_key = ${secretAccessKey}\n`, "");

async function openKeys(
  options: HomeOptions = {},
): Promise<{ home: Home; store: FakeSecretTool } & AsyncDisposable> {
  const store = new FakeSecretTool();
  const home = await openHome({
    credentials: before,
    runCommand: store.run,
    ...onLinux,
    nobody: true,
    ...options,
  });
  return { home, store, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

for (const name of ["work", "work-long-term"]) {
  Deno.test(`the key of ${name} goes to the store, and all else in the file stays byte for byte`, async () => {
    await using keys = await openKeys();
    const { home, store } = keys;
    assertEquals(await home.run("keys", "move", name, "--to", "keychain"), 0);
    assertEquals(home.stdout, `work-long-term  ${accessKeyId} is in Secret Service\n`);
    assertEquals(home.stderr, "");
    assertEquals(await home.credentials(), after);
    assertEquals([...store.items], [[itemOf(accessKeyId), secretAccessKey]]);
    assert(!(await traces(keys.home, keys.store.seen)).includes(secretAccessKey));
  });
}

Deno.test("a session comes from the moved key as before, and back it goes to the file", async () => {
  await using keys = await openKeys({ nobody: false });
  const { home, store } = keys;
  home.answer("no");
  assertEquals(await home.run("keys", "move", "work", "--to", "keychain"), 0);
  home.types();
  assertEquals(await home.run("work"), 0);
  const session = (await home.credentials()).replace(after, "");
  assertEquals(await home.run("keys", "move", "work", "--to", "file"), 0);
  assertStringIncludes(home.stderr, `${accessKeyId} was removed from Secret Service`);
  const text = await home.credentials();
  assertEquals(text.replace(session, "").replace(/ +=/g, " ="), sameKeys(before));
  assertEquals(store.items.size, 0);
  assertEquals(await home.run("work"), 0);
  assertEquals(await home.run("keys", "move", "work", "--to", "file", "--json"), 0);
  assertEquals(home.json.status, "unchanged");
});

/** The file with the secret on the line below the ID, whatever the space. */
function sameKeys(text: string): string {
  const id = `aws_access_key_id     = ${accessKeyId}\n`;
  const secret = `aws_secret_access_key = ${secretAccessKey}\n`;
  return text.replace(secret, "").replace(id, id + secret).replace(/ +=/g, " =");
}

Deno.test("--json says what was done", async () => {
  await using keys = await openKeys();
  const { home } = keys;
  const args = ["keys", "move", "work", "--to", "keychain", "--json"];
  assertEquals(await home.run(...args), 0);
  const path = home.test.path(".aws/credentials");
  const expected = {
    profile: "work-long-term",
    accessKeyId,
    from: "file",
    to: "keychain",
    status: "moved",
    path,
    credentialProcess: null,
    left: [],
    copies: [],
  };
  assertEquals(home.json, expected);
  assertEquals(await home.unchanged(() => home.run(...args)), 0);
  assertEquals(home.json, { ...expected, from: "keychain", status: "unchanged" });
});

Deno.test("AWS's tools may ask for the key: by a question at a terminal, by a flag elsewhere", async () => {
  const line = "credential_process     = stsmfa keys process work-long-term\n";
  const named = `stsmfa_key     = keychain:${accessKeyId}\n`;
  for (const isAsked of [true, false]) {
    await using keys = await openKeys({ nobody: !isAsked });
    const { home } = keys;
    if (isAsked) home.answer("yes");
    const flags = isAsked ? [] : ["--credential-process", "yes"];
    assertEquals(await home.run("keys", "move", "work", "--to", "keychain", ...flags), 0);
    assertEquals(
      (await home.credentials()).replace(/ +=/g, " ="),
      after.replace(named, named + line).replace(/ +=/g, " ="),
    );
    assertEquals(await home.run("keys", "process", "work-long-term"), 0);
    assertEquals(home.json, {
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
    });
    assertEquals(await home.run("keys", "move", "work", "--to", "file"), 0);
    assert(!(await home.credentials()).includes("credential_process"));
  }
});

for (const name of ['a"b', "a$b", "a`b", "a\\b", "a%b%", "a!b", "a'b", "a&b", "-a"]) {
  Deno.test(`a name that shells do not read alike gets no credential_process: ${name}`, async () => {
    await using keys = await openKeys({ credentials: longTerm(name) });
    const { home, store } = keys;
    const args = ["keys", "move", "--to", "keychain", "--credential-process"];
    assertEquals(await home.unchanged(() => home.run(...args, "yes", `--profile=${name}`)), 3);
    assertStringIncludes(home.stderr, "--credential-process no");
    assertEquals(store.items.size, 0);
    assertEquals(await home.run(...args, "no", `--profile=${name}`), 0);
    assertEquals(await home.credentials(), `[${name}]\nstsmfa_key     = keychain:${accessKeyId}\n`);
  });
}

Deno.test("a secret that stands elsewhere is named by its lines, and taken out with --everywhere", async () => {
  const credentials = `# backup: ${secretAccessKey}\n${longTerm("work")}\n${longTerm("twin")}`;
  const config = `[profile other]\nnote = ${secretAccessKey}\n`;
  await using keys = await openKeys({ credentials, config });
  const { home, store } = keys;
  await home.test.write(".aws/credentials.bak", credentials);
  await home.test.write(".aws/credentials~", credentials);
  assertEquals(await home.run("keys", "move", "work", "--to", "keychain"), 0);
  for (const [file, line] of [["credentials", 1], ["credentials", 7], ["config", 2]] as const) {
    const place = `${home.test.path(`.aws/${file}`)}: line ${line} still has the secret`;
    assertStringIncludes(home.stderr, place);
  }
  assertStringIncludes(home.stderr, "credentials.bak still has the secret");
  assert(!(await home.test.read(".aws/credentials~")).includes(secretAccessKey));
  assert(!home.test.output.includes(secretAccessKey));

  await Deno.remove(home.test.path(".aws/credentials.bak"));
  assertEquals(await home.run("keys", "move", "work", "--to", "keychain", "--everywhere"), 0);
  assertEquals(home.stderr, "");
  assert(!(await traces(keys.home, keys.store.seen)).includes(secretAccessKey));
  assertStringIncludes(
    await home.credentials(),
    `[twin]\nstsmfa_key     = keychain:${accessKeyId}\n`,
  );
  assertEquals(store.items.size, 1);

  // The other section needs the item, so it stays until nobody does.
  assertEquals(await home.run("keys", "move", "work", "--to", "file"), 0);
  assertStringIncludes(home.stderr, "[twin] names it, too");
  assertEquals(store.items.size, 1);
  assertEquals(await home.run("keys", "move", "twin", "--to", "file"), 0);
  assertEquals(store.items.size, 0);
});

Deno.test("a key in the place of a session is offered to be moved aside first", async () => {
  await using keys = await openKeys({ credentials: longTerm("default"), nobody: false });
  const { home, store } = keys;
  home.answer("yes", "no");
  assertEquals(await home.run("keys", "move", "default", "--to", "keychain"), 0);
  assertStringIncludes(home.test.questions[0]!, "Move the key to [default-long-term] (yes, no)?");
  const text = await home.credentials();
  assertStringIncludes(text, `[default-long-term]\nstsmfa_key     = keychain:${accessKeyId}\n`);
  assertEquals(store.items.size, 1);
  assert(!(await traces(keys.home, keys.store.seen)).includes(secretAccessKey));
  home.types();
  assertEquals(await home.run("default"), 0);
});

for (
  const [what, line] of Object.entries({
    "a role": "role_arn = arn:aws:iam::222222222222:role/x\nsource_profile = other",
    "another program": "credential_process = aws-vault exec work",
    "a sign-in": "sso_account_id = 222222222222",
  })
) {
  Deno.test(`a key with ${what} behind it stays: AWS's tools would be somebody else`, async () => {
    await using keys = await openKeys({ credentials: `${longTerm("work")}${line}\n` });
    const { home, store } = keys;
    assertEquals(
      await home.unchanged(() => home.run("keys", "move", "work", "--to", "keychain")),
      3,
    );
    assertStringIncludes(home.stderr, "credentials: line 4: without the key");
    assertEquals(store.items.size, 0);
  });
}

Deno.test("a key with another one behind it, in the config file, stays", async () => {
  const config = longTerm("profile work", alice({ accessKeyId: "AKIAOTHEROTHEROTHER2" }));
  await using keys = await openKeys({ credentials: longTerm("work"), config });
  const { home, store } = keys;
  assertEquals(await home.unchanged(() => home.run("keys", "move", "work", "--to", "keychain")), 3);
  assertStringIncludes(home.stderr, "config: line 2: without the key, AWS's tools would use");
  assertEquals(store.items.size, 0);
});

Deno.test("no variable says that a key may be removed, or where it goes", async () => {
  await using keys = await openKeys({ env: { STSMFA_TO: "keychain", STSMFA_YES: "1" } });
  const { home } = keys;
  assertEquals(await home.run("keys", "move", "work"), 2);
  assertEquals(await home.run("keys", "move", "work", "--to", "keychain"), 0);
  assertEquals(await home.run("keys", "remove", "work"), 2);
});

for (
  const [what, file] of Object.entries({
    "a secret that is a word": longTerm("work", alice({ secretAccessKey: "test" })),
    "an ID that is none": longTerm("work", alice({ accessKeyId: "AKIA../../x" })),
    "a comment behind the secret": longTerm("work").replace(/\n$/, " # mine\n"),
    "a token beside it": `${longTerm("work")}aws_session_token = old\n`,
    "no secret": `[work]\naws_access_key_id = ${accessKeyId}\n`,
    "another key's name beside it": `${
      longTerm("work")
    }stsmfa_key = keychain:AKIAOTHEROTHEROTHER2\n`,
  })
) {
  Deno.test(`a section with ${what} is refused, and nothing is stored`, async () => {
    await using keys = await openKeys({ credentials: file });
    const { home, store } = keys;
    assertEquals(
      await home.unchanged(() => home.run("keys", "move", "work", "--to", "keychain")),
      3,
    );
    assertEquals(store.items.size, 0);
    assert(!home.test.output.includes(secretAccessKey));
  });
}

for (const fault of ["isLossy", "isLocked"] as const) {
  Deno.test(`a store that ${fault === "isLossy" ? "loses keys" : "is locked"} changes no file`, async () => {
    await using keys = await openKeys();
    const { home, store } = keys;
    store[fault] = true;
    assertEquals(
      await home.unchanged(() => home.run("keys", "move", "work", "--to", "keychain")),
      6,
    );
  });
}

Deno.test("a file that cannot be written keeps its key, and the store gets none", async () => {
  await using keys = await openKeys();
  const { home, store } = keys;
  await home.test.chmod(".aws/credentials", 0o400);
  assertEquals(await home.unchanged(() => home.run("keys", "move", "work", "--to", "keychain")), 6);
  assertEquals(store.items.size, 0);
});

Deno.test("a key moves from one store to another", async () => {
  await using stored = await openStoredHome({ nobody: true });
  const { home, store } = stored;
  await home.test.write(".password-store/.gpg-id", "tester\n");
  const entries = home.test.path(".password-store/stsmfa");
  // A store of its own behind the same runner: what `pass` keeps are files.
  const run = store.run;
  Object.assign(store, {
    run: (command: Parameters<typeof run>[0]) => {
      const [program, action, ...args] = command.argv;
      if (program !== "pass") return run(command);
      const path = `${home.test.path(".password-store")}/${args.at(-1)}.gpg`;
      if (action === "insert") {
        Deno.mkdirSync(entries, { recursive: true });
        Deno.writeTextFileSync(path, command.stdin!.reveal());
      }
      if (action === "rm") Deno.removeSync(path);
      const stdout = action === "show" ? Deno.readTextFileSync(path) : "";
      return Promise.resolve({ exitStatus: 0, stdout });
    },
  });
  await using again = await openHome({
    credentials: null,
    runCommand: store.run,
    ...onLinux,
    nobody: true,
  });
  again.test.env["HOME"] = home.test.home;
  assertEquals(await again.run("keys", "move", "default", "--to", "pass"), 0);
  assertStringIncludes(await home.credentials(), `stsmfa_key = pass:${accessKeyId}\n`);
  assertEquals(store.items.size, 0);
  assertEquals(await again.run("keys", "process", "default-long-term"), 0);
  assertEquals(again.json.SecretAccessKey, secretAccessKey);
  assertEquals(await again.run("keys", "move", "default", "--to", "keychain"), 0);
  assertEquals(await home.credentials(), storedKey("default-long-term"));
  assertEquals([...Deno.readDirSync(entries)], []);
});

Deno.test("without --to, or with two profiles, it says what is missing", async () => {
  await using keys = await openKeys();
  const { home } = keys;
  assertEquals(await home.run("keys", "move", "work"), 2);
  assertStringIncludes(home.stderr, "stsmfa keys move work --to keychain");
  assertEquals(await home.run("keys", "move", "work", "last", "--to", "keychain"), 2);
  assertEquals(await home.run("keys", "move", "nobody", "--to", "keychain"), 3);
  assertEquals(await home.run("keys", "mvoe"), 2);
  assertStringIncludes(home.stderr, "did you mean: stsmfa keys move");
});

for (
  const [what, args] of Object.entries({
    "a move to a store": ["move", "b", "--to", "keychain"],
    "a move to the file": ["move", "a", "--to", "file"],
    "a removal": ["remove", "a", "--yes"],
    "a removal of an item": ["remove", "AKIAIOSFODNN7EXAMPLE", "--yes"],
  })
) {
  Deno.test(`${what} waits for another process that changes a key store`, async () => {
    const credentials = `${storedKey("a")}${longTerm("b")}`;
    await using keys = await openKeys({ credentials });
    const { home, store } = keys;
    store.items.set(itemOf(accessKeyId), secretAccessKey);
    store.items.set(itemOf("AKIAIOSFODNN7EXAMPLE"), "unnamed");
    await home.test.write(".local/state/stsmfa/keys/lock", "");
    const lock = await Deno.open(home.test.path(".local/state/stsmfa/keys/lock"), { write: true });
    await lock.lock(true);
    assertEquals(await home.unchanged(() => home.run("keys", ...args)), 6);
    assertStringIncludes(home.stderr, "another stsmfa has held");
    assertEquals(store.items.size, 2);
    lock.close();
    assertEquals(await home.run("keys", ...args), 0);
  });
}

for (const to of ["file", "pass"]) {
  Deno.test(`a store that gives out a part of a secret keeps the item: --to ${to}`, async () => {
    const tool = new FakeSecretTool();
    const gopass = new FakeGopass();
    const half = secretAccessKey.slice(0, 20);
    const runCommand: RunCommand = async (command) => {
      if (command.argv[0] === "gopass") return await gopass.run(command);
      const result = await tool.run(command);
      return command.argv[1] === "lookup"
        ? { ...result, stdout: result.stdout.slice(0, 20) }
        : result;
    };
    await using home = await openHome({
      credentials: storedKey("work"),
      runCommand,
      ...onLinux,
      nobody: true,
    });
    await home.test.write("bin/gopass", "#!/bin/sh\n", 0o755);
    home.test.env["PATH"] = home.test.path("bin");
    tool.items.set(itemOf(accessKeyId), secretAccessKey);
    for (let run = 1; run <= 2; run++) {
      assertEquals(await home.run("keys", "move", "work", "--to", to), 0);
      if (to === "file" || run === 1) assertStringIncludes(home.stderr, "has 20 characters");
      assertEquals([...tool.items.values()], [secretAccessKey]);
    }
    assertEquals((await home.credentials()).includes(half), to === "file");
  });
}

for (
  const text of [`${secretAccessKey}\n`, "x\n[evil]\nregion = y", `a ${secretAccessKey}`, "word"]
) {
  Deno.test(`what is no secret access key is given to nobody: ${JSON.stringify(text)}`, async () => {
    await using stored = await openStoredHome({ nobody: true });
    const { home, store } = stored;
    store.items.set(itemOf(accessKeyId), text);
    const section = "default-long-term";
    for (const args of [["process", section], ["move", section, "--to", "file"]]) {
      assertEquals(await home.unchanged(() => home.run("keys", ...args)), 6);
      assertStringIncludes(home.stderr, "is not a secret access key");
      assert(!home.test.output.includes(text.trim()));
    }
    assertEquals(store.items.size, 1);
  });
}

testWith(links, "copies are named where a link leads, too", async () => {
  await using keys = await openKeys();
  const { home } = keys;
  await home.test.write("dotfiles/creds", before);
  await home.test.write("dotfiles/creds~", before);
  await Deno.remove(home.test.path(".aws/credentials"));
  await makeLink(home.test.path("dotfiles/creds"), home.test.path(".aws/credentials"));
  assertEquals(await home.run("keys", "move", "work", "--to", "keychain", "--json"), 0);
  assertEquals(home.json.copies, [home.test.path("dotfiles/creds~")]);
  assertEquals(await home.test.read("dotfiles/creds"), after);
});
