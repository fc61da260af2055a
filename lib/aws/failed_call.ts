/**
 * A call that failed, and what may be shown of it.
 *
 * @module
 */

import { type ProvidedCredentials, redact, Secret } from "../credentials.ts";

/** The call that failed. */
export interface FailedCall {
  readonly action: string;
  readonly endpoint: string;
  /** What it was signed with; some calls are not signed. */
  readonly credentials?: ProvidedCredentials | undefined;
  readonly secrets: readonly Secret[];
  readonly tokenCode?: string | undefined;
  readonly roleArn?: string | undefined;
  /** Whether our own deadline ended it. */
  readonly timedOut: boolean;
  /** How far this machine's clock is ahead of AWS's, if AWS answered. */
  readonly clockSkewSeconds?: number | undefined;
}

/** Returns the host of a call's endpoint. */
export function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}

/** The most characters to show of a server's message. */
const mostWords = 500;

/** Returns text from outside as one line, shortened and without secrets. */
export function withoutSecrets(
  text: string,
  { secrets, tokenCode }: Pick<FailedCall, "secrets" | "tokenCode">,
): string {
  const code = tokenCode === undefined ? [] : [new Secret(tokenCode)];
  const plain = redact(text, [...secrets, ...code]).replace(/[ \t\r\n]+/g, " ").trim();
  return plain.length > mostWords ? `${plain.slice(0, mostWords)}...` : plain;
}

/** There was no connection, so that nothing was sent. */
export class NotSent extends Error {
  override readonly name = "NotSent";
}

/** Returns an SDK's error without its request and response, which no error dump may show. */
export function withoutRequest(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error("unknown fault");
  return Object.assign(new Error(name === "Error" ? message : name), { name });
}
