/**
 * Gives a profile access to clusters in kubeconfigs, and takes away what stsmfa wrote for profiles
 * and clusters that are no more. What others wrote is theirs. Texts in, texts out.
 *
 * @module
 */

import { realRegion } from "../profile/partition.ts";
import type { ValueMap } from "../text/yaml_document.ts";
import { clusterOfArn, type EntryNames } from "./claims.ts";
import { type KubeconfigFile, Kubeconfigs } from "./kubeconfig.ts";
import {
  type FoundCommand,
  foundCommand,
  tokenArguments,
  type TokenFiles,
} from "./token_command.ts";

/** One cluster and how to get in. */
export interface KubeAccess {
  readonly cluster: string;
  readonly region: string;
  readonly names: EntryNames;
  /** Where it is; absent if that is not known, and then the file must tell. */
  readonly found?: { readonly server: string; readonly certificateAuthority: string } | undefined;
}

/** What kubeconfigs are to say for one profile. */
export interface KubePlan {
  readonly profile: string;
  /** AWS's files that are in force. */
  readonly files: TokenFiles;
  /** The words that start stsmfa. */
  readonly command: readonly string[];
  readonly accesses: readonly KubeAccess[];
  /** The context to use from now on. */
  readonly useContext?: string | undefined;
  /** Reports whether there is a profile of this name. */
  readonly isProfile: (name: string) => boolean;
  /** Reports whether the profile asks for a cluster, be it one that could not be found. */
  readonly isAsked: (cluster: string, region: string | undefined) => boolean;
  /** Returns the profile that a context's name belongs to. */
  readonly ownerOf: (context: string) => string | undefined;
}

/** What has become of the files. */
export interface KubeEdit {
  readonly files: readonly KubeconfigFile[];
  /** What was taken away, in words. */
  readonly removed: readonly string[];
  /** Why a cluster is not accessible, by its place among those of the plan. */
  readonly problems: ReadonlyMap<KubeAccess, string>;
}

/**
 * Carries a plan out.
 *
 * @throws YamlError for a file that cannot be read or edited, with its path and line
 */
export function withPlan(texts: readonly KubeconfigFile[], plan: KubePlan): KubeEdit {
  const configs = new Kubeconfigs(texts);
  const removed = [...withoutStrangers(configs, plan)];
  const problems = new Map<KubeAccess, string>();
  for (const access of plan.accesses) {
    const problem = problemOf(configs, plan, access);
    if (problem !== undefined) problems.set(access, problem);
  }
  const accesses = plan.accesses.filter((each) => !problems.has(each));
  removed.push(...withoutOldNames(configs, plan, accesses));
  for (const access of accesses) {
    const taken = ownCommand(configs, access.names.users);
    if (taken !== undefined && taken.profile !== plan.profile) {
      removed.push(...withoutUser(configs, access.names.users));
    }
    give(configs, plan, access);
  }
  const isGiven = accesses.some(({ names }) => names.contexts === plan.useContext);
  if (isGiven) configs.use(plan.useContext!);
  return { files: configs.files, removed, problems };
}

/** Removes users of profiles that are no more. */
function* withoutStrangers(configs: Kubeconfigs, plan: KubePlan): Generator<string> {
  for (const user of configs.names("users")) {
    const command = ownCommand(configs, user);
    if (!command?.isOfHook || !isOfFiles(command, plan.files)) continue;
    if (!plan.isProfile(command.profile)) yield* withoutUser(configs, user);
  }
}

/** Removes what the profile has under other names, or for clusters that it does not ask for. */
function* withoutOldNames(
  configs: Kubeconfigs,
  plan: KubePlan,
  accesses: readonly KubeAccess[],
): Generator<string> {
  const { profile, files, ownerOf } = plan;
  for (const user of configs.names("users")) {
    const command = ownCommand(configs, user);
    if (command?.profile !== profile || !command.isOfHook) continue;
    if (!isOfFiles(command, files)) continue;
    const { cluster, region } = command;
    const heir = accesses.find((each) => each.names.users === user) ??
      accesses.find((each) =>
        each.cluster === cluster && realRegion(each.region) === realRegion(region ?? "")
      );
    if (heir === undefined) {
      if (!plan.isAsked(cluster, region)) yield* withoutUser(configs, user);
      continue;
    }
    for (const context of contextsOf(configs, user)) {
      const itsCluster = configs.entry("contexts", context)!["cluster"];
      const isOther = itsCluster !== heir.names.clusters &&
        clusterOfArn(String(itsCluster)) !== undefined;
      if (isOther || (ownerOf(context) ?? profile) !== profile) {
        configs.remove("contexts", context);
        yield `context ${context}`;
      } else configs.set("contexts", context, { user: heir.names.users });
    }
    if (heir.names.users !== user) configs.remove("users", user);
  }
}

function* withoutUser(configs: Kubeconfigs, user: string): Generator<string> {
  configs.remove("users", user);
  yield `user ${user}`;
  // The same name in another file may be somebody else.
  if (configs.entry("users", user) !== undefined) return;
  for (const context of contextsOf(configs, user)) {
    configs.remove("contexts", context);
    yield `context ${context}`;
  }
}

function contextsOf(configs: Kubeconfigs, user: string): string[] {
  return configs.names("contexts")
    .filter((name) => configs.entry("contexts", name)!["user"] === user);
}

/** Returns why the names of an access are not to be had: somebody else has them. */
function problemOf(
  configs: Kubeconfigs,
  { files }: KubePlan,
  { names, cluster }: KubeAccess,
): string | undefined {
  const { user, cluster: itsCluster } = configs.entry("contexts", names.contexts) ?? {};
  const another = `write kube_cluster = ${cluster} as NAME`;
  if (user !== undefined && user !== names.users) {
    const owner = ownCommand(configs, String(user));
    if (owner?.files !== undefined && !isOfFiles(owner, files)) {
      return `context ${names.contexts} belongs to profile ${owner.profile} in ${owner.files.config}; ${another}`;
    }
    if (owner === undefined && itsCluster !== names.clusters) {
      return `context ${names.contexts} already exists, for user ${user} of cluster ${itsCluster}, and is not stsmfa's; ${another}`;
    }
  }
  const old = configs.entry("users", names.users);
  const owner = ownCommand(configs, names.users);
  if (owner?.files !== undefined && !isOfFiles(owner, files)) {
    return `user ${names.users} belongs to profile ${owner.profile} in ${owner.files.config}; write another kube_user, or remove it: kubectl config delete-user ${names.users}`;
  }
  if (owner === undefined && old !== undefined && Object.keys(old).length > 0) {
    return `user ${names.users} already exists and is not stsmfa's; write another kube_user, or none`;
  }
  return undefined;
}

function ownCommand(configs: Kubeconfigs, user: string): FoundCommand | undefined {
  return foundCommand(configs.entry("users", user)?.["exec"]);
}

/** Reports whether a command's profile is one of these files; those of old are of the usual ones. */
function isOfFiles({ files }: FoundCommand, { config, credentials }: TokenFiles): boolean {
  if (files !== undefined) return files.config === config && files.credentials === credentials;
  return [config, credentials].every((path) => /[/\\]\.aws[/\\](config|credentials)$/.test(path));
}

function give(configs: Kubeconfigs, plan: KubePlan, { cluster, region, names, found }: KubeAccess) {
  if (found !== undefined) {
    const isUnverified =
      configs.entry("clusters", names.clusters)?.["insecure-skip-tls-verify"] === true;
    configs.set("clusters", names.clusters, {
      // kubectl refuses a cluster that has both.
      ...(!isUnverified && { "certificate-authority-data": found.certificateAuthority }),
      server: found.server,
    });
  }
  configs.set("contexts", names.contexts, { cluster: names.clusters, user: names.users });
  const { exec } = configs.entry("users", names.users) ?? {};
  const [command = "", ...words] = plan.command;
  const { profile, files } = plan;
  const args = [...words, ...tokenArguments({ cluster, profile, region, files })];
  configs.set("users", names.users, { exec: execOf(Object(exec), command, args) });
}

/** Keeps what the person chose: protocol version, variables, interactivity. */
function execOf(old: ValueMap, command: string, args: readonly string[]): ValueMap {
  const isKnown = /^client\.authentication\.k8s\.io\/v1(beta1)?$/.test(String(old["apiVersion"]));
  const isMode = /^(Never|IfAvailable|Always)$/.test(String(old["interactiveMode"]));
  return {
    apiVersion: isKnown ? old["apiVersion"]! : "client.authentication.k8s.io/v1beta1",
    args,
    command,
    env: old["env"] ?? null,
    interactiveMode: isMode ? old["interactiveMode"]! : "IfAvailable",
    provideClusterInfo: false,
  };
}
