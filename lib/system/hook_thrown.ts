/**
 * What a hook has thrown, as far as it may leave the hook's process.
 *
 * @module
 */

import type { ThrownError } from "../context.ts";

/** The answer for an exception. */
export interface ThrownAnswer extends ThrownError {
  readonly kind: "threw";
  /** Its causes, from the outside in. */
  readonly causes: readonly ThrownError[];
}

/**
 * Returns the answer for an exception: it, and what caused it, each with the line of the hook's text
 * that its stack begins with. Of a stack, which is for those who wrote the runtime, no more leaves.
 *
 * Self-contained, since its source is also sent as text.
 */
export function thrown(error: unknown): ThrownAnswer {
  const json = (value: unknown) => {
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const told = (value: unknown) => {
    if (!(value instanceof Error)) {
      return { name: "", message: typeof value === "string" ? value : json(value) };
    }
    // Only the hook's own text comes from such a URL.
    const frame = /^\s+at .*data:text\/javascript;charset=utf-8;base64,[^\s)]*:(\d+):(\d+)\)?$/m;
    const [, line, column] = frame.exec(String(value.stack)) ?? [];
    return {
      name: String(value.name),
      message: String(value.message),
      ...(line !== undefined && { line: Number(line), column: Number(column) }),
    };
  };
  const causes = [];
  const open = [error];
  for (
    let value = open.shift();
    value instanceof Error && causes.length < 8;
    value = open.shift()
  ) {
    const { cause, errors } = value as { cause?: unknown; errors?: unknown };
    const below = [...(cause === undefined ? [] : [cause]), ...Array.isArray(errors) ? errors : []];
    causes.push(...below.map(told));
    open.push(...below);
  }
  return { kind: "threw", ...told(error), causes: causes.slice(0, 8) };
}
