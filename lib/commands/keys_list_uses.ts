/**
 * How old access keys are and when they were last used, as IAM says: with MFA sessions that are
 * kept alone, so that nobody is asked for a code.
 *
 * @module
 */

import { iamClient } from "../aws/iam.ts";
import { stsClient } from "../aws/sts.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { KeyPlace } from "../keys/places.ts";
import { openedSession } from "../session/sealer.ts";
import { keptSession } from "../state/session_lookup.ts";
import type { Talk } from "../talk.ts";
import type { KeysFlags } from "./keys_flags.ts";
import { userNameOf, userProfile } from "./keys_rotate_session.ts";

/** What IAM says of a key. */
export interface KeyUse {
  readonly createdAt: Date | undefined;
  /** `null` if it was never used, `undefined` if that may not be seen. */
  readonly lastUsedAt: Date | null | undefined;
}

/** A list is no place to wait. */
const mostSeconds = 3;

/** A session must last for three calls. */
const leastSeconds = 60;

/** Returns what can be found out within three seconds, by the IDs of the keys. */
export async function keyUses(
  context: Context,
  files: AwsFiles,
  flags: KeysFlags,
  places: readonly KeyPlace[],
  talk: Talk,
): Promise<ReadonlyMap<string, KeyUse>> {
  const uses = new Map<string, KeyUse>();
  const deadline = context.clock.deadline(mostSeconds * 1000);
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const late = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => late.resolve(), { once: true });
  const within: Context = Object.create(context, { signal: { value: signal, enumerable: true } });
  const ask = async (place: KeyPlace) => {
    if (uses.has(place.accessKeyId)) return;
    try {
      const use = await useOf(within, files, flags, place, talk);
      if (use !== undefined && !signal.aborted) uses.set(place.accessKeyId, use);
    } catch (error) {
      // The key is listed all the same.
      if (!(error instanceof StsmfaError) && !signal.aborted) throw error;
    }
  };
  try {
    await Promise.race([late.promise, Promise.all(places.map(ask))]);
  } finally {
    deadline.cancel();
  }
  if (context.signal.aborted) throw context.signal.reason;
  return new Map(uses);
}

async function useOf(
  context: Context,
  files: AwsFiles,
  flags: KeysFlags,
  place: KeyPlace,
  talk: Talk,
): Promise<KeyUse | undefined> {
  const profile = userProfile(context, files, flags, place.profile, place);
  const kept = await openedSession(
    context,
    await keptSession(context, profile, leastSeconds),
    talk,
  );
  if (kept === undefined) return undefined;
  const { credentials } = kept;
  const userName = userNameOf(await stsClient(context, profile, credentials).getCallerIdentity());
  const iam = iamClient(context, profile, credentials, {
    userName,
    policyCommand: "stsmfa keys rotate --policy",
  });
  const { accessKeyId } = place;
  const [list, lastUse] = await Promise.allSettled([
    iam.listAccessKeys(),
    iam.lastUse(accessKeyId),
  ]);
  const keys = list.status === "fulfilled" ? list.value.keys : [];
  return {
    createdAt: keys.find((each) => each.accessKeyId === accessKeyId)?.createdAt,
    lastUsedAt: lastUse.status === "fulfilled" ? lastUse.value.at ?? null : undefined,
  };
}
