import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { RunCommand } from "../../../lib/context.ts";
import {
  FakeCredentialManager,
  FakeSecretTool,
  FakeSecurity,
  onLinux,
} from "../../support/fake_stores.ts";
import { type Home, type HomeOptions, longTerm, openHome } from "../../support/homes.ts";
import {
  encrypted,
  goCredentials,
  grantedItem,
  grantedSession,
  vaultItem,
  vaultSession,
} from "../../support/keyring_items.ts";
import { originalsUnchanged, otherKey, stscredsSection } from "../../support/other_tools.ts";
import { itemOf, openStoredHome } from "../../support/stored_home.ts";
import { alice } from "../../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();
const config = "# mine\n[profile work]\nregion = eu-west-1\n";

/** The secrets that no output, command line or environment may have. */
const secrets = [secretAccessKey, btoa(goCredentials()), otherKey.secretAccessKey];

/** A home on macOS, with two profiles and no credentials file. */
function openMac(runCommand: RunCommand): Promise<Home> {
  const runtime = "deno 2.9.6, aarch64-apple-darwin";
  const two = `${config}[profile home]\nregion = eu-west-1\n`;
  return openHome({ credentials: null, config: two, runtime, runCommand });
}

/** A home, and its Secret Service with items of the tools. */
async function open(items: Readonly<Record<string, string>>, options: HomeOptions = {}) {
  const store = new FakeSecretTool();
  for (const [name, text] of Object.entries(items)) {
    store.items.set(name.split(" ").map((each) => each.replace(":", "=")).join("\n"), text);
  }
  const before = [...store.items];
  const home = await openHome({
    credentials: null,
    config,
    runCommand: store.run,
    ...onLinux,
    ...options,
  });
  return {
    home,
    store,
    /** What stsmfa itself has put there. */
    added: () => [...store.items].filter(([name]) => name.includes("service=stsmfa")),
    /** Asserts that what the tools have is as it was, and that no secret was seen. */
    check: async () => {
      assertEquals([...store.items].filter(([name]) => !name.includes("service=stsmfa")), before);
      await checkUnseen(home, store.seen);
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

async function checkUnseen(home: Home, seen = ""): Promise<void> {
  const shown = home.test.output + home.test.screen + home.test.questions.join() + seen;
  for (const secret of secrets) assertEquals(shown.includes(secret), false);
  for (const name of await home.test.list().catch(() => [])) {
    assertEquals(/\.tmp|~~/.test(name), false);
  }
}

const stored = `[work-long-term]\nstsmfa_key = keychain:${accessKeyId}\n`;

Deno.test("import takes a key of aws-vault from one key store into stsmfa's own items, and it works", async () => {
  const [session, item] = vaultSession("work");
  await using world = await open({
    "profile:work": vaultItem("work"),
    [`profile:${session}`]: item,
  });
  const { home, added, check } = world;
  assertEquals(await home.run("import", "--store", "keychain"), 0, home.stderr);
  assertEquals(
    home.stdout,
    "work  aws-vault  key added as [work-long-term] and kept in Secret Service\n",
  );
  assertStringIncludes(
    home.stderr,
    "aws-vault still has the key of work; when you no longer need it there: aws-vault remove work\n",
  );
  assertEquals(await home.credentials(), stored);
  assertEquals(await home.test.read(".aws/config"), config);
  assertEquals(added(), [[itemOf(accessKeyId), secretAccessKey]]);
  await check();
  home.types();
  assertEquals(await home.run("work"), 0, home.stderr);
  assertEquals((await home.section("work"))["aws_access_key_id"]?.slice(0, 4), "ASIA");
});

Deno.test("import a second time finds that all works as it is, and asks nothing", async () => {
  await using world = await open({ "profile:work": vaultItem("work") }, { nobody: true });
  const { home, check } = world;
  assertEquals(await home.run("import", "--store", "keychain"), 0, home.stderr);
  assertEquals(await home.unchanged(() => home.run("import")), 0);
  assertEquals([home.stdout, home.stderr], ["work  aws-vault  works as it is\n", ""]);
  await check();
});

Deno.test("import asks where keys of a key store are to be kept; plain text is what somebody has to say", async () => {
  for (const answer of ["Secret Service", "the credentials file, in plain text"]) {
    await using world = await open({ "profile:work": vaultItem("work") });
    const { home, added } = world;
    home.answer(answer);
    assertEquals(await home.run("import"), 0, home.stderr);
    assertEquals(home.test.questions, ["Where should the secret keys be kept?"]);
    const isPlain = (await home.credentials()).includes(secretAccessKey);
    assertEquals([isPlain, added().length], answer === "Secret Service" ? [false, 1] : [true, 0]);
  }
  await using world = await open({ "profile:work": vaultItem("work") }, { nobody: true });
  const { home, added } = world;
  assertEquals(await home.run("import"), 2);
  assertMatch(
    home.stderr,
    /stsmfa cannot ask here where to keep it\n.*--store keychain .*--store file\n$/,
  );
  assertEquals([await home.test.list(), added()], [["config"], []]);
  assertEquals(await home.run("import", "--store", "file"), 0);
  assertEquals(await home.credentials(), longTerm("work-long-term").replaceAll(/ +=/g, " ="));
  assertEquals(home.stdout, "work  aws-vault  key added as [work-long-term]\n");
});

Deno.test("import --dry-run says the same, asks where to keep nothing and writes nothing", async () => {
  await using world = await open({ "profile:work": vaultItem("work") });
  const { home, added, check } = world;
  assertEquals(await home.unchanged(() => home.run("import", "--dry-run")), 0);
  assertEquals(home.stdout, "work  aws-vault  key would be added as [work-long-term]\n");
  assertEquals([home.stderr, home.test.questions, added()], ["", [], []]);
  assertEquals(await home.run("import", "--dry-run", "--json", "--store", "keychain"), 0);
  assertEquals(home.json, [{
    profile: "work",
    tool: "aws-vault",
    path: null,
    keyring: "Secret Service",
    action: "key",
    store: "keychain",
    removeCommand: "aws-vault remove work",
    section: "work-long-term",
    mfaSerial: null,
  }]);
  await check();
});

Deno.test("granted's key is told from aws-vault's and from granted's session of the same name", async () => {
  const items = {
    "profile:work a:1": grantedItem("work", grantedSession),
    "profile:work a:2": grantedItem("work"),
    "profile:work a:3": vaultItem("work", goCredentials(otherKey)),
    "profile:home a:4": grantedItem("home", grantedSession),
  };
  await using world = await open(items, {
    config: `${config}[profile home]\nregion = eu-west-1\n`,
  });
  const { home, check, added } = world;
  assertEquals(await home.unchanged(() => home.run("import", "--store", "keychain")), 3);
  assertStringIncludes(home.stderr, "work: aws-vault and granted have different keys for it");
  assertEquals(added(), []);
  assertEquals(await home.run("import", "--from", "granted", "--store", "keychain"), 0);
  assertEquals(
    home.stdout,
    "work  granted  key added as [work-long-term] and kept in Secret Service\n",
  );
  assertStringIncludes(
    home.stderr,
    "granted credentials remove work, which removes the profile from the config file as well\n",
  );
  assertEquals(added(), [[itemOf(accessKeyId), secretAccessKey]]);
  await check();
  assertEquals(await home.run("import", "home", "--from", "granted"), 3);
  assertStringIncludes(home.stderr, "nothing to import: no keys of granted for home\n");
});

Deno.test("the line by which AWS's tools ask granted stays, and is named until it is gone", async () => {
  const line = "credential_process = granted credential-process --profile=work\n";
  await using world = await open({ "profile:work": grantedItem("work") }, {
    config: config + line,
  });
  const { home } = world;
  for (const what of ["key added as [work-long-term] and kept in", "key is already there, as"]) {
    assertEquals(await home.run("import", "--store", "keychain"), 0, home.stderr);
    assertStringIncludes(home.stdout, what);
    assertMatch(home.stderr, /config: line 4: work gets its credentials from this/);
    assertEquals(await home.test.read(".aws/config"), config + line);
  }
  await home.test.write(".aws/config", config);
  assertEquals(await home.run("import"), 0);
  assertEquals(home.stdout, "work  granted  works as it is\n");
});

Deno.test("a section with another key is refused with its line, and no store gets the key", async () => {
  const credentials = `# c\n${longTerm("work-long-term", alice(otherKey))}`;
  await using world = await open({ "profile:work": vaultItem("work") }, { credentials });
  const { home, added, check } = world;
  assertEquals(await home.unchanged(() => home.run("import", "--store", "keychain")), 3);
  assertMatch(home.stderr, /work: \S+credentials: \[work-long-term\] already has keys, in line 3;/);
  assertEquals(added(), []);
  await check();
});

Deno.test("the rest of [P-long-term] stays as it is", async () => {
  const credentials =
    "[work-long-term]\n# device\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\n";
  await using world = await open({ "profile:work": vaultItem("work") }, { credentials });
  const { home } = world;
  assertEquals(await home.run("import", "--store", "keychain"), 0, home.stderr);
  assertEquals(await home.credentials(), `${credentials}stsmfa_key = keychain:${accessKeyId}\n`);
});

Deno.test("a key whose profile is in no file is found by its name", async () => {
  await using world = await open({ "profile:gone/by 1": vaultItem("gone/by 1") });
  const { home, store } = world;
  store.items.clear();
  store.items.set("profile=gone/by 1", vaultItem("gone/by 1"));
  assertEquals(await home.run("import", "--from", "aws-vault"), 3);
  assertStringIncludes(home.stderr, "stsmfa import NAME --from aws-vault");
  assertEquals(await home.run("import", "gone/by 1", "--store", "keychain"), 0, home.stderr);
  assertStringIncludes(home.stderr, 'aws-vault remove "gone/by 1"');
});

Deno.test("with --store, keys of all tools go to the store", async () => {
  await using world = await open({ "profile:work": vaultItem("work") });
  const { home, added } = world;
  await home.test.write(".stscreds/credentials", stscredsSection("team", otherKey));
  const act = () => home.run("import", "--store", "keychain");
  assertEquals(await originalsUnchanged(home, act), 0, home.stderr);
  assertEquals(home.stdout.match(/and kept in Secret Service\n/g)?.length, 2);
  assertEquals(
    added().map(([, secret]) => secret).sort(),
    [secretAccessKey, otherKey.secretAccessKey].sort(),
  );
  assert(!(await home.credentials()).includes(otherKey.secretAccessKey));
});

Deno.test("a locked store is not an empty one", async () => {
  await using world = await open({ "profile:work": vaultItem("work") });
  const { home, store } = world;
  store.isLocked = true;
  for (const args of [[], ["--from", "aws-vault"], ["--from", "granted"]]) {
    assertEquals(await home.unchanged(() => home.run("import", ...args)), 6);
    assertEquals(home.stderr.match(/work: Secret Service is locked\n/g)?.length, 1);
    assertStringIncludes(home.stderr, "hint: unlock your keyring");
  }
});

Deno.test("with a display, the dialogue of a locked store is waited for, and said", async () => {
  await using world = await open({ "profile:work": vaultItem("work") }, {
    env: { DISPLAY: ":0" },
    runCommand: (command) => {
      if (command.argv.includes("--unlock")) world.store.isLocked = false;
      return world.store.run(command);
    },
  });
  world.store.isLocked = true;
  assertEquals(await world.home.run("import", "--store", "keychain"), 0, world.home.stderr);
});

Deno.test("who closes the dialogue of a locked store is not asked for each profile", async () => {
  const items = { "profile:work": vaultItem("work"), "profile:default": vaultItem("default") };
  await using world = await open(items, { env: { DISPLAY: ":0" } });
  const { home, store } = world;
  store.isLocked = true;
  assertEquals(await home.run("import", "--store", "keychain"), 6);
  assertEquals(home.stderr.match(/(work|default): Secret Service is locked\n/g)?.length, 2);
  assertEquals(store.runs.filter(({ argv }) => argv.includes("--unlock")).length, 1);
});

Deno.test("a dialogue that nobody answers is waited for once", async () => {
  const store = new FakeSecurity();
  await using home = await openMac((command) => {
    store.isHanging = command.argv.includes("-w");
    return store.run(command);
  });
  for (const name of ["work", "home"]) {
    store.items.set(`granted-aws-iam-credentials/${name}`, goCredentials());
  }
  const run = home.run("import", "--from", "granted");
  while (!store.isHanging) await new Promise((next) => setTimeout(next, 1));
  for (const { milliseconds, pass } of [...home.test.clock.deadlines]) {
    if (milliseconds === 60_000) pass();
  }
  assertEquals(await run, 6);
  assertEquals(home.stderr.match(/was not unlocked within 60 seconds\n/g)?.length, 2);
  assertEquals(store.runs.filter(({ argv }) => argv.includes("-w")).length, 1);
});

Deno.test("what cannot be looked into is an error for who names the tool, and a warning where it is used", async () => {
  const fault = "Cannot autolaunch D-Bus without X11 $DISPLAY";
  await using world = await open({}, {
    runCommand: (command) => {
      command.onStderr?.(`secret-tool: ${fault}\n`);
      return Promise.resolve({ exitStatus: 1, stdout: "" });
    },
  });
  const { home } = world;
  assertEquals(await home.run("import", "--from", "aws-vault"), 6);
  assertStringIncludes(home.stderr, `Secret Service cannot be used: secret-tool: ${fault}`);
  await home.test.write(".stscreds/credentials", stscredsSection("team"));
  assertEquals(await home.run("import", "--dry-run"), 0);
  assertEquals(home.stderr, "");
  await home.test.write(".aws/config", `${config}credential_process = aws-vault export work\n`);
  assertEquals(await home.run("import", "--dry-run"), 0);
  assertMatch(home.stderr, /aws-vault: could not look for all of its keys: Secret Service/);
});

Deno.test("a store that never answers is given up after three seconds", async () => {
  await using world = await open({ "profile:work": vaultItem("work") });
  const { home, store } = world;
  store.isHanging = true;
  const run = home.run("import", "--from", "aws-vault");
  // Another one says when it is told what is waited for.
  const last = () => home.test.clock.deadlines.find(({ milliseconds }) => milliseconds > 1000);
  while (last() === undefined) await new Promise((next) => setTimeout(next, 1));
  assertEquals(last()!.milliseconds, 3000);
  last()!.pass();
  assertEquals(await run, 6);
  assertStringIncludes(home.stderr, "Secret Service did not answer within 3 seconds");
  assertEquals(store.runs.length, 1);
});

Deno.test("a backend that stsmfa cannot read is named with the way out", async () => {
  await using world = await open({}, { env: { AWS_VAULT_BACKEND: "kwallet" } });
  const { home } = world;
  assertEquals(await home.run("import", "--from", "aws-vault"), 3);
  assertStringIncludes(home.stderr, "AWS_VAULT_BACKEND: aws-vault's keys are in kwallet");
  assertStringIncludes(home.stderr, "aws-vault exec NAME --no-session -- stsmfa init NAME");
});

Deno.test("a store that loses what it takes, or has another secret of the key, refuses that key alone", async () => {
  await using world = await open({ "profile:work": vaultItem("work") });
  const { home, store, added } = world;
  store.isLossy = true;
  assertEquals(await home.unchanged(() => home.run("import", "--store", "keychain")), 6);
  assertStringIncludes(home.stderr, "work: Secret Service took the secret of");
  store.isLossy = false;
  store.items.set(itemOf(accessKeyId), "another");
  await home.test.write(".stscreds/credentials", stscredsSection("team", otherKey));
  assertEquals(await home.run("import", "--store", "keychain"), 6);
  assertStringIncludes(home.stderr, "work: Secret Service has another secret for");
  assertEquals(
    home.stdout,
    "team  stscreds  key added as [team-long-term] and kept in Secret Service\n",
  );
  assertEquals(added().length, 2);
});

Deno.test("an item that is broken, of another tool, or of an id that AWS has none like is no key", async () => {
  const odd = { accessKeyId: "akiaaliceAliceAlice2", secretAccessKey };
  await using world = await open({
    "profile:work": vaultItem("work", "{}"),
    "profile:other": JSON.stringify({ password: "x" }),
    "profile:text": "a password",
    "profile:odd": vaultItem("odd", goCredentials(odd)),
    "profile:renamed": vaultItem("name"),
  });
  const { home, check } = world;
  const names = ["work", "other", "text", "odd", "renamed"];
  await home.test.write(".aws/config", names.map((name) => `[profile ${name}]\n`).join(""));
  assertEquals(await home.unchanged(() => home.run("import", "--store", "keychain")), 3);
  assertStringIncludes(
    home.stderr,
    "work: Secret Service: aws-vault's item work holds no access key",
  );
  assertStringIncludes(home.stderr, "odd: the access key ID is not 16 to 128 capital letters");
  assertEquals(home.stderr.match(/error:/g)?.length, 2);
  await check();
});

/** Opens a home with encrypted files of aws-vault. */
async function openFiles(passphrase: string, options: HomeOptions = {}) {
  const world = await open({}, {
    // A link that leads in a circle.
    files: (files) => ({
      ...files,
      status: (path) =>
        path.endsWith("/loop")
          ? Promise.reject(Object.assign(new Error("circle"), { code: "ELOOP" }))
          : files.status(path),
    }),
    ...options,
  });
  const [session, item] = vaultSession("work");
  const write = async (name: string, text: string) =>
    await world.home.test.write(`.awsvault/keys/${name}`, await encrypted(text, passphrase));
  await write("work", vaultItem("work"));
  await write("a%2Fb%25", vaultItem("a/b%", goCredentials(otherKey)));
  await write(session, item);
  await world.home.test.write(".awsvault/keys/README", "eyJ");
  await world.home.test.write(".awsvault/keys/loop", "");
  return world;
}

Deno.test("keys of aws-vault's files are decrypted with the passphrase, asked for once and unseen", async () => {
  await using world = await openFiles("pass phrase");
  const { home, added } = world;
  home.answer("pass phrase");
  const act = () => home.run("import", "--store", "keychain");
  assertEquals(await originalsUnchanged(home, act), 0, home.stderr);
  const folder = home.test.path(".awsvault/keys");
  assertEquals(home.test.questions, [`Passphrase of aws-vault's files in ${folder}:`]);
  assertEquals(
    home.stdout,
    "a/b%  aws-vault  key added as [a/b%-long-term] and kept in Secret Service\n" +
      "work  aws-vault  key added as [work-long-term] and kept in Secret Service\n",
  );
  assertEquals(added().length, 2);
  assert(!home.test.output.includes("pass phrase"));
  await world.check();
});

Deno.test("a this is not its passphrase is an error, and changes nothing", async () => {
  await using world = await openFiles("right", { env: { AWS_VAULT_FILE_PASSPHRASE: "wrong" } });
  const { home, added } = world;
  assertEquals(await home.unchanged(() => home.run("import", "--store", "keychain")), 6);
  assertMatch(home.stderr, /work: \S+keys\/work: this is not its passphrase\n/);
  assert(!home.test.output.includes("wrong"));
  assertEquals(added(), []);
  home.test.env["AWS_VAULT_FILE_PASSPHRASE"] = "right";
  assertEquals(await home.run("import", "work", "--store", "keychain"), 0, home.stderr);
  assertEquals(home.test.questions, []);
});

Deno.test("without anybody to ask for the passphrase, its variable is named", async () => {
  await using world = await openFiles("right", { nobody: true });
  assertEquals(await world.home.run("import", "--store", "keychain"), 6);
  assertStringIncludes(world.home.stderr, "or set AWS_VAULT_FILE_PASSPHRASE\n");
});

Deno.test("a file that is encrypted in another way is named", async () => {
  await using world = await openFiles("right", { env: { AWS_VAULT_FILE_PASSPHRASE: "right" } });
  const { home } = world;
  const other = await encrypted(vaultItem("new"), "right", { alg: "PBES2-HS512+A256KW" });
  await home.test.write(".awsvault/keys/new", other);
  assertEquals(await home.run("import", "--store", "keychain"), 3);
  assertMatch(home.stderr, /new: \S+keys\/new is not encrypted as aws-vault does it/);
  assertEquals(home.stdout.match(/key added/g)?.length, 2);
});

Deno.test("granted's files are where its own file says, with its variable or the empty passphrase", async () => {
  for (const passphrase of ["", "from the variable"]) {
    await using world = await open({});
    const { home } = world;
    await home.test.write(
      ".granted/config",
      `DefaultBrowser = "FIREFOX"\n[Keyring]\nBackend = "file" # mine\nFileDir = '~/elsewhere'\n`,
    );
    if (passphrase !== "") home.test.env["CF_KEYRING_FILE_PASSWORD"] = passphrase;
    await home.test.write("elsewhere/work", await encrypted(grantedItem("work"), passphrase));
    assertEquals(await home.run("import", "--store", "keychain"), 0, home.stderr);
    assertEquals(
      home.stdout,
      "work  granted  key added as [work-long-term] and kept in Secret Service\n",
    );
  }
});

Deno.test("AWS_VAULT_BACKEND says where alone to look; two places with different keys are both named", async () => {
  const env = { AWS_VAULT_FILE_PASSPHRASE: "right" };
  await using world = await openFiles("right", { env });
  const { home, store } = world;
  store.items.set("profile=work", vaultItem("work", goCredentials(otherKey)));
  assertEquals(await home.run("import", "work", "--store", "keychain"), 3);
  assertMatch(home.stderr, /work: aws-vault has different keys for it, in Secret Service and in /);
  home.test.env["AWS_VAULT_BACKEND"] = "file";
  assertEquals(await home.run("import", "work", "--store", "keychain"), 0, home.stderr);
  assertStringIncludes(await home.credentials(), accessKeyId);
});

Deno.test("keys of both tools are found in macOS's keychains, each in its own", async () => {
  const store = new FakeSecurity();
  await using home = await openMac(store.run);
  store.items.set("aws-vault/work", goCredentials());
  store.items.set("granted-aws-iam-credentials/home", goCredentials(otherKey));
  await home.test.write("Library/Keychains/aws-vault.keychain-db", "");
  assertEquals(await home.run("import", "--store", "keychain"), 0, home.stderr);
  assertEquals(home.stdout.match(/and kept in macOS Keychain\n/g)?.length, 2);
  const path = home.test.path("Library/Keychains/aws-vault.keychain-db");
  const read = store.runs.map(({ argv }) => argv).filter((argv) => argv.includes("-w"));
  assertEquals(read[0], [
    "/usr/bin/security",
    "find-generic-password",
    "-s",
    "aws-vault",
    "-a",
    "work",
    "-w",
    path,
  ]);
  assertEquals(store.items.size, 4);
  await checkUnseen(home, store.seen);
  store.isLocked = true;
  await home.test.write(".aws/credentials", "");
  assertEquals(await home.run("import", "--from", "aws-vault", "--dry-run"), 6);
  assertStringIncludes(home.stderr, "work: macOS Keychain is locked\n");
});

Deno.test("keys of both tools are found in Windows' Credential Manager by their names", async () => {
  const manager = new FakeCredentialManager();
  const bytes = (text: string) => new TextEncoder().encode(text);
  const granted = "granted-aws-iam-credentials:granted-aws-iam-credentials";
  manager.items.set("aws-vault:aws-vault:work", bytes(goCredentials()));
  manager.items.set(`aws-vault:aws-vault:${vaultSession("work")[0]}`, bytes("{}"));
  manager.items.set(`${granted}:home`, bytes(goCredentials(otherKey)));
  await using home = await openHome({
    credentials: null,
    os: "windows",
    credentialManager: () => Promise.resolve(manager),
  });
  assertEquals(await home.run("import", "--store", "keychain"), 0, home.stderr);
  assertEquals(home.stdout.match(/kept in Windows Credential Manager\n/g)?.length, 2);
  assertEquals(manager.items.size, 5);
  await checkUnseen(home);
  manager.hasSession = false;
  assertEquals(await home.run("import", "--from", "aws-vault"), 6);
  assertStringIncludes(home.stderr, "has no store in this session");
});

Deno.test("whatever keeps AWS's file from being written, the next import finishes", async () => {
  let isFull = true;
  await using world = await open({ "profile:work": vaultItem("work") }, {
    files: (files) => ({
      ...files,
      rename: (from, to) => {
        if (!isFull) return files.rename(from, to);
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      },
    }),
  });
  const { home, added, check } = world;
  assertEquals(await home.run("import", "--store", "keychain"), 6);
  assertEquals(added().length, 1);
  isFull = false;
  assertEquals(await home.run("import", "--store", "keychain"), 0, home.stderr);
  assertEquals([await home.credentials(), added().length], [stored, 1]);
  await check();
});

Deno.test("a key that stsmfa keeps in a store is no set-up of aws-mfa", async () => {
  await using stored = await openStoredHome();
  const status = await stored.home.run("import", "--from", "aws-mfa");
  assertStringIncludes(stored.home.stderr, "no sections of aws-mfa");
  assertEquals(status, 3);
});
