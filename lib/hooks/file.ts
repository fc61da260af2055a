/**
 * Finds a hook's file and makes sure that nobody but its owner could have put it there.
 *
 * @module
 */

import { expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { foreignPart, hintFor } from "../files/ours.ts";
import { faultInWords } from "../files/ownership.ts";
import { lookCommand } from "../hint_words.ts";
import { nearest } from "../nearest.ts";
import { isAbsolute, join } from "../path.ts";
import { hookName, isHookPath, shippedHooks } from "../profile/hook_settings.ts";
import { storageError } from "../storage_error.ts";
import { hooksDirectory } from "./permissions.ts";

export { shippedHooks };

/** A hook's file, with the very bytes that are approved and run. */
export interface HookFile {
  /** As in `hooks = NAME`; for a path its last part, without the extension. */
  readonly name: string;
  /** Its real path; `stsmfa:NAME` for one that comes with stsmfa. */
  readonly path: string;
  /** The path by which it was found, if a link leads from there. */
  readonly foundAt?: string;
  /** The source text; empty for one that comes with stsmfa. */
  readonly source: string;
  readonly language: "js" | "ts";
  readonly isShipped: boolean;
}

/**
 * Finds a hook by its path, or by its name among the user's own hooks, then among those that come
 * with stsmfa.
 *
 * @throws StsmfaError `InvalidHook` if there is none, or others could have changed it;
 * `FileUnreadable`
 */
export async function findHook(context: Context, word: string): Promise<HookFile> {
  if (isHookPath(word)) checkPath(context, word);
  const name = hookName(word);
  if (!/^[\w-]+$/.test(name)) {
    throw new StsmfaError("InvalidHook", `${word}: a hook's name has letters, digits, - and _`);
  }
  const directory = hooksDirectory(context);
  const candidates = hookCandidates(context, word);
  const found: string[] = [];
  for (const path of candidates) if (await status(context, path) !== undefined) found.push(path);
  const [path, other] = found;
  if (other !== undefined) {
    throw new StsmfaError("InvalidHook", `there are two hooks ${name}: ${path} and ${other}`, {
      hint: "remove one of them",
    });
  }
  if (path !== undefined) return await readHook(context, name, path);
  for (const path of candidates) await refuseLost(context, name, path);
  if (!isHookPath(word) && (shippedHooks as readonly string[]).includes(name)) {
    return { name, path: `stsmfa:${name}`, source: "", language: "ts", isShipped: true };
  }
  const near = nearest(name, [...await ownHooks(context), ...shippedHooks]);
  const where = isHookPath(word)
    ? candidates[0]
    : join(directory ?? "your hooks folder", `${name}.ts`);
  throw new StsmfaError("InvalidHook", `there is no hook ${word}`, {
    hint: near === undefined ? `it would be ${where}` : `did you mean ${near}?`,
  });
}

/** Returns the paths where a hook of the user's own is looked for. */
export function hookCandidates(context: Context, word: string): string[] {
  if (isHookPath(word)) return [expandHome(context.env, word)];
  const directory = hooksDirectory(context);
  return directory === undefined ? [] : [".ts", ".js"].map((end) => join(directory, word + end));
}

/** Returns the names of the user's own hooks. */
export async function ownHooks(context: Context): Promise<string[]> {
  const directory = hooksDirectory(context);
  if (directory === undefined || await status(context, directory) === undefined) return [];
  const names = await context.files.list(directory).catch((error) => {
    throw storageError("read", directory, error);
  });
  return names.flatMap((name) => /^([\w-]+)\.[jt]s$/.exec(name)?.[1] ?? []).sort();
}

function checkPath(context: Context, word: string): void {
  const path = expandHome(context.env, word);
  if (!isAbsolute(path)) {
    throw new StsmfaError("InvalidHook", `${word}: a hook's path begins with ~ or /`, {
      hint: "a relative path would be another hook in every folder",
    });
  }
  if (!/\.[jt]s$/.test(path)) {
    throw new StsmfaError("InvalidHook", `${word}: a hook is a .ts or .js file`);
  }
}

async function status(context: Context, path: string) {
  try {
    return await context.files.status(path);
  } catch (error) {
    throw storageError("read", path, error);
  }
}

/** Refuses a link that leads nowhere: it was meant to be a hook. */
async function refuseLost(context: Context, name: string, path: string): Promise<void> {
  const link = await context.files.linkStatus(path).catch((error) => {
    throw storageError("read", path, error);
  });
  if (link?.linkTarget === undefined) return;
  throw new StsmfaError(
    "InvalidHook",
    `hook ${name}: ${path} is a link to ${link.linkTarget}, which does not exist`,
    { hint: `see where it leads: ${lookCommand(path)}` },
  );
}

/** A larger file is not a hook. */
const mostBytes = 1024 * 1024;

async function readHook(context: Context, name: string, path: string): Promise<HookFile> {
  try {
    const real = await context.files.resolveLinks(path);
    await refuseOthers(context, name, path);
    const { size = 0 } = await context.files.status(real) ?? {};
    const bytes = size > mostBytes ? undefined : await context.files.read(real);
    if (size > mostBytes || bytes !== undefined && bytes.length > mostBytes) {
      throw new StsmfaError("InvalidHook", `hook ${name}: ${real} is too large`);
    }
    if (bytes === undefined) throw new StsmfaError("InvalidHook", `there is no hook ${path}`);
    const source = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const language = real.endsWith(".ts") ? "ts" : "js";
    const foundAt = real === path ? {} : { foundAt: path };
    return { name, path: real, ...foundAt, source, language, isShipped: false };
  } catch (error) {
    if (error instanceof TypeError) {
      throw new StsmfaError("InvalidHook", `hook ${name}: ${path} is not UTF-8 text`);
    }
    throw storageError("read", path, error);
  }
}

/** Refuses a file that others can write or replace, since they could make us run anything. */
async function refuseOthers(context: Context, name: string, path: string): Promise<void> {
  const fault = await foreignPart(context, path);
  if (fault === undefined) return;
  throw new StsmfaError("InvalidHook", `hook ${name}: ${faultInWords(fault)}`, {
    hint: hintFor(context, path, fault),
  });
}
