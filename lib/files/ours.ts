/**
 * Refuses what another user of the machine could have written: a file, its folder, and every folder
 * and link on the way there.
 *
 * Windows is not checked: the runtime reports no owner there.
 *
 * @module
 */

import type { Context, FileStatus } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { keepsNoModes } from "./no_modes.ts";
import { isOwnGroup } from "./own_group.ts";
import {
  allowsForeign,
  allowVariable,
  type Fault,
  faultHint,
  faultInWords,
  judge,
} from "./ownership.ts";
import { type Step, wayTo } from "./way.ts";

type World = Pick<Context, "env" | "files" | "os" | "userId">;

type Warn = (message: string) => void;

/** How a path is checked. */
export interface OursOptions {
  /** Called with warnings about a path that is used anyway, once each. */
  readonly warn?: Warn;
  /**
   * Trusts a file whatever its mode, as long as its folder is ours; and lets root use a folder of
   * any owner.
   */
  readonly isAwsFile?: boolean;
  /**
   * Checks the mode of such a file after all, since its content is run; and trusts, as root, only the
   * owner of the home and of what is mounted into it.
   */
  readonly isRun?: boolean;
}

/**
 * Makes sure that a path leads to something of ours or root's, and that nobody else can write it.
 *
 * @returns where the path led when it was looked at, with no link on the way: whatever the path leads
 * to later, this is what was found to be ours
 * @throws StsmfaError `UntrustedFile`; the system's own error if a step of the path cannot be read
 */
export async function requireOurs(
  context: World,
  path: string,
  options: OursOptions = {},
): Promise<string> {
  const { fault, real } = await look(context, path, options);
  if (fault === undefined) return real ?? await context.files.resolveLinks(path);
  throw new StsmfaError("UntrustedFile", `cannot use ${path}: ${faultInWords(fault)}`, {
    hint: hintFor(context, path, fault),
  });
}

/** Returns what the user can do about a fault of a path. */
export function hintFor({ env }: Pick<Context, "env">, path: string, fault: Fault): string {
  const variable = variables.find((name) => {
    const value = env.get(name)?.replace(/(?<=.)\/+$/, "");
    const isOnTheWay = value !== undefined && (path === value || path.startsWith(`${value}/`));
    return isOnTheWay && (fault.path === value || value.startsWith(`${fault.path}/`));
  });
  return faultHint(fault, variable);
}

/** Variables that say where files are; blamed only for a fault at or above the path they name. */
const variables = [
  "XDG_STATE_HOME",
  "XDG_CONFIG_HOME",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONFIG_FILE",
  "HOME",
] as const;

/** Returns the first step on the way to a path that another user could have written, if any. */
export async function foreignPart(
  context: World,
  path: string,
  options: OursOptions = {},
): Promise<Fault | undefined> {
  return (await look(context, path, options)).fault;
}

/** The same, and where the path really is, if it was looked at and is ours. */
async function look(
  context: World,
  path: string,
  options: OursOptions,
): Promise<{ readonly fault?: Fault; readonly real?: string }> {
  const { env, files, os, userId } = context;
  const isAllowed = allowsForeign(env.get(allowVariable));
  if (os === "windows" || userId === undefined || isAllowed) return {};
  const users = await believedUsers(context, path, options);
  const steps: Step[] = [];
  const shared = new Set<string>();
  const owners = new Map<string, number | undefined>();
  let withoutModes: string | undefined;
  let leading: { readonly step: Step; readonly by: number | undefined } | undefined;
  const way = wayTo(files, path);
  let next = await way.next();
  for (; !next.done; next = await way.next()) {
    const step = next.value;
    const { path: here, folder, status } = step;
    steps.push(step);
    owners.set(here, status.uid);
    const believed = { users, rootUser: steps[0]!.status.uid };
    const verdict = judge(status, believed, shared.has(folder ?? ""));
    if (verdict === "foreign") return { fault: { kind: verdict, path: here, status } };
    if (verdict !== "ours" && !await isOwnGroups(files, status, userId, users)) {
      if (verdict === "shared") shared.add(here);
      else if (!options.isAwsFile || options.isRun || status.isDirectory) {
        if (!await keepsNoModes(context, here)) {
          return { fault: { kind: verdict, path: here, status } };
        }
        withoutModes ??= here;
      }
    }
    if (status.linkTarget !== undefined && owners.get(folder!) !== 0) {
      leading ??= { step, by: owners.get(folder!) };
    }
  }
  // Whoever can change the link could make root write where only others can.
  const isTheirs = leading?.by === steps.at(-1)?.status.uid;
  if (userId === 0 && leading !== undefined && !isTheirs && users.length > 1) {
    const { path, status } = leading.step;
    return { fault: { kind: "led", path, status } };
  }
  if (withoutModes !== undefined) warnOfNoModes(withoutModes, options.warn);
  if (userId === 0) warnOfOwner(steps, options);
  return { real: next.value };
}

/**
 * Returns the users to trust: us and root. Root in another's home, as by `sudo -E` or with a folder
 * mounted into a container, acts for that user too. What a file of another user names is run only
 * then: in that user's home, or if the file is in root's own `~/.aws`, where only root can put a folder.
 */
async function believedUsers(
  { env, files, userId }: World,
  path: string,
  { isAwsFile = false, isRun = false }: OursOptions,
): Promise<number[]> {
  if (userId !== 0) return [userId!, 0];
  const home = env.get("HOME");
  const atHome = home === undefined ? undefined : await files.status(home);
  const owners = [atHome?.uid];
  const isMounted = atHome?.uid === 0 && ((atHome.mode ?? 0) & 0o022) === 0 &&
    !path.split("/").includes("..") &&
    path.startsWith(`${home!.replace(/\/+$/, "")}/.aws/`);
  if (isAwsFile && (!isRun || isMounted)) {
    const real = await files.resolveLinks(path);
    for (const each of [real, real.replace(/\/[^/]*$/, "") || "/"]) {
      owners.push((await files.status(each))?.uid);
    }
  }
  return [...new Set([0, ...owners.flatMap((uid) => uid ?? [])])];
}

/**
 * Reports whether only a trusted user's private group can write it; root's counts only for root.
 */
async function isOwnGroups(
  files: Context["files"],
  { gid, mode = 0 }: FileStatus,
  userId: number,
  users: readonly number[],
): Promise<boolean> {
  if (gid === undefined || (mode & 0o002) !== 0) return false;
  const candidates = userId === 0 ? users : [userId];
  return candidates.includes(gid) && await isOwnGroup(files, gid, gid);
}

/** Returns the warning about a file system without modes. */
export function noModesWarning(path: string): string {
  return `the file system of ${path} has no file modes: whoever can reach it can read and change what is there`;
}

/** The callers that were warned already. */
const told = new WeakSet<Warn>();

/** Warns once, about the first path, that modes mean nothing there. */
export function warnOfNoModes(path: string, warn: Warn | undefined): void {
  if (warn === undefined || told.has(warn)) return;
  told.add(warn);
  warn(noModesWarning(path));
}

/** Warns root who will own what it writes at a path, if that is in another user's folder. */
export async function warnOfRoot(
  { files, userId }: Pick<Context, "files" | "userId">,
  path: string,
  warn: (message: string) => void,
): Promise<void> {
  if (userId !== 0) return;
  const steps: Step[] = [];
  for await (const step of wayTo(files, path)) steps.push(step);
  warnOfOwner(steps, { warn });
}

/** Warns who will own what root writes in another user's folder. */
function warnOfOwner(steps: readonly Step[], { warn }: OursOptions): void {
  const uid = steps.findLast(({ status }) => status.isDirectory)?.status.uid;
  if (uid === undefined || uid === 0) return;
  warn?.(`running as root in a folder of uid ${uid}: what is written there belongs to uid ${uid}`);
}
