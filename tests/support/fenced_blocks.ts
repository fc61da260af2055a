/**
 * The code blocks of a Markdown page, for the tests that run them.
 *
 * @module
 */

/** A block between two lines of backquotes. */
export interface FencedBlock {
  /** The word behind the backquotes; "" without one. */
  readonly language: string;
  /** What it holds, without the indentation that its fence has. */
  readonly text: string;
  /** The last paragraph before it. */
  readonly above: string;
  /** Its first line, from 1. */
  readonly line: number;
}

/** Returns the blocks of a page, in order. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  return [...markdown.matchAll(/^( *)```(\w*)(?: ignore)?\n(.*?)^ *```$/gms)].map((match) => {
    const [, indent, language, text] = match;
    const before = markdown.slice(0, match.index).trimEnd();
    return {
      language: language!,
      text: text!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      above: before.slice(before.lastIndexOf("\n\n") + 1).trim().replaceAll(/\s+/g, " "),
      line: markdown.slice(0, match.index).split("\n").length + 1,
    };
  });
}

/**
 * Whether a block is one that the tests do not run: the paragraph above it says so, where people
 * read it.
 */
export function isNotRun({ above }: FencedBlock): boolean {
  return /\((?:tried by hand|tested in tests\/\w+|not tried)\):$/.test(above);
}

/** Returns the command lines of a block, those that go on in the next line joined. */
export function commandLines(text: string): string[] {
  return text.replaceAll(/ \\\n +/g, " ").split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
}
