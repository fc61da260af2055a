/**
 * Which profile signs in to which registry. Pure.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { accountOfArn } from "../profile/mfa_serial.ts";
import { managedProfiles } from "../profile/names.ts";
import { resolveProfile } from "../profile/profile.ts";
import { type Registry, registryHost, registryHosts } from "./ecr.ts";

/** What a profile says about registries. */
interface Candidate {
  readonly name: string;
  readonly accountId: string | undefined;
  readonly region: string;
  /** What its docker hook is for: named hosts, else the registry of its account and region. */
  readonly hosts: readonly string[];
  readonly hasHook: boolean;
}

/** The managed profiles that can be resolved; one that can't has nothing to say. */
function candidates(files: AwsFiles, env: Environment): Candidate[] {
  return managedProfiles(files, env, {}).flatMap((name) => {
    try {
      const { role, mfa, region, hooks } = resolveProfile(files, env, {}, name);
      const accountId = accountOfArn(role?.roleArn ?? mfa.serialNumber ?? "");
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

/** The hosts that profiles have the docker hook for. */
export function servedHosts(files: AwsFiles, env: Environment): string[] {
  return [...new Set(candidates(files, env).flatMap(({ hosts }) => hosts))];
}

/**
 * The profile for a registry: one whose docker hook is for it, else one of the account that owns it,
 * else the usual one. Of several the usual one is taken, then one with the hook, then one of the
 * registry's region, then the first.
 *
 * @param usual the profile of commands that name none
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
  // A registry of nobody here may let anybody in; then the one profile there is will do.
  return profileNames(files).includes(usual) || all.length !== 1 ? usual : all[0]!.name;
}
