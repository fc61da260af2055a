/**
 * The real network. Loaded with the first request.
 *
 * @module
 */

import { answerBytes, UnusableAnswer } from "../aws/answer.ts";
import type { FetchOptions } from "../context.ts";

/**
 * Needs the permission net.
 *
 * @throws UnusableAnswer for an answer that is too large, or has a status that does not exist
 */
export async function systemFetch(url: string, options: FetchOptions): Promise<Response> {
  const { caCerts, body, headers, isDirect, ...init } = options;
  // A separate client for each request: on a reused connection, Deno's fetch silently sends a
  // request a second time when the server closes it, and a token code is good for one use.
  using client = isDirect && url.startsWith("http:")
    ? directClient(new URL(url))
    : Deno.createHttpClient(caCerts === undefined ? {} : { caCerts: [...caCerts] });
  const response = await fetch(url, {
    ...init,
    // An uncompressed answer is no larger than what was sent.
    headers: { ...headers, "accept-encoding": "identity" },
    redirect: "manual",
    client,
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  // fetch passes on any three digits, but a Response takes only those of HTTP.
  if (response.status < 200 || response.status > 599) {
    throw new UnusableAnswer(`its status is ${response.status}`);
  }
  // Read before the client is closed.
  const content = await answerBytes(response);
  return new Response(content.byteLength === 0 ? null : content, {
    status: response.status,
    headers: response.headers,
  });
}

/** Returns a client that knows no proxy. */
function directClient({ hostname, port }: URL): Deno.HttpClient {
  const proxy = { transport: "tcp", hostname, port: Number(port || 80) } as const;
  try {
    return Deno.createHttpClient({ proxy });
  } catch (error) {
    // Deno before 2.5.6 cannot say that there is no proxy.
    const variables = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    if (variables.some((name) => Deno.env.has(name))) {
      throw new Error("Deno 2.5.6 or later is needed to pass by HTTP_PROXY", { cause: error });
    }
    return Deno.createHttpClient({});
  }
}
