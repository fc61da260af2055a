/**
 * The files in which docker, podman, skopeo, buildah and crane look for logins, in the order in which
 * they do: the first login that is found wins.
 *
 * Source: docker's `cli/config`; containers-auth.json(5); go-containerregistry's `pkg/authn`
 *
 * @module
 */

import type { RegistryPassword } from "../lib/docker/ecr.ts";
import {
  type Login,
  type OtherLogin,
  refuseUnreadable,
  storeOf,
  withLogin,
  withoutLogin,
} from "../lib/docker/logins.ts";
import type { HookEvent } from "../lib/hook.ts";
import { dirname } from "../lib/path.ts";
import { systemErrorCode, systemReason } from "../lib/storage_error.ts";
import { JsonProblem } from "../lib/text/json.ts";
import { editFile } from "./edit_file.ts";

/** The resolved paths. */
export interface LoginFiles {
  /** Docker's config.json. */
  readonly docker: string;
  /** What REGISTRY_AUTH_FILE names, unless that is docker's. */
  readonly podman: string | undefined;
  /** What podman, skopeo and buildah read before docker's. */
  readonly first: readonly string[];
}

/**
 * Finds the files among the hook's permissions. Those are in alphabetical order of their
 * declarations, so that docker's file comes before the others;
 * files that are written, not only tidied, may be written by name.
 */
export function loginFiles({ permissions: { read, write } }: HookEvent): LoginFiles {
  const isFolder = (path: string) => read.some((other) => dirname(other) === path);
  const files = read.filter((path) => !isFolder(path));
  const [docker, podman] = write.filter((path) => !isFolder(path));
  const at = files.indexOf(docker!);
  return {
    docker: docker!,
    podman,
    first: files.slice(at + 1).filter((path) => path !== podman),
  };
}

/** A registry, and its password unless the helper is to be asked. */
export interface Entry {
  readonly host: string;
  readonly password: RegistryPassword | undefined;
}

/** What has been written. */
export interface Written {
  /** What docker keeps passwords in, in place of its file. */
  readonly store: string | undefined;
  /** What some clients will do otherwise, and what to do about it. */
  readonly notes: readonly string[];
  /** Files with a password that others may read. */
  readonly open: readonly string[];
}

/** A problem of one of the files; its message says what is and what is not changed if it has to. */
class FileProblem extends Error {
  constructor(readonly reason: string, changed = "nothing was changed") {
    super(`${reason}; ${changed}`);
  }
}

/**
 * Writes the logins, and takes older ones away where clients would find them first.
 *
 * @param helper the program that clients start for our name
 * @throws Error if docker's file, or the one of REGISTRY_AUTH_FILE, cannot have them; then nothing
 * was changed
 */
export async function writeLogins(
  { docker, podman, first }: LoginFiles,
  entries: readonly Entry[],
  helper: NonNullable<HookEvent["surroundings"]>["helper"],
): Promise<Written> {
  let store: string | undefined;
  let others: [path: string, host: string, OtherLogin][] = [];
  const inDocker = (old = "") => {
    store = storeOf(old);
    const isAsked = store !== undefined || entries.some(({ password }) => password === undefined);
    if (isAsked && helper?.isOurs === false) {
      throw new JsonProblem(
        `cannot have docker ask ${helper.path}, which is not stsmfa's: remove it, or put another ` +
          "before it on PATH: stsmfa docker-credential install DIR",
      );
    }
    const edited = each(
      docker,
      entries,
      old,
      (text, { host, password }) =>
        withLogin(text, host, store === undefined ? loginOf(password) : "helper"),
    );
    refuseUnreadable(edited);
    return edited;
  };
  const inPodman = (old = "") =>
    each(
      podman!,
      entries,
      old,
      (text, { host, password }) => withLogin(text, host, loginOf(password)),
    );
  const each = (
    path: string,
    entries: readonly Entry[],
    old: string,
    edit: (text: string, entry: Entry) => ReturnType<typeof withLogin>,
  ) => {
    others = others.filter(([known]) => known !== path);
    return entries.reduce((text, entry) => {
      const edited = edit(text, entry);
      for (const other of edited.others) others.push([path, entry.host, other]);
      return edited.text;
    }, old);
  };
  if (podman !== undefined) await check(podman, inPodman);
  const written = [{ path: docker, ...await edit(docker, inDocker) }];
  const hasPassword = entries.some(({ password }) => password !== undefined);
  if (store !== undefined || !hasPassword) written.pop();
  if (podman !== undefined) {
    const edited = await edit(podman, inPodman, `only ${docker} was changed`);
    if (hasPassword) written.push({ path: podman, ...edited });
  }
  const open = written.filter(({ oldMode = 0o600 }) => (oldMode & 0o077) !== 0);
  const notes: string[] = [];
  for (const path of first) {
    const tidied = (old = "") =>
      each(path, entries, old, (text, { host }) => withoutLogin(text, host));
    try {
      if (await isThere(path)) await edit(path, tidied);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      notes.push(`${clients} may use another login: ${error.reason}`);
    }
  }
  return {
    store,
    open: open.map(({ path }) => path),
    notes: [...others.map((each) => noteOf(...each)), ...notes],
  };
}

function loginOf(password: RegistryPassword | undefined): Login {
  if (password === undefined) return "helper";
  return { auth: btoa(`${password.username}:${password.password}`) };
}

const clients = "podman, skopeo and buildah";

function noteOf(path: string, host: string, { key, user, helper }: OtherLogin): string {
  if (helper !== undefined) {
    return `${clients} ask ${helper} for ${host}: remove that entry of credHelpers in ${path}`;
  }
  const whose = user === undefined ? "a login" : `the login of ${user}`;
  return `${clients} use ${whose} for ${key}: remove that entry of auths in ${path}`;
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw problemOf(path, error);
  }
}

/** Finds out whether a file can be edited. */
async function check(path: string, change: (old: string | undefined) => string): Promise<void> {
  try {
    change(await isThere(path) ? await Deno.readTextFile(path) : undefined);
  } catch (error) {
    throw problemOf(path, error);
  }
}

async function edit(
  path: string,
  change: (old: string | undefined) => string,
  changed?: string,
) {
  try {
    return await editFile({ path, change });
  } catch (error) {
    throw problemOf(path, error, changed);
  }
}

function problemOf(path: string, error: unknown, changed?: string): Error {
  if (error instanceof FileProblem) return error;
  if (error instanceof JsonProblem) return new FileProblem(`${path} ${error.message}`, changed);
  const code = systemErrorCode(error);
  if (code === undefined || code === "ENOTCAPABLE") return error as Error;
  return new FileProblem(`${path} cannot be written: ${systemReason(error)}`, changed);
}
