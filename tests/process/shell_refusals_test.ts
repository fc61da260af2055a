/**
 * Where a shell cannot have the session, or was given what looks like its memory, nothing is changed.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Secret } from "../../lib/credentials.ts";
import { unsetChanges, useChanges } from "../../lib/shell/use_changes.ts";
import { type FunctionShell, shellFunction } from "../../lib/shell/function.ts";
import { firstLine, rememberingStatements } from "../../lib/shell/remember.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsProgram, runShell } from "../support/shells.ts";

const fake = `#!/bin/sh
for last; do if [ "\${previous-}" = --mark ]; then mark=$last; fi; previous=$last; done
exec sed "1s/MARK/$mark/" "$HOME/text.$1"
`;

const session = {
  profile: "prod",
  credentials: {
    accessKeyId: "ASIAPROD",
    secretAccessKey: new Secret("secret"),
    sessionToken: new Secret("token"),
    expiration: new Date("2036-03-04T17:06:07Z"),
  },
  region: "eu-west-1",
  isOwnRegion: false,
  client: { variables: {}, noRegion: undefined },
};

/** A home whose program answers for a shell with these variables. */
async function open(shell: FunctionShell, variables: Record<string, string>): Promise<ShellHome> {
  const env = {
    get: (name: string) => variables[name] || undefined,
    has: (name: string) => Object.hasOwn(variables, name),
    startingWith: () => ({}),
  };
  const home = await ShellHome.create(fake, variables);
  const write = (command: string, changes: Parameters<typeof rememberingStatements>[1]) =>
    home.spawned.write(
      `text.${command}`,
      firstLine(shell, "MARK") + rememberingStatements(shell, changes, env),
    );
  await write("use", useChanges(env, session, { legacy: false }));
  await write("unset", unsetChanges(env));
  return home;
}

async function run(
  home: ShellHome,
  shell: FunctionShell,
  argv: [string, ...string[]],
  script: string,
) {
  await home.spawned.write("script", `${shellFunction(shell).text}${script}\n`);
  const options = { env: home.env, cwd: home.spawned.home };
  const { stderr } = await runShell([...argv, "script"], options);
  return { stderr, after: await home.report("after") };
}

const ours = (env: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => /^(AWS|STSMFA)_/.test(name)));

const posix: readonly (readonly [FunctionShell, [string, ...string[]]])[] = [
  ["sh", ["dash"]],
  ["bash", ["bash"]],
  ["zsh", ["zsh", "-f"]],
];

for (const [shell, argv] of posix) {
  const { name, ignore } = needsProgram(argv[0]);
  Deno.test({
    name: `${argv[0]}: a read-only variable is named, and no part of the session is set${name}`,
    ignore,
    fn: async () => {
      const own = { AWS_PROFILE: "mine", AWS_REGION: "us-west-2" };
      await using home = await open(shell, own);
      const { stderr, after } = await run(
        home,
        shell,
        argv,
        "readonly AWS_PROFILE\nstsmfa use prod\nreport after $?",
      );
      assertEquals([after?.status, ours(after?.env)], ["1", own], stderr);
      assertMatch(stderr, /AWS_PROFILE/);
      assertStringIncludes(
        stderr,
        "a variable is read-only in this shell, and nothing was changed",
      );
    },
  });

  Deno.test({
    name: `${argv[0]}: what comes from outside is not taken for what the shell remembers${name}`,
    ignore,
    fn: async () => {
      const memory = {
        _stsmfa_was_AWS_PROFILE: "eevil",
        _stsmfa_now_AWS_PROFILE: "",
        _stsmfa_was_AWS_REGION: "eevil",
        _stsmfa_now_AWS_REGION: "xus-west-2",
        _stsmfa_kind_AWS_REGION: "$(touch evaluated)",
        _stsmfa_now_STSMFA_SET_KEY: "x",
      };
      await using home = await open(shell, { AWS_REGION: "us-west-2", ...memory });
      const { after } = await run(home, shell, argv, "stsmfa unset\nreport after $?");
      assertEquals([after?.status, ours(after?.env)], ["0", { AWS_REGION: "us-west-2" }]);
    },
  });
}

const fish = needsProgram("fish");
Deno.test({
  name:
    `fish: a universal variable that would win over the session is named, and stays${fish.name}`,
  ignore: fish.ignore,
  fn: async () => {
    await using home = await open("fish", {});
    const { stderr, after } = await run(
      home,
      "fish",
      ["fish"],
      "set -Ux AWS_PROFILE mine\nstsmfa use prod\nreport after $status",
    );
    assertEquals([after?.status, ours(after?.env)], ["1", { AWS_PROFILE: "mine" }], stderr);
    assertStringIncludes(stderr, "nothing was changed: AWS_PROFILE\n");
    assertStringIncludes(stderr, "hint: set -e -U AWS_PROFILE\n");
  },
});
