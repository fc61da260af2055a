/**
 * The surroundings of a hook's process: its own limits, environment and working directory.
 *
 * @module
 */

import type { HookJob } from "../context.ts";
import { runtimeVariables, steersRuntime } from "../hooks/runtime_variables.ts";

const isWindows = Deno.build.os === "windows";

/** Kilobytes of memory for data; a hook needs less than half of it to start. */
const memoryLimit = 2 * 1024 * 1024;

/** Longer than any hook may take; while we live, we end it earlier. */
const mostSeconds = 60;

/** The same on Windows, where nothing limits files. */
export const jobLimits = { memory: memoryLimit * 1024, seconds: mostSeconds } as const;

/** Blocks in one file, of 512 or, as some shells count, 1024 bytes: 256 MiB at most. */
const mostBlocks = 262144;

/**
 * Wraps a command in limits: no core files, which would hold keys; no more memory, file or
 * processor time than a hook can use; and an end even if we are killed and can't end it.
 */
export function limited(command: string[]): string[] {
  if (isWindows) return command;
  const script = [
    `ulimit -c 0`,
    `ulimit -d ${memoryLimit} 2>/dev/null`,
    `ulimit -f ${mostBlocks} 2>/dev/null`,
    `ulimit -t ${mostSeconds} 2>/dev/null`,
    `(sleep ${mostSeconds}; kill -s KILL -- -$$) </dev/null >/dev/null 2>&1 &`,
    `exec "$0" "$@"`,
  ].join("\n");
  return ["/bin/sh", "-c", script, ...command];
}

/** What every program needs to start, and to start others. */
const usualNames = isWindows
  ? ["PATH", "PATHEXT", "USERPROFILE", "SystemRoot", "SystemDrive", "ComSpec", "TEMP", "TMP"]
  : ["PATH", "HOME", "TMPDIR"];

/** Returns what every program needs to start and to trust servers, and what the hook may see. */
export function environment({ scope, env }: HookJob): Record<string, string> {
  const allowed = scope.env.filter((each) => !steersRuntime(each));
  const found = [...usualNames, ...runtimeVariables, ...allowed].flatMap((name) => {
    const given = env !== undefined && Object.hasOwn(env, name) ? env[name] : undefined;
    // What is not given may be of another profile's session.
    const isOurs = env === undefined || !scope.env.includes(name);
    const value = given ?? (isOurs ? Deno.env.get(name) ?? usual(name, env) : undefined);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(found),
    NO_COLOR: "1",
    // Run from source, Deno has no flag for it, and would ask a server.
    ...(Deno.build.standalone ? {} : { DENO_NO_UPDATE_CHECK: "1" }),
  };
}

/** Returns where the runtime finds its cache without being told, if the hook has another home. */
function usual(name: string, env: HookJob["env"] = {}): string | undefined {
  const home = Deno.env.get("HOME");
  if (name !== "DENO_DIR" || isWindows || env["HOME"] === undefined || !home) return undefined;
  return Deno.build.os === "darwin" ? `${home}/Library/Caches/deno` : `${home}/.cache/deno`;
}

/**
 * Creates an empty working directory, removed afterwards: a runtime, and what a hook starts, look
 * for settings and packages around them.
 */
export async function emptyFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await temporaryFolder();
  if (!isWindows) await Deno.chmod(path, 0o500);
  const remove = async () => {
    // A program that the hook started may hold it open.
    await Deno.remove(path, { recursive: true }).catch(() => {});
  };
  return { path, [Symbol.asyncDispose]: remove };
}

/**
 * Creates it in the first of the usual directories where nobody else could put something, since
 * what is around it counts too. A variable may name a missing directory, or another user's; hooks
 * run anyway.
 */
async function temporaryFolder(): Promise<string> {
  const prefix = "stsmfa-hook-";
  if (isWindows) {
    // Without a folder, it is that of TEMP.
    const others = ["LOCALAPPDATA", "USERPROFILE"].map((name) => Deno.env.get(name));
    return await firstThatWorks([undefined, ...others], prefix);
  }
  const named = ["XDG_RUNTIME_DIR", "TMPDIR"].flatMap((name) => Deno.env.get(name) ?? [])
    .filter((path) => path.startsWith("/"));
  const ours = await Promise.all(named.map(isOurs));
  return await firstThatWorks([...named.filter((_, at) => ours[at]), "/tmp"], prefix);
}

/** Makes a folder in the first of these where that is possible. */
async function firstThatWorks(
  [dir, ...others]: readonly (string | undefined)[],
  prefix: string,
): Promise<string> {
  try {
    return await Deno.makeTempDir({ ...(dir !== undefined && { dir }), prefix });
  } catch (error) {
    if (others.length === 0) throw error;
    return await firstThatWorks(others, prefix);
  }
}

/** Reports whether a folder is ours or root's, and only its owner can replace a file in it. */
async function isOurs(path: string): Promise<boolean> {
  const { uid, mode } = await Deno.stat(path).catch(() => ({ uid: null, mode: null }));
  if (uid === null || mode === null || (uid !== 0 && uid !== Deno.uid())) return false;
  return (mode & 0o022) === 0 || (mode & 0o1000) !== 0;
}
