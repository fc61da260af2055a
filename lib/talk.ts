/**
 * What is said on stderr beside the result.
 *
 * @module
 */

import type { Terminal } from "./context.ts";
import { inPlace, jsonForPrograms, linesForPeople } from "./screen.ts";

/** Talk to the user; never data. */
export interface Talk {
  /** Something that should be known, whatever `--quiet` says. */
  warn(message: string): void;
  /** Something worth knowing. */
  note(message: string): void;
  /** What is going on now; on a terminal it replaces the progress before it. */
  progress(message: string): void;
  /** Wipes the progress away. */
  endProgress(): void;
}

/** Talks on stderr; for programs, in lines of JSON. The same warning is given once. */
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
