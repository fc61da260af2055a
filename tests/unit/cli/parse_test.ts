import { assertEquals, assertThrows } from "@std/assert";
import type { AnyCommand } from "../../../lib/cli/command.ts";
import { parse } from "../../../lib/cli/parse.ts";
import { StsmfaError } from "../../../lib/errors.ts";

const command = {
  examples: [],
  description: [],
  positionals: "[PROFILE...]",
  flags: {
    force: { kind: "toggle", brief: "" },
    quiet: { kind: "toggle", brief: "" },
    backup: { kind: "toggle", isNegated: true, brief: "" },
    tokenCode: { kind: "text", placeholder: "code", brief: "" },
    color: { kind: "choice", values: ["auto", "never"], brief: "" },
  },
  aliases: { f: "force", q: "quiet", t: "tokenCode" },
  run: () => Promise.reject(new Error("not run")),
} as const satisfies AnyCommand;

const parsed: [words: string, flags: Record<string, unknown>, positionals: string[]][] = [
  ["", {}, []],
  ["a b", {}, ["a", "b"]],
  ["a --force b", { force: true }, ["a", "b"]],
  ["-fq", { force: true, quiet: true }, []],
  ["--force --force", { force: true }, []],
  ["--token-code 123456 a", { tokenCode: "123456" }, ["a"]],
  ["--token-code=123456", { tokenCode: "123456" }, []],
  ["--token-code=", { tokenCode: "" }, []],
  ["--token-code=--x=y", { tokenCode: "--x=y" }, []],
  ["--token-code -", { tokenCode: "-" }, []],
  ["-t 123456", { tokenCode: "123456" }, []],
  ["--token 123456", { tokenCode: "123456" }, []],
  ["--mfa-token=1", { tokenCode: "1" }, []],
  ["--no-backup", { backup: false }, []],
  ["--backup", { backup: true }, []],
  ["--ignore-backup", { backup: false }, []],
  ["--color never", { color: "never" }, []],
  ["a -- --force -q", {}, ["a", "--force", "-q"]],
  ["-", {}, ["-"]],
];
for (const [words, flags, positionals] of parsed) {
  Deno.test(`parse() takes apart: ${words || "nothing"}`, () => {
    const args = words === "" ? [] : words.split(" ");
    assertEquals(parse(args, command, "x --help"), { flags, positionals, commandLine: [] });
  });
}

Deno.test("parse() leaves another program's command line alone", () => {
  const words = ["a", "-f", "--", "ls", "-la", "--", "--force", "--nosuch=1"];
  assertEquals(parse(words, { ...command, takesCommandLine: true }, "x --help"), {
    flags: { force: true },
    positionals: ["a"],
    commandLine: ["ls", "-la", "--", "--force", "--nosuch=1"],
  });
});

Deno.test("parse() says how to give a flag to the other program", () => {
  const other = { ...command, takesCommandLine: true };
  for (const words of ["a ls -la", "a ls --recursive", "a ls --tokn-code 1"]) {
    const error = assertThrows(() => parse(words.split(" "), other, "x --help"), StsmfaError);
    assertEquals(error.hint, "put -- before the command to run; see: x --help");
  }
  const mistyped = () => parse("a --tokn-code 1 -- ls".split(" "), other, "x --help");
  assertEquals(assertThrows(mistyped, StsmfaError).hint, "did you mean --token-code?");
});

const refused: [words: string, message: string, hint: string][] = [
  ["--nosuch", "there is no flag --nosuch", "see: x --help"],
  ["--tokn-code 1", "there is no flag --tokn-code", "did you mean --token-code?"],
  ["-x", "there is no flag -x", "see: x --help"],
  ["-fx", "there is no flag -x", "see: x --help"],
  ["-quiet", "there is no flag -u", "did you mean --quiet?"],
  ["-token=1", "-t needs a value", "see: x --help"],
  ["-mfa-token=1", "there is no flag -m", "did you mean --mfa-token?"],
  ["--no-force", "there is no flag --no-force", "did you mean --force?"],
  ["--token-code", "--token-code needs a value", "see: x --help"],
  ["--token-code --force", "--token-code needs a value", "see: x --help"],
  ["--token-code -- 1", "--token-code needs a value", "see: x --help"],
  ["--token-code 1 --token 2", "--token is given more than once", "see: x --help"],
  ["--force=yes", "--force takes no value", "see: x --help"],
  ["--color x", "--color: x is not one of auto, never", "see: x --help"],
  ["--__proto__ 1", "there is no flag --__proto__", "see: x --help"],
  ["--to-string", "there is no flag --to-string", "see: x --help"],
];
for (const [words, message, hint] of refused) {
  Deno.test(`parse() refuses: ${words}`, () => {
    const error = assertThrows(() => parse(words.split(" "), command, "x --help"), StsmfaError);
    assertEquals([error.code, error.message, error.hint], ["Usage", message, hint]);
  });
}
