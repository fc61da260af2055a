/**
 * The variables that have to do with a session: its own, those of older tools, and those that would
 * be preferred to it.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 *
 * @module
 */

import type { Environment } from "../context.ts";
import {
  formerRegionMark,
  keyMark,
  markOf,
  profileMark,
  promptMark,
  regionVariables,
  setPrefix,
} from "../profile/marks.ts";
import { clientVariableNames, isClientVariable } from "./client_variables.ts";

/** Names that tools older than the SDKs read, with the names that SDKs read. */
export const standardNames = {
  AWS_ACCESS_KEY: "AWS_ACCESS_KEY_ID",
  AWS_SECRET_KEY: "AWS_SECRET_ACCESS_KEY",
  AWS_DELEGATION_TOKEN: "AWS_SESSION_TOKEN",
  AWS_SECURITY_TOKEN: "AWS_SESSION_TOKEN",
} as const;
export const legacyNames = Object.keys(standardNames) as (keyof typeof standardNames)[];

/** Variables by which other tools tell prompts whose session a shell has, and until when. */
export const otherMarks = [
  promptMark,
  "AWSU_PROFILE",
  "AWSUME_PROFILE",
  "AWSUME_EXPIRATION",
  "AWS_SSO_PROFILE",
  "AWS_SESSION_EXPIRATION",
];

/** Marks of every session and of its region. */
export const marks = [
  profileMark,
  ...regionVariables.map(markOf),
  ...regionVariables.map(formerRegionMark),
  keyMark,
];

export const sessionNames = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
];

/**
 * Other ways to credentials: some SDK prefers each of them, to the session or once that has ended,
 * or takes a part of it for a part of the session.
 */
export const otherCredentials = [
  "AMAZON_ACCESS_KEY_ID",
  "AMAZON_SECRET_ACCESS_KEY",
  "AMAZON_SESSION_TOKEN",
  "AWS_ACCOUNT_ID",
  "AWS_CREDENTIAL_SCOPE",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/** Variables that are removed even where we see them unset: a shell may have them all the same. */
export const profileNames = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/** Returns the settings of SDKs that an earlier session has set, whatever they are by now. */
export function givenVariables(env: Environment): string[] {
  const marked = Object.keys(env.startingWith(setPrefix))
    .map((mark) => `AWS_${mark.slice(setPrefix.length)}`);
  // A mark may be empty.
  const known = clientVariableNames.filter((name) => env.has(markOf(name)));
  return [...new Set([...known, ...marked.filter(isClientVariable)])];
}
