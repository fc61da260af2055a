/**
 * A session as environment variables, and what must not stand beside them.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 *
 * @module
 */

import type { Environment, EnvironmentChanges } from "../context.ts";
import { formatExpiration, type SessionCredentials } from "../credentials.ts";

/** Names that tools older than the SDKs read. */
const legacyNames = [
  "AWS_ACCESS_KEY",
  "AWS_SECRET_KEY",
  "AWS_DELEGATION_TOKEN",
  "AWS_SECURITY_TOKEN",
] as const;

/** Variables with which `stsmfa use` marks whose session a shell has, and the region it set. */
const nameVariable = "STSMFA_PROFILE";
const regionMark = "STSMFA_SET_REGION";

const regionNames = ["AWS_REGION", "AWS_DEFAULT_REGION"];

const sessionNames = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
];

/** Whose session it is, and where. */
export interface EnvironmentSession {
  readonly profile: string;
  readonly credentials: SessionCredentials;
  readonly region: string | undefined;
}

/** What is set beside the variables of the SDKs. */
export interface SessionEnvironmentOptions {
  /** The names of old tools. */
  readonly legacy: boolean;
  /** What `stsmfa use` and prompts read. */
  readonly marks: boolean;
}

/**
 * The changes that make every SDK use the session and nothing else. botocore prefers
 * AWS_SECURITY_TOKEN to the session's own token, JavaScript's SDK AWS_PROFILE to all keys.
 *
 * @param env what is set now
 */
export function sessionEnvironment(
  env: Environment,
  { profile, credentials, region }: EnvironmentSession,
  { legacy, marks }: SessionEnvironmentOptions,
): EnvironmentChanges {
  const { accessKeyId } = credentials;
  const secretAccessKey = credentials.secretAccessKey.reveal();
  const sessionToken = credentials.sessionToken.reveal();
  const set: Record<string, string> = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CREDENTIAL_EXPIRATION: formatExpiration(credentials.expiration),
    ...(region !== undefined && { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...(legacy && {
      AWS_ACCESS_KEY: accessKeyId,
      AWS_SECRET_KEY: secretAccessKey,
      AWS_DELEGATION_TOKEN: sessionToken,
      AWS_SECURITY_TOKEN: sessionToken,
    }),
    ...(marks &&
      { [nameVariable]: profile, ...(region !== undefined && { [regionMark]: region }) }),
  };
  const unset = [
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    ...[...legacyNames, nameVariable, regionMark].filter((name) => env.get(name) !== undefined),
    ...markedRegions(env),
  ];
  return { set, unset: [...new Set(unset)].filter((name) => !Object.hasOwn(set, name)) };
}

/**
 * The changes that take a session away again, the variables of its region among them. A region
 * without a mark is the session's only where sessions are set without marks.
 */
export function withoutSession(
  env: Environment,
  { marks }: Pick<SessionEnvironmentOptions, "marks">,
): EnvironmentChanges {
  const hasMarks = env.get(regionMark) !== undefined || env.get(nameVariable) !== undefined;
  const regions = marks || hasMarks ? markedRegions(env) : regionNames;
  return {
    set: {},
    unset: [...sessionNames, ...legacyNames, ...regions, nameVariable, regionMark],
  };
}

/** The region variables that still have the value that `stsmfa use` gave them. */
function markedRegions(env: Environment): string[] {
  const mark = env.get(regionMark);
  return mark === undefined ? [] : regionNames.filter((name) => env.get(name) === mark);
}

/** What an environment says of the session in it. */
export interface EnvironmentState {
  /** The profile, if `stsmfa use` set it. */
  readonly profile: string | undefined;
  readonly accessKeyId: string | undefined;
  /** As it is written there. */
  readonly expiration: string | undefined;
  readonly region: string | undefined;
}

/** Reads the session that an environment holds. */
export function environmentState(env: Environment): EnvironmentState {
  return {
    profile: env.get(nameVariable),
    accessKeyId: env.get("AWS_ACCESS_KEY_ID"),
    expiration: env.get("AWS_CREDENTIAL_EXPIRATION"),
    region: env.get("AWS_REGION") ?? env.get("AWS_DEFAULT_REGION"),
  };
}
