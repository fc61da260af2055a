/**
 * Characters that would show a name in a prompt in another order than it has.
 *
 * @module
 */

/** Each of them in UTF-8, as `$'...'` of shells has it in every version and locale. */
export const bidirectional: readonly string[] = [
  ...[0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  ...[0x2066, 0x2067, 0x2068, 0x2069],
].map((code) =>
  Array.from(
    new TextEncoder().encode(String.fromCodePoint(code)),
    (byte) => `\\x${byte.toString(16)}`,
  ).join("")
);
