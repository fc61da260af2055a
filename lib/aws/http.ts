/**
 * Sends the SDK's requests with the context's fetch, so that proxies, certificates, deadline and
 * tests work the same for every service. Answers are parsed here; the SDK's own result is ignored.
 *
 * @module
 */

import type { HttpHandler } from "@smithy/core/protocols";
import type { Context, FetchOptions } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { answerDate, answerText, UnusableAnswer } from "./answer.ts";
import { WebSha256 } from "./sha256.ts";
import { childOf, readXml, textOf, type XmlElement } from "./xml.ts";

/** One call to a service that speaks the query protocol. */
export interface AwsHttp {
  /** The handler for an SDK client. */
  readonly requestHandler: HttpHandler;
  /** Sends a request that is signed already. */
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<void>;
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
  /**
   * Makes sure that AWS has answered an action that has no result.
   *
   * @throws UnusableAnswer if that was not AWS's answer to this action
   */
  checkDone(action: string): void;
}

/** Prepares a call. */
export function awsHttp(context: Context, caBundle: string | undefined): AwsHttp {
  let serverTime: Date | undefined;
  let document: XmlElement | undefined;
  const checkDone = (action: string) => {
    if (document?.name === `${action}Response`) return;
    throw new UnusableAnswer("it is an answer to something else");
  };
  const send = async (url: string, options: Omit<FetchOptions, "caCerts">) => {
    const caCerts = caBundle === undefined ? undefined : await certificates(context, caBundle);
    const response = await context.fetch(url, { ...options, caCerts });
    serverTime = answerDate(response.headers);
    if (response.status !== 200) throw await fault(response);
    document = readXml(await answerText(response, "XML"));
  };
  return {
    checkDone,
    post: async (url, headers, body, signal) => {
      await send(url, { method: "POST", headers, body, signal });
    },
    serverTime: () => serverTime,
    isAnswered: () => document !== undefined,
    result: (action) => {
      checkDone(action);
      const result = childOf(document, `${action}Result`);
      if (result !== undefined) return result;
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
        const signal = options?.abortSignal as AbortSignal;
        await send(url, { method, headers: sent, body, signal });
        // The SDK would load its own parser to read what nobody asks it for.
        return { response: { statusCode: 200, headers: {}, body: new Uint8Array() } };
      },
    },
  };
}

async function certificates(context: Context, path: string) {
  const { readCaBundle } = await importLazily<typeof import("./ca_bundle.ts")>(
    "./ca_bundle.ts",
    import.meta.url,
  );
  return await readCaBundle(context, path);
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
