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
  brief: "Language (default: sh)",
  isTypedOnly: true,
};

const command: Command<Flags> = {
  description: [
    "Prints statements that set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,",
    "AWS_CREDENTIAL_EXPIRATION and the profile's region, and unset what would win over them. The",
    "session is renewed first when less than --min-left remains; questions go to the terminal.",
    "",
    "Programs then are the profile: its endpoints, FIPS, retries and the like come along, and nothing",
    "of [default], which they read where no profile is named. What you have set in variables stays.",
    "",
    "Examples:",
    '  eval "$(stsmfa env prod)"                                   sh, bash, zsh',
    "  stsmfa env prod --shell fish | source                       fish",
    "  stsmfa env prod --shell powershell | Out-String | Invoke-Expression",
    "  stsmfa env prod --shell nu | from json | load-env           Nushell",
    "  for /f \"delims=\" %i in ('stsmfa env prod --shell cmd') do @%i",
    "  stsmfa env prod --shell dotenv > .env                       docker run --env-file",
    '  eval "$(stsmfa env --unset)"                                take them away again',
    "",
    "A shell does not see when a program inside $(...) fails; the functions of `stsmfa shell` do.",
  ],
  flags: {
    ...sessionFlags,
    json: { ...sessionFlags.json, isTypedOnly: true },
    shell: shellFlag,
    unset: toggle("Print statements that take the variables away"),
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
