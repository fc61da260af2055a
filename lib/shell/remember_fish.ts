/**
 * Statements for fish that remember what they replace. For each variable, `_stsmfa_was_NAME` has
 * its elements before `use`, `_stsmfa_how_NAME` whether it was exported, plain or none, and
 * `_stsmfa_now_NAME` what `use` left: `x` and the value, or nothing. Only global variables count: a
 * universal one is a permanent setting of the user for all shells.
 *
 * @module
 */

import { memory, type VariableChange } from "./use_changes.ts";
import { fishWord } from "./statements.ts";

/** Returns the statements. */
export function fishChanges(changes: readonly VariableChange[]): string {
  const lines = changes.flatMap(statementsFor);
  const removed = changes.filter(({ kind }) => kind === "remove").map(({ name }) => name);
  if (removed.length === 0) return text(lines);
  return text([
    "set -l _stsmfa_universal;",
    `for _stsmfa_name in ${removed.join(" ")}; set -qUx $_stsmfa_name; ` +
    "and set -a _stsmfa_universal $_stsmfa_name; end;",
    "if set -q _stsmfa_universal[1];",
    'echo "stsmfa: error: a universal variable would be used in place of the session, and nothing ' +
    'was changed: $_stsmfa_universal" >&2;',
    'echo "stsmfa: hint: set -e -U $_stsmfa_universal" >&2;',
    "false; else;",
    ...lines,
    "true; end;",
  ]);
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function statementsFor(change: VariableChange): string[] {
  const { kind, name } = change;
  const [was, how, now] = ["was", "how", "now"].map((each) => `_stsmfa_${each}_${name}`);
  const look = `set -l _stsmfa_here ''; set -qg ${name}; and set _stsmfa_here "x$${name}";`;
  const remember = `${look} if not set -qg ${now}; or test "$${now}" != "$_stsmfa_here"; ` +
    `set -gu ${was} $${name}; set -gu ${how} none; set -qg ${name}; and set -gu ${how} plain; ` +
    `set -qgx ${name}; and set -gu ${how} exported; end;`;
  const removal = `${remember} set -eg ${name}; set -gu ${now} '';`;
  switch (kind) {
    case "set":
      return [
        remember,
        `set -gx ${name} ${fishWord(change.value)};`,
        `set -gu ${now} "x$${name}";`,
      ];
    case "remove":
      return [removal];
    case "removeIfLike":
      return [
        `if test -n "$${change.other}" -a "x$${name}" = "x$${change.other}"; ${removal} end;`,
      ];
    case "restore":
      return [
        `${look} if set -qg ${now}; and test "$${now}" = "$_stsmfa_here"; set -eg ${name}; ` +
        `switch "$${how}"; case exported; set -gx ${name} $${was}; ` +
        `case plain; set -gu ${name} $${was}; end;`,
        ...(change.isInherited
          ? [`else if not set -qg _stsmfa_now_${memory}; set -eg ${name};`]
          : []),
        `end; set -eg ${was}; set -eg ${how}; set -eg ${now};`,
      ];
  }
}
