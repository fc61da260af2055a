/**
 * The script that runs a hook inside its process: reads the order from standard input, loads the
 * hook from the very text that was approved, and answers with one line on standard output. What the
 * hook prints goes to standard error, or comes before that line.
 *
 * The hook shares this script's realm, so its answer is only its own claim.
 *
 * @module
 */

import { escapedCopies } from "../hooks/escaped_copies.ts";
import { importHook } from "./hook_import.ts";
import { closeRealm } from "./hook_realm.ts";
import { performHook, runHookTask } from "./hook_task.ts";
import { thrown } from "./hook_thrown.ts";
import { withoutTypes } from "./hook_types.ts";

const parts = [
  closeRealm,
  escapedCopies,
  importHook,
  performHook,
  runHookTask,
  thrown,
  withoutTypes,
];

/** The script. */
export const hookBootstrap = `${parts.join("\n")}
console.log = console.info = console.debug = console.error;
const { nonce, hook, task, event } = JSON.parse(await new Response(Deno.stdin.readable).text());
const encoder = new TextEncoder();
const { stdout, exit } = Deno;
const answer = (value) => {
  let bytes = encoder.encode("\\n" + nonce + JSON.stringify(value) + "\\n");
  while (bytes.length > 0) bytes = bytes.subarray(stdout.writeSync(bytes));
  exit(0);
};
addEventListener("error", ({ error }) => answer(thrown(error)));
addEventListener("unhandledrejection", ({ reason }) => answer(thrown(reason)));
answer(await performHook({ hook, task, event }, withoutTypes));
`;
