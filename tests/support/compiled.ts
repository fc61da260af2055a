/**
 * The compiled program, for tests that need it: STSMFA_BINARY is its path.
 *
 * @module
 */

const binary = Deno.env.get("STSMFA_BINARY");

/**
 * The options of a test that needs the compiled program: skipped, with the reason, if it is
 * missing.
 */
export const needsCompiled: { readonly name: string; readonly ignore: boolean } = {
  name: binary === undefined
    ? " (skipped: STSMFA_BINARY names no compiled program)"
    : " (compiled)",
  ignore: binary === undefined,
};

/** Returns the path of the compiled program. */
export function compiledProgram(): string {
  if (binary === undefined) throw new Error("STSMFA_BINARY is not set");
  return binary;
}
