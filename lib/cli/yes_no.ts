/**
 * Asks a question that is answered by yes or no.
 *
 * @module
 */

import type { Context, Prompter } from "../context.ts";
import { linesForPeople } from "../screen.ts";

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
  if (prompter.screen === undefined) stderr.write(linesForPeople(words, false));
  const answer = await prompter.ask(
    `${question} (yes, no)?`,
    (text) => ["yes", "no"].includes(text.trim().toLowerCase()) ? undefined : "type yes or no",
    signal,
    stderr.isTerminal ? [] : words,
  );
  return answer.trim().toLowerCase() === "yes";
}
