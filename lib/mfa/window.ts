/**
 * What all programs that open a window have in common: what they are asked, and how they end.
 *
 * @module
 */

import type { Command, CommandResult } from "../context.ts";
import type { WindowName } from "./prompt_place.ts";
import { charactersOf, visible } from "../screen.ts";

/** What a window shows, and how long it may stand. */
export interface WindowQuestion {
  /** The lines, the question last; plain text, which each program is given as it needs it. */
  readonly lines: readonly string[];
  /** After this long nobody is there. */
  readonly seconds: number;
}

/** How a window ended. */
export type WindowAnswer =
  | { readonly kind: "answered"; readonly text: string }
  | { readonly kind: "cancelled" }
  /** Nobody answered it. */
  | { readonly kind: "over" }
  /** The program could not ask, and another one may. */
  | { readonly kind: "broken"; readonly reason: string };

/** How a program that opened a window ended. */
export type WindowEnd = CommandResult & { readonly stderr: string };

/** A program that opens a window. */
export interface WindowProgram {
  readonly name: WindowName;
  /** The names that its file may have, the best first. */
  readonly files: readonly string[];
  /** Arguments with which it does nothing but start, and open the display if it can. */
  readonly probe?: readonly string[];
  /** Returns how it is run; what was typed must never be among the arguments. */
  command(file: string, question: WindowQuestion): Pick<Command, "argv" | "env" | "stdin">;
  /** Returns what its end means. */
  answer(end: WindowEnd): WindowAnswer;
}

/** The title of every window. Names of others are not in it: not every program escapes it. */
export const windowTitle = "stsmfa: MFA code";

/** How wide a line may be, in characters: most windows are as wide as their longest line. */
const mostCharacters = 72;

/** A text that is longer than so many lines is cut. */
const mostLines = 6;

/**
 * Returns lines that can be shown, without anything invisible, and narrow enough.
 *
 * @param lines of text from anywhere
 */
export function windowLines(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const parts: string[] = [];
    let rest = charactersOf(visible(line).trim());
    while (rest.length > mostCharacters) {
      const part = rest.slice(0, mostCharacters);
      const blank = part.findLastIndex((each) => /^[ /]$/.test(each));
      const end = blank > mostCharacters / 2 ? blank + 1 : mostCharacters;
      parts.push(rest.slice(0, end).join("").trimEnd());
      rest = rest.slice(end);
    }
    parts.push(rest.join(""));
    return parts.length > mostLines ? [...parts.slice(0, mostLines - 1), "…"] : parts;
  });
}

/** Returns an answer without the line end that a program prints behind it. */
export function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}

/** Returns the end of a program that could not ask, in its own words, as far as it has any. */
export function brokenBy({ exitStatus, stderr }: WindowEnd): WindowAnswer {
  const said = stderr.split("\n").map((line) => line.trim()).find((line) => line !== "");
  const reason = said === undefined ? `exit status ${exitStatus}` : said.slice(0, 200);
  return { kind: "broken", reason };
}
