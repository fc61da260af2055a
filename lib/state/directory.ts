/**
 * Where stsmfa keeps what it remembers between runs.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { homeDirectory, isAbsolute, join, native } from "../path.ts";

/**
 * Returns `${XDG_STATE_HOME:-~/.local/state}/stsmfa`, on Windows `%LOCALAPPDATA%\stsmfa`;
 * `undefined` if the environment names no home. A relative XDG_STATE_HOME is ignored, as its
 * specification says.
 */
export function stateDirectory({ env }: Pick<Context, "env">): string | undefined {
  const isWindows = env.os === "windows";
  const state = env.get(isWindows ? "LOCALAPPDATA" : "XDG_STATE_HOME");
  if (state !== undefined && isAbsolute(state)) return join(native(state), "stsmfa");
  const home = homeDirectory(env);
  return home && native(`${home}/${isWindows ? "AppData/Local" : ".local/state"}/stsmfa`);
}

/**
 * Returns where it is remembered which access key a session was made with; `undefined` without a
 * home, and for a key ID that is no name for a file.
 */
export function sourceMarkPath(context: Context, accessKeyId: string): string | undefined {
  const state = stateDirectory(context);
  const isName = /^[A-Z0-9]{16,128}$/.test(accessKeyId);
  return state !== undefined && isName ? join(state, "sources", accessKeyId) : undefined;
}

/** Which access keys a session was made with: one, but for emulators that give out the same again. */
export interface SourceMark {
  /** When the session ends. */
  readonly expiration: Date;
  /** The IDs of the access keys. */
  readonly madeWith: readonly string[];
}

/** Parses the file that remembers it; one that is torn, or not of ours, says nothing. */
export function parseSourceMark(bytes: Uint8Array): SourceMark | undefined {
  const [end = "", ...madeWith] = new TextDecoder().decode(bytes).split("\n");
  const expiration = new Date(end);
  const isWhole = madeWith.length > 1 && madeWith.pop() === "";
  return isWhole && !Number.isNaN(expiration.getTime()) ? { expiration, madeWith } : undefined;
}
