/**
 * `exec` without a command at a real (pseudo-)terminal: a person's own shell with a session.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { quoted } from "../../lib/hint_words.ts";
import { testOrSkip } from "../support/abilities.ts";
import { session } from "../support/homes.ts";
import { atTerminal, needsPython, type Step, type TerminalRun } from "../support/python.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsShell } from "../support/shells.ts";
import { cliCommand, longTermSection } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";

const profiles = ["prod", "other", "default"];
const stsmfa = `#!/bin/sh\nexec ${cliCommand().map(quoted).join(" ")} "$@"\n`;
const python = needsPython("termios");

function inAnHour(): string {
  return new Date(Date.now() + 3_600_500).toISOString();
}

async function run(
  argv: readonly string[],
  steps: readonly Step[],
  more: Record<string, string> = {},
  end = inAnHour(),
): Promise<TerminalRun> {
  await using home = await ShellHome.create(stsmfa, { TERM: "dumb", PS1: "$ ", ...more });
  const sections = profiles.map((name) =>
    `${longTermSection(`${name}-long-term`, alice())}\n${session(name, end)}`
  );
  await home.spawned.write(".aws/credentials", sections.join("\n"));
  await home.spawned.write(".zshrc", "PROMPT='$ '\n");
  await home.spawned.write(".bashrc", "PS1='$ '\n");
  await home.spawned.write(
    ".config/fish/config.fish",
    "function fish_prompt; echo '$ '; end\nset fish_greeting\n",
  );
  // Without this folder fish reads the system's manuals for 15 seconds, for its completions.
  await home.spawned.write(".local/share/fish/generated_completions/none.fish", "");
  const cwd = home.spawned.home;
  const env = home.env;
  const ended = await atTerminal({ argv, env, cwd, streams: "terminal", steps, seconds: 30 });
  assertEquals([ended.unmet, ended.restored], [null, true], ended.terminal + ended.stderr);
  return ended;
}

const marks = `echo "[$AWS_VAULT|$STSMFA_PROFILE|$STSMFA_SUBSHELL|$AWS_ACCESS_KEY_ID]"`;

for (const program of ["bash", "zsh", "fish"] as const) {
  const shell = needsShell(program);
  testOrSkip({
    name: `${program}: a shell with the session and marks for its prompt, until exit` +
      (python.name || shell.name),
    ignore: python.ignore || shell.ignore,
    fn: async () => {
      const path = new TextDecoder().decode(
        new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).outputSync().stdout,
      ).trim();
      const { code, terminal } = await run(cliCommand("exec", "prod"), [
        { expect: `${program} with a session of prod, expires in ` },
        { expect: "to leave it: exit" },
        { expect: "$ " },
        { send: `${marks}\r` },
        { expect: "[prod|prod|prod|ASIAOLDOLDOLDOLDOLD2]" },
        // One in it is refused, a program in it is not, and has no mark for prompts.
        { send: "stsmfa exec other\r" },
        { expect: "this shell was opened by exec for prod" },
        { expect: "leave it first (exit), or add --nested" },
        { send: `stsmfa exec other -- sh -c '${marks}'\r` },
        { expect: "[|other|prod|ASIAOLDOLDOLDOLDOLD2]" },
        { send: "exit 7\r" },
      ], { SHELL: path });
      assertEquals(code, 7, terminal);
      assertMatch(terminal, /expires in 1h, (?:at|\w+) \d\d:\d\d; to leave it: exit/);
    },
  });
}

const bash = needsShell("bash");
const ignore = python.ignore || bash.ignore;
const why = python.name || bash.name;
const SHELL = "/bin/bash";

testOrSkip({
  name: `starship finds when the session ends${why}`,
  ignore,
  fn: async () => {
    const end = inAnHour();
    await run(
      cliCommand("exec", "prod"),
      [
        { expect: "$ " },
        { send: 'echo "ends <$AWS_CREDENTIAL_EXPIRATION>"\r' },
        { expect: `ends <${end.replace(/\.\d+Z/, "Z")}>` },
        { send: "exit\r" },
      ],
      { SHELL },
      end,
    );
  },
});

testOrSkip({
  name: `--nested opens a shell in the shell, whose session is another${why}`,
  ignore,
  fn: async () => {
    const { code } = await run(cliCommand("exec", "prod"), [
      { expect: "$ " },
      { send: "stsmfa exec other --nested\r" },
      { expect: "bash with a session of other" },
      { expect: "$ " },
      { send: `${marks}\r` },
      { expect: "[other|other|other|" },
      { send: "exit 3\r" },
      { expect: "$ " },
      { send: `echo "back $?"; ${marks}\r` },
      { expect: "back 3" },
      { expect: "[prod|prod|prod|" },
      { expect: "$ " },
      { send: "\x04" },
    ], { SHELL });
    assertEquals(code, 0);
  },
});

testOrSkip({
  name: `use works in such a shell, and unset gives its session back${why}`,
  ignore,
  fn: async () => {
    await run(cliCommand("exec", "prod"), [
      { expect: "$ " },
      { send: 'eval "$(stsmfa shell bash)"; stsmfa use other; echo "now $STSMFA_PROFILE"\r' },
      { expect: "now other" },
      { send: 'stsmfa unset; echo "again $STSMFA_PROFILE $AWS_ACCESS_KEY_ID"\r' },
      { expect: "again prod ASIAOLD" },
      { send: "exit\r" },
    ], { SHELL });
  },
});

testOrSkip({
  name:
    `Ctrl-C and jobs are the shell's, and a shell that aws-vault opened is not one of ours${why}`,
  ignore,
  fn: async () => {
    const { code, terminal } = await run(cliCommand("exec", "prod"), [
      { expect: "$ " },
      { send: "sleep 20\r" },
      { pause: 0.3 },
      { send: "\x03" },
      { expect: "$ " },
      { send: "sleep 20\r" },
      { pause: 0.3 },
      { send: "\x1a" },
      { expect: "Stopped" },
      { send: "fg\r" },
      { expect: "sleep 20" },
      { pause: 0.3 },
      { send: "\x03" },
      { expect: "$ " },
      { send: "exit 4\r" },
    ], { SHELL, AWS_VAULT: "other" });
    assertEquals(code, 4, terminal);
  },
});

testOrSkip({
  name: `with --serve the shell has no keys, and its programs get sessions${why}`,
  ignore,
  fn: async () => {
    const show = `echo "$AWS_VAULT <$AWS_ACCESS_KEY_ID$AWS_CREDENTIAL_EXPIRATION>"
curl -s -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" $AWS_CONTAINER_CREDENTIALS_FULL_URI`;
    await run(cliCommand("exec", "prod", "--serve"), [
      { expect: "bash with sessions of prod; to leave it: exit" },
      { expect: "renewed as long as that needs no code" },
      { expect: "$ " },
      ...show.split("\n").map((line) => ({ send: `${line}\r` })),
      { expect: "prod <>" },
      { expect: `"AccessKeyId":"ASIAOLDOLDOLDOLDOLD2"` },
      { send: "exit\r" },
    ], { SHELL });
  },
});

testOrSkip({
  name: `use in a shell with --serve sets its own session, and unset gives the server back${why}`,
  ignore,
  fn: async () => {
    const show =
      'echo "<$AWS_PROFILE|$AWS_ACCESS_KEY_ID|${AWS_CONTAINER_CREDENTIALS_FULL_URI%:*}>"';
    await run(cliCommand("exec", "default", "--serve"), [
      { expect: "$ " },
      { send: `eval "$(stsmfa shell bash)"; ${show}\r` },
      { expect: "<default-served||http://127.0.0.1>" },
      { send: `stsmfa use other; ${show}\r` },
      { expect: "<|ASIAOLDOLDOLDOLDOLD2|>" },
      { send: `stsmfa unset; ${show}\r` },
      { expect: "<default-served||http://127.0.0.1>" },
      { send: "exit\r" },
    ], { SHELL });
  },
});

const refusals: Record<string, readonly [Record<string, string>, string, string]> = {
  "no SHELL": [{ SHELL: "" }, "cannot tell which shell to start: SHELL is not set", "-- bash"],
  "a SHELL that is not there": [{ SHELL: "/no/such" }, "there is no program /no/such", ""],
};

for (const [what, [env, error, hint]] of Object.entries(refusals)) {
  testOrSkip({
    name: `${what} is said, and nothing is opened${why}`,
    ignore,
    fn: async () => {
      const { code, terminal } = await run(cliCommand("exec", "prod"), [], env);
      assertEquals(code, env["SHELL"] === "" ? 2 : 127);
      assertStringIncludes(terminal, error);
      assertStringIncludes(terminal, hint);
    },
  });
}

for (const source of ["echo 'echo it ran' |", "", "exec < list;", "exec < /dev/null;"]) {
  testOrSkip({
    name: `what comes by ${source || "a file"} is not run by a shell${why}`,
    ignore,
    fn: async () => {
      const line = `${source} ${cliCommand("exec", "prod").map(quoted).join(" ")}`;
      const script = `echo 'echo it ran' > list; ${line}${source === "" ? " < list" : ""}`;
      const { code, terminal } = await run(["/bin/sh", "-c", script], [], { SHELL });
      assertEquals(code, 2, terminal);
      assertStringIncludes(terminal, "exec needs the command to run, after --");
      assertEquals(terminal.includes("it ran"), false, terminal);
    },
  });
}
