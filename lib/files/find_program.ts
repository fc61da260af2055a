/**
 * Finds out why a program cannot be run, as shells do.
 *
 * @module
 */

import type { Context, FileStatus } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { pathWord } from "../hint_words.ts";
import { join } from "../path.ts";
import { systemErrorCode, systemReason } from "../storage_error.ts";

/**
 * Checks that a program can be run.
 *
 * @param program a path, or a name to look up in PATH
 * @returns `CommandNotFound`, `CommandNotRunnable`, or `undefined` if no problem was found
 */
export async function programProblem(
  { env, files, os }: Pick<Context, "env" | "files" | "os">,
  program: string,
): Promise<StsmfaError | undefined> {
  const isWindows = os === "windows";
  const names = isWindows ? namesOnWindows(env, program) : [program];
  if (isWindows ? /[/\\]/.test(program) : program.includes("/")) {
    try {
      const status = await firstOf(files, names);
      return status === undefined ? notFound(program, os) : problemOf(program, status, os);
    } catch (error) {
      return startProblem(program, error, os);
    }
  }
  const path = env.get("PATH");
  if (path === undefined) return undefined;
  let problem: StsmfaError | undefined;
  for (const directory of path.split(isWindows ? ";" : ":")) {
    // On Windows, an empty part means nothing.
    if (isWindows && directory === "") continue;
    for (const name of names) {
      const path = join(directory || ".", name);
      const status = await files.status(path).catch(() => undefined);
      if (!status?.isFile) continue;
      const found = problemOf(path, status, os);
      if (found === undefined) return undefined;
      problem ??= found;
    }
  }
  return problem ?? notFound(program, os);
}

/**
 * Returns the names by which Windows finds a program: as it is, if its extension is one of a
 * program, else with each of these; by its path, with that of a program proper alone.
 */
function namesOnWindows(env: Context["env"], program: string): string[] {
  const extensions = (env.get("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";")
    .filter((each) => each !== "").map((each) => each.toLowerCase());
  if (/[/\\]/.test(program)) return [program, `${program}.exe`];
  const isWhole = extensions.some((each) => program.toLowerCase().endsWith(each));
  return [...(isWhole ? [program] : []), ...extensions.map((each) => program + each)];
}

async function firstOf(
  files: Context["files"],
  paths: readonly string[],
): Promise<FileStatus | undefined> {
  for (const path of paths) {
    const status = await files.status(path);
    if (status !== undefined) return status;
  }
  return undefined;
}

/** Reports whether PATH leads to such a program, as far as one can see without running it. */
export async function isInPath(
  context: Pick<Context, "env" | "files" | "os">,
  program: string,
): Promise<boolean> {
  // Without a PATH nothing is known of what the system would find.
  return context.env.get("PATH") !== undefined &&
    await programProblem(context, program) === undefined;
}

/** What runs files that are no programs to Windows, whatever shells there do with them. */
const interpreters: Readonly<Record<string, string>> = {
  sh: "bash",
  py: "python",
  ps1: "powershell -File",
  js: "node",
  mjs: "node",
  vbs: "cscript",
  rb: "ruby",
  pl: "perl",
  jar: "java -jar",
};

function problemOf(
  path: string,
  status: FileStatus,
  os: Context["os"],
): StsmfaError | undefined {
  const { isFile, isDirectory, mode } = status;
  if (isDirectory || !isFile) {
    return notRunnable(path, isDirectory ? "it is a directory" : "it is not executable");
  }
  if (os === "windows") {
    const interpreter = interpreters[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""];
    return interpreter === undefined ? undefined : notRunnable(
      path,
      "Windows starts no scripts",
      `name the program that reads it first: ${interpreter} ${pathWord(path)}`,
    );
  }
  const isRunnable = mode === undefined || (mode & 0o111) !== 0;
  return isRunnable
    ? undefined
    : notRunnable(path, "it is not executable", `chmod +x ${pathWord(path)}`);
}

/**
 * Returns why a program did not start.
 *
 * @throws the error itself if it is not a system error, but a bug of ours
 */
export function startProblem(program: string, error: unknown, os: Context["os"]): StsmfaError {
  if (systemErrorCode(error) !== "ENOENT") return notRunnable(program, systemReason(error));
  const what = os === "windows"
    ? `cannot find ${program}, or Windows cannot start it`
    : `cannot find ${program}, or the program that its first line names`;
  return new StsmfaError("CommandNotFound", what);
}

/** What looks like a program, and is a command of `cmd`. */
const commandsOfCmd =
  /^(?:call|cd|copy|date|del|dir|echo|erase|for|if|md|mkdir|mklink|move|path|pause|rd|ren|rename|rmdir|set|start|time|type|ver|vol)$/i;

function notFound(program: string, os: Context["os"]): StsmfaError {
  const isWindows = os === "windows";
  const shell = isWindows ? 'cmd /c "COMMAND"' : "sh -c 'COMMAND'";
  const isForShell = /\s/.test(program) || (isWindows && commandsOfCmd.test(program));
  const hint = isForShell ? `for a shell's command line: -- ${shell}` : undefined;
  return new StsmfaError("CommandNotFound", `there is no program ${program}`, { hint });
}

function notRunnable(program: string, reason: string, hint?: string): StsmfaError {
  return new StsmfaError("CommandNotRunnable", `cannot run ${program}: ${reason}`, { hint });
}
