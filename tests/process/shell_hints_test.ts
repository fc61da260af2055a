/**
 * Words of hints, pasted into real shells as one would: they come back as they were, or the hint holds
 * their place, and nothing is run.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parse } from "../../lib/cli/parse.ts";
import refresh from "../../lib/commands/refresh.ts";
import {
  commandWords,
  flagWords,
  pathWord,
  profileWord,
  renewCommand,
  shellWord,
  withArguments,
} from "../../lib/hint_words.ts";
import { visible } from "../../lib/screen.ts";
import { testOrSkip } from "../support/abilities.ts";
import { flagsOfHelp } from "../support/flags_of_help.ts";
import { hostileWord, hostileWords } from "../support/hostile_words.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsProgram, runShell } from "../support/shells.ts";
import { TestContext } from "../support/test_context.ts";
import { seed } from "../support/thorough.ts";

const words = [
  ...hostileWords,
  ...fc.sample(hostileWord, { numRuns: 200, seed }),
];

/** What the program gets, if the hint can hold the word. */
const carried = words.filter((word) => shellWord(word, "\0") !== "\0");

/** Shells that people type in; history is expanded only there. */
const shells: readonly (readonly [string, ...string[]])[] = [
  ["dash"],
  ["bash", "--norc", "--noprofile", "-i"],
  ["bash-3.2", "--norc", "--noprofile", "-i"],
  ["zsh", "-f", "-i"],
  ["zsh", "-f", "-i", "-o", "rcquotes"],
  ["fish", "--no-config"],
];

const fake = `#!/bin/sh
printf '%s\\0' "$@" >> "$HOME/words"
echo >> "$HOME/lines"
`;

for (const argv of shells) {
  const { name, ignore } = needsProgram(argv[0]);
  testOrSkip({
    name: `${argv.join(" ")}: what is pasted from a hint is what was meant${name}`,
    ignore,
    fn: async () => {
      await using home = await ShellHome.create(fake);
      const script = carried.map((word) => `stsmfa ${shellWord(word)}\n`).join("") +
        carried.map((word) => `stsmfa ${flagWords("--profile", word)}\n`).join("");
      const { stderr } = await runShell(argv, {
        env: { ...home.env, HISTFILE: "/dev/null", TERM: "dumb" },
        input: script,
        cwd: home.spawned.home,
      });
      const got = (await home.spawned.read("words")).split("\0").slice(0, -1);
      const meant = carried.flatMap((word) =>
        word.startsWith("-") ? [`--profile=${word}`] : ["--profile", word]
      );
      assertEquals(got, [...carried, ...meant], stderr);
      assertEquals((await home.spawned.read("lines")).length, 2 * carried.length);
      const files = home.spawned.list("").filter((file) => !file.startsWith("."));
      assertEquals(files, ["bin", "lines", "words"]);
    },
  });
}

Deno.test("only what a terminal would not show as it is has no place in a hint", () => {
  const left = words.filter((word) => !carried.includes(word));
  const isShown = (word: string) => visible(word) === word;
  assertEquals(left.filter(isShown), []);
  assertEquals(carried.map((word) => shellWord(word)).filter((word) => !isShown(word)), []);
});

/** The words of a command line that has no quotes. */
function profilesOf(line: string): readonly string[] {
  const given = line.split(" ").slice(1);
  const rest = given[0] === "refresh" ? given.slice(1) : given;
  if (given[0] !== "refresh" && commandWords.includes(given[0]!)) return [];
  const { flags, positionals } = parse(rest, refresh, "");
  const { profile } = flags as { profile?: string };
  return profile === undefined ? positionals : [profile];
}

Deno.test("a hint renews the profiles that it names, whatever they are called", () => {
  const names = ["work", "-x", "--all", "--", "-", ...commandWords];
  for (const name of names) {
    assertEquals(profilesOf(renewCommand(name)), [name]);
    for (const other of names) {
      assertEquals(profilesOf(renewCommand(name, other)), [name, other], `${name} ${other}`);
    }
  }
});

Deno.test("the words that name no profile are the commands", async () => {
  await using test = await TestContext.create();
  const commands = Object.keys(await flagsOfHelp(test));
  assertEquals([...commandWords].sort(), [...commands, "help"].sort());
});

Deno.test("PowerShell is given no quote that could end before the word does", () => {
  for (const word of words) {
    for (const text of [shellWord(word), pathWord(word), profileWord(word)]) {
      const parts = text.match(/'[^'\u2018-\u201b]*'|"[^"$`\u201c-\u201e]*"|[\w./:+@%=-]+/g) ?? [];
      assertEquals(parts.join(""), text);
    }
  }
  assertEquals(withArguments("stsmfa clear", ["a b"]), 'stsmfa clear "a b"');
});
