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
import { join } from "../path.ts";
import { storageError } from "../storage_error.ts";

/** Identifies our own script. */
const mark = "written by: stsmfa docker-credential install";

/** Where the script is, and whether that is on PATH. */
export interface Launcher {
  readonly path: string;
  readonly isOnPath: boolean;
}

/**
 * Writes the script, unless another file has its name.
 *
 * @param warn is told who will own it, if that is not us
 * @throws StsmfaError `Usage` if another file has its name; `CommandNotFound` if stsmfa is not on
 * PATH; `FileUnwritable`
 */
export async function installLauncher(
  context: Context,
  folder: string,
  warn: (message: string) => void,
): Promise<Launcher> {
  const { files, os } = context;
  const directory = expandHome(context.env, folder).replace(/(?<=.)[/\\]+$/, "");
  const name = `docker-credential-stsmfa${os === "windows" ? ".cmd" : ""}`;
  const path = join(directory, name);
  try {
    const old = await files.read(path);
    if (old !== undefined && !new TextDecoder().decode(old).includes(mark)) {
      throw new StsmfaError("Usage", `${path} is there already, and is not stsmfa's`, {
        hint: `remove it, or name another folder on PATH: stsmfa docker-credential install DIR`,
      });
    }
    const content = new TextEncoder().encode(await launcherText(context));
    await warnOfRoot(context, directory, warn);
    await files.makeDirectory(directory, 0o755);
    const target = await files.resolveLinks(path);
    const inPlace = { mode: 0o755, uid: undefined, gid: undefined };
    await replaceFile(context, target, content, inPlace);
  } catch (error) {
    throw storageError("write", path, error);
  }
  return { path, isOnPath: directories(context).includes(directory) };
}

function directories({ env, os }: Context): string[] {
  return (env.get("PATH") ?? "").split(os === "windows" ? ";" : ":")
    .map((each) => each.replace(/(?<=.)[/\\]+$/, ""));
}

async function launcherText(context: Context): Promise<string> {
  if (context.os === "windows") {
    return `@rem ${mark}\r\n@stsmfa docker-credential %*\r\n`;
  }
  // Docker's own PATH may be shorter than this shell's.
  for (const directory of directories(context).filter((each) => each.startsWith("/"))) {
    const program = join(directory, "stsmfa");
    const status = await context.files.status(program).catch(() => undefined);
    if (!status?.isFile || ((status.mode ?? 0) & 0o111) === 0) continue;
    return `#!/bin/sh\n# ${mark}\nexec ${
      shellWord(program, quoted(program))
    } docker-credential "$@"\n`;
  }
  throw new StsmfaError("CommandNotFound", "there is no program stsmfa along PATH to start", {
    hint: "install stsmfa, so that your shell finds it, and run this again",
  });
}
