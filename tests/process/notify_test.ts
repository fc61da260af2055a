/**
 * `use --notify` and `exec --notify` with the real program and real shells: one notifier per shell
 * or program, which holds nothing of it, knows no secret and does not outlive it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { formatExpiration } from "../../lib/credentials.ts";
import { quoted } from "../../lib/hint_words.ts";
import { type FunctionShell, shellFunction } from "../../lib/shell/function.ts";
import { testOrSkip } from "../support/abilities.ts";
import { atTerminal, needsPython } from "../support/python.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsShell, runShell, type ShellProgram } from "../support/shells.ts";
import { cliCommand } from "../support/spawned_cli.ts";

const isLinux = Deno.build.os === "linux";
const linux = isLinux ? "" : " (skipped: only Linux shows processes to a test)";

const notifySend = `#!/bin/sh
{ printf '%s\\n' "$@"; echo .; } >> "$HOME/shown"
`;

async function open(): Promise<ShellHome> {
  const stsmfa = `#!/bin/sh\nexec ${cliCommand().map(quoted).join(" ")} "$@"\n`;
  const home = await ShellHome.create(stsmfa, { DISPLAY: ":7", TERM: "xterm" });
  await home.writeProgram("notify-send", notifySend);
  const section = (name: string, minutes: number) =>
    `[${name}]
aws_access_key_id = ASIAOLDOLDOLDOLDOLD2
aws_secret_access_key = the+secret/of+a+session
aws_session_token = the+token/of+a+session
expiration = ${formatExpiration(new Date(Date.now() + minutes * 60_000))}
`;
  await home.spawned.write(".aws/credentials", section("far", 480) + section("soon", 8));
  return home;
}

/** The processes of a home that notify. */
function notifiers(home: ShellHome): { pid: string; words: string[]; env: string; stat: string }[] {
  return Array.from(Deno.readDirSync("/proc")).flatMap(({ name: pid }) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const read = (name: string) => Deno.readTextFileSync(`/proc/${pid}/${name}`);
      const words = read("cmdline").split("\0");
      const isOurs = words.includes("__notice") &&
        words.some((word) => word.startsWith(home.spawned.home));
      return isOurs ? [{ pid, words, env: read("environ"), stat: read("stat") }] : [];
    } catch {
      return [];
    }
  });
}

async function until(what: () => boolean, seconds = 20): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !what();) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A running shell that reads commands from its stdin. */
class TypedShell {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #count = 0;

  constructor(private readonly home: ShellHome, argv: readonly [string, ...string[]]) {
    const [program, ...args] = argv;
    this.#child = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: home.env,
      cwd: home.spawned.home,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
  }

  get pid(): string {
    return `${this.#child.pid}`;
  }

  /** Runs a command, and waits for its end. */
  async run(command: string): Promise<void> {
    const done = `done.${++this.#count}`;
    await this.#writer.write(new TextEncoder().encode(`${command}\n: > ${done}\n`));
    await until(() => this.home.spawned.list("").includes(done));
  }

  async end(): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
  }
}

const shells: readonly [FunctionShell, ShellProgram, [string, ...string[]]][] = [
  ["sh", "dash", ["dash"]],
  ["bash", "bash", ["bash", "--norc"]],
  ["zsh", "zsh", ["zsh", "-f"]],
];

for (const [shell, program, argv] of shells) {
  const here = needsShell(program);
  testOrSkip({
    name: `${program}: use --notify has one notifier, use and unset end it, and so does the shell` +
      here.name + linux,
    ignore: here.ignore || !isLinux,
    fn: async () => {
      await using home = await open();
      await home.spawned.write("function", shellFunction(shell).text);
      const typed = new TypedShell(home, argv);
      await typed.run(". ./function");
      await typed.run("stsmfa use far --notify");
      await until(() => notifiers(home).length === 1);
      const [first] = notifiers(home);
      assertEquals(first!.words.at(-2), "far");
      assert(first!.words.includes(typed.pid));
      for (const text of [first!.env, first!.words.join(" ")]) {
        assert(!/secret|token|ASIA|AWS_|STSMFA/.test(text), text);
      }
      // The session of the system, and the terminal that it has none of.
      const [, , , , session, terminal] = first!.stat.slice(first!.stat.lastIndexOf(")") + 1)
        .split(" ");
      assertEquals([session, terminal], [first!.pid, "0"]);
      for (const descriptor of ["0", "1", "2"]) {
        assertEquals(Deno.readLinkSync(`/proc/${first!.pid}/fd/${descriptor}`), "/dev/null");
      }

      await typed.run("stsmfa use far --notify");
      await until(() => notifiers(home).length === 1 && notifiers(home)[0]!.pid !== first!.pid);
      await typed.run("stsmfa unset");
      await until(() => notifiers(home).length === 0);
      await typed.run("stsmfa use far --notify");
      await until(() => notifiers(home).length === 1);
      await typed.run("stsmfa use far");
      await until(() => notifiers(home).length === 0);
      await typed.run("stsmfa use far --notify");
      await until(() => notifiers(home).length === 1);
      await typed.end();
      await until(() => notifiers(home).length === 0);
      assertEquals(home.spawned.list(".local/state/stsmfa/notices"), []);
      assert(!home.spawned.list("").includes("shown"));
    },
  });
}

/** What else the notifiers of a home have open in it. */
function heldBy(home: ShellHome): string[] {
  return notifiers(home).flatMap(({ pid }) => {
    try {
      return Array.from(Deno.readDirSync(`/proc/${pid}/fd`), ({ name }) => {
        const target = Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
        return `${name} ${target}`;
      }).filter((each) => each.includes(home.spawned.home) || each.includes(" pipe:"));
    } catch {
      return [];
    }
  });
}

const captures = "text=$(exec 3>&1 8>&1; stsmfa use far --notify >/dev/null 2>&1; echo said)";

/** Scripts that end only if nobody else holds what they have opened. */
const holding: readonly (readonly [FunctionShell, ShellProgram, string])[] = [
  ["sh", "dash", "exec 3>a 9>b; stsmfa use far --notify"],
  ["sh", "dash", `${captures}; echo "$text" > said`],
  ["bash", "bash", "exec 3>a 9>b 10>c 200>d {fd}>e; stsmfa use far --notify"],
  ["bash", "bash", `${captures}; echo "$text" > said`],
  ["bash", "bash", "exec 3>a 9>b; stsmfa exec far --notify -- sh -c 'echo 1 >&3; echo 2 >&9'"],
  ["bash", "bash", "( flock 9; stsmfa use far --notify ) 9>lock; flock 9 9>lock"],
  ["zsh", "zsh", "exec 3>a 9>b {fd}>c; stsmfa use far --notify"],
  ["zsh", "zsh", `${captures}; echo "$text" > said`],
  ["zsh", "zsh", "( flock 9; stsmfa use far --notify; ) 9>lock; flock 9 9>lock"],
];

for (const [shell, program, script] of holding) {
  const here = needsShell(program);
  testOrSkip({
    name: `${program}: the notifier holds nothing of: ${script}` + here.name + linux,
    ignore: here.ignore || !isLinux,
    fn: async () => {
      await using home = await open();
      await home.spawned.write("function", shellFunction(shell).text);
      const typed = new TypedShell(home, shell === "zsh" ? ["zsh", "-f"] : [program]);
      await typed.run(". ./function");
      await typed.run(script);
      // What it was started through may still be at it.
      await until(() => heldBy(home).length === 0, 5).catch(() => {});
      assertEquals(heldBy(home), []);
      if (script.includes("said")) assertEquals(await home.spawned.read("said"), "said\n");
      if (script.includes("exec far")) assertEquals(await home.spawned.read("b"), "2\n");
      await typed.end();
      await until(() => notifiers(home).length === 0);
    },
  });
}

const zsh = needsShell("zsh");

testOrSkip({
  name: "zsh: a subshell has a notifier of its own, which ends with it" + zsh.name + linux,
  ignore: zsh.ignore || !isLinux,
  fn: async () => {
    await using home = await open();
    await home.spawned.write("function", shellFunction("zsh").text);
    const typed = new TypedShell(home, ["zsh", "-f"]);
    await typed.run("setopt errexit nounset; . ./function");
    await typed.run("stsmfa use far --notify");
    await until(() => notifiers(home).length === 1);
    const [first] = notifiers(home);
    await typed.run(
      "( stsmfa use far --notify; : > inside; while [[ ! -e seen ]] { sleep 0.1 } )&",
    );
    await until(() => home.spawned.list("").includes("inside") && notifiers(home).length === 2);
    const second = notifiers(home).find(({ pid }) => pid !== first!.pid);
    assert(!second!.words.includes(typed.pid), second!.words.join(" "));
    await home.spawned.write("seen", "");
    await until(() => notifiers(home).length === 1);
    assertEquals(notifiers(home)[0]!.pid, first!.pid);
    await typed.end();
    await until(() => notifiers(home).length === 0);
  },
});

testOrSkip({
  name: "use --notify with eight minutes left says so at once, and once" + needsShell("bash").name,
  ignore: needsShell("bash").ignore || !isLinux,
  fn: async () => {
    await using home = await open();
    const script = `${shellFunction("bash").text}
stsmfa use far --notify; stsmfa use soon --notify; report used $?
`;
    // That it ends at all shows that nobody holds its output open.
    const { stderr } = await runShell(["bash", "-c", `${script}while ! [ -e shown ]; do :; done`], {
      env: home.env,
      cwd: home.spawned.home,
    });
    assertEquals((await home.report("used"))?.status, "0", stderr);
    await until(() => notifiers(home).length === 0);
    const shown = (await home.spawned.read("shown")).split("\n");
    assertEquals(shown.slice(0, 4), [
      "--app-name=stsmfa",
      "--icon=dialog-warning",
      "--",
      "AWS session of soon",
    ]);
    assertMatch(shown[4]!, /^It expires in [78] minutes, at \d\d:\d\d\. For a new one, /);
    assertEquals(shown.length, 7);
  },
});

for (
  const [what, end] of [
    ["the end of the shell", (typed: TypedShell) => typed.end()],
    ["unset", (typed: TypedShell) => typed.run("stsmfa unset")],
  ] as const
) {
  testOrSkip({
    name: `while notify-send hangs, ${what} is the end of the notifier, too` +
      needsShell("bash").name + linux,
    ignore: needsShell("bash").ignore || !isLinux,
    fn: async () => {
      await using home = await open();
      await home.writeProgram("notify-send", '#!/bin/sh\n: > "$HOME/hangs"\nexec sleep 25\n');
      await home.spawned.write("function", shellFunction("bash").text);
      const typed = new TypedShell(home, ["bash", "--norc"]);
      await typed.run(". ./function");
      await typed.run("stsmfa use soon --notify");
      await until(() => home.spawned.list("").includes("hangs"));
      await end(typed);
      await until(() => notifiers(home).length === 0, 10);
      if (what === "unset") await typed.end();
    },
  });
}

/** Whether this system lets us start a program that sees no other processes. */
function canSeparate(): boolean {
  try {
    const args = ["-pf", "--mount-proc", "true"];
    return new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}
const isApart = isLinux && canSeparate();

testOrSkip({
  name: "use --notify in a container with the same home leaves the notifier here alone" +
    (isApart ? "" : " (skipped: no container can be made here)"),
  ignore: needsShell("bash").ignore || !isApart,
  fn: async () => {
    await using home = await open();
    await home.spawned.write("function", shellFunction("bash").text);
    await home.spawned.write("inside", ". ./function; stsmfa use far --notify; stsmfa unset\n");
    const typed = new TypedShell(home, ["bash", "--norc"]);
    await typed.run(". ./function");
    await typed.run("stsmfa use far --notify");
    await until(() => notifiers(home).length === 1);
    await typed.run("unshare -pf --mount-proc bash ./inside");
    const turns = () => home.spawned.list(".local/state/stsmfa/notices");
    assertEquals(turns().length, 1);
    assert(turns()[0]!.endsWith(`.${typed.pid}`));
    await typed.end();
    await until(() => notifiers(home).length === 0);
    assertEquals(turns(), []);
  },
});

testOrSkip({
  name:
    "exec --notify: its notifier leaves nothing behind, neither with the program nor before it" +
    linux,
  ignore: !isLinux,
  fn: async () => {
    await using home = await open();
    const [program, ...args] = cliCommand(
      "exec",
      "soon",
      "--notify",
      "--",
      "sh",
      "-c",
      "read line",
    );
    const child = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: home.env,
      cwd: home.spawned.home,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await until(() => home.spawned.list("").includes("shown"));
    // Who has ended is in no list of processes, though the program goes on.
    const children = () =>
      Array.from(Deno.readDirSync("/proc")).filter(({ name }) => {
        try {
          const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
          return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] === `${child.pid}`;
        } catch {
          return false;
        }
      }).length;
    await until(() => children() === 1);
    await child.stdin.close();
    const { stdout, stderr } = await child.output();
    assertEquals([stdout.length, stderr.length], [0, 0]);
    assertStringIncludes(await home.spawned.read("shown"), "The program that runs with it gets no");

    const far = cliCommand("exec", "far", "--notify", "--", "sleep", "0.5");
    await runShell(far, { env: home.env, cwd: home.spawned.home });
    await until(() => notifiers(home).length === 0);
  },
});

const python = needsPython("termios");

testOrSkip({
  name: "Ctrl-C at the terminal is not for the notifier, and the terminal's end is its end" +
    python.name + linux,
  ignore: python.ignore || !isLinux,
  fn: async () => {
    await using home = await open();
    await home.spawned.write("rc", `${shellFunction("bash").text}PS1='END> '\n`);
    let seen: unknown[] = [];
    const watching = until(() => home.spawned.list("").includes("interrupted"), 60)
      .then(() => seen = notifiers(home), () => {});
    const { terminal, unmet } = await atTerminal({
      argv: ["bash", "--noprofile", "--rcfile", "rc", "-i"],
      env: home.env,
      cwd: home.spawned.home,
      streams: "terminal",
      steps: [
        { expect: "END> " },
        { send: "stsmfa use far --notify\r" },
        { expect: "far is set" },
        { expect: "END> " },
        // Before it reads lines, bash shows no new prompt for it.
        { send: "\x03" },
        { pause: 0.5 },
        { send: "sleep 0.3; : > interrupted; sleep 1; echo don''e\r" },
        { expect: "done" },
        { send: "exit\r" },
      ],
      seconds: 60,
    });
    assertEquals(unmet, null, terminal);
    await watching;
    assertEquals(seen.length, 1);
    await until(() => notifiers(home).length === 0);
  },
});
