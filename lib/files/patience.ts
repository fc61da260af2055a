/**
 * Says what is waited for: a program, a host, a store. Whoever waits in silence looks hung.
 *
 * @module
 */

import type { Context, Deadline, Waits } from "../context.ts";

/** How many waits are shown at the same time; what is told last stands until all are over. */
const shown = new WeakMap<Waits, number>();

/** How many questions are open, on whose line nothing else may be shown. */
const questions = new WeakMap<Waits, number>();

/** Reports whether a question is open. */
export function isAsking(waits: Waits): boolean {
  return (questions.get(waits) ?? 0) > 0;
}

/** Asks something; what is waited for is taken off the screen, and not shown meanwhile. */
export async function quietly<T>(
  { waits }: Pick<Context, "waits">,
  ask: () => Promise<T>,
): Promise<T> {
  if (waits === undefined) return await ask();
  questions.set(waits, (questions.get(waits) ?? 0) + 1);
  if ((shown.get(waits) ?? 0) > 0) waits.endProgress();
  try {
    return await ask();
  } finally {
    questions.set(waits, questions.get(waits)! - 1);
  }
}

/**
 * Does something that may take long; after a second, in a log after a few, and then each second,
 * says how long it may still take.
 *
 * @param what what is waited for, such as a host
 * @param seconds after which it ends by itself
 */
export async function patiently<T>(
  { clock, waits }: Pick<Context, "clock" | "waits">,
  what: string,
  seconds: number,
  act: () => Promise<T>,
): Promise<T> {
  if (waits === undefined) return await act();
  let second: Deadline | undefined;
  let isShown = false, passed = 0;
  const wait = () => {
    second = clock.deadline(1000);
    second.signal.addEventListener("abort", () => {
      wait();
      if (++passed < waits.afterSeconds) return;
      if (isAsking(waits)) return;
      // By the timers that end it, and not by a clock that is put right meanwhile.
      const left = Math.max(0, Math.ceil(seconds - passed));
      if (!isShown) shown.set(waits, (shown.get(waits) ?? 0) + 1);
      isShown = true;
      waits.progress(`waiting for ${what}, ${left} s left`);
    }, { once: true });
  };
  wait();
  try {
    return await act();
  } finally {
    second?.cancel();
    const others = (shown.get(waits) ?? 1) - 1;
    if (isShown) shown.set(waits, others);
    if (isShown && others === 0 && !isAsking(waits)) waits.endProgress();
  }
}
