/**
 * Takes Markdown pages that show commands apart, for the tests that run them.
 *
 * @module
 */

/** What a section of a page shows. */
export interface PageSection {
  /** Its heading; "" before the first. */
  readonly title: string;
  /** Command lines of its `sh` blocks, continuation lines joined, and those in its text. */
  readonly commands: readonly string[];
  /** Its `ini` blocks. */
  readonly files: readonly string[];
  /** The rows of its tables as cells, without the headers. */
  readonly rows: readonly (readonly string[])[];
  /** Everything but blocks and tables. */
  readonly text: string;
}

/** Splits a page at its second-level headings. */
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
        // A command's bare name is not a command line.
        ...codeSpans(lines.join("\n")).filter((code) => /^stsmfa \S+ ./.test(code)),
      ],
      files: blocks(section, "ini"),
      rows: rows.map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim())),
      text: lines.filter((line) => !isOfTable(line)).join("\n"),
    };
  });
}

/** Returns the code spans of a text. */
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
