/**
 * Asks the person at a terminal.
 *
 * Uses no library: those we tried read ahead, which takes keys from the program that runs next, end
 * the process by a signal of their own, do not restore the terminal when stopped, and redraw a line
 * for each of thousands of pasted characters.
 *
 * @module
 */

import type { Prompter } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { linesForPeople, type ScreenText } from "../screen.ts";
import { nextLine } from "./drawing.ts";
import { KeyReader } from "./keys.ts";
import { LineQuestion, ListQuestion, type Question } from "./question.ts";

/** A terminal, opened for one question. */
export interface TerminalLine {
  /** Reads one byte of the next key; `undefined` at the end of the input. */
  read(): Promise<Uint8Array | undefined>;
  write(text: ScreenText): void;
  /** Sets raw mode, in which keys come as they are pressed, and are not shown. */
  setRaw(isRaw: boolean): void;
  /**
   * Turns echo off until the terminal is given back for good, even between questions: the next code
   * may be typed while the last one is being checked.
   */
  hideKeys(): void;
  /** Returns its width. */
  columns(): number;
  /** Calls the listener when the size changes, or the program resumes after a stop. */
  onChange(listener: (change: "size" | "resumed") => void): void;
  /** Stops the program's job, as Ctrl-Z does; returns false if nobody could resume it. */
  suspend(): Promise<boolean>;
  /** Ends the program as Ctrl-\ does. */
  quit(): void;
  /** Gives the terminal back in its original modes. */
  close(): void;
}

/** Returns a prompter for a terminal, which is opened for each question. */
export function prompterAt(open: () => TerminalLine): Prompter {
  const isHidden = true;
  return {
    askHidden: (question, check, signal) => {
      const line = open();
      line.hideKeys();
      return ask(line, new LineQuestion(question, { isHidden, check }), signal);
    },
    ask: (question, check, signal, above = []) =>
      ask(open(), new LineQuestion(question, { isHidden: !isHidden, check }), signal, above),
    choose: (question, choices, signal) => ask(open(), new ListQuestion(question, choices), signal),
  };
}

/** Asks one question; Ctrl-C, Ctrl-D and the end of the input cancel. */
async function ask<T>(
  line: TerminalLine,
  question: Question<T>,
  signal: AbortSignal,
  above: readonly string[] = [],
): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([answer(line, question, above), aborted]);
  } catch (error) {
    line.write(nextLine);
    throw error;
  } finally {
    line.close();
  }
}

/** A terminal that went away also sends a signal, which may come a moment later. */
const momentMilliseconds = 100;

async function answer<T>(
  line: TerminalLine,
  question: Question<T>,
  above: readonly string[],
): Promise<T> {
  const keys = new KeyReader();
  let drawn: string | undefined;
  const draw = (isAfresh = false) => {
    const texts = question.draw(line.columns(), isAfresh);
    // A long paste has many keys that change nothing visible.
    if (!isAfresh && texts.join() === drawn) return;
    drawn = texts.join();
    texts.forEach((text) => line.write(text));
  };
  const begin = () => {
    line.setRaw(true);
    draw(true);
  };
  line.onChange((change) => change === "resumed" ? begin() : draw());
  line.setRaw(true);
  line.write(linesForPeople(above, false));
  draw(true);
  for (;;) {
    // Only one byte: what is typed after the answer is for the next reader.
    const bytes = await line.read().catch(() => undefined);
    if (bytes === undefined) {
      await new Promise((resolve) => setTimeout(resolve, momentMilliseconds));
      throw cancelled();
    }
    for (const key of keys.take(bytes, performance.now())) {
      if (key.kind === "cancel") throw cancelled();
      if (key.kind === "quit") line.quit();
      if (key.kind === "suspend") {
        line.write(nextLine);
        if (!await line.suspend()) throw cancelled();
      }
      const found = question.take(key);
      draw();
      if (found !== undefined) return found.answer;
    }
  }
}

function cancelled(): StsmfaError {
  return new StsmfaError("Cancelled", "cancelled");
}
