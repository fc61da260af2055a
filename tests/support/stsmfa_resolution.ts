/**
 * What stsmfa makes of a profile, in the words that botocore's answers are compared in.
 *
 * @module
 */

import type { AwsFiles } from "../../lib/aws_files/read.ts";
import { StsmfaError } from "../../lib/errors.ts";
import { resolveProfile } from "../../lib/profile/profile.ts";
import { fakeEnv, fakeFiles } from "./aws_files.ts";
import type { Base, Home, Hop, Refused, Resolved } from "./resolution.ts";

/** What is read of a profile here. */
interface Profile {
  readonly kind: "written" | "standard" | "others";
  readonly source: Source;
  readonly roles: readonly Role[];
  readonly mfa: { readonly serialNumber?: string };
  readonly region: string;
}

interface Role {
  readonly section: string;
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly externalId?: string;
  readonly serialNumber?: string;
  readonly durationSeconds?: number;
}

type Source = Pick<Base, "kind"> & {
  readonly section: string;
  readonly credentials?: { readonly accessKeyId: string };
  readonly command?: string;
  readonly roleArn?: { readonly value: string };
  readonly tokenFile?: { readonly value: string };
  readonly roleSessionName?: { readonly value: string };
  readonly ssoSession?: string;
  readonly startUrl?: string;
  readonly ssoRegion?: string;
  readonly accountId?: string;
  readonly roleName?: string;
  readonly loginSession?: string;
};

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
    const profile = resolveProfile(filesOf(home), env, {}, name) as unknown as Profile;
    return resolutionOf(profile, home.variables["USER"] ?? "");
  } catch (error) {
    if (!(error instanceof StsmfaError)) return { refused: "Crash", message: String(error) };
    return { refused: error.code, message: error.message, exitStatus: error.exitStatus };
  }
};

function filesOf({ config, credentials }: Home): AwsFiles {
  return fakeFiles({ config: config ?? "", credentials: credentials ?? "" });
}

/** @param user whose name a role session has where none is named */
function resolutionOf(profile: Profile, user: string): StsmfaResolution {
  return {
    base: baseOf(profile.source),
    roles: profile.roles.map((role) => hopOf(role, user)),
    region: profile.region,
    profileKind: profile.kind,
    serialNumber: profile.mfa.serialNumber,
  };
}

function baseOf(source: Source): Base {
  const { kind, section } = source;
  const { command, ssoSession, startUrl, ssoRegion, accountId, roleName, loginSession } = source;
  return defined({
    kind,
    section,
    accessKeyId: source.credentials?.accessKeyId,
    roleArn: source.roleArn?.value,
    tokenFile: source.tokenFile?.value,
    roleSessionName: source.roleSessionName?.value,
    command,
    ssoSession,
    startUrl,
    ssoRegion,
    accountId,
    roleName,
    loginSession,
  });
}

function hopOf(role: Role, user: string): Hop {
  const { section, roleArn, externalId, serialNumber, durationSeconds } = role;
  const roleSessionName = role.roleSessionName === user ? undefined : role.roleSessionName;
  return defined({
    section,
    roleArn,
    roleSessionName,
    externalId,
    serialNumber,
    durationSeconds,
  });
}

type Defined<T> =
  & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
