/**
 * Where stsmfa keeps what it remembers between runs.
 *
 * @module
 */

import type { Context } from "../context.ts";

/**
 * Returns `${XDG_STATE_HOME:-~/.local/state}/stsmfa`, on Windows `%LOCALAPPDATA%\stsmfa`;
 * `undefined` if the environment names no home. A relative XDG_STATE_HOME is ignored, as its
 * specification says.
 */
export function stateDirectory(context: Context): string | undefined {
  const { env, os } = context;
  if (os === "windows") {
    const local = env.get("LOCALAPPDATA");
    return local && `${local}\\stsmfa`;
  }
  const state = env.get("XDG_STATE_HOME");
  if (state?.startsWith("/")) return `${state}/stsmfa`;
  const home = env.get("HOME");
  return home && `${home.replace(/\/$/, "")}/.local/state/stsmfa`;
}
