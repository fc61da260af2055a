/**
 * Runs a hook's job, or asks a server, under other variables: in a process of its own, since the
 * tests of other files, which run at the same time, share the environment of this one.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { HookJob } from "../../lib/context.ts";
import { runHook } from "../../lib/system/hook.ts";
import { systemFetch } from "../../lib/system/network.ts";

type Job = Omit<HookJob, "signal">;
type End = Awaited<ReturnType<typeof runHook>>["end"];
type Variables = Readonly<Record<string, string>>;

/** Returns how the hook ended, where these variables are set. */
export async function hookUnder(variables: Variables, job: Job): Promise<End> {
  return JSON.parse(await inOwnProcess({ variables, job }));
}

/** Returns what a server answers to a request past proxies, where these variables are set. */
export async function askedUnder(variables: Variables, url: string): Promise<string> {
  return JSON.parse(await inOwnProcess({ variables, url }));
}

type Task = { readonly variables: Variables } & ({ readonly job: Job } | { readonly url: string });

async function inOwnProcess(task: Task): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--cached-only", fileURLToPath(import.meta.url)],
    env: { STSMFA_TEST_TASK: JSON.stringify(task) },
  }).output();
  const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(complained);
  return said!;
}

if (import.meta.main) {
  const task: Task = JSON.parse(Deno.env.get("STSMFA_TEST_TASK")!);
  Deno.env.delete("STSMFA_TEST_TASK");
  for (const [name, value] of Object.entries(task.variables)) Deno.env.set(name, value);
  const signal = AbortSignal.timeout(20_000);
  const answer = "job" in task
    ? (await runHook({ ...task.job, signal })).end
    : await (await systemFetch(task.url, { method: "GET", headers: {}, signal, isDirect: true }))
      .text();
  console.log(JSON.stringify(answer));
  // The signal would keep the process for as long as it may take.
  Deno.exit(0);
}
