/**
 * Keys of aws-vault and granted in the key stores of Linux as they are: gnome-keyring by
 * `secret-tool`, `pass` with GnuPG.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Secret } from "../../lib/credentials.ts";
import { testOrSkip } from "../support/abilities.ts";
import { type Home, openHome } from "../support/homes.ts";
import {
  goCredentials,
  grantedItem,
  grantedSession,
  vaultItem,
  vaultSession,
} from "../support/keyring_items.ts";
import { otherKey } from "../support/other_tools.ts";
import {
  createPass,
  needsKeyring,
  needsPass,
  type RealStore,
  startKeyring,
} from "../support/real_stores.ts";
import { alice } from "../support/sts_people.ts";

const config = "[profile work]\nregion = eu-west-1\n\n[profile home]\nregion = eu-west-1\n";

/** Opens a home whose programs run with what the store needs, and with nothing else. */
async function openWith(real: RealStore): Promise<Home> {
  const { HOME: _, ...env } = real.env;
  const home = await openHome({
    credentials: null,
    config,
    runCommand: real.run,
    env,
    nobody: true,
  });
  return home;
}

/** Runs a program of the store, as the tools do; it must succeed. */
async function tool(real: RealStore, argv: [string, ...string[]], stdin = ""): Promise<string> {
  const signal = AbortSignal.timeout(20_000);
  const { exitStatus, stdout } = await real.run({
    argv,
    stdin: new Secret(stdin),
    env: { LC_ALL: "C.UTF-8" },
    signal,
    onStderr: () => {},
  });
  assertEquals(exitStatus, 0, argv.join(" "));
  return stdout;
}

async function importsBoth(home: Home, real: RealStore, store: string, title: string) {
  const secrets = [alice(), otherKey].map(({ secretAccessKey }) => secretAccessKey);
  const before = real.runs.length;
  assertEquals(await home.run("import", "--store", store), 0, home.stderr);
  assertEquals(
    home.stdout,
    `work  aws-vault  key added as [work-long-term] and kept in ${title}\n` +
      `home  granted    key added as [home-long-term] and kept in ${title}\n`,
  );
  assertEquals(
    await home.credentials(),
    `[work-long-term]\nstsmfa_key = ${store}:${alice().accessKeyId}\n\n` +
      `[home-long-term]\nstsmfa_key = ${store}:${otherKey.accessKeyId}\n`,
  );
  assertEquals(await home.run("import"), 0, home.stderr);
  assertEquals(home.stdout.match(/works as it is/g)?.length, 2);
  assertEquals(await home.run("keys", "process", "work-long-term"), 0, home.stderr);
  assertEquals(home.json.SecretAccessKey, alice().secretAccessKey);
  const seen = JSON.stringify(real.runs.slice(before)) + home.stderr;
  for (const secret of secrets) assertEquals(seen.includes(secret), false);
}

testOrSkip({
  name:
    `keys in gnome-keyring are taken over, beside sessions and keys of one name${needsKeyring.name}`,
  ignore: needsKeyring.ignore,
  fn: async () => {
    await using real = await startKeyring();
    await using home = await openWith(real);
    const put = (name: string, item: string, ...more: string[]) =>
      tool(real, ["secret-tool", "store", `--label=${name}`, "--", "profile", name, ...more], item);
    await put("work", grantedItem("work", grantedSession), "collection", "sessions");
    await put("home", grantedItem("home", goCredentials(otherKey)));
    await put("-ö dd", vaultItem("-ö dd"));
    await put(...vaultSession("work"));
    // In a collection of its own, as with aws-vault: one with fewer attributes would replace it.
    await tool(real, [
      "secret-tool",
      "store",
      "--collection=session",
      "--label=work",
      "profile",
      "work",
    ], vaultItem("work"));
    await importsBoth(home, real, "keychain", "Secret Service");
    assertEquals(await home.run("import", "--store", "keychain", "--", "-ö dd"), 0, home.stderr);
    assertStringIncludes(home.stderr, 'aws-vault remove -- "-ö dd"');
    const left = await tool(real, ["secret-tool", "search", "--all", "profile", "work"]);
    assertEquals(left.match(/^secret = /gm)?.length, 2);
    await real.lock();
    await home.test.write(".aws/credentials", "");
    assertEquals(await home.run("import", "home", "--store", "file"), 6);
    assertStringIncludes(home.stderr, "home: Secret Service is locked\n");
  },
});

testOrSkip({
  name: `keys in pass are taken over, and no other entry is read${needsPass.name}`,
  ignore: needsPass.ignore,
  fn: async () => {
    await using real = await createPass();
    await using home = await openWith(real);
    const put = (name: string, item: string) =>
      tool(real, ["pass", "insert", "-m", "-f", name], item);
    await put("work", vaultItem("work"));
    await put(...vaultSession("work"));
    await put("bank", "password\n");
    await put("granted-aws-iam-credentials/home", grantedItem("home", goCredentials(otherKey)));
    await importsBoth(home, real, "pass", "pass");
    const read = real.runs.flatMap(({ argv }) => argv[1] === "show" ? [argv.at(-1)!] : []);
    assertEquals(
      [...new Set(read)].filter((name) => !name.startsWith("stsmfa/")),
      ["work", "granted-aws-iam-credentials/home"],
    );
    await real.lock();
    await home.test.write(".aws/credentials", "");
    assertEquals(await home.run("import", "--store", "file"), 6);
    assertMatch(home.stderr, /work: pass does not give out work: .*decryption failed/);
  },
});

testOrSkip({
  name: `aws-vault's folder in pass is found by its variables${needsPass.name}`,
  ignore: needsPass.ignore,
  fn: async () => {
    await using real = await createPass();
    await using home = await openWith(real);
    await tool(real, ["pass", "insert", "-m", "-f", "vault/team/a"], vaultItem("team/a"));
    const { PASSWORD_STORE_DIR } = real.env;
    delete home.test.env["PASSWORD_STORE_DIR"];
    Object.assign(home.test.env, {
      AWS_VAULT_BACKEND: "pass",
      AWS_VAULT_PASS_PREFIX: "vault",
      AWS_VAULT_PASS_PASSWORD_STORE_DIR: PASSWORD_STORE_DIR,
    });
    assertEquals(
      await home.run("import", "--from", "aws-vault", "--store", "file"),
      0,
      home.stderr,
    );
    assertEquals(home.stdout, "team/a  aws-vault  key added as [team/a-long-term]\n");
  },
});
