/**
 * Where a person is asked. Types only.
 *
 * @module
 */

import type { Prompter } from "../context.ts";

/** Asks for codes alone: a {@link Prompter} does, and so does a window. */
export interface CodePrompter extends Pick<Prompter, "screen"> {
  /** Whether each question is in a window, which shows only what it is given. */
  readonly isWindow?: boolean;
  /**
   * Like that of a prompter.
   *
   * @param above lines to show above the question, in a window
   * @throws StsmfaError `Cancelled`; a window's `TokenCodeNeeded` if nobody answers it, or none can
   * be opened, and `TokenCodeMalformed`
   */
  askHidden(
    question: string,
    check: (answer: string) => string | undefined,
    signal: AbortSignal,
    above?: readonly string[],
  ): Promise<string>;
}

/** A program that opens windows. */
export type WindowName = "zenity" | "kdialog" | "pinentry" | "osascript" | "powershell";

/** Where the user may be asked: in any window, by a certain program, or nowhere. */
export type PromptPlace = "terminal" | "window" | WindowName | "none";
