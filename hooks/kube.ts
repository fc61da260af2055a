/**
 * Lets kubectl into clusters of EKS: their entries in the kubeconfig, with `stsmfa kube-token` as
 * what gives the token.
 *
 * ```ini
 * [profile prod]
 * stsmfa =
 *   hooks = kube
 *   kube_cluster = shop
 * ```
 *
 * `kube_cluster` names one or more clusters of the profile's region: `shop, lab as my-lab`. Entries
 * are named as `aws eks update-kubeconfig` names them, by the cluster's ARN; the context by what
 * follows `as`, or `kube_context`, and the user by `kube_user`.
 *
 * @module
 */

import type { Hook, HookEvent, HookResult } from "../lib/hook.ts";
import { dirname } from "../lib/path.ts";

const kubeconfig = "{env:KUBECONFIG|~/.kube/config}";

export default {
  on: "post-refresh",
  needs: ["credentials"],
  permissions: {
    read: [kubeconfig, `${kubeconfig}/..`, "{env:AWS_CA_BUNDLE}"],
    write: [kubeconfig, `${kubeconfig}/..`],
    net: [
      "eks.{region}.amazonaws.com",
      "eks.{region}.amazonaws.com.cn",
      "eks.{region}.amazonaws.eu",
      "{env:AWS_ENDPOINT_URL_EKS}",
    ],
    env: [
      "AWS_CA_BUNDLE",
      "AWS_ENDPOINT_URL_EKS",
      "HTTPS_PROXY",
      "HTTP_PROXY",
      "NO_PROXY",
      "https_proxy",
      "http_proxy",
      "no_proxy",
    ],
  },
  async run(event) {
    const wanted = wantedClusters(event.options);
    if (wanted.length === 0) {
      return {
        message: `nothing to do: name the cluster in the stsmfa block of ${event.profile}, ` +
          "kube_cluster = NAME",
      };
    }
    const messages: string[] = [];
    for (const each of wanted) messages.push(await letIn(event, each));
    return { message: messages.join("; ") } satisfies HookResult;
  },
} satisfies Hook as Hook;

interface Wanted {
  readonly cluster: string;
  readonly context?: string | undefined;
  readonly user?: string | undefined;
}

/** @throws Error for what can't be meant */
function wantedClusters({ cluster = "", context, user }: HookEvent["options"]): Wanted[] {
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
  const { locked, readText, replaceText } = await import("./text_file.ts");
  const { findCluster, withAccess } = await import("../lib/kubeconfig.ts");
  const found = await describe(event, cluster);
  const [first, ...others] = kubeconfigs(event);
  if (first === undefined) throw new Error("nothing says where the kubeconfig is");
  // One lock is enough among our own; kubectl's own is for the file it writes.
  return await locked(first, async () => {
    const files = [];
    for (const path of [first, ...others]) files.push({ path, text: await readText(path) });
    const arn = typeof found === "object" ? found.arn : findCluster(files, isArn(event, cluster));
    if (arn === undefined) throw new Error(`cluster ${cluster}: ${found}`);
    const edited = withAccess(files, {
      ...(typeof found === "object" && { cluster: found }),
      names: { clusters: arn, contexts: context ?? arn, users: user ?? arn },
      command: "stsmfa",
      args: ["kube-token", "--cluster", cluster, "--region", event.region, event.profile],
    });
    const changed = edited.filter(({ text }, at) => text !== files[at]!.text);
    for (const { path, text } of changed) await replaceText(path, text);
    const paths = changed.map(({ path }) => path).join(", ");
    const done = changed.length === 0 ? `${cluster}: is set up` : `${cluster}: written to ${paths}`;
    return typeof found === "object" ? done : `${done}, for its user alone: ${found}`;
  });
}

/** The name of a cluster's entry, as far as it can be told without EKS. */
function isArn({ region, accountId }: HookEvent, cluster: string): (name: string) => boolean {
  return (name) => {
    const [, place, account, id] = /^arn:[^:]+:eks:([^:]+):(\d+):cluster\/(.+)$/.exec(name) ?? [];
    return place === region && id === cluster && (accountId === null || account === accountId);
  };
}

/** The files of KUBECONFIG; what may be written beside them are the folders that they are in. */
function kubeconfigs({ permissions: { write } }: HookEvent): string[] {
  return write.filter((path) => !write.some((other) => dirname(other) === path));
}

/** What DescribeCluster tells, or why it does not. */
async function describe(event: HookEvent, cluster: string) {
  const { region, credentials, permissions } = event;
  const { describeClusterRequest, readCluster } = await import("../lib/eks.ts");
  const { partitionOfRegion } = await import("../lib/partition.ts");
  const endpoint = Deno.env.get("AWS_ENDPOINT_URL_EKS") ||
    `https://eks.${region}.${partitionOfRegion(region).dnsSuffix}`;
  const caller = { credentials: credentials!, region, at: new Date() };
  const bundle = permissions.read.find((path) => !permissions.write.includes(path));
  const caCerts = bundle === undefined ? [] : [await Deno.readTextFile(bundle)];
  using client = Deno.createHttpClient({ caCerts });
  try {
    const { url, ...request } = await describeClusterRequest(cluster, endpoint, caller);
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(url, { ...request, client, signal, redirect: "manual" });
    return readCluster(response.status, await response.text());
  } catch (error) {
    return `${endpoint} cannot be reached: ${error instanceof Error ? error.message : error}`;
  }
}
