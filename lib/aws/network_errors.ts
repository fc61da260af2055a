/**
 * Turns failures of the network into errors that say what to do.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { UnusableAnswer } from "./answer.ts";
import { type FailedCall, hostOf, withoutRequest, withoutSecrets } from "./failed_call.ts";

/** The hint for an answer that is not AWS's. */
export const strangerHint = "check for a proxy, a Wi-Fi sign-in page or AWS_ENDPOINT_URL";

/** Returns the error to show if there was no answer, or none that can be used. */
export function networkError(
  error: unknown,
  call: Omit<FailedCall, "credentials">,
): StsmfaError {
  const host = hostOf(call.endpoint);
  const again = call.tokenCode === undefined
    ? "try again"
    : "wait for the next code and try again: this one may be used up";
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
        ? "few regions have FIPS endpoints: check use_fips_endpoint and the region"
        : "check the network, the region (--region) and HTTPS_PROXY"
      : `check the network and HTTPS_PROXY, then ${again}`,
    cause: withoutRequest(error),
  });
}

/** Returns the innermost message, without the address that Deno puts before it. */
export function networkReason(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  const message = inner instanceof Error ? inner.message : String(inner);
  return message.replace(/^.*?url \(.*?\): ?/, "").replace(/^client error \(\w+\): /, "");
}

/** Reports whether Deno itself denied the request. */
export function isMissingPermission(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}

/** Reports whether we, or a deadline of ours, aborted the request. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
