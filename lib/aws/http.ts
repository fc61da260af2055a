/**
 * Carries the SDK's requests over the context's fetch, so that proxies, certificates, deadline and
 * tests work the same for every service. What comes back is read here, by one reader: what the SDK
 * makes of an answer is not looked at.
 *
 * @module
 */

import type { HttpHandler } from "@smithy/core/protocols";
import type { Context } from "../context.ts";
import { answerDate, answerText, UnusableAnswer } from "./answer.ts";
import { readCaBundle } from "./ca_bundle.ts";
import { WebSha256 } from "./sha256.ts";
import { childOf, readXml, textOf, type XmlElement } from "./xml.ts";

/** One call of a service that speaks the query protocol. */
export interface AwsHttp {
  /** To be given to an SDK client. */
  readonly requestHandler: HttpHandler;
  /** The time of AWS's last answer, from its `Date` header. */
  serverTime(): Date | undefined;
  /** Whether there was an answer that is no refusal. */
  isAnswered(): boolean;
  /**
   * What AWS answered: the element `ACTIONResult`.
   *
   * @throws UnusableAnswer when that was not AWS's answer to this action
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

/** What AWS says when it refuses; `Unknown` where it is not AWS that says so. */
async function fault(response: Response): Promise<Error> {
  const { status: httpStatusCode } = response;
  // With other statuses nobody refuses: they lead elsewhere, or are none.
  const isRefusal = httpStatusCode >= 400 && httpStatusCode <= 599;
  const { name, message } = isRefusal && await refusal(response) ||
    { name: "Unknown", message: "Unknown" };
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** `undefined` for an answer that cannot be used. */
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
 * What every SDK client is made with. Each value that is missing here the SDK looks up by itself, in
 * variables and in AWS's files, past our own resolution.
 */
export function clientConfig(context: Context, http: AwsHttp, endpoint: string, region: string) {
  return {
    endpoint,
    region,
    requestHandler: http.requestHandler,
    sha256: WebSha256,
    // A repeated request would send the same token code again, and a code is good for one use.
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
