/**
 * How readers of `.env` files tell lines from values that span lines: libraries, shells and docker
 * do not agree. Pure.
 *
 * @module
 */

/** The lines of a text, counted from 0, that begin within a value, to one kind of reader. */
export interface InsideLines {
  /** By each such line, the line in which its value begins. */
  readonly inside: ReadonlyMap<number, number>;
  /** The line with a quote that is never closed. */
  readonly unclosed?: number;
}

/** Returns the lines of a text, each with its line end. */
export function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** How one kind of library reads quotes. */
interface Library {
  readonly quotes: string;
  /** What stands before a value. */
  readonly beginning: RegExp;
  /**
   * Returns where a quote closes, in the text behind it; `none` if it never does, `unquoted` if what
   * begins with it is a value of one line like any other.
   */
  readonly closing: (text: string, quote: string) => number | "none" | "unquoted";
  /** Whether a name may be in quotes, which may span lines, too. */
  readonly quotesNames?: true;
}

/** As python-dotenv and those like it, and as dotenv for Node. */
const libraries: readonly Library[] = [
  {
    quotes: `'"`,
    beginning: /^\uFEFF?[ \t]*(?:export[ \t]+)?[^\s=#]+[ \t]*=[ \t]*/,
    closing: closingByPairs,
    quotesNames: true,
  },
  {
    quotes: `'"\``,
    beginning: /^\uFEFF?[ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*=[ \t]*/,
    closing: closingByLook,
  },
];

/**
 * Returns what each kind of reader of quotes makes of a text. Shells are left out where they would
 * not read it at all. Docker knows no quotes: to it every line is one of its own.
 */
export function readings(text: string): InsideLines[] {
  const shell = shellReading(text);
  return [
    ...libraries.map((library) => libraryReading(text, library)),
    ...(shell.unclosed === undefined ? [shell] : []),
  ];
}

const quotedName = /^\uFEFF?[ \t]*(?:export[ \t]+)?'[^']+'/;

/** Tells whether nothing but a comment is there. */
const nothing = /^[ \t]*(?:#.*)?\r?\n?$/;

function libraryReading(text: string, library: Library): InsideLines {
  const inside = new Map<number, number>();
  const lines = linesOf(text);
  let unclosed: number | undefined;
  let offset = 0;
  for (let at = 0; at < lines.length; at++) {
    const lineStart = offset;
    offset += lines[at]!.length;
    const skip = (length: number) => {
      const more = text.slice(lineStart, lineStart + length).split("\n").length - 1;
      for (let n = 1; n <= more; n++) {
        inside.set(at + n, at);
        offset += lines[at + n]!.length;
      }
      at += more;
      return more > 0;
    };
    const name = library.quotesNames && quotedName.exec(text.slice(lineStart))?.[0];
    if (name && skip(name.length)) continue;
    const [start] = library.beginning.exec(lines[at]!) ?? [];
    const quote = start && lines[at]![start.length];
    if (!quote || !library.quotes.includes(quote)) continue;
    const inQuotes = lineStart + start.length + 1;
    const end = library.closing(text.slice(inQuotes), quote);
    if (typeof end === "number") skip(inQuotes - lineStart + end);
    // A lone backtick is a letter to most.
    else if (end === "none" && quote !== "`") unclosed ??= at;
  }
  return { inside, ...(unclosed !== undefined && { unclosed }) };
}

/** A backslash takes the letter behind it along, whatever that is. */
function closingByPairs(text: string, quote: string): number | "unquoted" {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  // It skips such a line.
  return "unquoted";
}

/**
 * The first quote without a backslash before it closes, else the last one with it, as in `'C:\'`; if
 * something but a comment is behind that, there was no quote.
 */
function closingByLook(text: string, quote: string): number | "none" | "unquoted" {
  const escaped: number[] = [];
  const isEnd = (at: number) => nothing.test(/^.*\n?/.exec(text.slice(at + 1))![0]);
  let at = text.indexOf(quote);
  for (; at >= 0 && text[at - 1] === "\\"; at = text.indexOf(quote, at + 1)) escaped.push(at);
  if (at >= 0 && isEnd(at)) return at;
  return escaped.findLast(isEnd) ?? (at < 0 && escaped.length === 0 ? "none" : "unquoted");
}

/** Reads as a shell does: quotes anywhere in a word, and lines that a backslash joins. */
function shellReading(text: string): InsideLines {
  const inside = new Map<number, number>();
  let line = 0;
  let openedIn = 0;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "\\" && quote !== "'") {
      at++;
      if (text[at] === "\n") {
        if (quote === undefined) openedIn = inside.get(line) ?? line;
        inside.set(++line, openedIn);
      }
    } else if (character === "\n") {
      line++;
      if (quote !== undefined) inside.set(line, openedIn);
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === "'" || character === '"' || character === "`") {
      quote = character;
      openedIn = line;
    } else if (character === "#" && /^[\s;&|(]?$/.test(text[at - 1] ?? "")) {
      at = text.indexOf("\n", at) - 1;
      if (at < 0) break;
    }
  }
  return { inside, ...(quote !== undefined && { unclosed: openedIn }) };
}
