/**
 * Finds circles of programs: a `credential_process` that starts a stsmfa which needs the same
 * `credential_process`.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { ProcessSource } from "../profile/others_source.ts";
import type { Origin } from "../profile/origin.ts";
import { settingName } from "./options.ts";

/** Tells a stsmfa started by a `credential_process` which of them are waiting: files and sections. */
const variable = "STSMFA_WAITING_PROCESSES";

/** More in a row than anybody means. */
const mostProcesses = 16;

type Waiting = readonly [path: string, section: string];

/**
 * Returns the variables that the program of a source must have, so that a circle ends.
 *
 * @throws StsmfaError `Recursion` if it is one, naming every section on its way
 */
export function circleMark(
  env: Environment,
  { origin, section }: ProcessSource,
): Record<string, string> {
  const waiting = waitingOf(env);
  const own: Waiting = [pathOf(origin), section];
  const isCircle = waiting.some(([path, name]) => path === own[0] && name === section);
  if (isCircle || waiting.length >= mostProcesses) {
    const way = [...waiting, own].map(([, name]) => name).join(" -> ");
    throw new StsmfaError(
      "Recursion",
      isCircle
        ? `${settingName(origin, section)} asks for credentials that come from itself: ${way}`
        : `${settingName(origin, section)} is the ${
          mostProcesses + 1
        }th that waits for another: ${way}`,
      { hint: "give one of these profiles keys of its own" },
    );
  }
  return { [variable]: JSON.stringify([...waiting, own]) };
}

function waitingOf(env: Environment): Waiting[] {
  try {
    const list: unknown = JSON.parse(env.get(variable) ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((each): each is Waiting =>
      Array.isArray(each) && each.length === 2 && each.every((part) => typeof part === "string")
    );
  } catch {
    return [];
  }
}

function pathOf(origin: Origin): string {
  return origin.kind === "file" ? origin.path : "";
}
