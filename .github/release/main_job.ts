/**
 * The main job with a program that was compiled: a code goes in, a session comes out, from an STS on
 * loopback that checks signatures.
 *
 * @module
 */

import { join } from "node:path";
import { startLoopbackSts } from "../../tests/support/loopback_sts.ts";
import { longTermSection } from "../../tests/support/spawned_cli.ts";
import { must } from "./formats/bytes.ts";
import type { Runner } from "./runners.ts";
import { run } from "./smoke.ts";

/** @throws Error with what the program said instead */
export async function mainJob(runner: Runner, program: string): Promise<void> {
  // Its clock stands still: a code is good for as long as a slow machine takes to send it.
  const start = new Date();
  await using sts = await startLoopbackSts({ now: () => start });
  const home = await Deno.makeTempDir({ prefix: "stsmfa-main-job-" });
  try {
    const env = { ...sts.env(), HOME: home, USERPROFILE: home };
    await Deno.mkdir(join(home, ".aws"), { mode: 0o700 });
    const section = longTermSection("default-long-term", sts.credentials());
    await Deno.writeTextFile(join(home, ".aws", "credentials"), section, { mode: 0o600 });
    const steps = [
      [["--token-code", await sts.code()], "renewed, expires in "],
      [[], "valid, expires in "],
      [["env", "default"], "AWS_SESSION_TOKEN="],
      [["whoami"], "123456789012"],
    ] as const;
    for (const [args, expected] of steps) {
      const { code, stdout, stderr } = await run(runner, program, args, env, home);
      const holds = code === 0 && stdout.includes(expected);
      must(holds, `${["stsmfa", ...args].join(" ")}: ${code}, ${stdout}${stderr}`);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
