/**
 * Rotates a user's access key. At each moment a key that AWS takes is where the old one was, and
 * each step looks at what is there before it changes something: so the next run finishes or undoes
 * what a killed one has left.
 *
 * 1. The journal is written, then the new key is created.
 * 2. Its secret is kept beside the old one at once, and read back.
 * 3. It is tried until AWS takes it, and put in the place of the old one. Who listens is told.
 * 4. The old one is made inactive, the new one tried again, and the old one deleted.
 *
 * @module
 */

import type { AccessKeyList, IamClient, ListedAccessKey } from "../aws/iam.ts";
import { type AwsFiles, readAwsFile } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords, withArguments } from "../hint_words.ts";
import { readAgain } from "./copies.ts";
import { oneAtATime } from "./one_at_a_time.ts";
import type { KeyPlace } from "./places.ts";
import {
  type BegunRotation,
  Completion,
  type OldStatus,
  type RotationOptions,
} from "./rotation_completion.ts";
import { createdKey, mostLists } from "./rotation_creation.ts";
import type { Rotation, RotationJournal } from "./rotation_journal.ts";
import { pause, untilTaken } from "./rotation_pause.ts";
import {
  forgetBeside,
  hasPartOf,
  keepBeside,
  keptSecret,
  nextKeyBeside,
} from "./rotation_places.ts";
import {
  isCreatedBy,
  isOfItsTime,
  isYoung,
  secondKeyError,
  strangeNext,
} from "./rotation_second_key.ts";

/** What became of it. */
export interface RotatedKey {
  /** `unchanged` if there was nothing to finish. */
  readonly status: "rotated" | "finished" | "unchanged";
  readonly oldKeyId: string | undefined;
  readonly newKeyId: string;
  /** What became of the old key. */
  readonly old: "deleted" | "inactive" | undefined;
  /** Keys that an earlier rotation had created, and nobody could have used. */
  readonly undone: readonly string[];
}

/** Rotates the key in one place, or finishes what an earlier run has begun. */
export class KeyRotation {
  readonly #undone: string[] = [];
  #files: AwsFiles;

  constructor(
    private readonly context: Context,
    files: AwsFiles,
    private readonly place: KeyPlace,
    private readonly journal: RotationJournal,
    private readonly iam: IamClient,
    private readonly options: RotationOptions,
  ) {
    this.#files = files;
  }

  /**
   * Runs it.
   *
   * @throws StsmfaError `SecondAccessKey` for a second key that no rotation of ours has made, and
   * what IAM, the stores and the file throw; what is begun is in the journal then
   */
  async run(): Promise<RotatedKey> {
    const { place: { accessKeyId }, options: { onlyFinish, talk } } = this;
    let list = await this.iam.listAccessKeys();
    const known = list.keys.some((each) => each.accessKeyId === accessKeyId);
    const begun = await this.#begun(list);
    if (!known && begun.length === 0) throw this.#notListed();
    let finished: RotatedKey | undefined;
    for (const rotation of begun) {
      const { isOldLeft, newKeyId } = rotation;
      const isInPlace = newKeyId === accessKeyId;
      const done = isInPlace
        ? await this.#finish(rotation, list)
        : isOldLeft
        ? await this.#putBack(rotation, list)
        : await this.#resume(rotation, list);
      if (done !== undefined) talk.note(`finished the rotation of ${rotation.oldKeyId}`);
      // A key that was left is deleted on the way to the next one.
      if (done !== undefined && !(isInPlace && isOldLeft)) return done;
      finished = done ?? finished;
      list = await this.iam.listAccessKeys();
    }
    if (onlyFinish) return finished ?? this.#result("unchanged", undefined, accessKeyId, undefined);
    return await this.#rotate(list);
  }

  /** Returns what has begun; a new key beside the old one tells of it, too. */
  async #begun(list: AccessKeyList): Promise<Rotation[]> {
    const { place, journal, context } = this;
    const { accessKeyId, store } = place;
    const found = await journal.of(accessKeyId);
    for (const rotation of found) await this.#refuseElsewhere(rotation);
    const next = nextKeyBeside(this.#files, place);
    if (next === undefined || next.accessKeyId === accessKeyId) return found;
    if (found.some(({ oldKeyId }) => oldKeyId === accessKeyId)) return found;
    const { accessKeyId: newKeyId } = next;
    const [other] = await journal.of(newKeyId);
    if (other !== undefined || !list.keys.some((each) => each.accessKeyId === newKeyId)) {
      throw strangeNext(place, newKeyId, other?.oldKeyId);
    }
    const at = context.clock.now();
    return [...found, { oldKeyId: accessKeyId, newKeyId, before: [accessKeyId], at, store }];
  }

  /** The old key was left, and somebody has put it back into its place. */
  async #putBack(rotation: Rotation, list: AccessKeyList): Promise<RotatedKey | undefined> {
    const { journal, options: { onlyFinish } } = this;
    const { oldKeyId, newKeyId } = rotation;
    const find = (id: string | undefined) => list.keys.find((each) => each.accessKeyId === id);
    if (find(oldKeyId)?.status !== "Active") {
      return await this.#resume({ ...rotation, isOldLeft: false, keepOld: !onlyFinish }, list);
    }
    // It is needed again: what was the new key is another one now.
    const other = find(newKeyId);
    if (other !== undefined && onlyFinish) throw await this.#secondKey(other, rotation);
    await journal.forget(rotation);
    return undefined;
  }

  /** Makes sure that the new key is not in a file that this run does not look at. */
  async #refuseElsewhere(rotation: Rotation): Promise<void> {
    const { context, options: { profile } } = this;
    const { path, file, oldKeyId, isOldLeft } = rotation;
    if (path === undefined || isOldLeft) return;
    const [real, ...own] = await Promise.all(
      [path, this.#files.credentials.path, this.#files.config.path].map((each) =>
        context.files.resolveLinks(each).catch(() => each)
      ),
    );
    if (own.includes(real!)) return;
    if (!hasPartOf(rotation, await readAwsFile(context, path))) return;
    const flag = flagWords(file === "config" ? "--config-file" : "--credentials-file", path);
    throw new StsmfaError(
      "InvalidSetting",
      `the rotation of ${oldKeyId} was begun in ${path}, which has the new key`,
      {
        hint: `finish it there: ${
          withArguments("stsmfa keys rotate", [profile], ` --finish ${flag}`)
        }`,
      },
    );
  }

  async #rotate(list: AccessKeyList): Promise<RotatedKey> {
    const { place: { accessKeyId: oldKeyId, store, path, file }, journal, context } = this;
    const { talk, keepOld } = this.options;
    const before = list.keys.map(({ accessKeyId }) => accessKeyId);
    const inTheWay = await this.#inTheWay(list);
    // Without AWS's own time no key can be told to be of this rotation.
    const at = list.at ?? new Date(0);
    const rotation = { oldKeyId, before, at, store, path, file, keepOld };
    await journal.write(rotation);
    const key = await createdKey(context, this.#files, this.iam, journal, rotation, {
      talk,
      secondKey: (other, rotation) => this.#secondKey(other, rotation),
      undo: (lost, why) => this.#undo(rotation, lost, why),
      makeRoom: async () => {
        if (inTheWay === undefined) return false;
        // Somebody may have found a use for it meanwhile, or have another one by now.
        if (await this.#inTheWay(await this.iam.listAccessKeys()) !== inTheWay) return false;
        await this.iam.deleteAccessKey(inTheWay);
        talk.note(`deleted ${inTheWay}, which was inactive`);
        return true;
      },
    });
    try {
      const keep = () => keepBeside(context, this.#files, this.place, key, talk);
      await oneAtATime(context, talk, keep);
    } catch (error) {
      await this.#undoAfter(rotation, key.accessKeyId, "it could not be kept");
      throw error;
    }
    const begun = { ...rotation, newKeyId: key.accessKeyId };
    await journal.write(begun);
    return await this.#complete(begun, key, { isNew: true, old: "Active" });
  }

  /** Returns an inactive second key that is to be deleted; any other leaves no room for a new one. */
  async #inTheWay({ keys }: AccessKeyList): Promise<string | undefined> {
    const others = keys.filter(({ accessKeyId }) => accessKeyId !== this.place.accessKeyId);
    const [other] = others;
    if (other === undefined) return undefined;
    if (!this.options.deleteInactive || others.length > 1 || other.status !== "Inactive") {
      throw await this.#secondKey(other);
    }
    return other.accessKeyId;
  }

  /** Goes on with a rotation whose old key is still in its place; returns nothing if it is undone. */
  async #resume(rotation: Rotation, first: AccessKeyList): Promise<RotatedKey | undefined> {
    const { iam, journal, place, options: { talk, deleteInactive } } = this;
    const { oldKeyId } = rotation;
    const [list, listed] = await this.#listed(rotation, first);
    const newKeyId = listed?.accessKeyId ?? rotation.newKeyId;
    if (newKeyId === undefined) {
      talk.note(`an interrupted rotation of ${oldKeyId} had created no key`);
      await journal.forget(rotation);
      return undefined;
    }
    const isOurs = rotation.newKeyId !== undefined ||
      nextKeyBeside(this.#files, place)?.accessKeyId === newKeyId ||
      listed !== undefined && isOfItsTime(rotation, listed);
    if (listed?.status === "Inactive") {
      if (!deleteInactive) throw await this.#secondKey(listed, rotation);
      // Another's goes only once AWS allows a new one.
      if (isOurs) await this.#undo(rotation, newKeyId, "it was inactive");
      else await journal.forget(rotation);
      return undefined;
    }
    const secretAccessKey = await this.#secretOf(rotation, newKeyId);
    if (secretAccessKey !== undefined && isOurs) {
      const key = { accessKeyId: newKeyId, secretAccessKey };
      if (listed === undefined && !await this.#isTaken(key)) {
        await this.#undo(rotation, newKeyId, undefined);
        return undefined;
      }
      talk.note(`going on with the rotation of ${oldKeyId}: ${newKeyId} is the new key`);
      const begun = { ...rotation, newKeyId };
      await journal.write(begun);
      const old = list.keys.find(({ accessKeyId }) => accessKeyId === oldKeyId);
      return await this.#complete(begun, key, { isNew: false, old: old?.status ?? "gone" });
    }
    if (listed !== undefined && !await isCreatedBy(iam, this.#files, rotation, listed, list)) {
      throw await this.#secondKey(listed, rotation);
    }
    await this.#undo(rotation, newKeyId, listed && "nobody has its secret");
    return undefined;
  }

  /** Returns the new key as IAM lists it, which may lag behind. */
  async #listed(
    rotation: Rotation,
    first: AccessKeyList,
  ): Promise<readonly [AccessKeyList, ListedAccessKey | undefined]> {
    const { context, iam } = this;
    const { before, newKeyId } = rotation;
    for (let list = first, asked = 1;; asked++) {
      const listed = list.keys.find(({ accessKeyId }) =>
        newKeyId === undefined ? !before.includes(accessKeyId) : accessKeyId === newKeyId
      );
      const isLate = listed === undefined && isYoung(rotation, list.at ?? context.clock.now());
      if (!isLate || asked === mostLists) return [list, listed];
      await pause(context);
      list = await iam.listAccessKeys();
    }
  }

  /** Reports whether AWS takes a key that IAM does not list. */
  async #isTaken(key: LongTermCredentials): Promise<boolean> {
    try {
      await untilTaken(this.context, key, this.options);
      return true;
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code !== "AccessKeyRefused") throw error;
      const { keys } = await this.iam.listAccessKeys();
      if (keys.some(({ accessKeyId }) => accessKeyId === key.accessKeyId)) throw error;
      return false;
    }
  }

  async #secretOf(rotation: Rotation, newKeyId: string) {
    const { context, place, options: { talk } } = this;
    return await keptSecret(context, this.#files, place, rotation, newKeyId, talk);
  }

  /** Finishes a rotation whose new key is in its place. */
  async #finish(rotation: Rotation, { keys }: AccessKeyList): Promise<RotatedKey> {
    const { place } = this;
    const { oldKeyId } = rotation;
    const newKeyId = place.accessKeyId;
    const secretAccessKey = await this.#secretOf(rotation, newKeyId);
    const old = keys.find(({ accessKeyId }) => accessKeyId === oldKeyId);
    if (secretAccessKey === undefined) {
      throw new StsmfaError(
        "StoredKeyMissing",
        `the secret of ${newKeyId} is not where [${place.header}] says; ${oldKeyId} is left as it is`,
      );
    }
    // Somebody needs it again.
    if (rotation.isOldLeft && old?.status === "Active") throw await this.#secondKey(old);
    const key = { accessKeyId: newKeyId, secretAccessKey };
    return await this.#complete({ ...rotation, newKeyId }, key, {
      isNew: false,
      old: old?.status ?? "gone",
    });
  }

  /** Does all that is left to do once the new key's secret is kept. */
  async #complete(
    rotation: BegunRotation,
    key: LongTermCredentials,
    { isNew, old }: { readonly isNew: boolean; readonly old: OldStatus },
  ): Promise<RotatedKey> {
    const { context, place, journal, iam, options } = this;
    const { oldKeyId, newKeyId } = rotation;
    const keepOld = rotation.keepOld || options.keepOld && !rotation.isOldLeft;
    const begun = { ...rotation, keepOld };
    if (keepOld && !rotation.keepOld) await journal.write(begun);
    const world = { context, files: this.#files, place, journal, iam, options };
    const completion = new Completion(world, begun, key, old);
    try {
      await completion.putInPlace();
    } catch (error) {
      // Nobody but this run has had it.
      const isReplaced = error instanceof StsmfaError &&
        error.code === "LongTermCredentialsMissing";
      if (isNew && isReplaced && !await completion.isInPlace()) {
        await this.#undoAfter(rotation, newKeyId, `${oldKeyId} is no longer in its place`);
      }
      throw error;
    }
    const left = await completion.retireOld();
    return this.#result(isNew ? "rotated" : "finished", oldKeyId, newKeyId, left);
  }

  /**
   * Deletes a key that was created and is of no use, and what is kept of it.
   *
   * @param why `undefined` if AWS has it no more
   */
  async #undo(rotation: Rotation, newKeyId: string, why: string | undefined): Promise<void> {
    const { context, iam, journal, options: { talk } } = this;
    if (why !== undefined) {
      await iam.deleteAccessKey(newKeyId);
      this.#undone.push(newKeyId);
      talk.note(`deleted the new key ${newKeyId} again: ${why}`);
      // If what is kept of it cannot be taken away now, the next run does that.
      await journal.write({ ...rotation, newKeyId });
    } else {
      talk.note(
        `AWS no longer has ${newKeyId}, the new key in the rotation of ${rotation.oldKeyId}`,
      );
    }
    await oneAtATime(context, talk, async () => {
      this.#files = await readAgain(context, this.#files);
      await forgetBeside(context, this.#files, newKeyId, rotation.store, talk);
    });
    await journal.forget(rotation);
  }

  /** Undoes it after an error, which is the one that counts. */
  async #undoAfter(rotation: Rotation, newKeyId: string, why: string): Promise<void> {
    try {
      await this.#undo(rotation, newKeyId, why);
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      this.options.talk.warn(
        `AWS may still have the new key ${newKeyId}, which nothing uses: ${error.message}`,
      );
    }
  }

  async #secondKey(other: ListedAccessKey, rotation?: Rotation): Promise<StsmfaError> {
    return await secondKeyError(this.iam, this.place.accessKeyId, other, this.options, rotation);
  }

  #notListed(): StsmfaError {
    const { place: { accessKeyId }, options: { userName } } = this;
    return new StsmfaError(
      "AccessKeyRefused",
      `IAM does not list ${accessKeyId} among the access keys of ${userName}`,
      { hint: "look the key up under Security credentials in the IAM console" },
    );
  }

  #result(
    status: RotatedKey["status"],
    oldKeyId: string | undefined,
    newKeyId: string,
    old: RotatedKey["old"],
  ): RotatedKey {
    return { status, oldKeyId, newKeyId, old, undone: this.#undone };
  }
}
