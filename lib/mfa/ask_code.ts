/**
 * Proves MFA: gets a token code, and handles its refusal by AWS.
 *
 * @module
 */

import { type MfaProof, prepareSts } from "../aws/sts.ts";
import type { Context } from "../context.ts";
import type { CodePrompter } from "./prompt_place.ts";
import { StsmfaError } from "../errors.ts";
import { quietly } from "../files/patience.ts";
import { mostProgramSeconds } from "../files/run_program.ts";
import type { SessionCache } from "../state/session_cache.ts";
import { namesOf, type Person } from "./person.ts";
import { type MfaProcess, tokenCodeFromProcess } from "./process.ts";
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

/** A person may retype a refused code until this many were refused. */
const mostRefusals = 3;

/** How often to wait for the next code after one that AWS had accepted before. */
const mostWaits = 3;

/** A virtual device shows a new code every 30 seconds. */
const windowMilliseconds = 30_000;

/**
 * Makes a call that needs a token code: gets one, sends it, and lets a person retype one that AWS
 * refused. Does not send a code again that AWS accepted before, but waits for the next one. The
 * caller keeps the result, and the used code with it.
 *
 * @throws StsmfaError `TokenCodeNeeded` if stsmfa cannot ask for it here, `TokenCodeUsed`,
 * `MfaProcessFailed`, and what `send` throws
 */
export async function withTokenCode<T>(
  context: Context,
  purpose: CodePurpose,
  sources: TokenCodeSources,
  cache: SessionCache,
  send: (mfa: MfaProof) => Promise<T>,
): Promise<T> {
  let { given } = sources;
  const { process, provider, person } = sources;
  const { serialNumber } = purpose;
  let again: string | undefined;
  for (let refusals = 0, waits = 0;;) {
    const isTyped = given !== undefined || (process === undefined && provider === undefined);
    const isGiven = given !== undefined;
    const provide = given ?? nextProvider(context, purpose, sources, cache, again);
    given = undefined;
    const tokenCode = await provide(serialNumber, context.signal);
    if (await cache.isUsedCode(serialNumber, tokenCode)) {
      const prompter = await person.codePrompter();
      const isFinal = isGiven && provider === undefined && prompter === undefined;
      if (isFinal || waits++ === mostWaits) throw codeUsed();
      again = "that code was already used: the next one comes within 30 seconds";
      // A window tells it better than a wait that nobody sees.
      if (!isTyped || !prompter?.isWindow) await waitForNextWindow(context, person);
      continue;
    }
    try {
      const result = await send({ serialNumber, tokenCode });
      await cache.noteUsedCode(serialNumber, tokenCode);
      return result;
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      // AWS checks the code before it looks at permissions.
      if (error.code === "AccessDenied" || error.code === "DurationRefused") {
        await cache.keepUsedCode(serialNumber, tokenCode);
      }
      const isFinal = error.code !== "TokenCodeRefused" || !isTyped || ++refusals === mostRefusals;
      const prompter = await person.codePrompter();
      if (isFinal && isTyped && prompter?.isWindow) await cache.noteRefusal(error);
      if (isFinal || prompter === undefined) throw error;
      const left = mostRefusals - refusals;
      await person.introduce(purpose.profiles, purpose.isOneOfSeveral);
      const tries = `${left} ${left === 1 ? "try" : "tries"} left`;
      again = `AWS refused that code: it is wrong or was already used (${tries})`;
      person.talk.tell(again);
    }
  }
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

function nextProvider(
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
    await person.introduce(purpose.profiles, purpose.isOneOfSeveral);
    const ask = () =>
      quietly(context, () => prompter.askHidden(...questionOf(serialNumber), signal));
    return normaliseTokenCode(await noted(context, purpose, person, cache, ask));
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
 * Asks a provider, which is not our code: whatever it throws is an outcome, not a bug in stsmfa.
 */
async function callProvider(
  provider: TokenCodeProvider,
  serialNumber: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await provider(serialNumber, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof StsmfaError) throw error;
    throw new StsmfaError(
      "TokenCodeNeeded",
      `there is no code of ${serialNumber}: its provider failed`,
      {
        cause: error,
      },
    );
  }
}

function codeUsed(): StsmfaError {
  return new StsmfaError(
    "TokenCodeUsed",
    "this MFA code was already used, and AWS accepts each code once",
    {
      hint: "wait for the next code",
    },
  );
}

async function waitForNextWindow(context: Context, person: Person): Promise<void> {
  const { clock, signal } = context;
  const { talk } = person;
  await person.meet();
  const end = (Math.floor(clock.now().getTime() / windowMilliseconds) + 1) * windowMilliseconds;
  try {
    for (;;) {
      const left = end - clock.now().getTime();
      if (left <= 0) return;
      const seconds = Math.ceil(left / 1000);
      talk.progress(`waiting for the next code, ${seconds} s left: that one was already used`);
      await clock.sleep(Math.min(left, 1000), signal);
    }
  } finally {
    talk.endProgress();
  }
}
