/**
 * A move of a key to a real key store, killed by the store's own program: before it does what it is
 * asked for, or right after. `tests/fault/keys_move_fault_test.ts` has every step, in one process.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import { testOrSkip } from "../support/abilities.ts";
import { needsKeyring, type RealStore, startKeyring } from "../support/real_stores.ts";
import { longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";
import { isThorough } from "../support/thorough.ts";

const { accessKeyId, secretAccessKey } = alice();

/** Puts a program before `secret-tool` that kills who has called it at the n-th call. */
async function killAt(home: SpawnedHome, call: number, isAfter: boolean): Promise<string> {
  const folder = home.path("killing");
  const kill = "kill -9 $PPID; exit 137";
  const lines = [
    "#!/bin/sh",
    `echo x >> '${home.path("calls")}'`,
    `[ "$(wc -l < '${home.path("calls")}')" -eq ${call} ] || exec /usr/bin/secret-tool "$@"`,
    ...(isAfter ? ['/usr/bin/secret-tool "$@" > /dev/null'] : []),
    kill,
    "",
  ];
  await home.write("killing/secret-tool", lines.join("\n"));
  await Deno.chmod(`${folder}/secret-tool`, 0o755);
  return `${folder}:${Deno.env.get("PATH")}`;
}

async function secretIn({ env, run }: RealStore): Promise<string> {
  const attributes = ["service", "stsmfa", "kind", "access-key", "account", accessKeyId];
  const { stdout } = await run({
    argv: ["secret-tool", "lookup", ...attributes],
    env,
    signal: new AbortController().signal,
    onStderr: () => {},
  });
  return stdout;
}

testOrSkip({
  name:
    `a move that is killed at any call of secret-tool loses no key, and is finished${needsKeyring.name}`,
  ignore: needsKeyring.ignore,
  fn: async () => {
    await using store = await startKeyring();
    const { HOME: _, PATH: __, ...more } = store.env;
    let killed = 0;
    for (const to of ["keychain", "file"]) {
      for (let call = 1, isOver = false; !isOver; call += isThorough ? 1 : 2) {
        const both = [false, true];
        for (const isAfter of isThorough ? both : [both[(call >> 1) % 2]!]) {
          await using home = await SpawnedHome.create(more);
          await home.write(".aws/credentials", `# mine\n${longTermSection("me", alice())}`);
          const move = (to: string, env: Record<string, string> = {}) =>
            home.run(["keys", "move", "me", "--to", to], env);
          if (to === "file") assertEquals((await move("keychain")).code, 0);
          const { code } = await move(to, { PATH: await killAt(home, call, isAfter) });
          const inFile = async () =>
            IniDocument.parse(await home.read()).get("me", "aws_secret_access_key") ===
              secretAccessKey;
          const what = `call ${call}, ${isAfter ? "after" : "before"}, to ${to}`;
          assert(await inFile() || await secretIn(store) === secretAccessKey, what);
          isOver = code === 0;
          if (!isOver) killed++;
          assertEquals((await move(to)).code, 0, what);
          const isThere = [await inFile(), await secretIn(store) === secretAccessKey];
          assertEquals(isThere, [to === "file", to !== "file"], what);
          assertEquals((await move("file")).code, 0, what);
        }
      }
    }
    assert(killed >= (isThorough ? 12 : 3), `${killed} kills`);
  },
});
