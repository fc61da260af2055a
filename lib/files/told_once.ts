/**
 * Says once what is waited for.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { isAsking } from "./patience.ts";

/**
 * Does something that may ask the person itself, such as a program: after as long, tells it once. What
 * is drawn anew each second would take away what is asked on the same line.
 *
 * @param tell says it on a line of its own
 */
export async function toldOnce<T>(
  { clock, waits }: Pick<Context, "clock" | "waits">,
  tell: () => void,
  act: () => Promise<T>,
): Promise<T> {
  if (waits === undefined) return await act();
  const patience = clock.deadline(waits.afterSeconds * 1000);
  patience.signal.addEventListener("abort", () => isAsking(waits) || tell(), { once: true });
  try {
    return await act();
  } finally {
    patience.cancel();
  }
}
