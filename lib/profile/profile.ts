/**
 * Resolves a profile from flags, variables and files to one complete value, each part with its
 * origin: first its identity (`identity.ts`), then the rest. Pure: nothing is asked, sent or
 * written here.
 *
 * @module
 */

import { profileEntry, profileNames } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { withArguments } from "../hint_words.ts";
import type { Hop } from "./chain.ts";
import { type Endpoints, resolveEndpoints } from "./endpoint.ts";
import type { ProfileHook } from "./hook_settings.ts";
import { type ProfileIdentity, type ResolvedIdentity, resolveIdentity } from "./identity.ts";
import { mfaCommand } from "./mfa_command.ts";
import { defaultLongTermSuffix, initCommand, withSuffix } from "./names.ts";
import { checkMfaSerial } from "./mfa_serial.ts";
import { fromFile, type Origin, type Resolved, settingError } from "./origin.ts";
import { checkRegion, type Partition, partitionOfArn, partitionOfRegion } from "./partition.ts";
import { stsRegion } from "./region.ts";
import { checkRoleArn, checkRoleSessionName, resolveRole, type Role } from "./role.ts";
import { chainedRoleSeconds, resolveDuration } from "./session_duration.ts";
import { type ProfileFlags, Settings } from "./settings.ts";
import { isLongTerm, longTermKeysOf, type ProfileSource, storedKeyName } from "./source.ts";

/** Which STS to use, and how to reach it. */
export interface Connection {
  /** The region whose STS is used; may be a pseudo region such as `fips-us-east-1`. */
  readonly region: string;
  /** The partition of that region. */
  readonly partition: Partition;
  /** Where requests go. */
  readonly endpoints: Endpoints;
}

/** Everything needed to renew one profile. */
export interface Profile extends ProfileIdentity, Connection {
  /** The MFA device, and where its codes come from. */
  readonly mfa: {
    /** The device's ARN, or a hardware device's number; discovered when absent. */
    readonly serialNumber?: string;
    /** A command that prints the token code. */
    readonly process?: string;
  };
  /**
   * Whether long-term keys prove MFA. A role that AWS's tools know as it is, with no device on its
   * way, is assumed without a code, as they do.
   */
  readonly usesMfa: boolean;
  /** The profile at the bottom, as it is named: `work` for keys in `[work-long-term]`. */
  readonly bottom: string;
  /** Whether all that is asked for is an MFA session that serves roles, however long it is. */
  readonly isMfaSessionAlone?: boolean;
  /** The roles, each assumed with the session of the one before it; the last one is `role`. */
  readonly roles: readonly Role[];
  /** How long the session should last, in seconds: an hour at most for a role on another role. */
  readonly durationSeconds: number;
  /** The hooks, in the order they run. */
  readonly hooks: readonly ProfileHook[];
  /** Where each value comes from, by its name in plans; a role has its own. */
  readonly origins: Readonly<Record<string, Origin>>;
}

/**
 * Resolves a profile completely, or fails naming file, section and key.
 *
 * @throws StsmfaError what {@link resolveIdentity} and {@link completeProfile} throw
 */
export function resolveProfile(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  name: string,
): Profile {
  return completeProfile(resolveIdentity(files, env, flags, name));
}

/**
 * Resolves the parts of a profile that an identity lacks.
 *
 * @throws StsmfaError `InvalidSetting`, `Usage`, `UnusableMfaDevice`, `SourceIsSession` for a
 * profile that is nothing but a session
 */
export function completeProfile(resolved: ResolvedIdentity): Profile {
  const { identity, files, env, settings, chain, target, serialNumber, fromSource } = resolved;
  const { source, hops } = chain;
  if (source.kind === "session" && hops.length === 0) {
    longTermKeysOf(source, sessionHint(resolved));
  }
  if (serialNumber !== undefined) checkMfaSerial(serialNumber);
  for (const { profile } of hops) {
    const named = Settings.ofFiles(files, profile).inFiles("mfaSerial");
    if (named !== undefined && named.value !== serialNumber?.value) checkMfaSerial(named);
  }
  if (source.kind === "web-identity") {
    checkRoleArn(source.roleArn);
    if (source.roleSessionName !== undefined) checkRoleSessionName(source.roleSessionName);
  }
  const isOwn = (hop: Hop) => hop.profile === identity.name;
  const roles = hops.map((hop) =>
    resolveRole(isOwn(hop) ? settings : Settings.ofFiles(files, hop.profile), env, hop)
  );
  // What others give lasts as long as they say. Without a role of its own, a profile's session is
  // that of the role below.
  const isTheirs = identity.kind === "others" && roles.length === 0;
  const named = isTheirs ? undefined : settings.find("duration") ?? durationOf(roles.at(-1));
  const asked = resolveDuration(named, roles.length > 0);
  const isChained = roles.length > 1 || (roles.length === 1 && !isLongTerm(source));
  const durationSeconds = isChained ? Math.min(asked.value, chainedRoleSeconds) : asked.value;
  const { region, partition, endpoints } = connectionOf(resolved);
  const process = settings.find("mfaProcess", fromSource);
  if (process !== undefined) checkMfaProcess(process);
  const values: Record<string, Resolved<unknown> | undefined> = {
    source: { value: source.section, origin: originOf(source) },
    target,
    region,
    endpoint: endpoints.sts,
    mfaSerial: serialNumber,
    mfaProcess: process,
    duration: asked,
  };
  const origins = Object.entries(values)
    .flatMap(([key, resolved]) => resolved === undefined ? [] : [[key, resolved.origin] as const]);
  return {
    ...identity,
    region: region.value,
    partition,
    endpoints,
    mfa: { ...identity.mfa, ...(process && { process: process.value }) },
    bottom: chain.bottom,
    usesMfa: !chain.isStandardRole || chain.isOurs || serialNumber !== undefined,
    roles,
    durationSeconds,
    hooks: settings.hooks,
    origins: Object.fromEntries(origins),
  };
}

/** Returns the duration that a role's own profile asks for. */
function durationOf(role: Role | undefined): Resolved<string> | undefined {
  if (role === undefined || role.origins.duration.kind === "default") return undefined;
  return { value: String(role.durationSeconds), origin: role.origins.duration };
}

function originOf(source: ProfileSource): Origin {
  if (source.kind === "web-identity") return source.tokenFile.origin;
  if ("origin" in source) return source.origin;
  const { path, line } = source;
  const key = source.kind === "stored" ? storedKeyName : "aws_access_key_id";
  return { kind: "file", path, line, key };
}

/** Returns what to do about a profile that is nothing but a session which stsmfa has not written. */
function sessionHint({ identity: { name }, files, settings }: ResolvedIdentity): string {
  const suffix = settings.find("longTermSuffix")?.value ?? defaultLongTermSuffix;
  const sibling = withSuffix(name, suffix);
  return sibling !== name && profileNames(files).includes(sibling)
    ? `to make sessions with the key of [${sibling}], remove this one: ${
      withArguments("stsmfa clear", [name])
    }`
    : `to store the access key: ${initCommand(name, suffix)}`;
}

/**
 * Resolves which STS to use, even for a session whose long-term keys are unknown.
 *
 * @throws StsmfaError `InvalidSetting`, `Usage`
 */
export function resolveConnection(resolved: ResolvedIdentity): Connection {
  const { region, ...rest } = connectionOf(resolved);
  return { region: region.value, ...rest };
}

function connectionOf(
  { identity, files, env, settings, chain, serialNumber, fromSource }: ResolvedIdentity,
): Omit<Connection, "region"> & { readonly region: Resolved<string> } {
  const roleArns = chain.hops.map(({ roleArn }) => roleArn).reverse();
  // To AWS's tools the region of a source is not that of a role on top of it.
  const inSource = identity.kind === "written" ? fromSource : undefined;
  const found = stsRegion(settings, env, identity.name, inSource);
  const empty = profileEntry(files, identity.name, "region");
  if (identity.kind !== "written" && empty?.value === "" && !isFirst(found)) {
    throw settingError(fromFile(empty), "it is empty, and AWS's tools then fail");
  }
  const region = resolveRegion(found, [...roleArns, serialNumber]);
  return {
    region,
    partition: partitionOfRegion(region.value),
    endpoints: resolveEndpoints(files, env, identity.name, region, chain.source.section),
  };
}

/** Reports whether a region comes before that of the profile. */
function isFirst(found: Resolved<string> | undefined): boolean {
  if (found?.origin.kind === "variable") return found.origin.variable !== "AWS_REGION";
  return found?.origin.kind === "flag";
}

/** @param arns of the roles, the last one first, and of the device; one partition has them all */
function resolveRegion(
  found: Resolved<string> | undefined,
  arns: readonly (Resolved<string> | undefined)[],
): Resolved<string> {
  const known = arns.flatMap((arn) => {
    const partition = arn && partitionOfArn(arn.value);
    return partition === undefined ? [] : [{ arn: arn!, partition }];
  });
  const [first] = known;
  const other = known.find(({ partition }) => partition.name !== first!.partition.name);
  if (other !== undefined) {
    throw settingError(
      other.arn,
      `${other.arn.value} is not in the partition of ${first!.arn.value}`,
    );
  }
  if (found === undefined) {
    const home = first?.partition ?? partitionOfRegion("");
    return {
      value: home.homeRegion,
      origin: { kind: "default", reason: first ? `home of ${home.name}` : "default" },
    };
  }
  checkRegion(found);
  if (first !== undefined && partitionOfRegion(found.value).name !== first.partition.name) {
    throw settingError(
      found,
      `region ${found.value} is not in the partition of ${first.arn.value}`,
      `use one that is: --region ${first.partition.homeRegion}`,
    );
  }
  return found;
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
