/**
 * Proves MFA: gets a token code, and handles its refusal by AWS.
 *
 * @module
 */

import { hasSpentCode, mayHaveSpentCode } from "../aws/errors.ts";
import type { MfaProof } from "../aws/sts.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { SessionCache } from "../state/session_cache.ts";
import { type CodePurpose, codesFrom, type TokenCodeSources } from "./code_sources.ts";
import type { Person } from "./person.ts";

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
    const provide = given ?? codesFrom(context, purpose, sources, cache, again);
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
      // A person may try the same one again, and type another; a program's failure would be final.
      const isSpent = hasSpentCode(error) || (!isTyped && mayHaveSpentCode(error));
      if (isSpent) await cache.keepUsedCode(serialNumber, tokenCode);
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
  const start = clock.now().getTime();
  const end = (Math.floor(start / windowMilliseconds) + 1) * windowMilliseconds;
  try {
    for (let slept = 0;;) {
      // A clock that is put back makes nothing last longer.
      const left = Math.min(end - clock.now().getTime(), end - start - slept);
      if (left <= 0) return;
      const seconds = Math.ceil(left / 1000);
      talk.progress(`waiting for the next code, ${seconds} s left: that one was already used`);
      const pause = Math.min(left, 1000);
      await clock.sleep(pause, signal);
      slept += pause;
    }
  } finally {
    talk.endProgress();
  }
}
