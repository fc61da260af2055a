/**
 * Runs the program of a key store: with a time limit, the secret on stdin alone, and nothing of what
 * it prints shown.
 *
 * @module
 */

import type { Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { patiently } from "../files/patience.ts";
import { systemErrorCode, systemReason } from "../storage_error.ts";
import type { StoreOptions } from "./store.ts";

/** How a store's program is run. */
export interface StoreRun {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: Secret;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether somebody may be asked by it, such as for the password of the store. */
  readonly mayAsk: boolean;
  /** Whether it may ask on the terminal, where nothing else is to be drawn then. */
  readonly isHere?: boolean;
}

/** How it ended. */
export interface StoreAnswer {
  readonly exitStatus: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a store is called in errors, and what unlocks it. */
export interface StoreWords {
  readonly title: string;
  readonly unlock: string;
  readonly install: string;
}

/** Without a dialogue, a store answers in milliseconds, or never. */
const plainSeconds = 3;

/** How long a dialogue may stand. */
const dialogueSeconds = 60;

/**
 * Runs it to its end.
 *
 * @throws StsmfaError `KeyStoreLocked` if nobody answers its dialogue, `KeyStoreUnusable`
 */
export async function runStore(
  { context, talk }: StoreOptions,
  words: StoreWords,
  { argv, stdin, env, mayAsk, isHere = false }: StoreRun,
): Promise<StoreAnswer> {
  const { clock, signal } = context;
  const seconds = mayAsk ? dialogueSeconds : plainSeconds;
  const limit = clock.deadline(seconds * 1000);
  const patience = clock.deadline(plainSeconds * 1000);
  const tell = async () => {
    talk.moveTo((await context.terminal.prompter())?.screen);
    talk.tell(`${words.title} asks to be unlocked: waiting up to ${seconds} seconds`);
  };
  if (mayAsk) patience.signal.addEventListener("abort", tell, { once: true });
  let stderr = "";
  try {
    const run = () =>
      context.runCommand({
        argv,
        ...(stdin && { stdin }),
        ...(env && { env }),
        signal: AbortSignal.any([signal, limit.signal]),
        onStderr: (text) => stderr += text,
      });
    const { exitStatus, stdout, isCut } = isHere
      ? await run()
      : await patiently(context, words.title, seconds, run);
    if (isCut) throw unusable(words, "printed more than 64 KiB");
    return { exitStatus, stdout, stderr: withoutSecrets(stderr, stdin?.reveal()) };
  } catch (error) {
    if (error instanceof StsmfaError) throw error;
    if (signal.aborted) throw signal.reason;
    if (limit.signal.aborted) {
      if (mayAsk) throw locked(words, `was not unlocked within ${seconds} seconds`);
      throw unusable(words, `did not answer within ${seconds} seconds`);
    }
    if (systemErrorCode(error) === "ENOENT") {
      throw unusable(words, `needs the program ${argv[0]}, which is not there`, words.install);
    }
    throw unusable(words, `cannot be asked: ${argv[0]}: ${systemReason(error)}`);
  } finally {
    patience.signal.removeEventListener("abort", tell);
    patience.cancel();
    limit.cancel();
  }
}

/** As long as a secret access key or a key that seals sessions. */
const secretLike = /(?=[A-Za-z0-9+/=]*[a-z])(?=[A-Za-z0-9+/=]*[A-Z])[A-Za-z0-9+/=]{40,}/g;

/**
 * Takes secrets out of what a program says on stderr, which becomes part of an error: what it was
 * given, and what looks like one.
 */
function withoutSecrets(text: string, given: string | undefined): string {
  const secret = given?.trim();
  return (secret ? text.replaceAll(secret, hidden) : text).replace(secretLike, hidden);
}

const hidden = "***";

/** Returns why a store does not do something. */
export async function faultOf(use: () => Promise<unknown>): Promise<StsmfaError | undefined> {
  try {
    await use();
    return undefined;
  } catch (error) {
    if (error instanceof StsmfaError && error.code !== "Cancelled") return error;
    throw error;
  }
}

/** Returns the error of a store that has to be unlocked first. */
export function locked({ title, unlock }: StoreWords, problem = "is locked"): StsmfaError {
  return new StsmfaError("KeyStoreLocked", `${title} ${problem}`, {
    hint: `${unlock}, and run the same command again`,
  });
}

/** Returns the error of a store that does not work here. */
export function unusable({ title }: StoreWords, problem: string, hint?: string): StsmfaError {
  return new StsmfaError("KeyStoreUnusable", `${title} ${problem}`, {
    hint: hint ?? "see which stores can be used here: stsmfa keys list",
  });
}

/** Returns what went wrong in a program's own words: the last line that it has printed on stderr. */
export function reasonOf({ exitStatus, stdout, stderr }: StoreAnswer): string {
  const said = stdout.trim() === "" ? stderr : stderr.replaceAll(stdout.trim(), hidden);
  const last = said.split(/\r?\n/).map((each) => each.trim()).findLast((each) => each !== "");
  return last === undefined ? `exit status ${exitStatus}` : last.slice(0, 200);
}
