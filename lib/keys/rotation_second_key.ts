/**
 * A second access key that is in the way of a rotation: a user has two at most.
 *
 * @module
 */

import type { IamClient, LastUse, ListedAccessKey } from "../aws/iam.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords, withArguments } from "../hint_words.ts";
import type { Rotation } from "./rotation_journal.ts";

/** Returns the error that shows both keys with their last use, and says what can be done. */
export async function secondKeyError(
  iam: IamClient,
  ownKeyId: string,
  other: ListedAccessKey,
  { profile, userName }: { readonly profile: string; readonly userName: string },
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
    }, ${second})`,
    {
      hint: isInactive
        ? `if nobody needs ${accessKeyId}: ${
          withArguments("stsmfa keys rotate", [profile], " --delete-inactive")
        }`
        : `see who uses ${accessKeyId}; if nobody does: ${remove}`,
    },
  );
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

/** A key that was created while the answer was waited for is ours; AWS's clocks may differ. */
const creationSeconds = 45;
const clockSeconds = 10;

/** Reports whether a key can only be the one that a rotation has created, and nobody uses. */
export async function isCreatedBy(
  iam: IamClient,
  { newKeyId, at, isOldLeft }: Rotation,
  { accessKeyId, createdAt }: ListedAccessKey,
): Promise<boolean> {
  // Once it was in its place, it may be in use elsewhere.
  if (isOldLeft) return false;
  if (newKeyId !== accessKeyId) {
    if (createdAt === undefined) return false;
    const seconds = (createdAt.getTime() - at.getTime()) / 1000;
    if (seconds < -clockSeconds || seconds > creationSeconds) return false;
  }
  return await iam.lastUse(accessKeyId).then((use) => use.at === undefined, (error) => {
    // Whoever may not see it has to decide.
    if (error instanceof StsmfaError && error.code === "AccessDenied") return false;
    throw error;
  });
}
