import { assertEquals, assertThrows } from "@std/assert";
import { commandWords } from "../../../lib/sources/command_words.ts";
import { needsPython, runPython } from "../../support/python.ts";
import { Chooser } from "../../support/seeded.ts";
import { factor, seed } from "../../support/thorough.ts";

type Words = string[] | "refused";

function words(command: string, os: "unix" | "windows"): Words {
  try {
    return commandWords(command, os);
  } catch (error) {
    if (error instanceof RangeError) return "refused";
    throw error;
  }
}

for (
  const [command, unix, windows] of [
    ["/bin/give me", ["/bin/give", "me"], ["/bin/give", "me"]],
    ["  give\t'a b'  ", ["give", "a b"], ["give", "'a", "b'"]],
    [`give "a 'b'" '"'`, ["give", "a 'b'", '"'], "refused"],
    [`give ""  ''`, ["give", "", ""], ["give", "", "''"]],
    [String.raw`a\ b "c\"d" "e\f"`, ["a b", 'c"d', String.raw`e\f`], [
      "a\\",
      "b",
      'c"d',
      String.raw`e\f`,
    ]],
    [String.raw`"C:\Program Files\give.exe" C:\x\ "\\"`, [
      String.raw`C:\Program Files\give.exe`,
      "C:x \\",
    ], [String.raw`C:\Program Files\give.exe`, "C:\\x\\", "\\"]],
    ["give $HOME | tee > x; y && z # no", [..."give $HOME | tee > x; y && z # no".split(" ")], [
      ..."give $HOME | tee > x; y && z # no".split(" "),
    ]],
    ["give\nme", ["give", "me"], ["give\nme"]],
    ["", [], []],
    ["give 'a", "refused", ["give", "'a"]],
    ['give "a', "refused", "refused"],
    ["give a\\", "refused", ["give", "a\\"]],
  ] as const satisfies readonly (readonly [string, Words, Words])[]
) {
  Deno.test(`commandWords() of ${JSON.stringify(command)}`, () => {
    assertEquals(words(command, "unix"), unix);
    assertEquals(words(command, "windows"), windows);
  });
}

Deno.test("an error of commandWords() repeats nothing of the command", () => {
  for (const command of ["give 'hunter2", 'give "hunter2', "hunter2\\"]) {
    const { message } = assertThrows(() => commandWords(command, "unix"), RangeError);
    assertEquals(message.includes("hunter2"), false);
  }
});

const python = needsPython("botocore");

Deno.test({
  name: `commandWords() splits generated commands as botocore does, on both systems${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const chooser = new Chooser(seed);
    const parts = [
      "a",
      "bc",
      " ",
      "  ",
      "\t",
      "\n",
      "\r",
      "'",
      '"',
      "\\",
      "\\\\",
      "#",
      "$x",
      "é",
      "",
    ];
    const commands = Array.from(
      { length: 2000 * factor },
      () => Array.from({ length: chooser.below(12) }, () => chooser.of(parts)).join(""),
    );
    const script = `
import json, sys
from botocore.compat import compat_shell_split
def split(s, platform):
    try:
        return compat_shell_split(s, platform)
    except ValueError:
        return "refused"
print(json.dumps([[split(s, p) for p in ("linux", "win32")] for s in json.load(sys.stdin)]))
`;
    const theirs = JSON.parse(await runPython(["-c", script], { input: JSON.stringify(commands) }));
    for (const [at, command] of commands.entries()) {
      const ours = [words(command, "unix"), words(command, "windows")];
      assertEquals(ours, theirs[at], JSON.stringify(command));
    }
  },
});
