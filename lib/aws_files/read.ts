/**
 * Finds and reads AWS's two files.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 *
 * @module
 */

import { listed } from "../hint_words.ts";
import type { Context, Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { unsetCommand } from "../hint_words.ts";
import { IniDocument } from "../ini/document.ts";
import { homeDirectory, homeVariable, isAbsolute, native, withoutEnd } from "../path.ts";
import { storageError } from "../storage_error.ts";

/** A file and its content. A missing file has an empty document. */
export interface AwsFile {
  /** Its path, even if it does not exist. */
  readonly path: string;
  /** Its parsed content. */
  readonly document: IniDocument;
  /** Its raw content; absent if there is no such file. */
  readonly bytes?: Uint8Array;
}

/** Both files. */
export interface AwsFiles {
  /** `~/.aws/config`, or the file used instead. */
  readonly config: AwsFile;
  /** `~/.aws/credentials`, or the file used instead. */
  readonly credentials: AwsFile;
}

/** The paths of both files. */
export interface AwsFilePaths {
  /** `~/.aws/config`, or the file used instead. */
  readonly config: string;
  /** `~/.aws/credentials`, or the file used instead. */
  readonly credentials: string;
}

/**
 * Finds the files: by flag, else by variable, else in the home directory. Variables and `~` in a
 * path are replaced as botocore replaces them.
 *
 * @throws StsmfaError `InvalidSetting`, or `Usage` for a flag, when there is no home directory and a
 * path is not given, and for a path that only by mistake is one in the working folder
 */
export function awsFilePaths(
  env: Environment,
  flags: {
    readonly configFile?: string | undefined;
    readonly credentialsFile?: string | undefined;
  },
): AwsFilePaths {
  return {
    config: awsFilePath(env, {
      given: flags.configFile,
      flag: "--config-file",
      variable: "AWS_CONFIG_FILE",
      usual: "~/.aws/config",
    }),
    credentials: awsFilePath(env, {
      given: flags.credentialsFile,
      flag: "--credentials-file",
      variable: "AWS_SHARED_CREDENTIALS_FILE",
      usual: "~/.aws/credentials",
    }),
  };
}

/** Where the path of a file may be given. */
interface PathSources {
  readonly given: string | undefined;
  readonly flag: string;
  readonly variable: string;
  readonly usual: string;
}

function awsFilePath(env: Environment, { given, flag, variable, usual }: PathSources): string {
  if (given === undefined && !env.has(variable)) return expandHome(env, usual);
  const path = given ?? env.get(variable) ?? "";
  const refused = (problem: string, hint: string) =>
    given === undefined
      ? new StsmfaError("InvalidSetting", `variable ${variable}: ${problem}`, { hint })
      : new StsmfaError("Usage", `flag ${flag}: ${problem}`, { hint });
  if (path === "") {
    const shown = env.os === "windows" ? usual.replaceAll("/", "\\") : usual;
    throw given !== undefined ? refused("the path is empty", `leave it out for ${shown}`) : refused(
      `it is set but empty: the AWS CLI then reads no file, and other SDKs read ${shown}`,
      `to read ${shown}: ${unsetCommand(env, variable)}`,
    );
  }
  const unset: string[] = [];
  const filled = expandVariables(env, path, unset);
  const user = /^~([^/\\]+)/.exec(filled)?.[1];
  const home = user === undefined ? undefined : env.homeOf?.(user);
  if (user !== undefined && home === undefined) {
    throw refused(`the home directory of ${user} is not known`, "write the full path");
  }
  const whole = home === undefined
    ? expandHome(env, filled)
    : native(withoutEnd(home) + filled.slice(user!.length + 1));
  if (unset.length > 0 && !isAbsolute(whole)) {
    throw refused(
      `${path} would be in the current folder, since ${unset[0]} is not set`,
      "write the full path",
    );
  }
  return whole;
}

/**
 * Replaces variables as Python does: `$NAME`, `${NAME}` and, on Windows, `%NAME%`. An unknown one
 * stays as it is.
 *
 * @param unset takes the names of those that are not set, or empty
 */
function expandVariables(env: Environment, path: string, unset: string[]): string {
  const value = (all: string, name: string) => {
    const value = /^[^=\0]+$/.test(name) ? env.get(name) : undefined;
    if (value !== undefined) return value;
    unset.push(name);
    return name !== "" && env.has(name) ? "" : all;
  };
  if (env.os !== "windows") {
    const names = /\$(?:(\w+)|\{([^}]*)\})/g;
    return path.replace(names, (all, plain, braced) => value(all, plain ?? braced));
  }
  // What follows a quote, or a percent sign that is alone, is as it is; two signs are one.
  const names = /'[^']*'?|%%|\$\$|%([^%]*)%|%.*|\$(?:([\w-]+)|\{([^}]*)\})/gs;
  return path.replace(names, (all, percent, plain, braced) => {
    const name = percent ?? plain ?? braced;
    if (name !== undefined) return value(all, name);
    return all === "%%" || all === "$$" ? all.slice(1) : all;
  });
}

/**
 * Replaces a leading `~` with the home directory.
 *
 * @throws StsmfaError `InvalidSetting` where there is none
 */
export function expandHome(env: Environment, path: string): string {
  const isAtHome = path === "~" || path.startsWith("~/") || path.startsWith("~\\");
  if (!isAtHome) return env.os === "windows" ? native(path) : path;
  const home = homeDirectory(env);
  if (home === undefined) {
    const variable = homeVariable(env);
    throw new StsmfaError("InvalidSetting", `cannot find ${path}: ${variable} is not set`, {
      hint: `set ${variable}, or give --credentials-file and --config-file`,
    });
  }
  return native(home + path.slice(1));
}

/** Reads both files. */
export async function readAwsFiles(context: Context, paths: AwsFilePaths): Promise<AwsFiles> {
  return {
    config: await readAwsFile(context, paths.config),
    credentials: await readAwsFile(context, paths.credentials),
  };
}

/**
 * Reads one file.
 *
 * @param known the file as read before; returned as is if its content is the same
 * @param target where the path's symbolic links lead, if they have been resolved
 * @throws StsmfaError `UnparsableFile` if botocore could not read it, `FileUnreadable`
 */
export async function readAwsFile(
  context: Context,
  path: string,
  known?: AwsFile,
  target = path,
): Promise<AwsFile> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await context.files.read(target, known?.bytes);
  } catch (error) {
    throw storageError("read", path, error);
  }
  if (known !== undefined && isSame(bytes, known.bytes)) return known;
  return { path, document: parseAwsFile(path, bytes), ...(bytes && { bytes }) };
}

/** Reports whether two files have the same content; a missing one equals only a missing one. */
export function isSame(bytes: Uint8Array | undefined, known: Uint8Array | undefined): boolean {
  if (bytes === undefined || known === undefined || bytes === known) return bytes === known;
  if (bytes.length !== known.length) return false;
  // Four bytes at a time if aligned: the files can be many megabytes.
  const areWhole = bytes.byteOffset % 4 === 0 && known.byteOffset % 4 === 0;
  const count = areWhole ? bytes.length >> 2 : 0;
  const words = new Uint32Array(bytes.buffer, areWhole ? bytes.byteOffset : 0, count);
  const knownWords = new Uint32Array(known.buffer, areWhole ? known.byteOffset : 0, count);
  for (let at = 0; at < count; at++) if (words[at] !== knownWords[at]) return false;
  for (let at = count * 4; at < bytes.length; at++) if (bytes[at] !== known[at]) return false;
  return true;
}

const saveAgain = "save it as UTF-8 without a byte order mark; nothing was changed";

/**
 * Parses a file as strictly as botocore, which rejects the whole file for one bad line.
 *
 * @throws StsmfaError `UnparsableFile`, naming the lines
 */
export function parseAwsFile(path: string, bytes: Uint8Array | undefined): IniDocument {
  if (bytes === undefined) return IniDocument.parse("");
  let text: string;
  try {
    text = utf8Text(bytes);
  } catch (error) {
    throw new StsmfaError("UnparsableFile", `${path}: line ${badLine(bytes)} is not UTF-8 text`, {
      hint: saveAgain,
      cause: error,
    });
  }
  const document = IniDocument.parse(text);
  const [first, ...more] = document.problems;
  if (first !== undefined) {
    const others = more.length === 0
      ? ""
      : `; also line${more.length > 1 ? "s" : ""} ${listed(more.map((each) => String(each.line)))}`;
    throw new StsmfaError(
      "UnparsableFile",
      `${path}: line ${first.line} ${first.message}${others}`,
      {
        hint: text.startsWith("\uFEFF")
          ? saveAgain
          : "fix the line in an editor; nothing was changed",
      },
    );
  }
  return document;
}

/**
 * Decodes a file.
 *
 * @throws TypeError if it is not UTF-8
 */
function utf8Text(bytes: Uint8Array): string {
  // Four times as fast as a strict decoder, and the same unless it had to replace something.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (!text.includes("\ufffd")) return text;
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Returns the first line that is not UTF-8, counted from 1. */
export function badLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let line = 1, start = 0;; line++) {
    const newline = bytes.indexOf(10, start);
    try {
      decoder.decode(bytes.subarray(start, newline < 0 ? bytes.length : newline));
    } catch {
      return line;
    }
    if (newline < 0) return line;
    start = newline + 1;
  }
}
