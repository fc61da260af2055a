/**
 * Makes a call to AWS, with a deadline and with retries where they may help.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { patiently } from "../files/patience.ts";
import { awsError, isTransient } from "./errors.ts";
import { type FailedCall, hostOf } from "./failed_call.ts";
import type { AwsHttp } from "./http.ts";

/** How long one call may take, including retries. */
const callDeadlineSeconds = 20;

/** A call to make, and what its errors may say about it. */
export interface AwsCall extends Omit<FailedCall, "timedOut" | "clockSkewSeconds"> {
  readonly deadlineSeconds?: number;
  /** Whether it is sent once at most: what was lost is found out in another way. */
  readonly isOnce?: boolean;
}

/**
 * Sends under one deadline; retries transient errors, unless a token code could be spent by that, or
 * something made twice.
 */
export async function deadlined<T>(
  context: Context,
  http: Pick<AwsHttp, "serverTime">,
  call: AwsCall,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const seconds = call.deadlineSeconds ?? callDeadlineSeconds;
  const deadline = context.clock.deadline(seconds * 1000);
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const attempts = call.tokenCode === undefined && !call.isOnce ? 3 : 1;
  const tried = async () => {
    for (let attempt = 1;; attempt++) {
      try {
        return await send(signal);
      } catch (error) {
        if (context.signal.aborted) throw context.signal.reason;
        const repeat = attempt < attempts && !signal.aborted && isTransient(error);
        if (!repeat) {
          throw awsError(error, {
            ...call,
            timedOut: deadline.signal.aborted,
            clockSkewSeconds: skew(http.serverTime(), context.clock.now()),
          });
        }
        await context.clock.sleep(200 * 2 ** attempt, context.signal);
      }
    }
  };
  try {
    return await patiently(context, hostOf(call.endpoint), seconds, tried);
  } finally {
    deadline.cancel();
  }
}

/** Returns how far this machine's clock is ahead of AWS's, in seconds. */
function skew(serverTime: Date | undefined, now: Date): number | undefined {
  return serverTime && -secondsLeft(serverTime, now);
}
