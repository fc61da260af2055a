/**
 * How many columns of a terminal texts take, once they are visible: two for what East Asian fonts and
 * emoji have, none for marks.
 *
 * @module
 */

// `unicodeWidth` of @std/cli would do, but its package in the npm registry lacks the data.
import textWidth from "fast-string-width";
import { visible } from "./screen.ts";

/** Returns how many columns a text takes. */
export function columnsOf(text: string): number {
  return columnsOfShown(visible(text));
}

/** Returns the same of a text that is visible already. */
export function columnsOfShown(shown: string): number {
  return /^[ -~]*$/.test(shown) ? shown.length : textWidth(shown);
}

/** Returns the beginning of a text, made visible, that fits into so many columns. */
export function beginningThatFits(text: string, columns: number): string {
  const shown = visible(text);
  return columnsOfShown(shown) <= columns ? shown : `${cut(charactersOf(shown), columns - 1)}…`;
}

/** Returns the end of a text, made visible, that fits: the beginnings of long names are the same. */
export function endThatFits(text: string, columns: number): string {
  const shown = visible(text);
  if (columnsOfShown(shown) <= columns) return shown;
  const kept = cut(charactersOf(shown).reverse(), columns - 1);
  return `…${charactersOf(kept).reverse().join("")}`;
}

function cut(characters: readonly string[], columns: number): string {
  let left = columns;
  const end = characters.findIndex((each) => (left -= columnsOfShown(each)) < 0);
  return characters.slice(0, end < 0 ? undefined : end).join("");
}

/** As a reader counts them: letters with their marks, and emoji of several code points. */
function charactersOf(shown: string): string[] {
  return Array.from(new Intl.Segmenter().segment(shown), ({ segment }) => segment);
}
