import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { parseEnv } from "node:util";
import { StsmfaError } from "../../../lib/errors.ts";
import { type Shell, shells, statements } from "../../../lib/shell/statements.ts";
import { anyText } from "../../support/any_text.ts";
import { posix, testWith, windows } from "../../support/abilities.ts";
import { needsShell, parseEnvironment, runShell, type ShellProgram } from "../../support/shells.ts";

const plain: Readonly<Record<Shell, string>> = {
  sh: "unset GONE;\nexport KEY='a+b/c=';\n",
  bash: "unset GONE;\nexport KEY='a+b/c=';\n",
  zsh: "unset GONE;\nexport KEY='a+b/c=';\n",
  fish: "set -eg GONE;\nset -gx KEY 'a+b/c=';\n",
  powershell: "Remove-Item -LiteralPath 'Env:GONE' -ErrorAction SilentlyContinue;\n" +
    "$Env:KEY = 'a+b/c=';\n",
  cmd: 'set "GONE="\nset "KEY=a+b/c="\n',
  nu: '{\n  "GONE": null,\n  "KEY": "a+b/c="\n}\n',
  dotenv: "KEY=a+b/c=\n",
  json: '{\n  "KEY": "a+b/c="\n}\n',
};

for (const shell of shells) {
  Deno.test(`statements for ${shell} set and unset variables`, () => {
    assertEquals(statements(shell, { set: { KEY: "a+b/c=" }, unset: ["GONE"] }), plain[shell]);
  });
}

Deno.test("what is both set and unset is set, in every language", () => {
  for (const shell of shells) {
    const both = statements(shell, { set: { KEY: "new" }, unset: ["KEY"] });
    assertStringIncludes(both.trimEnd().split("\n").filter((line) => line !== "}").at(-1)!, "new");
  }
});

/** Every way in which a real shell is given statements. */
const ways: readonly { readonly shell: Shell; readonly argv: [ShellProgram, ...string[]] }[] = [
  { shell: "sh", argv: ["dash", "-c", 'eval "$(cat)"; exec env -0'] },
  { shell: "sh", argv: ["bash", "--posix", "-c", 'eval "$(cat)"; exec env -0'] },
  { shell: "bash", argv: ["bash", "-c", 'eval "$(cat)"; exec env -0'] },
  // Only there does `!` mean history.
  { shell: "bash", argv: ["bash", "--norc", "-i", "-c", 'eval "$(cat)"; exec env -0'] },
  { shell: "zsh", argv: ["zsh", "-f", "-c", 'eval "$(cat)"; exec env -0'] },
  { shell: "zsh", argv: ["zsh", "-f", "-i", "-c", 'eval "$(cat)"; exec env -0'] },
  { shell: "zsh", argv: ["zsh", "-f", "-o", "rcquotes", "-c", 'eval "$(cat)"; exec env -0'] },
  { shell: "fish", argv: ["fish", "--no-config", "-c", "cat | source; exec env -0"] },
  { shell: "nu", argv: ["nu", "-n", "-c", "^cat | from json | load-env; ^env -0"] },
];

/** Values that trip up quoting, and any other. */
const value = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."'\"\\$`!#&|;<>(){}[]*?~^%=-, \t\r\n\u2018\u2019é😀ab0") }),
  anyText(),
  // fish keeps some of these for itself.
  fc.string({
    unit: fc.constantFrom(..."\u{e000}\u{f600}\u{f6ff}\u{fdd0}\u{feff}\u{ffff}\u{10ffff}"),
  }),
  fc.constantFrom("-n", "--", "'", "''", "\\", "\\'", "$(exit 9)", "`exit 9`", "!!", "~", "\n\n"),
).map((text) => text.replaceAll("\0", ""));

/** Many values, for one process. */
const batch = fc.array(value, { minLength: 200, maxLength: 400 });

async function evaluated(
  { shell, argv }: typeof ways[number],
  set: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const run = await runShell(argv, {
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: "/nowhere", LC_ALL: "C.UTF-8", GONE: "here" },
    input: statements(shell, { set, unset: ["GONE", "NEVER_WAS"] }),
  });
  assertEquals(run.code, 0, run.stderr);
  return parseEnvironment(run.stdout);
}

const isWindows = Deno.build.os === "windows";

for (const way of ways) {
  const [program, ...options] = way.argv;
  const { ignore } = needsShell(program);
  const how = [program, ...options.slice(0, -2)].join(" ");
  testWith(
    { isHere: !ignore, reason: isWindows ? "Windows has no such shell" : `no ${program} here` },
    `${how} gives back any value, and drops what is unset`,
    async () => {
      const back = fc.asyncProperty(batch, async (values) => {
        const set = Object.fromEntries(values.map((each, n) => [`VALUE_${n}`, each]));
        const found = await evaluated(way, set);
        assertEquals(
          Object.fromEntries(Object.entries(found).filter(([name]) => name.startsWith("VALUE_"))),
          set,
        );
        assert(!("GONE" in found) && !("NEVER_WAS" in found));
      });
      await fc.assert(back, { numRuns: 3, endOnFailure: true });
    },
  );
}

Deno.test("PowerShell gets printable ASCII in single quotes, and all else by its number", () => {
  const written: [value: string, text: string][] = [
    ["", "''"],
    ["it's $Env:HOME `n", "'it''s $Env:HOME `n'"],
    ["\u2019; calc #", "('' + [char]0x2019 + '; calc #')"],
    // In the code page 1252 the second byte of this letter is a quote.
    ["a\u0451b", "('' + 'a' + [char]0x0451 + 'b')"],
    ["a\r\nb\t", "('' + 'a' + [char]0x000d + [char]0x000a + 'b' + [char]0x0009)"],
    ["\u{1f600}", "('' + [char]0xd83d + [char]0xde00)"],
  ];
  for (const [value, text] of written) {
    assertEquals(
      statements("powershell", { set: { KEY: value }, unset: [] }),
      `$Env:KEY = ${text};\n`,
    );
  }
  fc.assert(fc.property(value, (any) => {
    const text = statements("powershell", { set: { KEY: any }, unset: [] });
    assertMatch(text, /^\$Env:KEY = [ -~]+;\n$/);
    const parts = text.slice(11, -2).replace(/^\('' \+ (.*)\)$/, "$1")
      .match(/'(?:[^']|'')*'|\[char\]0x[0-9a-f]{4}/g) ?? [];
    const read = parts.map((part) =>
      part.startsWith("'")
        ? part.slice(1, -1).replaceAll("''", "'")
        : String.fromCharCode(parseInt(part.slice(8), 16))
    );
    assertEquals(read.join(""), any);
  }));
});

Deno.test("cmd takes literally what stands in its quotes", () => {
  const value = "a b & c | d > e < f ^ g (h)";
  assertEquals(statements("cmd", { set: { KEY: value }, unset: [] }), `set "KEY=${value}"\n`);
});

const refused: readonly [Shell, readonly string[]][] = [
  ["cmd", ['"', "%", "!", "\n", "\r", "\t", "\u00e9", "\u2028", "\u201d"]],
  ["dotenv", [..." \t\n\r'\"`$\\#;&|<>(){}[]*?!^~\u00e9"]],
];

for (const [shell, characters] of refused) {
  const names = characters.map((each) => JSON.stringify(each)).join(" ");
  Deno.test(`${shell} refuses values with ${names}, and does not show them`, () => {
    for (const each of characters) {
      const set = { KEY: `secret${each}value` };
      const error = assertThrows(() => statements(shell, { set, unset: [] }), StsmfaError);
      assertEquals(error.code, "Usage");
      assert(!`${error.message} ${error.hint}`.includes("secret"), error.message);
    }
  });
}

Deno.test("no language takes a NUL, which no variable can hold", () => {
  for (const shell of shells) {
    assertThrows(() => statements(shell, { set: { KEY: "a\0b" }, unset: [] }), StsmfaError, "NUL");
  }
});

Deno.test("what a dotenv file holds is what a shell and a dotenv parser read in it", async () => {
  const held = fc.string({ unit: fc.constantFrom(..."aZ09_+=/:.,@%-") });
  const values = fc.sample(fc.array(held, { minLength: 200, maxLength: 200 }), 1)[0]!;
  const set = Object.fromEntries(values.map((each, n) => [`VALUE_${n}`, each]));
  const text = statements("dotenv", { set, unset: [] });
  assertEquals({ ...parseEnv(text) }, set);
  if (!posix.isHere) return;
  const script = `set -a\n${text}set +a\nexec env -0`;
  const { stdout } = await runShell(["sh", "-c", script], {
    env: { PATH: Deno.env.get("PATH") ?? "" },
  });
  assertObjectMatch(parseEnvironment(stdout), set);
});

testWith(
  windows,
  "cmd gives back any value that may stand there, line by line or as a script",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "stsmfa-test-" });
    try {
      const characters = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))
        .filter((each) => !/["%!]/.test(each)).join("");
      const set = {
        VALUE_0: characters,
        VALUE_1: "a&echo b|more>c<d^e^^",
        VALUE_2: "^",
        VALUE_3: "(a) 'b' `c` $d",
        VALUE_4: "a+b/c==",
      };
      const lines = statements("cmd", { set, unset: ["GONE"] });
      await Deno.writeTextFile(`${folder}\\lines.txt`, lines);
      const ways = [
        lines.replaceAll("\n", "\r\n"),
        "for /f \"delims=\" %%i in ('type lines.txt') do @%%i\r\n",
      ];
      for (const way of ways) {
        await Deno.writeTextFile(
          `${folder}\\way.cmd`,
          `@echo off\r\n${way}set VALUE_\r\nset GONE\r\n`,
        );
        const { stdout } = await new Deno.Command("cmd.exe", {
          args: ["/d", "/c", "way.cmd"],
          cwd: folder,
          env: { GONE: "x" },
        }).output();
        const found = new TextDecoder().decode(stdout).split(/\r?\n/).filter((each) => each !== "");
        const expected = Object.entries(set).map((each) => each.join("="));
        assertEquals(found, expected, way);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
