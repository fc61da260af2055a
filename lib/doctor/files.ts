/**
 * Checks that AWS's files exist, and can be read and parsed.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import { type AwsFile, type AwsFilePaths, type AwsFiles, badLine } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { lookCommand, moveCommand, removeCommand } from "../hint_words.ts";
import { IniDocument } from "../ini/document.ts";
import { basename, dirname, join } from "../path.ts";
import { storageError, systemErrorCode } from "../storage_error.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Both files as far as they can be read, and their texts. */
export interface ReadFiles {
  readonly files: AwsFiles;
  readonly texts: Readonly<Record<keyof AwsFiles, string>>;
  /** Whether botocore can read both. */
  readonly areSound: boolean;
  readonly findings: readonly Finding[];
}

/** Reads both files, whatever is wrong with them. */
export async function readWhatever(context: Context, paths: AwsFilePaths): Promise<ReadFiles> {
  const config = await read(context, paths.config);
  const credentials = await read(context, paths.credentials);
  const files = { config: config.file, credentials: credentials.file };
  const folder = await folderFindings(context, config, credentials);
  const broken = folder ?? [...config.findings, ...credentials.findings];
  const areSound = config.findings.length + credentials.findings.length === 0;
  const dangling =
    (await Promise.all([config, credentials].map((each) => danglingFindings(context, each))))
      .flat();
  const isEmpty = areSound && dangling.length === 0 && profileNames(files).length === 0;
  const nothing: readonly Finding[] = isEmpty
    ? [{
      level: "warning",
      code: "ProfileNotFound",
      what: `there is no profile here or in ${paths.config}`,
      where: paths.credentials,
      fix: "to begin with an access key: stsmfa init; with SSO: aws configure sso",
    }]
    : [];
  return {
    files,
    texts: { config: config.text, credentials: credentials.text },
    areSound,
    findings: [...broken, ...dangling, ...nothing],
  };
}

/**
 * Reports a fault of the folder that keeps both files from being read, instead of one for each
 * file.
 */
async function folderFindings(
  { files }: Context,
  config: OneFile,
  credentials: OneFile,
): Promise<Finding[] | undefined> {
  const folder = dirname(config.file.path);
  const { error } = config;
  if (!error || !credentials.error || dirname(credentials.file.path) !== folder) return undefined;
  try {
    // The check of modes reports that it is not a folder.
    const status = await files.status(folder);
    if (status !== undefined && !status.isDirectory) return [];
    if (systemErrorCode(error) !== "EACCES") return undefined;
    // In a folder that nobody may enter, even a file's status cannot be read.
    await files.status(config.file.path);
    return undefined;
  } catch (reason) {
    return [unreadable(folder, reason)];
  }
}

function unreadable(path: string, error: unknown): Finding {
  const finding = findingOf(storageError("read", path, error), path);
  const code = systemErrorCode(error);
  return {
    ...finding,
    fix: code === "EISDIR"
      ? `move the folder away: ${moveCommand(path, `${path}.old`)}`
      : code === "ELOOP"
      ? `see where the links lead: ${lookCommand(path)}; if they lead nowhere: ${
        removeCommand(path)
      }`
      : code === "EACCES" || code === "ENOTDIR" || code === "ENOTREG"
      ? finding.fix
      : `see what it is: ${lookCommand(path)}`,
  };
}

/** Finds a symbolic link to nothing: readers see no file, and report nothing. */
async function danglingFindings(
  { files }: Context,
  { file: { path, bytes }, error }: OneFile,
): Promise<Finding[]> {
  if (bytes !== undefined || error !== undefined) return [];
  const folder = dirname(path);
  if (!(await files.status(folder).catch(() => undefined))?.isDirectory) return [];
  const target = await files.resolveLinks(path);
  const plain = join(await files.resolveLinks(folder), basename(path));
  if (target === plain || await files.status(path) !== undefined) return [];
  return [{
    level: "warning",
    code: "FileNotFound",
    what: `it is a symbolic link to ${target}, which does not exist`,
    where: path,
    fix: `restore the file, or remove the link: ${removeCommand(path)}`,
  }];
}

/** A file as far as it can be read. */
interface OneFile {
  readonly file: AwsFile;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** Why it can't be read. */
  readonly error?: unknown;
}

async function read(
  context: Context,
  path: string,
): Promise<OneFile> {
  const none = { file: { path, document: IniDocument.parse("") }, text: "" };
  let bytes: Uint8Array | undefined;
  try {
    bytes = await context.files.read(path);
    // Refuses what is not UTF-8; only the first such line is reported.
    if (bytes !== undefined) new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (bytes === undefined) return { ...none, error, findings: [unreadable(path, error)] };
    return {
      ...none,
      findings: [{
        level: "problem",
        code: "UnparsableFile",
        what: "the line is not UTF-8 text; the AWS CLI reads nothing of such a file",
        where: `${path}:${badLine(bytes)}`,
        fix: "save the file as UTF-8 without a byte order mark",
      }],
    };
  }
  if (bytes === undefined) return { ...none, findings: [] };
  const whole = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const hasMark = whole.startsWith("\uFEFF");
  // After the mark, lines are what they are meant to be.
  const text = hasMark ? whole.slice(1) : whole;
  const document = IniDocument.parse(text);
  const mark = hasMark ? [{ line: 1, message: "starts with a byte order mark" }] : [];
  const findings = [...mark, ...document.problems].map(({ line, message }): Finding => ({
    level: "problem",
    code: "UnparsableFile",
    what: `the line ${message}; the AWS CLI reads nothing of such a file`,
    where: `${path}:${line}`,
    fix: message.includes("byte order mark")
      ? "save the file as UTF-8 without a byte order mark"
      : message.startsWith("repeats")
      ? "remove or rename one of the two"
      : message.includes("the ] is missing")
      ? "add the ] at the end of the line"
      : message.startsWith("has space")
      ? "remove the space before the ["
      : "correct the line in an editor",
  }));
  return { file: { path, document, bytes }, text, findings };
}
