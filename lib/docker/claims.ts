/**
 * Which profile's docker hook signs in to which registries: what the files say, whatever the
 * environment of docker, or of the person who refreshes another profile, says. Pure.
 *
 * @module
 */

import { configProfiles, stsmfaBlock } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { hookName, hookOption } from "../profile/hook_settings.ts";
import { accountOf, resolveIdentity } from "../profile/identity.ts";
import { withoutIdentity } from "../profile/identity_variables.ts";
import { ownRegion, regionVariables } from "../profile/marks.ts";
import { partitionOfArn, partitionOfRegion, realRegion } from "../profile/partition.ts";
import { registryHost, registryHosts } from "./ecr.ts";

/** The registries that a profile's docker hook signs in to. */
export interface Claim {
  /** The name of the profile. */
  readonly profile: string;
  /** Those that it names, else that of its account and region; none if those are not known. */
  readonly hosts: readonly string[];
  /** Whether `docker_registries` names them; then it is for no others. */
  readonly isNamed: boolean;
}

/** Returns the claims of all profiles, in the order of the config file. */
export function claims(files: AwsFiles, env: Environment): Claim[] {
  return configProfiles(files.config.document).flatMap((profile): Claim[] => {
    const registries = dockerRegistries(files, profile);
    if (registries === undefined) return [];
    if (registries.length > 0) return [{ profile, hosts: registries, isNamed: true }];
    const where = unlessFaulty(() => accountAndRegion(files, env, profile));
    const hosts = where?.accountId === undefined
      ? []
      : [registryHost(where.accountId, where.region)];
    return [{ profile, hosts, isNamed: false }];
  });
}

/** Returns the hosts that a profile's docker hook is told; `undefined` if it has no such hook. */
function dockerRegistries(files: AwsFiles, profile: string): string[] | undefined {
  const block = stsmfaBlock(files, profile) ?? [];
  const words = block.find(({ key }) => key === "hooks")?.value.split(",") ?? [];
  const names = words.map((word) => hookName(word.trim()));
  if (!names.includes("docker")) return undefined;
  const named = block.find(({ key }) => {
    const found = hookOption(key, names);
    return found?.name === "docker" && found.option === "registries";
  });
  return registryHosts(named?.value ?? "");
}

/** Where a profile's sessions are used. */
export interface AccountAndRegion {
  /** `undefined` if nothing names the account. */
  readonly accountId: string | undefined;
  /** The real region, not a pseudo one. */
  readonly region: string;
  /** The partition of the account: a number is another account in another one. */
  readonly partition: string;
}

/**
 * Returns the account of a profile, and the region that its sessions are used in.
 *
 * @param env may name the region, for a profile without one
 * @throws StsmfaError for a profile that cannot be resolved
 */
export function accountAndRegion(
  files: AwsFiles,
  env: Environment,
  profile: string,
): AccountAndRegion {
  const resolved = resolveIdentity(files, withoutIdentity(env), {}, profile);
  const { identity, settings, serialNumber, fromSource } = resolved;
  const { source, role } = identity;
  const accountId = role === undefined && source.kind === "sso"
    ? source.accountId
    : accountOf(identity);
  const ofEnvironment = regionVariables.map((each) => ownRegion(env, each, profile));
  const partition = partitionOfArn(role?.roleArn ?? serialNumber?.value ?? "");
  const region = settings.find("region")?.value ??
    ofEnvironment.find((each) => each !== undefined) ??
    fromSource("region")?.value ??
    (partition ?? partitionOfRegion("")).homeRegion;
  return {
    accountId,
    region: realRegion(region),
    partition: (partition ?? partitionOfRegion(region)).name,
  };
}

function unlessFaulty<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}
