/**
 * The flags of `stsmfa refresh`.
 *
 * @module
 */

import type { SessionFlags } from "../cli/flags.ts";

/** The flags of `refresh`. */
export interface RefreshFlags extends SessionFlags {
  readonly all?: boolean;
  readonly verbose?: boolean;
  readonly dryRun?: boolean;
}
