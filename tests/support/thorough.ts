/**
 * How much is tried. `STSMFA_THOROUGH=10` makes ten times as many generated cases, and tries everything
 * that takes long: every kill, every fault, servers that are slow. `STSMFA_SEED` generates other cases.
 *
 * @module
 */

/** By how much more cases are generated than usual. */
export const factor = Number(Deno.env.get("STSMFA_THOROUGH") ?? 1);

/** Whether what takes long is tried. */
export const isThorough = factor > 1;

/** The seed of generated cases. */
export const seed = Number(Deno.env.get("STSMFA_SEED") ?? 13);
