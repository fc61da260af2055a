/**
 * Remembers when a person last used a profile, for lists to choose from: names and times, in one
 * small file. It is never a reason to fail or to wait: of two runs that write it at once, one may go
 * unnoticed, and a file that cannot be read says nothing.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { formatExpiration } from "../credentials.ts";
import { requireOurs } from "../files/ours.ts";
import { writeNew } from "../files/write.ts";
import { stateDirectory } from "./directory.ts";
import { openStateFolder } from "./folder.ts";

/** A profile, and when it was last used. */
export interface UsedProfile {
  readonly profile: string;
  readonly usedAt: Date;
}

/** Profiles that were used before so many others are forgotten. */
const mostProfiles = 500;

const mostBytes = 256 * 1024;

/** A loop that uses one profile again and again writes once a minute. */
const leastMilliseconds = 60_000;

/** Remembers that a profile is used now. */
export async function noteUse(context: Context, profile: string): Promise<void> {
  const state = stateDirectory(context);
  if (state === undefined || profile.includes("\n")) return;
  try {
    const now = context.clock.now();
    const before = await usedProfiles(context);
    const [last] = before;
    const age = last === undefined ? NaN : now.getTime() - last.usedAt.getTime();
    if (last?.profile === profile && age >= 0 && age < leastMilliseconds) return;
    await openStateFolder(context, state, "used");
    const others = before.filter((each) => each.profile !== profile);
    await write(context, pathIn(state), [{ profile, usedAt: now }, ...others]);
  } catch { /* the list has another order */ }
}

/** Returns the profiles that were used, the last one first. */
export async function usedProfiles(context: Context): Promise<UsedProfile[]> {
  const state = stateDirectory(context);
  if (state === undefined) return [];
  try {
    const path = pathIn(state);
    await requireOurs(context, path);
    const status = await context.files.status(path);
    if (!status?.isFile || (status.size ?? 0) > mostBytes) return [];
    const bytes = await context.files.read(path);
    if (bytes === undefined || bytes.length > mostBytes) return [];
    return new TextDecoder().decode(bytes).split("\n").slice(0, -1).flatMap(parseLine);
  } catch {
    return [];
  }
}

function parseLine(line: string): UsedProfile[] {
  const at = line.indexOf(" ");
  const usedAt = new Date(line.slice(0, at));
  const profile = line.slice(at + 1);
  return at > 0 && profile !== "" && !Number.isNaN(usedAt.getTime()) ? [{ profile, usedAt }] : [];
}

async function write(
  { files }: Context,
  path: string,
  used: readonly UsedProfile[],
): Promise<void> {
  const lines = used.slice(0, mostProfiles)
    .map(({ profile, usedAt }) => `${formatExpiration(usedAt)} ${profile}\n`);
  const next = `${path}.new`;
  await files.remove(next).catch(() => {});
  try {
    await writeNew(files, next, lines.join(""));
    await files.rename(next, path);
  } catch (error) {
    await files.remove(next).catch(() => {});
    throw error;
  }
}

function pathIn(state: string): string {
  return `${state}/used/profiles`;
}
