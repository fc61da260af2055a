/**
 * Who asks for a code, for those who wait for the lock meanwhile: a small file beside that of the
 * kept sessions. Whoever has the lock writes and removes it; nothing depends on it.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { ErrorCode } from "../errors.ts";
import { writeNew } from "../files/write.ts";
import { stateDirectory } from "./directory.ts";

/** A question that is open. */
export interface Asking {
  /** Where it is asked, such as `pts/3`, if the system tells. */
  readonly terminal?: string | undefined;
  /** Whether it is asked in a window. */
  readonly isWindow?: true;
  /** The process that asks, if the system tells. */
  readonly process?: number | undefined;
  /** The profiles that it is for. */
  readonly profiles: readonly string[];
}

/** How a window ended without a session. */
export interface WindowRefusal {
  readonly at: Date;
  readonly code: ErrorCode;
}

/** Writes the question down; that it fails is no reason not to ask. */
export function noteAsking(context: Context, path: string, asking: Asking): Promise<void> {
  return note(context, path, asking);
}

/** Writes down, in its place, how a window ended, for those who have waited for it. */
export function noteRefusal(context: Context, path: string, refusal: WindowRefusal): Promise<void> {
  return note(context, path, { refusal });
}

async function note(context: Context, path: string, what: object): Promise<void> {
  try {
    await forgetAsking(context, path);
    await writeNew(context.files, pathOf(path), JSON.stringify(what));
  } catch { /* others wait without knowing where the question is */ }
}

/** Removes what was written down: by us, or by a process that was killed. */
export async function forgetAsking({ files }: Context, path: string): Promise<void> {
  await files.remove(pathOf(path)).catch(() => {});
}

/** Returns the question that whoever has the lock asks. */
export async function readAsking({ files }: Context, path: string): Promise<Asking | undefined> {
  try {
    const bytes = await files.read(pathOf(path));
    if (bytes === undefined || bytes.length > mostBytes) return undefined;
    const { terminal, isWindow, process, profiles } = Object(
      JSON.parse(new TextDecoder().decode(bytes)),
    );
    if (!Array.isArray(profiles) || profiles.length === 0) return undefined;
    if (!profiles.every((each) => typeof each === "string")) return undefined;
    return {
      profiles,
      ...(typeof terminal === "string" && { terminal }),
      ...(isWindow === true && { isWindow }),
      ...(Number.isSafeInteger(process) && { process }),
    };
  } catch {
    return undefined;
  }
}

/** Returns the question that is open for a profile, of this or another process. */
export async function askingFor(
  context: Context,
  profile: string,
): Promise<Asking | undefined> {
  for await (const asking of openQuestions(context)) {
    if (asking.profiles.includes(profile)) return asking;
  }
  return undefined;
}

/** Returns the questions that are open on a terminal. */
export async function askingsOn(context: Context, terminal: string): Promise<Asking[]> {
  const found: Asking[] = [];
  for await (const asking of openQuestions(context)) {
    if (asking.terminal === terminal) found.push(asking);
  }
  return found;
}

async function* openQuestions(context: Context): AsyncGenerator<Asking> {
  const state = stateDirectory(context);
  if (state === undefined) return;
  const folder = `${state}/sessions`;
  for (const name of await context.files.list(folder).catch(() => [])) {
    if (!name.endsWith(ending)) continue;
    const asking = await readAsking(context, `${folder}/${name.slice(0, -ending.length)}`);
    if (asking === undefined) continue;
    // One that was killed has not taken it back.
    const { process } = asking;
    if (process === undefined || await context.isRunning(process)) yield asking;
  }
}

/** Returns how a window ended that nobody has opened another after. */
export async function readRefusal(
  { files, clock }: Context,
  path: string,
): Promise<WindowRefusal | undefined> {
  try {
    const bytes = await files.read(pathOf(path));
    if (bytes === undefined || bytes.length > mostBytes) return undefined;
    const { refusal } = Object(JSON.parse(new TextDecoder().decode(bytes)));
    const at = new Date(refusal.at);
    const isKnown = refusalCodes.includes(refusal.code) && !Number.isNaN(at.getTime());
    // Clocks are put right: what seems to come is no answer to who waits now.
    return isKnown && at <= clock.now() ? { at, code: refusal.code } : undefined;
  } catch {
    return undefined;
  }
}

/** How windows end without a session. */
export const refusalCodes: readonly ErrorCode[] = [
  "Cancelled",
  "TokenCodeNeeded",
  "TokenCodeMalformed",
  "TokenCodeRefused",
];

const mostBytes = 16384;

const ending = ".asking";

function pathOf(path: string): string {
  return path + ending;
}
