/**
 * The profiles of other tools, and what it takes to import each.
 *
 * @module
 */

import type { LongTermCredentials } from "../credentials.ts";

/** The tools to import from; the others that stsmfa replaces store nothing themselves. */
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

/** What it takes to import a profile. */
export type ImportNeed =
  | { readonly kind: "nothing" }
  /** A section with long-term keys. */
  | {
    readonly kind: "key";
    readonly section: string;
    readonly credentials: LongTermCredentials;
    /** Where each half was found. */
    readonly places: { readonly [PART in keyof LongTermCredentials]: string };
    readonly serialNumber: string | undefined;
  }
  /** A `stsmfa` block that says where the keys are. */
  | {
    readonly kind: "block";
    /** The existing keys. */
    readonly credentials: LongTermCredentials;
    readonly values: { readonly source_profile: string; readonly role_arn?: string };
  }
  | { readonly kind: "unknown"; readonly reason: string; readonly hint?: string };
