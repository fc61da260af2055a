/**
 * Runs a hook in a process of its own: no prompts, its own environment, its permissions and no
 * others, limited memory and output, and an end to everything it started.
 *
 * Under `deno run` it is a `deno run` with just those permissions. The compiled program has no such
 * flags: it starts itself in a hidden mode, in which a worker has those permissions
 * (`hook_child.ts`). Hooks that come with stsmfa always run that way, since their modules are ours.
 * Loaded with the first hook.
 *
 * @module
 */

import type { HookJob, HookReport, ThrownError } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { hookBootstrap } from "./hook_bootstrap.ts";
import { hookMode } from "./hook_mode.ts";
import { emptyFolder, environment, jobLimits, limited } from "./hook_surroundings.ts";
import { closedImportMap } from "./import_map.ts";
import type { WindowsJob } from "./windows_job.ts";

const isWindows = Deno.build.os === "windows";

/** Nobody reads more on one stream. */
const mostOutput = 65536;

const kinds = ["read", "write", "net", "run", "env"] as const;

/** Needs all permissions, as the program itself does. */
export async function runHook(job: HookJob): Promise<HookReport> {
  const parted = Deno.build.standalone || "shipped" in job.hook
    ? undefined
    : kinds.flatMap((kind) => job.scope[kind]).find((word) => word.includes(","));
  if (parted !== undefined) {
    // Versions of Deno differ in what it means in a flag: a different path, in the worst case.
    const message = `a hook cannot have a permission with a comma in it: ${parted}`;
    return { end: { kind: "threw", name: "Error", message }, output: "" };
  }
  const nonce = crypto.randomUUID();
  const [program, ...args] = limited(commandOf(job));
  await using folder = await emptyFolder();
  const jobs = isWindows
    ? await importLazily<typeof import("./windows_job.ts")>("./windows_job.ts", import.meta.url)
    : undefined;
  const child = new Deno.Command(program!, {
    args,
    cwd: folder.path,
    clearEnv: true,
    env: environment(job),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    ...(isWindows ? {} : { detached: true }),
  }).spawn();
  // Nothing of the hook runs before it is told to, which is after this.
  using apart = jobs?.WindowsJob.around(child.pid, jobLimits);
  const kill = () => killAll(child, apart);
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
  const stdout = new StreamText(child.stdout);
  const stderr = new StreamText(child.stderr);
  const writer = child.stdin.getWriter();
  const order = JSON.stringify({ nonce, hook, task, event, scope });
  // A hook that ends early does not read it.
  writer.write(new TextEncoder().encode(order)).then(() => writer.close()).catch(() => {});
  const ended = child.status.then(async ({ code }) => {
    // Its last output may still be on its way; what it left running may hold the pipes open.
    await Promise.race([Promise.all([stdout.end, stderr.end]), pause(200)]);
    return code;
  });
  const exitStatus = await Promise.race([ended, stdout.flooded, stderr.flooded]);
  const [before = "", answer] = stdout.text.split(`\n${nonce}`);
  const output = before + stderr.text;
  if (exitStatus === "flooded") return { end: { kind: "flooded" }, output };
  if (answer === undefined) return { end: { kind: "died", exitStatus }, output };
  // An engine may print something of its own behind it.
  return { end: readAnswer(answer.split("\n", 1)[0]!), output };
}

/** Parses an answer, which is only the hook's own claim, whatever wrote it. */
function readAnswer(text: string): HookReport["end"] {
  try {
    const { kind, value, language, message, ...answer } = JSON.parse(text);
    if (kind === "done") return { kind, value };
    if (kind === "refused" && ["JavaScript", "TypeScript"].includes(language)) {
      return { kind, language, message: String(message) };
    }
    if (kind === "threw") {
      const causes = [answer.causes ?? []].flat().map(readThrown);
      return { kind, ...readThrown({ message, ...answer }), causes };
    }
  } catch { /* not an answer */ }
  return { kind: "threw", name: "Error", message: "its answer cannot be read" };
}

function readThrown(value: Record<string, unknown>): ThrownError {
  const { name, message, line, column } = value;
  return {
    name: typeof name === "string" ? name : "",
    message: String(message),
    ...(typeof line === "number" && typeof column === "number" && { line, column }),
  };
}

/** The text of a stream, up to a limit. */
class StreamText {
  #text = "";
  /** Settles when the stream ends. */
  readonly end: Promise<unknown>;
  /** Settles when there is more than that, otherwise never. */
  readonly flooded: Promise<"flooded">;

  constructor(stream: ReadableStream<Uint8Array>) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    const read = async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        this.#text += part.value;
        if (this.#text.length > mostOutput) return await reader.cancel().then(() => "flooded");
      }
      return "ended";
    };
    const end = this.end = read().catch(() => "ended");
    this.flooded = new Promise((resolve) => {
      end.then((how) => how === "flooded" && resolve(how));
    });
  }

  get text(): string {
    return this.#text.slice(0, mostOutput);
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

/** Kills the process group or the job, including what the hook left running. */
function killAll(child: Deno.ChildProcess, apart: WindowsJob | undefined): void {
  apart?.terminate();
  const targets = isWindows ? [child.pid] : [-child.pid, child.pid];
  for (const target of targets) {
    try {
      Deno.kill(target, "SIGKILL");
    } catch { /* it is gone already */ }
  }
}

const shared = ["run", "--quiet", "--no-prompt"];
const memory = "--max-old-space-size=256";

function commandOf({ hook, scope }: HookJob): string[] {
  const deno = Deno.execPath();
  if (Deno.build.standalone) return [deno, hookMode];
  if ("shipped" in hook) {
    // Not the main module: if we are a library, that is another program. Its packages are resolved
    // as they were for us, by the lock file if there is one.
    const cli = new URL("../../cli.ts", import.meta.url).href;
    return [
      deno,
      ...shared,
      "-A",
      // For a program from a server, Deno would look for a config around the working directory.
      ...(cli.startsWith("file:") ? [] : ["--no-config"]),
      "--unstable-worker-options",
      `--v8-flags=${memory}`,
      cli,
      hookMode,
    ];
  }
  return closedCommand(hookBootstrap, scope);
}

/**
 * Returns a command that runs a script with these permissions, which can load nothing but `data:`.
 */
export function closedCommand(script: string, scope: HookJob["scope"]): string[] {
  const permissions = kinds.filter((kind) => scope[kind].length > 0)
    .map((kind) => `--allow-${kind}=${scope[kind].join(",")}`);
  return [
    Deno.execPath(),
    ...shared,
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--cached-only",
    "--no-code-cache",
    "--deny-import",
    `--import-map=data:application/json;base64,${btoa(JSON.stringify(closedImportMap()))}`,
    `--v8-flags=${memory},--disallow-code-generation-from-strings`,
    ...permissions,
    `data:text/javascript;base64,${btoa(script)}`,
  ];
}
