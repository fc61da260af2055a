/**
 * Proves MFA: from whom the token code comes, and what happens when AWS refuses it.
 *
 * @module
 */

import type { Context, Person } from "./context.ts";
import { StsmfaError } from "./errors.ts";
import type { MfaSessionSlot } from "./session_cache.ts";
import type { MfaProof } from "./sts.ts";
import { tokenCodeFromProcess } from "./mfa_process.ts";
import type { Talk } from "./talk.ts";
import { normaliseTokenCode, tokenCodeComplaint } from "./token_code.ts";

/** Gives a code of the device; rejects with the signal's reason when aborted. */
export type TokenCodeProvider = (serialNumber: string, signal: AbortSignal) => Promise<string>;

/** Where codes come from. */
export interface TokenCodeSources {
  /** A code, or a provider, that somebody handed over; it is asked once. */
  readonly given?: TokenCodeProvider | undefined;
  /** The command of `mfa_process`. */
  readonly process?: string | undefined;
  /** Whether a person may be asked. */
  readonly interactive: boolean;
}

/** A person may type a refused code again until this many were refused. */
const mostRefusals = 3;

/** A virtual device shows a new code every 30 seconds. */
const windowMilliseconds = 30_000;

/**
 * Makes a call that needs a token code: gets one, sends it, and lets a person type again what AWS
 * refused. A code that AWS took before is not sent again; the next one is waited for.
 *
 * @throws StsmfaError `TokenCodeNeeded` when nobody is there, `TokenCodeUsed`, `MfaProcessFailed`,
 * and what `send` throws
 */
export async function withTokenCode<T>(
  context: Context,
  serialNumber: string,
  sources: TokenCodeSources,
  slot: MfaSessionSlot,
  talk: Talk,
  send: (mfa: MfaProof) => Promise<T>,
): Promise<T> {
  let given = sources.given;
  const person = sources.interactive ? await context.terminal.person() : undefined;
  try {
    for (let refusals = 0, waits = 0;;) {
      const isGiven = given !== undefined;
      const provide = given ?? nextProvider(context, sources, person);
      given = undefined;
      const tokenCode = await provide(serialNumber, context.signal);
      if (await slot.isUsedCode(serialNumber, tokenCode)) {
        const another = person !== undefined || (!isGiven && sources.process !== undefined);
        if (!another || waits++ === mostRefusals) throw codeUsed();
        await waitForNextWindow(context, talk);
        continue;
      }
      try {
        const result = await send({ serialNumber, tokenCode });
        await slot.keepUsedCode(serialNumber, tokenCode);
        return result;
      } catch (error) {
        if (!(error instanceof StsmfaError)) throw error;
        // AWS checks the code before it looks at permissions.
        if (error.code === "AccessDenied" || error.code === "DurationRefused") {
          await slot.keepUsedCode(serialNumber, tokenCode);
        }
        const isTyped = person !== undefined && (isGiven || sources.process === undefined);
        if (error.code !== "TokenCodeRefused" || !isTyped || ++refusals === mostRefusals) {
          throw error;
        }
        talk.warn(`${error.message}; ${mostRefusals - refusals} more to try`);
      }
    }
  } finally {
    person?.close();
  }
}

function nextProvider(
  context: Context,
  { process }: TokenCodeSources,
  person: Person | undefined,
): TokenCodeProvider {
  if (process !== undefined) {
    return (_serialNumber, signal) => tokenCodeFromProcess(context, process, signal);
  }
  if (person === undefined) {
    return (serialNumber) => Promise.reject(codeNeeded(serialNumber));
  }
  return async (serialNumber, signal) =>
    normaliseTokenCode(
      await person.askHidden(
        `MFA code for ${serialNumber}:`,
        (answer) => tokenCodeComplaint(normaliseTokenCode(answer)),
        signal,
      ),
    );
}

function codeNeeded(serialNumber: string): StsmfaError {
  return new StsmfaError(
    "TokenCodeNeeded",
    `a code of ${serialNumber} is needed, and there is no terminal to ask on`,
    { hint: "give one with --token-code CODE, or set mfa_process to a command that prints it" },
  );
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
