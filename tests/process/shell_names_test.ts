/**
 * Hostile names of profiles and hostile variables, with the real program in real shells.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { quoted } from "../../lib/hint_words.ts";
import { shellFunction } from "../../lib/shell/function.ts";
import { fishWord } from "../../lib/shell/statements.ts";
import { testOrSkip } from "../support/abilities.ts";
import { formerFunction } from "../support/former_functions.ts";
import { evaluatedFile } from "../support/hostile_words.ts";
import { type Report, ShellHome, type ShellStart } from "../support/shell_home.ts";
import { needsShell, runShell, type ShellRun } from "../support/shells.ts";
import { cliCommand } from "../support/spawned_cli.ts";
import { isThorough, seed } from "../support/thorough.ts";

const starts: readonly ShellStart[] = [
  { shell: "sh", program: "dash", options: ["-c"] },
  { shell: "bash", program: "bash", options: ["-c"] },
  { shell: "zsh", program: "zsh", options: ["-f", "-c"] },
  { shell: "fish", program: "fish", options: ["--no-config", "-c"] },
];

const run = `touch ${evaluatedFile}`;
const stranger = `: stsmfa; ${run} #`;
const names = [
  stranger,
  `$(${run})\`${run}\`'; ${run}; "; ${run}; '`,
  `# \\'; ${run}; \\`,
  "-x ~root !!",
];
const secret = `s'$(${run})\\'"\`${run}\``;

const keys = (id: string) => ({
  AWS_ACCESS_KEY_ID: id,
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_SESSION_TOKEN: `t${secret}`,
});

async function open(env: Record<string, string> = {}): Promise<ShellHome> {
  const stsmfa = `#!/bin/sh\nexec ${cliCommand().map(quoted).join(" ")} "$@"\n`;
  const home = await ShellHome.create(stsmfa, env);
  const sections = names.map((name, n) =>
    [
      `[${name}]`,
      ...Object.entries(keys(`ASIAHOSTILEHOSTILE${n}`))
        .map(([key, value]) => `${key.toLowerCase()} = ${value}`),
      "expiration = 2036-03-04T06:00:00Z\n",
    ].join("\n")
  );
  await home.spawned.write(".aws/credentials", sections.join("\n"));
  return home;
}

function runIn(
  home: ShellHome,
  { program, options }: ShellStart,
  script: string,
): Promise<ShellRun> {
  return runShell([program, ...options, script], { env: home.env, cwd: home.spawned.home });
}

/** The variables that AWS and we know. */
function ours(report: Report | undefined): Record<string, string> {
  const all = Object.entries(report?.env ?? {});
  return Object.fromEntries(all.filter(([name]) => /^(AWS|STSMFA)_/.test(name)));
}

function assertNothingRan(home: ShellHome): void {
  assert(!home.spawned.list("").includes(evaluatedFile), "something was run");
}

for (const [nth, start] of starts.entries()) {
  const { shell, program } = start;
  const here = needsShell(program);
  const word = shell === "fish" ? fishWord : quoted;

  testOrSkip({
    name: `${program}: use and env of profiles with hostile names set what they say${here.name}`,
    ignore: here.ignore,
    fn: async () => {
      const own = { AWS_PROFILE: "mine", AWS_VAULT: "me", AWS_REGION: "" };
      await using home = await open(own);
      const evaluate = (command: string) =>
        shell === "fish"
          ? `${command} --shell fish | source`
          : `eval "$(${command} --shell ${shell})"`;
      const script = names.map((name, n) => {
        const profile = `--profile=${word(name)}`;
        return [
          `stsmfa use ${profile}; report use.${n} $status`,
          "stsmfa use",
          `stsmfa unset; report unset.${n} $status`,
          `${evaluate(`stsmfa env ${profile}`)}; report env.${n} $status`,
          ...[...Object.keys(keys("")), "AWS_CREDENTIAL_EXPIRATION"].map((name) =>
            shell === "fish" ? `set -e ${name}` : `unset ${name}`
          ),
          ...Object.entries(own).map(([name, value]) =>
            shell === "fish" ? `set -gx ${name} '${value}'` : `export ${name}='${value}'`
          ),
        ].join("\n").replaceAll("$status", shell === "fish" ? "$status" : "$?");
      });
      const { stdout, stderr } = await runIn(
        home,
        start,
        shellFunction(shell).text + script.join("\n"),
      );
      assertNothingRan(home);
      for (const [n, name] of names.entries()) {
        const id = `ASIAHOSTILEHOSTILE${n}`;
        const use = await home.report(`use.${n}`);
        const { AWS_CREDENTIAL_EXPIRATION: _, ...set } = ours(use);
        assertEquals([use?.status, set], [
          "0",
          {
            ...keys(id),
            AWS_REGION: "",
            AWS_VAULT: name,
            STSMFA_PROFILE: name,
            STSMFA_SET_KEY: id,
          },
        ], `${name}\n${stderr}`);
        assertStringIncludes(stdout, `${name}  valid, expires in `);
        const unset = await home.report(`unset.${n}`);
        assertEquals([unset?.status, ours(unset)], ["0", own], name);
        const env = await home.report(`env.${n}`);
        for (const [key, value] of Object.entries(keys(id))) assertEquals(env?.env[key], value);
      }
    },
  });

  testOrSkip({
    name:
      `${program}: a stranger's variables are shown, and never evaluated, by functions of other versions, too${here.name}`,
    ignore: here.ignore,
    fn: async () => {
      // One in each shell, in turn; thoroughly, both.
      const ids = ["AKIASTRANGER", "ASIAHOSTILEHOSTILE0"];
      for (const id of isThorough ? ids : [ids[(nth + seed) % 2]!]) {
        const env = {
          ...keys(id),
          STSMFA_PROFILE: shell === "fish" ? `# stsmfa\n${run}` : stranger,
          STSMFA_SET_KEY: "ASIAHOSTILEHOSTILE0",
          AWS_PROFILE: stranger,
          STSMFA_SHELL: "bash",
          STSMFA_MARK: "1234",
        };
        await using home = await open(env);
        const asks = [
          "stsmfa use",
          "stsmfa use --quiet",
          "stsmfa use --no-such-flag",
          "stsmfa unset -x",
        ];
        const now = await runIn(home, start, `${shellFunction(shell).text}${asks.join("\n")}\n`);
        assertNothingRan(home);
        assertStringIncludes(now.stdout, "  no known end");
        const former = await runIn(home, start, `${formerFunction(shell)}${asks.join("\n")}\n`);
        assertNothingRan(home);
        assertEquals(former.stdout.trim(), "");
        assertStringIncludes(
          former.stderr,
          "this shell's stsmfa function is from another version",
        );
        assertStringIncludes(former.stderr, `hint: load it again: ${shellFunction(shell).line}`);
      }
    },
  });
}
