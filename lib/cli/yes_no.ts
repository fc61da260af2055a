/**
 * Asks a question that is answered by yes or no.
 *
 * @module
 */

import type { Context, Prompter } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { linesThatFit } from "../screen.ts";

/**
 * Asks; the whole word is needed, since a code typed before its question must not be an answer.
 *
 * @param words what one has to know to answer
 */
export async function askYesNo(
  { terminal: { stderr }, signal }: Context,
  prompter: Prompter,
  question: string,
  words: readonly string[],
): Promise<boolean> {
  // Standard error may be captured, so the user would see only the question.
  if (prompter.screen === undefined) stderr.write(linesThatFit(words, stderr));
  const answer = await prompter.ask(
    `${question} (yes, no)?`,
    (text) => ["yes", "no"].includes(text.trim().toLowerCase()) ? undefined : "type yes or no",
    signal,
    stderr.isTerminal ? [] : words,
  );
  return answer.trim().toLowerCase() === "yes";
}

/** Something that is not done without a yes. */
export interface Deed {
  /** The sentence's beginning, such as `removing the key`. */
  readonly what: string;
  /** The command that does it unasked. */
  readonly command: string;
  readonly question: string;
  /** What one has to know to answer. */
  readonly words: readonly string[];
  /** What is said after a no. */
  readonly undone: string;
}

/** @throws StsmfaError `Usage` if nobody is there to ask, `Cancelled` for no */
export async function requireYes(
  context: Context,
  { yes, nonInteractive }: { readonly yes?: boolean; readonly nonInteractive?: boolean },
  { what, command, question, words, undone }: Deed,
): Promise<void> {
  if (yes) return;
  const prompter = nonInteractive ? undefined : await context.terminal.prompter();
  if (prompter === undefined) {
    throw new StsmfaError("Usage", `${what} needs a yes, and stsmfa cannot ask for it here`, {
      hint: `to do it without being asked: ${command}`,
    });
  }
  if (await askYesNo(context, prompter, question, words)) return;
  throw new StsmfaError("Cancelled", undone);
}
