/**
 * Programs that run outside the checkout, as where stsmfa is installed.
 *
 * @module
 */

import { delimiter, dirname } from "node:path";
import type { Ended, SpawnedHome } from "./spawned_cli.ts";

/** Runs a program in a home, with this runtime in its PATH. */
export async function runOutside(
  home: SpawnedHome,
  env: Readonly<Record<string, string>>,
  [program, ...args]: readonly [string, ...string[]],
): Promise<Ended> {
  const certificates = Deno.env.get("DENO_CERT");
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: home.home,
    clearEnv: true,
    env: {
      ...home.env,
      PATH: `${dirname(Deno.execPath())}${delimiter}${home.env["PATH"]}`,
      DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla",
      ...(certificates !== undefined && { DENO_CERT: certificates }),
      NO_COLOR: "1",
      ...env,
    },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
