/**
 * Asks the person at a terminal, by way of `@inquirer`.
 *
 * @module
 */

import input from "@inquirer/input";
import password from "@inquirer/password";
import select from "@inquirer/select";
import process from "node:process";
import { Readable, Writable } from "node:stream";
import type { Prompter } from "../context.ts";
import { StsmfaError } from "../errors.ts";

/** A terminal for the time of one question. */
export interface TerminalLine {
  /** What the next key sends, or a part of it; `undefined` at the end. */
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): void;
  /** Whether keys come as they are pressed, and are not shown. */
  setRaw(isRaw: boolean): void;
  /** How wide it is, if that is known. */
  columns(): number | undefined;
  close(): void;
}

/** The person at a terminal, which is opened for each question. */
export function prompterAt(open: () => TerminalLine): Prompter {
  const plain = (text: string) => text;
  /** The library puts a prefix, the message and the answer side by side. */
  const parts = (question: string) => {
    const [prefix = "", ...message] = question.split(" ");
    return {
      message: message.join(" "),
      theme: { prefix, style: { message: plain, answer: plain } },
    };
  };
  return {
    askHidden: (question, check, signal) =>
      ask(open(), signal, (io) =>
        password({
          ...parts(question),
          mask: "*",
          toggleMask: false,
          validate: (answer) => {
            const complaint = check(answer);
            if (complaint === undefined) return true;
            // Nobody can mend what is not to be seen, but the library leaves it there.
            io.input.startAfresh();
            return complaint;
          },
        }, io)),
    ask: (question, check, signal) =>
      ask(
        open(),
        signal,
        (io) => input({ ...parts(question), validate: (answer) => check(answer) ?? true }, io),
      ),
    choose: (question, choices, signal) =>
      ask(open(), signal, (io) =>
        select({
          message: question,
          choices: choices.map((choice) => ({ name: choice, value: choice })),
          theme: { prefix: "", style: { message: plain, answer: plain } },
        }, io)),
  };
}

interface QuestionIo {
  readonly input: Keys;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Asks one question; Ctrl-C, Ctrl-D, Ctrl-Z and the end of the input cancel. */
async function ask<T>(
  line: TerminalLine,
  signal: AbortSignal,
  question: (io: QuestionIo) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const keys = new Keys(line, () => ended.abort());
  // A part of the library ends the process by the signal that it got, unless others listen, too.
  for (const name of endings) process.on(name, leaveToOthers);
  try {
    return await question({
      input: keys,
      output: screen(line),
      signal: AbortSignal.any([signal, ended.signal]),
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new StsmfaError("Cancelled", "cancelled", { cause: error });
  } finally {
    for (const name of endings) process.off(name, leaveToOthers);
    keys.destroy();
    line.close();
  }
}

const endings: readonly NodeJS.Signals[] = process.platform === "win32"
  ? []
  : ["SIGINT", "SIGTERM", "SIGHUP"];

function leaveToOthers(): void {}

/**
 * The keys that are pressed during one question. What is typed behind its end is not read: it is for
 * the next question, or for the program that runs in our place.
 */
class Keys extends Readable {
  /** For Node's readline, which makes a terminal raw. */
  readonly isTTY = true;
  #isHeld = false;
  #isAwaited = false;
  #startsAfresh = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly line: TerminalLine, private readonly cancel: () => void) {
    super();
  }

  setRawMode(isRaw: boolean): this {
    this.line.setRaw(isRaw);
    return this;
  }

  /** Has the next key clear the line first. */
  startAfresh(): void {
    this.#startsAfresh = true;
  }

  override _read(): void {
    this.#isAwaited = true;
    if (this.#isHeld) return;
    this.#isAwaited = false;
    // Reading fails in a background process group, and where the terminal is gone.
    this.line.read().then((keys) => this.#take(keys), this.cancel);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }

  #take(keys: Uint8Array | undefined): void {
    if (this.destroyed) return;
    // The library lets Ctrl-D and a vanished terminal wait for ever, does not come back from Ctrl-Z,
    // and takes a Ctrl-C behind Esc for another key, while others wait for our lock.
    if (keys === undefined || keys.some((key) => cancelling.includes(key))) return this.cancel();
    this.#isHeld = keys.some((key) => entering.includes(key));
    if (this.#startsAfresh) this.push(new Uint8Array([ctrlU]));
    this.#startsAfresh = false;
    this.push(keys);
    // An answer that is accepted ends the question well before.
    if (this.#isHeld) this.#timer = setTimeout(() => this.#goOn(), 100);
  }

  #goOn(): void {
    this.#isHeld = false;
    if (this.#isAwaited) this._read();
  }
}

/** Ctrl-C, Ctrl-D, Ctrl-Z. */
const cancelling = [3, 4, 26];

/** For readline: remove what stands before the cursor. */
const ctrlU = 21;

/** Enter. */
const entering = [10, 13];

function screen(line: TerminalLine): Writable {
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      try {
        line.write(chunk);
      } catch { /* It is gone, which the keys tell. */ }
      done();
    },
  });
  return Object.defineProperty(stream, "columns", { get: line.columns });
}
