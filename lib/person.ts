/**
 * Asks the person at a terminal, by way of `@inquirer`.
 *
 * @module
 */

import input from "@inquirer/input";
import password from "@inquirer/password";
import select from "@inquirer/select";
import { Readable, Writable } from "node:stream";
import type { Person } from "./context.ts";
import { StsmfaError } from "./errors.ts";

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

type Check = (answer: string) => string | undefined;

/** The person at a terminal, which is opened for each question. */
export function personAt(open: () => TerminalLine): Person {
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
          validate: io.checked(check),
        }, io)),
    ask: (question, check, signal) =>
      ask(
        open(),
        signal,
        (io) => input({ ...parts(question), validate: io.checked(check) }, io),
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
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  /** A check as the library wants it. */
  readonly checked: (check: Check) => (answer: string) => string | true;
}

/** Asks one question; Ctrl-C, Ctrl-D, Ctrl-Z and the end of the input cancel. */
async function ask<T>(
  line: TerminalLine,
  signal: AbortSignal,
  question: (io: QuestionIo) => Promise<T>,
): Promise<T> {
  const keys = new Keys(line);
  const ended = new AbortController();
  // The library lets Ctrl-D and a vanished terminal wait for ever, and does not come back from
  // Ctrl-Z, while others wait for our lock. Taken away, the key does not reach it.
  keys.on("keypress", (_text: string, key: { name?: string | undefined; ctrl?: boolean }) => {
    if (key.ctrl !== true || (key.name !== "d" && key.name !== "z")) return;
    key.name = undefined;
    ended.abort();
  });
  keys.on("end", () => ended.abort());
  // From a background process group, or a terminal that is gone, reading fails.
  keys.on("error", () => ended.abort());
  try {
    return await question({
      input: keys,
      output: screen(line),
      signal: AbortSignal.any([signal, ended.signal]),
      checked: (check) => (answer) => {
        const complaint = check(answer);
        if (complaint !== undefined) keys.goOn();
        return complaint ?? true;
      },
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new StsmfaError("Cancelled", "cancelled", { cause: error });
  } finally {
    keys.destroy();
    line.close();
  }
}

/** What may end a question: Enter, Ctrl-C, Ctrl-D, Ctrl-Z. */
// deno-lint-ignore no-control-regex -- those are what the keys send
const ends = /[\r\n\x03\x04\x1a]/;

/**
 * The keys that are pressed during one question. What is typed behind its end is not read: it is for
 * the next question, or for the program that runs in our place.
 */
class Keys extends Readable {
  /** For Node's readline, which makes a terminal raw. */
  readonly isTTY = true;
  #isHeld = false;
  #isAwaited = false;

  constructor(private readonly line: TerminalLine) {
    super();
  }

  setRawMode(isRaw: boolean): this {
    this.line.setRaw(isRaw);
    return this;
  }

  override _read(): void {
    this.#isAwaited = true;
    if (this.#isHeld) return;
    this.#isAwaited = false;
    this.line.read().then((keys) => {
      if (this.destroyed) return;
      this.#isHeld = keys !== undefined && ends.test(new TextDecoder().decode(keys));
      this.push(keys ?? null);
    }, (error) => this.destroy(error));
  }

  /** Reads on after an answer that was not accepted. */
  goOn(): void {
    this.#isHeld = false;
    if (this.#isAwaited) this._read();
  }
}

function screen(line: TerminalLine): Writable {
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      try {
        line.write(chunk);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  return Object.defineProperty(stream, "columns", { get: line.columns });
}
