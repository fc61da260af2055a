/**
 * Reads what statements for `sh` do, with a deliberately simple parser.
 *
 * @module
 */

/** Returns what is set and unset, in order; refuses anything else in the text. */
export function changes(text: string): { set: Record<string, string>; unset: string[] } {
  const set: Record<string, string> = {};
  const unset: string[] = [];
  for (const line of text.split("\n").filter((each) => each !== "" && each !== ": stsmfa;")) {
    const [, name, value] = /^export (\w+)='([^']*)';$/.exec(line) ?? [];
    const gone = /^unset (\w+);$/.exec(line)?.[1];
    if (name !== undefined) set[name] = value!;
    else if (gone !== undefined) unset.push(gone);
    else throw new TypeError(`not a statement: ${line}`);
  }
  return { set, unset };
}
