/**
 * What starting points of hooks have in common. Pure.
 *
 * @module
 */

/** The runtime, as the texts name it: a hook uses it, and our own modules do not. */
export const deno = "Deno";

/** A starting point. */
export interface Template {
  /** What it does, in one line. */
  readonly summary: string;
  /** Its options, by the part of their key behind the hook's name, with an example each. */
  readonly options: Readonly<Record<string, string>>;
  /** The hook, from `export default` to the last brace, and what it calls, before it. */
  readonly body: string;
  /** The tests, which use `hook` and `event`. */
  readonly test: string;
}

/** Returns the comment that a new hook begins with. */
export function hookHead(
  name: string,
  language: "js" | "ts",
  summary: string,
  options: Readonly<Record<string, string>>,
): string {
  const prefix = name.toLowerCase().replaceAll("-", "_");
  const lines = Object.entries(options)
    .map(([key, value]) => `//     ${prefix}_${key} = ${value}\n`).join("");
  return `// ${summary}
//
// To have it run after a refresh, name it in ~/.aws/config:
//
//   [profile work]
//   stsmfa =
//     hooks = ${name}
${lines}//
// then approve what it may do: stsmfa hooks allow ${name}
// A change of this file, or of its permissions, has to be approved again.
//
// It runs in a process of its own, for 30 seconds at most, may do what "permissions" lists and
// nothing else, and imports nothing but types. ${name}.test.${language} beside it is its test.
`;
}
