/**
 * `stsmfa unset`: takes the session of `stsmfa use` away from the shell that asks.
 *
 * @module
 */

import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import { commonFlags } from "../cli/flags.ts";
import { functionShellFlag, neededShell } from "../cli/shell_flag.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { withoutSession } from "../shell/environment.ts";
import { type FunctionShell, scriptMark } from "../shell/function.ts";
import { statementsResult } from "./env.ts";

interface Flags extends CommonFlags {
  readonly shell?: FunctionShell;
}

const command: Command<Flags> = {
  description: [
    "Takes the session away that `stsmfa use` gave this shell. The session itself lives on in the",
    "credentials file; to remove it there: stsmfa clear",
    "",
    "It needs the function that `stsmfa shell` prints; see: stsmfa shell --help",
    "",
    "Example:",
    "  stsmfa unset",
  ],
  flags: { ...commonFlags, shell: functionShellFlag },
  aliases: { q: "quiet" },
  positionals: "",
  run: (context, flags, positionals) => Promise.resolve(run(context, flags, positionals)),
};
export default command;

function run({ env }: Context, flags: Flags, positionals: readonly string[]): CommandResult {
  if (positionals.length > 0) {
    throw new StsmfaError("Usage", `unset takes no profile: ${positionals[0]}`, {
      hint: "to remove a session from the credentials file: stsmfa clear",
    });
  }
  const shell = neededShell("unset", flags);
  return statementsResult(shell, withoutSession(env, { marks: true }), scriptMark(shell));
}
