/**
 * Creates the new key of a rotation. The call is sent once: a key whose secret is lost with AWS's
 * answer is looked for, and deleted again.
 *
 * @module
 */

import type { IamClient, ListedAccessKey } from "../aws/iam.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { Talk } from "../talk.ts";
import type { Rotation, RotationJournal } from "./rotation_journal.ts";
import { pause } from "./rotation_pause.ts";
import { isCreatedBy } from "./rotation_second_key.ts";

/** What creating a key needs of its rotation. */
export interface CreationOptions {
  readonly talk: Talk;
  /** Returns the error for a key that is in the way, which a rotation may have made. */
  secondKey(other: ListedAccessKey, rotation?: Rotation): Promise<StsmfaError>;
  /** Deletes a key that may be deleted for the new one; returns `false` if there is none. */
  makeRoom(): Promise<boolean>;
  /** Deletes a new key, and forgets the rotation. */
  undo(accessKeyId: string, why: string): Promise<void>;
}

/** How often IAM is asked for what it may not know yet: it lags behind. */
export const mostLists = 5;

/**
 * Returns the new key. Room for it is made only once AWS has refused the call for want of it: then
 * it would have allowed it, and a key that cannot be had back is not deleted for nothing.
 *
 * @throws StsmfaError `SecondAccessKey` for one that somebody else made meanwhile, and what IAM
 * throws; the journal still has the rotation if a key may have been created
 */
export async function createdKey(
  context: Context,
  files: AwsFiles,
  iam: IamClient,
  journal: RotationJournal,
  rotation: Rotation,
  options: CreationOptions,
): Promise<LongTermCredentials> {
  const { talk } = options;
  let refusedAfterRoom: number | undefined;
  for (let isLast = false;;) {
    try {
      return await iam.createAccessKey([rotation.oldKeyId, ...rotation.before]);
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      // It may have been sent: the next run looks for it.
      if (error.code === "Cancelled") throw error;
      if (!isUncertain(error)) {
        await journal.forget(rotation);
        if (error.code !== "SecondAccessKey") throw error;
        if (refusedAfterRoom === undefined && await options.makeRoom()) refusedAfterRoom = 0;
        else {
          const other = await madeMeanwhile();
          if (other !== undefined) throw await options.secondKey(other);
          // IAM may count a key for a while that it has deleted.
          if (refusedAfterRoom === undefined || ++refusedAfterRoom === mostLists) throw error;
          await pause(context);
        }
        await journal.write(rotation);
        continue;
      }
      talk.note(`${error.message}; looking whether a key was created`);
      const created = await createdBefore();
      // It may still come: the next run looks again.
      if (created === undefined) throw error;
      await options.undo(created.accessKeyId, "its secret was lost with AWS's answer");
      if (isLast) throw error;
      isLast = true;
      await journal.write(rotation);
    }
  }

  /** Returns the key that a call has created whose answer nobody has got. */
  async function createdBefore(): Promise<ListedAccessKey | undefined> {
    for (let asked = 1;; asked++) {
      const list = await iam.listAccessKeys();
      const found = list.keys.find(({ accessKeyId }) => !rotation.before.includes(accessKeyId));
      if (found !== undefined) {
        if (await isCreatedBy(iam, files, rotation, found, list)) return found;
        throw await options.secondKey(found, rotation);
      }
      if (asked === mostLists) return undefined;
      await pause(context);
    }
  }

  /** Returns a key that was made after IAM was asked: by whom, nobody can tell. */
  async function madeMeanwhile(): Promise<ListedAccessKey | undefined> {
    const { keys } = await iam.listAccessKeys();
    return keys.find(({ accessKeyId }) => !rotation.before.includes(accessKeyId));
  }
}

/** Reports whether a call may have taken effect, though there is no answer that can be used. */
function isUncertain({ code }: StsmfaError): boolean {
  return ["NetworkUnreachable", "NetworkTimeout", "ServiceUnavailable"].includes(code);
}
