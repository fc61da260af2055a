/**
 * Which Deno compiles the program, and what is compiled in.
 *
 * @module
 */

import { runtime, runtimeVersion } from "./runtime.ts";

/** A Deno. */
export interface Compiler {
  readonly path: string;
  readonly version: string;
}

/** What says which Deno compiles; unset, it is the one that runs this. */
export const compilerVariable = "STSMFA_COMPILER";

/** Returns the Deno that compiles: the one that STSMFA_COMPILER names, else the one that runs this. */
export async function compiler(): Promise<Compiler> {
  const path = Deno.env.get(compilerVariable) || Deno.execPath();
  return { path, version: await versionOf(path) };
}

/** Returns the Deno that all targets have a runtime of in the npm registry. */
export async function compilerOfNpm(): Promise<Compiler> {
  const words = ["-y", "-p", `deno@${runtimeVersion}`, "-c", "command -v deno"];
  const { success, stdout } = await new Deno.Command("npx", { args: words, stderr: "inherit" })
    .output();
  if (!success) throw new Error(`npx finds no deno@${runtimeVersion}`);
  return { path: new TextDecoder().decode(stdout).trim(), version: runtimeVersion };
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
  { path, version }: Compiler,
  checkout: string,
  ...words: string[]
): Promise<void> {
  // Deno fetches its own when it is the one that runs this, as in a release.
  const denort = path === Deno.execPath() ? undefined : await runtime(version, target);
  const script = ["run", "-A", ".github/release/compile.ts", "--target", target, "--deno", path];
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...script, ...words],
    cwd: checkout,
    env: denort === undefined ? {} : { DENORT_BIN: denort },
  }).spawn().status;
  if (!success) throw new Error(`the program for ${target} could not be compiled`);
}
