/**
 * The real side effects. In `lib/`, only the files in this directory use `Deno.`.
 *
 * @module
 */

import type { Clock, Context, Deadline, Output, Terminal } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { basename, dirname, homeDirectory, join } from "../path.ts";
import { ownEnvironment } from "../profile/marks.ts";
import { storageError } from "../storage_error.ts";
import { systemFiles } from "./files.ts";

/**
 * Returns the context of a real run of the program.
 *
 * Needs the permissions read, write, env, net, sys and run, and all of them (`-A`) to ask on the
 * terminal if the standard streams are pipes.
 *
 * @param signal aborts the work; without it, SIGINT and similar signals do
 */
export function systemContext(args: readonly string[], signal?: AbortSignal): Context {
  return {
    args,
    env: ownEnvironment({
      os,
      get: variable,
      has: (name) => Deno.env.has(name),
      startingWith: (prefix) =>
        Object.fromEntries(
          Object.entries(Deno.env.toObject())
            .filter(([name, value]) => name.startsWith(prefix) && value !== ""),
        ),
      homeOf,
    }),
    clock: systemClock,
    files: systemFiles,
    terminal: systemTerminal,
    fetch: async (url, options) => {
      const { systemFetch } = await importLazily<typeof import("./network.ts")>(
        "./network.ts",
        import.meta.url,
      );
      return await systemFetch(url, options);
    },
    runCommand: async (command) => {
      const { runCommand } = await importLazily<typeof import("./process.ts")>(
        "./process.ts",
        import.meta.url,
      );
      giveBackTerminal();
      return await runCommand(command);
    },
    runAttached: async (command) => {
      const { runAttached } = await importLazily<typeof import("./process.ts")>(
        "./process.ts",
        import.meta.url,
      );
      (signal ?? interrupts?.signal)?.throwIfAborted();
      giveBackTerminal();
      const exitStatus = runAttached(command, ignoresHangup());
      leaveSignals();
      return await exitStatus;
    },
    startDetached: async (argv) => {
      const { startDetached } = await importLazily<typeof import("./behind.ts")>(
        "./behind.ts",
        import.meta.url,
      );
      return startDetached(argv);
    },
    runHook: async (job) => {
      const { runHook } = await importLazily<typeof import("./hook.ts")>(
        "./hook.ts",
        import.meta.url,
      );
      return await runHook(job);
    },
    listen: async () => {
      const { listenOnLoopback } = await importLazily<typeof import("./listener.ts")>(
        "./listener.ts",
        import.meta.url,
      );
      return listenOnLoopback();
    },
    startNotifier: async (order) => {
      const { startNotifier } = await importLazily<typeof import("./behind.ts")>(
        "./behind.ts",
        import.meta.url,
      );
      startNotifier(order);
    },
    isRunning: async (process) => {
      const { isRunning } = await importLazily<typeof import("./running.ts")>(
        "./running.ts",
        import.meta.url,
      );
      return isRunning(process);
    },
    processRealm: async () => {
      const { processRealm } = await importLazily<typeof import("./running.ts")>(
        "./running.ts",
        import.meta.url,
      );
      return processRealm();
    },
    process: Deno.pid,
    get signal() {
      return signal ?? interruptSignal();
    },
    os,
    get userId() {
      return Deno.uid() ?? undefined;
    },
    isStandalone: Deno.build.standalone,
    runtime: `deno ${Deno.version.deno}, ${Deno.build.target}`,
    ownCommand: async () => {
      const { ownCommand } = await importLazily<typeof import("./program.ts")>(
        "./program.ts",
        import.meta.url,
      );
      return ownCommand();
    },
    ...(isWindows && {
      credentialManager: async () => {
        const { credentialManager } = await importLazily<typeof import("./wincred.ts")>(
          "./wincred.ts",
          import.meta.url,
        );
        return credentialManager();
      },
    }),
  };
}

const isWindows = Deno.build.os === "windows";
const os = isWindows ? "windows" : "unix";

/** @throws StsmfaError `InvalidSetting` for a value that is not UTF-8, which no text can hold */
function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    throw new StsmfaError("InvalidSetting", `variable ${name} is not UTF-8`, {
      hint: `see what it holds: printenv ${name} | od -c`,
    });
  }
}

/**
 * Looks a user up where most systems keep the local ones; those of a directory are not there. On
 * Windows, as Python does, beside our own home, if that is called as we are.
 */
function homeOf(user: string): string | undefined {
  if (isWindows) {
    const home = homeDirectory({ os, get: variable });
    const name = variable("USERNAME");
    if (home === undefined || user === name) return home;
    return basename(home) === name ? join(dirname(home), user) : undefined;
  }
  try {
    const line = Deno.readTextFileSync("/etc/passwd").split("\n")
      .find((each) => each.startsWith(`${user}:`));
    return line?.split(":")[5] || undefined;
  } catch {
    return undefined;
  }
}

/** Writes all of the text; a reader that went away is not an error. */
function writeAll(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    // If standard error fails, there is no way to report it.
    if (!(error instanceof Deno.errors.BrokenPipe) && stream !== Deno.stderr) {
      throw storageError("write", "standard output", error);
    }
  }
}

function output(stream: typeof Deno.stdout | typeof Deno.stderr): Output {
  return {
    write: (text) => writeAll(stream, text),
    get isTerminal() {
      return stream.isTerminal();
    },
    get columns() {
      try {
        return Deno.consoleSize().columns || undefined;
      } catch {
        return undefined;
      }
    },
  };
}

const systemTerminal: Terminal = {
  get isTyped() {
    return Deno.stdin.isTerminal();
  },
  stdout: output(Deno.stdout),
  stderr: output(Deno.stderr),
  readLine,
  readAll: (signal) => readStdin(signal, () => false),
  prompter: async () => {
    const terminal = await importLazily<typeof import("./terminal.ts")>(
      "./terminal.ts",
      import.meta.url,
    );
    ({ releaseTerminal, endInBackground } = terminal);
    return terminal.terminalPrompter();
  },
  seat: async () => {
    const { seat } = await importLazily<typeof import("./seat.ts")>("./seat.ts", import.meta.url);
    return seat();
  },
  isStopped: async (process) => {
    const { isStopped } = await importLazily<typeof import("./seat.ts")>(
      "./seat.ts",
      import.meta.url,
    );
    return isStopped(process);
  },
};

/** Restores the terminal as it was before the first question; unset if there was none. */
let releaseTerminal: (() => void) | undefined;

/** See `terminal.ts`; unset if there was no question. */
let endInBackground: ((signal: Deno.Signal) => void) | undefined;

/** Restores the terminal as it was found: at the end, and for other programs. */
export function giveBackTerminal(): void {
  releaseTerminal?.();
}

async function readLine(signal: AbortSignal): Promise<string> {
  // What follows the line is for the program that `exec` runs.
  const text = await readStdin(signal, (text) => text.includes("\n"), 1);
  return text.split(/[\r\n]/, 1)[0]!;
}

/** Reads standard input until there is enough of it, or it ends. */
async function readStdin(
  signal: AbortSignal,
  isEnough: (text: string) => boolean,
  bytesAtOnce = 1024,
): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(bytesAtOnce);
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  for (let text = "";;) {
    const length = await Promise.race([Deno.stdin.read(buffer), aborted]);
    if (length !== null) text += decoder.decode(buffer.subarray(0, length), { stream: true });
    if (isEnough(text) || length === null || text.length > 65536) return text;
  }
}

const interrupting: readonly Deno.Signal[] = isWindows
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

let interrupts: AbortController | undefined;

/** Whether SIGHUP was ignored before we listened to any signal. */
let isHangupIgnored: boolean | undefined;

/** Listens for signals from the first call on; a second one ends the program at once. */
function interruptSignal(): AbortSignal {
  if (interrupts !== undefined) return interrupts.signal;
  ignoresHangup();
  interrupts = new AbortController();
  for (const name of interrupting) Deno.addSignalListener(name, interrupt[name]);
  return interrupts.signal;
}

/** What each signal does. */
const interrupt = Object.fromEntries(
  interrupting.map((name) => [name, () => {
    // The runtime would end the program if nobody listened, whatever `nohup` has asked for.
    if (name === "SIGHUP" && isHangupIgnored) return;
    if (interrupts?.signal.aborted) {
      exitWith(ExitStatus.Cancelled);
    }
    interruptedBy = name;
    interrupts?.abort(new StsmfaError("Cancelled", "cancelled"));
  }]),
) as Readonly<Record<Deno.Signal, () => void>>;

/** The signal that cancelled the work. */
let interruptedBy: Deno.Signal | undefined;

/** Gives the terminal back, and ends the program. */
export function exitWith(status: number): never {
  giveBackTerminal();
  if (interruptedBy !== undefined) {
    leaveSignals();
    endInBackground?.(interruptedBy);
  }
  Deno.exit(exitStatusAfter(status));
}

function exitStatusAfter(status: number): number {
  if (status !== ExitStatus.Cancelled) return status;
  if (interruptedBy === "SIGTERM") return ExitStatus.Terminated;
  return interruptedBy === "SIGHUP" ? ExitStatus.HungUp : status;
}

/** Stops listening: signals are for the program that runs in our place. */
function leaveSignals(): void {
  for (const name of interrupting) Deno.removeSignalListener(name, interrupt[name]);
}

/** Reports whether `nohup` has us ignore SIGHUP; `undefined` if the system does not tell. */
function ignoresHangup(): boolean | undefined {
  if (interrupts !== undefined) return isHangupIgnored;
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    isHangupIgnored = /^SigIgn:\s*\w*[13579bdf]$/m.test(status);
  } catch { /* not Linux */ }
  return isHangupIgnored;
}

const systemClock: Clock = {
  now: () => new Date(),
  minutesAhead: (time) => -time.getTimezoneOffset(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      signal.addEventListener("abort", stop, { once: true });
    }),
  pause: (milliseconds) =>
    void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
  deadline: (milliseconds): Deadline => {
    const controller = new AbortController();
    const timer = setTimeout(
      () => controller.abort(new DOMException("Deadline passed", "TimeoutError")),
      milliseconds,
    );
    return { signal: controller.signal, cancel: () => clearTimeout(timer) };
  },
};
