/**
 * What may not reach a terminal from outside, told apart in another way than the program does.
 *
 * @module
 */

/** Ranges of code points, from Unicode's own lists of what is not to be seen or reorders text. */
const ranges: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xa0, 0xa0],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x600, 0x605],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xe000, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1bca0, 0x1bca3],
  [0x1d159, 0x1d159],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
  [0xf0000, 0x10ffff],
];

/** A text with one of each, or all but those that end a line for somebody. */
export const hostile =
  "\x1b]0;title\x07\x1b[2J\x1b[31m\u009b31m\x7f\b\u202e\u2066\u061c\u200b\u200d" +
  "\ufeff\u00ad\u3164\u{e0041}\ufe0f\u00a0x";

/** {@link hostile} and what ends lines and words. */
export const hostileLines = `${hostile}\nstsmfa: error: forged\r\u2028\u0085\x0b\t`;

/**
 * The forbidden code points of what was printed, in hexadecimal; line ends are the program's own.
 *
 * @param ours sequences that the program itself may use
 */
export function forbiddenIn(printed: string, ours: readonly string[] = []): string[] {
  const rest = ours.reduce((text, sequence) => text.replaceAll(sequence, ""), printed)
    .replaceAll("\n", "");
  const found = [...rest].map((character) => character.codePointAt(0)!)
    .filter((point) => ranges.some(([first, last]) => point >= first && point <= last));
  return [...new Set(found)].map((point) => point.toString(16));
}
