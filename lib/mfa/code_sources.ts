/**
 * Where token codes come from: a caller's provider, the command of `mfa_process`, or a person, at the
 * terminal or in a window.
 *
 * @module
 */

import { prepareSts } from "../aws/sts.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { quietly } from "../files/patience.ts";
import { mostProgramSeconds } from "../files/run_program.ts";
import type { SessionCache } from "../state/session_cache.ts";
import { namesOf, type Person } from "./person.ts";
import { type MfaProcess, tokenCodeFromProcess } from "./process.ts";
import type { CodePrompter } from "./prompt_place.ts";
import { checkedTokenCode, normaliseTokenCode, tokenCodeComplaint } from "./token_code.ts";

/** Returns a code of the device; rejects with the signal's reason when aborted. */
export type TokenCodeProvider = (serialNumber: string, signal: AbortSignal) => Promise<string>;

/** Where codes come from. */
export interface TokenCodeSources {
  /** Returns the one code that was given in advance. */
  readonly given?: TokenCodeProvider | undefined;
  /** Returns a code whenever one is needed; the code is checked. */
  readonly provider?: TokenCodeProvider | undefined;
  /** The command of `mfa_process`. */
  readonly process?: MfaProcess | undefined;
  /** The person at the terminal, if there is one who may be asked. */
  readonly person: Person;
}

/** The sources before the access key is known. */
type TokenCodesToBe =
  & Omit<TokenCodeSources, "process" | "person">
  & {
    readonly process?: unknown;
    readonly person: Pick<Person, "codePrompter" | "windowProblem">;
  };

/** What a code is for. */
export interface CodePurpose {
  /** The device whose code it is. */
  readonly serialNumber: string;
  /** The profiles that get a session by it. */
  readonly profiles: readonly string[];
  /** Whether this run needs other codes for other profiles. */
  readonly isOneOfSeveral: boolean;
  /** When the run began; a window that another one has had since then asked us, too. */
  readonly startedAt: Date;
}

/**
 * Makes sure that there will be a code, before anything is sent.
 *
 * @param serialNumber the device, if it is known already
 * @throws StsmfaError `TokenCodeNeeded`
 */
export async function checkSources(
  { given, process, provider, person }: TokenCodesToBe,
  serialNumber: string | undefined,
): Promise<void> {
  if (given !== undefined || process !== undefined || provider !== undefined) return;
  if (await person.codePrompter() !== undefined) return;
  const problem = await person.windowProblem();
  const nobody = `stsmfa cannot ask for it here${problem === undefined ? "" : `: ${problem}`}`;
  throw new StsmfaError(
    "TokenCodeNeeded",
    `an MFA code${
      serialNumber === undefined ? "" : ` of ${serialNumber}`
    } is needed, and ${nobody}`,
    { hint: "pass --token-code CODE, or set mfa_process to print one" },
  );
}

/**
 * Returns what gives the next code.
 *
 * @param again what to tell a person who is asked again
 */
export function codesFrom(
  context: Context,
  purpose: CodePurpose,
  sources: TokenCodeSources,
  cache: SessionCache,
  again: string | undefined,
): TokenCodeProvider {
  const { process, provider, person } = sources;
  if (provider !== undefined) {
    return async (serialNumber, signal) =>
      checkedTokenCode(await callProvider(provider, serialNumber, signal), "the provider");
  }
  if (process !== undefined) {
    return async (_serialNumber, signal) => {
      const waiting = await watchProcess(context, purpose, person, signal);
      return await tokenCodeFromProcess(context, process, signal, waiting?.onStderrLine)
        .finally(() => waiting?.end());
    };
  }
  return async (serialNumber, signal) => {
    await checkSources(sources, serialNumber);
    const prompter = (await person.codePrompter())!;
    if (prompter.isWindow) {
      return await askInWindow(context, purpose, { prompter, person, cache, again });
    }
    const { takeTerminal } = await importLazily<typeof import("../state/terminal_turn.ts")>(
      "../state/terminal_turn.ts",
      import.meta.url,
    );
    const letOthersAsk = await takeTerminal(context, (await person.seat()).terminal);
    try {
      await person.introduce(purpose.profiles, purpose.isOneOfSeveral);
      const ask = () =>
        quietly(context, () => prompter.askHidden(...questionOf(serialNumber), signal));
      return normaliseTokenCode(await noted(context, purpose, person, cache, ask));
    } finally {
      letOthersAsk();
    }
  };
}

/**
 * Has a window ask. A person who has sent one away has answered all who waited for it, too: none of
 * them opens another.
 */
async function askInWindow(
  context: Context,
  purpose: CodePurpose,
  { prompter, person, cache, again }: {
    readonly prompter: CodePrompter;
    readonly person: Person;
    readonly cache: SessionCache;
    readonly again: string | undefined;
  },
): Promise<string> {
  const { signal } = context;
  const { serialNumber, profiles, startedAt } = purpose;
  const refusal = cache.refusalSince(startedAt);
  if (refusal !== undefined) throw refusal;
  const above = [again ?? [], await person.windowIntroduction(profiles)].flat();
  const names = namesOf(profiles);
  person.talk.note(`${names}: type the MFA code in the window that opens`);
  const ask = () => prompter.askHidden(...questionOf(serialNumber), signal, above);
  try {
    return normaliseTokenCode(await noted(context, purpose, person, cache, ask, true));
  } catch (error) {
    if (error instanceof StsmfaError && !signal.aborted) await cache.noteRefusal(error);
    throw error;
  }
}

function questionOf(serialNumber: string): [string, (answer: string) => string | undefined] {
  return [
    `MFA code for ${serialNumber}:`,
    (answer) => tokenCodeComplaint(normaliseTokenCode(answer)),
  ];
}

/**
 * Asks, and tells those who wait that a question is open, until it is answered. The system stops who
 * asks in the background at once: they are told before.
 */
async function noted(
  { clock, signal }: Context,
  { profiles }: CodePurpose,
  person: Person,
  cache: SessionCache,
  ask: () => Promise<string>,
  isWindow?: true,
): Promise<string> {
  const { terminal, process } = await person.seat();
  const where = isWindow ? { isWindow } : { terminal };
  const takeBack = await cache.noteAsking({ ...where, process, profiles });
  try {
    const answer = ask();
    // While the person types, but not before the question is shown.
    clock.sleep(0, signal).then(prepareSts, () => {});
    return await answer;
  } finally {
    await takeBack();
  }
}

/** After this long, a program that prints a code seems to wait for somebody. */
const patientMilliseconds = 1000;

/**
 * Has the person told that a program is waited for; one whom stderr does not reach also what it says,
 * such as that a device is to be touched. Returns `undefined` where nobody is told.
 */
async function watchProcess(
  { terminal, clock, waits }: Context,
  { profiles }: CodePurpose,
  person: Person,
  signal: AbortSignal,
): Promise<{ onStderrLine?: (line: string) => void; end: () => void } | undefined> {
  const { talk } = person;
  const names = namesOf(profiles);
  const ended = new AbortController();
  const patience = () => clock.sleep(patientMilliseconds, AbortSignal.any([signal, ended.signal]));
  if (terminal.stderr.isTerminal) {
    if (waits === undefined) return undefined;
    // A line of its own: one that is drawn anew would take away what the program asks there.
    patience().then(
      () => talk.note(`${names}: waiting for mfa_process, ${mostProgramSeconds} s at most`),
      () => {},
    );
    return { end: () => ended.abort() };
  }
  // Loads nothing where it would not be used.
  const screen = (await person.prompter())?.screen;
  if (screen === undefined) return undefined;
  patience().then(() => {
    talk.moveTo(screen);
    talk.progress(
      `${names}: waiting for mfa_process, ${mostProgramSeconds} s at most; touch the device if it asks`,
    );
  }, () => {});
  return {
    onStderrLine: (line) => {
      talk.moveTo(screen);
      talk.tell(`${names}: mfa_process: ${line}`);
    },
    end: () => {
      ended.abort();
      talk.endProgress();
    },
  };
}

/**
 * Asks a provider, which is not our code: whatever it throws is an outcome, not a bug in stsmfa, and
 * one that does not look at the signal is not waited for once that is aborted.
 */
async function callProvider(
  provider: TokenCodeProvider,
  serialNumber: string,
  signal: AbortSignal,
): Promise<string> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const failed = (how: string, cause?: unknown) =>
    new StsmfaError("TokenCodeNeeded", `there is no code of ${serialNumber}: its provider ${how}`, {
      cause,
    });
  try {
    // In JavaScript, anything may come back.
    const code: unknown = await Promise.race([provider(serialNumber, signal), aborted.promise]);
    if (typeof code !== "string") throw failed("returned no text");
    return code;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof StsmfaError) throw error;
    throw failed("failed", error);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
