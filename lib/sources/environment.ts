/**
 * Credentials in variables: `credential_source = Environment`. Pure.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import type { ProvidedCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { NamedSource } from "../profile/others_source.ts";
import { givenCredentials, type GivenNames } from "./given_credentials.ts";
import { settingName } from "./options.ts";

const names: GivenNames = {
  accessKeyId: "AWS_ACCESS_KEY_ID",
  secretAccessKey: "AWS_SECRET_ACCESS_KEY",
  sessionToken: "AWS_SESSION_TOKEN",
  expiration: "AWS_CREDENTIAL_EXPIRATION",
  accountId: "AWS_ACCOUNT_ID",
};

/** The older name of the token's variable, which botocore prefers. */
const olderToken = "AWS_SECURITY_TOKEN";

/**
 * Returns the credentials in the variables.
 *
 * @throws StsmfaError `InvalidSetting` if one is missing or cannot be used, `SessionExpired`
 */
export function environmentCredentials(
  env: Environment,
  { origin, section }: NamedSource,
  now: Date,
): ProvidedCredentials {
  const sessionToken = env.get(olderToken) === undefined ? names.sessionToken : olderToken;
  const own = { ...names, sessionToken };
  const values = Object.fromEntries(Object.values(own).map((name) => [name, env.get(name)]));
  return givenCredentials(values, own, now, (problem, code) =>
    new StsmfaError(
      code,
      `${settingName(origin, section)} means the credentials in variables, and ${
        code === "SessionExpired" ? problem : `variable ${problem}`
      }`,
      {
        hint: code === "SessionExpired"
          ? "set AWS_ACCESS_KEY_ID and the other variables again"
          : "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN for a session",
      },
    ));
}
