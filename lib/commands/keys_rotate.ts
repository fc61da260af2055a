/**
 * `stsmfa keys rotate`: a new access key in the place of the old one.
 *
 * @module
 */

import { checkEditable } from "../aws_files/edit.ts";
import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { requireYes } from "../cli/yes_no.ts";
import type { Context } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { flagWords, listed, withArguments } from "../hint_words.ts";
import type { HookOutcome } from "../hooks/run.ts";
import { type KeyPlace, keyPlaceOf } from "../keys/places.ts";
import { KeyRotation, type RotatedKey } from "../keys/rotation.ts";
import { type Rotation, RotationJournal, rotationsOf } from "../keys/rotation_journal.ts";
import {
  keptSecret,
  nextKeyBeside,
  openedStores,
  placesBeside,
  refuseDefaults,
} from "../keys/rotation_places.ts";
import { checkStoredId } from "../keys/store.ts";
import { native } from "../path.ts";
import { defaultMinLeftSeconds } from "../session/valid.ts";
import { keptSession } from "../state/session_lookup.ts";
import { type Talk, terminalTalk } from "../talk.ts";
import type { KeysFlags } from "./keys_flags.ts";
import { rotationPlan, rotationPolicy } from "./keys_rotate_plan.ts";
import { hookLines } from "./refresh_result.ts";
import { profileWithHooks, RotationSessions, userProfile } from "./keys_rotate_session.ts";

/** A profile's key, and what is known of it without asking. */
interface Found {
  readonly files: AwsFiles;
  readonly place: KeyPlace;
  /** Other sections with the same key. */
  readonly beside: readonly KeyPlace[];
  /** Rotations of it that are not finished. */
  readonly begun: readonly Rotation[];
}

/** Rotates the key of a profile's user. */
export async function rotate(
  context: Context,
  flags: KeysFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const name = oneProfile(context.env, flags, names);
  const talk = terminalTalk(context, flags);
  const found = await find(context, flags, name);
  const { place, begun } = found;
  const profile = userProfile(context, found.files, flags, name, place);
  checkStoredId(place.accessKeyId);
  if (flags.policy) return rotationPolicy(profile.partition.name);
  if (flags.dryRun) {
    const kept = await keptSession(context, profile, defaultMinLeftSeconds);
    const isProved = kept !== undefined && flags.tokenCode === undefined;
    return rotationPlan(context.env, {
      ...found,
      next: nextKeyBeside(found.files, place),
      isProved,
      keepOld: flags.keepOld ?? false,
      deleteInactive: flags.deleteInactive ?? false,
    });
  }
  const isBegun = begun.length > 0 || nextKeyBeside(found.files, place) !== undefined;
  if (flags.finish && !isBegun) return nothingToFinish(place);
  checkBeside(flags, name, found);
  // An old key that was left is deleted on the way to the next one.
  const isAnew = !flags.finish && !isOpen(found);
  if (isAnew) await askFirst(context, flags, name, place);
  const journal = await RotationJournal.open(context, talk);
  try {
    const now = await find(context, flags, name);
    if (!isOpen(now)) {
      if (now.place.accessKeyId !== place.accessKeyId) return rotatedMeanwhile(now.place);
      // What another run has left meanwhile is to stay.
      const wasLeft = begun.some(({ isOldLeft }) => isOldLeft);
      if (flags.finish && !(wasLeft && now.begun.length > 0)) return nothingToFinish(now.place);
      if (!flags.finish && !isAnew) await askFirst(context, flags, name, now.place);
    }
    checkBeside(flags, name, now);
    await checkPlaces(context, now, talk);
    return await rotateUnderLock(context, flags, name, now, journal, talk);
  } finally {
    talk.endProgress();
    journal.close();
  }
}

/** Reports whether something is to be finished besides an old key that was left. */
function isOpen({ begun, files, place }: Found): boolean {
  return begun.some(({ isOldLeft }) => !isOldLeft) || nextKeyBeside(files, place) !== undefined;
}

async function find(context: Context, flags: KeysFlags, name: string): Promise<Found> {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const { longTermSuffix } = flags;
  const named = { ...(longTermSuffix && { longTermSuffix }) };
  const place = keyPlaceOf(files, context.env, named, name);
  const begun = await rotationsOf(context, place.accessKeyId);
  return { files, place, beside: placesBeside(files, place), begun };
}

async function rotateUnderLock(
  context: Context,
  flags: KeysFlags,
  name: string,
  { files, place, begun }: Found,
  journal: RotationJournal,
  talk: Talk,
): Promise<CommandResult> {
  const profile = userProfile(context, files, flags, name, place);
  const policyCommand = withArguments("stsmfa keys rotate", [name], " --policy");
  const sessions = new RotationSessions(context, files, profile, flags, talk, policyCommand);
  const named = profileWithHooks(context, files, flags, name);
  const hooks = named && await (await import("./keys_rotate_hooks.ts")).RotationHooks
    .of(context, files, flags, named);
  const { caller, userName, iam } = await sessions.signIn(
    begun.map(({ oldKeyId }) => oldKeyId).filter((id) => id !== place.accessKeyId),
    () => nextKey(context, files, place, begun, talk),
  );
  const rotation = new KeyRotation(context, files, place, journal, iam, {
    talk,
    profile: name,
    userName,
    keepOld: flags.keepOld ?? false,
    onlyFinish: flags.finish ?? false,
    deleteInactive: flags.deleteInactive ?? false,
    tryKey: async (key) => {
      const { arn } = await sessions.callerOf(key);
      if (arn === caller.arn) return;
      throw new StsmfaError(
        "RequestRefused",
        `the new key is that of ${arn}, not of ${caller.arn}`,
      );
    },
    afterSwap: async (key, oldKeyId) => await hooks?.run(key, oldKeyId) ?? true,
    iamOf: (key) => sessions.quietly(key, userName),
  });
  let rotated: RotatedKey;
  try {
    rotated = await rotation.run();
  } catch (error) {
    // What is in the way is to be seen to first.
    const isInTheWay = error instanceof StsmfaError &&
      ["SecondAccessKey", "InvalidSetting"].includes(error.code);
    if (!isInTheWay) await tellToGoOn(context, flags, name, talk);
    throw error;
  }
  const { oldKeyId, old } = rotated;
  if (oldKeyId !== undefined && old === "deleted") await sessions.forget(oldKeyId).catch(() => {});
  return resultOf(name, place, rotated, hooks?.outcomes);
}

/** Returns the new key of a rotation whose old one was put back into its place. */
async function nextKey(
  context: Context,
  files: AwsFiles,
  place: KeyPlace,
  begun: readonly Rotation[],
  talk: Talk,
): Promise<LongTermCredentials | undefined> {
  for (const rotation of begun) {
    const { newKeyId, oldKeyId } = rotation;
    if (newKeyId === undefined || oldKeyId !== place.accessKeyId) continue;
    const secretAccessKey = await keptSecret(context, files, place, rotation, newKeyId, talk);
    if (secretAccessKey !== undefined) return { accessKeyId: newKeyId, secretAccessKey };
    talk.warn(
      `${oldKeyId} was being replaced by ${newKeyId}, whose secret is in neither file nor store`,
    );
  }
  return undefined;
}

/** After an error, says that something has begun, and how to go on. */
async function tellToGoOn(
  context: Context,
  flags: KeysFlags,
  name: string,
  talk: Talk,
): Promise<void> {
  const found = await find(context, flags, name).catch(() => undefined);
  if (!found?.begun.some(({ isOldLeft }) => !isOldLeft)) return;
  const { credentialsFile, configFile, mfaSerial, longTermSuffix, everywhere } = flags;
  const words = [
    ...credentialsFile === undefined
      ? []
      : [flagWords("--credentials-file", native(credentialsFile))],
    ...configFile === undefined ? [] : [flagWords("--config-file", native(configFile))],
    ...mfaSerial === undefined ? [] : [flagWords("--mfa-serial", mfaSerial)],
    ...longTermSuffix === undefined ? [] : [flagWords("--long-term-suffix", longTermSuffix)],
    ...everywhere ? ["--everywhere"] : [],
  ].map((each) => ` ${each}`).join("");
  talk.warn(
    `the rotation is not finished; to go on: ${withArguments("stsmfa keys rotate", [name], words)}`,
  );
}

/** @throws StsmfaError `InvalidSetting` for other sections that would keep the old key */
function checkBeside(
  { everywhere }: KeysFlags,
  name: string,
  { beside, place, files }: Found,
): void {
  refuseDefaults(files, place, place.accessKeyId);
  const [first] = beside;
  if (everywhere || first === undefined) return;
  const where = beside.map(({ header, path, line }) => `[${header}] (${path}: line ${line})`);
  throw new StsmfaError(
    "InvalidSetting",
    `the key of [${place.header}], ${place.accessKeyId}, is also in ${listed(where)}`,
    {
      hint: `to give them the new one, too: ${
        withArguments("stsmfa keys rotate", [name], " --everywhere")
      }`,
      places: [{ kind: "file", path: first.path, line: first.line }],
    },
  );
}

/** Makes sure, before a code is asked, that the new key can be kept. */
async function checkPlaces(
  context: Context,
  { files, place, beside }: Found,
  talk: Talk,
): Promise<void> {
  for (const file of new Set([place, ...beside].map(({ file }) => file))) {
    await checkEditable(context, files[file]);
  }
  for (const store of await openedStores(context, files, place.accessKeyId, talk)) {
    const fault = await store.fault();
    if (fault !== undefined) throw fault;
  }
}

/** Asks whether to rotate a key. */
function askFirst(
  context: Context,
  flags: KeysFlags,
  name: string,
  { accessKeyId, header }: KeyPlace,
): Promise<void> {
  const old = flags.keepOld ? "made inactive" : "deleted";
  return requireYes(context, flags, {
    what: "rotating the key",
    command: withArguments(
      "stsmfa keys rotate",
      [name],
      `${flags.deleteInactive ? " --delete-inactive" : ""} --yes`,
    ),
    question: "Rotate it",
    words: [
      `The access key ${accessKeyId} in [${header}] is replaced by a new one, and ${old} at AWS.`,
      "Copies of it elsewhere (other machines, CI) stop working.",
      ...(flags.deleteInactive
        ? [
          "A second key of the user that is inactive is deleted first, once AWS allows a new one;",
          "it cannot be restored.",
        ]
        : []),
    ],
    undone: "nothing was rotated",
  });
}

function resultOf(
  name: string,
  place: KeyPlace,
  rotated: RotatedKey,
  hooks: readonly HookOutcome[] = [],
): CommandResult {
  const { status, oldKeyId, newKeyId, old, undone } = rotated;
  const { profile, store, path } = place;
  const finish = withArguments("stsmfa keys rotate", [name], " --finish");
  return {
    json: {
      profile,
      status,
      accessKeyId: newKeyId,
      oldAccessKeyId: oldKeyId ?? null,
      oldKey: old ?? null,
      store,
      path,
      undone,
      hooks,
    },
    human: () => [
      status === "unchanged"
        ? `${profile}  nothing is left to finish; the key is ${newKeyId}`
        : `${profile}  ${newKeyId} is the key now`,
      ...(old === "deleted" ? [`${oldKeyId}, the old one, is deleted`] : []),
      ...(old === "inactive"
        ? [`${oldKeyId}, the old one, is inactive; to delete it: ${finish}`]
        : []),
      ...hooks.flatMap((each) => hookLines(each, false)),
    ],
    exitStatus: hooks.find(({ error }) => error)?.error?.exitStatus ?? ExitStatus.Ok,
    errors: hooks.flatMap(({ error }) => error ? [{ about: profile, error }] : []),
  };
}

function nothingToFinish(place: KeyPlace): CommandResult {
  const { profile, accessKeyId: newKeyId } = place;
  const nothing = { oldKeyId: undefined, old: undefined, undone: [] };
  return resultOf(profile, place, { status: "unchanged", newKeyId, ...nothing });
}

/** Another run has done it while this one waited. */
function rotatedMeanwhile(place: KeyPlace): CommandResult {
  const { profile, accessKeyId } = place;
  return {
    ...nothingToFinish(place),
    human: () => [
      `${profile}  another stsmfa has rotated the key in the meantime: it is now ${accessKeyId}`,
    ],
  };
}
