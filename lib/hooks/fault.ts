/**
 * What is wrong with a hook, as an outcome of a refresh: it costs nobody their session.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import type { HookFile } from "./file.ts";
import { oneLine } from "./one_line.ts";

/** Codes that say already what they are in a refresh. */
const plain = ["Cancelled", "HookFailed", "HookNotApproved"];

/**
 * Returns an error `HookFailed`, with the status of failed hooks, for whatever keeps a hook from
 * running; it names the hook.
 */
export function hookFault(name: string, error: unknown): StsmfaError {
  if (!(error instanceof StsmfaError)) {
    return new StsmfaError("HookFailed", `hook ${name}: ${oneLine(String(error))}`, {
      cause: error,
    });
  }
  if (plain.includes(error.code)) return error;
  const { message, hint, places } = error;
  const isNamed = message.startsWith(`hook ${name}`) || message.startsWith("there is no hook ");
  return new StsmfaError("HookFailed", isNamed ? message : `hook ${name}: ${message}`, {
    hint,
    places,
    cause: error,
  });
}

/** Returns an error of a hook's with the hook's file in its message. */
export function withFile({ name, path, isShipped }: HookFile, error: unknown): unknown {
  if (!(error instanceof StsmfaError) || isShipped) return error;
  const { code, message, hint, places } = error;
  const start = `hook ${name}: `;
  if (!message.startsWith(start) || message.includes(path)) return error;
  const details = { hint, places, cause: error };
  return new StsmfaError(code, `${start}${path}: ${message.slice(start.length)}`, details);
}
