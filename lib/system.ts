/**
 * The real effects. This file and those beside it (`system_*.ts`) are the only ones in `lib/` that say
 * `Deno.`.
 *
 * @module
 */

import type { Clock, Context, Deadline, Output, Terminal } from "./context.ts";
import { ExitStatus, storageError, StsmfaError } from "./errors.ts";
import { importLazily } from "./import_lazily.ts";
import { systemFiles } from "./system_files.ts";

/**
 * The context of a real program run.
 *
 * @param signal what stops the work; without it, SIGINT and its like do
 *
 * Needs the permissions read, write, env, net and run, and all of them (`-A`) to ask on the terminal
 * when the standard streams are pipes.
 */
export function systemContext(args: readonly string[], signal?: AbortSignal): Context {
  return {
    args,
    env: {
      get: (name) => Deno.env.get(name) || undefined,
      startingWith: (prefix) =>
        Object.fromEntries(
          Object.entries(Deno.env.toObject())
            .filter(([name, value]) => name.startsWith(prefix) && value !== ""),
        ),
    },
    clock: systemClock,
    files: systemFiles,
    terminal: systemTerminal,
    fetch: async (url, options) => {
      const { systemFetch } = await importLazily<typeof import("./system_network.ts")>(
        "./system_network.ts",
        import.meta.url,
      );
      return await systemFetch(url, options);
    },
    runCommand: async (command) => {
      const { runCommand } = await importLazily<typeof import("./system_process.ts")>(
        "./system_process.ts",
        import.meta.url,
      );
      return await runCommand(command);
    },
    runAttached: async (command) => {
      const { runAttached } = await importLazily<typeof import("./system_process.ts")>(
        "./system_process.ts",
        import.meta.url,
      );
      isReplaced = true;
      try {
        return await runAttached(command);
      } finally {
        isReplaced = false;
      }
    },
    get signal() {
      return signal ?? interruptSignal();
    },
    os: isWindows ? "windows" : "unix",
  };
}

const isWindows = Deno.build.os === "windows";

/** Writes all of the text; a reader that went away is no fault of ours. */
function writeAll(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) {
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
  };
}

const systemTerminal: Terminal = {
  stdout: output(Deno.stdout),
  stderr: output(Deno.stderr),
  readLine,
  readAll: (signal) => readStdin(signal, () => false),
  person: async () => {
    const { openPerson } = await importLazily<typeof import("./person.ts")>(
      "./person.ts",
      import.meta.url,
    );
    return await openPerson({
      stdin: Deno.stdin.isTerminal(),
      stderr: Deno.stderr.isTerminal(),
      device: isWindows ? "CONIN$" : "/dev/tty",
    });
  },
};

async function readLine(signal: AbortSignal): Promise<string> {
  const text = await readStdin(signal, (text) => /[\r\n]/.test(text));
  return text.split(/[\r\n]/, 1)[0]!;
}

/** Reads standard input until there is enough of it, or it ends. */
async function readStdin(
  signal: AbortSignal,
  isEnough: (text: string) => boolean,
): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
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

let interrupts: AbortController | undefined;

/** Whether another program runs in our place, which signals are for. */
let isReplaced = false;

/** Listens from the first use on; a second signal ends the program at once. */
function interruptSignal(): AbortSignal {
  if (interrupts !== undefined) return interrupts.signal;
  const controller = interrupts = new AbortController();
  const signals: Deno.Signal[] = isWindows
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const name of signals) {
    Deno.addSignalListener(name, () => {
      if (isReplaced) return;
      if (controller.signal.aborted) Deno.exit(ExitStatus.Cancelled);
      controller.abort(new StsmfaError("Cancelled", "cancelled"));
    });
  }
  return controller.signal;
}

const systemClock: Clock = {
  now: () => new Date(),
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
  deadline: (milliseconds): Deadline => {
    const controller = new AbortController();
    const timer = setTimeout(
      () => controller.abort(new DOMException("Deadline passed", "TimeoutError")),
      milliseconds,
    );
    return { signal: controller.signal, cancel: () => clearTimeout(timer) };
  },
};
