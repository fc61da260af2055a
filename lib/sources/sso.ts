/**
 * Credentials of a role in IAM Identity Center: `sso_session`, or `sso_start_url` alone.
 *
 * Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
 *
 * @module
 */

import { UnusableAnswer } from "../aws/answer.ts";
import { hostOf } from "../aws/failed_call.ts";
import { jsonCall, type JsonFault } from "../aws/json_call.ts";
import type { Context } from "../context.ts";
import type { ProvidedCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { clockHint } from "../hint_words.ts";
import type { SsoSource } from "../profile/others_source.ts";
import { signInEndpoint } from "./endpoint.ts";
import { givenCredentials, type GivenNames } from "./given_credentials.ts";
import { settingName, type SourceOptions } from "./options.ts";
import { checkSsoToken, expired, ssoAccessToken } from "./sso_token.ts";

/**
 * Checks what can be known before IAM Identity Center is asked.
 *
 * @throws StsmfaError `InvalidSetting`, `SessionExpired`
 */
export async function checkSso(context: Context, source: SsoSource): Promise<void> {
  checkSettings(source);
  await checkSsoToken(context, source);
}

const names: GivenNames = {
  accessKeyId: "accessKeyId",
  secretAccessKey: "secretAccessKey",
  sessionToken: "sessionToken",
  expiration: "expiration",
  accountId: "accountId",
};

/**
 * Gets the role's credentials with the sign-in that `aws sso login` keeps; renews that if it can be.
 *
 * @throws StsmfaError `SessionExpired` with the command that signs in, and if AWS refuses or the
 * network fails
 */
export async function ssoCredentials(
  context: Context,
  source: SsoSource,
  options: SourceOptions,
): Promise<ProvidedCredentials> {
  checkSettings(source);
  const token = await ssoAccessToken(context, source, options);
  const { accountId, roleName, ssoRegion, section } = source;
  const { connection, files, profile = section } = options;
  const endpoint = signInEndpoint(files, context.env, profile, "sso", ssoRegion);
  const query = new URLSearchParams({ role_name: roleName, account_id: accountId });
  return await jsonCall(context, {
    action: "GetRoleCredentials",
    method: "GET",
    url: `${endpoint}/federation/credentials?${query}`,
    headers: { "x-amz-sso_bearer_token": token.reveal() },
    secrets: [token],
    caBundle: connection.endpoints.caBundle?.value,
    refusal: (fault) => refusalOf(fault, source),
    read: (answer) => {
      const given = Object(answer["roleCredentials"]);
      const { expiration } = given;
      const end = Number.isSafeInteger(expiration) ? new Date(expiration) : undefined;
      if (end === undefined || Number.isNaN(end.getTime())) {
        throw new UnusableAnswer("expiration is no time");
      }
      const values = { ...given, expiration: end.toISOString(), accountId };
      return givenCredentials(values, names, context.clock.now(), (problem, code) => {
        if (code === "InvalidSetting") throw new UnusableAnswer(problem);
        return new StsmfaError(
          "ClockSkew",
          `the new credentials from ${
            hostOf(endpoint)
          } have expired already by this machine's clock`,
          { hint: clockHint },
        );
      }, true);
    },
  });
}

function refusalOf({ status, name }: JsonFault, source: SsoSource): StsmfaError | undefined {
  const { accountId, roleName, section, origin } = source;
  if (name === "UnauthorizedException" || status === 401) return expired(source);
  if (name !== "ForbiddenException" && name !== "ResourceNotFoundException") return undefined;
  return new StsmfaError(
    "AccessDenied",
    `${
      settingName(origin, section)
    }: IAM Identity Center gives you no role ${roleName} in account ${accountId}`,
    { hint: "look at the accounts and roles at your start URL, and correct the profile" },
  );
}

/** What would not fit into the host's name or into the request. */
function checkSettings({ origin, section, ssoRegion, accountId, roleName }: SsoSource): void {
  const problem = !/^[a-z\d-]{1,32}$/.test(ssoRegion)
    ? `sso_region = ${ssoRegion} is not a region`
    : !/^\d{12}$/.test(accountId)
    ? `sso_account_id = ${accountId} does not have 12 digits`
    : !/^[\w+=,.@-]{1,32}$/.test(roleName)
    ? `sso_role_name = ${roleName} is not a role of IAM Identity Center`
    : undefined;
  if (problem === undefined) return;
  throw new StsmfaError("InvalidSetting", `${settingName(origin, section)}: ${problem}`);
}
