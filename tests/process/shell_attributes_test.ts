/**
 * Variables that a shell does more with than to hold a text: what `stsmfa use` sets is neither
 * computed, nor changed, nor one element of many.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Secret } from "../../lib/credentials.ts";
import { useChanges } from "../../lib/shell/use_changes.ts";
import { type FunctionShell, shellFunction } from "../../lib/shell/function.ts";
import { firstLine, rememberingStatements } from "../../lib/shell/remember.ts";
import { evaluatedFile } from "../support/hostile_words.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsProgram, runShell } from "../support/shells.ts";

const declarations: readonly (readonly [FunctionShell, program: string, declare: string])[] = [
  ["bash", "bash", "declare -i"],
  ["bash", "bash", "declare -u"],
  ["bash", "bash", "declare -l"],
  ["bash", "bash", "declare -a"],
  ["bash", "bash", "declare -A"],
  ["zsh", "zsh", "typeset -i"],
  ["zsh", "zsh", "typeset -u"],
  ["zsh", "zsh", "typeset -a"],
  ["zsh", "zsh", "typeset -L4"],
  ["sh", "mksh", "typeset -i"],
  ["sh", "mksh", "typeset -u"],
  ["fish", "fish", "set -g --path"],
];

const fake = `#!/bin/sh
mark="" previous=""
for last; do if [ "$previous" = --mark ]; then mark=$last; fi; previous=$last; done
exec sed "1s/MARK/$mark/" "$HOME/text"
`;

const session = {
  profile: `x[$(touch ${evaluatedFile})]`,
  credentials: {
    accessKeyId: "ASIAaB3",
    secretAccessKey: new Secret("sEcReT/+"),
    sessionToken: new Secret("ToKeN+/="),
    expiration: new Date("2036-03-04T17:06:07Z"),
  },
  region: "eu-West-1",
  isOwnRegion: false,
  client: { variables: {}, noRegion: undefined },
};

for (const [shell, program, declare] of declarations) {
  const { name, ignore } = needsProgram(program);
  Deno.test({
    name: `${program}: variables of ${declare} get what use sets${name}`,
    ignore,
    fn: async () => {
      await using home = await ShellHome.create(fake);
      const env = { get: () => undefined, has: () => false, startingWith: () => ({}) };
      const changes = useChanges(env, session, { legacy: true });
      const set = Object.fromEntries(
        changes.flatMap((change) => change.kind === "set" ? [[change.name, change.value]] : []),
      );
      await home.spawned.write(
        "text",
        firstLine(shell, "MARK") + rememberingStatements(shell, changes, env),
      );
      const names = Object.keys(set);
      const script = [
        shellFunction(shell).text,
        ...names.map((name) => `${declare} ${name}\n`),
        "stsmfa use x\nreport use 0\n",
      ].join("");
      const { stderr } = await runShell([program, "-c", script], {
        env: home.env,
        cwd: home.spawned.home,
      });
      const reported = (await home.report("use"))?.env ?? {};
      assertEquals(
        Object.fromEntries(names.map((name) => [name, reported[name]])),
        set,
        stderr,
      );
      assertEquals(home.spawned.list("").includes(evaluatedFile), false);
    },
  });
}
