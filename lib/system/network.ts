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
 * @throws UnusableAnswer for an answer that is too large, or has a status that there is not
 */
export async function systemFetch(url: string, options: FetchOptions): Promise<Response> {
  const { caCerts, body, headers, ...init } = options;
  // A client of its own for each request: on a connection that is used again, Deno's fetch sends a
  // request a second time, unasked, when the server closes it, and a token code is good for one use.
  using client = Deno.createHttpClient(caCerts === undefined ? {} : { caCerts: [...caCerts] });
  const response = await fetch(url, {
    ...init,
    // What is not compressed is no larger than what was sent.
    headers: { ...headers, "accept-encoding": "identity" },
    redirect: "manual",
    client,
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  // The runtime hands on any three digits, and knows a Response with those of HTTP alone.
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
