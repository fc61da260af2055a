/**
 * The flags of `stsmfa console`.
 *
 * @module
 */

import type { Flag } from "../cli/command.ts";
import { type SessionFlags, sessionFlags, text, toggle } from "../cli/flags.ts";
import { pickFlag, type PickFlags } from "../cli/pick_flag.ts";

/** What `stsmfa console` can be told. */
export interface ConsoleFlags extends SessionFlags, PickFlags {
  readonly service?: string;
  readonly url?: boolean;
  readonly logoutFirst?: boolean;
  readonly browser?: string;
  readonly dryRun?: boolean;
}

/** Its flags. */
export const consoleFlags = {
  ...sessionFlags,
  ...pickFlag,
  // It is the console's own: the session of a profile has its own.
  duration: text("How long the console lasts, where AWS takes that: 8h, 90m", "time"),
  region: text("Region of the console", "region"),
  minLeft: text("Renew when less than this is left (default: 30m)", "time"),
  service: text("Where it begins: ec2, s3, logs, iam, ddb, ..., or /PATH of the console", "name"),
  url: { ...toggle("Print the URL, and open nothing"), isTypedOnly: true },
  logoutFirst: toggle("Log out of the console that the browser is signed in to, if it is"),
  browser: text("Browser and its flags (STSMFA_BROWSER); %s stands for the page", "command"),
  dryRun: toggle("Show who would be signed in, where and for how long; do nothing"),
} as const satisfies { readonly [NAME in keyof Required<ConsoleFlags>]: Flag };
