/**
 * The variables with which programs get a session from a server, instead of keys. Pure.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *
 * @module
 */

import type { Environment, EnvironmentChanges } from "../context.ts";
import type { Secret } from "../credentials.ts";
import { formerConfigMark, isMarked, keyMark, markOf, serverVariable } from "../profile/marks.ts";
import { type EnvironmentSession, sessionEnvironment } from "./environment.ts";

/** Keys win over every server, and no variable may be empty: that is not the same as none. */
const keyNames = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  // A file with keys, which botocore reads first.
  "AWS_CREDENTIAL_FILE",
  keyMark,
];

/** Where programs get their session. */
export interface ServedFrom {
  readonly uri: string;
  readonly token: Secret;
  /** What hides `[default]` from them, if that would win: a config file, and a profile of it. */
  readonly config?: { readonly path: string; readonly profile: string } | undefined;
  /** What hides the keys of boto 2 from them. */
  readonly botoConfig?: string | undefined;
}

/** Returns the changes that make every SDK be the profile, with sessions of the server alone. */
export function servedEnvironment(
  env: Environment,
  session: EnvironmentSession,
  { uri, token, config, botoConfig }: ServedFrom,
): EnvironmentChanges {
  const { set: all, unset } = sessionEnvironment(env, session, { legacy: false, marks: "all" });
  const without = Object.entries(all).filter(([name]) => !keyNames.includes(name));
  const given = {
    [serverVariable]: uri,
    ...(config && { AWS_PROFILE: config.profile, AWS_CONFIG_FILE: config.path }),
  };
  const former = isMarked(env, "AWS_CONFIG_FILE")
    ? env.get(formerConfigMark)
    : env.get("AWS_CONFIG_FILE");
  // In a program that got its session so, the copy is that of another one.
  const isOutdated = config === undefined && isMarked(env, "AWS_CONFIG_FILE");
  const set: Record<string, string> = {
    ...Object.fromEntries(without),
    ...given,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token.reveal(),
    ...(botoConfig !== undefined && { BOTO_CONFIG: botoConfig }),
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [markOf(name), value])),
    ...(config && former !== undefined && { [formerConfigMark]: former }),
    ...(isOutdated && former !== undefined && { AWS_CONFIG_FILE: former }),
  };
  const gone = [
    ...unset,
    ...keyNames,
    ...(isOutdated ? ["AWS_CONFIG_FILE"] : []),
    ...[formerConfigMark, markOf("AWS_CONFIG_FILE"), markOf("AWS_PROFILE")]
      .filter((name) => env.has(name)),
  ];
  return { set, unset: [...new Set(gone)].filter((name) => !Object.hasOwn(set, name)) };
}
