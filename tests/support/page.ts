/**
 * A Markdown page that shows commands, taken apart for the tests that run them.
 *
 * @module
 */

/** What one section of a page shows. */
export interface PageSection {
  /** Its heading; "" before the first one. */
  readonly title: string;
  /** Command lines of its `sh` blocks, continuation lines joined, and those in its text. */
  readonly commands: readonly string[];
  /** Its `ini` blocks. */
  readonly files: readonly string[];
  /** The rows of its tables, by their cells, without the heads. */
  readonly rows: readonly (readonly string[])[];
  /** What is neither block nor table. */
  readonly text: string;
}

/** Takes a page apart at its second-level headings. */
export function parsePage(markdown: string): PageSection[] {
  return markdown.split(/^## /m).map((section, at) => {
    const lines = section.replaceAll(/^```.*?^```$/gms, "").split("\n");
    const isOfTable = (line: string) => line.startsWith("|");
    const rows = lines.filter((line, at) =>
      isOfTable(line) && !/^[| -]+$/.test(line) && !/^\| -/.test(lines[at + 1] ?? "")
    );
    return {
      title: at === 0 ? "" : section.slice(0, section.indexOf("\n")),
      commands: [
        ...blocks(section, "sh").flatMap(commandLines),
        // The bare name of a command is no command line.
        ...codeSpans(lines.join("\n")).filter((code) => /^stsmfa \S+ ./.test(code)),
      ],
      files: blocks(section, "ini"),
      rows: rows.map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim())),
      text: lines.filter((line) => !isOfTable(line)).join("\n"),
    };
  });
}

/** The code spans of a text. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replaceAll(/\s+/g, " "));
}

function blocks(section: string, language: string): string[] {
  return [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .flatMap(([, found, content]) => found === language ? [content!] : []);
}

function commandLines(block: string): string[] {
  return block.replaceAll(/ \\\n +/g, " ").trim().split("\n")
    .filter((line) => !line.startsWith("#") && line !== "");
}
