/**
 * A call that failed, and what may be said of it.
 *
 * @module
 */

import {
  type LongTermCredentials,
  redact,
  Secret,
  type SessionCredentials,
} from "../credentials.ts";

/** The call that failed. */
export interface FailedCall {
  readonly action: string;
  readonly endpoint: string;
  readonly credentials: LongTermCredentials | SessionCredentials;
  readonly secrets: readonly Secret[];
  readonly tokenCode?: string | undefined;
  readonly roleArn?: string | undefined;
  /** Whether our own deadline ended it. */
  readonly timedOut: boolean;
  /** How far this machine's clock is ahead of AWS's, if AWS answered. */
  readonly clockSkewSeconds?: number | undefined;
}

/** The host of the call's endpoint. */
export function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}

/** More of a server's words nobody reads. */
const mostWords = 500;

/** Returns words from outside in one line, not too many, and without what must not be seen. */
export function withoutSecrets(
  text: string,
  { secrets, tokenCode }: Pick<FailedCall, "secrets" | "tokenCode">,
): string {
  const code = tokenCode === undefined ? [] : [new Secret(tokenCode)];
  const plain = redact(text, [...secrets, ...code]).replace(/[ \t\r\n]+/g, " ").trim();
  return plain.length > mostWords ? `${plain.slice(0, mostWords)}...` : plain;
}

/** The SDK hangs request and response on its errors; an error dump must not show them. */
export function withoutRequest(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error("unknown fault");
  return Object.assign(new Error(name === "Error" ? message : name), { name });
}
