/**
 * The variables without which no program runs as usual, for those that get no others.
 *
 * @module
 */

import { native } from "../../lib/path.ts";

const isWindows = Deno.build.os === "windows";

/** What programs need on Windows to find its parts, each other, and a place for what is temporary. */
const ofWindows = ["SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "TEMP", "TMP"];

/** The system's own variables, and where it has programs. */
export function systemVariables(): Record<string, string> {
  if (!isWindows) return { PATH: "/usr/bin:/bin" };
  const found = ofWindows.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const root = Deno.env.get("SystemRoot");
  return { ...Object.fromEntries(found), PATH: `${root}\\System32;${root}` };
}

/**
 * The variables that say whose home it is. On Windows the folders of programs are where the same
 * tests look for them on other systems.
 */
export function homeVariables(home: string): Record<string, string> {
  if (!isWindows) return { HOME: home };
  return {
    USERPROFILE: native(home),
    LOCALAPPDATA: native(`${home}/.local/state`),
    APPDATA: native(`${home}/.config`),
  };
}
