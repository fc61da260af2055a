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

const kept = String.raw`\[ "\$\{_stsmfa_now_(\w+)-\.\}" = "\$\{\1\+x\$\1\}" \]`;
const remember =
  `${kept} \\|\\| _stsmfa_was_\\1="\\$\\{\\1\\+(?:[ep]|\\$\\{_stsmfa_kind_\\1-[ep]\\})\\$\\1\\}";`;

/** All that `stsmfa use` and `unset` print for `sh`, by what each line does to a variable. */
const lines: Readonly<Record<string, RegExp>> = {
  frame:
    /^(: stsmfa [\w-]+;|if \(unset -v [\w ]+\); then|case .* esac;( unset -v _stsmfa_a;)?|else echo '[^']*' >&2; false; fi;|unset -v (_stsmfa_\w+|_stsmfa_\w+ _stsmfa_\w+);)$/,
  remember: new RegExp(`^${remember}$`),
  set: /^unset -v (\w+); export \1='([^']*)';$/,
  note: /^_stsmfa_now_(\w+)="x\$\1";$/,
  remove: new RegExp(`^${remember} unset -v \\1; _stsmfa_now_\\1="";$`),
  removeIfLike: /^if \[ "x\$\{(\w+)-\}" = "x\$\{(\w+)-\}" \] && .* fi;$/,
  restore: new RegExp(`^if ${kept}; then unset -v \\1; case .* esac;$`),
  inherited: /^elif \[ -z "\$\{_stsmfa_now_STSMFA_SET_KEY\+x\}" \]; then unset -v (\w+);$/,
  end: /^fi; unset -v _stsmfa_was_(\w+) _stsmfa_now_\1;$/,
};

/** What remembering statements do to which variables; anything else in the text is refused. */
export function rememberingChanges(text: string) {
  const set: Record<string, string> = {};
  const names: Record<string, string[]> = {};
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [kind, pattern] = Object.entries(lines).find(([, each]) => each.test(line)) ?? [];
    if (kind === undefined) throw new TypeError(`not a statement: ${line}`);
    const [, name = "", value = ""] = pattern!.exec(line)!;
    if (kind === "set") set[name] = value;
    names[kind] = [...names[kind] ?? [], name];
  }
  const { remove = [], removeIfLike = [], restore = [], inherited = [] } = names;
  return { set, remove, removeIfLike, restore, inherited };
}
