/**
 * The programs of `credential_process` that wait for this process, as the variable says that they
 * get it by.
 *
 * @module
 */

import type { Environment } from "../context.ts";

/** Tells a stsmfa started by a `credential_process` which of them are waiting: files and sections. */
export const waitingVariable = "STSMFA_WAITING_PROCESSES";

/** Tells a stsmfa started by an `mfa_process` which access keys, by ID, are waiting for a code. */
export const askingVariable = "STSMFA_ASKING_FOR";

/** Reports whether another stsmfa waits for what this process does. */
export function isWaitedFor(env: Environment): boolean {
  return env.has(waitingVariable) || env.has(askingVariable);
}

/** A `credential_process`: where it is named. */
export type WaitingProcess = readonly [path: string, section: string];

/** Returns those that wait, the one that started this process last. */
export function waitingProcesses(env: Environment): WaitingProcess[] {
  try {
    const list: unknown = JSON.parse(env.get(waitingVariable) ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((each): each is WaitingProcess =>
      Array.isArray(each) && each.length === 2 && each.every((part) => typeof part === "string")
    );
  } catch {
    return [];
  }
}
