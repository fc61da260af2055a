/**
 * Turns the permissions that a hook declares into those it gets: fills in `~` and variables once,
 * for the approval; the profile's region, account, name and endpoints for each run.
 *
 * @module
 */

import { expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { HookPermissions } from "../hook.ts";
import { dirname, homeDirectory, isAbsolute, join, native } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";
import { systemErrorCode, systemReason } from "../storage_error.ts";
import { endpointIn, type HookEndpoints } from "./endpoints.ts";
import { type HookManifest, type PermissionKind, permissionKinds } from "./manifest.ts";
import { steersRuntime } from "./runtime_variables.ts";

/** Permissions in which only what differs between profiles is left to fill in. */
export type HookScope = Required<HookPermissions>;

/** What differs between profiles. */
export interface ScopeValues {
  readonly profile: string;
  readonly region: string;
  readonly accountId: string | undefined;
  /** The hook's options in the profile's block. */
  readonly options: Readonly<Record<string, string>>;
  /** The endpoints that the scope names. */
  readonly endpoints: HookEndpoints;
}

/**
 * Fills in what is the same for every profile: `~`, and `{env:NAME|DEFAULT}`, the value of a
 * variable, which for paths may be a list of them. A trailing `/..` means the folder it is in.
 * Symbolic links in paths are resolved.
 *
 * @throws StsmfaError `InvalidHook` for a permission that no hook may have, or that is malformed
 */
export async function resolveScope(
  context: Context,
  name: string,
  { permissions }: Pick<HookManifest, "permissions">,
): Promise<HookScope> {
  const scope: Record<PermissionKind, string[]> = {
    read: [],
    write: [],
    net: [],
    run: [],
    env: [],
  };
  for (const kind of permissionKinds) {
    for (const word of permissions[kind]) {
      const filled = word.replace(
        /\{env:(\w+)(?:\|((?:[^{}]|\{\w+\})*))?\}/g,
        (_, variable: string, otherwise: string | undefined) => {
          if (isSecret(variable)) {
            throw invalid(
              name,
              kind,
              word,
              "a secret cannot be part of a permission, which is shown",
            );
          }
          return context.env.get(variable) ?? otherwise ?? "";
        },
      );
      if (filled === "") continue;
      const isList = filled !== word && isPathKind(kind);
      for (const each of isList ? pathsOf(context, filled) : [filled]) {
        const value = isPathKind(kind)
          ? await realPath(context, name, kind, each, word)
          : kind === "net"
          ? hostOf(each)
          : each;
        check(name, kind, value, word);
        if (!scope[kind].includes(value)) scope[kind].push(value);
      }
    }
  }
  await refuseSelfApproval(context, name, scope);
  return scope;
}

/** Reports whether a variable's value, not the file that it names, may be a secret. */
export function isSecret(variable: string): boolean {
  return /SECRET|TOKEN|PASS|_PWD$|KEY|AUTH|CREDENTIAL/i.test(variable) &&
    !/_(FILE|PATH|DIR)$/i.test(variable);
}

function isPathKind(kind: PermissionKind): boolean {
  return kind === "read" || kind === "write";
}

/** Splits a list of paths such as KUBECONFIG; a trailing `/..` applies to each. */
function pathsOf({ os }: Context, list: string): string[] {
  const [, paths = "", up = ""] = /^(.*?)(\/\.\.)?$/s.exec(list) ?? [];
  return paths.split(os === "windows" ? ";" : ":").filter((path) => path !== "")
    .map((path) => path + up);
}

/** Returns the host of a URL; anything else as is. */
function hostOf(word: string): string {
  return /^https?:\/\//.test(word) && URL.canParse(word) ? new URL(word).host : word;
}

/**
 * Returns a path as the runtime will see it; one that differs between profiles is resolved later.
 *
 * @param word what is said of it if it is not a path
 */
async function realPath(
  context: Context,
  name: string,
  kind: PermissionKind,
  path: string,
  word = path,
): Promise<string> {
  if (path.startsWith("{option:")) return path;
  const [, named = "", up] = /^(.*?)(\/\.\.)?$/s.exec(path) ?? [];
  const below = expandHome(context.env, named);
  const parts = below.split(/[/\\]/);
  if (!isAbsolute(below) || parts.includes("..") || parts.includes(".")) {
    const { source = "" } = /\{env:(?<source>\w+)/.exec(word)?.groups ?? {};
    const about = source === "" ? "" : `, those in ${source} too`;
    throw invalid(name, kind, word, `paths begin with ~ or /, and have no .. in them${about}`);
  }
  if (below.includes("\0")) throw invalid(name, kind, word, "no path has a NUL in it");
  const resolved = async (each: string) => {
    try {
      return await context.files.resolveLinks(each);
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      throw invalid(name, kind, word, `${each} cannot be looked up: ${systemReason(error)}`);
    }
  };
  // Nothing exists yet below a part that is filled in later.
  const at = below.indexOf("{");
  if (at < 0) {
    const real = await resolved(below.replace(/(?<=.)\/+$|(?<=.\w)\\$/, ""));
    // A file is replaced in its own folder, not in that of a link to it.
    return up === undefined ? real : dirname(real);
  }
  const fixed = dirname(below.slice(0, at + 1));
  const rest = below.slice(fixed.length).replace(/^[/\\]/, "");
  return join(await resolved(fixed), rest);
}

/** @param word what is told of it, which has no values of variables in it */
function check(name: string, kind: PermissionKind, value: string, word: string): void {
  const fillIns = value.match(/\{[^}]*\}/g) ?? [];
  const isKnown = (each: string) =>
    ["{region}", "{account}", "{profile}"].includes(each) ||
    (kind === "net" && value === each && endpointIn(each) !== undefined) ||
    (isPathKind(kind) && /^\{option:\w+\|[^{}|]+\}$/.test(each) && value.startsWith(each));
  if (!fillIns.every(isKnown)) {
    throw invalid(
      name,
      kind,
      word,
      "there are {region}, {account}, {profile}, {env:NAME|DEFAULT}, for paths {option:NAME|DEFAULT}, and for hosts {endpoint:SERVICE}",
    );
  }
  const plain = value.replace(/\{[^}]*\}/g, "x");
  if (kind === "net" && !/^(\[[\da-fA-F:.]+\]|[\w*.-]+)(:\d{1,5})?$/.test(plain)) {
    throw invalid(name, kind, word, "write a host, with or without a port");
  }
  if (kind === "net" && plain.includes("*") && !/^\*(\.[\w-]+){2,}(:\d+)?$/.test(plain)) {
    throw invalid(name, kind, word, "name the hosts");
  }
  if (
    kind === "env" &&
    (!/^\w+$/.test(plain) || /^(LD|DYLD)_/.test(plain) || steersRuntime(plain))
  ) {
    throw invalid(
      name,
      kind,
      word,
      "name single variables, and none that makes programs load code or steers the runtime",
    );
  }
  if (kind === "run" && !/^[\w./\\:@+~ -]+$/.test(plain)) {
    throw invalid(name, kind, word, "write the name or path of a program");
  }
}

/** Refuses write access to approvals and hooks, with which a hook could approve itself. */
async function refuseSelfApproval(
  context: Context,
  name: string,
  scope: HookScope,
): Promise<void> {
  const own = [hooksDirectory(context), stateDirectory(context)].flatMap((path) => path ?? []);
  for (const path of await Promise.all(own.map((each) => context.files.resolveLinks(each)))) {
    const covering = scope.write.find((each) => covers(each, path) || covers(path, each));
    if (covering === undefined) continue;
    throw invalid(
      name,
      "write",
      covering,
      `it would let the hook approve itself, since ${path} is in there; use a folder of its own`,
    );
  }
}

/**
 * Reports whether a path is another one, or below it, on any system: names that differ only in case
 * or separator may be the same.
 */
export function covers(outer: string, inner: string): boolean {
  const [start, path] = [outer, inner]
    .map((each) => `${each.toLowerCase().replaceAll("\\", "/").replace(/\/$/, "")}/`);
  return path!.startsWith(start!);
}

function invalid(
  name: string,
  kind: PermissionKind,
  value: string,
  problem: string,
): StsmfaError {
  return new StsmfaError("InvalidHook", `hook ${name}: permission ${kind} ${value}: ${problem}`);
}

/**
 * Returns `${XDG_CONFIG_HOME:-~/.config}/stsmfa/hooks`, on Windows `%APPDATA%\stsmfa\hooks`;
 * `undefined` if the environment names no home.
 */
export function hooksDirectory({ env }: Pick<Context, "env">): string | undefined {
  const isWindows = env.os === "windows";
  const config = env.get(isWindows ? "APPDATA" : "XDG_CONFIG_HOME");
  if (config !== undefined && isAbsolute(config)) return native(`${config}/stsmfa/hooks`);
  const home = homeDirectory(env);
  return home && native(`${home}/${isWindows ? "AppData/Roaming" : ".config"}/stsmfa/hooks`);
}

/**
 * Fills in what differs between profiles: `{region}`, `{account}`, `{profile}`, the host of an
 * endpoint, `{endpoint:SERVICE}`, and the path that an option names, `{option:NAME|DEFAULT}`, of
 * which a trailing `/..` means the folder it is in.
 *
 * @throws StsmfaError `InvalidHook` for a name that would lead out of its directory
 */
export async function fillScope(
  context: Context,
  name: string,
  scope: HookScope,
  values: ScopeValues,
): Promise<HookScope> {
  const fill = async (kind: PermissionKind, word: string) => {
    const [, option, otherwise = "", up = ""] =
      /^\{option:(\w+)\|([^{}]*)\}(\/\.\.)?$/.exec(word) ?? [];
    if (option !== undefined) {
      const given = Object.hasOwn(values.options, option) ? values.options[option] : "";
      if (/[{}]/.test(given ?? "")) {
        throw invalid(
          name,
          kind,
          `${given}, of ${name}_${option}`,
          "write the path itself: nothing in braces is filled in",
        );
      }
      const path = (given || otherwise) + up;
      return await realPath(context, name, kind, path, `${path}, of ${name}_${option}`);
    }
    const endpoint = values.endpoints[endpointIn(word)?.word ?? ""];
    if (endpoint !== undefined) {
      const { host } = new URL(endpoint.url);
      check(name, kind, host, word);
      return host;
    }
    const value = word.replace(/\{(region|account|profile)\}/g, (_, key: string) => {
      const value = key === "region"
        ? values.region
        : key === "account"
        ? values.accountId
        : values.profile;
      if (value !== undefined && /^[\w@+=,][\w.@+=,-]*$/.test(value)) return value;
      const problem = value === undefined
        ? "the account is not known"
        : `${value} cannot be part of a permission`;
      throw invalid(name, kind, word, problem);
    });
    check(name, kind, value, word);
    // What was filled in may be a link.
    return isPathKind(kind) ? await context.files.resolveLinks(value) : value;
  };
  const filled: Record<PermissionKind, string[]> = {
    read: [],
    write: [],
    net: [],
    run: [],
    env: [],
  };
  for (const kind of permissionKinds) {
    for (const word of scope[kind]) filled[kind].push(await fill(kind, word));
  }
  await refuseSelfApproval(context, name, filled);
  return filled;
}
