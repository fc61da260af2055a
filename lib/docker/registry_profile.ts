/**
 * Finds the profile that signs in to a registry. Pure.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { accountOf } from "../profile/identity.ts";
import { managedProfiles } from "../profile/names.ts";
import { realRegion } from "../profile/partition.ts";
import { resolveProfile } from "../profile/profile.ts";
import { type Registry, registryHost, registryHosts } from "./ecr.ts";

/** What a profile says about registries. */
interface Candidate {
  readonly name: string;
  readonly accountId: string | undefined;
  readonly region: string;
  /** The hosts its docker hook signs in to: those named, else that of its account and region. */
  readonly hosts: readonly string[];
  readonly hasHook: boolean;
}

/** Returns the managed profiles that can be resolved; the others are ignored. */
function candidates(files: AwsFiles, env: Environment): Candidate[] {
  return managedProfiles(files, env, {}).flatMap((name) => {
    try {
      const profile = resolveProfile(files, env, {}, name);
      const { hooks } = profile;
      const region = realRegion(profile.region);
      const accountId = accountOf(profile);
      const hook = hooks.find((each) => each.name === "docker");
      const named = registryHosts(hook?.options["registries"] ?? "");
      const own = accountId === undefined ? [] : [registryHost(accountId, region)];
      const hosts = hook === undefined ? [] : named.length > 0 ? named : own;
      return [{ name, accountId, region, hosts, hasHook: hook !== undefined }];
    } catch (error) {
      if (error instanceof StsmfaError) return [];
      throw error;
    }
  });
}

/** Returns the hosts that the profiles' docker hooks sign in to. */
export function servedHosts(files: AwsFiles, env: Environment): string[] {
  return [...new Set(candidates(files, env).flatMap(({ hosts }) => hosts))];
}

/**
 * Returns the profile for a registry: one whose docker hook signs in to it, else one of the account
 * that owns it, else the usual one. If several match, it prefers the usual one, then one with the
 * hook, then one in the registry's region, then the first.
 *
 * @param usual the profile used by commands that name none
 */
export function profileOfRegistry(
  files: AwsFiles,
  env: Environment,
  { host, accountId, region }: Registry,
  usual: string,
): string {
  const all = candidates(files, env);
  const named = all.filter(({ hosts }) => hosts.includes(host));
  const owning = all.filter((each) => accountId !== undefined && each.accountId === accountId);
  const fit = named.length > 0 ? named : owning;
  const found = fit.find(({ name }) => name === usual) ?? fit.find(({ hasHook }) => hasHook) ??
    fit.find((each) => each.region === region) ?? fit[0];
  if (found !== undefined) return found.name;
  // A registry that no profile owns may let anyone in, so the only profile will do.
  return profileNames(files).includes(usual) || all.length !== 1 ? usual : all[0]!.name;
}
