/**
 * A terminal as questions and views use it.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import type { ScreenSize, ScreenText } from "../screen.ts";

/** A terminal, opened for one question. */
export interface TerminalLine {
  /** Waits, stopped, until the terminal is ours: at once, unless we are a job in the background. */
  inForeground(): Promise<void>;
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
  /** Turns echo on again, for an answer that the terminal itself shows. */
  showKeys(): void;
  /** Returns how much it shows. */
  size(): ScreenSize;
  /** Takes the whole terminal for what is drawn, or brings back what it showed before. */
  takeWhole(isWhole: boolean): void;
  /** Calls the listener when the size changes, or the program resumes after a stop. */
  onChange(listener: (change: "size" | "resumed") => void): void;
  /** Calls the listener before a signal stops the program, as far as the system allows that. */
  onStop(listener: () => void): void;
  /** Stops the program's job, as Ctrl-Z does; returns false if nobody could resume it. */
  suspend(): Promise<boolean>;
  /** Ends the program as Ctrl-\ does. */
  quit(): void;
  /** Gives the terminal back in its original modes. */
  close(): void;
}

/** A terminal that went away also sends a signal, which may come a moment later. */
const momentMilliseconds = 100;

/** Waits that moment; returns the error. */
export async function endOfInput(): Promise<StsmfaError> {
  await new Promise((resolve) => setTimeout(resolve, momentMilliseconds));
  return cancelled();
}

/** Returns the error for a question that nobody wants to answer. */
export function cancelled(): StsmfaError {
  return new StsmfaError("Cancelled", "cancelled");
}
