/**
 * `stsmfa keys remove`: removes a key from its store.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { namedProfiles } from "../cli/profile_argument.ts";
import { requireYes } from "../cli/yes_no.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { readAgain } from "../keys/copies.ts";
import { type KeyPlace, keyPlaceOf, keyPlaces } from "../keys/places.ts";
import { oneAtATime } from "../keys/one_at_a_time.ts";
import { type RemovedKey, removeItem, removeKey } from "../keys/remove.ts";
import type { StoreName } from "../profile/source.ts";
import { terminalTalk } from "../talk.ts";
import type { KeysFlags } from "./keys_flags.ts";

/** Removes what one profile names, or a key by its ID. */
export async function remove(
  context: Context,
  flags: KeysFlags,
  names: readonly string[],
): Promise<CommandResult> {
  // Nothing that cannot be undone is done to what a variable names.
  const [name, ...more] = namedProfiles(flags, names);
  if (name === undefined || more.length > 0) {
    throw new StsmfaError("Usage", "keys remove takes one profile, or the ID of a key", {
      hint: "see which keys there are: stsmfa keys list",
    });
  }
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const talk = terminalTalk(context, flags);
  const place = placeToRemove(context, files, flags, name);
  await askFirst(context, flags, name, place);
  const removed = await oneAtATime(
    context,
    talk,
    async () =>
      place === undefined
        ? await removeItem(context, await readAgain(context, files), name, { talk })
        : [await removeKey(context, files, place, { talk })],
  );
  return {
    json: removed.map(({ accessKeyId, store, isGone }) => ({
      profile: place?.profile ?? null,
      accessKeyId,
      store,
      status: isGone ? "removed" : "unnamed",
    })),
    human: () => removed.flatMap(removedWords),
    exitStatus: ExitStatus.Ok,
  };
}

function placeToRemove(
  { env }: Context,
  files: AwsFiles,
  { longTermSuffix }: KeysFlags,
  name: string,
): KeyPlace & { readonly store: StoreName } | undefined {
  const places = keyPlaces(files);
  const own = places.find((each) => each.profile === name && isStored(each));
  const isItem = /^[A-Z0-9]{16,128}$/.test(name) && !places.some(({ profile }) => profile === name);
  if (own === undefined && isItem) {
    const namedBy = places.find((each) => each.accessKeyId === name && isStored(each));
    if (namedBy === undefined) return undefined;
    throw new StsmfaError(
      "Usage",
      `[${namedBy.header}] names ${name} (${namedBy.path}: line ${namedBy.line})`,
      {
        hint: `to remove both: ${withArguments("stsmfa keys remove", [namedBy.profile])}`,
      },
    );
  }
  const place = own ?? keyPlaceOf(files, env, { ...(longTermSuffix && { longTermSuffix }) }, name);
  if (isStored(place)) return place;
  throw new StsmfaError(
    "InvalidSetting",
    `${place.path}: line ${place.line}: the key of [${place.header}] is in the file itself, and in no key store`,
    { hint: "remove its two lines in an editor" },
  );
}

function isStored(place: KeyPlace): place is KeyPlace & { readonly store: StoreName } {
  return place.store !== "file";
}

/** Asks whether to remove a key. */
function askFirst(
  context: Context,
  flags: KeysFlags,
  name: string,
  place: KeyPlace | undefined,
): Promise<void> {
  const lines = place === undefined ? "" : `, and the lines of [${place.header}] that name it`;
  return requireYes(context, flags, {
    what: "removing the key",
    command: withArguments("stsmfa keys remove", [name], " --yes"),
    question: "Remove it",
    words: [
      `${place?.accessKeyId ?? name} is removed from the key store${lines}.`,
      "AWS shows a secret only once: without another copy, you can never use this key again.",
    ],
    undone: "nothing was removed",
  });
}

function removedWords({ accessKeyId, title, isGone }: RemovedKey): string[] {
  if (!isGone) {
    return [
      `${accessKeyId}  is no longer used here; another section uses it, so ${title} keeps it`,
    ];
  }
  return [
    `${accessKeyId}  removed from ${title}`,
    `AWS still accepts it; to delete it there: aws iam delete-access-key --access-key-id ${accessKeyId}`,
  ];
}
