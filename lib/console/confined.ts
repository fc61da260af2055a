/**
 * Whether a browser sees no hidden folders of the home directory, as those that come by snap or
 * flatpak.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { basename } from "../path.ts";

/** Asking the desktop takes a tenth of a second; a broken one must not keep us longer. */
const mostMilliseconds = 3000;

/** Returns whether the browser is confined: the one of a command, or the desktop's. */
export async function isConfined(context: Context, words?: readonly string[]): Promise<boolean> {
  const { files } = context;
  const isThere = async (path: string) =>
    await files.status(path).catch(() => undefined) !== undefined;
  if (words !== undefined) {
    const name = basename(words[0]!);
    return ["flatpak", "snap"].includes(name) || words[0]!.startsWith("/snap/") ||
      await isThere(`/snap/bin/${name}`);
  }
  const names = [
    await printed(context, ["xdg-mime", "query", "default", "text/html"]),
    await printed(context, ["xdg-settings", "get", "default-web-browser"]),
  ].filter((name) => /^[\w.-]+\.desktop$/.test(name));
  const home = context.env.get("HOME") ?? "";
  const folders = [
    "/var/lib/snapd/desktop/applications",
    "/var/lib/flatpak/exports/share/applications",
    `${home}/.local/share/flatpak/exports/share/applications`,
  ];
  const paths = names.length === 0
    ? ["/snap/bin/firefox", "/snap/bin/chromium"]
    : folders.flatMap((folder) => names.map((name) => `${folder}/${name}`));
  for (const path of paths) if (await isThere(path)) return true;
  return false;
}

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
