/**
 * Runs a hook's process and waits for its answer.
 *
 * @module
 */

import type { Context, HookJob, HookReport } from "../context.ts";
import { patiently } from "../files/patience.ts";
import { importLazily } from "../import_lazily.ts";
import { storageError } from "../storage_error.ts";
import type { HookFile } from "./file.ts";
import { oneLine } from "./one_line.ts";
import { inTermsOf, thrownInWords } from "./thrown.ts";

/** The outcome of a hook's process. */
export type HookAnswer =
  | { readonly value: unknown; readonly output: string }
  /** What went wrong, in the hook's words, as the end of a sentence. */
  | { readonly problem: string; readonly hint?: string | undefined; readonly output: string };

/**
 * Runs a hook's process until it is done or its time is up.
 *
 * @param plain takes secrets that it knows out of the hook's words, which all go through it
 * @throws StsmfaError `Cancelled`, `InvalidHook` for a text that is not a hook or loads something,
 * `FileUnreadable` if no process can be started
 */
export async function hookAnswer(
  context: Context,
  file: HookFile,
  seconds: number,
  job: Omit<HookJob, "hook" | "signal">,
  plain: (text: string) => string = (text) => text,
): Promise<HookAnswer> {
  if (file.language === "ts" && !file.isShipped) {
    await (await wording()).checkLanguage(context, file);
  }
  const hook = file.isShipped
    ? { shipped: file.name }
    : { code: file.source, ...(file.language === "ts" && { language: "ts" as const }) };
  const report = await deadlined(
    context,
    seconds,
    (signal) =>
      patiently(
        context,
        `hook ${file.name}`,
        seconds,
        () => context.runHook({ ...job, hook, signal }),
      ),
  );
  if (report === undefined) return { problem: `took longer than ${seconds} seconds`, output: "" };
  const { end } = report;
  const output = plain(inTermsOf(file, report.output));
  if (end.kind === "refused") {
    throw await (await wording()).refusal(file, end, (text) => oneLine(plain(text)));
  }
  if (end.kind === "done") return { value: end.value, output };
  if (end.kind !== "threw") return { problem: problemOf(end), output };
  return { ...await thrownInWords(context, file, job, end, plain), output };
}

/** Loads the parser of JavaScript, only if there is something to report. */
function wording(): Promise<typeof import("./source.ts")> {
  return importLazily<typeof import("./source.ts")>("./source.ts", import.meta.url);
}

/** Runs something with a deadline; returns `undefined` if it passes. */
async function deadlined<T>(
  context: Context,
  seconds: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const deadline = context.clock.deadline(seconds * 1000);
  try {
    return await run(AbortSignal.any([context.signal, deadline.signal]));
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason;
    if (deadline.signal.aborted) return undefined;
    throw storageError("read", "the program that runs hooks", error);
  } finally {
    deadline.cancel();
  }
}

function problemOf(
  end: Extract<HookReport["end"], { readonly kind: "died" | "flooded" }>,
): string {
  switch (end.kind) {
    case "died":
      return `ended its process before it was done (status ${end.exitStatus})`;
    case "flooded":
      return "printed too much";
  }
}
