/**
 * Proves MFA: gets a token code, and handles its refusal by AWS.
 *
 * @module
 */

import { type MfaProof, prepareSts } from "../aws/sts.ts";
import type { Context, Prompter } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { SessionCache } from "../state/session_cache.ts";
import type { Talk } from "../talk.ts";
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
  /** Returns a prompter for the person at the terminal, if there is one who may be asked. */
  readonly prompter: () => Promise<Prompter | undefined>;
}

/** The sources before the access key is known. */
type TokenCodesToBe = Omit<TokenCodeSources, "process"> & { readonly process?: unknown };

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
 * @throws StsmfaError `TokenCodeNeeded` if there is nobody to ask, `TokenCodeUsed`,
 * `MfaProcessFailed`, and what `send` throws
 */
export async function withTokenCode<T>(
  context: Context,
  serialNumber: string,
  sources: TokenCodeSources,
  cache: SessionCache,
  talk: Talk,
  send: (mfa: MfaProof) => Promise<T>,
): Promise<T> {
  let { given } = sources;
  const { process, provider, prompter } = sources;
  for (let refusals = 0, waits = 0;;) {
    const isTyped = given !== undefined || (process === undefined && provider === undefined);
    const isGiven = given !== undefined;
    const provide = given ?? nextProvider(context, sources);
    given = undefined;
    const tokenCode = await provide(serialNumber, context.signal);
    if (await cache.isUsedCode(serialNumber, tokenCode)) {
      const isFinal = isGiven && provider === undefined && await prompter() === undefined;
      if (isFinal || waits++ === mostWaits) throw codeUsed();
      await waitForNextWindow(context, talk);
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
      if (isFinal || await prompter() === undefined) throw error;
      const left = mostRefusals - refusals;
      talk.warn(`${error.message}; type it again (${left} ${left === 1 ? "try" : "tries"} left)`);
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
  { given, process, provider, prompter }: TokenCodesToBe,
  serialNumber: string | undefined,
): Promise<void> {
  if (given !== undefined || process !== undefined || provider !== undefined) return;
  if (await prompter() !== undefined) return;
  throw new StsmfaError(
    "TokenCodeNeeded",
    `a code of ${serialNumber ?? "the MFA device"} is needed, and there is nobody to ask`,
    { hint: "give one with --token-code CODE, or set mfa_process to a command that prints it" },
  );
}

function nextProvider(context: Context, sources: TokenCodeSources): TokenCodeProvider {
  const { process, provider } = sources;
  if (provider !== undefined) {
    return async (serialNumber, signal) =>
      checkedTokenCode(await callProvider(provider, serialNumber, signal), "the provider");
  }
  if (process !== undefined) {
    return (_serialNumber, signal) => tokenCodeFromProcess(context, process, signal);
  }
  return async (serialNumber, signal) => {
    await checkSources(sources, serialNumber);
    const prompter = await sources.prompter();
    const answer = prompter!.askHidden(
      `MFA code for ${serialNumber}:`,
      (answer) => tokenCodeComplaint(normaliseTokenCode(answer)),
      signal,
    );
    // While the person types, but not before the question is shown.
    context.clock.sleep(0, signal).then(prepareSts, () => {});
    return normaliseTokenCode(await answer);
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
    "this token code was used already, and AWS takes it once",
    {
      hint: "wait for the next code",
    },
  );
}

async function waitForNextWindow(context: Context, talk: Talk): Promise<void> {
  const { clock, signal } = context;
  const end = (Math.floor(clock.now().getTime() / windowMilliseconds) + 1) * windowMilliseconds;
  try {
    for (;;) {
      const left = end - clock.now().getTime();
      if (left <= 0) return;
      const seconds = Math.ceil(left / 1000);
      talk.progress(`that code was used already; the next one comes in ${seconds} s`);
      await clock.sleep(Math.min(left, 1000), signal);
    }
  } finally {
    talk.endProgress();
  }
}
