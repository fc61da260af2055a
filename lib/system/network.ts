/**
 * The real network. Loaded with the first request.
 *
 * @module
 */

import { answerBytes, UnusableAnswer } from "../aws/answer.ts";
import type { FetchOptions } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { valueOf, withVariables } from "./own_variables.ts";

/**
 * Needs the permission net.
 *
 * @throws UnusableAnswer for an answer that is too large, or has a status that does not exist
 */
export async function systemFetch(url: string, options: FetchOptions): Promise<Response> {
  const { caCerts, body, headers, isDirect, ...init } = options;
  // A separate client for each request: on a reused connection, Deno's fetch silently sends a
  // request a second time when the server closes it, and a token code is good for one use.
  using client = (isDirect || await isExcepted(new URL(url)) ? pastProxies : now)(
    new URL(url).hostname,
    () => Deno.createHttpClient(caCerts === undefined ? {} : { caCerts: [...caCerts] }),
  );
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

function now<T>(_host: string, act: () => T): T {
  return act();
}

/** Reports whether the person has a request go past the proxy, in words the runtime may not know. */
async function isExcepted(url: URL): Promise<boolean> {
  const values = ["NO_PROXY", "no_proxy"].flatMap((name) => valueOf(name) || []);
  if (values.length === 0) return false;
  const { isNamedIn } = await importLazily<typeof import("./no_proxy.ts")>(
    "./no_proxy.ts",
    import.meta.url,
  );
  return values.some((value) => isNamedIn(value, url));
}

/**
 * Acts while NO_PROXY names a host. Only a client that is made then passes proxies by; nothing else
 * runs meanwhile.
 */
function pastProxies<T>(host: string, act: () => T): T {
  const proxies = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
  ];
  if (!proxies.some((name) => Deno.env.has(name))) return act();
  const named = `${host},${host.replace(/^\[|\]$/g, "")}`;
  return withVariables({ set: { NO_PROXY: named, no_proxy: named }, unset: [] }, act);
}
