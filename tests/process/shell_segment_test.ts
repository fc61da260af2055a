/**
 * The segment of `stsmfa shell --segment` in the prompts of real shells, at a (pseudo-)terminal: it
 * says what it should, runs nothing, and leaves the prompt that a person has as it is.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatExpiration } from "../../lib/credentials.ts";
import { segment, type SegmentShell } from "../../lib/shell/segment.ts";
import { testOrSkip } from "../support/abilities.ts";
import { atTerminal, needsPython, type Step } from "../support/python.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsShell } from "../support/shells.ts";

const python = needsPython("termios");

/** A name of which each part does something in some prompt, and shows nothing in one that is right. */
const hostile =
  "p$(touch evaluated)`touch evaluated`${HOME}%F{red}%n%%\\[\\]\\u\\\\!!'\"\x1b[31m\u202e";
const shownHostile = hostile.replace("\x1b", "?").replace("\u202e", "?");

const inSeconds = (seconds: number) => formatExpiration(new Date(Date.now() + seconds * 1000));

interface Prompted {
  readonly shell: SegmentShell;
  readonly program: "bash" | "zsh" | "fish";
  /** How it is started, with what is in the file `rc`. */
  readonly argv: readonly string[];
  readonly env?: Record<string, string>;
  /** The person's own prompt, which begins with the statuses of the last command. */
  readonly own: string;
  /** What follows the segment in `rc`. */
  readonly after?: string;
  readonly name?: string;
}

const bash = ["bash", "--noprofile", "--rcfile", "rc", "-i"];
const prompts: readonly Prompted[] = [
  {
    shell: "bash",
    program: "bash",
    argv: bash,
    own: "PS1='$? END> '\n",
  },
  {
    name: "with set -u and a PROMPT_COMMAND that makes the prompt anew",
    shell: "bash",
    program: "bash",
    argv: bash,
    own: `set -u\nPROMPT_COMMAND='code=$?; PS1="$code END> "; # all'\n`,
  },
  {
    name: "with an array of commands, one of which asks for the status",
    shell: "bash",
    program: "bash",
    argv: bash,
    own: `PROMPT_COMMAND=('code=$?' 'PS1="$code END> "')\n`,
  },
  {
    shell: "zsh",
    program: "zsh",
    argv: ["zsh", "-i"],
    own: "PROMPT='%? END> '\n",
  },
  {
    name: "with promptsubst, and a hook that makes the prompt anew",
    shell: "zsh",
    program: "zsh",
    argv: ["zsh", "-i"],
    own: "setopt promptsubst ksharrays nounset\n" +
      'precmd_functions=(mine)\nmine() { PROMPT="$? END> "; }\n',
  },
  {
    shell: "fish",
    program: "fish",
    argv: ["fish", "-N", "-C", "source rc", "-i"],
    own: 'function fish_prompt; echo -n "$pipestatus END> "; end\n',
  },
];

async function run(prompted: Prompted, profile: string, steps: readonly Step[], env = {}) {
  const { shell, argv, own, after = "" } = prompted;
  await using home = await ShellHome.create("#!/bin/sh\ntouch evaluated\n", {
    TERM: "xterm",
    STSMFA_PROFILE: profile,
    STSMFA_SET_KEY: "ASIAOURS",
    AWS_ACCESS_KEY_ID: "ASIAOURS",
    AWS_CREDENTIAL_EXPIRATION: inSeconds(3 * 3600 + 12 * 60 + 30),
    ...env,
  });
  await home.spawned.write("segment", segment(shell));
  // Twice, as by a startup file that is read again; then there is no program any more to run.
  const source = shell === "fish" ? "source segment\n" : ". ./segment\n";
  const rc = own + source + source + after + (shell === "fish" ? "set -gx PATH\n" : "PATH=\n");
  await home.spawned.write("rc", rc);
  await home.spawned.write(".zshrc", rc);
  const result = await atTerminal({
    argv,
    env: home.env,
    cwd: home.spawned.home,
    streams: "terminal",
    steps: [...steps, { send: "exit\r" }],
    columns: 250,
  });
  return { ...result, isEvaluated: home.spawned.list("").includes("evaluated") };
}

for (const prompted of prompts) {
  const { shell, program, name } = prompted;
  const here = needsShell(program);
  const set = (variable: string, value: string): Step => ({
    send: shell === "fish" ? `set -gx ${variable} ${value}\r` : `export ${variable}=${value}\r`,
  });
  const title = name === undefined ? program : `${program} ${name}`;

  testOrSkip({
    name: `${title}: the prompt says whose session and how long, and keeps the status` +
      python.name + here.name,
    ignore: python.ignore || here.ignore,
    fn: async () => {
      // fish keeps statuses that set nothing.
      const [zero, one] = shell === "fish" ? ["0", "1"] : ["0", "0"];
      const { terminal, unmet } = await run(prompted, "prod", [
        { expect: "[prod 3h12m]" },
        { expect: `${zero} END> ` },
        { send: "false\r" },
        { expect: "[prod 3h12m]" },
        { expect: "1 END> " },
        set("AWS_CREDENTIAL_EXPIRATION", inSeconds(45 * 60 + 30)),
        { expect: "[prod 45m]" },
        { expect: `${one} END> ` },
        set("AWS_CREDENTIAL_EXPIRATION", inSeconds(4 * 60 + 30)),
        { expect: "33m[prod 4m!]" },
        { expect: "END> " },
        set("AWS_CREDENTIAL_EXPIRATION", inSeconds(-1)),
        { expect: "31m[prod expired]" },
        { expect: "END> " },
        set("NO_COLOR", "1"),
        { expect: "[prod expired]" },
        { expect: "END> " },
        set("AWS_CREDENTIAL_EXPIRATION", "a[0]"),
        { expect: "[prod]" },
        { expect: "END> " },
        // Keys that are not those of use.
        set("AWS_ACCESS_KEY_ID", "AKIAMINE"),
        { expect: "END> " },
      ]);
      assertEquals(unmet, null, terminal);
      const last = terminal.slice(terminal.lastIndexOf("AKIAMINE"));
      assert(!last.includes("prod"), terminal);
      for (const word of ["not found", "unbound", "unknown"]) assert(!terminal.includes(word));
      const first = terminal.slice(0, terminal.indexOf("END>"));
      assertEquals(first.split("[prod").length, 2, first);
    },
  });

  testOrSkip({
    name: `${title}: a hostile name is shown, and nothing of it is run or expanded` +
      python.name + here.name,
    ignore: python.ignore || here.ignore,
    fn: async () => {
      const { terminal, unmet, isEvaluated } = await run(
        prompted,
        hostile,
        [{ expect: "END> " }, { send: "\r" }, { expect: "END> " }],
        { NO_COLOR: "1" },
      );
      assertEquals([unmet, isEvaluated], [null, false], terminal);
      assertStringIncludes(terminal, `[${shownHostile} 3h12m] `);
    },
  });
}

/** Characters that control the terminal or the line, with what is a part of their UTF-8 elsewhere. */
const controls: Readonly<Record<string, string>> = {
  "C1": "p\x80\x84\x85\x88\x8d\x90\x9b31m\x9c\x9dX\x9f",
  "line ends": "p\u2028X\u2029\x0b\x7f",
  "directions": "p\u061cX\u200e\u200f\u202a\u202e\u2066\u2069",
};

for (const prompted of prompts.filter(({ name }) => name === undefined)) {
  for (const locale of ["C", "C.UTF-8"]) {
    for (const [what, name] of Object.entries(controls)) {
      const { program } = prompted;
      const here = needsShell(program);
      testOrSkip({
        name: `${program} with LC_ALL=${locale} sends no ${what} of a name to the terminal` +
          python.name + here.name,
        ignore: python.ignore || here.ignore,
        fn: async () => {
          const { terminal, unmet } = await run(
            prompted,
            `${name}¶\u{2030}`,
            [{ expect: "END> " }, { send: "\r" }, { expect: "END> " }],
            { NO_COLOR: "1", LC_ALL: locale },
          );
          assertEquals(unmet, null, terminal);
          for (const character of name.replaceAll(/[pX31m]/g, "")) {
            assert(!terminal.includes(character), terminal);
          }
          // fish without UTF-8 takes each byte for a character, and shows it in UTF-8.
          if (locale === "C" && program === "fish") return;
          const shown = name.replaceAll(/[^pX31m]/gu, "?");
          assertStringIncludes(terminal, `[${shown}`);
          if (locale !== "C") assertStringIncludes(terminal, `[${shown}¶\u{2030} `);
        },
      });
    }
  }
}

const bashHere = needsShell("bash");

/** What has a shell tell of each command that fails. */
const traps = {
  bash: "set -o errtrace; trap 'echo TRAP''PED' ERR\n",
  zsh: "TRAPZERR() { print TRAP''PED }\n",
};

for (const [program, trap] of Object.entries(traps)) {
  const prompted = prompts.find((each) => each.program === program)!;
  const here = needsShell(prompted.program);
  testOrSkip({
    name: `${program}: a trap for failures is not sprung by the prompt` + python.name + here.name,
    ignore: python.ignore || here.ignore,
    fn: async () => {
      // Soon there are no seconds left: none fails where a number is 0.
      const { terminal, unmet } = await run(
        { ...prompted, own: prompted.own + trap },
        "prod",
        [
          { expect: "s!] 0 END> " },
          ...Array.from({ length: 18 }, () => [
            { send: "\r" },
            { expect: "END> " },
            { pause: 0.15 },
          ]).flat(),
          { send: "true\r" },
          { expect: "[prod expired]" },
          { send: "(exit 3)\r" },
          { expect: "TRAPPED" },
          { expect: "3 END> " },
          { send: "\r" },
          { expect: "END> " },
        ],
        { NO_COLOR: "1", AWS_CREDENTIAL_EXPIRATION: inSeconds(2) },
      );
      assertEquals(unmet, null, terminal);
      assertEquals(terminal.split("TRAPPED").length, 2, terminal);
    },
  });
}

testOrSkip({
  name: "bash with set -e does not end by a status that a condition has left" + bashHere.name,
  ignore: python.ignore || bashHere.ignore,
  fn: async () => {
    const { terminal, unmet } = await run(
      { ...prompts[0]!, own: "set -eu\nPS1='END> '\n" },
      "prod",
      [
        { expect: "END> " },
        { send: "! true\r" },
        { expect: "END> " },
        { send: "echo still''here\r" },
        { expect: "stillhere" },
        { expect: "END> " },
      ],
    );
    assertEquals(unmet, null, terminal);
  },
});

const page = Deno.readTextFileSync(new URL("../../docs/prompt.md", import.meta.url));

for (const [program, word] of [["bash", "PROMPT_COMMAND+="], ["zsh", "precmd_functions+="]]) {
  const prompted = prompts.find((each) => each.program === program)!;
  const here = needsShell(prompted.program);
  testOrSkip({
    name: `${program}: the page's lines for tmux make the segment the title` + here.name,
    ignore: python.ignore || here.ignore,
    fn: async () => {
      const lines = page.split("```").find((each) =>
        each.startsWith(`${program}\n`) && each.includes("stsmfa_title") && each.includes(word!)
      )!.slice(`${program}\n`.length);
      const title = { expect: "\x1b]2;[50%% of a%b 3h12m] \x1b\\" };
      const { terminal, unmet } = await run(
        { ...prompted, after: lines },
        "50%% of a%b",
        [title, { expect: "END> " }, { send: "false\r" }, title, { expect: "1 END> " }],
      );
      assertEquals(unmet, null, terminal);
    },
  });
}

const fish = needsShell("fish");

for (const ifs of ["''", ":", "0"]) {
  testOrSkip({
    name: `fish finds the time, and keeps lines, where IFS is ${ifs}` + python.name + fish.name,
    ignore: python.ignore || fish.ignore,
    fn: async () => {
      const own = "function fish_prompt; echo first; echo -n 'END> '; end\n";
      const prompted = prompts.find(({ program }) => program === "fish")!;
      const { terminal, unmet } = await run(
        { ...prompted, own: `set -g IFS ${ifs}\n${own}` },
        "prod",
        [{ expect: "[prod 3h12m] first" }, { expect: "END> " }],
        { NO_COLOR: "1" },
      );
      assertEquals(unmet, null, terminal);
    },
  });
}

for (const name of ["_stsmfa_start", "_stsmfa_hook", "stsmfa_now", "stsmfa_left", "stsmfa_y"]) {
  testOrSkip({
    name: `bash runs nothing of an inherited ${name}, and shows the time` + bashHere.name,
    ignore: python.ignore || bashHere.ignore,
    fn: async () => {
      const { terminal, unmet, isEvaluated } = await run(
        prompts[0]!,
        "prod",
        [{ expect: "[prod 3h12m]" }, { expect: "END> " }, { send: "\r" }, { expect: "END> " }],
        { [name]: "a[$(: > evaluated)]" },
      );
      assertEquals([unmet, isEvaluated], [null, false], terminal);
    },
  });
}

for (const more of ["", "PROMPT_COMMAND=(true)\n"]) {
  testOrSkip({
    name: `bash finds its hook whatever IFS is: ${more.trim()}` + bashHere.name,
    ignore: python.ignore || bashHere.ignore,
    fn: async () => {
      const prompted = { ...prompts[0]!, own: prompts[0]!.own + more };
      const { terminal, unmet } = await run(prompted, "prod", [
        { expect: "END> " },
        { send: "IFS=_stmfa; export AWS_CREDENTIAL_EXPIRATION=\r" },
        { expect: "[prod]" },
        { expect: "END> " },
      ]);
      assertEquals(unmet, null, terminal);
      assert(!terminal.includes("not found"), terminal);
    },
  });
}

testOrSkip({
  name: "bash without a clock of its own, as macOS has it, counts from one date" + bashHere.name,
  ignore: python.ignore || bashHere.ignore,
  fn: async () => {
    const text = segment("bash");
    // What 3.2 does not know must not be reached.
    const old = text.replaceAll("BASH_VERSINFO", "OLD_VERSION")
      .replace("printf -v stsmfa_now '%(%s)T' -1", "exit 9");
    assert(old !== text);
    await using home = await ShellHome.create("", {
      TERM: "dumb",
      STSMFA_PROFILE: "prod",
      STSMFA_SET_KEY: "ASIAOURS",
      AWS_ACCESS_KEY_ID: "ASIAOURS",
      AWS_CREDENTIAL_EXPIRATION: inSeconds(3 * 3600 + 12 * 60 + 30),
    });
    const rc = `OLD_VERSION=(3 2)\n_stsmfa_start='a[$(: > evaluated)]'\nPS1='END> '\n${old}PATH=\n`;
    await home.spawned.write("rc", rc);
    const { terminal, unmet } = await atTerminal({
      argv: bash,
      env: home.env,
      cwd: home.spawned.home,
      streams: "terminal",
      steps: [
        { expect: "[prod 3h12m] END> " },
        { send: "_stsmfa_start='a[$(: > evaluated)]'\r" },
        { expect: "[prod] END> " },
        { send: "exit\r" },
      ],
    });
    assertEquals(unmet, null, terminal);
    assert(!home.spawned.list("").includes("evaluated"));
  },
});

testOrSkip({
  name: "a bash that inherits PROMPT_COMMAND and PS1 alone shows its prompt without errors" +
    bashHere.name,
  ignore: python.ignore || bashHere.ignore,
  fn: async () => {
    const { terminal, unmet } = await run(
      { ...prompts[0]!, own: "PS1='END> '\nexport PS1 PROMPT_COMMAND=\n" },
      "prod",
      [
        { expect: "END> " },
        { send: "$BASH --norc -i\r" },
        { expect: "END> " },
        { send: "echo in''ner\r" },
        { expect: "inner" },
        { send: "exit\r" },
        { expect: "END> " },
      ],
    );
    assertEquals(unmet, null, terminal);
    assert(!terminal.includes("not found"), terminal);
  },
});
