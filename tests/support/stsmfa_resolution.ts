/**
 * What stsmfa makes of a profile, in the words that botocore's answers are compared in.
 *
 * @module
 */

import type { AwsFiles } from "../../lib/aws_files/read.ts";
import { StsmfaError } from "../../lib/errors.ts";
import { resolveIdentity } from "../../lib/profile/identity.ts";
import { type Profile, resolveConnection, resolveProfile } from "../../lib/profile/profile.ts";
import type { Role } from "../../lib/profile/role.ts";
import type { ProfileSource } from "../../lib/profile/source.ts";
import { fakeEnv, fakeFiles } from "./aws_files.ts";
import type { Base, Home, Hop, Refused, Resolved } from "./resolution.ts";

/** A profile as stsmfa resolves it; `Crash` where it fails with something else than its error. */
export type StsmfaResolution =
  | Refused & { readonly exitStatus?: number }
  | Resolved & {
    readonly profileKind?: Profile["kind"];
    /** The device of the code that is asked for. */
    readonly serialNumber?: string | undefined;
  };

/** Resolves one profile of a home. */
export type Resolver = (
  home: Home,
  name: string,
) => StsmfaResolution | Promise<StsmfaResolution>;

/** Resolves a profile as the program does. */
export const stsmfa: Resolver = (home, name) => {
  try {
    const env = fakeEnv(home.variables);
    const files = filesOf(home);
    const resolved = resolveIdentity(files, env, {}, name);
    const { identity } = resolved;
    if (identity.source.kind === "session") {
      if (identity.source.credentials.sessionToken.reveal() === "") {
        const refused = "LongTermCredentialsMissing";
        return { refused, message: "it is no session", exitStatus: 3 };
      }
      // It cannot be renewed, which is all that completing it says; it is given out as it is.
      if (identity.role === undefined) {
        const { region } = resolveConnection(resolved);
        return { base: baseOf(identity.source), roles: [], region, profileKind: identity.kind };
      }
    }
    const profile = resolveProfile(files, env, {}, name);
    return resolutionOf(profile);
  } catch (error) {
    if (!(error instanceof StsmfaError)) return { refused: "Crash", message: String(error) };
    return { refused: error.code, message: error.message, exitStatus: error.exitStatus };
  }
};

function filesOf({ config, credentials }: Home): AwsFiles {
  return fakeFiles({ config: config ?? "", credentials: credentials ?? "" });
}

function resolutionOf(profile: Profile): StsmfaResolution {
  return {
    base: baseOf(profile.source),
    roles: profile.roles.map(hopOf),
    region: profile.region,
    profileKind: profile.kind,
    serialNumber: profile.mfa.serialNumber,
  };
}

function baseOf({ kind, section, ...source }: ProfileSource): Base {
  const value = (name: string): string | undefined => {
    const found = (source as Record<string, unknown>)[name];
    return typeof found === "object" ? String(Object(found).value) : found as string | undefined;
  };
  return defined({
    kind,
    // What a container gives to a profile without anything is not the profile's own.
    section: "origin" in source && source.origin.kind === "convention" ? null : section,
    accessKeyId: "credentials" in source ? source.credentials.accessKeyId : undefined,
    roleArn: value("roleArn"),
    tokenFile: value("tokenFile"),
    roleSessionName: value("roleSessionName"),
    command: value("command"),
    ssoSession: value("ssoSession"),
    startUrl: value("startUrl"),
    ssoRegion: value("ssoRegion"),
    accountId: value("accountId"),
    roleName: value("roleName"),
    loginSession: value("loginSession"),
  });
}

function hopOf(role: Role): Hop {
  const { profile: section, roleArn, externalId, serialNumber, origins } = role;
  const isCalledSo = origins.roleSessionName.kind !== "default";
  const roleSessionName = isCalledSo ? role.roleSessionName : undefined;
  const isNamed = origins.duration.kind !== "default";
  return defined({
    section,
    roleArn,
    roleSessionName,
    externalId,
    serialNumber,
    durationSeconds: isNamed ? role.durationSeconds : undefined,
  });
}

type Defined<T> =
  & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
