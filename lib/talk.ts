/**
 * Messages on stderr, besides the result.
 *
 * @module
 */

import type { Terminal } from "./context.ts";
import { inPlace, jsonForPrograms, linesForPeople } from "./screen.ts";

/** Messages to the user; never data. */
export interface Talk {
  /** Warns the user, even with `--quiet`. */
  warn(message: string): void;
  /** Tells the user something worth knowing. */
  note(message: string): void;
  /** Shows what is going on now; on a terminal, it replaces the previous progress. */
  progress(message: string): void;
  /** Erases the progress. */
  endProgress(): void;
}

/** Prints messages on stderr, as lines of JSON with `json`. Prints the same warning once. */
export function terminalTalk(
  terminal: Terminal,
  { quiet = false, json = false }: { readonly quiet?: boolean; readonly json?: boolean },
): Talk {
  const { stderr } = terminal;
  const say = (message: string) => stderr.write(linesForPeople([`stsmfa: ${message}`], false));
  let last = "";
  const warnings = new Set<string>();
  const endProgress = () => {
    if (last !== "" && stderr.isTerminal) stderr.write(inPlace(""));
    last = "";
  };
  return {
    endProgress,
    warn: (message) => {
      if (warnings.has(message)) return;
      warnings.add(message);
      endProgress();
      if (json) stderr.write(jsonForPrograms({ warning: { message } }));
      else say(`warning: ${message}`);
    },
    note: (message) => {
      if (quiet || json) return;
      endProgress();
      say(message);
    },
    progress: (message) => {
      if (quiet || json) return;
      if (stderr.isTerminal) {
        stderr.write(inPlace(message, stderr.columns));
      } else if (last === "") say(message);
      last = message;
    },
  };
}
