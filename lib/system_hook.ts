/**
 * Runs a hook in a process of its own: no questions, an environment of its own, its permissions and
 * no others, a limit on memory and output, and an end to everything it started.
 *
 * Under `deno run` it is a `deno run` with just those permissions. The compiled program has no such
 * flags: it starts itself in a hidden mode, where a worker has those permissions
 * (`system_hook_child.ts`); so do hooks that come with stsmfa in both cases, since their modules are
 * ours. Loaded with the first hook.
 *
 * @module
 */

import type { HookJob, HookReport } from "./context.ts";
import { hookBootstrap } from "./system_hook_bootstrap.ts";
import { hookMode } from "./hook_mode.ts";

const isWindows = Deno.build.os === "windows";

/** More on one stream is nothing that anybody reads. */
const mostOutput = 65536;

/** Kilobytes of memory for data; a hook needs less than half of it to start. */
const memoryLimit = 2 * 1024 * 1024;

const kinds = ["read", "write", "net", "run", "env"] as const;

/** Needs all permissions, as the program itself does. */
export async function runHook(job: HookJob): Promise<HookReport> {
  const nonce = crypto.randomUUID();
  const [program, ...args] = limited(commandOf(job));
  const child = new Deno.Command(program!, {
    args,
    cwd: isWindows ? Deno.env.get("SystemRoot") ?? "C:\\" : "/",
    clearEnv: true,
    env: environment(job),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    ...(isWindows ? {} : { detached: true }),
  }).spawn();
  const kill = () => killAll(child);
  job.signal.addEventListener("abort", kill, { once: true });
  try {
    return await Promise.race([follow(child, job, nonce), aborted(job.signal)]);
  } finally {
    job.signal.removeEventListener("abort", kill);
    kill();
    await child.status;
  }
}

async function follow(
  child: Deno.ChildProcess,
  { hook, task, event, scope }: HookJob,
  nonce: string,
): Promise<HookReport> {
  let output = "";
  let answer: string | undefined;
  const mark = `\n${nonce}`;
  const out = collect(child.stdout, (text) => {
    const start = text.indexOf(mark);
    const end = start < 0 ? -1 : text.indexOf("\n", start + 1);
    if (end < 0) return false;
    answer = text.slice(start + mark.length, end);
    output += text.slice(0, start);
    return true;
  });
  const err = collect(child.stderr, (text) => {
    stderr = text;
    return false;
  });
  let stderr = "";
  const writer = child.stdin.getWriter();
  const order = JSON.stringify({ nonce, hook, task, event, scope });
  // A hook that ends early does not read it.
  writer.write(new TextEncoder().encode(order)).then(() => writer.close()).catch(() => {});
  const died = child.status.then(async ({ code }) => {
    // What it printed last may still be on its way; what it left running may hold the pipes.
    await Promise.race([Promise.all([out, err]), pause(200)]);
    return code;
  });
  const first = await Promise.race([out, err.then((end) => end === "much" ? end : out), died]);
  if (answer === undefined && first === "all") await died;
  if (first !== "much") await Promise.race([err, pause(20)]);
  const all = () => `${output}${stderr}`;
  if (first === "much") return { end: { kind: "flooded" }, output: all() };
  if (answer === undefined) {
    return { end: { kind: "died", exitStatus: await died }, output: all() };
  }
  return { end: JSON.parse(answer), output: all() };
}

/** Reads a stream until it ends, is too much, or `isEnough` says so. */
async function collect(
  stream: ReadableStream<Uint8Array>,
  isEnough: (text: string) => boolean,
): Promise<"all" | "enough" | "much"> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      if (isEnough(text)) return "enough";
      if (text.length > mostOutput) return "much";
    }
    return "all";
  } finally {
    reader.cancel().catch(() => {});
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    Deno.unrefTimer(setTimeout(resolve, milliseconds));
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** The whole process group: what the hook has left running, too. */
function killAll(child: Deno.ChildProcess): void {
  const targets = isWindows ? [child.pid] : [-child.pid, child.pid];
  for (const target of targets) {
    try {
      Deno.kill(target, "SIGKILL");
    } catch { /* it is gone already */ }
  }
}

function commandOf({ hook, scope }: HookJob): string[] {
  const deno = Deno.execPath();
  if (Deno.build.standalone) return [deno, hookMode];
  const shared = ["run", "--quiet", "--no-prompt", "--no-lock", "--cached-only"];
  const flags = "--v8-flags=--max-old-space-size=256,--disallow-code-generation-from-strings";
  if ("shipped" in hook) {
    const worker = ["-A", "--unstable-worker-options", "--v8-flags=--max-old-space-size=256"];
    return [deno, ...shared, ...worker, Deno.mainModule, hookMode];
  }
  const permissions = kinds.filter((kind) => scope[kind].length > 0).map((kind) =>
    `--allow-${kind}=${scope[kind].map((word) => word.replaceAll(",", ",,")).join(",")}`
  );
  const bootstrap = `data:text/javascript;base64,${btoa(hookBootstrap)}`;
  return [
    deno,
    ...shared,
    "--no-config",
    "--no-remote",
    "--no-npm",
    flags,
    ...permissions,
    bootstrap,
  ];
}

/** No core files, which would hold keys, and no more memory than a hook can use. */
function limited(command: string[]): string[] {
  if (isWindows) return command;
  const limits = `ulimit -c 0; ulimit -d ${memoryLimit} 2>/dev/null; exec "$0" "$@"`;
  return ["/bin/sh", "-c", limits, ...command];
}

/** What every program needs to start, and what the hook may see. */
function environment({ scope }: HookJob): Record<string, string> {
  const names = ["PATH", "HOME", "USERPROFILE", "SystemRoot", "TEMP", "TMPDIR", "DENO_DIR"];
  const found = [...names, ...scope.env].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(found),
    NO_COLOR: "1",
    DENO_NO_PROMPT: "1",
    DENO_NO_UPDATE_CHECK: "1",
  };
}
