/**
 * Names and values that a shell could read more into than they are.
 *
 * @module
 */

import fc from "fast-check";

/** The file that is there once a part of such a word was run. */
export const evaluatedFile = "evaluated";

const run = `touch ${evaluatedFile}`;

/** Words that run something where a shell evaluates them, or where its quoting is mistaken. */
export const hostileWords: readonly string[] = [
  `: stsmfa; ${run} #`,
  `# stsmfa\n${run}`,
  `: stsmfa;\n${run}\n`,
  `$(${run})`,
  `\`${run}\``,
  `'; ${run}; '`,
  `\\'; ${run}; '`,
  `\\\\'; ${run}; #`,
  `'; ${run}; \\`,
  `"; ${run}; "`,
  `"$(${run})"`,
  `'"'"'; ${run} #`,
  `\u2019; ${run} #`,
  `'\n${run}\n'`,
  `\n${run}\n`,
  `\r\n${run}\r\n`,
  `;${run};`,
  `|${run}`,
  `&& ${run}`,
  `(${run})`,
  `{${run},x}`,
  `x\${y:=$(${run})}`,
  `[$(${run})]`,
  `x[$(${run})]`,
  `$'\\n${run}'`,
  `!!;${run}`,
  `~root`,
  `=touch`,
  `-x`,
  `--`,
  `-n`,
  `*`,
  `?[a]`,
  `@($(${run}))`,
  `%TEMP%&${run}`,
  `^&${run}`,
  `a b  c`,
  "\t",
  "\x1b]0;x\x07",
  "\u{1f600}\u00e9",
  "\u00a0",
  "a\u3164b",
  "\\u{41}",
  "\\",
  "'",
  "''",
  "!!",
  "$",
  "e",
  "p",
  "x",
];

/** One of these, two of them together, or any text of characters that mean something to shells. */
export const hostileWord: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileWords),
  fc.tuple(fc.constantFrom(...hostileWords), fc.constantFrom(...hostileWords))
    .map((both) => both.join("")),
  fc.string({
    unit: fc.constantFrom(..."'\"\\$`!#&|;<>(){}[]*?~^%=-,:@ \t\r\n\u2018\u2019\u00e9x"),
  }),
);
