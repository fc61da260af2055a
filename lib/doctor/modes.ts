/**
 * Looks at who else can read or change AWS's files, and stsmfa's folder.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { pathWord, storageError } from "../errors.ts";
import { dirname } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";
import type { ReadFiles } from "./files.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Looks at modes and owners of the files, the folders they are in, and stsmfa's own. */
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
  ];
  return findings.flat();
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
    // Why a file can't be looked at is said by whoever reads it, as that it is a folder.
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
      `see what it is: ls -ld ${word}`,
    );
  }
  if (uid !== undefined && uid !== 0 && context.userId !== undefined && uid !== context.userId) {
    return found(
      context.userId === 0 ? "warning" : "problem",
      "ForeignOwner",
      `the ${kind} belongs to another user`,
      `make it yours: sudo chown "$(id -u)" ${word}`,
    );
  }
  // In a folder like /tmp others can't replace what is yours.
  if ((mode & 0o022) !== 0 && !(kind === "folder" && (mode & 0o1000) !== 0)) {
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

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
