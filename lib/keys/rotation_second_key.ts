/**
 * A second access key that is in the way of a rotation: a user has two at most.
 *
 * @module
 */

import type { AccessKeyList, IamClient, LastUse, ListedAccessKey } from "../aws/iam.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { formatExpiration } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords, withArguments } from "../hint_words.ts";
import { type KeyPlace, keyPlaces } from "./places.ts";
import type { Rotation } from "./rotation_journal.ts";

/**
 * Returns the error that shows both keys with their last use, and says what can be done.
 *
 * @param rotation one that is not finished, and may have made the other key
 */
export async function secondKeyError(
  iam: IamClient,
  ownKeyId: string,
  other: ListedAccessKey,
  { profile, userName }: { readonly profile: string; readonly userName: string },
  rotation?: Rotation,
): Promise<StsmfaError> {
  const [own, second] = await Promise.all(
    [ownKeyId, other.accessKeyId].map((id) => lastUseWords(iam, id)),
  );
  const { accessKeyId, status } = other;
  const isInactive = status === "Inactive";
  const user = flagWords("--user-name", userName);
  const remove = `aws iam delete-access-key ${user} --access-key-id ${accessKeyId}`;
  return new StsmfaError(
    "SecondAccessKey",
    `${userName} has two access keys, the most there can be: ${ownKeyId} (this one, ${own}) and ${accessKeyId} (${
      isInactive ? "inactive" : status === "Active" ? "active" : "expired"
    }, ${second})${rotation === undefined ? "" : beganWords(rotation, accessKeyId)}`,
    {
      hint: isInactive
        ? `if nobody needs ${accessKeyId}: ${
          withArguments("stsmfa keys rotate", [profile], " --delete-inactive")
        }`
        : `see who uses ${accessKeyId}; if nobody does: ${remove}`,
    },
  );
}

/** Returns the error for lines beside a key that are not those of its own rotation. */
export function strangeNext(
  { path, header, accessKeyId }: KeyPlace,
  newKeyId: string,
  oldKeyId: string | undefined,
): StsmfaError {
  const whose = oldKeyId === undefined
    ? "which IAM does not list"
    : `which was created in the place of ${oldKeyId}`;
  return new StsmfaError(
    "InvalidSetting",
    `${path}: [${header}] holds ${accessKeyId}, and beside it ${newKeyId}, ${whose}`,
    {
      hint: `put ${newKeyId} into a section of its own if it is needed; ` +
        "else delete the lines stsmfa_next_key and stsmfa_next_secret, and the key at AWS",
    },
  );
}

/** Says that a rotation may have made a key, and where its secret may be. */
function beganWords({ oldKeyId, newKeyId, at, path }: Rotation, accessKeyId: string): string {
  const maker = newKeyId === accessKeyId ? "comes from" : "may come from";
  const where = path === undefined ? "" : ` in ${path}`;
  // AWS's time was not known.
  const when = at.getTime() === 0 ? "" : ` at ${formatExpiration(at)}`;
  return `; it ${maker} the rotation of ${oldKeyId} that was begun${where}${when}`;
}

/** Says when a key was last used; what IAM does not tell is unknown. */
async function lastUseWords(iam: IamClient, accessKeyId: string): Promise<string> {
  let use: LastUse;
  try {
    use = await iam.lastUse(accessKeyId);
  } catch (error) {
    if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
    return "last use unknown";
  }
  if (use.at === undefined) return "never used";
  const day = use.at.toISOString().slice(0, 10);
  return `last used ${day}${use.service === undefined ? "" : ` with ${use.service}`}`;
}

/** A key that was created while the answer was waited for is ours, by AWS's clock on both sides. */
const creationSeconds = 45;
const clockSeconds = 2;

/** A key that was left for longer may have been found by somebody, and be meant for something. */
const longestSeconds = 3600;

/** How long IAM's lists may lag behind. */
const lagSeconds = 60;

/** Reports whether IAM may not list yet what the last run of a rotation has done. */
export function isYoung({ at }: Rotation, now: Date): boolean {
  return Math.abs(now.getTime() - at.getTime()) < lagSeconds * 1000;
}

/** Reports whether a key was created when a rotation called for one. */
export function isOfItsTime({ at }: Rotation, { createdAt }: ListedAccessKey): boolean {
  if (createdAt === undefined) return false;
  const seconds = (createdAt.getTime() - at.getTime()) / 1000;
  return seconds >= -clockSeconds && seconds <= creationSeconds;
}

/**
 * Reports whether a key can only be the one that a rotation has created, and that nobody can use,
 * since its secret was never kept.
 *
 * @param list what IAM lists now
 */
export async function isCreatedBy(
  iam: IamClient,
  files: AwsFiles,
  rotation: Rotation,
  key: ListedAccessKey,
  { keys, at: now }: AccessKeyList,
): Promise<boolean> {
  // Its secret was kept once, and somebody may have it.
  if (rotation.newKeyId !== undefined || now === undefined) return false;
  // Another machine rotates the same key: the new one is all that is left to it.
  const old = keys.find(({ accessKeyId }) => accessKeyId === rotation.oldKeyId);
  if (old?.status !== "Active") return false;
  if (keyPlaces(files).some(({ accessKeyId }) => accessKeyId === key.accessKeyId)) return false;
  const seconds = Math.abs(now.getTime() - rotation.at.getTime()) / 1000;
  if (!isOfItsTime(rotation, key) || seconds > longestSeconds) return false;
  return await iam.lastUse(key.accessKeyId).then((use) => use.at === undefined, (error) => {
    // Whoever may not see it has to decide.
    if (error instanceof StsmfaError && error.code === "AccessDenied") return false;
    throw error;
  });
}
