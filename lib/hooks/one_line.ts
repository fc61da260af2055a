/**
 * What a hook says, as far as a person reads it. Pure.
 *
 * @module
 */

/** Words from a hook as one line that is not too long. */
export function oneLine(text: string): string {
  const line = text.replace(/[ \t\r\n]+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}...` : line;
}
