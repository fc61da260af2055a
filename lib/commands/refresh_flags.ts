/**
 * What can be said to `stsmfa refresh`.
 *
 * @module
 */

import type { ProfileFlags } from "../settings.ts";
import type { CommonFlags } from "./command.ts";
import type { FileFlags } from "./flags.ts";

/** The flags of `refresh`. */
export interface RefreshFlags extends CommonFlags, ProfileFlags, FileFlags {
  readonly all?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly minLeft?: string;
  readonly tokenCode?: string;
  readonly nonInteractive?: boolean;
  readonly backup?: boolean;
  readonly legacyToken?: boolean;
}
