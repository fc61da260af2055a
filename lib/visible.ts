/**
 * Words from outside as a person may see them: nothing in them steers the terminal, hides or turns
 * around what stands beside it.
 *
 * @module
 */

/**
 * The text with every character that shows nothing, or does something, spelt out as `\u{1b}`.
 *
 * Letters, digits and signs of every script stay, with their marks, and so do emoji. All else is
 * spelt: control and format characters (bidirectional ones, zero-width ones, tags, byte-order marks,
 * soft hyphens), every space but the plain one, line and paragraph separators, fillers that look like
 * a space, private and unassigned characters, halves of surrogate pairs, marks that stand on nothing
 * of their own, and of marks in a row all behind the eighth. A `\u{` that is in the text itself is
 * spelt, too: what is shown can be read back in one way only, so that two texts never look the same
 * for what is not to be seen in them.
 */
export function visible(text: string): string {
  return spelt(text, spell);
}

/** JSON that means the same, with the same characters as `\u001b`. */
export function visibleJson(json: string): string {
  // Its own line ends are between values; those within strings are escaped already.
  return json.split("\n").map((line) => spelt(line, escapeUnits)).join("\n");
}

function spelt(text: string, spell: (text: string) => string): string {
  if (harmless.test(text)) return text;
  return text.replace(shown, (all, isSeen?: string) => isSeen === undefined ? spell(all) : all);
}

/** Most texts, without a look at each character. */
const harmless = /^[ -[\]-~]*$/;

/**
 * What is seen, as the group, or one character that is not. Emoji of several characters are a closed
 * list, so they hide nothing; those with tags look like others where the tags are not known.
 */
const shown = new RegExp(
  [
    String.raw`([\p{RGI_Emoji}--\p{RGI_Emoji_Tag_Sequence}]`,
    String
      .raw`[[\p{L}\p{N}]--\p{Default_Ignorable_Code_Point}][\p{M}--\p{Default_Ignorable_Code_Point}]{0,8}`,
    // A blank of braille, and a note that is none, are symbols without anything to be seen.
    String.raw`[[\p{P}\p{S} ]--[\u{2800}\u{1d159}\\]]`,
    String.raw`\\(?!u\{))`,
    `.`,
  ].join("|"),
  "gsv",
);

function spell(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

function escapeUnits(character: string): string {
  // A backslash of JSON's own, before a brace: `\\u{`.
  if (character === "\\") return character;
  return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
