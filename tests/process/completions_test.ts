/**
 * The scripts of `stsmfa completions` in real shells: what each offers for a line that is typed.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { flagsOfHelp } from "../support/flags_of_help.ts";
import { atTerminal, needsPython } from "../support/python.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsProgram, needsShell, runShell } from "../support/shells.ts";
import { TestContext } from "../support/test_context.ts";

const profiles = [
  "data",
  "prod",
  "prod-eu",
  "a b",
  "team:one",
  `x'$(touch evaluated)"\\`,
  "~root",
  "=touch",
  "q=r",
  "!!",
  "*?[a]{b,c}",
  "w;touch evaluated",
  "<y>&z|#",
  "\u00fc\u2019",
];

/** A line up to the cursor, and all that can stand there. */
const cases: Readonly<Record<string, readonly string[]>> = {
  "stsmfa sta": ["status"],
  "stsmfa da": ["data"],
  "stsmfa prod --dry": ["--dry-run", "--dryrun"],
  "stsmfa prod da": ["data"],
  "stsmfa status --json prod-": ["prod-eu"],
  "stsmfa help sta": ["status"],
  "stsmfa clear data pr": ["prod", "prod-eu"],
  "stsmfa env a": ["a b"],
  "stsmfa env team:o": ["team:one"],
  "stsmfa env x": [profiles[5]!],
  "stsmfa env q": ["q=r"],
  "stsmfa env \\!": ["!!"],
  "stsmfa env w": ["w;touch evaluated"],
  "stsmfa env \\<": ["<y>&z|#"],
  "stsmfa env \u00fc": ["\u00fc\u2019"],
  "stsmfa --versi": ["--version"],
  "stsmfa env data pr": [],
  "stsmfa env --for": ["--force"],
  "stsmfa env --dev": ["--device"],
  "stsmfa env --no-ba": ["--no-backup"],
  "stsmfa env -p da": ["data"],
  "stsmfa env --source-profile da": ["data"],
  "stsmfa env --region eu-west-1 da": ["data"],
  "stsmfa env --region da": [],
  "stsmfa env --config note": ["notes.txt"],
  "stsmfa env --shell p": ["powershell"],
  "stsmfa env --shell=fi": ["fish"],
  "stsmfa env --shell cm": ["cmd"],
  "stsmfa use --shell cm": [],
  "stsmfa read aws_s": ["aws_secret_access_key", "aws_session_token"],
  "stsmfa read aws_session_token da": ["data"],
  "stsmfa hooks al": ["allow"],
  "stsmfa exec prod --for": ["--force"],
  "stsmfa exec prod -- somepr": ["someprogram"],
  "stsmfa exec -- someprogram --x note": ["notes.txt"],
};

const fake = `#!/bin/sh
case "$1 $2" in
  "completions profiles") exec cat "$HOME/profiles" ;;
  "completions "[a-z]*) exec cat "$HOME/script" ;;
esac
printf '%s\\t' "$@" >> "$HOME/asked"
echo >> "$HOME/asked"
`;

type Asks = (home: ShellHome, lines: readonly string[]) => Promise<string[][]>;

/** How each shell tells what it offers. */
const shells: Readonly<Record<"bash" | "zsh" | "fish", Asks>> = { bash, zsh, fish };

/** Readline inserts all that it would offer, and the program tells what it got. */
async function bash(home: ShellHome, lines: readonly string[]): Promise<string[][]> {
  await home.spawned.write(".bashrc", `eval "$(stsmfa completions bash)"\nPS1='> '\n`);
  const { unmet, terminal } = await atTerminal({
    argv: ["bash", "--noprofile", "--rcfile", ".bashrc", "-i"],
    env: { ...home.env, TERM: "dumb", INPUTRC: "/dev/null", COLUMNS: "1000" },
    cwd: home.spawned.home,
    streams: "terminal",
    steps: [
      ...lines.flatMap((line) => [{ expect: "> " }, { send: `${line}\x1b*\n` }]),
      { expect: "> " },
      { send: "exit\n" },
    ],
  });
  assertEquals(unmet, null, terminal);
  const asked = (await home.spawned.read("asked")).split("\n").slice(0, -1);
  return asked.map((words, at) => {
    const typed = lines[at]!.split(" ").slice(1);
    const offered = words.split("\t").slice(typed.length - 1, -1);
    const isSame = offered.length === 1 && offered[0] === typed.at(-1);
    return isSame ? [] : offered.map((each) => each.replace(/^--\w+=/, ""));
  });
}

/** What the completion system adds to the list is written down. */
async function zsh(home: ShellHome, lines: readonly string[]): Promise<string[][]> {
  await home.spawned.write("lines", lines.map((line) => `${line}\n`).join(""));
  await home.spawned.write(
    ".zshrc",
    `autoload -Uz compinit; compinit -u -D; eval "$(stsmfa completions zsh)"
compadd() {
  local -a found; local each
  builtin compadd -O found "$@"
  for each in $found; do print -r -- "$each" >> asked; done
  builtin compadd "$@"
}
zle-line-init() {
  local line
  while IFS= read -r line; do
    print -r -- "# $line" >> asked
    BUFFER=$line CURSOR=$#line
    zle list-choices
  done < lines
  BUFFER=exit
  zle accept-line
}
zle -N zle-line-init
`,
  );
  const { code, terminal } = await atTerminal({
    argv: ["zsh", "-d", "-i"],
    env: { ...home.env, TERM: "xterm" },
    cwd: home.spawned.home,
    streams: "terminal",
    steps: [],
  });
  assertEquals(code, 0, terminal);
  const parts = (await home.spawned.read("asked")).split(/^# .*\n/m).slice(1);
  return parts.map((
    part,
  ) => [...new Set(part.split("\n").slice(0, -1).map((each) => each.replace(/=$/, "")))]);
}

/** It tells what it would insert, and takes that for words again. */
async function fish(home: ShellHome, lines: readonly string[]): Promise<string[][]> {
  const script = `stsmfa completions fish | source
for line in $argv
    echo "# $line"
    for inserted in (complete --escape -C $line | string replace -r '\\t.*' '')
        eval "printf '%s\\n' $inserted"
    end
end`;
  const { stdout, stderr } = await runShell(
    ["fish", "--no-config", "-c", script, ...lines],
    { env: home.env, cwd: home.spawned.home },
  );
  assertEquals(stderr, "");
  const parts = stdout.split(/^# .*\n/m).slice(1);
  return parts.map((part) =>
    part.split("\n").slice(0, -1).map((line) => line.replace(/^--\w+=/, ""))
  );
}

/** fish would insert the home of a user for this one. */
function offeredIn(shell: string): readonly string[] {
  return shell === "fish" ? profiles.filter((name) => !name.startsWith("~")) : profiles;
}

/** A home with a script in it, and the commands there are, with all of their long flags. */
async function open(shell: string) {
  await using test = await TestContext.create();
  const commands = await flagsOfHelp(test);
  assertEquals(await test.run("completions", shell), 0, test.stderr);
  const home = await ShellHome.create(fake);
  await home.spawned.write("script", test.stdout);
  await home.spawned.write("profiles", profiles.map((each) => `${each}\n`).join(""));
  await home.spawned.write("notes.txt", "");
  await home.writeProgram("someprogram", "#!/bin/sh\n");
  return { home, commands };
}

for (const [shell, ask] of Object.entries(shells)) {
  const here = needsShell(shell as keyof typeof shells);
  const python = shell === "fish" ? { name: "", ignore: false } : needsPython("termios");
  testOrSkip({
    name: `${shell} completes commands, flags, values and profiles${here.name}${python.name}`,
    ignore: here.ignore || python.ignore,
    fn: async (t) => {
      const { home, commands } = await open(shell);
      await using _ = home;
      const all = {
        "stsmfa ": [...Object.keys(commands), "help", ...offeredIn(shell)],
        ...Object.fromEntries(
          Object.entries(commands).map(([name, flags]) => [`stsmfa ${name} --`, [
            ...flags,
            ...(name === "refresh" ? ["--version"] : []),
          ]]),
        ),
        ...cases,
      };
      const offered = await ask(home, Object.keys(all));
      assertEquals(offered.length, Object.keys(all).length);
      assertEquals(home.spawned.list("").includes("evaluated"), false);
      for (const [at, [line, expected]] of Object.entries(all).entries()) {
        await t.step(line, () => {
          assertEquals(offered[at]!.toSorted(), expected.toSorted());
        });
      }
    },
  });
}

testOrSkip({
  name: `PowerShell takes its script${needsProgram("pwsh").name}`,
  ignore: needsProgram("pwsh").ignore,
  fn: async () => {
    const { home } = await open("powershell");
    await using _ = home;
    const line = "stsmfa env --shell fi";
    const { stdout } = await runShell([
      "pwsh",
      "-NoProfile",
      "-Command",
      `stsmfa completions powershell | Out-String | Invoke-Expression
(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`,
    ], { env: home.env, cwd: home.spawned.home });
    assertMatch(stdout, /^fish\r?\n$/);
  },
});
