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
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { Talk } from "../talk.ts";
import { readAgain } from "./copies.ts";
import { oneAtATime } from "./one_at_a_time.ts";
import { type KeyPlace, keyPlaces } from "./places.ts";
import { createdKey } from "./rotation_creation.ts";
import type { Rotation, RotationJournal } from "./rotation_journal.ts";
import {
  forgetBeside,
  keepBeside,
  keptSecret,
  nextKeyBeside,
  removeDeleted,
  swapPlaces,
} from "./rotation_places.ts";
import { untilTaken } from "./rotation_pause.ts";
import { isCreatedBy, secondKeyError } from "./rotation_second_key.ts";

/** What a rotation needs besides the calls to IAM. */
export interface RotationOptions {
  readonly talk: Talk;
  /** The profile as the user named it, for hints. */
  readonly profile: string;
  readonly userName: string;
  /** Whether the old key stays, inactive. */
  readonly keepOld: boolean;
  /** Whether only what an earlier rotation has left is done. */
  readonly onlyFinish: boolean;
  /** Whether another inactive key is deleted to make room. */
  readonly deleteInactive: boolean;
  /**
   * Asks AWS who a key belongs to.
   *
   * @throws StsmfaError if it is not the user's, or AWS does not take it
   */
  tryKey(key: LongTermCredentials): Promise<void>;
  /**
   * Called once the new key is in its place, and again by a run that finishes what a killed one has
   * left; reports whether the old one may be deleted.
   */
  afterSwap(key: LongTermCredentials, oldKeyId: string): Promise<boolean>;
  /** Returns calls made with a session of the new key, if one can be had without asking anybody. */
  iamOf(key: LongTermCredentials): Promise<IamClient | undefined>;
}

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
      const { isOldLeft } = rotation;
      const done = rotation.newKeyId === accessKeyId
        ? await this.#finish(rotation, list)
        : await this.#resume(rotation, list);
      if (done !== undefined) talk.note(`finished the rotation of ${rotation.oldKeyId}`);
      if (done !== undefined && !isOldLeft) return done;
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

  async #rotate(list: AccessKeyList): Promise<RotatedKey> {
    const { place: { accessKeyId: oldKeyId, store, path }, journal, context } = this;
    await this.#makeRoom(list.keys.filter(({ accessKeyId }) => accessKeyId !== oldKeyId));
    const before = [oldKeyId];
    const rotation = { oldKeyId, before, at: list.at ?? context.clock.now(), store, path };
    await journal.write(rotation);
    const key = await createdKey(context, this.iam, journal, rotation, {
      talk: this.options.talk,
      secondKey: (other, rotation) => this.#secondKey(other, rotation),
      undo: (lost, why) => this.#undo(rotation, lost, why),
    });
    try {
      const { talk } = this.options;
      const keep = () => keepBeside(context, this.#files, this.place, key, talk);
      await oneAtATime(context, talk, keep);
    } catch (error) {
      // If that fails, too, the next run does it.
      await this.#undo(rotation, key.accessKeyId, "it could not be kept").catch(() => {});
      throw error;
    }
    const begun = { ...rotation, newKeyId: key.accessKeyId };
    await journal.write(begun);
    return await this.#complete(begun, key, true);
  }

  /** Deletes an inactive second key if that is wanted; else there is no room for a new one. */
  async #makeRoom(others: readonly ListedAccessKey[]): Promise<void> {
    const { iam, options: { deleteInactive, talk } } = this;
    const [other] = others;
    if (other === undefined) return;
    if (!deleteInactive || others.length > 1 || other.status !== "Inactive") {
      throw await this.#secondKey(other);
    }
    await iam.deleteAccessKey(other.accessKeyId);
    talk.note(`deleted ${other.accessKeyId}, which was inactive`);
  }

  /** Goes on with a rotation whose old key is still in its place; returns nothing if it is undone. */
  async #resume(rotation: Rotation, list: AccessKeyList): Promise<RotatedKey | undefined> {
    const { journal, options: { talk } } = this;
    const { oldKeyId, before } = rotation;
    const listed = list.keys.find(({ accessKeyId }) =>
      rotation.newKeyId === undefined
        ? !before.includes(accessKeyId)
        : accessKeyId === rotation.newKeyId
    );
    const newKeyId = listed?.accessKeyId ?? rotation.newKeyId;
    if (newKeyId === undefined) {
      talk.note(`an interrupted rotation of ${oldKeyId} had created no key`);
      await journal.forget(rotation);
      return undefined;
    }
    const secretAccessKey = await this.#secretOf(rotation, newKeyId);
    if (listed !== undefined && secretAccessKey !== undefined) {
      talk.note(`going on with the rotation of ${oldKeyId}: ${newKeyId} is the new key`);
      const begun = { ...rotation, newKeyId };
      await journal.write(begun);
      return await this.#complete(begun, { accessKeyId: newKeyId, secretAccessKey }, false);
    }
    if (listed !== undefined && !await this.#isCreatedBy(rotation, listed, list)) {
      throw await this.#secondKey(listed, rotation);
    }
    await this.#undo(rotation, newKeyId, listed && "nobody has its secret");
    return undefined;
  }

  async #secretOf({ oldKeyId, store }: Rotation, newKeyId: string) {
    const { context, options: { talk } } = this;
    return await keptSecret(context, this.#files, { oldKeyId, newKeyId }, store, talk);
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
    const begun = { ...rotation, newKeyId };
    return await this.#complete(begun, key, false, old?.status ?? "gone");
  }

  /** Does all that is left to do once the new key's secret is kept. */
  async #complete(
    rotation: Rotation & { readonly newKeyId: string },
    key: LongTermCredentials,
    isNew: boolean,
    status: ListedAccessKey["status"] | "gone" = "Active",
  ): Promise<RotatedKey> {
    const { context, iam, journal, options: { talk, keepOld } } = this;
    const { oldKeyId, newKeyId, store } = rotation;
    const word = isNew ? "rotated" : "finished";
    await untilTaken(this.context, key, this.options);
    await this.#swap(oldKeyId, key).catch(async (error) => {
      // Nobody but this run has had it.
      if (isNew && !await this.#isInPlace(newKeyId)) {
        await this.#undo(rotation, newKeyId, `${oldKeyId} is not in its place any more`);
      }
      throw error;
    });
    const isFine = rotation.isOldLeft || await this.options.afterSwap(key, oldKeyId);
    // A hook, an editor or a tool that keeps files alike may have put an older file back.
    await this.#swap(oldKeyId, key);
    if (status === "Active") {
      await iam.setActive(oldKeyId, false);
      await this.#tryWithout(oldKeyId, key);
    }
    const isWanted = keepOld && !rotation.isOldLeft;
    await this.#swap(oldKeyId, key).catch(async (error) => {
      if (status === "Active") await iam.setActive(oldKeyId, true);
      throw error;
    });
    if (isWanted || !isFine || !await this.#deleteOld(oldKeyId, key)) {
      await journal.write({ ...rotation, isOldLeft: true });
      return this.#result(word, oldKeyId, newKeyId, "inactive");
    }
    await this.#swap(oldKeyId, key);
    const keyIds = { oldKeyId, newKeyId };
    // What is still in a store is removed by the next run.
    if (await removeDeleted(context, this.#files, keyIds, store, talk)) {
      await journal.forget(rotation);
    }
    return this.#result(word, oldKeyId, newKeyId, "deleted");
  }

  /** Puts the new key in the place of the old one, wherever that stands now. */
  async #swap(oldKeyId: string, key: LongTermCredentials): Promise<void> {
    const { context, place, options: { talk } } = this;
    this.#files = await oneAtATime(context, talk, async () => {
      const files = await readAgain(context, this.#files);
      return await swapPlaces(context, files, place, oldKeyId, key, talk);
    });
  }

  async #isInPlace(accessKeyId: string): Promise<boolean> {
    const places = keyPlaces(await readAgain(this.context, this.#files));
    return places.some((each) => each.accessKeyId === accessKeyId);
  }

  /** Tries the new key now that the old one is inactive; makes that active again if it must. */
  async #tryWithout(oldKeyId: string, key: LongTermCredentials): Promise<void> {
    try {
      await untilTaken(this.context, key, this.options);
    } catch (error) {
      await this.iam.setActive(oldKeyId, true);
      this.options.talk.warn(`${oldKeyId} is active again`);
      throw error;
    }
  }

  /** Deletes the old key, by its own session or one of the new key; reports whether it is gone. */
  async #deleteOld(oldKeyId: string, key: LongTermCredentials): Promise<boolean> {
    const { iam, options: { talk, iamOf } } = this;
    const attempt = async (client: IamClient) => {
      try {
        await client.deleteAccessKey(oldKeyId);
        return undefined;
      } catch (error) {
        if (error instanceof StsmfaError && refusals.includes(error.code)) return error;
        throw error;
      }
    };
    const refused = await attempt(iam);
    if (refused === undefined) return true;
    const other = await iamOf(key);
    if (other !== undefined && await attempt(other) === undefined) return true;
    if (refused.code === "AccessDenied") talk.warn(`${refused.message}; ${refused.hint}`);
    return false;
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
      talk.note(`AWS has ${newKeyId} no more, to which ${rotation.oldKeyId} was to be rotated`);
    }
    this.#files = await readAgain(context, this.#files);
    await forgetBeside(context, this.#files, newKeyId, rotation.store, talk);
    await journal.forget(rotation);
  }

  async #isCreatedBy(rotation: Rotation, key: ListedAccessKey, { at }: AccessKeyList) {
    return await isCreatedBy(this.iam, rotation, key, at ?? this.context.clock.now());
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

/** What a session that ended with its key, or may not do something, is told. */
const refusals = ["AccessDenied", "AccessKeyRefused", "SessionExpired"];

/** Says that the lines beside a key are not those of its own rotation. */
function strangeNext(
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
