/**
 * The compiled program, for tests that are of it alone: the variable STSMFA_BINARY says where it is.
 *
 * @module
 */

const binary = Deno.env.get("STSMFA_BINARY");

/** The options of a test that needs the compiled program: skipped, and why, where it is not. */
export const needsCompiled: { readonly name: string; readonly ignore: boolean } = {
  name: binary === undefined
    ? " (skipped: STSMFA_BINARY names no compiled program)"
    : " (compiled)",
  ignore: binary === undefined,
};

/** The path of the compiled program. */
export function compiledProgram(): string {
  if (binary === undefined) throw new Error("STSMFA_BINARY is not set");
  return binary;
}
