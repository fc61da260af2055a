/**
 * Text for the standard streams, and the only ways to make it. A stream takes nothing else
 * (`Output` in `context.ts`), so that no text from outside can control the terminal, hide, or
 * reverse the text next to it.
 *
 * @module
 */

/** Text that may be written to a stream; made only in this module. */
export type ScreenText = string & { readonly isForScreen: true };

/** A colour for a part of a line. */
export type Colour = "green" | "yellow" | "red" | "dim";

/** A part of a line in a colour. */
export interface Painted {
  /** Its colour. */
  readonly colour: Colour;
  /** Its text, as it came. */
  readonly text: string;
}

/** A part of a line. */
export type Piece = string | Painted;

/** A line for people, without its line end: a text, or several parts. */
export type Line = string | readonly Piece[];

/** Returns the text of a part, without its paint. */
export function textOfPiece(piece: Piece): string {
  return typeof piece === "string" ? piece : piece.text;
}

/** Returns the text of a line, without its paint. */
export function textOfLine(line: Line): string {
  return typeof line === "string" ? line : line.map(textOfPiece).join("");
}

/** A key, or a character that was typed or pasted. */
export type Key =
  | { readonly kind: "text"; readonly text: string }
  | {
    readonly kind:
      | "enter"
      | "escape"
      | "erase"
      | "eraseWord"
      | "eraseLine"
      | "up"
      | "down"
      | "pageUp"
      | "pageDown"
      | "home"
      | "end"
      | "cancel"
      | "suspend"
      | "quit";
  };

/** How much a terminal shows. */
export interface ScreenSize {
  /** Characters of ordinary width in a line. */
  readonly columns: number;
  /** Lines. */
  readonly rows: number;
}

/** What a whole terminal shows at one moment. */
export interface Frame {
  /** From the top; what does not fit is cut off. */
  readonly lines: readonly Line[];
  /** Where the cursor is, counted from 0; without it, there is none. */
  readonly cursor?: { readonly row: number; readonly column: number };
}

/** What a key leads to: an answer, or nothing yet. */
export type Answered<T> = { readonly answer: T } | undefined;

/** What takes a whole terminal, and all keys but those that end or stop a program. */
export interface ScreenView<T> {
  /** Whether painted parts have their colours. */
  readonly hasColour: boolean;
  /** Returns what it shows now. */
  draw(size: ScreenSize): Frame;
  /** Handles a key; returns the answer in an object once there is one. */
  take(key: Key): Answered<T> | Promise<Answered<T>>;
  /**
   * Called once the view is drawn; then it is drawn again.
   *
   * @returns after how many milliseconds to call it again; `undefined` if that is not needed
   */
  refresh?(): Promise<number | undefined>;
  /** Returns the lines to leave on the terminal once it looks as before. */
  leaves?(answer: T): readonly Line[];
}

/** Returns a part of a line to show in a colour, if colour is on. */
export function paint(colour: Colour, text: string): Painted {
  return { colour, text };
}

/** Returns a line from a template whose values may be painted. */
export function line(texts: TemplateStringsArray, ...values: readonly (Piece | number)[]): Line {
  return texts.flatMap((text, at) => {
    const value = values[at];
    return value === undefined ? [text] : [text, typeof value === "number" ? `${value}` : value];
  });
}

/** Returns lines for people; a line end within one is shown like any other control character. */
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

/** Returns lines for people, broken to fit if they are for a terminal. */
export function linesThatFit(
  lines: readonly Line[],
  { isTerminal = true, columns }: { isTerminal?: boolean; columns?: number | undefined },
): ScreenText {
  return linesForPeople(brokenToFit(lines, isTerminal ? columns : undefined), false);
}

/** Returns a value as JSON, escaping what could control a terminal: the same to programs. */
export function jsonForPrograms(value: unknown, indent?: number): ScreenText {
  return `${visibleJson(JSON.stringify(value, null, indent))}\n` as ScreenText;
}

/**
 * Returns what a program reads, byte for byte. A terminal gets it as lines for people, including a
 * final line end.
 */
export function dataForPrograms(text: string, isTerminal: boolean): ScreenText {
  if (!isTerminal || text === "") return text as ScreenText;
  return linesForPeople(text.replace(/\n$/, "").split("\n"), false);
}

/** Returns text that replaces the current line and keeps the cursor on it, cut to surely fit. */
export function inPlace(text: string, columns: number = Infinity): ScreenText {
  return `\r\x1b[K${beginningThatFits(visible(text), columns)}` as ScreenText;
}

/** How lines are broken. */
export interface Breaking {
  /** How far in the further lines of one begin: two columns further, or what is returned. */
  readonly deepOf?: (text: string) => number;
  /** Returns how many columns a text takes; at most, where that would load a module. */
  readonly widthOf?: (text: string) => number;
}

/**
 * Breaks lines between words, so that they fit; but never the command at the end of one, which is
 * there to be copied: it has a line of its own, however long.
 *
 * @param columns without it, all is left as it is
 */
export function brokenToFit(
  lines: readonly Line[],
  columns: number | undefined,
  { deepOf = (text) => text.search(/[^ ]/) + 2, widthOf = mostWidth }: Breaking = {},
): Line[] {
  if (columns === undefined) return [...lines];
  return lines.flatMap((line) => {
    // Any other space is there to be seen, as what it is spelt as.
    const text = /^.*[^ ]/s.exec(textOfLine(line))?.[0] ?? "";
    // Each piece is made visible by itself.
    const widthOfPart = (from: number, to: number) =>
      partOf(line, from, to).reduce((sum, piece) => sum + widthOf(textOfPiece(piece)), 0);
    if (widthOfPart(0, text.length) <= columns) return [line];
    const indent = text.search(/[^ ]/);
    const command = commandIn(text);
    if (command === indent) return [line];
    const deep = deepOf(text);
    const rows: Line[] = [];
    const add = (from: number, to: number) =>
      rows.push(
        rows.length === 0 ? partOf(line, from, to) : [" ".repeat(deep), ...partOf(line, from, to)],
      );
    let [start, end] = [0, 0];
    for (const { index, 0: word } of text.slice(indent, command).matchAll(unbroken)) {
      const to = indent + index + word.length;
      const room = rows.length === 0 ? columns : columns - deep;
      if (end > start && widthOfPart(start, to) > room) {
        add(start, end);
        start = indent + index;
      }
      end = to;
    }
    add(start, end);
    if (command !== undefined) add(command, text.length);
    return rows;
  });
}

/** Returns the pieces of a line from one unit to another. */
function partOf(line: Line, from: number, to: number): Piece[] {
  let at = 0;
  const pieces: readonly Piece[] = typeof line === "string" ? [line] : line;
  return pieces.flatMap((piece): Piece[] => {
    const text = textOfPiece(piece);
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
    at += text.length;
    return part === "" ? [] : typeof piece === "string" ? [part] : [{ ...piece, text: part }];
  });
}

/** Matches a line up to a command at its end; a message begins with none. */
const beforeCommand =
  /^(?: *|.*: (?<!^stsmfa: (?:\w+: )?))(?=(?:chmod|chown|ls|rm|mv|unset|export|aws|attrib|icacls|del|dir|move|Remove-Item|\$env:\w+) \S|set "|(?<=: )(?:stsmfa|credential_process =) \S)/s;

/** Matches what is never broken: a word, or a command, or a setting, before a `;`. */
const unbroken =
  /(?:(?<=: )(?:stsmfa|eval|aws)|credential_process = stsmfa) (?:"[^"]*"|'[^']*'|[^"';])*;(?= )|[^ ]+/g;

/**
 * Returns where the command at the end of a line begins: broken, it would run in two halves when it
 * is pasted. What says `hint: ` ends with a command, if with anything.
 */
function commandIn(line: string): number | undefined {
  const [, before = "", hint] = /^((?:stsmfa: )?hint: )?(.*)$/s.exec(line)!;
  if (before === "") {
    const message = /^.*; to [^:"']+: (?=.)/s.exec(line)?.[0];
    if (message !== undefined && !endsInQuotes(message)) return message.length;
    return beforeCommand.exec(line)?.[0].length;
  }
  for (let at = hint!.length; (at = hint!.lastIndexOf(": ", at - 1)) >= 0;) {
    const end = before.length + at + 2;
    if (!endsInQuotes(line.slice(0, end))) return end;
    if (at === 0) break;
  }
  return /^(?:chmod|attrib|stsmfa) /.test(hint!) ? before.length : undefined;
}

/** Reports whether a word in quotes goes on at the end of a text; an apostrophe begins none. */
export function endsInQuotes(text: string): boolean {
  const quoted = /(?:^|[\s(=])(?:"[^"]*(?:"|($))|'[^']*(?:'|($)))+/g;
  return Array.from(text.matchAll(quoted)).some(([, double, single]) =>
    (double ?? single) !== undefined
  );
}

/** Returns how many columns a text takes at most: measuring would load a module. */
function mostWidth(text: string): number {
  return Array.from(visible(text), (each) => /^[ -~]$/.test(each) ? 1 : 2)
    .reduce((sum: number, each) => sum + each, 0);
}

/** Counts two columns, the most there are, for all but ASCII: measuring would load a module. */
function beginningThatFits(shown: string, columns: number): string {
  const mostColumns = (character: string) => /^[ -~]$/.test(character) ? 1 : 2;
  const characters = charactersOf(shown);
  let left = columns - 1;
  const end = characters.findIndex((each) => (left -= mostColumns(each)) < 0);
  return end < 0 ? shown : `${characters.slice(0, Math.max(0, end - 1)).join("")}…`;
}

/** Splits text into characters as a reader counts them: marks and composed emoji stay whole. */
export function charactersOf(shown: string): string[] {
  return Array.from(new Intl.Segmenter().segment(shown), ({ segment }) => segment);
}

/**
 * Returns the text with every character that is invisible or has an effect spelt as `\u{1b}`.
 *
 * Letters, digits and signs of every script stay, with their combining marks, and so do emoji.
 * Everything else is spelt: control and format characters (bidirectional ones, zero-width ones,
 * tags, byte-order marks, soft hyphens), every space but the plain one, line and paragraph
 * separators, fillers that look like a space, private and unassigned characters, lone surrogates,
 * marks without a base character, and marks after the eighth in a row. A `\u{` in the text itself
 * is spelt, too, so that the output can be read back in only one way, and texts that differ in
 * something invisible never look the same.
 */
export function visible(text: string): string {
  return spelt(text, spell);
}

/** Returns equivalent JSON with the same characters escaped as `\u001b`. */
function visibleJson(json: string): string {
  // Line ends are only between values; those within strings are escaped already.
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

/** Matches most texts, without a check of each character; with two signs that are ours. */
const harmless = /^[ -[\]-~…❯]*$/;

/**
 * Patterns compiled when they are needed, and from strings: the engine compiles literals when it
 * loads a module, and Unicode's tables take longer than all the rest of a run that asks nothing.
 */
class Patterns {
  #simple?: RegExp;
  #shown?: RegExp;

  /** Matches texts of letters in any script, without marks, emoji and other signs. */
  get simple(): RegExp {
    return this.#simple ??= new RegExp(String.raw`^[[\p{L}\p{N} -\[\]-~]--${ignorable}]*$`, "v");
  }

  /**
   * Matches what is visible, as the group, or one character that is not. Emoji of several
   * characters are a closed list, so they hide nothing; those with tags look like others if the
   * tags are unknown.
   */
  get shown(): RegExp {
    const emoji = String.raw`[\p{RGI_Emoji}--\p{RGI_Emoji_Tag_Sequence}]`;
    const marks = String.raw`[\p{M}--${ignorable}]{0,8}`;
    // The braille blank and the null notehead are symbols that show nothing.
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
  // A backslash that JSON has escaped already, before `u{`: `\\u{`.
  if (character === "\\") return character;
  return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
