/**
 * The profiles of other tools, and what it takes to import each.
 *
 * @module
 */

import type { FileValue } from "../aws_files/profile_sections.ts";
import type { LongTermCredentials } from "../credentials.ts";
import type { StsmfaError } from "../errors.ts";
import { keyringTools } from "./keyring.ts";

/** The tools to import from; the others that stsmfa replaces store nothing themselves. */
export const otherTools = ["aws-mfa", "stscreds", "aws-sts-helpers", ...keyringTools] as const;

/** One of {@link otherTools}. */
export type OtherTool = (typeof otherTools)[number];

/** One profile of another tool, or one of stsmfa's own that looks like one. */
export interface FoundProfile {
  readonly tool: OtherTool | "stsmfa";
  readonly profile: string;
  /** The file it was found in; what is in a key store need not have one. */
  readonly path: string | undefined;
  /** The key store that it was found in, if that is where it was. */
  readonly keyring?: string;
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
  | { readonly kind: "unknown"; readonly reason: string; readonly hint?: string }
  /** Something keeps it from being read. */
  | { readonly kind: "failed"; readonly error: StsmfaError };

/** What the import does for one profile. */
export type ProfileImport =
  | {
    readonly kind: "key" | "block" | "nothing";
    readonly found: FoundProfile;
    /** The program that AWS's tools, and so stsmfa, ask in place of using the key. */
    readonly instead?: FileValue;
  }
  | { readonly kind: "refused"; readonly found: FoundProfile; readonly error: StsmfaError };
