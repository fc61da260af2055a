/**
 * Asks AWS's federation endpoint for the token that signs a browser in.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 *
 * @module
 */

import { answerBytes, answerDate, answerJson, UnusableAnswer } from "../aws/answer.ts";
import { readCaBundle } from "../aws/ca_bundle.ts";
import { deadlined } from "../aws/call.ts";
import { hostOf } from "../aws/failed_call.ts";
import type { Context } from "../context.ts";
import { Secret, type SessionCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { query } from "./login_url.ts";

/** What is asked for. */
export interface SigninTokenRequest {
  /** The URL of the sign-in service, without a final slash. */
  readonly signIn: string;
  /** A session of a role, or of a federated user: AWS takes no other. */
  readonly credentials: Pick<
    SessionCredentials,
    "accessKeyId" | "secretAccessKey" | "sessionToken"
  >;
  /** How long the console is to last; most sessions do not take it. */
  readonly sessionDuration?: number | undefined;
  /** A file of certificates to trust besides the built-in ones. */
  readonly caBundle?: string | undefined;
  /** What to do when AWS refuses the session. */
  readonly refusedHint: string;
}

const action = "getSigninToken";

/**
 * Returns the token, which is good for fifteen minutes and worth as much as the session.
 *
 * @throws StsmfaError `RequestRefused`, `Throttled`; `NetworkUnreachable`, `NetworkTimeout`,
 * `ServiceUnavailable`
 */
export async function signinToken(context: Context, request: SigninTokenRequest): Promise<Secret> {
  const { signIn, credentials, sessionDuration, caBundle } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const session = JSON.stringify({
    sessionId: accessKeyId,
    sessionKey: secretAccessKey.reveal(),
    sessionToken: sessionToken.reveal(),
  });
  const url = `${signIn}/federation?${
    query({
      Action: action,
      ...(sessionDuration !== undefined && { SessionDuration: String(sessionDuration) }),
      Session: session,
    })
  }`;
  const caCerts = await readCaBundle(context, caBundle);
  let serverTime: Date | undefined;
  const about = {
    action,
    endpoint: signIn,
    // An error of the network may name the URL.
    secrets: [secretAccessKey, sessionToken, new Secret(url), new Secret(session)],
  };
  return await deadlined(context, { serverTime: () => serverTime }, about, async (signal) => {
    const headers = { accept: "application/json" };
    const response = await context.fetch(url, { method: "GET", headers, signal, caCerts });
    serverTime = answerDate(response.headers);
    if (response.status === 200) return tokenIn(await answerBytes(response));
    throw refusal(response.status, request);
  });
}

/** AWS has never promised a content type, so that the text alone says whether it is an answer. */
function tokenIn(bytes: Uint8Array): Secret {
  const answer = answerJson(new TextDecoder().decode(bytes));
  const token = Object(answer).SigninToken;
  if (typeof token === "string" && /^[!-~]{8,65536}$/.test(token)) return new Secret(token);
  throw new UnusableAnswer("it has no token");
}

/**
 * Returns an error of ours where AWS refuses the session, which it does with status 400; else one
 * that `aws/errors.ts` reads: others come from what stands between us.
 */
function refusal(status: number, { signIn, refusedHint }: SigninTokenRequest): Error {
  if (status === 400) {
    return new StsmfaError(
      "RequestRefused",
      `${hostOf(signIn)} does not sign in with this session (HTTP 400)`,
      { hint: refusedHint },
    );
  }
  const name = status === 429 ? "TooManyRequestsException" : "Unknown";
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
}
