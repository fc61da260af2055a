/**
 * Checks where profiles get their first credentials, as far as that can be told without running a
 * program or asking a server.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { missingKey } from "../keys/fetch.ts";
import { openStore } from "../keys/stores.ts";
import type { OthersSource } from "../profile/others_source.ts";
import { placesOf } from "../profile/origin.ts";
import type { StoredSource } from "../profile/source.ts";
import { checkSession } from "../session/sourced.ts";
import { checkSource } from "../sources/provide.ts";
import { terminalTalk } from "../talk.ts";
import { type Finding, findingOf, locationOf } from "./finding.ts";
import type { Resolution } from "./resolution.ts";
import type { Setup } from "./setup.ts";

/** Returns what is wrong with the source of a profile that can be resolved. */
export async function sourceFindings(
  context: Context,
  { files }: Setup,
  { name, resolved, error }: Resolution,
): Promise<Finding[]> {
  const source = resolved?.chain.source;
  if (source === undefined || source.kind === "long-term" || error !== undefined) return [];
  if (source.kind === "stored") return await storedFindings(context, source);
  try {
    if (source.kind === "session") checkSession(context, { name }, source);
    else await checkSource(context, source, { files, profile: name });
    return [];
  } catch (error) {
    // A session that is over is told with all others.
    const isOver = error instanceof StsmfaError && error.code === "SessionExpired";
    if (source.kind === "session") return isOver ? [] : [findingOf(error, `profile ${name}`)];
    const origin = "origin" in source ? source.origin : source.tokenFile.origin;
    const [place = `profile ${name}`] = placesOf(origin);
    const level = isPassing(error, source) ? "warning" : "problem";
    const finding = findingOf(error, place, level);
    const isShared = level === "warning" || finding.code === "UntrustedFile";
    const topic = isShared ? topicOf(source) : undefined;
    return [{ ...finding, ...(topic !== undefined && { about: [topic] }) }];
  }
}

/** Returns why the secret of a key cannot be had from its store, as far as that tells unasked. */
async function storedFindings(context: Context, source: StoredSource): Promise<Finding[]> {
  const { store: name, credentials: { accessKeyId } } = source;
  const place = locationOf(source);
  try {
    const store = await openStore(name, { context, talk: terminalTalk(context, {}) });
    const fault = await store.fault();
    if (fault !== undefined) throw fault;
    if (!await store.has(accessKeyId)) throw missingKey(source, store.title);
    return [];
  } catch (error) {
    const isPassing = error instanceof StsmfaError && error.code !== "StoredKeyMissing";
    // What keeps a store from use is told once, whoever needs it.
    const about = isPassing ? [`key store ${name}`] : [];
    return [{ ...findingOf(error, place, isPassing ? "warning" : "problem"), about }];
  }
}

/** Reports whether it may be all right tomorrow, in another shell or on another machine. */
function isPassing(error: unknown, { kind }: OthersSource): boolean {
  if (!(error instanceof StsmfaError) || error.code === "UntrustedFile") return false;
  if (error.code === "SessionExpired" || kind === "environment" || kind === "container") {
    return true;
  }
  // The role's own faults have their places; a token's file is nobody's line.
  return kind === "web-identity" && error.places.length === 0;
}

/** Returns what profiles with the same fault have in common. */
function topicOf(source: OthersSource): string | undefined {
  switch (source.kind) {
    case "sso":
      return `sign-in ${source.ssoSession ?? source.startUrl}`;
    case "login":
      return `sign-in ${source.loginSession}`;
    case "web-identity":
      return `token ${source.tokenFile.value}`;
    case "environment":
    case "container":
      return source.kind;
    default:
      return undefined;
  }
}
