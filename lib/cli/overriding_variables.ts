/**
 * Variables that override a profile in every SDK.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import { unsetCommand } from "../hint_words.ts";

/** Warns of variables that would make a fresh session look broken. */
export function warnOfOverridingVariables(env: Environment, warn: (message: string) => void): void {
  const shadow = ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]
    .find((name) => env.get(name) !== undefined);
  if (shadow === undefined) return;
  warn(
    `${shadow} is set in this shell, and SDKs use it instead of the profile; to mend it: ${
      unsetCommand(
        env,
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
      )
    }`,
  );
}
