/**
 * What takes a whole terminal: a list to choose from, or what is kept up to date. Types only.
 *
 * @module
 */

import type { Line } from "./screen.ts";

/** A key, or a character that was typed or pasted. */
export type Key =
  | { readonly kind: "text"; readonly text: string }
  | {
    readonly kind:
      | "enter"
      | "escape"
      | "erase"
      | "eraseWord"
      | "eraseLine"
      | "up"
      | "down"
      | "pageUp"
      | "pageDown"
      | "home"
      | "end"
      | "cancel"
      | "suspend"
      | "quit";
  };

/** How much a terminal shows. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a whole terminal shows at one moment. */
export interface Frame {
  /** From the top; what does not fit is cut off. */
  readonly lines: readonly Line[];
  /** Where the cursor is, counted from 0; without it, there is none. */
  readonly cursor?: { readonly row: number; readonly column: number };
}

/** What a key leads to: an answer, or nothing yet. */
export type Answered<T> = { readonly answer: T } | undefined;

/** What takes a whole terminal, and all keys but those that end or stop a program. */
export interface ScreenView<T> {
  readonly hasColour: boolean;
  draw(size: ScreenSize): Frame;
  /** Handles a key; returns the answer in an object once there is one. */
  take(key: Key): Answered<T> | Promise<Answered<T>>;
  /**
   * Called once the view is drawn; then it is drawn again.
   *
   * @returns after how many milliseconds to call it again; `undefined` if that is not needed
   */
  refresh?(): Promise<number | undefined>;
  /** Returns the lines to leave on the terminal once it looks as before. */
  leaves?(answer: T): readonly Line[];
}
