/**
 * The page that takes a browser to a secret URL, so that no list of processes has it: readable by
 * its owner alone, and there for seconds.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { requireOurs } from "../files/ours.ts";
import { writeAll } from "../files/write.ts";
import { homeDirectory, homeVariable, join } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";
import { openStateFolder } from "../state/folder.ts";
import { storageError } from "../storage_error.ts";

/** A page, and how programs are told of it. */
export interface Page {
  readonly path: string;
  /** Its `file:` URL. */
  readonly url: string;
  /** Reports whether somebody has read it; `undefined` where the system does not tell. */
  readonly isRead: () => Promise<boolean | undefined>;
}

/** Longer than the steps in which file systems count time. */
const tickMilliseconds = 20;

/** What a killed run has left is removed after that time. */
const leftMilliseconds = 60_000;

/** The name of a page; in the home directory it says whose it is. */
const nameShapes = {
  state: /^(\d{13})-[\da-f]{8}\.html$/,
  home: /^stsmfa-console-(\d{13})-[\da-f]{8}\.html$/,
};

/**
 * Writes a page, lets `act` use it, and removes it, however that ends.
 *
 * @param isInHome whether it is in the home directory, for browsers that see no hidden folders
 * @throws StsmfaError `FileUnwritable`, `UntrustedFile`, `InvalidSetting` without a home
 */
export async function withPage<T>(
  context: Context,
  url: Secret,
  isInHome: boolean,
  act: (page: Page) => Promise<T>,
): Promise<T> {
  const folder = await folderOf(context, isInHome);
  const { files, clock } = context;
  const at = `${clock.now().getTime()}`.padStart(13, "0");
  const name = `${at}-${crypto.randomUUID().slice(0, 8)}.html`;
  const path = join(folder, isInHome ? `stsmfa-console-${name}` : name);
  try {
    const readBefore = await write(context, path, pageText(url));
    const isRead = async () => {
      if (readBefore === undefined) return undefined;
      const { accessed } = await files.status(path).catch(() => undefined) ?? {};
      return accessed && accessed > readBefore;
    };
    return await act({ path, url: fileUrl(path), isRead });
  } finally {
    await files.remove(path).catch(() => {});
  }
}

async function folderOf(context: Context, isInHome: boolean): Promise<string> {
  const home = homeDirectory(context.env);
  const state = stateDirectory(context);
  if (state === undefined || (isInHome && home === undefined)) {
    throw new StsmfaError(
      "InvalidSetting",
      `there is no place for the page that the browser opens: ${
        homeVariable(context.env)
      } is not set`,
    );
  }
  const folder = isInHome ? home! : join(state, "console");
  try {
    // Whoever can change the folder can put another page there.
    if (isInHome) await requireOurs(context, folder);
    else await openStateFolder(context, state, "console");
  } catch (error) {
    throw storageError("write", folder, error);
  }
  return folder;
}

/** Removes the pages of runs that were killed; one that cannot be removed is left. */
export async function sweepPages(context: Context): Promise<void> {
  const state = stateDirectory(context);
  const home = homeDirectory(context.env);
  if (state !== undefined) await sweep(context, join(state, "console"), nameShapes.state);
  // On Windows no browser is confined so, and no modes tell our pages from others.
  if (home !== undefined && context.os !== "windows") {
    await sweep(context, home, nameShapes.home);
  }
}

async function sweep(
  { files, clock, userId }: Context,
  folder: string,
  nameShape: RegExp,
): Promise<void> {
  const now = clock.now().getTime();
  for (const name of await files.list(folder).catch(() => [])) {
    const at = nameShape.exec(name)?.[1];
    if (at === undefined || Math.abs(now - Number(at)) < leftMilliseconds) continue;
    const path = join(folder, name);
    const { isFile, mode, uid } = await files.linkStatus(path).catch(() => undefined) ?? {};
    if (!isFile || uid !== userId || (mode !== undefined && mode !== 0o600)) continue;
    await files.remove(path).catch(() => {});
  }
}

/**
 * Writes the page; returns when it was last read, if the next reader can be told from that. Many
 * systems note no reader, and others none but the first after a change: so it is read here once, and
 * changed once more.
 */
async function write(
  context: Context,
  path: string,
  text: string,
): Promise<Date | undefined> {
  const { files, clock, signal } = context;
  const encoder = new TextEncoder();
  try {
    const file = await files.createNew(path, 0o600);
    try {
      await writeAll(file, encoder.encode(text));
      const before = (await files.status(path))?.accessed;
      await clock.sleep(tickMilliseconds, signal);
      await files.read(path);
      const after = (await files.status(path))?.accessed;
      await clock.sleep(tickMilliseconds, signal);
      await writeAll(file, encoder.encode("\n"));
      return before && after && after > before ? after : undefined;
    } finally {
      file.close();
    }
  } catch (error) {
    throw storageError("write", path, error);
  }
}

/** Returns the page: a script, so that it is in no history; a link where scripts are off. */
export function pageText(url: Secret): string {
  const plain = url.reveal();
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  const attribute = plain.replace(/[&<>"']/g, (each) => entities[each]!);
  const string = JSON.stringify(plain).replaceAll("<", "\\u003c");
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>AWS console</title>
<noscript><meta http-equiv="refresh" content="0; url=${attribute}"></noscript>
<a rel="noreferrer" href="${attribute}">Go on to the AWS console</a>
<script>location.replace(${string})</script>`;
}

/** Returns the `file:` URL of an absolute path; a server's share is on its host. */
export function fileUrl(path: string): string {
  const plain = path.startsWith("/")
    ? path
    : path.replaceAll("\\", "/").replace(/^\/\/\?\/(?:UNC(?=\/))?/i, "").replace(/^\/+/, "//");
  const parts = plain.split("/").map((part, at) =>
    at === 0 && /^[A-Za-z]:$/.test(part) ? part : encodeURIComponent(part)
  );
  const host = plain.startsWith("//") ? "" : plain.startsWith("/") ? "//" : "///";
  return `file:${host}${parts.join("/")}`;
}
