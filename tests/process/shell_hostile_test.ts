/**
 * Hostile names and values in real shells: what `stsmfa use` and `unset` have them evaluate runs
 * nothing, sets exactly what it says, and gives back exactly what was there, byte for byte and exported
 * or not. Judged by a marker file and by the variables afterwards; many cases in one shell.
 *
 * STSMFA_THOROUGH makes more of them, STSMFA_SEED others.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Secret } from "../../lib/credentials.ts";
import { quoted } from "../../lib/hint_words.ts";
import type { EnvironmentSession } from "../../lib/shell/environment.ts";
import { unsetChanges, useChanges, type VariableChange } from "../../lib/shell/use_changes.ts";
import { type FunctionShell, shellFunction } from "../../lib/shell/function.ts";
import { firstLine, rememberingStatements } from "../../lib/shell/remember.ts";
import { fishWord } from "../../lib/shell/statements.ts";
import { evaluatedFile, hostileWord } from "../support/hostile_words.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsProgram, parseEnvironment, runShell } from "../support/shells.ts";
import { factor, seed } from "../support/thorough.ts";

const cases = 15 * factor;

interface Start {
  readonly shell: FunctionShell;
  readonly argv: readonly [string, ...string[]];
}

/** With the options that change what assigning, quoting and expanding mean. */
const starts: readonly Start[] = [
  { shell: "sh", argv: ["dash"] },
  { shell: "sh", argv: ["dash", "-a", "-u", "-e"] },
  { shell: "sh", argv: ["busybox", "sh"] },
  { shell: "sh", argv: ["mksh"] },
  { shell: "sh", argv: ["bash", "--posix"] },
  { shell: "bash", argv: ["bash"] },
  { shell: "bash", argv: ["bash", "-a", "-u", "-e"] },
  { shell: "bash", argv: ["bash", "-O", "extglob", "-O", "nullglob", "-H"] },
  { shell: "bash", argv: ["bash-3.2", "-u"] },
  { shell: "zsh", argv: ["zsh", "-f"] },
  { shell: "zsh", argv: ["zsh", "-f", "-a", "-u", "-e", "-o", "warncreateglobal"] },
  {
    shell: "zsh",
    argv: [
      "zsh",
      "-f",
      "-o",
      "rcquotes",
      "-o",
      "shwordsplit",
      "-o",
      "globsubst",
      "-o",
      "ksharrays",
    ],
  },
  { shell: "fish", argv: ["fish", "--no-config"] },
  // Where this is empty, fish splits nothing.
  { shell: "fish", argv: ["fish", "--no-config", "-C", "set -g IFS"] },
];

/** What a variable is: nothing, or a value that is exported or not. */
type Variable = undefined | { readonly value: string; readonly isExported: boolean };

const names = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_ACCESS_KEY",
  "AWS_SECRET_KEY",
  "AWS_DELEGATION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_VAULT",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_ROLE_ARN",
  "AWS_ENDPOINT_URL_S3",
  "STSMFA_PROFILE",
  "STSMFA_SET_KEY",
  "STSMFA_SET_REGION",
  "STSMFA_SET_DEFAULT_REGION",
  "STSMFA_WAS_REGION",
  "STSMFA_WAS_DEFAULT_REGION",
  "STSMFA_SET_ENDPOINT_URL_S3",
];
const regions = ["AWS_REGION", "AWS_DEFAULT_REGION"] as const;
const markOf = (name: string) => name.replace(/^AWS/, "STSMFA_SET");

const variable: fc.Arbitrary<Variable> = fc.oneof(
  fc.constant(undefined),
  fc.record({
    value: fc.oneof(hostileWord, fc.constantFrom("", "\n", "a\n", "eu-west-1")),
    isExported: fc.boolean(),
  }),
);

const session: fc.Arbitrary<EnvironmentSession & { legacy: boolean }> = fc.record({
  profile: hostileWord,
  credentials: fc.tuple(hostileWord, hostileWord, hostileWord).map(([id, secret, token]) => ({
    accessKeyId: `ASIA${id}`,
    secretAccessKey: new Secret(secret),
    sessionToken: new Secret(token),
    expiration: new Date("2036-03-04T17:06:07Z"),
  })),
  region: fc.option(fc.oneof(hostileWord, fc.constant("eu-west-1")), { nil: undefined }),
  isOwnRegion: fc.constant(false),
  client: fc.option(hostileWord, { nil: "" }).map((url) => ({
    variables: url === "" ? {} : { AWS_ENDPOINT_URL_S3: url },
    noRegion: undefined,
  })),
  legacy: fc.boolean(),
});

/** A mark that only stsmfa sets: `unset` looks for it where it has set one. */
const endpointMark = "STSMFA_SET_ENDPOINT_URL_S3";

const story = fc.record({
  before: fc.tuple(
    ...names.map((name) => name === endpointMark ? fc.constant(undefined) : variable),
  ),
  first: session,
  changed: fc.option(
    fc.tuple(fc.constantFrom(...names.filter((name) => name !== endpointMark)), hostileWord),
    { nil: undefined },
  ),
  second: fc.option(session, { nil: undefined }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** Statements of a test's own. */
function assignment(shell: FunctionShell, name: string, to: Variable): string {
  if (shell === "fish") {
    if (to === undefined) return `set -eg ${name}\n`;
    return `set -g${to.isExported ? "x" : "u"} ${name} ${fishWord(to.value)}\n`;
  }
  if (to === undefined) return `unset -v ${name}\n`;
  if (to.isExported) return `export ${name}=${quoted(to.value)}\n`;
  // Under `set -a` dash remembers of an unset variable that it was to be exported.
  const plain = `unset -v ${name}; ${name}=${quoted(to.value)};`;
  return `case $- in *a*) set +a; ${plain} set -a;; *) ${plain}; esac\n`;
}

/** Writes down all variables, those that are not exported, too. */
function dump(shell: FunctionShell, to: string): string {
  const all = shell === "fish"
    ? `begin; ${
      names.map((name) => `set -qg ${name}; and printf 'x%s\\0' "$${name}"; or printf '\\0'; `)
        .join("")
    }end`
    : `printf '%s\\0' ${names.map((name) => `"\${${name}+x$${name}}"`).join(" ")}`;
  return `${all} > ${to}.set\nenv -0 > ${to}.env\n`;
}

const fake = `#!/bin/sh
mark="" previous=""
for last; do if [ "$previous" = --mark ]; then mark=$last; fi; previous=$last; done
exec sed "1s/MARK/$mark/" "$HOME/text.$last"
`;

/** One story: the words of a script, what the program answers in it, and what must be there after each part. */
function told(shell: FunctionShell, n: number, { before, first, changed, second }: Story) {
  const script: string[] = [];
  const answers: Record<string, string> = {};
  const expected: Record<string, Record<string, Variable>> = {};
  const here: Record<string, Variable> = {};
  const exported = {
    get: (name: string) => here[name]?.isExported ? here[name].value || undefined : undefined,
    has: (name: string) => here[name]?.isExported === true,
    startingWith: (prefix: string) =>
      Object.fromEntries(
        Object.entries(here).flatMap(([name, each]) =>
          name.startsWith(prefix) && each?.isExported && each.value !== ""
            ? [[name, each.value]]
            : []
        ),
      ),
  };
  const set = (name: string, to: Variable) => {
    script.push(assignment(shell, name, to));
    here[name] = to;
  };
  const evaluate = (label: string, changes: VariableChange[], command: string) => {
    answers[label] = firstLine(shell, "MARK") + rememberingStatements(shell, changes, exported);
    script.push(`stsmfa ${command} --quiet ${label}\n`, dump(shell, label));
  };

  for (const [at, name] of names.entries()) set(name, before[at]);
  const theirs = { ...here };
  const left: Record<string, Variable> = {};
  let isUsed = false;
  const use = (label: string, whose: typeof first) => {
    const changes = useChanges(exported, whose, whose);
    evaluate(label, changes, "use");
    const isMarked = (name: string) => {
      const [value, mark] = [name, markOf(name)].map((each) => exported.get(each));
      return value !== undefined && value === mark;
    };
    const own = regions.map((name) =>
      isMarked(name) ? exported.get(name.replace(/^AWS/, "STSMFA_WAS")) : exported.get(name)
    );
    const given = whose.region === undefined ? [...regions] : [];
    const former = whose.client.variables.AWS_ENDPOINT_URL_S3 === undefined &&
        exported.get(markOf("AWS_ENDPOINT_URL_S3")) !== undefined
      ? [...given, "AWS_ENDPOINT_URL_S3"]
      : given;
    // What the person had before comes back, but nothing of an earlier profile's.
    for (const name of former) {
      const isOurs = !exported.has(name) || isMarked(name);
      if (isOurs && isUsed) here[name] = theirs[name];
      else if (isOurs && isMarked(name)) here[name] = undefined;
    }
    for (const name of former) here[markOf(name)] = undefined;
    for (const change of changes) {
      if (change.kind === "remove") here[change.name] = undefined;
      if (change.kind === "set") here[change.name] = { value: change.value, isExported: true };
    }
    if (whose.region === undefined) {
      const filled = regions.map((name, at) => own[at] ?? own[1 - at] ?? here[name]?.value);
      assertEquals(regions.map((name) => here[name]?.value), filled);
    }
    isUsed = true;
    Object.assign(left, here);
    expected[label] = { ...here };
  };
  use(`${n}.first`, first);
  if (changed !== undefined) {
    const [name, value] = changed;
    const to = { value, isExported: true };
    if (here[name]?.value !== value) {
      theirs[name] = to;
      set(name, to);
    }
  }
  if (second !== undefined) use(`${n}.second`, second);
  evaluate(`${n}.unset`, unsetChanges(exported), "unset");
  expected[`${n}.unset`] = theirs;
  return { script: script.join(""), answers, expected };
}

/** What a shell wrote down. */
async function found(home: ShellHome, label: string): Promise<Record<string, Variable>> {
  const values = (await home.spawned.read(`${label}.set`)).split("\0");
  const exported = parseEnvironment(await home.spawned.read(`${label}.env`));
  const memory = Object.keys(exported).filter((name) =>
    /^_?stsmfa/i.test(name) && !names.includes(name)
  );
  assertEquals(memory, [], "what a shell remembers is not exported");
  return Object.fromEntries(names.map((name, at) => {
    if (values[at] === "") return [name, undefined];
    const value = values[at]!.slice(1);
    const isExported = name in exported;
    if (isExported) assertEquals(exported[name], value, name);
    return [name, { value, isExported }];
  }));
}

for (const start of starts) {
  const { shell, argv } = start;
  const { name, ignore } = needsProgram(argv[0]);
  Deno.test({
    name: `${argv.join(" ")}: hostile names and values run nothing, and all comes back${name}`,
    ignore,
    fn: async () => {
      const stories = fc.sample(story, { numRuns: cases, seed });
      await using home = await ShellHome.create(fake);
      const all = stories.map((each, n) => told(shell, n, each));
      for (const { answers } of all) {
        for (const [label, text] of Object.entries(answers)) {
          await home.spawned.write(`text.${label}`, text);
        }
      }
      const script = shellFunction(shell).text + all.map((each) => each.script).join("");
      await home.spawned.write("script", script);
      const { code, stdout, stderr } = await runShell([...argv, "script"], {
        env: home.env,
        cwd: home.spawned.home,
      });
      assertEquals([code, stdout, stderr], [0, "", ""], `seed ${seed}`);
      const files = home.spawned.list("");
      assert(!files.includes(evaluatedFile), `something was run, seed ${seed}`);
      assertEquals(files.filter((file) => !/^(bin|script|\.|text\.|\d+\.)/.test(file)), []);
      for (const [label, expected] of all.flatMap((each) => Object.entries(each.expected))) {
        assertEquals(await found(home, label), expected, `${label}, seed ${seed}`);
      }
    },
  });
}
