/**
 * Whether somebody would see a window. That says the environment: that a display can be reached
 * shows when a window is to be opened.
 *
 * @module
 */

import type { Context } from "../context.ts";

/** What tells it. */
type Surroundings = Pick<Context, "env" | "os" | "runtime">;

/**
 * Returns why nobody would see a window, or `undefined`.
 *
 * @param isAskedFor whether the person has asked for a window
 */
export function missingDisplay(
  { env, os, runtime }: Surroundings,
  isAskedFor: boolean,
): string | undefined {
  // Machines that build and test have a display that nobody looks at.
  if (!isAskedFor && env.get("CI") !== undefined) return "CI is set";
  const isSet = (name: string) => env.get(name) !== undefined;
  if (os === "windows" || isMac({ runtime })) {
    // Who sits at the screen, if anybody does, is not who types.
    return ["SSH_CONNECTION", "SSH_TTY"].some(isSet) ? "over SSH there is no display" : undefined;
  }
  const hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"].some(isSet);
  return hasDisplay ? undefined : "there is no display (DISPLAY or WAYLAND_DISPLAY)";
}

/** Reports whether this is macOS. */
export function isMac({ runtime }: Pick<Context, "runtime">): boolean {
  return runtime.includes("-apple-");
}
