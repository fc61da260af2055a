/**
 * Makes V8's code caches of the program's scripts: what V8 has compiled of them after runs of the
 * program, which it then need not compile at each start. V8 takes a cache if its own version, its
 * flags and the length of the script are the same; else the program runs without. It does not look
 * for damage: with `--verify-snapshot-checksum` it would, and read the runtime's own snapshot, too,
 * which takes 17 ms.
 *
 * The caches are made by the program itself: with another main module (`program/cache_maker.ts`), in
 * a home and with an STS that are made for it.
 *
 * @module
 */

import { join } from "node:path";
import { startLoopbackSts } from "../../tests/support/loopback_sts.ts";
import type { cached } from "./program/cached.ts";
import { longTermSection } from "../../tests/support/spawned_cli.ts";

/** The scripts that one process makes caches of, after these runs. */
interface Making {
  readonly scripts: readonly (typeof cached)[number][];
  readonly runs: readonly (readonly string[])[];
}

/** What is compiled is in the cache, and takes time to be read: so no more than most runs need. */
const makings = (code: string): readonly Making[] => [
  { scripts: ["refresh", "shared", "status"], runs: [["--token-code", code], ["status"]] },
  { scripts: ["start"], runs: [[], ["process"], ["env"]] },
];

/** Returns the caches by their scripts' names, from a program whose main module is the maker. */
export async function codeCaches(maker: string): Promise<Map<string, Uint8Array>> {
  // Its clock stands still: a code is good for as long as a slow machine takes to send it.
  const start = new Date();
  await using sts = await startLoopbackSts({ now: () => start });
  const home = await Deno.makeTempDir({ prefix: "stsmfa-code-cache-" });
  const caches = new Map<string, Uint8Array>();
  try {
    await Deno.mkdir(join(home, ".aws"), { mode: 0o700 });
    const section = longTermSection("default-long-term", sts.credentials());
    await Deno.writeTextFile(join(home, ".aws", "credentials"), section, { mode: 0o600 });
    for (const { scripts, runs } of makings(await sts.code())) {
      const { success, stderr } = await new Deno.Command(maker, {
        args: [home, scripts.join(), JSON.stringify(runs)],
        clearEnv: true,
        env: { ...sts.env(), ...system(), HOME: home, USERPROFILE: home },
        cwd: home,
        stdin: "null",
        stdout: "null",
      }).output();
      if (!success) throw new Error(`no code cache: ${new TextDecoder().decode(stderr)}`);
      for (const name of scripts) {
        caches.set(name, await Deno.readFile(join(home, `${name}.cache`)));
      }
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
  return caches;
}

/** Windows gives no connection and no random number without it. */
function system(): Record<string, string> {
  const root = Deno.env.get("SystemRoot");
  return root === undefined ? {} : { SystemRoot: root };
}
