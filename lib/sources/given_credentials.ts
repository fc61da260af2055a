/**
 * Checks credentials that others have given, before anything is signed with them or they are put
 * anywhere. Pure.
 *
 * @module
 */

import {
  formatExpiration,
  parseExpiration,
  type ProvidedCredentials,
  Secret,
} from "../credentials.ts";
import type { ErrorCode, StsmfaError } from "../errors.ts";

/** The values of credentials, by what their giver calls them, such as `AccessKeyId`. */
export interface GivenNames {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: string;
  readonly accountId: string;
}

/** What is wrong with given credentials. */
export type GivenProblem = (
  problem: string,
  code: Extract<ErrorCode, "InvalidSetting" | "SessionExpired">,
) => StsmfaError;

/**
 * Returns the credentials, if they are complete, fit into a request and have not expired. What is
 * `null` or absent was not given; so was an empty token or account.
 *
 * @param values by the giver's names
 * @param isSession whether a token and an expiration must be there
 * @param problemOf makes an error of what is wrong, which names the value and never repeats it
 */
export function givenCredentials(
  values: Readonly<Record<string, unknown>>,
  names: GivenNames,
  now: Date,
  problemOf: GivenProblem,
  isSession = false,
): ProvidedCredentials {
  const text = (key: keyof GivenNames, shape: RegExp, isOptional: boolean) => {
    const name = names[key];
    const value = Object.hasOwn(values, name) ? values[name] ?? undefined : undefined;
    // An expiration that is there and empty is none that SDKs can read.
    if (isOptional && (value === undefined || value === "" && key !== "expiration")) {
      return undefined;
    }
    if (value === undefined) throw problemOf(`${name} is missing`, "InvalidSetting");
    if (typeof value === "string" && shape.test(value)) return value;
    throw problemOf(`${name} is not in AWS's format`, "InvalidSetting");
  };
  const accessKeyId = text("accessKeyId", /^[\w.-]{1,128}$/, false)!;
  const secretAccessKey = text("secretAccessKey", /^[!-~]{1,1024}$/, false)!;
  const sessionToken = text("sessionToken", /^[!-~]{1,16384}$/, !isSession);
  const end = text("expiration", /^[^]{0,64}$/, !isSession);
  const accountId = text("accountId", /^[\w-]{1,64}$/, true);
  const expiration = end === undefined ? undefined : zonedTime(end);
  if (end !== undefined && expiration === undefined) {
    throw problemOf(
      `${names.expiration} is not a time such as 2026-01-02T03:04:05Z`,
      "InvalidSetting",
    );
  }
  if (expiration !== undefined && expiration <= now) {
    throw problemOf(`they have expired, at ${formatExpiration(expiration)}`, "SessionExpired");
  }
  return {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    ...(sessionToken !== undefined && { sessionToken: new Secret(sessionToken) }),
    ...(expiration && { expiration }),
    ...(accountId !== undefined && { accountId }),
  };
}

/** Returns a time that says its zone; without one, botocore cannot tell when it is. */
function zonedTime(text: string): Date | undefined {
  return /(?:Z|UTC|[+-]\d\d:?\d\d)$/i.test(text) ? parseExpiration(text) : undefined;
}
