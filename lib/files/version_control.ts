/**
 * Asks git what it does with a file, without letting the repository run anything: its settings may
 * name programs, and whoever it was cloned from wrote what is in it.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { dirname, join } from "../path.ts";
import { storageError, systemErrorCode, systemReason } from "../storage_error.ts";

/** What git does with a file. */
export interface VersionControl {
  /**
   * `none`: there is no repository, or no git. `ignored`: it is kept out. `tracked`: the next commit
   * has it. `untracked`: git would add it. `unknown`: git could not say.
   */
  readonly state: "none" | "ignored" | "tracked" | "untracked" | "unknown";
  /** Why git could not say. */
  readonly problem?: string;
}

/** The time limit: an index is read, and no more. */
const mostSeconds = 10;

/** What git needs to run, and to find its user's settings, which may name files to ignore. */
const variables = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "USERPROFILE",
  "HOMEDRIVE",
  "HOMEPATH",
  "SystemRoot",
  "TEMP",
  "TMPDIR",
] as const;

/** Nothing is fetched, locked or asked, whatever the repository's settings say. */
const fixed = {
  LC_ALL: "C",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
} as const;

/** Command-line settings go before those of a repository. */
const settings = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.sshCommand=false",
  "core.askPass=",
  // Another user's repository is only looked at.
  "safe.directory=*",
] as const;

/**
 * Returns what git does with a file, which need not exist yet.
 *
 * @param path absolute, with symbolic links resolved
 * @throws StsmfaError `FileUnreadable` if its folders cannot be looked at; the signal's reason
 */
export async function versionControlOf(context: Context, path: string): Promise<VersionControl> {
  let nearest: VersionControl = { state: "none" };
  for await (const root of repositoriesAround(context, path)) {
    const found = await inRepository(context, root, path, nearest.state === "none");
    // One within another's folder may have come later than that has begun to track the file.
    if (nearest.state === "none" || ["tracked", "unknown"].includes(found.state)) nearest = found;
    if (nearest.state === "tracked" || nearest.state === "unknown") break;
  }
  return nearest;
}

/** Returns what the repository of a folder does with a file. */
async function inRepository(
  context: Context,
  root: string,
  path: string,
  isNearest: boolean,
): Promise<VersionControl> {
  const tracked = await git(context, root, [
    "--literal-pathspecs",
    "ls-files",
    "--error-unmatch",
    "--",
    path,
  ]);
  if (typeof tracked !== "number") return tracked;
  if (tracked === 0) return { state: "tracked" };
  // It adds nothing of what is in another one.
  if (!isNearest) return { state: "none" };
  const ignored = await git(context, root, ["check-ignore", "-q", "--", path]);
  if (typeof ignored !== "number") return ignored;
  return { state: ignored === 0 ? "ignored" : "untracked" };
}

/** Returns the folders that seem to have a repository, from the nearest on. */
async function* repositoriesAround({ files }: Context, path: string): AsyncGenerator<string> {
  for (let folder = dirname(path), last = path; folder !== last; folder = dirname(last)) {
    const entry = join(folder, ".git");
    try {
      if (await files.linkStatus(entry) !== undefined) yield folder;
    } catch (error) {
      // What is no folder has nothing in it.
      if (systemErrorCode(error) !== "ENOTDIR") throw storageError("read", entry, error);
    }
    last = folder;
  }
}

/** Runs git; returns 0 for yes and 1 for no, or what to say instead. */
async function git(
  context: Context,
  root: string,
  args: readonly string[],
): Promise<0 | 1 | VersionControl> {
  const { clock, env, signal } = context;
  const own = variables.flatMap((name) => {
    const value = env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const deadline = clock.deadline(mostSeconds * 1000);
  let said = "";
  const unknown = (problem: string): VersionControl => ({ state: "unknown", problem });
  try {
    const { exitStatus } = await context.runCommand({
      argv: [
        "git",
        "--no-pager",
        ...settings.flatMap((each) => ["-c", each]),
        "-C",
        root,
        ...args,
      ],
      env: { ...Object.fromEntries(own), ...fixed },
      isWholeEnv: true,
      signal: AbortSignal.any([signal, deadline.signal]),
      onStderr: (text) => said += text,
    });
    if (exitStatus === 0 || exitStatus === 1) return exitStatus;
    if (/^fatal: not a git repository/m.test(said)) return { state: "none" };
    const [line = ""] = said.split(/\r?\n/);
    return unknown(line.replace(/^fatal: /, "") || `it ended with exit status ${exitStatus}`);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (deadline.signal.aborted) return unknown(`it did not answer within ${mostSeconds} seconds`);
    return systemErrorCode(error) === "ENOENT" ? { state: "none" } : unknown(systemReason(error));
  } finally {
    deadline.cancel();
  }
}
