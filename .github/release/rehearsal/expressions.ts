/**
 * The expressions of workflows, as far as ours have them.
 *
 * @module
 */

/** The values that expressions name, such as `matrix.target`. */
export type Values = Readonly<Record<string, string>>;

function valueOf(term: string, values: Values): string {
  const [, text] = /^'([^']*)'$/.exec(term) ?? [];
  if (text !== undefined) return text;
  const value = values[term];
  if (value === undefined) throw new Error(`nothing is known of ${term}`);
  return value;
}

/** Returns the text with the values of its `${{ ... }}`. */
export function filledIn(text: string, values: Values): string {
  return text.replaceAll(/\$\{\{ ([^}]+) \}\}/g, (_, term) => valueOf(term, values));
}

/** Whether the condition of a job or a step holds. */
export function holds(condition: string | undefined, values: Values): boolean {
  if (condition === undefined) return true;
  const bare = condition.replace(/^\$\{\{ (.*) \}\}$/, "$1");
  const [, left, sign, right] = /^(\S+) ([!=]=) (\S+)$/.exec(bare) ?? [];
  if (left !== undefined) {
    return (valueOf(left, values) === valueOf(right!, values)) === (sign === "==");
  }
  const [, not, whole, part] = /^(!?)contains\((\S+), (\S+)\)$/.exec(bare) ?? [];
  if (whole === undefined) throw new Error(`a condition of an unknown form: ${condition}`);
  return valueOf(whole, values).includes(valueOf(part!, values)) === (not === "");
}
