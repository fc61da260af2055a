/**
 * The key that sessions are made with, which a key store is asked for at the first use: a kept MFA
 * session serves roles without it.
 *
 * @module
 */

import { type StsClient, stsClient } from "../aws/sts.ts";
import type { Context } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import type { Connection } from "../profile/profile.ts";
import type { KeyedSource } from "../profile/source.ts";
import type { Talk } from "../talk.ts";
import type { SourcedProfile } from "./sourced.ts";

/** The key of one source. */
export class SourceKey {
  #fetched: Promise<KeyedSource> | undefined;

  constructor(
    private readonly context: Context,
    private readonly first: SourcedProfile,
    private readonly talk: Talk,
  ) {}

  /** @throws StsmfaError what a key store throws */
  source(): Promise<KeyedSource> {
    const { first: { source }, context, talk } = this;
    if (source.kind !== "stored") return Promise.resolve(source);
    return this.#fetched ??= importLazily<typeof import("../keys/fetch.ts")>(
      "../keys/fetch.ts",
      import.meta.url,
    ).then(({ fetchStoredKey }) => fetchStoredKey(context, source, talk));
  }

  /** Returns a client that signs with it, at the endpoint of a profile. */
  async sts(profile: Connection = this.first): Promise<StsClient> {
    const { credentials } = await this.source();
    return stsClient(this.context, profile, credentials);
  }
}
