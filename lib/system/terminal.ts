/**
 * The real terminal. Loaded when there is something to ask.
 *
 * Does not use Node's terminal streams: in Deno 2.4 a second question gets no answer from them, and
 * in every version they read ahead, which takes keys from the program that runs next.
 *
 * @module
 */

import type { Output, Prompter } from "../context.ts";
import type { ScreenSize, ScreenText } from "../screen.ts";
import { pasteMarksOff, pasteMarksOn, wholeScreenOff, wholeScreenOn } from "./drawing.ts";
import { hideKeys, showKeys, stty } from "./echo.ts";
import { isInBackground, isPartOfShell, isResumable, stopInBackground } from "./job.ts";
import { prompterAt } from "./prompts.ts";
import type { TerminalLine } from "./terminal_line.ts";

const isWindows = Deno.build.os === "windows";
const devices = isWindows ? { keys: "CONIN$", screen: "CONOUT$" } : {
  keys: "/dev/tty",
  screen: "/dev/tty",
};

/** The size of a terminal that does not report one. */
const usual: ScreenSize = { columns: 80, rows: 24 };

/**
 * Returns a prompter on the standard streams if both are a terminal, otherwise on the terminal's
 * own device; `undefined` if there is none.
 *
 * Needs all permissions if the standard streams are pipes.
 */
export function terminalPrompter(): Prompter | undefined {
  if (isPretended()) return undefined;
  if (Deno.stdin.isTerminal() && Deno.stderr.isTerminal()) {
    return prompterAt(() => new Line(Deno.stdin, Deno.stderr, () => {}), isForLines());
  }
  try {
    openDevice().close();
  } catch {
    return undefined;
  }
  const prompter = prompterAt(openDevice, isForLines());
  return Deno.stderr.isTerminal() ? prompter : { ...prompter, screen: deviceOutput };
}

/**
 * Reports whether a standard stream claims to be a terminal and none is a console: so are the pipes
 * of Git Bash's window, whose real console nobody sees.
 */
function isPretended(): boolean {
  if (!isWindows) return false;
  if (![Deno.stdin, Deno.stdout, Deno.stderr].some((each) => each.isTerminal())) return false;
  return [() => Deno.stdin.setRaw(false), () => Deno.consoleSize()].every((use) => {
    try {
      use();
      return false;
    } catch {
      return true;
    }
  });
}

function isForLines(): boolean {
  try {
    return Deno.env.get("TERM") === "dumb";
  } catch {
    /* It is not UTF-8. */
    return false;
  }
}

/** The terminal's own device, opened for each text: there are few. */
const deviceOutput: Output = {
  isTerminal: true,
  get columns() {
    return sizeOfTerminal().columns;
  },
  write: (text) => {
    try {
      const device = Deno.openSync(devices.screen, { read: true, write: true });
      try {
        writeAll(device, text);
      } finally {
        device.close();
      }
    } catch { /* The terminal is gone: there is nobody to tell. */ }
  },
};

/** Restores the terminal as it was before the first question. */
export function releaseTerminal(): void {
  open?.close();
  showKeys();
}

/**
 * Ends us by a signal, if we are in the background: at exit, the runtime restores the modes that it
 * has changed, and the system would stop us for that.
 */
export function endInBackground(signal: Deno.Signal): void {
  if (!isInBackground()) return;
  Deno.kill(Deno.pid, signal);
  // Its effect is not at once.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  Deno.kill(Deno.pid, "SIGKILL");
}

let open: Line | undefined;

function openDevice(): Line {
  // Two files, since one that is being read cannot be written to.
  const keys = Deno.openSync(devices.keys, { read: true, write: true });
  const screen = Deno.openSync(devices.screen, { read: true, write: true });
  return new Line(keys, screen, () => {
    keys.close();
    screen.close();
  });
}

function sizeOfTerminal(): ScreenSize {
  const { columns, rows } = reportedSize();
  return { columns: columns || usual.columns, rows: rows || usual.rows };
}

/** Returns the terminal's size, with zeros if unknown. */
function reportedSize(): ScreenSize {
  try {
    return Deno.consoleSize();
  } catch { /* None of the standard streams is a terminal. */ }
  const unknown = { columns: 0, rows: 0 };
  if (isWindows) return unknown;
  try {
    const [, rows, columns] = /^(\d+) (\d+)$/m.exec(stty(["size"], false)) ?? [];
    return { columns: Number(columns ?? 0), rows: Number(rows ?? 0) };
  } catch {
    return unknown;
  }
}

function writeAll(screen: typeof Deno.stderr | Deno.FsFile, text: ScreenText): void {
  for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
    rest = rest.subarray(screen.writeSync(rest));
  }
}

/** A short wait, in which signals are heard. */
function pause(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), 10));
}

class Line implements TerminalLine {
  #isRaw = false;
  #isWhole = false;
  #size: ScreenSize | undefined;
  #isClosed = false;
  /** Whether we were resumed while another job has the terminal. */
  #isBehind = false;
  /** Whether keys are to be hidden again after a stop: not all shells set the terminal anew. */
  #hidesAgain = false;
  readonly #listeners = new Map<Deno.Signal, () => void>();
  #resumed = (): void => {};

  constructor(
    private readonly keys: typeof Deno.stdin | Deno.FsFile,
    private readonly screen: typeof Deno.stderr | Deno.FsFile,
    private readonly closeDevices: () => void,
  ) {}

  async inForeground(): Promise<void> {
    while (!this.#isClosed && isInBackground()) {
      stopInBackground();
      // The first is over when we are resumed; in the second we hear what else was sent.
      for (let times = 0; times < 2; times++) await pause();
    }
  }

  async read(): Promise<Uint8Array | undefined> {
    const byte = new Uint8Array(1);
    return await this.keys.read(byte) === null ? undefined : byte;
  }

  write(text: ScreenText): void {
    try {
      writeAll(this.screen, text);
    } catch { /* The terminal is gone, as reading keys will show. */ }
  }

  setRaw(isRaw: boolean): void {
    open = this;
    this.keys.setRaw(isRaw);
    this.#isRaw = isRaw;
    if (isRaw && !isForLines()) this.write(pasteMarksOn);
  }

  hideKeys(): void {
    if (isWindows) return;
    // At exit the runtime restores the modes that standard input had before the first call of this.
    this.keys.setRaw(false);
    hideKeys(this.keys === Deno.stdin, () => open !== undefined);
  }

  showKeys(): void {
    showKeys();
  }

  size(): ScreenSize {
    // Nothing tells on Windows when it has changed.
    return this.#size = (isWindows ? undefined : this.#size) ?? sizeOfTerminal();
  }

  takeWhole(isWhole: boolean): void {
    open = this;
    // Who has stopped us may have left it: it is taken each time.
    if (isWhole || this.#isWhole) this.write(isWhole ? wholeScreenOn : wholeScreenOff);
    this.#isWhole = isWhole;
  }

  onChange(listener: (change: "size" | "resumed") => void): void {
    if (isWindows) return;
    this.#listen("SIGWINCH", () => {
      this.#size = undefined;
      listener("size");
    });
    this.#listen("SIGCONT", () => {
      this.#size = undefined;
      const stopping = this.#listeners.get("SIGTSTP");
      if (stopping !== undefined) {
        // It is there still if it was SIGSTOP.
        Deno.removeSignalListener("SIGTSTP", stopping);
        Deno.addSignalListener("SIGTSTP", stopping);
      }
      this.#isBehind = isInBackground();
      if (!this.#isBehind) return this.#resume(listener);
      // What else was sent comes first: it may be our end.
      void pause().then(() => this.inForeground()).then(() => {
        if (!this.#isBehind || this.#isClosed) return;
        this.#isBehind = false;
        this.#resume(listener);
      });
    });
    // Sent by kill(1); the key is read as a key.
    this.#listen("SIGQUIT", () => this.quit());
  }

  onStop(listener: () => void): void {
    // Once somebody has listened, the runtime stops us even where nobody could resume us.
    if (!isResumable()) return;
    const stop = () => {
      listener();
      this.#giveBack();
      Deno.removeSignalListener("SIGTSTP", stop);
      Deno.kill(Deno.pid, "SIGTSTP");
    };
    // That of Ctrl-Z takes it off as well.
    this.#listen("SIGTSTP", stop);
  }

  async suspend(): Promise<boolean> {
    if (isWindows || isPartOfShell()) return false;
    const going = new Promise<boolean>((resolve) => this.#resumed = () => resolve(true));
    this.#giveBack();
    const stopping = this.#listeners.get("SIGTSTP");
    if (stopping !== undefined) Deno.removeSignalListener("SIGTSTP", stopping);
    // The whole job, as the terminal does it. An orphaned process group ignores it.
    Deno.kill(0, "SIGTSTP");
    // Not one long wait: the clock runs on during the stop too.
    for (let waits = 0; waits < 20 || this.#isBehind; waits++) {
      if (await Promise.race([going, pause()])) return true;
    }
    return false;
  }

  quit(): void {
    releaseTerminal();
    Deno.kill(Deno.pid, "SIGQUIT");
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#isWhole) this.takeWhole(false);
    for (const [name, listener] of this.#listeners) Deno.removeSignalListener(name, listener);
    this.#endRaw();
    this.closeDevices();
    if (open === this) open = undefined;
  }

  #resume(listener: (change: "resumed") => void): void {
    if (this.#hidesAgain) this.hideKeys();
    this.#hidesAgain = false;
    this.#resumed();
    listener("resumed");
  }

  #listen(name: Deno.Signal, listener: () => void): void {
    Deno.addSignalListener(name, listener);
    this.#listeners.set(name, listener);
  }

  #giveBack(): void {
    this.#endRaw();
    this.#hidesAgain = showKeys();
  }

  #endRaw(): void {
    if (!this.#isRaw) return;
    this.#isRaw = false;
    if (!isForLines()) this.write(pasteMarksOff);
    // The system would stop us; a shell sets the modes that it wants.
    if (isInBackground()) return;
    try {
      this.keys.setRaw(false);
    } catch { /* the terminal is gone */ }
  }
}
