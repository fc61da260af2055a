/**
 * The second half of a rotation, once the new key's secret is kept: the new key in the place of the
 * old one, and the old one's end.
 *
 * @module
 */

import type { IamClient, ListedAccessKey } from "../aws/iam.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { readAgain } from "./copies.ts";
import { oneAtATime } from "./one_at_a_time.ts";
import { type KeyPlace, keyPlaces } from "./places.ts";
import type { Talk } from "../talk.ts";
import type { Rotation, RotationJournal } from "./rotation_journal.ts";
import { untilTaken } from "./rotation_pause.ts";
import { removeDeleted, swapPlaces } from "./rotation_places.ts";

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

/** A rotation whose new key is known. */
export type BegunRotation = Rotation & { readonly newKeyId: string };

/** What AWS says of the old key. */
export type OldStatus = ListedAccessKey["status"] | "gone";

/** What it works with. */
export interface RotationWorld {
  readonly context: Context;
  readonly files: AwsFiles;
  readonly place: KeyPlace;
  readonly journal: RotationJournal;
  readonly iam: IamClient;
  readonly options: RotationOptions;
}

/** What a session that ended with its key, or may not do something, is told. */
const refusals = ["AccessDenied", "AccessKeyRefused", "SessionExpired"];

/** Completes a rotation. */
export class Completion {
  #files: AwsFiles;
  /** Sections whose two lines are the new key, by file and header. */
  readonly #owned = new Set<string>();

  constructor(
    private readonly world: RotationWorld,
    private readonly rotation: BegunRotation,
    private readonly key: LongTermCredentials,
    private old: OldStatus,
  ) {
    this.#files = world.files;
    const { file, header, store } = world.place;
    if (store === "file") this.#owned.add(`${file} ${header}`);
  }

  /**
   * Tries the new key, and puts it in the place of the old one.
   *
   * @throws StsmfaError `LongTermCredentialsMissing` if that place has another key meanwhile
   */
  async putInPlace(): Promise<void> {
    const { context, options } = this.world;
    await untilTaken(context, this.key, options);
    await this.#swap();
  }

  /** Reports whether any section has the new key. */
  async isInPlace(): Promise<boolean> {
    const places = keyPlaces(await readAgain(this.world.context, this.#files));
    return places.some(({ accessKeyId }) => accessKeyId === this.key.accessKeyId);
  }

  /**
   * Tells who listens, and deletes the old key, or leaves it inactive. Before each step that cannot
   * be undone it looks whether the new key still is where the old one was: a hook, an editor or a
   * tool that keeps files alike may have put an older file back.
   */
  async retireOld(): Promise<"deleted" | "inactive"> {
    const { context, journal, options: { talk } } = this.world;
    const { rotation, key } = this;
    const { oldKeyId, newKeyId, store, isOldLeft } = rotation;
    try {
      const isFine = isOldLeft || await this.world.options.afterSwap(key, oldKeyId);
      await this.#swap();
      if (this.old === "Active") await this.#makeInactive();
      const isToStay = rotation.keepOld && !isOldLeft && this.old !== "gone";
      if (isToStay || !isFine || !await this.#deleteOld()) {
        await journal.write({ ...rotation, isOldLeft: true });
        return "inactive";
      }
      await this.#swap();
    } catch (error) {
      if (error instanceof StsmfaError && error.code === "LongTermCredentialsMissing") {
        talk.warn(`AWS has the new key ${newKeyId}; ${oldKeyId}, the old one, is ${this.#oldWord}`);
      }
      throw error;
    }
    const keyIds = { oldKeyId, newKeyId };
    const isGone = await oneAtATime(context, talk, async () => {
      const files = await readAgain(context, this.#files);
      return await removeDeleted(context, files, keyIds, store, talk);
    });
    // What is still in a store is removed by the next run.
    if (isGone) await journal.forget(rotation);
    return "deleted";
  }

  get #oldWord(): string {
    return this.old === "gone" ? "deleted" : this.old.toLowerCase();
  }

  /** Sees to it that the new key is in the place of the old one, wherever that stands now. */
  async #swap(): Promise<void> {
    const { context, place, options: { talk } } = this.world;
    this.#files = await oneAtATime(context, talk, async () => {
      const files = await readAgain(context, this.#files);
      return await swapPlaces(
        context,
        files,
        place,
        this.rotation.oldKeyId,
        this.key,
        talk,
        this.#owned,
      );
    });
  }

  /** Makes the old key inactive, and active again if the new one does not do without it. */
  async #makeInactive(): Promise<void> {
    const { context, iam, options } = this.world;
    const { oldKeyId } = this.rotation;
    try {
      await iam.setActive(oldKeyId, false);
      this.old = "Inactive";
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code !== "KeyNotFound") throw error;
      this.old = "gone";
      return;
    }
    try {
      await untilTaken(context, this.key, options);
      await this.#swap();
    } catch (error) {
      await this.#reactivate();
      throw error;
    }
  }

  async #reactivate(): Promise<void> {
    const { oldKeyId } = this.rotation;
    const { talk } = this.world.options;
    const refused = await this.#byEither((client) => client.setActive(oldKeyId, true))
      .catch((error) => error);
    if (refused === undefined) this.old = "Active";
    talk.warn(refused === undefined ? `${oldKeyId} is active again` : `${oldKeyId} is inactive`);
  }

  /** Deletes the old key; reports whether it is gone. */
  async #deleteOld(): Promise<boolean> {
    const { options: { talk } } = this.world;
    const refused = await this.#byEither((client) =>
      client.deleteAccessKey(this.rotation.oldKeyId)
    );
    if (refused === undefined) this.old = "gone";
    if (refused?.code === "AccessDenied") talk.warn(`${refused.message}; ${refused.hint}`);
    return refused === undefined;
  }

  /** Makes a call by the old key's session, or one of the new key; returns what refused it. */
  async #byEither(call: (client: IamClient) => Promise<void>): Promise<StsmfaError | undefined> {
    const { iam, options: { iamOf } } = this.world;
    const attempt = async (client: IamClient) => {
      try {
        await call(client);
        return undefined;
      } catch (error) {
        if (error instanceof StsmfaError && refusals.includes(error.code)) return error;
        throw error;
      }
    };
    const refused = await attempt(iam);
    if (refused === undefined) return undefined;
    const other = await iamOf(this.key);
    return other !== undefined && await attempt(other) === undefined ? undefined : refused;
  }
}
