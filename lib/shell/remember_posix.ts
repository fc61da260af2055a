/**
 * Statements for sh, bash (3.2 and newer) and zsh that remember what they replace. For each
 * variable, `_stsmfa_was_NAME` has what was there before `use`: `e` and the value if it was
 * exported, `p` and the value if it was not, nothing if it was unset; `_stsmfa_now_NAME` has what
 * `use` left: `x` and the value, or nothing.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import { quoted } from "../hint_words.ts";
import { memory, type VariableChange } from "./use_changes.ts";

/** Returns the statements. */
export function posixChanges(
  changes: readonly VariableChange[],
  env: Environment,
  shell: "sh" | "bash" | "zsh",
): string {
  const assign = (name: string, word: string) =>
    // Without it, zsh may warn of a global variable created in a function.
    `${shell === "zsh" ? "typeset -g " : ""}${name}=${word};`;
  const names = [...new Set(changes.map(({ name }) => name))];
  const exported = names.flatMap((name) =>
    [`_stsmfa_was_${name}`, `_stsmfa_now_${name}`].filter((each) => env.has(each))
  );
  const restored = new Set(
    changes.filter(({ kind }) => kind === "restore").map(({ name }) => name),
  );
  const again = names.filter((name) =>
    restored.has(name) && changes.some((each) => each.name === name && each.kind !== "restore")
  );
  const lines = [
    // Values from the environment were not remembered by this shell.
    ...[...exported, ...again.map((name) => `_stsmfa_kind_${name}`)]
      .map((name) => `unset -v ${name};`),
    ...changes.flatMap((change) => {
      const { name } = change;
      const kind = env.has(name) ? "e" : "p";
      const isAgain = again.includes(name);
      return statementsFor(change, isAgain ? `\${_stsmfa_kind_${name}-${kind}}` : kind, {
        assign,
        noteKind: (kind) => isAgain ? assign(`_stsmfa_kind_${name}`, kind) : "",
      });
    }),
    ...again.map((name) => `unset -v _stsmfa_kind_${name};`),
  ];
  // `set -a` would export what is assigned.
  const body = [
    `case $- in *a*) set +a; ${assign("_stsmfa_a", "a")}; *) ${assign("_stsmfa_a", '""')}; esac;`,
    ...lines,
    'case "$_stsmfa_a" in a) set -a;; esac; unset -v _stsmfa_a;',
  ];
  const failure = "stsmfa: error: a variable is read-only in this shell, and nothing was changed";
  return [
    `if (unset -v ${names.join(" ")}); then`,
    ...body,
    `else echo ${quoted(failure)} >&2; false; fi;`,
  ].map((line) => `${line}\n`).join("");
}

interface Writing {
  readonly assign: (name: string, word: string) => string;
  /** Records how a variable was restored, if the same statements change it again. */
  readonly noteKind: (kind: "e" | "p") => string;
}

function statementsFor(
  change: VariableChange,
  exported: string,
  { assign, noteKind }: Writing,
): string[] {
  const { kind, name } = change;
  const isAsLeft = `[ "\${_stsmfa_now_${name}-.}" = "\${${name}+x$${name}}" ]`;
  const remember = `${isAsLeft} || ` +
    assign(`_stsmfa_was_${name}`, `"\${${name}+${exported}$${name}}"`);
  const removal = `${remember} unset -v ${name}; ${assign(`_stsmfa_now_${name}`, '""')}`;
  switch (kind) {
    case "set":
      return [
        remember,
        // A variable that is an integer would have its value computed, and what is in it run; others
        // would change its case, or hold it as an element.
        `unset -v ${name}; export ${name}=${quoted(change.value)};`,
        assign(`_stsmfa_now_${name}`, `"x$${name}"`),
      ];
    case "remove":
      return [removal];
    case "removeIfLike": {
      const { other } = change;
      return [
        `if [ "x\${${name}-}" = "x\${${other}-}" ] && [ -n "\${${other}-}" ]; then ${removal} fi;`,
      ];
    }
    case "restore":
      return [
        `if ${isAsLeft}; then unset -v ${name}; case "\${_stsmfa_was_${name}-}" in ` +
        `e*) export ${name}="\${_stsmfa_was_${name}#e}";${noteKind("e")}; ` +
        `p*) ${assign(name, `"\${_stsmfa_was_${name}#p}"`)}${noteKind("p")}; esac;`,
        ...(change.isInherited
          ? [`elif [ -z "\${_stsmfa_now_${memory}+x}" ]; then unset -v ${name};`]
          : []),
        `fi; unset -v _stsmfa_was_${name} _stsmfa_now_${name};`,
      ];
  }
}
