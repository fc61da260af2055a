/**
 * Characters of a name that a prompt must not have, besides those that every shell takes for control
 * characters in every locale.
 *
 * @module
 */

/** Control characters that only some shells know, and only in some locales. */
const controls = Array.from({ length: 0x20 }, (_, at) => 0x80 + at);

const lineEnds = [0x2028, 0x2029];

/** They would show a name in another order than it has. */
const bidirectional = [
  ...[0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  ...[0x2066, 0x2067, 0x2068, 0x2069],
];

/** Each of them in UTF-8, as `$'...'` of shells has it in every version and locale. */
export const hidden: readonly string[] = [...controls, ...lineEnds, ...bidirectional]
  .map((code) =>
    Array.from(
      new TextEncoder().encode(String.fromCodePoint(code)),
      (byte) => `\\x${byte.toString(16)}`,
    ).join("")
  );
