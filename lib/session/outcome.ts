/**
 * The options of a refresh, and the outcome for each profile.
 *
 * @module
 */

import type { PromptPlace } from "../mfa/prompt_place.ts";
import type { SessionCredentials } from "../credentials.ts";
import type { StsmfaError } from "../errors.ts";
import type { AskApproval } from "../hooks/profile_hooks.ts";
import type { HookOutcome } from "../hooks/run.ts";
import type { TokenCodeSources } from "../mfa/code_sources.ts";
import type { Person } from "../mfa/person.ts";
import type { ProfileIdentity } from "../profile/identity.ts";
import type { Talk } from "../talk.ts";

/** The outcome for one profile. */
export type RefreshOutcome =
  & {
    readonly profile: ProfileIdentity;
    /** The outcomes of its hooks, if any ran or should have. */
    readonly hooks?: readonly HookOutcome[];
  }
  & (
    | {
      readonly kind: "valid" | "renewed";
      readonly credentials: SessionCredentials;
      readonly accountId: string | undefined;
    }
    | { readonly kind: "failed"; readonly error: StsmfaError }
    /** Others give its credentials, so there is nothing to renew. */
    | { readonly kind: "left" }
  );

/** How to refresh. */
export interface RefreshOptions {
  /** Renews even valid sessions, with a new code. */
  readonly force: boolean;
  /** Fails only a profile that must not be written, instead of the whole run. */
  readonly continueOnError: boolean;
  /** A session with less than this left is renewed. */
  readonly minLeftSeconds: number;
  /** Opens sessions that are sealed and still valid, too: for who wants their secrets. */
  readonly opensSessions?: boolean;
  readonly backup: boolean;
  readonly legacyToken: boolean;
  /**
   * Where sessions go: to the credentials file (default), next to the cached MFA session, or there
   * only if the file can't take them.
   */
  readonly storage?: "file" | "state" | "file-or-state";
  /** A token code given up front; good for one device. */
  readonly given?: TokenCodeSources["given"];
  /** Supplies codes instead of the person at the terminal. */
  readonly provider?: TokenCodeSources["provider"];
  /** Whether the person at the terminal may be asked. */
  readonly interactive: boolean;
  /** Where that is; without it, at the terminal, or if there is none, in a window. */
  readonly prompt?: PromptPlace | undefined;
  /** That person, if somebody knows more about how they are asked. */
  readonly person?: Person;
  /** Runs the profiles' hooks, and asks about those that need approval; if absent, none runs. */
  readonly hooks?: {
    readonly ask?: AskApproval | undefined;
    /** Whether those that run after a refresh do not. */
    readonly beforeAlone?: boolean;
  };
  readonly talk: Talk;
}
