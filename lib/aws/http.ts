/**
 * Carries the SDK's requests over the context's fetch, so that proxies, certificates, deadline and
 * tests work the same for every service, and notes what the SDK does not tell: AWS's time.
 *
 * @module
 */

import type { HttpHandler } from "@smithy/core/protocols";
import type { Context } from "../context.ts";
import { readCaBundle } from "./ca_bundle.ts";
import { WebSha256 } from "./sha256.ts";

/** One conversation with a service. */
export interface AwsHttp {
  /** To be given to an SDK client. */
  readonly requestHandler: HttpHandler;
  /** The time of AWS's last answer, from its `Date` header. */
  serverTime(): Date | undefined;
}

/** Prepares a conversation. */
export function awsHttp(context: Context, caBundle: string | undefined): AwsHttp {
  let serverTime: Date | undefined;
  return {
    serverTime: () => serverTime,
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
        const date = Date.parse(response.headers.get("date") ?? "");
        serverTime = Number.isNaN(date) ? undefined : new Date(date);
        return {
          response: {
            statusCode: response.status,
            headers: Object.fromEntries(response.headers),
            body: new Uint8Array(await response.arrayBuffer()),
          },
        };
      },
    },
  };
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
