/**
 * Takes a command line of a page apart as a shell does, as far as our pages need it.
 *
 * @module
 */

/** The words of one command, and whether it is piped from or to others. */
export interface ShellCommand {
  readonly variables: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** What separates commands; behind `>` is a file. */
const separators = new Set(["|", "&&", "||", ";", ">", "<"]);

/** Returns the commands of a line: of a pipe, of a list, and those inside `$(...)`. */
export function commandsOf(line: string): ShellCommand[] {
  const inside = /^(?:eval |export \w+=|for .* in )?"?'?\$?\((.*)\)"?$/.exec(line)?.[1];
  const commands: string[][] = [[]];
  for (const word of wordsOf(inside ?? line)) {
    if (separators.has(word)) commands.push([]);
    else commands.at(-1)!.push(unquoted(word));
  }
  return commands.map((words) => {
    const first = words.findIndex((word) => !/^\w+=/.test(word));
    const variables = words.slice(0, Math.max(first, 0)).map((word) => {
      const [name, ...value] = word.split("=");
      return [name!, value.join("=")] as const;
    });
    return { variables: Object.fromEntries(variables), words: words.slice(Math.max(first, 0)) };
  });
}

/** Returns words with their quotes. */
function wordsOf(line: string): string[] {
  const found = line.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? [];
  return found.flatMap((word) =>
    /^(.+);$/.exec(word)?.[1] === undefined ? [word] : [word.slice(0, -1), ";"]
  );
}

function unquoted(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? escaped ?? "",
  );
}
