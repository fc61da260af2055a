/**
 * Who asks for a code, for those who wait for the lock meanwhile: a small file beside that of the
 * kept sessions. Whoever has the lock writes and removes it; nothing depends on it.
 *
 * @module
 */

import type { Context } from "../context.ts";

/** A question that is open. */
export interface Asking {
  /** Where it is asked, such as `pts/3`, if the system tells. */
  readonly terminal?: string | undefined;
  /** The process that asks, if the system tells. */
  readonly process?: number | undefined;
  /** The profiles that it is for. */
  readonly profiles: readonly string[];
}

/** Writes the question down; that it fails is no reason not to ask. */
export async function noteAsking(context: Context, path: string, asking: Asking): Promise<void> {
  try {
    await forgetAsking(context, path);
    const file = await context.files.createNew(pathOf(path), 0o600);
    try {
      const bytes = new TextEncoder().encode(JSON.stringify(asking));
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    } finally {
      file.close();
    }
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
    const { terminal, process, profiles } = Object(JSON.parse(new TextDecoder().decode(bytes)));
    if (!Array.isArray(profiles) || profiles.length === 0) return undefined;
    if (!profiles.every((each) => typeof each === "string")) return undefined;
    return {
      profiles,
      ...(typeof terminal === "string" && { terminal }),
      ...(Number.isSafeInteger(process) && { process }),
    };
  } catch {
    return undefined;
  }
}

const mostBytes = 16384;

function pathOf(path: string): string {
  return `${path}.asking`;
}
