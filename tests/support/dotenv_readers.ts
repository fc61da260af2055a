/**
 * Readers of `.env` files, each written from what its documentation says, as judges of what stsmfa
 * writes.
 *
 * @module
 */

/** Returns what a text sets; throws for one that the reader refuses. */
export type DotenvReader = (text: string) => Record<string, string>;

/**
 * `docker run --env-file`: a variable per line, its value as it stands; lines that begin with `#` are
 * comments; a name alone is taken from the caller. Of two the first is found by most programs.
 */
export const readAsDocker: DotenvReader = (text) => {
  const found: Record<string, string> = {};
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const entry = line.trimStart();
    if (entry === "" || entry.startsWith("#")) continue;
    const at = entry.indexOf("=");
    const name = at < 0 ? entry : entry.slice(0, at);
    if (/\s/.test(name)) throw new Error(`variable '${name}' contains whitespaces`);
    if (at >= 0) found[name] ??= entry.slice(at + 1);
  }
  return found;
};

/** A reader of quotes: single, double and, to some, backticks, over lines; the last one counts. */
function readQuotes(text: string, quotes: string): Record<string, string> {
  const found: Record<string, string> = {};
  let rest = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  while (rest !== "") {
    const [start, name] = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*/.exec(rest) ?? [];
    if (start === undefined) {
      rest = afterLine(rest);
      continue;
    }
    rest = rest.slice(start.length);
    const quote = rest[0] ?? "";
    const end = quote !== "" && quotes.includes(quote) ? closing(rest, quote) : -1;
    if (end > 0) {
      found[name!] = rest.slice(1, end);
      rest = afterLine(rest.slice(end + 1));
    } else {
      const [line = ""] = rest.split("\n");
      found[name!] = line.replace(/\s+#.*/, "").trim();
      rest = afterLine(rest);
    }
  }
  return found;
}

/** dotenv for Node. */
export const readAsNode: DotenvReader = (text) => readQuotes(text, `'"\``);

/** python-dotenv. */
export const readAsPython: DotenvReader = (text) => readQuotes(text, `'"`);

function afterLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? "" : text.slice(end + 1);
}

function closing(text: string, quote: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** Sourced by sh. */
export async function readAsShell(
  text: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text);
    const shown = names.map((name) => `printf '%s\\n' "\${${name}-}"`).join("\n");
    const { success, stdout } = await new Deno.Command("sh", {
      args: ["-c", `. "$0"\n${shown}`, path],
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "" },
      stderr: "null",
    }).output();
    if (!success) throw new Error("sh cannot read it");
    const values = new TextDecoder().decode(stdout).split("\n");
    return Object.fromEntries(names.map((name, n) => [name, values[n] ?? ""]));
  } finally {
    await Deno.remove(path);
  }
}
