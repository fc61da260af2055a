/**
 * Keys in real stores, used by real processes: the program itself, and AWS's tools that ask it by
 * `credential_process`. Wrappers around the stores' programs record all that others could see.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { testOrSkip, windows } from "../support/abilities.ts";
import { atTerminal, needsPython, runPython } from "../support/python.ts";
import {
  createPass,
  needsKeyring,
  needsManager,
  needsPass,
  needsPrograms,
  type RealStore,
  startKeyring,
  useManager,
} from "../support/real_stores.ts";
import { cliCommand, denoDir, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();

/** Puts wrappers before these programs, which note command lines and environments. */
async function recordPrograms(home: SpawnedHome, ...programs: readonly string[]): Promise<string> {
  const folder = home.path("wrappers");
  await Deno.mkdir(folder);
  for (const program of programs) {
    const { stdout } = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] })
      .output();
    const real = new TextDecoder().decode(stdout).trim();
    const note = `{ printf '%s ' "$0" "$@"; env; } >> '${home.path("seen")}'`;
    await Deno.writeTextFile(`${folder}/${program}`, `#!/bin/sh\n${note}\nexec ${real} "$@"\n`, {
      mode: 0o755,
    });
  }
  return folder;
}

async function textsBelow(folder: string): Promise<string> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    texts.push(
      isDirectory
        ? await textsBelow(`${folder}/${name}`)
        : await Deno.readTextFile(`${folder}/${name}`),
    );
  }
  return texts.join("\n");
}

/** The keychain of this system. */
const keychain = windows.isHere
  ? { start: () => useManager(accessKeyId), needs: needsManager, programs: [] }
  : { start: startKeyring, needs: needsKeyring, programs: ["secret-tool"] };

const stores = [
  { name: "keychain", ...keychain },
  { name: "pass", start: createPass, needs: needsPass, programs: ["pass", "gpg"] },
] as const;

for (const { name, start, needs, programs } of stores) {
  testOrSkip({
    name: `${name}: a key is moved there and back, and no other process sees it${needs.name}`,
    ignore: needs.ignore,
    fn: async () => {
      await using store = await start();
      await using home = await openHome(store);
      const env = programs.length === 0
        ? {}
        : { PATH: `${await recordPrograms(home, ...programs)}:${Deno.env.get("PATH")}` };
      const before = await home.read();
      const there = await home.run(["keys", "move", "me", "--to", name], env);
      assertEquals([there.code, there.stderr], [0, ""]);
      assertEquals(
        await home.read(),
        `# mine\n[me]\nstsmfa_key     = ${name}:${accessKeyId}\nregion = eu-west-1\n`,
      );
      const asked = await home.run(["keys", "process", "me"], env);
      assertEquals(JSON.parse(asked.stdout).SecretAccessKey, secretAccessKey);
      const listed = await home.run(["keys", "list", "--json"], env);
      assertEquals(JSON.parse(listed.stdout).keys[0].state, "kept");
      const seen = await textsBelow(home.home);
      assertStringIncludes(seen, programs[0] ?? accessKeyId);
      assert(!seen.includes(secretAccessKey));
      const back = await home.run(["keys", "move", "me", "--to", "file"], env);
      assertEquals(back.code, 0, back.stderr);
      assertEquals(await home.read(), before);
      assertEquals((await home.run(["keys", "process", "me"], env)).code, 3);
    },
  });
}

async function openHome({ env }: RealStore): Promise<SpawnedHome> {
  const { HOME: _, PATH: __, ...more } = env;
  const home = await SpawnedHome.create(more);
  const keys = longTermSection("me", alice());
  await home.write(".aws/credentials", `# mine\n${keys}region = eu-west-1\n`);
  return home;
}

const boto3Script = `
import boto3, json
found = boto3.Session(profile_name="me").get_credentials()
print(json.dumps([found.access_key, found.secret_key, found.token]))
`;
const sdkScript = `
import { STSClient } from "@aws-sdk/client-sts";
const { accessKeyId, secretAccessKey, sessionToken = null } =
  await new STSClient({ profile: "me", region: "eu-west-1" }).config.credentials();
console.log(JSON.stringify([accessKeyId, secretAccessKey, sessionToken]));
`;

/** Moves a key with the line for AWS's tools, and has one of them use it. */
async function usedBy(
  use: (home: SpawnedHome) => Promise<string>,
): Promise<void> {
  await using store = await keychain.start();
  await using home = await openHome(store);
  const args = ["keys", "move", "me", "--to", "keychain", "--credential-process", "yes"];
  assertEquals((await home.run(args)).code, 0);
  const written = await home.read();
  assertStringIncludes(written, "= stsmfa keys process me\n");
  const command = cliCommand("keys", "process", "me").map((word) => `"${word}"`).join(" ");
  await home.write(".aws/credentials", written.replace("stsmfa keys process me", command));
  assertEquals(JSON.parse(await use(home)), [accessKeyId, secretAccessKey, null]);
}

const needsBoto3 = needsPython("boto3");

testOrSkip({
  name: `boto3 finds a moved key by credential_process${needsBoto3.name}${keychain.needs.name}`,
  ignore: needsBoto3.ignore || keychain.needs.ignore,
  fn: () =>
    usedBy((home) =>
      runPython(["-c", boto3Script], {
        env: { ...home.env, AWS_SHARED_CREDENTIALS_FILE: home.path(".aws/credentials") },
      })
    ),
});

testOrSkip({
  name: `the AWS SDK for JavaScript finds a moved key by credential_process${keychain.needs.name}`,
  ignore: keychain.needs.ignore,
  fn: () =>
    usedBy(async (home) => {
      await home.write("identity.ts", sdkScript);
      const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--cached-only", "--config", config, home.path("identity.ts")],
        clearEnv: true,
        env: { ...home.env, DENO_DIR: denoDir() },
      }).output();
      assertEquals(new TextDecoder().decode(stderr), "");
      return new TextDecoder().decode(stdout);
    }),
});

const needsPinentry = needsPrograms("pinentry-curses");
const needsTerminal = needsPython("termios");

testOrSkip({
  name:
    `pass asks for the passphrase at the terminal, even of a captured program${needsPass.name}${needsPinentry.name}${needsTerminal.name}`,
  ignore: needsPass.ignore || needsPinentry.ignore || needsTerminal.ignore,
  fn: async () => {
    await using store = await createPass("the passphrase");
    await Deno.writeTextFile(
      `${store.env["GNUPGHOME"]}/gpg-agent.conf`,
      "pinentry-program /usr/bin/pinentry-curses\n",
    );
    await using home = await openHome(store);
    // To encrypt needs no passphrase; reading back does, and there is nobody.
    const alone = await home.run(["keys", "move", "me", "--to", "pass"]);
    assertEquals(alone.code, 6, alone.stderr);
    assertStringIncludes(await home.read(), secretAccessKey);
    for (const streams of ["terminal", "pipes"] as const) {
      const to = streams === "terminal" ? "pass" : "file";
      const env = { ...home.env, TERM: "xterm" };
      const { code, terminal, stdout, stderr, unmet } = await atTerminal({
        argv: cliCommand("keys", "move", "me", "--to", to, "--credential-process", "no"),
        env,
        cwd: home.home,
        streams,
        steps: [
          ...(to === "pass" ? [{ expect: "(yes, no)?" }, { send: "no\r" }] : []),
          { expect: "assphrase" },
          { pause: 0.5 },
          { send: "the passphrase\r" },
        ],
        seconds: 30,
      });
      assertEquals([code, unmet], [0, null], terminal + stdout + stderr);
      assertEquals((await home.read()).includes(secretAccessKey), to === "file");
      await new Deno.Command("gpgconf", { args: ["--kill", "gpg-agent"], env: store.env }).output();
    }
  },
});
