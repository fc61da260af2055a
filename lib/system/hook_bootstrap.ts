/**
 * The script that runs a hook inside its process: reads the order on standard input, loads the hook
 * from the very text that was approved, and answers with one line on standard output. What the hook
 * prints goes to standard error, or stands before that line.
 *
 * The hook shares this script's realm, so what it answers is no more than its own claim.
 *
 * @module
 */

import { takeLoadersAway } from "./hook_realm.ts";
import { runHookTask } from "./hook_task.ts";

/** The script. */
export const hookBootstrap = `${runHookTask}
${takeLoadersAway}
console.log = console.info = console.debug = console.error;
const { nonce, hook, task, event } = JSON.parse(await new Response(Deno.stdin.readable).text());
const encoder = new TextEncoder();
const { stdout, exit } = Deno;
const answer = (value) => {
  let bytes = encoder.encode("\\n" + nonce + JSON.stringify(value) + "\\n");
  while (bytes.length > 0) bytes = bytes.subarray(stdout.writeSync(bytes));
  exit(0);
};
try {
  const bytes = encoder.encode(hook.code);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  takeLoadersAway();
  const module = await import("data:text/javascript;charset=utf-8;base64," + btoa(binary));
  answer({ kind: "done", value: await runHookTask(module, task, event) });
} catch (error) {
  const { name, message } = Object(error);
  answer({ kind: "threw", name: String(name ?? "Error"), message: String(message ?? error) });
}
`;
