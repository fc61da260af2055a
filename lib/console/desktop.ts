/**
 * The browser of a Linux desktop: which one it is, and whether it sees no hidden folders of the home
 * directory, as those that come by snap or flatpak.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { basename, homeDirectory } from "../path.ts";

/** The browser of the desktop. */
export interface DesktopBrowser {
  /** The file that describes how it is started, if it was found. */
  readonly file: string | undefined;
  readonly isConfined: boolean;
}

/** Asking the desktop takes a tenth of a second; a broken one must not keep us longer. */
const mostMilliseconds = 3000;

/** Finds the desktop's browser. */
export async function desktopBrowser(context: Context): Promise<DesktopBrowser> {
  const { env } = context;
  const name = await printed(context, ["xdg-settings", "get", "default-web-browser"]);
  if (!/^\w[\w.-]*\.desktop$/.test(name)) {
    const isConfined = await isThere(context, "/snap/bin/firefox") ||
      await isThere(context, "/snap/bin/chromium");
    return { file: undefined, isConfined };
  }
  const home = homeDirectory(env) ?? "";
  const own = env.get("XDG_DATA_HOME") ?? `${home}/.local/share`;
  const shared = env.get("XDG_DATA_DIRS") ?? "/usr/local/share:/usr/share";
  const folders = [
    ...[own, ...shared.split(":")].map((folder) => `${folder}/applications`),
    "/var/lib/snapd/desktop/applications",
    "/var/lib/flatpak/exports/share/applications",
    `${home}/.local/share/flatpak/exports/share/applications`,
  ];
  const found: string[] = [];
  for (const folder of folders) {
    const path = `${folder}/${name}`;
    if (path.startsWith("/") && await isThere(context, path)) found.push(path);
  }
  return {
    file: found[0],
    isConfined: found.some((path) => /\/(?:snapd|flatpak)\//.test(path)),
  };
}

/** Reports whether a program is a confined browser, or starts one. */
export async function isConfinedProgram(context: Context, program: string): Promise<boolean> {
  const name = basename(program);
  return ["flatpak", "snap"].includes(name) || program.startsWith("/snap/") ||
    await isThere(context, `/snap/bin/${name}`);
}

async function isThere({ files }: Context, path: string): Promise<boolean> {
  return await files.status(path).catch(() => undefined) !== undefined;
}

/** Returns what a program prints; nothing if it fails or takes too long. */
async function printed(context: Context, argv: readonly [string, ...string[]]): Promise<string> {
  const deadline = context.clock.deadline(mostMilliseconds);
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  try {
    const { exitStatus, stdout } = await context.runCommand({ argv, signal, onStderr: () => {} });
    return exitStatus === 0 ? stdout.trim() : "";
  } catch {
    context.signal.throwIfAborted();
    return "";
  } finally {
    deadline.cancel();
  }
}
