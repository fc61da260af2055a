/**
 * `stsmfa env`: a session as statements that set variables.
 *
 * @module
 */

import type { Command, CommandResult, Flag } from "../cli/command.ts";
import { environmentSession } from "../cli/environment_session.ts";
import { legacyFlag, type SessionFlags, sessionFlags, toggle } from "../cli/flags.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import type { Context, EnvironmentChanges } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { wholeEnvironment } from "../profile/marks.ts";
import { sessionEnvironment, withoutSession } from "../shell/environment.ts";
import { type Shell, shells, statements } from "../shell/statements.ts";

interface Flags extends SessionFlags {
  readonly shell?: Shell;
  readonly unset?: boolean;
  readonly legacy?: boolean;
}

/** The flag that names a language. */
const shellFlag: Flag = {
  kind: "choice",
  values: shells,
  placeholder: "shell",
  brief: "sh, bash, zsh, fish, powershell, cmd, nu, dotenv or json (default: sh)",
  isTypedOnly: true,
};

const command: Command<Flags> = {
  examples: [
    ['eval "$(stsmfa env prod)"', "sh, bash, zsh"],
    ["stsmfa env prod --shell fish | source", "fish"],
    ["stsmfa env prod --shell powershell | Out-String | Invoke-Expression", "PowerShell"],
    ["stsmfa env prod --shell nu | from json | load-env", "Nushell"],
    ["for /f \"delims=\" %i in ('stsmfa env prod --shell cmd') do @%i", "cmd"],
    ["stsmfa env prod --shell dotenv > .env", "for docker run --env-file"],
    ['eval "$(stsmfa env --unset)"', "remove the variables"],
  ],
  description: [
    "Prints statements that set the session's keys, its end and its region, and unset what would " +
    "override them. A shell does not notice if $(...) fails; `stsmfa use` does.",
  ],
  details: [
    "Programs then act as the profile: its endpoints, FIPS, retries and the like come along, and " +
    "nothing of [default], which programs read if no profile is named. Variables that you have set " +
    "stay.",
  ],
  flags: {
    ...sessionFlags,
    json: { ...sessionFlags.json, isTypedOnly: true },
    shell: shellFlag,
    unset: toggle("Print statements that remove the variables"),
    legacy: legacyFlag,
  },
  aliases: { f: "force", p: "profile", q: "quiet" },
  positionals: "[PROFILE]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const { env } = context;
  const name = oneProfile(env, flags, positionals);
  const { shell = flags.json ? "json" : "sh", legacy = false } = flags;
  if (flags.json && shell !== "json") {
    throw new StsmfaError("Usage", `--json and --shell ${shell} cannot be used together`);
  }
  if (flags.unset) {
    if (shell === "json" || shell === "dotenv") {
      throw new StsmfaError("Usage", `${shell} has no way to unset a variable`, {
        hint: "choose another --shell",
      });
    }
    return statementsResult(shell, withoutSession(wholeEnvironment(env)));
  }
  const session = await environmentSession(context, flags, name);
  // Marks are for shells; what reads the others may hand on all that it finds.
  const marks = shell === "json" || shell === "dotenv" ? "none" : "settings";
  return statementsResult(
    shell,
    sessionEnvironment(wholeEnvironment(env), session, { legacy, marks }),
  );
}

function statementsResult(shell: Shell, changes: EnvironmentChanges): CommandResult {
  return {
    json: changes.set,
    data: statements(shell, changes),
    exitStatus: ExitStatus.Ok,
  };
}
