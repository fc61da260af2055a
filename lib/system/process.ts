/**
 * The real processes. Loaded with the first one.
 *
 * @module
 */

import type { AttachedCommand, Command, CommandResult, EnvironmentChanges } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { withVariables } from "./own_variables.ts";

const isWindows = Deno.build.os === "windows";

/** Needs the permission run. */
export async function runCommand(command: Command): Promise<CommandResult> {
  const jobs = isWindows
    ? await importLazily<typeof import("./windows_job.ts")>("./windows_job.ts", import.meta.url)
    : undefined;
  const child = spawnCaptured(command);
  // There, the program itself is often a child of `cmd`.
  using job = jobs?.WindowsJob.around(child.pid);
  let hasEnded = false;
  const kill = () => {
    // What a program that has ended left running goes on.
    if (!hasEnded) job?.terminate();
    try {
      // The number of one that has ended may be another's.
      if (command.isApart && !isWindows && !hasEnded) Deno.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    } catch { /* it is gone already */ }
  };
  command.signal.addEventListener("abort", kill, { once: true });
  if (command.stdin !== undefined) void feed(child.stdin, command.stdin.reveal());
  const reader = readerOf(child.stdout);
  const talk = command.onStderr && readerOf(child.stderr);
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(command.signal.reason);
    if (command.signal.aborted) stop();
    command.signal.addEventListener("abort", stop, { once: true });
  });
  let stdout = "";
  let isCut = false;
  const printed = Promise.all([
    (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        stdout += part.value;
        isCut = stdout.length > mostOutput;
        if (isCut) return kill();
      }
    })(),
    talk && tell(talk, command.onStderr!),
  ]);
  const ended = async (): Promise<CommandResult> => {
    const { code } = await child.status;
    hasEnded = true;
    // What the program left running may hold the pipe open.
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([printed, new Promise((resolve) => timer = setTimeout(resolve, 200))]);
    clearTimeout(timer);
    return { exitStatus: code, stdout, ...(isCut && { isCut }) };
  };
  try {
    return await Promise.race([ended(), aborted]);
  } finally {
    command.signal.removeEventListener("abort", kill);
    kill();
    // A grandchild may hold the pipe open for longer than we wait.
    await Promise.all([reader, talk].map((each) => each?.cancel().catch(() => {})));
  }
}

function spawnCaptured(command: Command): Deno.ChildProcess {
  const { argv: [program, ...args], env, isWholeEnv, isApart, unset = [] } = command;
  const start = () =>
    new Deno.Command(program, {
      args,
      windowsRawArguments: command.isQuoted ?? false,
      ...(env && { env: { ...env } }),
      ...(isWholeEnv && { clearEnv: true }),
      ...(isApart && !isWindows && { detached: true }),
      stdin: command.stdin !== undefined ? "piped" : Deno.stdin.isTerminal() ? "inherit" : "null",
      stdout: "piped",
      stderr: command.onStderr === undefined ? "inherit" : "piped",
    }).spawn();
  return withVariables({ set: {}, unset }, start);
}

/** Gives a program what it reads; one that ends without reading it says why by its status. */
async function feed(stdin: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch { /* it has ended */ }
}

const mostOutput = 65536;

type TextReader = ReadableStreamDefaultReader<string>;

function readerOf(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): TextReader {
  return bytes.pipeThrough(new TextDecoderStream("utf-8", { ignoreBOM: true })).getReader();
}

/** Passes text on as it comes; reads on when it is too much, so that the program does not wait. */
async function tell(reader: TextReader, onText: (text: string) => void): Promise<void> {
  let left = mostOutput;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (left > 0) onText(part.value.slice(0, left));
    left -= part.value.length;
  }
}

/**
 * Runs a program on our standard streams and passes signals on to it; needs the permission run.
 *
 * @param ignoresHangup whether SIGHUP is to be ignored, as far as that is known
 */
export async function runAttached(
  { argv: [program, ...args], environment, onEnd }: AttachedCommand,
  ignoresHangup: boolean | undefined,
): Promise<number> {
  // A terminal sends these to the child too, and some programs take a second one for "at once". On
  // Windows they come from the console alone, and passing one on would end the child without a word.
  const isAtTerminal = isWindows ||
    [Deno.stdin, Deno.stdout, Deno.stderr].some((each) => each.isTerminal());
  const fromTerminal = ["SIGINT", "SIGQUIT", "SIGBREAK"];
  const signals: Deno.Signal[] = isWindows
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"];
  const listeners = new Map(signals.map((name) => {
    const pass = () => {
      if (isAtTerminal && fromTerminal.includes(name)) return;
      if (name === "SIGUSR1") void closeDebugger();
      try {
        child.kill(name);
      } catch { /* it is gone, or not there yet */ }
    };
    return [name, pass] as const;
  }));
  const listen = () => listeners.forEach((pass, name) => Deno.addSignalListener(name, pass));
  // Listening undoes `nohup`, for the child too: it must be told, or be started first.
  if (ignoresHangup !== undefined) listen();
  const child = start(
    ignoresHangup
      ? ["/bin/sh", "-c", `trap '' HUP; exec "$@"`, "sh", program, ...args]
      : [program, ...args],
    environment,
  );
  if (ignoresHangup === undefined) listen();
  // A Ctrl-C that the child handled may still be on its way to us: the listeners stay.
  const { code, signal } = await child.status;
  await onEnd?.();
  // We die of the same signal, so that Ctrl-C ends a script and a service stops cleanly; on a
  // status of 130 bash goes on with the next command.
  if (signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP") {
    Deno.removeSignalListener(signal, listeners.get(signal)!);
    Deno.kill(Deno.pid, signal);
    // It arrives through another thread.
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return code;
}

/**
 * Closes the debugger that Deno, since version 2.9.2, also opens on SIGUSR1. Through it everyone on
 * this machine can read our memory and run code as us; no option prevents it
 * (https://github.com/denoland/deno/pull/35738). The compiled program has none.
 */
async function closeDebugger(): Promise<void> {
  if (Deno.build.standalone) return;
  const { close, url } = await import("node:inspector");
  // It opens after our listener has run, or never.
  for (const end = performance.now() + 1000; performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (url()) close();
  }
}

function start(
  [program, ...args]: readonly [string, ...string[]],
  { set, unset }: EnvironmentChanges,
): Deno.ChildProcess {
  const spawn = (program: string, args: readonly string[]) =>
    new Deno.Command(program, {
      args: [...args],
      env: { ...set },
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
  // Ours stays as it is: a session may be renewed while the program runs.
  return withVariables({ set: {}, unset }, () => {
    try {
      return spawn(program, args);
    } catch (error) {
      // A script without a first line that names its interpreter is run by sh, as execvp(3) does;
      // not every version of Deno does that.
      if (!(error instanceof Error && error.message.includes("(os error 8)"))) throw error;
      return spawn("/bin/sh", ["-c", 'exec "$0" "$@"', program, ...args]);
    }
  });
}
