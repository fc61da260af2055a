/**
 * The program in the hidden mode in which it tells of a session's end.
 *
 * @module
 */

import { watchSession } from "../shell/notice_watch.ts";
import { systemContext } from "./context.ts";

/** Does what the words say, and ends the process. */
export async function noticeChild(words: readonly string[]): Promise<never> {
  try {
    await watchSession(systemContext([]), words);
  } catch { /* it was ended */ }
  Deno.exit(0);
}
