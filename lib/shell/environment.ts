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
  keyMark,
  markOf,
  personsRegion,
  profileMark,
  promptMark,
  promptMarkOf,
  regionVariables,
} from "../profile/marks.ts";
import {
  givenVariables,
  legacyNames,
  marks,
  otherCredentials,
  otherMarks,
  profileNames,
  sessionNames,
} from "./variable_names.ts";

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
export function regionToSet(
  { region, isOwnRegion, client }: EnvironmentSession,
): string | undefined {
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
