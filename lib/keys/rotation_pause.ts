/**
 * Waits for AWS, which knows of a new key in one place sooner than in another.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { Talk } from "../talk.ts";

/** How often AWS is asked again. */
const pauseSeconds = 2;

/** How long AWS is given to take a new key. */
const patienceSeconds = 60;

/** Waits until AWS is asked again. */
export async function pause({ clock, signal }: Context): Promise<void> {
  await clock.sleep(pauseSeconds * 1000, signal);
}

/**
 * Tries a key until AWS takes it, visibly.
 *
 * @throws StsmfaError if it takes none within a minute, and what else `tryKey` throws
 */
export async function untilTaken(
  context: Context,
  key: LongTermCredentials,
  { tryKey, talk }: {
    readonly tryKey: (key: LongTermCredentials) => Promise<void>;
    readonly talk: Talk;
  },
): Promise<void> {
  try {
    for (let left = patienceSeconds;; left -= pauseSeconds) {
      try {
        return await tryKey(key);
      } catch (error) {
        if (!(error instanceof StsmfaError) || !early.includes(error.code)) throw error;
        if (left <= 0) throw notTaken(error, key);
        talk.progress(`waiting until AWS accepts ${key.accessKeyId}, ${left} s left`);
        await pause(context);
      }
    }
  } finally {
    talk.endProgress();
  }
}

/** What AWS says of a key that it will know in a moment. */
const early = ["AccessKeyRefused", "SecretKeyRefused"];

function notTaken({ code }: StsmfaError, { accessKeyId }: LongTermCredentials): StsmfaError {
  return new StsmfaError(
    code,
    `AWS still does not accept the new key ${accessKeyId} after ${patienceSeconds} s`,
    { hint: "run the same command again in a few minutes: it goes on from here" },
  );
}
