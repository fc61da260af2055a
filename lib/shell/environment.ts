/**
 * A session as environment variables, and the variables that must not be set with it.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 *
 * @module
 */

import type { Environment, EnvironmentChanges } from "../context.ts";
import { formatExpiration, type ProvidedCredentials } from "../credentials.ts";
import {
  formerRegionMark,
  isMarked,
  isNoRegion,
  keyMark,
  markOf,
  personsRegion,
  profileMark,
  promptMark,
  promptMarkOf,
  regionVariables,
  serverVariable,
  setPrefix,
} from "../profile/marks.ts";
import { clientVariableNames, isClientVariable } from "./client_variables.ts";

/** Names that tools older than the SDKs read, with the names that SDKs read. */
const standardNames = {
  AWS_ACCESS_KEY: "AWS_ACCESS_KEY_ID",
  AWS_SECRET_KEY: "AWS_SECRET_ACCESS_KEY",
  AWS_DELEGATION_TOKEN: "AWS_SESSION_TOKEN",
  AWS_SECURITY_TOKEN: "AWS_SESSION_TOKEN",
} as const;
const legacyNames = Object.keys(standardNames) as (keyof typeof standardNames)[];

/** Variables by which other tools tell prompts whose session a shell has, and until when. */
const otherMarks = [
  promptMark,
  "AWSU_PROFILE",
  "AWSUME_PROFILE",
  "AWSUME_EXPIRATION",
  "AWS_SSO_PROFILE",
  "AWS_SESSION_EXPIRATION",
];

/** Marks of every session and of its region. */
const marks = [
  profileMark,
  ...regionVariables.map(markOf),
  ...regionVariables.map(formerRegionMark),
  keyMark,
];

const sessionNames = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
];

/**
 * Other ways to credentials: some SDK prefers each of them, to the session or once that has ended,
 * or takes a part of it for a part of the session.
 */
const otherCredentials = [
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
const profileNames = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/** What SDKs are to have beside a session and its region, so that they are its profile. */
export interface ClientEnvironment {
  /** Variables that `client_variables.ts` knows, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** What to set as the region where nothing names one, to keep that of `[default]` out. */
  readonly noRegion: string | undefined;
}

/** A session, with its profile, its region and what else programs need to be that profile. */
export interface EnvironmentSession {
  readonly profile: string;
  readonly credentials: ProvidedCredentials;
  readonly region: string | undefined;
  /** Whether the region is that of the person's own variables, which stay as they are. */
  readonly isOwnRegion: boolean;
  readonly client: ClientEnvironment;
}

/** What to set besides the variables of the SDKs. */
export interface SessionEnvironmentOptions {
  /** The names that old tools read. */
  readonly legacy: boolean;
  /**
   * Which marks of `marks.ts` to set: all, only those of the settings and the region (then the
   * environment does not say whose session it has), or none.
   */
  readonly marks: "all" | "settings" | "none";
  /** Whether to set {@link promptVariables}, too: where a person types, not for one program. */
  readonly hasPrompt?: boolean;
}

/**
 * Returns the variables by which prompts (starship, powerlevel10k, oh-my-posh) show whose session a
 * shell has, beside AWS_CREDENTIAL_EXPIRATION. aws-vault does not run where they are set.
 */
export function promptVariables(profile: string): Readonly<Record<string, string>> {
  return { [promptMark]: profile };
}

/**
 * Returns the changes that make every SDK be the profile, with the session and nothing else.
 * botocore prefers AWS_SECURITY_TOKEN to the session's own token; the SDK for JavaScript prefers
 * AWS_PROFILE to all keys.
 *
 * @param env the current environment, with what an earlier session has set
 */
export function sessionEnvironment(
  env: Environment,
  session: EnvironmentSession,
  { legacy, marks: which, hasPrompt = false }: SessionEnvironmentOptions,
): EnvironmentChanges {
  const { credentials, client } = session;
  const { accessKeyId, sessionToken, expiration } = credentials;
  const secretAccessKey = credentials.secretAccessKey.reveal();
  const region = regionChanges(env, session);
  const set: Record<string, string> = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken.reveal() }),
    ...(expiration && { AWS_CREDENTIAL_EXPIRATION: formatExpiration(expiration) }),
    ...region.set,
    ...client.variables,
    ...(legacy && {
      AWS_ACCESS_KEY: accessKeyId,
      AWS_SECRET_KEY: secretAccessKey,
      ...(sessionToken && {
        AWS_DELEGATION_TOKEN: sessionToken.reveal(),
        AWS_SECURITY_TOKEN: sessionToken.reveal(),
      }),
    }),
    ...(which !== "none" && {
      ...region.marks,
      ...Object.fromEntries(
        Object.entries(client.variables).map(([name, value]) => [markOf(name), value]),
      ),
    }),
    ...(which === "all" && { [profileMark]: session.profile, [keyMark]: accessKeyId }),
    ...(hasPrompt && promptVariables(session.profile)),
  };
  const given = givenVariables(env);
  const unset = [
    "AWS_SECURITY_TOKEN",
    ...profileNames,
    ...sessionNames,
    ...[...legacyNames, ...otherCredentials, ...otherMarks, ...marks, ...given.map(markOf)]
      .filter((name) => env.has(name)),
    ...[...regionVariables, ...given].filter((name) => isMarked(env, name)),
  ];
  return { set, unset: [...new Set(unset)].filter((name) => !Object.hasOwn(set, name)) };
}

/** Returns the region to set, if it is not the person's own. */
function regionToSet({ region, isOwnRegion, client }: EnvironmentSession): string | undefined {
  return isOwnRegion ? undefined : region ?? client.noRegion;
}

/**
 * Returns what to set for the region, and the marks for it. The person's own stays, or comes back if
 * an earlier session has replaced it; where they have set one variable, the other gets the same,
 * since no SDK reads both alike.
 */
function regionChanges(
  env: Environment,
  session: EnvironmentSession,
): { readonly set: Record<string, string>; readonly marks: Record<string, string> } {
  const region = regionToSet(session);
  const set: Record<string, string> = {};
  const marks: Record<string, string> = {};
  const own = regionVariables.map((name) => personsRegion(env, name));
  for (const [at, name] of regionVariables.entries()) {
    const former = own[at];
    const given = region ?? (former === undefined ? own[1 - at] : undefined);
    if (given !== undefined) {
      set[name] = given;
      marks[markOf(name)] = given;
      if (former !== undefined) marks[formerRegionMark(name)] = former;
    } else if (former !== undefined && former !== env.get(name)) set[name] = former;
  }
  return { set, marks };
}

/** Returns the changes that remove what `stsmfa env` sets, including its region. */
export function withoutSession(env: Environment): EnvironmentChanges {
  const given = givenVariables(env);
  const hasMarks = marks.some((name) => env.get(name) !== undefined);
  const regions = hasMarks
    ? regionVariables.filter((name) => isMarked(env, name))
    : regionVariables;
  const former = regions.flatMap((name) => {
    const value = env.get(formerRegionMark(name));
    return value === undefined ? [] : [[name, value] as const];
  });
  const set = Object.fromEntries(former);
  const unset = [
    ...sessionNames,
    ...legacyNames,
    ...regions,
    ...promptMarkOf(env),
    ...marks,
    ...given.filter((name) => isMarked(env, name)),
    ...given.map(markOf),
  ];
  return { set, unset: unset.filter((name) => !Object.hasOwn(set, name)) };
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
  const { set, unset } = sessionEnvironment(env, session, {
    legacy,
    marks: "all",
    hasPrompt: true,
  });
  const region = regionToSet(session) === undefined ? regionVariables : [];
  const former = [
    ...region,
    ...givenVariables(env).filter((name) => !Object.hasOwn(set, name)),
  ];
  const isOurs = (name: string) => !env.has(name) || isMarked(env, name);
  const withMarks = [...former.map(markOf), ...former.filter(isOurs)];
  return [
    // What the person had comes back first; the shell may know of more than is exported.
    ...withMarks.map((name): VariableChange => ({ kind: "restore", name, isInherited: false })),
    ...former.filter(isOurs)
      .map((name): VariableChange => ({ kind: "removeIfLike", name, other: markOf(name) })),
    ...former.map((name): VariableChange => ({ kind: "remove", name: markOf(name) })),
    ...Object.entries(set).map(([name, value]): VariableChange => ({ kind: "set", name, value })),
    ...unset.filter((name) => !withMarks.includes(name))
      .map((name): VariableChange => ({ kind: "remove", name })),
  ];
}

/** Returns what `stsmfa unset` does. */
export function unsetChanges(env: Environment): VariableChange[] {
  const id = env.get("AWS_ACCESS_KEY_ID");
  const isOurs = id !== undefined && env.get(keyMark) === id;
  const given = givenVariables(env);
  const copies = legacyNames.filter((name) => env.get(name) === env.get(standardNames[name]));
  const inherited = [
    ...(isOurs ? [...sessionNames, ...copies] : []),
    ...(env.get(keyMark) === undefined ? [] : [
      ...[...regionVariables, ...given].filter((name) => isMarked(env, name)),
      ...promptMarkOf(env),
      ...marks,
      ...given.map(markOf),
    ]),
  ];
  const names = new Set([
    ...sessionNames,
    ...legacyNames,
    ...profileNames,
    ...otherCredentials,
    ...otherMarks,
    ...regionVariables,
    ...given,
    ...given.map(markOf),
    // It has to be the last; see memory.
    ...marks,
  ]);
  return [...names].map((name) => ({
    kind: "restore",
    name,
    isInherited: inherited.includes(name),
  }));
}

/** Returns the settings of SDKs that an earlier session has set, whatever they are by now. */
function givenVariables(env: Environment): string[] {
  const marked = Object.keys(env.startingWith(setPrefix))
    .map((mark) => `AWS_${mark.slice(setPrefix.length)}`);
  // A mark may be empty.
  const known = clientVariableNames.filter((name) => env.has(markOf(name)));
  return [...new Set([...known, ...marked.filter(isClientVariable)])];
}

/** The session in an environment. */
export interface EnvironmentState {
  /** The profile, if stsmfa set it. */
  readonly profile: string | undefined;
  readonly accessKeyId: string | undefined;
  /** As written in the variable. */
  readonly expiration: string | undefined;
  readonly region: string | undefined;
  /** Whether programs ask a server of `exec --serve` for it, and no keys are set. */
  readonly isServed: boolean;
}

/**
 * Reads the session in an environment.
 *
 * @param env as it is, with the marks
 */
export function environmentState(env: Environment): EnvironmentState {
  const accessKeyId = env.get("AWS_ACCESS_KEY_ID");
  const isOurs = accessKeyId !== undefined && env.get(keyMark) === accessKeyId;
  const isServed = accessKeyId === undefined && isMarked(env, serverVariable);
  const region = env.get("AWS_REGION") ?? env.get("AWS_DEFAULT_REGION");
  return {
    isServed,
    profile: isOurs || isServed ? env.get(profileMark) : undefined,
    accessKeyId,
    expiration: env.get("AWS_CREDENTIAL_EXPIRATION"),
    region: region !== undefined && isNoRegion(region) ? undefined : region,
  };
}
