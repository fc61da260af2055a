/**
 * `stsmfa shell`: the function that lets `stsmfa use` and `stsmfa unset` change the shell.
 *
 * @module
 */

import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import { commonFlags } from "../cli/flags.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { type FunctionShell, functionShells, shellFunction } from "../shell/function.ts";

const rows = functionShells.flatMap((shell) => {
  const { file, line } = shellFunction(shell);
  return [`  ${shell}, in ${file}:`, `    ${line}`];
});

const command: Command<CommonFlags> = {
  description: [
    "Prints a function stsmfa for SHELL, so that `stsmfa use` and `stsmfa unset` can change the",
    "shell they are typed in; all else goes to the program. When a command fails, nothing changes",
    "and its exit status is kept. To have it in every shell, one line:",
    "",
    ...rows,
    "",
    "PowerShell keeps a bare -- from functions; quote it: stsmfa exec prod '--' aws s3 ls",
    "",
    "A prompt needs no process: STSMFA_PROFILE and AWS_CREDENTIAL_EXPIRATION say whose session the",
    "shell has and until when (UTC). For bash:",
    "  PS1='${STSMFA_PROFILE:+[$STSMFA_PROFILE ${AWS_CREDENTIAL_EXPIRATION:11:5}Z] }'$PS1",
  ],
  flags: commonFlags,
  aliases: { q: "quiet" },
  positionals: "SHELL",
  positionalWords: functionShells,
  run: (_context, _flags, positionals) => Promise.resolve(run(positionals)),
};
export default command;

function run(positionals: readonly string[]): CommandResult {
  const [shell, ...more] = positionals;
  const isKnown = (functionShells as readonly string[]).includes(shell ?? "");
  if (!isKnown || more.length > 0) {
    const problem = shell === undefined
      ? "shell needs the name of a shell"
      : more.length > 0
      ? "one shell at a time"
      : `there is no function for ${shell}`;
    throw new StsmfaError("Usage", problem, { hint: `one of ${functionShells.join(", ")}` });
  }
  const definition = shellFunction(shell as FunctionShell);
  return {
    json: { shell, ...definition },
    data: definition.text,
    exitStatus: ExitStatus.Ok,
  };
}
