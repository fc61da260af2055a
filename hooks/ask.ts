/**
 * Calls AWS from a hook; answers have the same limits as in the rest of the program, and are shown
 * without secrets.
 *
 * @module
 */

import { answerText, UnusableAnswer } from "../lib/aws/answer.ts";
import { withoutSecrets } from "../lib/aws/failed_call.ts";
import { networkReason } from "../lib/aws/network_errors.ts";
import type { SignedRequest } from "../lib/aws/sigv4.ts";
import { Secret } from "../lib/credentials.ts";
import type { HookEvent } from "../lib/hook.ts";

/** Less than the limit of a hook, so that it can say who did not answer. */
const seconds = 10;

/** AWS's answer. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The header `x-amzn-errortype`. */
  readonly errorType: string | null;
}

/**
 * Sends a signed request.
 *
 * @param caCerts certificates to trust besides the built-in ones
 * @throws Error that names the server, even if its answer is too large or of a wrong kind
 */
export async function ask(
  { url, ...request }: SignedRequest,
  caCerts: readonly string[] | undefined,
): Promise<Answer> {
  const { host, origin } = new URL(url);
  const signal = AbortSignal.timeout(seconds * 1000);
  using client = Deno.createHttpClient(
    caCerts === undefined ? {} : { caCerts: [...caCerts] },
  );
  const headers = { ...request.headers, "accept-encoding": "identity" };
  try {
    const response = await fetch(url, { ...request, headers, redirect: "manual", client, signal });
    const text = await answerText(response, "JSON");
    const errorType = response.headers.get("x-amzn-errortype");
    return { status: response.status, text, errorType };
  } catch (error) {
    if (error instanceof UnusableAnswer) {
      throw new Error(`the answer of ${host} cannot be used: ${error.message}`);
    }
    if (signal.aborted) throw new Error(`${host} did not answer within ${seconds} seconds`);
    throw new Error(`${origin} cannot be reached: ${networkReason(error)}`);
  }
}

/** Returns a server's words without the secrets that it was sent. */
export function plain({ credentials }: HookEvent, words: string): string {
  const { secretAccessKey = "", sessionToken = "" } = credentials ?? {};
  return withoutSecrets(words, {
    secrets: [new Secret(secretAccessKey), new Secret(sessionToken)],
  });
}
