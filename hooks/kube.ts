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
 * `kube_cluster` names one or more clusters in the profile's region: `shop, lab as my-lab`. Each
 * profile has a user of its own, `ARN@PROFILE`. Contexts are named after the cluster's ARN, as
 * `aws eks update-kubeconfig` does; where several profiles ask for one cluster, the first in the
 * config file has that name, and the others `ARN@PROFILE`. What follows `as`, or `kube_context`,
 * names the context, `kube_user` the user, and with `kube_use_context = true` the (first) context
 * becomes the current one.
 *
 * @module
 */

import process from "node:process";
import type { Hook, HookEvent } from "../lib/hook.ts";
import type { KubeAccess, KubeEdit, KubePlan } from "../lib/kube/access.ts";
import type { Claimant } from "../lib/kube/claims.ts";
import type { Cluster } from "../lib/kube/eks.ts";
import type { KubeconfigFile } from "../lib/kube/kubeconfig.ts";
import { type Wanted, type WantedCluster, wantedClusters } from "../lib/kube/wanted.ts";
import { dirname } from "../lib/path.ts";
import { realRegion } from "../lib/profile/partition.ts";
import { ask, plain } from "./ask.ts";

const kubeconfig = "{env:KUBECONFIG|~/.kube/config}";

export default {
  on: "post-refresh",
  needs: ["credentials"],
  permissions: {
    // The file is replaced by a new one in the same folder.
    read: [kubeconfig, `${kubeconfig}/..`],
    write: [kubeconfig, `${kubeconfig}/..`],
    net: ["{endpoint:eks}"],
    env: ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"],
  },
  async run(event) {
    // The YAML parser reads variables for debugging it, which this hook may not access.
    process.env = {};
    const wanted = wantedClusters(event.options);
    const files: KubeconfigFile[] = [];
    for (const path of kubeconfigs(event)) files.push({ path, text: await readText(path) });
    if (files.length === 0) throw new Error("KUBECONFIG names no file: unset it");
    const asked = await Promise.all(wanted.clusters.map((each) => askedFor(event, each, files)));
    const { withPlan } = await import("../lib/kube/access.ts");
    const plan = await planOf(event, wanted, asked);
    const edit = withPlan(files, plan);
    const changed = edit.files.filter(({ text }, at) => text !== files[at]!.text);
    for (const { path } of changed) await write(path, files, plan, edit);
    return report(event, asked, edit, changed.map(({ path }) => path));
  },
} satisfies Hook as Hook;

/** What has come of the question for a cluster. */
interface Asked {
  readonly wanted: WantedCluster;
  readonly access?: KubeAccess;
  /** Why there is no access, or why it is that of the entries that are there. */
  readonly problem?: string;
}

/** Asks for a cluster, and finds the names of its entries. */
async function askedFor(
  event: HookEvent,
  wanted: WantedCluster,
  files: readonly KubeconfigFile[],
): Promise<Asked> {
  const { entryNames, usualArn } = await import("../lib/kube/claims.ts");
  const { Kubeconfigs } = await import("../lib/kube/kubeconfig.ts");
  const { region } = event;
  const { cluster } = wanted;
  const { own, before } = claimants(event);
  const known = new Kubeconfigs(files).names("clusters");
  const { found, problem, isGone } = await describe(event, cluster);
  const arn = found?.arn ?? known.find((name) => !isGone && name === usualArn(event, cluster));
  if (arn === undefined) return { wanted, problem: problem! };
  try {
    const names = entryNames(
      own,
      wanted,
      arn,
      before,
      (claimant, name) => name === cluster && isAt(claimant, own) ? arn : usualArn(claimant, name),
    );
    const access = { cluster, region, names, found };
    return { wanted, access, ...(problem !== undefined && { problem }) };
  } catch (error) {
    return { wanted, problem: (error as Error).message };
  }
}

/** Reports whether two profiles are in one account and region. */
function isAt(a: Claimant, b: Claimant): boolean {
  return a.accountId === b.accountId && a.region !== null && b.region !== null &&
    realRegion(a.region) === realRegion(b.region);
}

/** Returns what profiles ask for, in the order of the config file. */
function claimants(event: HookEvent) {
  const { profile, region, accountId, surroundings } = event;
  const own: Claimant = { profile, region, accountId, wanted: wantedClusters(event.options) };
  const all = surroundings!.profiles.flatMap(({ name, options, region, accountId }): Claimant[] => {
    if (name === profile) return [own];
    if (options === undefined) return [];
    let wanted: Wanted;
    try {
      wanted = wantedClusters(options);
    } catch {
      // It gets nothing before that is mended.
      return [];
    }
    return [{ profile: name, region: region ?? null, accountId: accountId ?? null, wanted }];
  });
  const at = all.indexOf(own);
  return { own, all, before: at < 0 ? all : all.slice(0, at) };
}

async function planOf(
  event: HookEvent,
  wanted: Wanted,
  asked: readonly Asked[],
): Promise<KubePlan> {
  const { claimedNames, usualArn } = await import("../lib/kube/claims.ts");
  const { profile, surroundings } = event;
  const { profiles, files, command } = surroundings!;
  const inFiles = profiles.find(({ name }) => name === profile)?.region ?? event.region;
  const regions = [event.region, inFiles].map(realRegion);
  const { own, all } = claimants(event);
  const owners = claimedNames(all, (claimant, cluster) => {
    const found = asked.find((each) => each.wanted.cluster === cluster)?.access;
    return found !== undefined && isAt(claimant, own)
      ? found.names.clusters
      : usualArn(claimant, cluster);
  }).contexts;
  const known = new Set(profiles.map(({ name }) => name));
  return {
    profile,
    files,
    command,
    accesses: asked.flatMap(({ access }) => access ?? []),
    useContext: wanted.usesContext ? asked[0]?.access?.names.contexts : undefined,
    isProfile: (name) => name === profile || known.has(name),
    isAsked: (cluster, region = "") =>
      regions.includes(realRegion(region)) &&
      wanted.clusters.some((each) => each.cluster === cluster),
    ownerOf: (context) => owners.get(context),
  };
}

async function write(
  path: string,
  files: readonly KubeconfigFile[],
  plan: KubePlan,
  edit: KubeEdit,
): Promise<void> {
  const { editFile } = await import("./edit_file.ts");
  const { withPlan } = await import("../lib/kube/access.ts");
  const at = files.findIndex((each) => each.path === path);
  await editFile({
    path,
    change: (text) => {
      const isKnown = text === files[at]!.text;
      const { files: edited } = isKnown ? edit : withPlan(files.with(at, { path, text }), plan);
      return edited[at]!.text ?? "";
    },
    mode: (old) => {
      if ((old & 0o200) === 0) throw new Error(`${path} is read-only; it is left as it is`);
      return old;
    },
  });
}

/** @throws Error if there is no access to one of the clusters */
function report(
  event: HookEvent,
  asked: readonly Asked[],
  { removed, problems }: KubeEdit,
  paths: readonly string[],
): { readonly message: string } {
  const { profile, region } = event;
  const lost: string[] = [];
  const done: string[] = [];
  for (const { wanted: { cluster }, access, problem } of asked) {
    const fault = access === undefined ? problem : problems.get(access);
    if (fault !== undefined) {
      lost.push(`cluster ${cluster} of profile ${profile} in ${region}: ${fault}`);
      continue;
    }
    const where = paths.length === 0
      ? "the kubeconfig has it"
      : `written to ${paths.join(", ")} as context ${access!.names.contexts}`;
    done.push(
      `${cluster}: ${where}${problem === undefined ? "" : `, as it was known; ${problem}`}`,
    );
  }
  if (removed.length > 0) done.push(`removed ${removed.join(", ")}`);
  if (lost.length > 0) throw new Error([...lost, ...done].join("; "));
  if (asked.length > 0 || done.length > 0) return { message: done.join("; ") };
  const where = `the stsmfa block of ${profile}`;
  return { message: `nothing to do: name the cluster in ${where}, kube_cluster = NAME` };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Returns the resolved paths of the files, without their folders, which may be written, too. */
function kubeconfigs({ permissions: { write } }: HookEvent): string[] {
  return write.filter((path) => !write.some((other) => dirname(other) === path));
}

/** Returns what DescribeCluster says, or why it failed. */
async function describe(event: HookEvent, cluster: string): Promise<{
  readonly found?: Cluster;
  readonly problem?: string;
  readonly isGone?: boolean;
}> {
  const { credentials } = event;
  const { describeClusterRequest, readCluster } = await import("../lib/kube/eks.ts");
  const { url, signingRegion: region } = event.endpoints!["eks"]!;
  const caller = { credentials: credentials!, region, at: new Date() };
  const request = await describeClusterRequest(cluster, url, caller);
  try {
    const answer = await ask(request, event.surroundings?.caCerts);
    const { host } = new URL(url);
    const found = readCluster({ cluster, region: realRegion(event.region), host }, answer);
    if (typeof found !== "string") return { found };
    return { problem: plain(event, found), isGone: answer.status === 404 };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
