/**
 * What is found of other tools: their profiles, and what it takes to have each with stsmfa.
 *
 * @module
 */

import type { LongTermCredentials } from "../credentials.ts";

/** The tools whose set-ups are known; the others that stsmfa replaces store nothing of their own. */
export const otherTools = ["aws-mfa", "stscreds", "aws-sts-helpers"] as const;

/** One of {@link otherTools}. */
export type OtherTool = (typeof otherTools)[number];

/** One profile of another tool. */
export interface FoundProfile {
  readonly tool: OtherTool;
  readonly profile: string;
  /** The file it was found in. */
  readonly path: string;
  readonly need: ImportNeed;
}

/** What it takes to have a profile with stsmfa. */
export type ImportNeed =
  | { readonly kind: "nothing" }
  /** A section with long-term keys. */
  | {
    readonly kind: "key";
    readonly section: string;
    readonly credentials: LongTermCredentials;
    /** Where each half is from. */
    readonly places: { readonly [PART in keyof LongTermCredentials]: string };
    readonly serialNumber: string | undefined;
  }
  /** A `stsmfa` block that says where the keys are. */
  | {
    readonly kind: "block";
    /** The keys that are there. */
    readonly credentials: LongTermCredentials;
    readonly values: { readonly source_profile: string; readonly role_arn?: string };
  }
  | { readonly kind: "unknown"; readonly reason: string; readonly hint?: string };
