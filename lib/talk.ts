/**
 * Messages besides the result: on stderr, or, for a person who is asked at a terminal while stderr
 * is captured, at that terminal.
 *
 * @module
 */

import type { Context, Output, Waits } from "./context.ts";
import type { StsmfaError } from "./errors.ts";
import { withTilde } from "./path.ts";
import { brokenToFit, inPlace, jsonForPrograms, linesForPeople } from "./screen.ts";

/** Messages to the user; never data. */
export interface Talk extends Omit<Waits, "afterSeconds"> {
  /** Warns the user, even with `--quiet`. */
  warn(message: string): void;
  /** Tells the user something worth knowing. */
  note(message: string): void;
  /** Tells what one needs to know to answer a question: each time, even with `--quiet`. */
  tell(message: string): void;
  /** Shows what is being waited for; on a terminal, it replaces the previous progress. */
  progress(message: string): void;
  /** Erases the progress. */
  endProgress(): void;
  /**
   * Says everything from here on at the terminal where questions are, and there too what was said
   * before. Without one, nothing changes.
   */
  moveTo(screen: Output | undefined): void;
  /** Says how it ended to a person at such a terminal; stderr is told by whoever prints errors. */
  fail(error: StsmfaError, about?: string): void;
}

/** What is drawn on the last line of a screen: whoever writes there next takes it off. */
const drawn = new WeakMap<Output, string>();

/** Prints messages on stderr, as lines of JSON with `json`. Prints the same warning once. */
export function terminalTalk(
  { terminal, env }: Pick<Context, "terminal" | "env">,
  { quiet = false, json = false }: { readonly quiet?: boolean; readonly json?: boolean },
): Talk {
  const { stderr } = terminal;
  let screen: Output | undefined;
  const before: string[] = [];
  let last = "";
  const warnings = new Set<string>();
  const write = (...texts: readonly string[]) => {
    endProgress();
    const shown = texts.map((each) => `stsmfa: ${withTilde(env, each)}`);
    const output = screen ?? stderr;
    const columns = output.isTerminal ? output.columns : undefined;
    output.write(linesForPeople(brokenToFit(shown, columns), false));
  };
  const endProgress = () => {
    const output = screen ?? stderr;
    if (drawn.delete(output)) output.write(inPlace(""));
    last = "";
  };
  const warnNow = (message: string, line: string) => {
    if (screen === undefined && !stderr.isTerminal) before.push(line);
    if (screen === undefined && json) stderr.write(jsonForPrograms({ warning: { message } }));
    else write(line);
  };
  return {
    endProgress,
    warn: (message) => {
      if (warnings.has(message)) return;
      warnings.add(message);
      warnNow(message, `warning: ${message}`);
    },
    tell: (message) => warnNow(message, message),
    note: (message) => {
      if (quiet) return;
      if (screen === undefined && !stderr.isTerminal) before.push(message);
      if (screen !== undefined || !json) write(message);
    },
    progress: (message) => {
      const output = screen ?? stderr;
      if (hasMotion(output, env)) {
        if (drawn.get(output) === message) return;
        output.write(inPlace(withTilde(env, message), output.columns));
        drawn.set(output, message);
        return;
      }
      if (message === last || (!output.isTerminal && (quiet || json))) return;
      if (last === "") write(message);
      last = message;
    },
    moveTo: (found) => {
      if (found === undefined || screen !== undefined) return;
      endProgress();
      screen = found;
      write(...before);
    },
    fail: ({ message, hint }, about) => {
      if (screen === undefined) return;
      const whose = about === undefined ? "" : `${about}: `;
      write(`error: ${whose}${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`]));
    },
  };
}

/** Reports whether a line may be drawn anew: on a terminal, unless it is to be plain. */
function hasMotion({ isTerminal }: Output, env: Context["env"]): boolean {
  if (!isTerminal) return false;
  try {
    return env.get("TERM") !== "dumb" && !env.get("NO_COLOR");
  } catch {
    // One that cannot be read says nothing.
    return true;
  }
}
