/**
 * Ctrl-Z where a shell that was started from another one captures what stsmfa prints: nothing of it
 * is a job that anybody could resume, and so the question is cancelled instead.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { quoted } from "../../lib/hint_words.ts";
import { type FunctionShell, shellFunction } from "../../lib/shell/function.ts";
import { testOrSkip } from "../support/abilities.ts";
import { atTerminal, needsPython } from "../support/python.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsShell, type ShellProgram } from "../support/shells.ts";
import { cliCommand, longTermSection } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough, seed } from "../support/thorough.ts";

const python = needsPython("termios");
const bash = needsShell("bash");

const shells: readonly [FunctionShell, ShellProgram, start: string, captured: string][] = [
  ["sh", "dash", "dash -i", "x=$(stsmfa exec --pick -- true)"],
  ["bash", "bash", "bash --norc --noprofile -i", "x=$(stsmfa exec --pick -- true)"],
  ["zsh", "zsh", "zsh -dfi", "x=$(stsmfa exec --pick -- true)"],
  ["fish", "fish", "fish -N -i", "set x (stsmfa exec --pick -- true)"],
];

for (const [nth, [shell, program, start, captured]] of shells.entries()) {
  const here = needsShell(program);
  const typed = {
    "use --pick": ["stsmfa use --pick", "Esc cancels"],
    "use alone": ["stsmfa use", "Esc cancels"],
    "the MFA question": ["stsmfa use me", "MFA code for"],
    // Where no flag says so, only Linux tells.
    ...(Deno.build.os === "linux" && { "a list that is captured": [captured, "Esc cancels"] }),
  };
  // In every second shell, in turn; thoroughly, all in each.
  const some = Object.entries(typed)
    .filter((_, n) => isThorough || (n + nth + seed) % 2 === 0);
  for (const [what, [command, shown]] of some) {
    testOrSkip({
      name: `${program} in bash: Ctrl-Z in ${what} cancels it, and the shell goes on` +
        (python.name || bash.name || here.name),
      ignore: python.ignore || bash.ignore || here.ignore,
      fn: async () => {
        const stsmfa = `#!/bin/sh\nexec ${cliCommand().map(quoted).join(" ")} "$@"\n`;
        await using home = await ShellHome.create(stsmfa, { TERM: "xterm", NO_COLOR: "1" });
        await home.spawned.write(".aws/credentials", longTermSection("me", alice()));
        await home.spawned.write(
          ".aws/config",
          `[profile me]\nregion = eu-west-1\nmfa_serial = ${ALICE_DEVICE}\n`,
        );
        await home.spawned.write("function", shellFunction(shell).text);
        const { terminal, unmet, restored } = await atTerminal({
          argv: ["bash", "--noprofile", "--norc", "-i"],
          env: { ...home.env, PS1: "outer> " },
          cwd: home.spawned.home,
          streams: "terminal",
          steps: [
            { expect: "outer> " },
            { send: `${start}\r` },
            { pause: 0.5 },
            { send: `${shell === "fish" ? "source" : "."} ./function; touch rea''dy\r` },
            { until: "ready" },
            { send: `${command}\r` },
            { expect: shown! },
            { send: "\x1a" },
            { expect: "cancelled" },
            { send: "touch goes''on\r" },
            { until: "goeson" },
            { send: "exit\r" },
            { pause: 0.2 },
            { send: "echo ou''ter; exit\r" },
            { expect: "outer" },
          ],
        });
        assertEquals([unmet, restored], [null, true], terminal);
      },
    });
  }
}
