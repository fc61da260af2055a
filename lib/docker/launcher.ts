/**
 * The script through which docker runs `stsmfa docker-credential`.
 *
 * @module
 */

import { expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { warnOfRoot } from "../files/ours.ts";
import { replaceFile } from "../files/replace.ts";
import { quoted, shellWord } from "../hint_words.ts";
import { isAbsolute, join, native } from "../path.ts";
import { storageError } from "../storage_error.ts";

/** Identifies our own script. */
const mark = "written by: stsmfa docker-credential install";

/** Where the script is, and whether that is on PATH. */
export interface Launcher {
  readonly path: string;
  readonly isOnPath: boolean;
}

/** The program that clients start for our name. */
export interface Helper {
  /** Its path. */
  readonly path: string;
  /** Whether it starts stsmfa. */
  readonly isOurs: boolean;
}

/**
 * Writes the script, unless another file has its name, there or before it along PATH.
 *
 * @param words what it always says to stsmfa, such as `--profile=prod`
 * @param warn is told who will own it, if that is not us
 * @throws StsmfaError `Usage` if another file has its name; `FileUnwritable`
 */
export async function installLauncher(
  context: Context,
  folder: string,
  words: readonly string[],
  warn: (message: string) => void,
): Promise<Launcher> {
  const { files, os } = context;
  const directory = expandHome(context.env, folder).replace(/(?<=.)[/\\]+$/, "");
  const path = join(directory, fileNames(context)[0]!);
  const named = (folder: string) =>
    os === "windows" ? folder.replaceAll("/", "\\").toLowerCase() : folder;
  const isOnPath = directories(context).some((each) => named(each) === named(directory));
  try {
    const old = await files.read(path);
    if (old !== undefined && !isOurs(old)) {
      throw new StsmfaError("Usage", `${path} already exists and is not stsmfa's`, {
        hint: `remove it, or name another folder on PATH: stsmfa docker-credential install DIR`,
      });
    }
    const first = await helperOnPath(context, isOnPath ? directory : undefined);
    if (first !== undefined && !first.isOurs) {
      throw new StsmfaError("Usage", `${first.path} is found first, and is not stsmfa's`, {
        hint: `remove it, or name a folder before it on PATH: stsmfa docker-credential install DIR`,
      });
    }
    const command = [...await programWords(context), "docker-credential", ...words];
    const content = new TextEncoder().encode(launcherText(context, command));
    await warnOfRoot(context, directory, warn);
    await files.makeDirectory(directory, 0o755);
    const target = await files.resolveLinks(path);
    const inPlace = { mode: 0o755, uid: undefined, gid: undefined };
    await replaceFile(context, target, content, inPlace);
  } catch (error) {
    throw storageError("write", path, error);
  }
  return { path, isOnPath };
}

/**
 * Returns what starts stsmfa: the program along PATH, whose path stays when it is upgraded, else this
 * one. Docker's own PATH may be shorter than this shell's, and a name alone is looked up by cmd in
 * the folder that docker is started in, before all others.
 */
async function programWords(context: Context): Promise<readonly string[]> {
  const isWindows = context.os === "windows";
  const names = isWindows ? ["stsmfa.exe", "stsmfa.cmd", "stsmfa.bat"] : ["stsmfa"];
  for (const directory of directories(context).filter(isAbsolute)) {
    for (const name of names) {
      const program = join(directory, name);
      const status = await context.files.status(program).catch(() => undefined);
      if (status?.isFile && (isWindows || ((status.mode ?? 0) & 0o111) !== 0)) return [program];
    }
  }
  return await context.ownCommand();
}

/**
 * Returns the program that clients find along PATH for our name, if there is one.
 *
 * @param until the folder to stop at
 */
export async function helperOnPath(context: Context, until?: string): Promise<Helper | undefined> {
  const { files, os } = context;
  for (const directory of directories(context)) {
    if (directory === until) return undefined;
    if (directory === "") continue;
    for (const name of fileNames(context)) {
      const path = join(directory, name);
      const status = await files.status(path).catch(() => undefined);
      if (!status?.isFile || (os !== "windows" && ((status.mode ?? 0) & 0o111) === 0)) continue;
      const content = await files.read(path).catch(() => undefined);
      return { path, isOurs: content !== undefined && isOurs(content) };
    }
  }
  return undefined;
}

/** Returns the names of such a program, ours first. */
function fileNames({ os }: Context): string[] {
  const name = "docker-credential-stsmfa";
  return os === "windows" ? [`${name}.cmd`, `${name}.exe`, `${name}.bat`] : [name];
}

/** Reports whether it is our script, or one that somebody wrote to the same end. */
function isOurs(content: Uint8Array): boolean {
  const text = new TextDecoder().decode(content.subarray(0, 4096));
  return text.includes(mark) || /^(#!|@).*\bstsmfa\b[^\n]* docker-credential\b/s.test(text);
}

function directories({ env, os }: Context): string[] {
  return (env.get("PATH") ?? "").split(os === "windows" ? ";" : ":")
    .map((each) => native(each.replace(/(?<=.)[/\\]+$/, "")));
}

/** @throws StsmfaError `Usage` for a word that a script of Windows cannot have */
function launcherText({ env, os }: Context, command: readonly string[]): string {
  if (os === "windows") {
    const words = command.map((word) => cmdWord(env, word));
    return `@rem ${mark}\r\n@${words.join(" ")} %*\r\n`;
  }
  const words = command.map((word) => shellWord(word, quoted(word)));
  return `#!/bin/sh\n# ${mark}\nexec ${words.join(" ")} "$@"\n`;
}

/**
 * Quotes a word for a script of cmd. That reads its scripts in the code page of the console, so that
 * a user's name beyond ASCII comes from the variable that has it.
 */
function cmdWord(env: Context["env"], word: string): string {
  const literal = (part: string) => part.replaceAll("%", "%%");
  const profile = env.get("USERPROFILE");
  const isPlain = profile === undefined || /^[\x20-\x7e]*$/.test(word);
  const parts = isPlain ? [word] : word.split(native(profile));
  const text = parts.map(literal).join("%USERPROFILE%");
  if (/[^ !#-~]/.test(text)) {
    const hint =
      "it may have letters and signs of ASCII alone; write a path below your home folder with ~";
    throw new StsmfaError("Usage", `${word} cannot stand in a script of cmd`, { hint });
  }
  // One before the last quotes would take away what they mean to the program.
  return /^[\w\\:/.=@+-]+$/.test(text) ? text : `"${text.replace(/\\+$/, "$&$&")}"`;
}
