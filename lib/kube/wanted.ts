/**
 * The clusters that a profile asks for: `kube_cluster = shop, lab as my-lab`. Pure.
 *
 * @module
 */

import { isClusterName } from "./cluster_name.ts";

/** A cluster that a profile asks for. */
export interface WantedCluster {
  readonly cluster: string;
  /** The name of its context, if the profile says one. */
  readonly context?: string | undefined;
  /** The name of its user, if the profile says one. */
  readonly user?: string | undefined;
}

/** What a profile asks for. */
export interface Wanted {
  readonly clusters: readonly WantedCluster[];
  /** Whether the first cluster's context becomes the current one. */
  readonly usesContext: boolean;
}

/**
 * Reads the options of a profile, without `kube_` before their names.
 *
 * @throws Error for invalid ones
 */
export function wantedClusters(options: Readonly<Record<string, string>>): Wanted {
  const { cluster = "", context, user, use_context: use = "", ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const known = "kube_cluster, kube_context, kube_user and kube_use_context";
    throw new Error(`there is no kube_${unknown}, but ${known}`);
  }
  if (!/^(true|false|)$/i.test(use)) {
    throw new Error(`kube_use_context is true or false, not ${use}`);
  }
  const words = cluster.split(",").map((word) => word.trim()).filter((word) => word !== "");
  const clusters = words.map((word): WantedCluster => {
    const [, name = "", alias] = /^(\S+)(?:\s+as\s+(\S+))?$/.exec(word) ?? [];
    if (!isClusterName(name)) {
      throw new Error(`kube_cluster: ${word} is not a cluster; write NAME, or NAME as CONTEXT`);
    }
    return { cluster: name, context: alias ?? context, user };
  });
  if (clusters.length > 1 && (context ?? user) !== undefined) {
    const key = context === undefined ? "kube_user" : "kube_context";
    throw new Error(`${key} is for one cluster, and kube_cluster names ${clusters.length}`);
  }
  const twice = clusters.find(({ context }, at) =>
    context !== undefined && clusters.findIndex((each) => each.context === context) !== at
  );
  if (twice !== undefined) {
    throw new Error(`kube_cluster gives ${twice.context} as context to more than one cluster`);
  }
  return { clusters, usesContext: /^true$/i.test(use) };
}
