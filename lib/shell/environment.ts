/**
 * A session as environment variables, and the variables that must not be set with it.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 *
 * @module
 */

import type { Environment, EnvironmentChanges } from "../context.ts";
import { formatExpiration, type ProvidedCredentials } from "../credentials.ts";

/** Names that tools older than the SDKs read, with the names that SDKs read. */
const standardNames = {
  AWS_ACCESS_KEY: "AWS_ACCESS_KEY_ID",
  AWS_SECRET_KEY: "AWS_SECRET_ACCESS_KEY",
  AWS_DELEGATION_TOKEN: "AWS_SESSION_TOKEN",
  AWS_SECURITY_TOKEN: "AWS_SESSION_TOKEN",
} as const;
const legacyNames = Object.keys(standardNames) as (keyof typeof standardNames)[];

/** Variables by which other tools tell prompts whose session a shell has. */
const otherMarks = ["AWS_VAULT"];

/**
 * Variables by which `stsmfa use` records whose session a shell has and what it set; for the keys,
 * only their id, which is not secret.
 */
const nameVariable = "STSMFA_PROFILE";
const keyMark = "STSMFA_SET_KEY";
const regionMark = "STSMFA_SET_REGION";
const marks = [nameVariable, regionMark, keyMark];

const regionNames = ["AWS_REGION", "AWS_DEFAULT_REGION"];

const sessionNames = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
];

/** A session, with its profile and region. */
export interface EnvironmentSession {
  readonly profile: string;
  readonly credentials: ProvidedCredentials;
  readonly region: string | undefined;
}

/** What to set besides the variables of the SDKs. */
export interface SessionEnvironmentOptions {
  /** The names that old tools read. */
  readonly legacy: boolean;
  /** The variables that `stsmfa use` and prompts read. */
  readonly marks: boolean;
}

/**
 * Returns the changes that make every SDK use the session and nothing else. botocore prefers
 * AWS_SECURITY_TOKEN to the session's own token; the JavaScript SDK prefers AWS_PROFILE to all
 * keys.
 *
 * @param env the current environment
 */
export function sessionEnvironment(
  env: Environment,
  { profile, credentials, region }: EnvironmentSession,
  { legacy, marks: isMarked }: SessionEnvironmentOptions,
): EnvironmentChanges {
  const { accessKeyId } = credentials;
  const secretAccessKey = credentials.secretAccessKey.reveal();
  const sessionToken = credentials.sessionToken?.reveal();
  const { expiration } = credentials;
  const set: Record<string, string> = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    ...(expiration && { AWS_CREDENTIAL_EXPIRATION: formatExpiration(expiration) }),
    ...(region !== undefined && { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...(legacy && {
      AWS_ACCESS_KEY: accessKeyId,
      AWS_SECRET_KEY: secretAccessKey,
      ...(sessionToken !== undefined && {
        AWS_DELEGATION_TOKEN: sessionToken,
        AWS_SECURITY_TOKEN: sessionToken,
      }),
    }),
    ...(isMarked && {
      [nameVariable]: profile,
      [keyMark]: accessKeyId,
      ...(region !== undefined && { [regionMark]: region }),
    }),
  };
  const unset = [
    ...sessionNames,
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    ...[...legacyNames, ...otherMarks, ...marks].filter((name) => env.has(name)),
    ...markedRegions(env),
  ];
  return { set, unset: [...new Set(unset)].filter((name) => !Object.hasOwn(set, name)) };
}

/** Returns the changes that remove what `stsmfa env` sets, including its region. */
export function withoutSession(env: Environment): EnvironmentChanges {
  const hasMarks = marks.some((name) => env.get(name) !== undefined);
  const regions = hasMarks ? markedRegions(env) : regionNames;
  return { set: {}, unset: [...sessionNames, ...legacyNames, ...regions, ...marks] };
}

/** What `stsmfa use` or `unset` does to one variable of a shell. */
export type VariableChange =
  | { readonly kind: "set"; readonly name: string; readonly value: string }
  | { readonly kind: "remove"; readonly name: string }
  /** Removes a variable if it has the same value as another one that is set. */
  | { readonly kind: "removeIfLike"; readonly name: string; readonly other: string }
  /**
   * Restores the value from before an earlier `use`, if the variable is still as that left it. In a
   * shell that remembers no `use` ({@link memory}), removes what one set in a parent shell.
   */
  | { readonly kind: "restore"; readonly name: string; readonly isInherited: boolean };

/** A shell remembers this variable's old value from its first `use` to the end of `unset`. */
export const memory = keyMark;

/** Returns what `stsmfa use` does, after any earlier ones. The shell remembers what it replaces. */
export function useChanges(
  env: Environment,
  session: EnvironmentSession,
  { legacy }: Pick<SessionEnvironmentOptions, "legacy">,
): VariableChange[] {
  const { set, unset } = sessionEnvironment(env, session, { legacy, marks: true });
  const remove = (name: string): VariableChange => ({ kind: "remove", name });
  const others = unset.filter((name) => ![regionMark, ...regionNames].includes(name));
  return [
    ...Object.entries(set).map(([name, value]): VariableChange => ({ kind: "set", name, value })),
    ...others.map(remove),
    ...(session.region !== undefined ? [] : [
      ...[regionMark, ...regionNames].map((name): VariableChange => ({
        kind: "restore",
        name,
        isInherited: false,
      })),
      ...regionNames.map((name): VariableChange => ({
        kind: "removeIfLike",
        name,
        other: regionMark,
      })),
      remove(regionMark),
    ]),
  ];
}

/** Returns what `stsmfa unset` does. */
export function unsetChanges(env: Environment): VariableChange[] {
  const id = env.get("AWS_ACCESS_KEY_ID");
  const isOurs = id !== undefined && env.get(keyMark) === id;
  const copies = legacyNames.filter((name) => env.get(name) === env.get(standardNames[name]));
  const inherited = [
    ...(isOurs ? [...sessionNames, ...copies] : []),
    ...markedRegions(env),
    ...(env.get(keyMark) === undefined ? [] : marks),
  ];
  return [
    ...sessionNames,
    ...legacyNames,
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    ...otherMarks,
    ...regionNames,
    ...marks,
  ].map((name) => ({ kind: "restore", name, isInherited: inherited.includes(name) }));
}

/** Returns the region variables that still have the value that `stsmfa use` set. */
function markedRegions(env: Environment): string[] {
  const mark = env.get(regionMark);
  return mark === undefined ? [] : regionNames.filter((name) => env.get(name) === mark);
}

/** The session in an environment. */
export interface EnvironmentState {
  /** The profile, if `stsmfa use` set it. */
  readonly profile: string | undefined;
  readonly accessKeyId: string | undefined;
  /** As written in the variable. */
  readonly expiration: string | undefined;
  readonly region: string | undefined;
}

/** Reads the session in an environment. */
export function environmentState(env: Environment): EnvironmentState {
  const accessKeyId = env.get("AWS_ACCESS_KEY_ID");
  const isOurs = accessKeyId !== undefined && env.get(keyMark) === accessKeyId;
  return {
    profile: isOurs ? env.get(nameVariable) : undefined,
    accessKeyId,
    expiration: env.get("AWS_CREDENTIAL_EXPIRATION"),
    region: env.get("AWS_REGION") ?? env.get("AWS_DEFAULT_REGION"),
  };
}
