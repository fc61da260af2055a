/**
 * One call to AWS: under a deadline, and again where that may help.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { awsError, isTransient } from "./errors.ts";
import type { FailedCall } from "./failed_call.ts";
import type { AwsHttp } from "./http.ts";

/** One call, with its retries, may take this long. */
const callDeadlineSeconds = 20;

/** A call that is to be made, and what may be said of it. */
export interface AwsCall extends Omit<FailedCall, "timedOut" | "clockSkewSeconds"> {
  readonly deadlineSeconds?: number;
}

/** Sends under one deadline; repeats what may pass, unless a token code could be spent by it. */
export async function deadlined<T>(
  context: Context,
  http: Pick<AwsHttp, "serverTime">,
  call: AwsCall,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = context.clock.deadline((call.deadlineSeconds ?? callDeadlineSeconds) * 1000);
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const attempts = call.tokenCode === undefined ? 3 : 1;
  try {
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
  } finally {
    deadline.cancel();
  }
}

/** How far this machine's clock is ahead of AWS's, in seconds. */
function skew(serverTime: Date | undefined, now: Date): number | undefined {
  return serverTime && -secondsLeft(serverTime, now);
}
