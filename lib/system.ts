/**
 * The real effects. The only file in `lib/` that says `Deno.`.
 *
 * @module
 */

import type {
  Clock,
  Command,
  CommandResult,
  Context,
  Deadline,
  FetchOptions,
  Files,
  FileStatus,
  LockableFile,
  Output,
  Terminal,
} from "./context.ts";
import { ExitStatus, storageError, StsmfaError } from "./errors.ts";
import { importLazily } from "./import_lazily.ts";

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
    fetch: systemFetch,
    runCommand,
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
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  for (let text = "";;) {
    const length = await Promise.race([Deno.stdin.read(buffer), aborted]);
    if (length !== null) text += decoder.decode(buffer.subarray(0, length), { stream: true });
    const end = text.search(/[\r\n]/);
    if (end >= 0 || length === null || text.length > 65536) {
      return end < 0 ? text : text.slice(0, end);
    }
  }
}

let interrupts: AbortController | undefined;

/** Listens from the first use on; a second signal ends the program at once. */
function interruptSignal(): AbortSignal {
  if (interrupts !== undefined) return interrupts.signal;
  const controller = interrupts = new AbortController();
  const signals: Deno.Signal[] = isWindows
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const name of signals) {
    Deno.addSignalListener(name, () => {
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

async function orUndefined<T>(get: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

class NotRegularFile extends Error {
  readonly code = "ENOTREG";
}

const systemFiles: Files = {
  // Synchronous, since a small file is read before a thread for it has begun.
  read: (path) =>
    orUndefined(() => {
      const { isFile, isDirectory } = Deno.statSync(path);
      // A pipe or an endless device would be read for ever.
      if (!isFile && !isDirectory && path !== "/dev/null") throw new NotRegularFile();
      return Deno.readFileSync(path);
    }),
  status: async (path) => {
    const info = await orUndefined(() => Deno.stat(path));
    return info && fileStatus(info);
  },
  resolveLinks,
  createNew: async (path, mode) => {
    const file = await Deno.open(path, { write: true, createNew: true, mode });
    return {
      write: (bytes) => file.write(bytes),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  list: async (directory) =>
    (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name),
  rename: renameOver,
  remove: (path) => Deno.remove(path),
  makeDirectory: (path, mode) => Deno.mkdir(path, { recursive: true, mode }),
  changeMode: async (path, mode) => {
    if (!isWindows) await Deno.chmod(path, mode);
  },
  changeOwner: async (path, uid, gid) => {
    if (!isWindows) await Deno.chown(path, uid, gid);
  },
  syncDirectory: async (path) => {
    if (isWindows) return;
    using directory = await Deno.open(path);
    await directory.sync();
  },
  openLockable: async (path, kind) =>
    lockable(
      await Deno.open(
        path,
        kind === "directory" ? { read: true } : {
          read: true,
          write: true,
          create: true,
          mode: 0o600,
        },
      ),
    ),
};

function fileStatus(info: Deno.FileInfo): FileStatus {
  return {
    isFile: info.isFile,
    isDirectory: info.isDirectory,
    mode: isWindows || info.mode === null ? undefined : info.mode & 0o7777,
    uid: info.uid ?? undefined,
    gid: info.gid ?? undefined,
    linkCount: info.nlink ?? 1,
  };
}

async function resolveLinks(path: string): Promise<string> {
  const real = await orUndefined(() => Deno.realPath(path));
  if (real !== undefined) return real;
  const link = await orUndefined(() => Deno.lstat(path));
  if (!link?.isSymlink) {
    const { basename, dirname, join } = await import("node:path");
    const parent = await orUndefined(() => Deno.realPath(dirname(path)));
    return parent === undefined ? path : join(parent, basename(path));
  }
  const { dirname, resolve } = await import("node:path");
  return resolveLinks(resolve(dirname(path), await Deno.readLink(path)));
}

/** On Windows a file that somebody has open can't be replaced; that passes. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      const busy = isWindows && error instanceof Deno.errors.PermissionDenied;
      if (!busy || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function lockable(file: Deno.FsFile): LockableFile {
  return {
    tryLock: async () => {
      const { tryLock } = file as { tryLock?: (exclusive: boolean) => Promise<boolean> };
      if (tryLock !== undefined) return await tryLock.call(file, true);
      // Deno before 2.7 can only wait for a lock.
      await file.lock(true);
      return true;
    },
    read: async () => {
      await file.seek(0, Deno.SeekMode.Start);
      const content = new Uint8Array((await file.stat()).size);
      let length = 0;
      while (length < content.length) {
        const count = await file.read(content.subarray(length));
        if (count === null) break;
        length += count;
      }
      return content.subarray(0, length);
    },
    replace: async (content) => {
      await file.truncate(0);
      await file.seek(0, Deno.SeekMode.Start);
      for (let rest = content; rest.length > 0;) rest = rest.subarray(await file.write(rest));
    },
    close: () => file.close(),
  };
}

async function systemFetch(url: string, options: FetchOptions): Promise<Response> {
  const { caCerts, body, ...init } = options;
  // A client of its own for each request: on a connection that is used again, Deno's fetch sends a
  // request a second time, unasked, when the server closes it, and a token code is good for one use.
  using client = Deno.createHttpClient(caCerts === undefined ? {} : { caCerts: [...caCerts] });
  const response = await fetch(url, {
    ...init,
    redirect: "manual",
    client,
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  // Read before the client is closed.
  const content = await response.arrayBuffer();
  return new Response(content.byteLength === 0 ? null : content, {
    status: response.status,
    headers: response.headers,
  });
}

async function runCommand(command: Command): Promise<CommandResult> {
  const [program, ...args] = command.argv;
  const child = new Deno.Command(program, {
    args,
    stdin: Deno.stdin.isTerminal() ? "inherit" : "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch { /* it is gone already */ }
  };
  command.signal.addEventListener("abort", kill, { once: true });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(command.signal.reason);
    if (command.signal.aborted) stop();
    command.signal.addEventListener("abort", stop, { once: true });
  });
  let stdout = "";
  const printed = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      stdout += part.value;
      if (stdout.length > 65536) return kill();
    }
  })();
  const ended = async (): Promise<CommandResult> => {
    const { code } = await child.status;
    // What the program left running may hold the pipe open.
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([printed, new Promise((resolve) => timer = setTimeout(resolve, 200))]);
    clearTimeout(timer);
    return { exitStatus: code, stdout };
  };
  try {
    return await Promise.race([ended(), aborted]);
  } finally {
    command.signal.removeEventListener("abort", kill);
    kill();
    // A grandchild may hold the pipe open for longer than we wait.
    await reader.cancel().catch(() => {});
  }
}
