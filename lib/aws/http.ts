/**
 * Sends the SDK's requests with the context's fetch, so that proxies, certificates, deadline and
 * tests work the same for every service. Answers are parsed here; the SDK's own result is ignored.
 *
 * @module
 */

import type { HttpHandler } from "@smithy/core/protocols";
import type { Context } from "../context.ts";
import { answerDate, answerText, UnusableAnswer } from "./answer.ts";
import { readCaBundle } from "./ca_bundle.ts";
import { WebSha256 } from "./sha256.ts";
import { childOf, readXml, textOf, type XmlElement } from "./xml.ts";

/** One call to a service that speaks the query protocol. */
export interface AwsHttp {
  /** The handler for an SDK client. */
  readonly requestHandler: HttpHandler;
  /** Returns the time of AWS's last answer, from its `Date` header. */
  serverTime(): Date | undefined;
  /** Reports whether there was an answer that is not an error. */
  isAnswered(): boolean;
  /**
   * Returns AWS's answer: the element `ACTIONResult`.
   *
   * @throws UnusableAnswer if that was not AWS's answer to this action
   */
  result(action: string): XmlElement;
}

/** Prepares a call. */
export function awsHttp(context: Context, caBundle: string | undefined): AwsHttp {
  let serverTime: Date | undefined;
  let document: XmlElement | undefined;
  return {
    serverTime: () => serverTime,
    isAnswered: () => document !== undefined,
    result: (action) => {
      const result = childOf(document, `${action}Result`);
      if (document?.name === `${action}Response` && result !== undefined) return result;
      throw new UnusableAnswer("it is an answer to something else");
    },
    requestHandler: {
      metadata: { handlerProtocol: "http/1.1" },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
      handle: async (request, options) => {
        const { protocol, hostname, port, path, method, headers, body } = request;
        const url = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`;
        const { host: _, ...sent } = headers;
        const response = await context.fetch(url, {
          method,
          headers: sent,
          body,
          signal: options?.abortSignal as AbortSignal,
          caCerts: await readCaBundle(context, caBundle),
        });
        serverTime = answerDate(response.headers);
        const { status: statusCode } = response;
        if (statusCode !== 200) throw await fault(response);
        const text = await answerText(response, "XML");
        document = readXml(text);
        return { response: { statusCode, headers: {}, body: new TextEncoder().encode(text) } };
      },
    },
  };
}

/** Returns AWS's error; `Unknown` if the answer is not AWS's. */
async function fault(response: Response): Promise<Error> {
  const { status: httpStatusCode } = response;
  // Other statuses are no errors: they redirect, or are invalid.
  const isRefusal = httpStatusCode >= 400 && httpStatusCode <= 599;
  const { name, message } = isRefusal && await refusal(response) ||
    { name: "Unknown", message: "Unknown" };
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** Returns AWS's error; `undefined` for an answer that can't be used. */
async function refusal(response: Response): Promise<Pick<Error, "name" | "message"> | undefined> {
  try {
    const document = readXml(await answerText(response, "XML"));
    const error = document.name === "ErrorResponse" ? childOf(document, "Error") : undefined;
    const name = textOf(error, "Code");
    return name ? { name, message: textOf(error, "Message") ?? "" } : undefined;
  } catch (error) {
    if (error instanceof UnusableAnswer) return undefined;
    throw error;
  }
}

/**
 * Returns the configuration of every SDK client. The SDK would look up a missing value itself, in
 * variables and in AWS's files, bypassing our own resolution.
 */
export function clientConfig(context: Context, http: AwsHttp, endpoint: string, region: string) {
  return {
    endpoint,
    region,
    requestHandler: http.requestHandler,
    sha256: WebSha256,
    // A retry would send the same token code again, and a code works only once.
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "standard",
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    profile: "default",
    authSchemePreference: [] as string[],
    sigv4aSigningRegionSet: [] as string[],
    disableClockSkewCorrection: false,
    userAgentAppId: "stsmfa",
    defaultUserAgentProvider: () => Promise.resolve([["stsmfa"] as [string]]),
    systemClockOffset: context.clock.now().getTime() - Date.now(),
  } as const;
}
