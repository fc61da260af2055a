/**
 * Resolves a profile: from flags, variables and files to one complete plan, each value with its
 * origin. Pure: nothing is asked, sent or written here.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { formatDuration, parseDuration } from "../duration.ts";
import { type Endpoints, resolveEndpoints } from "./endpoint.ts";
import type { ProfileHook } from "./hook_names.ts";
import { mfaCommand } from "./mfa_command.ts";
import { checkMfaSerial } from "./mfa_serial.ts";
import { type ProfileOutline, resolveOutline } from "./outline.ts";
import { checkRegion, type Partition, partitionOfArn, partitionOfRegion } from "./partition.ts";
import {
  type Origin,
  type ProfileFlags,
  type Resolved,
  settingError,
  type Settings,
} from "./settings.ts";

/** A role to assume. */
export interface Role {
  /** The ARN of the role. */
  readonly roleArn: string;
  /** The name that CloudTrail shows. */
  readonly roleSessionName: string;
  /** The external id that the role's trust policy asks for. */
  readonly externalId?: string;
}

/** Everything that is needed to renew one profile. */
export interface Profile extends ProfileOutline {
  /** The region whose STS is asked. */
  readonly region: string;
  /** The partition of that region. */
  readonly partition: Partition;
  /** Where requests go. */
  readonly endpoints: Endpoints;
  /** The MFA device, and what gives its codes. */
  readonly mfa: {
    /** The device's ARN, or a hardware device's number; discovered when absent. */
    readonly serialNumber?: string;
    /** A command that prints the token code. */
    readonly process?: string;
  };
  /** The role to assume; without one the session is the user's own. */
  readonly role?: Role;
  /** How long the written session shall last. */
  readonly durationSeconds: number;
  /** The hooks, in the order they run. */
  readonly hooks: readonly ProfileHook[];
  /** Where each value comes from, by its name in plans. */
  readonly origins: Readonly<Record<string, Origin>>;
}

/** A session on top of a session lasts an hour at most: STS counts a role on an MFA session as chained. */
export const chainedRoleSeconds = 3600;

/** Seconds a GetSessionToken session may last, and lasts when nothing is said. */
export const sessionTokenRange = { least: 900, most: 129_600, usual: 43_200 };
const roleRange = { least: 900, most: 43_200, usual: chainedRoleSeconds };

/**
 * Resolves a profile completely, or fails naming file, section and key.
 *
 * @throws StsmfaError `ProfileNotFound`, `InvalidSetting`, `Usage`, `LongTermCredentialsMissing`,
 * `SourceIsSession`, `UnusableMfaDevice`
 */
export function resolveProfile(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  name: string,
): Profile {
  const { outline, settings, target, roleArn, serialNumber, fromSource } = resolveOutline(
    files,
    env,
    flags,
    name,
  );
  const { source } = outline;
  if (serialNumber !== undefined) checkMfaSerial(serialNumber);
  if (roleArn !== undefined) checkRoleArn(roleArn);
  const duration = resolveDuration(settings.find("duration"), roleArn !== undefined);
  const region = resolveRegion(settings.find("region", fromSource), [roleArn, serialNumber]);
  const partition = partitionOfRegion(region.value);
  const process = settings.find("mfaProcess", fromSource);
  if (process !== undefined) checkMfaProcess(process);
  const role = roleArn && resolveRole(settings, env, roleArn);
  const endpoints = resolveEndpoints(
    files,
    env,
    [name, source.section],
    region.value,
    partition,
  );

  const values: Record<string, Resolved<unknown> | undefined> = {
    source: {
      value: source.section,
      origin: { kind: "file", path: source.path, line: source.line, key: "aws_access_key_id" },
    },
    target,
    region,
    endpoint: endpoints.sts,
    mfaSerial: serialNumber,
    mfaProcess: process,
    roleArn,
    roleSessionName: role?.roleSessionName,
    externalId: role?.externalId,
    duration,
  };
  const origins = Object.entries(values)
    .flatMap(([key, resolved]) => resolved === undefined ? [] : [[key, resolved.origin] as const]);
  return {
    name,
    source,
    target: outline.target,
    region: region.value,
    partition,
    endpoints,
    mfa: {
      ...(serialNumber && { serialNumber: serialNumber.value }),
      ...(process && { process: process.value }),
    },
    ...(role && {
      role: {
        roleArn: role.roleArn.value,
        roleSessionName: role.roleSessionName.value,
        ...(role.externalId && { externalId: role.externalId.value }),
      },
    }),
    durationSeconds: duration.value,
    hooks: settings.hooks,
    origins: Object.fromEntries(origins),
  };
}

function resolveDuration(found: Resolved<string> | undefined, forRole: boolean): Resolved<number> {
  const { least, most, usual } = forRole ? roleRange : sessionTokenRange;
  if (found === undefined) {
    return { value: usual, origin: { kind: "default", reason: "default" } };
  }
  const seconds = parseDuration(found.value);
  if (seconds === undefined) {
    throw settingError(
      found,
      `${found.value} is not a duration`,
      "write seconds, or 12h, 90m, 1h30m",
    );
  }
  if (seconds < least || seconds > most) {
    throw settingError(
      found,
      `${found.value} is out of range: AWS gives ${forRole ? "a role" : "a user"} ${
        formatDuration(least)
      } to ${formatDuration(most)} (${least} to ${most} seconds)`,
    );
  }
  return { value: seconds, origin: found.origin };
}

function resolveRegion(
  found: Resolved<string> | undefined,
  arns: readonly (Resolved<string> | undefined)[],
): Resolved<string> {
  const arn = arns.find((each) => each !== undefined && partitionOfArn(each.value) !== undefined);
  const partition = arn && partitionOfArn(arn.value);
  if (found === undefined) {
    const home = partition ?? partitionOfRegion("");
    return {
      value: home.homeRegion,
      origin: { kind: "default", reason: partition ? `home of ${home.name}` : "default" },
    };
  }
  checkRegion(found);
  if (partition !== undefined && partitionOfRegion(found.value).name !== partition.name) {
    throw settingError(
      found,
      `region ${found.value} is not in the partition of ${arn!.value}`,
      `give one that is: --region ${partition.homeRegion}`,
    );
  }
  return found;
}

function resolveRole(
  settings: Settings,
  env: Environment,
  roleArn: Resolved<string>,
): {
  roleArn: Resolved<string>;
  roleSessionName: Resolved<string>;
  externalId?: Resolved<string>;
} {
  const roleSessionName = settings.find("roleSessionName") ?? {
    value: localUserName(env),
    origin: { kind: "default" as const, reason: "local user name" },
  };
  if (!/^[\w+=,.@-]{2,64}$/.test(roleSessionName.value)) {
    throw settingError(
      roleSessionName,
      `${roleSessionName.value} is not a role session name`,
      "use 2 to 64 letters, digits and + = , . @ - _",
    );
  }
  const externalId = settings.find("externalId");
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId.value)) {
    throw settingError(
      externalId,
      "not an external id",
      "use 2 to 1224 letters, digits and + = , . @ : / - _",
    );
  }
  return { roleArn, roleSessionName, ...(externalId && { externalId }) };
}

function localUserName(env: Environment): string {
  const name = env.get("LOGNAME") ?? env.get("USER") ?? env.get("USERNAME") ?? "";
  const legal = name.normalize("NFKD").replace(/[^A-Za-z0-9+=,.@_-]/g, "").slice(0, 64);
  return legal.length >= 2 ? legal : "stsmfa";
}

function checkMfaProcess(process: Resolved<string>): void {
  try {
    mfaCommand(process.value, "unix");
  } catch (error) {
    throw settingError(
      process,
      (error as Error).message,
      'write it like ["op", "item", "get", "AWS", "--otp"], or as a shell line',
    );
  }
}

function checkRoleArn(roleArn: Resolved<string>): void {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn.value)) return;
  throw settingError(
    roleArn,
    `${roleArn.value} is not the ARN of a role`,
    "write it like arn:aws:iam::123456789012:role/Administrator",
  );
}
