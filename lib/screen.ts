/**
 * What is written to the standard streams, and the only ways to make it. A stream takes nothing else
 * (`Output` in `context.ts`), so that nothing in words from outside steers a terminal, hides, or turns
 * around what stands beside it.
 *
 * @module
 */

/** A text that a stream may be given: made here, or nowhere. */
export type ScreenText = string & { readonly isForScreen: true };

/** What a part of a line may be shown in. */
export type Colour = "green" | "yellow" | "red" | "dim";

/** A part of a line in a colour. */
export interface Painted {
  readonly colour: Colour;
  readonly text: string;
}

/** A part of a line. */
export type Piece = string | Painted;

/** A line for people, without its end: a text, or parts one after another. */
export type Line = string | readonly Piece[];

/** A part of a line in a colour, where colour is on. */
export function paint(colour: Colour, text: string): Painted {
  return { colour, text };
}

/** A line from a template whose values may be painted. */
export function line(texts: TemplateStringsArray, ...values: readonly (Piece | number)[]): Line {
  return texts.flatMap((text, at) => {
    const value = values[at];
    return value === undefined ? [text] : [text, typeof value === "number" ? `${value}` : value];
  });
}

/** Lines for people; a line end within one is shown as any other control character. */
export function linesForPeople(lines: readonly Line[], hasColour: boolean): ScreenText {
  const codes: Readonly<Record<Colour, number>> = { green: 32, yellow: 33, red: 31, dim: 2 };
  const shown = (piece: Piece) => {
    if (typeof piece === "string") return visible(piece);
    const text = visible(piece.text);
    return hasColour && text !== "" ? `\x1b[${codes[piece.colour]}m${text}\x1b[0m` : text;
  };
  return lines.map((each) =>
    (typeof each === "string" ? visible(each) : each.map(shown).join("")).trimEnd() + "\n"
  ).join("") as ScreenText;
}

/** A value as JSON, in which what could steer a terminal is escaped: the same to programs. */
export function jsonForPrograms(value: unknown, indent?: number): ScreenText {
  return `${visibleJson(JSON.stringify(value, null, indent))}\n` as ScreenText;
}

/**
 * What a program reads, byte for byte. At a terminal there is a person instead, who sees it in lines,
 * the last one ended, too.
 */
export function dataForPrograms(text: string, isTerminal: boolean): ScreenText {
  if (!isTerminal || text === "") return text as ScreenText;
  return linesForPeople(text.replace(/\n$/, "").split("\n"), false);
}

/** A text that replaces the line with the cursor, which stays on it; as much as surely fits. */
export function inPlace(text: string, columns: number = Infinity): ScreenText {
  return `\r\x1b[K${beginningThatFits(visible(text), columns)}` as ScreenText;
}

/** No character takes more than two columns; what tells which take one would have to be loaded. */
function beginningThatFits(shown: string, columns: number): string {
  const mostColumns = (character: string) => /^[ -~]$/.test(character) ? 1 : 2;
  const characters = charactersOf(shown);
  let left = columns - 1;
  const end = characters.findIndex((each) => (left -= mostColumns(each)) < 0);
  return end < 0 ? shown : `${characters.slice(0, Math.max(0, end - 1)).join("")}…`;
}

/** Characters as a reader counts them: with their marks, and emoji of several code points. */
export function charactersOf(shown: string): string[] {
  return Array.from(new Intl.Segmenter().segment(shown), ({ segment }) => segment);
}

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
function visibleJson(json: string): string {
  // Its own line ends are between values; those within strings are escaped already.
  return json.split("\n").map((line) => spelt(line, escapeUnits)).join("\n");
}

function spelt(text: string, spell: (text: string) => string): string {
  if (harmless.test(text)) return text;
  if (patterns.simple.test(text)) return text;
  return text.replace(
    patterns.shown,
    (all, isSeen?: string) => isSeen === undefined ? spell(all) : all,
  );
}

/** Most texts, without a look at each character. */
const harmless = /^[ -[\]-~]*$/;

/**
 * Patterns that are made when they are needed, and out of strings: the engine reads literals when it
 * loads a module, and Unicode's lists take it longer than all the rest of a run that asks nothing.
 */
class Patterns {
  #simple?: RegExp;
  #shown?: RegExp;

  /** Texts of letters in whatever script, without marks, emoji and other signs. */
  get simple(): RegExp {
    return this.#simple ??= new RegExp(String.raw`^[[\p{L}\p{N} -\[\]-~]--${ignorable}]*$`, "v");
  }

  /**
   * What is seen, as the group, or one character that is not. Emoji of several characters are a closed
   * list, so they hide nothing; those with tags look like others where the tags are not known.
   */
  get shown(): RegExp {
    const emoji = String.raw`[\p{RGI_Emoji}--\p{RGI_Emoji_Tag_Sequence}]`;
    const marks = String.raw`[\p{M}--${ignorable}]{0,8}`;
    // A blank of braille, and a note that is none, are symbols without anything to be seen.
    const sign = String.raw`[[\p{P}\p{S} ]--[\u{2800}\u{1d159}\\]]|\\(?!u\{)`;
    return this.#shown ??= new RegExp(`(${emoji}|${letter}${marks}|${sign})|.`, "gsv");
  }
}

const patterns = new Patterns();

const ignorable = String.raw`\p{Default_Ignorable_Code_Point}`;

const letter = String.raw`[[\p{L}\p{N}]--${ignorable}]`;

function spell(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

function escapeUnits(character: string): string {
  // A backslash of JSON's own, before a brace: `\\u{`.
  if (character === "\\") return character;
  return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
