/**
 * Checks who else can read or change AWS's files, stsmfa's folders, or a folder on the way there.
 *
 * @module
 */

import type { Context, FileStatus } from "../context.ts";
import { keepsNoModes } from "../files/no_modes.ts";
import { foreignPart, hintFor, noModesWarning } from "../files/ours.ts";
import { isOwnGroup } from "../files/own_group.ts";
import { faultInWords } from "../files/ownership.ts";
import { lookCommand, pathWord } from "../hint_words.ts";
import { hooksDirectory } from "../hooks/permissions.ts";
import { dirname, join } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";
import { storageError } from "../storage_error.ts";
import type { ReadFiles } from "./files.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Checks modes and owners of the files, the folders they are in and below, and stsmfa's own. */
export async function modeFindings(
  context: Context,
  { files }: Pick<ReadFiles, "files">,
): Promise<Finding[]> {
  const { config, credentials } = files;
  const state = stateDirectory(context);
  const hasKeys = config.document.sections()
    .some((section) => config.document.get(section, "aws_secret_access_key") !== undefined);
  const folders = new Set([config.path, credentials.path].map(dirname));
  const findings = [
    await accessFindings(context, credentials.path, "file", true),
    await accessFindings(context, config.path, "file", hasKeys),
    ...await Promise.all(
      [...folders].map((folder) => accessFindings(context, folder, "folder", false)),
    ),
    state === undefined ? [] : await accessFindings(context, state, "folder", true, true),
  ].flat();
  const hooks = hooksDirectory(context);
  const ways = [
    ...[credentials.path, config.path].map((path) => ({ path, isAwsFile: true })),
    ...(state === undefined ? [] : ["sessions", "hooks"].map((each) => join(state, each))).map((
      path,
    ) => ({
      path,
    })),
    ...(hooks === undefined ? [] : [{ path: hooks }]),
  ];
  for (const { path, ...options } of ways) {
    const finding = await wayFinding(context, path, options);
    const isTold = findings.some(({ where, code }) =>
      where === finding?.where && code !== "NoModes"
    );
    if (finding !== undefined && !isTold) findings.push(finding);
  }
  const firstWithoutModes = findings.find(({ code }) => code === "NoModes");
  return findings.filter((each) => each.code !== "NoModes" || each === firstWithoutModes);
}

/** Finds what on the way to a path keeps it from being used. */
async function wayFinding(
  context: Context,
  path: string,
  options: { readonly isAwsFile?: boolean },
): Promise<Finding | undefined> {
  let withoutModes: Finding | undefined;
  try {
    const warn = (what: string) => withoutModes ??= noModes(path, what);
    const fault = await foreignPart(context, path, { ...options, warn });
    if (fault === undefined) return withoutModes;
    const code = fault.kind === "foreign" || fault.kind === "led"
      ? "ForeignOwner"
      : "WritableByOthers";
    const fix = hintFor(context, path, fault);
    return { level: "problem", code, what: faultInWords(fault), where: fault.path, fix };
  } catch {
    // Reading it reports why it cannot be checked.
    return undefined;
  }
}

function noModes(where: string, what: string): Finding {
  return {
    level: "warning",
    code: "NoModes",
    what,
    where,
    fix: "keep secrets elsewhere, if others use this machine",
  };
}

async function accessFindings(
  context: Context,
  path: string,
  kind: "file" | "folder",
  isSecret: boolean,
  isOurs = false,
): Promise<Finding[]> {
  let status;
  try {
    status = await context.files.status(path);
  } catch (error) {
    // Reading the file reports why it cannot be checked, for example that it is a folder.
    return isOurs ? [findingOf(storageError("read", path, error), path)] : [];
  }
  if (status === undefined || (kind === "file" && !status.isFile)) return [];
  const { mode = 0, uid } = status;
  const word = pathWord(path);
  const found = (level: Finding["level"], code: string, what: string, fix: string): Finding[] => [
    { level, code, what, where: path, fix },
  ];
  if (kind === "folder" && !status.isDirectory) {
    return found(
      "problem",
      "NotAFolder",
      "this should be a folder",
      `see what it is: ${lookCommand(path)}`,
    );
  }
  if (uid !== undefined && uid !== 0 && context.userId && uid !== context.userId) {
    return found(
      "problem",
      "ForeignOwner",
      `the ${kind} belongs to another user`,
      `make it yours: sudo chown "$(id -u)" ${word}`,
    );
  }
  const isOpen = (mode & 0o022) !== 0 || (isSecret && (mode & 0o055) !== 0);
  if (isOpen && await keepsNoModes(context, path)) return [noModes(path, noModesWarning(path))];
  if ((mode & 0o022) !== 0 && !await isFineFolder(context, status, isSecret)) {
    return found(
      "problem",
      "WritableByOthers",
      `others can change the ${kind} (mode ${octal(mode)})`,
      isSecret ? `chmod ${kind === "file" ? "600" : "700"} ${word}` : `chmod go-w ${word}`,
    );
  }
  if (isSecret && (mode & 0o055) !== 0) {
    return found(
      "warning",
      "ReadableByOthers",
      `others can read the ${kind} (mode ${octal(mode)}), and it holds secrets`,
      `chmod ${kind === "file" ? "600" : "700"} ${word}`,
    );
  }
  return [];
}

/**
 * Reports whether others can't replace your files in a folder they can write: it is like /tmp, or
 * only a group without other members can write it.
 */
async function isFineFolder(
  { files, userId }: Context,
  { isDirectory, mode = 0, uid, gid }: FileStatus,
  isSecret: boolean,
): Promise<boolean> {
  if (!isDirectory) return false;
  if ((mode & 0o1000) !== 0 && uid === 0) return true;
  const isGroupsAlone = (mode & 0o002) === 0 && !isSecret;
  return isGroupsAlone && gid !== undefined && userId !== undefined &&
    await isOwnGroup(files, gid, userId);
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
