/**
 * `stsmfa unset`: removes the session of `stsmfa use` from the shell it is typed in.
 *
 * @module
 */

import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import { commonFlags } from "../cli/flags.ts";
import {
  type FunctionFlags,
  functionFlags,
  neededFunction,
  shellProcess,
} from "../cli/shell_flag.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { wholeEnvironment } from "../profile/marks.ts";
import { environmentState } from "../shell/environment_state.ts";
import { unsetChanges } from "../shell/use_changes.ts";
import { endTurn } from "../shell/notice_turn.ts";
import { firstLine, rememberingStatements } from "../shell/remember.ts";
import { terminalTalk } from "../talk.ts";

interface Flags extends CommonFlags, FunctionFlags {}

const command: Command<Flags> = {
  examples: ["stsmfa unset"],
  description: [
    "Removes the session that `stsmfa use` gave this shell, and brings back what was there before. " +
    "What you have changed since then stays. The session itself stays valid; to remove it: stsmfa " +
    "clear",
    "It needs a shell function, once: see `stsmfa shell --help`.",
  ],
  details: [
    "A shell that was started from this one only loses the session: it does not know what was there " +
    "before.",
  ],
  flags: { ...commonFlags, ...functionFlags },
  aliases: { q: "quiet" },
  positionals: "",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  if (positionals.length > 0) {
    throw new StsmfaError("Usage", `unset takes no profile: ${positionals[0]}`, {
      hint: "to remove a session from the credentials file: stsmfa clear",
    });
  }
  const { shell, mark } = neededFunction("unset", flags);
  const process = shellProcess(flags);
  if (process !== undefined) await endTurn(context, process);
  const env = wholeEnvironment(context.env);
  const { profile, accessKeyId } = environmentState(env);
  if (accessKeyId !== undefined && profile === undefined) {
    terminalTalk(context, flags).note(
      "the keys in this shell are not from stsmfa use and were kept; " +
        "to remove those of stsmfa env: stsmfa env --unset",
    );
  }
  const text = firstLine(shell, mark) + rememberingStatements(shell, unsetChanges(env), env);
  return { json: undefined, data: text, exitStatus: ExitStatus.Ok };
}
