/**
 * Turns failures of the network into errors that say what to do.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { UnusableAnswer } from "./answer.ts";
import { type FailedCall, hostOf, NotSent, withoutRequest, withoutSecrets } from "./failed_call.ts";

/** The hint for an answer that is not AWS's. */
export const strangerHint = "check for a proxy, a Wi-Fi sign-in page or AWS_ENDPOINT_URL";

/** Returns the error to show if there was no answer, or none that can be used. */
export function networkError(
  error: unknown,
  call: Omit<FailedCall, "credentials">,
): StsmfaError {
  const host = hostOf(call.endpoint);
  const isSent = !isConnecting(error);
  const again = call.tokenCode === undefined || !isSent
    ? "try again"
    : "wait for the next code and try again, since this one may be used up";
  if (error instanceof UnusableAnswer) {
    return new StsmfaError(
      "ServiceUnavailable",
      `cannot use the answer from ${host} to ${call.action}: ${error.message}`,
      { hint: strangerHint, cause: withoutRequest(error) },
    );
  }
  if (call.timedOut || isAbort(error)) {
    return new StsmfaError("NetworkTimeout", `${host} did not answer ${call.action} in time`, {
      hint: `check the network and HTTPS_PROXY, then ${again}`,
      cause: withoutRequest(error),
    });
  }
  if (isMissingPermission(error)) {
    return new StsmfaError(
      "NetworkUnreachable",
      `Deno was started without the permission to reach ${host}`,
      {
        hint: "run it with: deno run -A",
        cause: withoutRequest(error),
      },
    );
  }
  const reason = withoutSecrets(networkReason(error), call);
  return new StsmfaError("NetworkUnreachable", `cannot reach ${host}: ${reason}`, {
    hint: /certificate|UnknownIssuer/i.test(reason)
      ? "if a proxy inspects traffic: AWS_CA_BUNDLE=/path/to/its/bundle.pem"
      : /resolve|lookup|dns|Name or service/i.test(reason)
      ? /\bfips\b/.test(host)
        ? "check use_fips_endpoint and the region, since few regions have FIPS endpoints"
        : "check the network, the region (--region) and HTTPS_PROXY"
      : `check the network and HTTPS_PROXY, then ${again}`,
    cause: isSent ? withoutRequest(error) : new NotSent(reason),
  });
}

/** Reports whether the connection failed: to the host, to a proxy, or in agreeing on encryption. */
function isConnecting(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each.message.includes("client error (Connect)")) return true;
  }
  return false;
}

/** Returns the innermost message, without the addresses that Deno puts before it. */
export function networkReason(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  const message = inner instanceof Error ? inner.message : String(inner);
  return message.replace(/^error sending request .*? \(.*?\): ?/, "")
    .replace(/^client error \(\w+\): /, "");
}

/** Reports whether Deno itself denied the request. */
export function isMissingPermission(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}

/** Reports whether we, or a deadline of ours, aborted the request. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
