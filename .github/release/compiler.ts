/**
 * Which Deno compiles the program, and what is compiled in. `compiler.ts` prints that Deno's path.
 *
 * @module
 */

import { compilerVersion } from "./compiler_version.ts";
import { runtime } from "./runtime.ts";

/** A Deno that compiles. */
export interface Compiler {
  readonly path: string;
  readonly version: string;
  /** Where its runtimes come from (`runtime.ts`); if unset, it fetches its own, as in a release. */
  readonly runtimes: string | undefined;
}

/** What says where runtimes come from. */
export const runtimesVariable = "STSMFA_RUNTIMES";

/** Returns the Deno that compiles what is released. */
export async function compiler(runtimes = Deno.env.get(runtimesVariable)): Promise<Compiler> {
  const deno = `deno@${compilerVersion}`;
  const words = ["npx", "-y", "-p", deno, "deno", "eval", "console.log(Deno.execPath())"];
  // There it is a script of the shell's, which nothing else starts.
  const [program, ...args] = Deno.build.os === "windows" ? ["cmd", "/d", "/c", ...words] : words;
  const { success, stdout } = await new Deno.Command(program!, { args, stderr: "inherit" })
    .output();
  if (!success) throw new Error(`npx finds no ${deno}`);
  const path = new TextDecoder().decode(stdout).trim();
  return { path, version: compilerVersion, runtimes: runtimes || undefined };
}

/** Returns the version of a Deno executable. */
export async function versionOf(deno: string): Promise<string> {
  const { stdout } = await new Deno.Command(deno, { args: ["--version"] }).output();
  const version = /^deno (\S+)/.exec(new TextDecoder().decode(stdout))?.[1];
  if (version === undefined) throw new Error(`${deno} does not say which version it is`);
  return version;
}

/**
 * Compiles the program in a checkout for a target.
 *
 * @param words further words for `compile.ts`
 */
export async function compileFor(
  target: string,
  { path, version, runtimes }: Compiler,
  checkout: string,
  ...words: string[]
): Promise<void> {
  const denort = runtimes === undefined ? undefined : await runtime(version, target, runtimes);
  if (runtimes !== undefined && denort === undefined) {
    throw new Error(`npm has no runtime of Deno ${version} for ${target}`);
  }
  const script = ["run", "-A", ".github/release/compile.ts", "--target", target, "--deno", path];
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...script, ...words],
    cwd: checkout,
    env: denort === undefined ? {} : { DENORT_BIN: denort },
  }).spawn().status;
  if (!success) throw new Error(`the program for ${target} could not be compiled`);
}

if (import.meta.main) console.log((await compiler()).path);
