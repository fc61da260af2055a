/**
 * The function of `stsmfa shell` in real shells, with a program that answers as a test says.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type FunctionShell, shellFunction } from "../../lib/shell/function.ts";
import { firstLine, rememberingStatements } from "../../lib/shell/remember.ts";
import { testOrSkip } from "../support/abilities.ts";
import { reporting, ShellHome, type ShellStart, userShells } from "../support/shell_home.ts";
import { needsShell, runShell, type ShellRun } from "../support/shells.ts";

/**
 * Writes down its words, a mark as MARK and a process as PID; answers what is on file for the last one of them, else the
 * first, with its mark for MARK.
 */
const fake = `#!/bin/sh
if [ "\${1-}" = shell ]; then exec cat "$HOME/function.$2"; fi
mark=NONE previous="" last=""
: > "$HOME/words"
for last; do
  if [ "$previous" = --mark ]; then
    mark=$last
    printf 'MARK\\0' >> "$HOME/words"
  elif [ "$previous" = --pid ] && [ "$last" -gt 1 ]; then
    printf 'PID\\0' >> "$HOME/words"
  else
    printf '%s\\0' "$last" >> "$HOME/words"
  fi
  previous=$last
done
[ -e "$HOME/answer.$last" ] || last="\${1-none}"
sed "1s/MARK/$mark/" "$HOME/answer.$last"
exit "$(cat "$HOME/exit.$last")"
`;

const value = 'it\'s "$HOME" `touch evaluated` \\ $(touch evaluated)\n\n  end!';
const trap = "# stsmfa\n`touch evaluated` $(touch evaluated); touch evaluated";

/** What the program prints and how it ends, by the word that asks for it. */
function answers(shell: FunctionShell): Record<string, [text: string, status: number]> {
  const exported = {
    get: () => undefined,
    has: (name: string) => !name.startsWith("_"),
    startingWith: () => ({}),
  };
  const script = (value: string, gone: string, mark = "MARK") =>
    firstLine(shell, mark) + rememberingStatements(shell, [
      { kind: "set", name: "VALUE", value },
      { kind: "remove", name: gone },
    ], exported);
  const restored = rememberingStatements(shell, [
    { kind: "restore", name: "VALUE", isInherited: false },
  ], exported);
  const evil = "touch evaluated";
  return {
    none: ["", 6],
    status: ["passed on\n", 7],
    good: [script(value, "GONE"), 0],
    bad: [script("bad", "KEPT"), 4],
    silent: ["", 3],
    help: [`Usage: ${trap}\n`, 0],
    // What begins like statements, as a name may, or those of another call.
    name: [`: stsmfa; ${evil} #  valid\n`, 0],
    former: [`: stsmfa;\n${evil}\n`, 0],
    comment: [`# stsmfa\n${evil}\n`, 0],
    other: [script("other", "KEPT", "31415926"), 0],
    "--json": ["{}\n", 8],
    use: ["prod  expired\n", 8],
    unset: [firstLine(shell, "MARK") + restored, 0],
  };
}

async function homeFor(shell: FunctionShell): Promise<ShellHome> {
  const home = await ShellHome.create(fake, { GONE: "x", KEPT: "x" });
  await home.spawned.write(`function.${shell}`, shellFunction(shell).text);
  for (const [word, [text, status]] of Object.entries(answers(shell))) {
    await home.spawned.write(`answer.${word}`, text);
    await home.spawned.write(`exit.${word}`, String(status));
  }
  return home;
}

/** Runs a script in a shell that has the function by its documented line. */
async function run(home: ShellHome, start: ShellStart, script: string): Promise<ShellRun> {
  const { line } = shellFunction(start.shell);
  const { startup, before = "" } = start;
  if (startup !== undefined) await home.spawned.write(startup, `${before}${line}\n`);
  // Nushell loads what its line saves only where somebody types; see shell_story_test.ts.
  const now = start.shell === "nu" ? "source function.nu" : line;
  const whole = startup === undefined ? `${now}\n${script}` : script;
  return await runShell([start.program, ...start.options, whole], {
    env: home.env,
    cwd: home.spawned.home,
  });
}

const starts: readonly ShellStart[] = [
  ...userShells,
  { shell: "bash", program: "bash", options: ["-c"] },
  { shell: "zsh", program: "zsh", options: ["-f", "-o", "warncreateglobal", "-c"] },
  { shell: "sh", program: "bash", options: ["--posix", "-c"] },
  { shell: "nu", program: "nu", options: ["-n", "-c"] },
];

const commands = {
  others: "stsmfa status 'a b' '*' '' status",
  set: "stsmfa use --region 'a b' 012345 good",
  failed: "stsmfa use bad",
  silent: "stsmfa use silent",
  shown: "stsmfa use --help help",
  name: "stsmfa use name",
  former: "stsmfa use former",
  comment: "stsmfa use comment",
  other: "stsmfa use other",
  question: "stsmfa use",
  json: "stsmfa use --json",
  taken: "stsmfa unset",
};

for (const start of starts) {
  const { shell, program, options } = start;
  const how = [program, ...options.slice(0, -1)].join(" ");
  const { name, ignore } = needsShell(program);
  testOrSkip({
    name: `the function of ${shell} in ${how}${name}`,
    ignore,
    fn: async (t) => {
      await using home = await homeFor(shell);
      const { stdout, stderr, code } = await run(
        home,
        start,
        reporting(shell, {
          ...commands,
          ...(shell === "nu" && Object.fromEntries(
            (["name", "former", "comment", "other"] as const).map((label) => [
              label,
              `${commands[label]} | print`,
            ]),
          )),
        }),
      );
      const reported = async (label: keyof typeof commands) => {
        const found = await home.report(label);
        if (found === undefined) throw new Error(`nothing reported: ${label}\n${stdout}${stderr}`);
        return { ...found, variables: [found.env["VALUE"], found.env["GONE"], found.env["KEPT"]] };
      };

      await t.step(
        "other commands get their words as they are, and their status comes back",
        async () => {
          const { words, status } = await reported("others");
          assertEquals(words, ["status", "a b", "*", "", "status"]);
          assertEquals(status, "7");
        },
      );
      await t.step("`use` changes the shell, whatever is in the values", async () => {
        const { words, status, variables } = await reported("set");
        assertEquals(words, [
          "use",
          "--shell",
          shell,
          "--mark",
          "MARK",
          "--pid",
          "PID",
          "--region",
          "a b",
          "012345",
          "good",
        ]);
        assertEquals([status, variables], ["0", [value, undefined, "x"]]);
      });
      await t.step("`use` that fails changes nothing, and its status comes back", async () => {
        const { status, variables } = await reported("failed");
        assertEquals([status, variables], ["4", [value, undefined, "x"]]);
        assertEquals((await reported("silent")).status, "3");
      });
      await t.step("what is no statement is shown, and not evaluated", async () => {
        assertEquals((await reported("shown")).status, "0");
        for (const label of ["name", "former", "comment", "other"] as const) {
          const { status, variables } = await reported(label);
          assertEquals([status, variables], ["0", [value, undefined, "x"]], label);
        }
        for (
          const [label, words] of [["question", ["use"]], ["json", ["use", "--json"]]] as const
        ) {
          assertEquals(await reported(label).then((each) => [each.status, each.words]), [
            "8",
            words,
          ]);
        }
        assertEquals(home.spawned.list("").includes("evaluated"), false);
      });
      await t.step("`unset` takes variables away", async () => {
        const { words, status, variables } = await reported("taken");
        assertEquals(words, ["unset", "--shell", shell, "--mark", "MARK", "--pid", "PID"]);
        assertEquals([status, variables], ["0", [undefined, undefined, "x"]]);
      });
      await t.step("nothing else is printed", () => {
        const other = answers(shell)["other"]![0];
        assertEquals([code, stdout], [
          0,
          `passed on\nUsage: ${trap}\n: stsmfa; touch evaluated #  valid\n: stsmfa;\n` +
          `touch evaluated\n# stsmfa\ntouch evaluated\n${other}prod  expired\n{}\n`,
        ]);
        // An interactive bash complains of having no terminal.
        if (how !== "bash -i") assertEquals(stderr, "");
      });
    },
  });
}

const strict: readonly ShellStart[] = [
  { shell: "sh", program: "dash", options: ["-e", "-u", "-c"] },
  { shell: "bash", program: "bash", options: ["-e", "-u", "-o", "pipefail", "-c"] },
  { shell: "zsh", program: "zsh", options: ["-f", "-e", "-u", "-c"] },
];

for (const start of strict) {
  const { shell, program, options } = start;
  const { name, ignore } = needsShell(program);
  testOrSkip({
    name: `${
      [program, ...options.slice(0, -1)].join(" ")
    } ends where \`use\` fails, no sooner${name}`,
    ignore,
    fn: async () => {
      await using home = await homeFor(shell);
      const script = `stsmfa use good
report good $?
stsmfa || report none $?
stsmfa use silent || report caught $?
stsmfa use bad
report never $?
`;
      const { code, stderr } = await run(home, start, script);
      assertEquals([code, stderr], [4, ""]);
      const labels = ["good", "none", "caught", "never"];
      const reports = await Promise.all(labels.map((label) => home.report(label)));
      assertEquals(reports.map((each) => each?.status), ["0", "6", "3", undefined]);
    },
  });
}
