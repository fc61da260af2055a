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
  duration: text("Length of the sign-in, if AWS allows it", "time"),
  region: text("Region to open the console in", "region"),
  minLeft: text("Renew if less than this is left (default: 30m)", "time"),
  service: text("Page to open: ec2, s3, logs, ..., or /PATH", "name"),
  url: { ...toggle("Print the URL instead of opening the browser"), isTypedOnly: true },
  logoutFirst: toggle("Sign the browser out of the console first"),
  browser: text("Browser and its flags; %s is the page", "command"),
  dryRun: toggle("Show the plan, and change nothing"),
} as const satisfies { readonly [NAME in keyof Required<ConsoleFlags>]: Flag };
