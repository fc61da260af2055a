/**
 * A person's day in each shell: the function by its documented line, the real program, a real
 * (pseudo-)terminal.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { quoted } from "../../lib/hint_words.ts";
import { shellFunction } from "../../lib/shell/function.ts";
import { testOrSkip } from "../support/abilities.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { atTerminal, needsPython } from "../support/python.ts";
import { type Report, reporting, ShellHome, userShells } from "../support/shell_home.ts";
import { needsShell } from "../support/shells.ts";
import { cliCommand, longTermSection } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

/** Nushell loads what its line saves only where somebody types, or at `--execute` before that. */
const shells = [
  ...userShells,
  {
    shell: "nu",
    program: "nu",
    options: ["--execute"],
    startup: ".config/nushell/config.nu",
    before: "$env.config.show_banner = false\n",
    after: "exit",
  },
] as const;

const story = {
  before: "stsmfa use",
  unknown: "stsmfa use nosuch",
  used: "stsmfa use work",
  asked: "stsmfa use",
  mistyped: "stsmfa use nosuch",
  unset: "stsmfa unset",
};

/** The variables that AWS and we know. */
function ours({ env }: Report): Record<string, string> {
  const names = Object.keys(env).filter((name) => /^(AWS|STSMFA)_(?!ENDPOINT)/.test(name)).sort();
  return Object.fromEntries(names.map((name) => [name, env[name]!]));
}

const python = needsPython("termios");

for (const { shell, program, options, startup, before = "", ...rest } of shells) {
  const here = needsShell(program);
  // Run like this, nu may hand its child the terminal after the child has begun to read from it.
  const isTyped = program !== "nu";
  testOrSkip({
    name: `${program}: use ${isTyped ? "asks for" : "takes"} a code and sets the shell, ` +
      "alone lets one choose and shows what is set, unset ends it" +
      python.name + here.name,
    ignore: python.ignore || here.ignore,
    fn: async () => {
      await using sts = await startLoopbackSts();
      const stsmfa = `#!/bin/sh\nexec ${cliCommand().map(quoted).join(" ")} "$@"\n`;
      await using home = await ShellHome.create(stsmfa, { ...sts.env(), TERM: "xterm" });
      await home.spawned.write(".aws/credentials", longTermSection("work-long-term", alice()));
      const process = isTyped ? "" : `mfa_process = echo ${await sts.code()}\n`;
      await home.spawned.write(".aws/config", `[profile work]\nregion = eu-central-1\n${process}`);
      await home.spawned.write(startup!, `${before}${shellFunction(shell).line}\n`);

      const { terminal, code, unmet } = await atTerminal({
        argv: [program, ...options, reporting(shell, story) + ("after" in rest ? rest.after : "")],
        env: home.env,
        cwd: home.spawned.home,
        streams: "terminal",
        steps: [
          ...(isTyped
            ? [
              { expect: "Esc cancels" },
              { send: "\x1b" },
              { expect: `MFA code for ${ALICE_DEVICE}:` },
              { send: `${await sts.code()}\r` },
            ]
            : []),
          { expect: "work is set, expires in 12h" },
        ],
        seconds: 20,
      });
      assertEquals([code, unmet], [0, null], terminal);

      const found = new Map<string, Report>();
      for (const label of Object.keys(story)) {
        const report = await home.report(label);
        if (report === undefined) throw new Error(`nothing reported: ${label}\n${terminal}`);
        found.set(label, report);
      }
      const statuses = [...found].map(([label, { status }]) => `${label} ${status}`);
      assertEquals(statuses, [
        isTyped ? "before 130" : "before 8",
        "unknown 3",
        "used 0",
        "asked 0",
        "mistyped 3",
        "unset 0",
      ]);
      const variables = (label: string) => ours(found.get(label)!);
      assertEquals(variables("unknown"), {});
      const used = variables("used");
      assertEquals(Object.keys(used), [
        "AWS_ACCESS_KEY_ID",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_VAULT",
        "STSMFA_PROFILE",
        "STSMFA_SET_DEFAULT_REGION",
        "STSMFA_SET_KEY",
        "STSMFA_SET_REGION",
      ]);
      assertMatch(used["AWS_ACCESS_KEY_ID"]!, /^ASIA/);
      assertEquals([used["STSMFA_PROFILE"], used["AWS_REGION"]], ["work", "eu-central-1"]);
      assertEquals(variables("mistyped"), used);
      assertEquals(variables("unset"), {});
      assertStringIncludes(
        terminal,
        isTyped ? "cancelled" : "no session is set in this shell",
      );
      assertStringIncludes(terminal, "there is no profile nosuch");
      assertMatch(terminal, /work {2}.*valid.*, expires in 12h, .*, region eu-central-1/);
      assert(!terminal.includes(used["AWS_SECRET_ACCESS_KEY"]!));
      assertEquals(sts.count("GetSessionToken"), 1);
    },
  });
}
