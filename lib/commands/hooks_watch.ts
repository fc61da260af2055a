/**
 * `stsmfa hooks run --watch`: tries a hook again whenever its file has changed.
 *
 * @module
 */

import type { CommandResult } from "../cli/command.ts";
import { approvalAtTerminal } from "../cli/hook_approval.ts";
import { printError, printResult } from "../cli/print.ts";
import type { Context } from "../context.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { writeDecision } from "../hooks/approval.ts";
import { findHook } from "../hooks/file.ts";
import { inspectHook } from "../hooks/inspect.ts";
import { line, linesForPeople } from "../screen.ts";
import type { HooksFlags } from "./hooks_flags.ts";

/** How often the file is looked at. */
const milliseconds = 300;

/**
 * Tries a hook at once and after each change, until Ctrl-C. A change has to be approved as ever.
 *
 * @param attempt tries it once
 * @throws StsmfaError `Cancelled`, which is how it ends
 */
export async function watch(
  context: Context,
  flags: HooksFlags,
  word: string,
  attempt: () => Promise<CommandResult>,
): Promise<never> {
  const { clock, signal, terminal } = context;
  for (;;) {
    const before = await stateOf(context, word);
    try {
      await approve(context, flags, word);
      await printResult(context, await attempt(), flags);
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      printError(context, error, flags);
    }
    if (!flags.quiet && !flags.json) {
      const waits = line`waiting for a change of ${word}; Ctrl-C ends`;
      terminal.stderr.write(linesForPeople([waits], false));
    }
    while (await stateOf(context, word) === before) await clock.sleep(milliseconds, signal);
  }
}

/** Returns a text that differs when the hook does. */
async function stateOf(context: Context, word: string): Promise<string> {
  try {
    const { path, source } = await findHook(context, word);
    return `${path} ${await digest(source)}`;
  } catch (error) {
    if (error instanceof StsmfaError) return error.message;
    throw error;
  }
}

async function approve(context: Context, flags: HooksFlags, word: string): Promise<void> {
  const hook = await inspectHook(context, word);
  if (hook.state === "allowed" || hook.state === "denied") return;
  const answer = await approvalAtTerminal(context, flags)(hook);
  if (answer === "skip") return;
  const decision = answer === "allow"
    ? { state: "allowed", approval: hook.needed } as const
    : { state: "denied" } as const;
  await writeDecision(context, hook.file, decision);
}
