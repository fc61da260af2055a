/**
 * Asks a server of this machine for credentials: a container's, or the instance's. Past proxies, and
 * within a few seconds.
 *
 * @module
 */

import { answerBytes, answerJson, UnusableAnswer } from "../aws/answer.ts";
import { hostOf, withoutSecrets } from "../aws/failed_call.ts";
import { networkError } from "../aws/network_errors.ts";
import type { Context } from "../context.ts";
import type { Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";

/** A request to a server of this machine. */
export interface LocalRequest {
  readonly method: "GET" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long one attempt may take. */
  readonly seconds: number;
  /** How often it is tried if the server is not there or fails. */
  readonly attempts: number;
  /** What no error may repeat. */
  readonly secrets: readonly Secret[];
  /** What it is asked for, in errors. */
  readonly action: string;
  /** What asks, in errors. */
  readonly setting: string;
  /** What to do if it is not there. */
  readonly hint: string;
}

/** What the server answered. */
export interface LocalAnswer {
  readonly status: number;
  readonly text: string;
}

/** As botocore waits between attempts. */
const pauseMilliseconds = 1000;

/** Returns how many seconds it takes at most to ask for so many things. */
export function mostSeconds(
  { seconds, attempts }: Pick<LocalRequest, "seconds" | "attempts">,
  requests: number,
): number {
  return requests * (seconds * attempts + (attempts - 1) * pauseMilliseconds / 1000);
}

/**
 * Sends the request. Any answer with a status below 500 is one.
 *
 * @throws StsmfaError `NetworkUnreachable`, `NetworkTimeout`, `ServiceUnavailable`
 */
export async function askLocally(context: Context, request: LocalRequest): Promise<LocalAnswer> {
  const { method, url, headers, seconds, attempts } = request;
  for (let attempt = 1;; attempt++) {
    const deadline = context.clock.deadline(seconds * 1000);
    const signal = AbortSignal.any([context.signal, deadline.signal]);
    let problem: StsmfaError;
    try {
      const response = await context.fetch(url, { method, headers, signal, isDirect: true });
      const text = textOf(await answerBytes(response));
      if (response.status < 500) return { status: response.status, text };
      problem = refused(request, { status: response.status, text }, "ServiceUnavailable");
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      problem = unreachable(request, error, deadline.signal.aborted);
    } finally {
      deadline.cancel();
    }
    if (attempt >= attempts) throw problem;
    await context.clock.sleep(pauseMilliseconds, context.signal);
  }
}

/** Returns the error for an answer that is a refusal: with the server's message, if it has one. */
export function refused(
  { url, action, setting, hint, secrets }: LocalRequest,
  { status, text }: LocalAnswer,
  code: "AccessDenied" | "RequestRefused" | "ServiceUnavailable" = "RequestRefused",
): StsmfaError {
  const said = messageOf(text);
  const words = said === "" ? "" : `: ${withoutSecrets(said, { secrets, tokenCode: undefined })}`;
  return new StsmfaError(
    code,
    `${setting}: ${hostOf(url)} gives no ${action} (HTTP ${status})${words}`,
    { hint },
  );
}

/**
 * Returns the object in an answer.
 *
 * @throws StsmfaError `ServiceUnavailable`
 */
export function objectOf(
  { url, action, setting, hint }: LocalRequest,
  text: string,
): Readonly<Record<string, unknown>> {
  let problem = "it is not a JSON object";
  try {
    const value = answerJson(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    problem = error.message;
  }
  throw new StsmfaError(
    "ServiceUnavailable",
    `${setting}: the answer of ${hostOf(url)} has no usable ${action}: ${problem}`,
    { hint },
  );
}

function unreachable(
  { url, action, setting, hint, secrets }: LocalRequest,
  error: unknown,
  timedOut: boolean,
): StsmfaError {
  if (error instanceof StsmfaError) return error;
  const { code, message } = networkError(error, {
    action: `the request for ${action}`,
    endpoint: url,
    secrets,
    timedOut,
  });
  return new StsmfaError(code, `${setting}: ${message}`, { hint });
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableAnswer("it is not UTF-8");
  }
}

function messageOf(text: string): string {
  try {
    const { message, Message } = Object(answerJson(text));
    return [message, Message].find((each) => typeof each === "string") ?? "";
  } catch (error) {
    if (error instanceof UnusableAnswer) return "";
    throw error;
  }
}
