/**
 * Finds the profile that signs in to a registry: one that names it, or one of the account that owns
 * it, and never another account's. Pure.
 *
 * @module
 */

import { configProfiles, hasProfile } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { partitionOfRegion } from "../profile/partition.ts";
import { defaultLongTermSuffix, managedProfiles, withSuffix } from "../profile/names.ts";
import { type AccountAndRegion, accountAndRegion, type Claim, claims } from "./claims.ts";
import type { Registry } from "./ecr.ts";

/** The profile that signs in to a registry. */
export interface Signer {
  /** Its name. */
  readonly profile: string;
  /** Whether its account is known to be the right one; if not, AWS's answer has to show it. */
  readonly isSure: boolean;
}

/** Returns the hosts that the profiles' docker hooks sign in to. */
export function servedHosts(files: AwsFiles, env: Environment): string[] {
  return [...new Set(claims(files, env).flatMap(({ hosts }) => hosts))];
}

/** What is asked for besides the registry. */
export interface WantedSigner {
  /** The profile that has to be it, or nobody. */
  readonly named?: string | undefined;
  /** The profile used by commands that name none. */
  readonly usual: string;
}

/**
 * Returns the profile for a registry: the first in the config file whose docker hook signs in to it,
 * else one of the account that owns it, unless its hook names other registries. If there are several
 * of those, it prefers the usual one, then one with the hook, then one in the registry's region,
 * then the first. The public registry, which lets anyone in, is for the usual profile.
 *
 * @returns `undefined` if there is none
 * @throws StsmfaError if there is none, and a profile that may be it cannot be resolved
 */
export function profileOfRegistry(
  files: AwsFiles,
  env: Environment,
  registry: Registry,
  { named, usual }: WantedSigner,
): Signer | undefined {
  const claimed = claims(files, env);
  const isClaimant = ({ hosts }: Claim) => hosts.includes(registry.host);
  if (named !== undefined) {
    const isNaming = claimed.some((each) => each.profile === named && isClaimant(each));
    if (isNaming || registry.accountId === undefined) return sure(named);
    const where = accountAndRegion(files, env, named);
    if (!isWithin(where, registry)) return undefined;
    if (where.accountId === undefined) return { profile: named, isSure: false };
    return where.accountId === registry.accountId ? sure(named) : undefined;
  }
  const claimant = claimed.find(isClaimant);
  if (claimant !== undefined) return sure(claimant.profile);
  const managed = managedProfiles(files, env, {});
  if (registry.accountId === undefined) {
    if (hasProfile(files, usual) || managed.includes(usual)) return sure(usual);
    return managed.length === 1 ? sure(managed[0]!) : undefined;
  }
  const isForOthers = (name: string) =>
    claimed.some(({ profile, isNamed }) => profile === name && isNamed);
  const names = candidates(files, env, managed, usual).filter((name) => !isForOthers(name));
  return ofAccount(files, env, registry, { names, claimed, managed, usual });
}

/** Reports whether a registry is in a profile's partition: keys are good for nothing in another. */
function isWithin({ partition }: AccountAndRegion, { region }: Registry): boolean {
  return partition === partitionOfRegion(region).name;
}

function sure(profile: string): Signer {
  return { profile, isSure: true };
}

/** Returns the profiles that may sign in; sections with nothing but long-term keys are none. */
function candidates(
  files: AwsFiles,
  env: Environment,
  managed: readonly string[],
  usual: string,
): string[] {
  const suffix = env.get("STSMFA_LONG_TERM_SUFFIX")?.trim() ?? defaultLongTermSuffix;
  const sources = new Set(
    managed.map((name) => withSuffix(name, suffix)).filter((name) => !managed.includes(name)),
  );
  const all = [...configProfiles(files.config.document), ...managed];
  if (hasProfile(files, usual)) all.push(usual);
  return [...new Set(all)].filter((name) => !sources.has(name));
}

interface Choice {
  readonly names: readonly string[];
  readonly claimed: readonly Claim[];
  readonly managed: readonly string[];
  readonly usual: string;
}

function ofAccount(
  files: AwsFiles,
  env: Environment,
  registry: Registry,
  { names, claimed, managed, usual }: Choice,
): Signer | undefined {
  const { accountId, region } = registry;
  const hasHook = (name: string) => claimed.some(({ profile }) => profile === name);
  const found: (AccountAndRegion & { readonly name: string })[] = [];
  let fault: StsmfaError | undefined;
  for (const name of names) {
    try {
      const where = accountAndRegion(files, env, name);
      if (isWithin(where, registry)) found.push({ name, ...where });
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      if (name === usual || hasHook(name)) fault ??= error;
    }
  }
  const fit = found.filter((each) => each.accountId === accountId);
  const best = fit.find(({ name }) => name === usual) ?? fit.find(({ name }) => hasHook(name)) ??
    fit.find((each) => each.region === region) ?? fit[0];
  if (best !== undefined) return sure(best.name);
  // Nothing in the files may tell whose account it is, as with a device that AWS lists.
  const unknown = found.filter((each) => each.accountId === undefined)
    .filter(({ name }) => name === usual || (managed.length === 1 && managed[0] === name));
  const open = unknown.find(({ name }) => name === usual) ?? unknown[0];
  if (open !== undefined) return { profile: open.name, isSure: false };
  if (fault !== undefined) throw fault;
  return undefined;
}
