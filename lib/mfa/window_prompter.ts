/**
 * Asks for a code in a window.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { CodePrompter, WindowName } from "./prompt_place.ts";
import { StsmfaError } from "../errors.ts";
import { systemErrorCode, systemReason } from "../storage_error.ts";
import { type FoundProgram, windowPrograms } from "./window_programs.ts";
import { type WindowAnswer, windowLines } from "./window.ts";

/** How long a window stands. */
export const windowSeconds = 120;

/** A program that needs longer to start, and to reach the display, hangs; some are slow once. */
const probeSeconds = 10;

/** How often one is asked again for what can be no code, in one question. */
const mostRepeats = 3;

/**
 * Returns what asks in a window, or why there is none. A program that cannot be started, hangs, or
 * reaches no display is passed over for the next one when a window is to be opened.
 *
 * @param named the program to use, or `window` for any; without it, any, unless this seems to be a
 * machine that nobody looks at
 */
export async function windowPrompter(
  context: Context,
  named?: WindowName | "window",
): Promise<CodePrompter | string> {
  const found = await windowPrograms(context, named);
  return typeof found === "string" ? found : new WindowPrompter(context, found);
}

class WindowPrompter implements CodePrompter {
  readonly isWindow = true;
  readonly #left: FoundProgram[];
  readonly #reasons: string[] = [];
  #isProbed = false;

  constructor(private readonly context: Context, found: readonly FoundProgram[]) {
    this.#left = [...found];
  }

  /** @throws StsmfaError `Cancelled`, `TokenCodeNeeded`, `TokenCodeMalformed` */
  async askHidden(
    question: string,
    check: (answer: string) => string | undefined,
    signal: AbortSignal,
    above: readonly string[] = [],
  ): Promise<string> {
    let complaint: string | undefined;
    for (let repeats = 0; repeats <= mostRepeats; repeats++) {
      const lines = windowLines([...(complaint ? [complaint] : []), ...above, question]);
      const text = await this.#ask(lines, signal);
      complaint = check(text);
      if (complaint === undefined) return text;
    }
    throw new StsmfaError("TokenCodeMalformed", `the window gave no code: ${complaint}`);
  }

  /** Asks by the first program that can. */
  async #ask(lines: readonly string[], signal: AbortSignal): Promise<string> {
    for (;;) {
      const first = this.#left[0];
      if (first === undefined) throw noWindow(this.#reasons);
      const answer = await this.#probe(first, signal) ?? await this.#opened(first, lines, signal);
      if (answer.kind === "answered") return answer.text;
      if (answer.kind === "cancelled") throw new StsmfaError("Cancelled", "cancelled");
      if (answer.kind === "over") throw nobodyAnswered();
      this.#reasons.push(`${first.file}: ${answer.reason}`);
      this.#left.shift();
      this.#isProbed = false;
    }
  }

  /** Starts the program for nothing: some end in the same way without a display and when cancelled. */
  async #probe(found: FoundProgram, signal: AbortSignal): Promise<WindowAnswer | undefined> {
    const { program: { probe }, file } = found;
    if (probe === undefined || this.#isProbed) return undefined;
    const end = await this.#run({ argv: [file, ...probe] }, probeSeconds, signal);
    if (end.kind === "ended" && end.exitStatus === 0) {
      this.#isProbed = true;
      return undefined;
    }
    if (end.kind === "broken") return end;
    if (end.kind === "over") {
      return { kind: "broken", reason: `did not start within ${probeSeconds} seconds` };
    }
    return { kind: "broken", reason: firstLine(end.stderr) ?? `exit status ${end.exitStatus}` };
  }

  /** Opens it; a display that went away meanwhile is no person who cancels. */
  async #opened(
    found: FoundProgram,
    lines: readonly string[],
    signal: AbortSignal,
  ): Promise<WindowAnswer> {
    const answer = await this.#open(found, lines, signal);
    if (answer.kind !== "cancelled") return answer;
    this.#isProbed = false;
    return await this.#probe(found, signal) ?? answer;
  }

  async #open(
    { program, file, starter }: FoundProgram,
    lines: readonly string[],
    signal: AbortSignal,
  ): Promise<WindowAnswer> {
    const command = program.command(file, { lines, seconds: windowSeconds });
    const [first, ...more] = [...starter, ...command.argv] as const;
    const end = await this.#run({ ...command, argv: [first!, ...more] }, windowSeconds, signal);
    return end.kind === "ended" ? program.answer(end) : end;
  }

  async #run(
    command: Omit<Parameters<Context["runCommand"]>[0], "signal">,
    seconds: number,
    signal: AbortSignal,
  ) {
    const deadline = this.context.clock.deadline(seconds * 1000);
    let stderr = "";
    try {
      const result = await this.context.runCommand({
        ...command,
        onStderr: (text) => stderr += text,
        signal: AbortSignal.any([signal, deadline.signal]),
      });
      return { kind: "ended", ...result, stderr } as const;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (deadline.signal.aborted) return { kind: "over" } as const;
      // What is no error of the system is one of ours.
      if (systemErrorCode(error) === undefined) throw error;
      return { kind: "broken", reason: `cannot start: ${systemReason(error)}` } as const;
    } finally {
      deadline.cancel();
    }
  }
}

function firstLine(text: string): string | undefined {
  return text.split("\n").map((line) => line.trim()).find((line) => line !== "")?.slice(0, 200);
}

function noWindow(reasons: readonly string[]): StsmfaError {
  return new StsmfaError(
    "TokenCodeNeeded",
    `no window could be opened to ask for the code: ${reasons.join("; ")}`,
    { hint: "renew the session in a terminal, or set mfa_process to a command that prints codes" },
  );
}

function nobodyAnswered(): StsmfaError {
  return new StsmfaError(
    "TokenCodeNeeded",
    `nobody typed a code in the window within ${windowSeconds / 60} minutes`,
    { hint: "run the command again, or renew the session in a terminal" },
  );
}
