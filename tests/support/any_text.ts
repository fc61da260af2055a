/**
 * Generated texts of any code points.
 *
 * @module
 */

import fc from "fast-check";

const surrogates = { first: 0xd800, count: 0x800 };

const character = fc.integer({ min: 0, max: 0x10ffff - surrogates.count }).map(
  (index) => String.fromCodePoint(index + (index < surrogates.first ? 0 : surrogates.count)),
  (text) => {
    const code = typeof text === "string" ? text.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== text || !text.isWellFormed()) {
      throw new Error("no character");
    }
    return code - (code < surrogates.first ? 0 : surrogates.count);
  },
);

/**
 * Returns texts of any code points but halves of a surrogate pair. The library's own for the same,
 * of the unit "binary", makes a table of all of them, for more than a second of each worker.
 */
export function anyText(
  length: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<string> {
  return fc.string({ ...length, unit: character });
}
