/**
 * Asks whether a hook may run: shows what it may do, what has changed, and then the question.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { changes } from "../hooks/approval.ts";
import type { InspectedHook } from "../hooks/inspect.ts";
import type { ApprovalAnswer, AskApproval } from "../hooks/profile_hooks.ts";
import { scopeInWords } from "../hooks/scope_words.ts";
import { linesThatFit } from "../screen.ts";

/** Whole words, since a code typed before its question must not be an answer. */
const answers: ReadonlyMap<string, ApprovalAnswer> = new Map([
  ["yes", "allow"],
  ["no", "skip"],
  ["never", "deny"],
]);

/**
 * Asks the user at the terminal; if stsmfa cannot ask for it here, hooks are skipped.
 *
 * @param introduce called before the first question
 */
export function approvalAtTerminal(
  context: Context,
  { nonInteractive = false }: { readonly nonInteractive?: boolean },
  introduce: () => Promise<void> = async () => {},
): AskApproval {
  return async (hook) => {
    const prompter = nonInteractive ? undefined : await context.terminal.prompter();
    if (prompter === undefined) return "skip";
    await introduce();
    const words = await hookInWords(context, hook);
    const question = `Run hook ${hook.file.name} until it changes (yes, no, never)?`;
    const { stderr } = context.terminal;
    // SDKs and scripts may capture stderr, so the user would see only the question.
    const isElsewhere = prompter.screen !== undefined;
    if (!isElsewhere) stderr.write(linesThatFit(words, stderr));
    const word = (answer: string) => answer.trim().toLowerCase();
    const answer = await prompter.ask(
      question,
      (text) => answers.has(word(text)) ? undefined : "type yes, no or never",
      context.signal,
      stderr.isTerminal ? [] : words,
    );
    return answers.get(word(answer)) ?? "skip";
  };
}

/** Returns lines on what a hook is and may do; changes since its approval come first. */
export async function hookInWords(context: Context, hook: InspectedHook): Promise<string[]> {
  const { file, manifest, scope, needed, decision, state } = hook;
  const before = decision?.state === "allowed" && state === "changed"
    ? changes(decision.approval, needed).map((line) => `    ${line}`)
    : [];
  return [
    `hook ${file.name}, ${file.path}, ${manifest.on.join(" and ")}`,
    ...(before.length === 0 ? [] : ["  changed since it was approved:", ...before]),
    ...(await scopeInWords(context, scope, manifest)).map((line) => `  ${line}`),
  ];
}
