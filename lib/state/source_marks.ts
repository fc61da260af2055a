/**
 * Remembers which access key a session in the credentials file was made with, so that it does not
 * count once its profile's source is another key: AWS's file has no place for that.
 *
 * One tiny file per session, named after its access key ID; nothing in it is secret. It is never a
 * reason to fail: a session that has none counts as it is.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { formatExpiration, type SessionCredentials } from "../credentials.ts";
import { writeAll } from "../files/write.ts";
import type { IniDocument } from "../ini/document.ts";
import { join } from "../path.ts";
import { parseSourceMark, sourceMarkPath, stateDirectory } from "./directory.ts";
import { openStateFolder } from "./folder.ts";

/** A session, and the ID of the access key that it was made with. */
export interface MadeSession {
  readonly credentials: SessionCredentials;
  readonly sourceKeyId: string;
}

/** Remembers it for sessions that are about to be written; forgets sessions that have ended. */
export async function markSources(
  context: Context,
  sessions: readonly MadeSession[],
): Promise<void> {
  const state = stateDirectory(context);
  if (state === undefined) return;
  try {
    await openStateFolder(context, state, "sources");
    for (const session of sessions) await mark(context, session);
    for (const name of await context.files.list(join(state, "sources"))) await sweep(context, name);
  } catch { /* the sessions count as they are */ }
}

/** Returns the access key IDs of these sections that are nowhere else in the file. */
export function keyIdsOnlyIn(document: IniDocument, sections: Iterable<string>): Set<string> {
  /** How often each one stands elsewhere: as often as in the file, less those that are meant. */
  const elsewhere = new Map<string, number>();
  for (const each of sections) {
    const keyId = document.get(each, "aws_access_key_id");
    if (keyId) elsewhere.set(keyId, (elsewhere.get(keyId) ?? 0) - 1);
  }
  // Once for all that begin alike, which AWS's do; of either there may be a hundred thousand.
  const text = document.toString();
  const groups = Map.groupBy(elsewhere.keys(), (keyId) => keyId.slice(0, 4));
  for (const [beginning, keyIds] of groups) {
    const lengths = new Set(keyIds.map(({ length }) => length));
    for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1)) {
      for (const length of lengths) {
        const found = text.slice(at, at + length);
        const count = elsewhere.get(found);
        if (count !== undefined) elsewhere.set(found, count + 1);
      }
    }
  }
  return new Set([...elsewhere.keys()].filter((keyId) => elsewhere.get(keyId) === 0));
}

/** Forgets it for sessions that are in no section any more. */
export async function forgetSources(
  context: Context,
  accessKeyIds: Iterable<string>,
): Promise<void> {
  for (const accessKeyId of accessKeyIds) {
    const path = sourceMarkPath(context, accessKeyId);
    if (path !== undefined) await context.files.remove(path).catch(() => {});
  }
}

async function mark(context: Context, { credentials, sourceKeyId }: MadeSession): Promise<void> {
  const { files } = context;
  const path = sourceMarkPath(context, credentials.accessKeyId);
  if (path === undefined || !/^\S+$/.test(sourceKeyId)) return;
  const before = await readMark(context, path);
  if (before?.madeWith.includes(sourceKeyId)) return;
  const madeWith = new Set([sourceKeyId, ...before?.madeWith ?? []]);
  const end = formatExpiration(credentials.expiration);
  const bytes = new TextEncoder().encode(`${[end, ...madeWith].join("\n")}\n`);
  await files.remove(path).catch(() => {});
  const file = await files.createNew(path, 0o600);
  try {
    await writeAll(file, bytes);
  } catch (error) {
    await files.remove(path).catch(() => {});
    throw error;
  } finally {
    file.close();
  }
}

/** Removes what says nothing any more: no run believes a session that has ended. */
async function sweep(context: Context, accessKeyId: string): Promise<void> {
  const path = sourceMarkPath(context, accessKeyId);
  if (path === undefined) return;
  const found = await readMark(context, path);
  if (found !== undefined && found.expiration > context.clock.now()) return;
  await context.files.remove(path).catch(() => {});
}

async function readMark({ files }: Context, path: string) {
  const bytes = await files.read(path).catch(() => undefined);
  return bytes && parseSourceMark(bytes);
}
