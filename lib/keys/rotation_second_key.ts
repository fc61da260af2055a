/**
 * A second access key that is in the way of a rotation: a user has two at most.
 *
 * @module
 */

import type { IamClient, LastUse, ListedAccessKey } from "../aws/iam.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords, withArguments } from "../hint_words.ts";

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
