/**
 * Gives kubectl access to EKS clusters: writes their entries to the kubeconfig, with tokens from
 * `stsmfa kube-token`.
 *
 * ```ini
 * [profile prod]
 * stsmfa =
 *   hooks = kube
 *   kube_cluster = shop
 * ```
 *
 * `kube_cluster` names one or more clusters in the profile's region: `shop, lab as my-lab`. Entries
 * are named after the cluster's ARN, as `aws eks update-kubeconfig` does; what follows `as`, or
 * `kube_context`, names the context, and `kube_user` the user.
 *
 * @module
 */

import process from "node:process";
import type { Hook, HookEvent } from "../lib/hook.ts";
import type { KubeconfigFile } from "../lib/kube/kubeconfig.ts";
import { dirname } from "../lib/path.ts";
import { realRegion } from "../lib/profile/partition.ts";
import { ask, plain } from "./ask.ts";

const kubeconfig = "{env:KUBECONFIG|~/.kube/config}";

export default {
  on: "post-refresh",
  needs: ["credentials"],
  permissions: {
    // The file is replaced by a new one in the same folder.
    read: [kubeconfig, `${kubeconfig}/..`, "{env:AWS_CA_BUNDLE}"],
    write: [kubeconfig, `${kubeconfig}/..`],
    net: ["{endpoint:eks}"],
    env: ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"],
  },
  async run(event) {
    const wanted = wantedClusters(event.options);
    if (wanted.length === 0) {
      const where = `the stsmfa block of ${event.profile}`;
      return { message: `nothing to do: name the cluster in ${where}, kube_cluster = NAME` };
    }
    const messages: string[] = [];
    for (const each of wanted) messages.push(await letIn(event, each));
    return { message: messages.join("; ") };
  },
} satisfies Hook as Hook;

interface Wanted {
  readonly cluster: string;
  readonly context?: string | undefined;
  readonly user?: string | undefined;
}

/** @throws Error for invalid options */
function wantedClusters(options: HookEvent["options"]): Wanted[] {
  const { cluster = "", context, user, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new Error(`there is no kube_${unknown}, but kube_cluster, kube_context and kube_user`);
  }
  const wanted = cluster.split(",").map((word) => word.trim()).filter((word) => word !== "")
    .map((word): Wanted => {
      const [, name = "", alias] = /^(\S+)(?:\s+as\s+(\S+))?$/.exec(word) ?? [];
      if (!/^[\dA-Za-z][\w-]{0,99}$/.test(name)) {
        throw new Error(`kube_cluster: ${word} is not a cluster; write NAME, or NAME as CONTEXT`);
      }
      return { cluster: name, context: alias ?? context, user };
    });
  if (wanted.length > 1 && (context ?? user) !== undefined) {
    const key = context === undefined ? "kube_user" : "kube_context";
    throw new Error(`${key} is for one cluster, and kube_cluster names ${wanted.length}`);
  }
  return wanted;
}

async function letIn(event: HookEvent, { cluster, context, user }: Wanted): Promise<string> {
  const { editFile } = await import("./edit_file.ts");
  // The YAML parser reads variables for debugging it, which this hook may not access.
  process.env = {};
  const { findCluster, withAccess } = await import("../lib/kube/kubeconfig.ts");
  const found = await describe(event, cluster);
  const isFound = typeof found === "object";
  const files: KubeconfigFile[] = [];
  for (const path of paths(event).kubeconfigs) files.push({ path, text: await readText(path) });
  const arn = isFound ? found.arn : findCluster(files, isArn(event, cluster));
  if (arn === undefined) throw new Error(`cluster ${cluster}: ${found}`);
  const edited = (texts: readonly KubeconfigFile[]) =>
    withAccess(texts, {
      ...(isFound && { cluster: found }),
      names: { clusters: arn, contexts: context ?? arn, users: user ?? arn },
      command: "stsmfa",
      args: ["kube-token", "--cluster", cluster, "--region", event.region, event.profile],
    });
  const changed = edited(files).flatMap(({ path, text }, at) =>
    text === files[at]!.text ? [] : [{ path, at }]
  );
  for (const { path, at } of changed) {
    const change = (text = "") => edited(files.with(at, { path, text }))[at]!.text;
    await editFile({ path, change });
  }
  const done = changed.length === 0
    ? `${cluster}: the kubeconfig has it`
    : `${cluster}: written to ${changed.map(({ path }) => path).join(", ")}`;
  return isFound ? done : `${done}, as far as its user; ${found}`;
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Returns a test for a cluster's ARN, as far as that is known without asking EKS. */
function isArn({ region, accountId }: HookEvent, cluster: string): (name: string) => boolean {
  return (name) => {
    const [, itsRegion, account, id] = /^arn:[^:]+:eks:([^:]+):(\d+):cluster\/(.+)$/.exec(name) ??
      [];
    return itsRegion === realRegion(region) && id === cluster &&
      (accountId === null || account === accountId);
  };
}

/** Returns the resolved paths of the files, without their folders, which may be written, too. */
function paths({ permissions: { read, write } }: HookEvent) {
  return {
    kubeconfigs: write.filter((path) => !write.some((other) => dirname(other) === path)),
    caBundle: read.find((path) => !write.includes(path)),
  };
}

/** Returns what DescribeCluster says, or why it failed. */
async function describe(event: HookEvent, cluster: string) {
  const { credentials } = event;
  const { describeClusterRequest, readCluster } = await import("../lib/kube/eks.ts");
  const { url, signingRegion: region } = event.endpoints!["eks"]!;
  const caller = { credentials: credentials!, region, at: new Date() };
  const request = await describeClusterRequest(cluster, url, caller);
  try {
    const answer = await ask(request, paths(event).caBundle);
    const { host } = new URL(url);
    const found = readCluster({ cluster, region: realRegion(event.region), host }, answer);
    return typeof found === "string" ? plain(event, found) : found;
  } catch (error) {
    return (error as Error).message;
  }
}
