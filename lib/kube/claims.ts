/**
 * Which names in kubeconfigs are whose: of two profiles that would have one name, the first in the
 * config file has it. Pure.
 *
 * @module
 */

import { partitionOfRegion, realRegion } from "../profile/partition.ts";
import type { Wanted, WantedCluster } from "./wanted.ts";

/** A profile that asks for clusters. */
export interface Claimant {
  readonly profile: string;
  readonly region: string | null;
  readonly accountId: string | null;
  readonly wanted: Wanted;
}

/** The names of a cluster's entries for one profile. */
export interface EntryNames {
  readonly clusters: string;
  readonly contexts: string;
  readonly users: string;
}

/** Returns the ARN of what a profile calls a cluster, if that is known. */
export type ArnOf = (claimant: Claimant, cluster: string) => string | undefined;

/**
 * Returns the names of a profile's entries. User and cluster always say whose they are; a context
 * without a name of its own is called like the cluster for the first profile that asks for it.
 *
 * @param earlier the profiles before it in the config file
 * @throws Error if an earlier profile has one of these names
 */
export function entryNames(
  claimant: Claimant,
  wanted: WantedCluster,
  arn: string,
  earlier: readonly Claimant[],
  arnOf: ArnOf = usualArn,
): EntryNames {
  const own = `${arn}@${claimant.profile}`;
  const isFirst = !earlier.some((each) =>
    mayMeet(each, claimant) &&
    each.wanted.clusters.some(({ cluster, context }) =>
      context === undefined && cluster === wanted.cluster
    )
  );
  const names = {
    clusters: arn,
    contexts: wanted.context ?? (isFirst ? arn : own),
    users: wanted.user ?? own,
  };
  const others = claimedNames(earlier, arnOf);
  const context = others.contexts.get(names.contexts);
  if (context !== undefined) {
    throw new Error(
      `context ${names.contexts} belongs to profile ${context}, which comes first in the config file; for one of its own write kube_cluster = ${wanted.cluster} as NAME`,
    );
  }
  const user = others.users.get(names.users);
  if (user !== undefined) {
    throw new Error(
      `user ${names.users} belongs to profile ${user}, which comes first in the config file; write another kube_user, or none`,
    );
  }
  return names;
}

/** The names that profiles claim, and who does, as far as their regions and accounts are known. */
export function claimedNames(claimants: readonly Claimant[], arnOf: ArnOf = usualArn): {
  readonly contexts: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, string>;
} {
  const contexts = new Map<string, string>();
  const users = new Map<string, string>();
  const claim = (names: Map<string, string>, name: string | undefined, profile: string) => {
    if (name !== undefined && !names.has(name)) names.set(name, profile);
  };
  for (const each of claimants) {
    for (const { cluster, context, user } of each.wanted.clusters) {
      const arn = arnOf(each, cluster);
      const isTaken = arn !== undefined && contexts.has(arn);
      claim(contexts, context ?? (isTaken ? `${arn}@${each.profile}` : arn), each.profile);
      claim(users, user ?? (arn && `${arn}@${each.profile}`), each.profile);
    }
  }
  return { contexts, users };
}

/** Reports whether two profiles may be in one account and region. */
function mayMeet(a: Claimant, b: Claimant): boolean {
  const isSame = <T>(one: T | null, other: T | null) =>
    one === null || other === null || one === other;
  return isSame(a.accountId, b.accountId) &&
    isSame(a.region && realRegion(a.region), b.region && realRegion(b.region));
}

/** Returns the ARN of a profile's cluster, if its region and account are known. */
export function usualArn(
  { region, accountId }: Pick<Claimant, "region" | "accountId">,
  cluster: string,
): string | undefined {
  if (region === null || accountId === null) return undefined;
  const { name } = partitionOfRegion(region);
  return `arn:${name}:eks:${realRegion(region)}:${accountId}:cluster/${cluster}`;
}

/** Returns the parts of a cluster's ARN. */
export function clusterOfArn(
  arn: string,
): { readonly region: string; readonly accountId: string; readonly cluster: string } | undefined {
  const found = /^arn:[^:]+:eks:([^:]+):(\d+):cluster\/(.+)$/.exec(arn);
  return found === null
    ? undefined
    : { region: found[1]!, accountId: found[2]!, cluster: found[3]! };
}
