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

/**
 * Returns so many of the numbers from 1 to a last one, evenly spread; thoroughly, all of them.
 *
 * @param turn takes others for one test than for the next
 */
export function sampled(last: number, count: number, turn = 0): number[] {
  const all = Array.from({ length: last }, (_, n) => n + 1);
  if (isThorough || last <= count) return all;
  const step = last / count;
  const start = (seed + turn * 5) % 16 / 16 * step;
  return Array.from({ length: count }, (_, n) => all[Math.floor(start + n * step)]!);
}
