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
import {
  type WaitingProcess,
  waitingProcesses,
  waitingVariable,
} from "../profile/waiting_processes.ts";
import { settingName } from "./options.ts";

/** More in a row than anybody means. */
const mostProcesses = 16;

/**
 * Returns the variables that the program of a source must have, so that a circle ends.
 *
 * @throws StsmfaError `Recursion` if it is one, naming every section on its way
 */
export function circleMark(
  env: Environment,
  { origin, section }: ProcessSource,
): Record<string, string> {
  const waiting = waitingProcesses(env);
  const own: WaitingProcess = [pathOf(origin), section];
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
  return { [waitingVariable]: JSON.stringify([...waiting, own]) };
}

function pathOf(origin: Origin): string {
  return origin.kind === "file" ? origin.path : "";
}
