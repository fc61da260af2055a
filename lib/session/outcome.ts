/**
 * What a refresh is asked for, and how each profile comes out.
 *
 * @module
 */

import type { SessionCredentials } from "../credentials.ts";
import type { StsmfaError } from "../errors.ts";
import type { AskApproval } from "../hooks/profile_hooks.ts";
import type { HookOutcome } from "../hooks/run.ts";
import type { TokenCodeSources } from "../mfa/ask_code.ts";
import type { ProfileIdentity } from "../profile/identity.ts";
import type { Talk } from "../talk.ts";

/** How one profile came out. */
export type RefreshOutcome =
  & {
    readonly profile: ProfileIdentity;
    /** How its hooks came out, if any ran or should have. */
    readonly hooks?: readonly HookOutcome[];
  }
  & (
    | {
      readonly kind: "valid" | "renewed";
      readonly credentials: SessionCredentials;
      readonly accountId: string | undefined;
    }
    | { readonly kind: "failed"; readonly error: StsmfaError }
  );

/** How to refresh. */
export interface RefreshOptions {
  /** Renews what is still valid, with a new code. */
  readonly force: boolean;
  /** Lets a profile that may not be written fail by itself, instead of the whole run. */
  readonly continueOnError: boolean;
  /** A session with less than this left is renewed. */
  readonly minLeftSeconds: number;
  readonly backup: boolean;
  readonly legacyToken: boolean;
  /**
   * Where sessions go: into the credentials file (default), beside the kept MFA session, or there
   * when the file refuses them.
   */
  readonly storage?: "file" | "state" | "file-or-state";
  /** A token code that was handed over; good for one device. */
  readonly given?: TokenCodeSources["given"];
  /** Gives codes in place of the person at the terminal. */
  readonly provider?: TokenCodeSources["provider"];
  /** Whether the person at the terminal may be asked. */
  readonly interactive: boolean;
  /** Runs the profiles' hooks, and asks about those that need an approval; without it none runs. */
  readonly hooks?: { readonly ask?: AskApproval | undefined };
  readonly talk: Talk;
}
