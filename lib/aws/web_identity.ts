/**
 * Assumes a role with the token of an identity provider. Such a call is not signed: the token alone
 * proves who asks.
 *
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { Secret, SessionCredentials } from "../credentials.ts";
import { type ErrorCode, StsmfaError } from "../errors.ts";
import type { Profile } from "../profile/profile.ts";
import { deadlined } from "./call.ts";
import { hostOf, withoutRequest, withoutSecrets } from "./failed_call.ts";
import { awsHttp, clientConfig } from "./http.ts";
import { sessionOf } from "./session_answer.ts";

/** A role, and the token to assume it with. */
export interface WebIdentityRequest {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly webIdentityToken: Secret;
  /** Where the token is, for errors. */
  readonly tokenFile: string;
}

/** No duration is asked for: AWS gives an hour, others what they like, but no role lasts longer. */
const mostSeconds = 43_200;

/**
 * Assumes the role. Needs the permission net; loads the AWS SDK.
 *
 * @throws StsmfaError if AWS refuses or the network fails; never repeats the token
 */
export async function assumeRoleWithWebIdentity(
  context: Context,
  { endpoints }: Pick<Profile, "endpoints">,
  { roleArn, roleSessionName, webIdentityToken, tokenFile }: WebIdentityRequest,
): Promise<SessionCredentials> {
  const { AssumeRoleWithWebIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const action = "AssumeRoleWithWebIdentity";
  const { value: endpoint, signingRegion } = endpoints.sts;
  const http = awsHttp(context, endpoints.caBundle?.value);
  const secrets = [webIdentityToken];
  return await deadlined(
    context,
    http,
    { action, endpoint, secrets, roleArn },
    async (abortSignal) => {
      const command = new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: roleSessionName,
        WebIdentityToken: webIdentityToken.reveal(),
      });
      const client = new STSClient(clientConfig(context, http, endpoint, signingRegion));
      await client.send(command, { abortSignal }).catch((error) => {
        if (!http.isAnswered()) throw tokenRefusal(error, tokenFile, webIdentityToken) ?? error;
      });
      return sessionOf(http.result(action), { durationSeconds: mostSeconds, roleArn }, {
        serverTime: http.serverTime(),
        now: context.clock.now(),
        host: hostOf(endpoint),
      });
    },
  );
}

const codes: Readonly<Record<string, ErrorCode>> = {
  ExpiredToken: "SessionExpired",
  ExpiredTokenException: "SessionExpired",
  InvalidIdentityToken: "RequestRefused",
  InvalidIdentityTokenException: "RequestRefused",
  IDPRejectedClaim: "AccessDenied",
  IDPRejectedClaimException: "AccessDenied",
};

/** Returns the error if it is the token that AWS refuses. */
function tokenRefusal(
  error: unknown,
  tokenFile: string,
  token: Secret,
): StsmfaError | undefined {
  const { name, message } = error as Error;
  const code = Object.hasOwn(codes, name) ? codes[name]! : undefined;
  if (code === undefined) return undefined;
  const said = withoutSecrets(message, { secrets: [token] });
  return new StsmfaError(
    code,
    code === "SessionExpired"
      ? `the token in ${tokenFile} has expired`
      : `AWS refused the token in ${tokenFile}: ${said}`,
    {
      hint: code === "SessionExpired"
        ? "get a new token from whatever writes it"
        : "compare the token's issuer and audience with the identity provider in IAM",
      cause: withoutRequest(error),
    },
  );
}
