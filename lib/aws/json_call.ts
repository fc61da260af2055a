/**
 * Calls to AWS that are not signed and speak JSON: those of IAM Identity Center and AWS's sign-in.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { Secret } from "../credentials.ts";
import type { StsmfaError } from "../errors.ts";
import { answerDate, answerJson, answerText, UnusableAnswer } from "./answer.ts";
import { readCaBundle } from "./ca_bundle.ts";
import { deadlined } from "./call.ts";

/** A call, and how to read its answer. */
export interface JsonCall<T> {
  /** As in AWS's documentation: `GetRoleCredentials`. */
  readonly action: string;
  readonly method: "GET" | "POST";
  /** The whole URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What no error may repeat. */
  readonly secrets: readonly Secret[];
  /** A file of certificates to trust besides the built-in ones. */
  readonly caBundle?: string | undefined;
  /** Returns the error for a refusal that means something here. */
  readonly refusal: (fault: JsonFault) => StsmfaError | undefined;
  /** @throws UnusableAnswer */
  readonly read: (answer: Readonly<Record<string, unknown>>) => T;
}

/** What AWS says when it refuses. */
export interface JsonFault {
  readonly status: number;
  /** Such as `UnauthorizedException`. */
  readonly name: string;
  /** The code of OAuth, such as `invalid_grant`; `""` if there is none. */
  readonly error: string;
  readonly message: string;
}

/**
 * Makes the call, and repeats it if that may help. Needs the permission net.
 *
 * @throws StsmfaError if AWS refuses or the network fails
 */
export async function jsonCall<T>(context: Context, call: JsonCall<T>): Promise<T> {
  const { action, method, url, headers, body, secrets, caBundle, refusal, read } = call;
  const caCerts = await readCaBundle(context, caBundle);
  let serverTime: Date | undefined;
  const about = { action, endpoint: url, secrets };
  return await deadlined(context, { serverTime: () => serverTime }, about, async (signal) => {
    const response = await context.fetch(url, { method, headers, body, signal, caCerts });
    serverTime = answerDate(response.headers);
    if (response.status === 200) return read(objectOf(await answerText(response, "JSON")));
    const fault = await faultOf(response);
    if (fault === undefined) throw failure("Unknown", "Unknown", response.status);
    throw refusal(fault) ?? failure(fault.name, fault.message, fault.status);
  });
}

function failure(name: string, message: string, httpStatusCode: number): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  const value = answerJson(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UnusableAnswer("it is not a JSON object");
}

/** Returns what AWS says; `undefined` if the answer is not AWS's. */
async function faultOf(response: Response): Promise<JsonFault | undefined> {
  const { status } = response;
  if (status < 400) return undefined;
  try {
    const answer = objectOf(await answerText(response, "JSON"));
    const text = (key: string) => {
      const value = Object.hasOwn(answer, key) ? answer[key] : undefined;
      return typeof value === "string" ? value : "";
    };
    const type = response.headers.get("x-amzn-errortype")?.replace(/[:,].*/s, "") ||
      text("__type").replace(/^.*#/s, "") || text("code");
    const error = text("error");
    const name = type || error;
    if (!/^\w{1,100}$/.test(name)) return undefined;
    const message = text("message") || text("Message") || text("error_description");
    return { status, name, error, message };
  } catch (error) {
    if (error instanceof UnusableAnswer) return undefined;
    throw error;
  }
}
