/**
 * The width of text on a terminal, made visible: two columns for East Asian characters and emoji,
 * none for combining marks.
 *
 * @module
 */

// `unicodeWidth` of @std/cli would do, but its package in the npm registry lacks the data.
import textWidth from "fast-string-width";
import { charactersOf, visible } from "./screen.ts";

/** Returns how many columns a text takes. */
export function columnsOf(text: string): number {
  return columnsOfShown(visible(text));
}

/** Returns the same for a text that is visible already. */
export function columnsOfShown(shown: string): number {
  return /^[ -~…❯]*$/.test(shown) ? shown.length : textWidth(shown);
}

/** Returns the end of a text, made visible, that fits: long names begin alike. */
export function endThatFits(text: string, columns: number): string {
  const shown = visible(text);
  if (columnsOfShown(shown) <= columns) return shown;
  let left = columns - 1;
  const characters = charactersOf(shown).reverse();
  const end = characters.findIndex((each) => (left -= columnsOfShown(each)) < 0);
  return `…${characters.slice(0, end < 0 ? undefined : end).reverse().join("")}`;
}

/** What is longer is cut without measuring all of it. */
const mostUnits = 4096;

/**
 * Returns the end of a text, with `…` before it, that fits once it is made visible; a text that fits
 * as it is.
 */
export function endToShow(text: string, columns: number): string {
  const known = text.length > mostUnits ? text.slice(-mostUnits) : text;
  if (known === text && columnsOf(text) <= columns) return text;
  if (columns < 1) return "";
  let left = columns - 1;
  const characters = charactersOf(known).reverse();
  const end = characters.findIndex((each) => (left -= columnsOf(each)) < 0);
  return `…${characters.slice(0, end < 0 ? undefined : end).reverse().join("")}`;
}
