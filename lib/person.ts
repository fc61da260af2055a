/**
 * Asks the person at the terminal, by way of `@inquirer`. Loaded when there is something to ask.
 *
 * @module
 */

import input from "@inquirer/input";
import password from "@inquirer/password";
import select from "@inquirer/select";
import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { ReadStream, WriteStream } from "node:tty";
import type { Person } from "./context.ts";
import { StsmfaError } from "./errors.ts";

/** Which standard streams are a terminal, and the terminal's own name. */
export interface TerminalStreams {
  readonly stdin: boolean;
  readonly stderr: boolean;
  readonly device: string;
}

/** Opens the terminal for questions; `undefined` when there is none. */
export function openPerson(streams: TerminalStreams): Person | undefined {
  if (!(streams.stdin && streams.stderr) && !canOpen(streams.device)) return undefined;
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
      ask(streams, signal, (io) =>
        password({
          ...parts(question),
          mask: "*",
          toggleMask: false,
          validate: (answer) => check(answer) ?? true,
        }, io)),
    ask: (question, check, signal) =>
      ask(
        streams,
        signal,
        (io) => input({ ...parts(question), validate: (answer) => check(answer) ?? true }, io),
      ),
    choose: (question, choices, signal) =>
      ask(streams, signal, (io) =>
        select({
          message: question,
          choices: choices.map((choice) => ({ name: choice, value: choice })),
          theme: { prefix: "", style: { message: plain, answer: plain } },
        }, io)),
  };
}

function canOpen(device: string): boolean {
  try {
    closeSync(openSync(device, "r+"));
    return true;
  } catch {
    return false;
  }
}

interface QuestionIo {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Asks one question, on streams of its own where the terminal is not a standard stream. */
async function ask<T>(
  streams: TerminalStreams,
  signal: AbortSignal,
  question: (io: QuestionIo) => Promise<T>,
): Promise<T> {
  if (streams.stdin && streams.stderr) {
    try {
      return await answered({ input: process.stdin, output: process.stderr, signal }, question);
    } finally {
      process.stdin.pause();
    }
  }
  // The library ends the output after each question, unless it is a standard stream.
  const input = new ReadStream(openSync(streams.device, "r+"));
  const output = new WriteStream(openSync(streams.device, "r+"));
  try {
    return await answered({ input, output, signal }, question);
  } finally {
    input.destroy();
    output.destroy();
  }
}

/** Waits for an answer; Ctrl-C, Ctrl-D, Ctrl-Z and the end of the input cancel. */
async function answered<T>(
  { input, output, signal }: QuestionIo,
  question: (io: QuestionIo) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  // The library lets Ctrl-D and a vanished terminal wait for ever, and does not come back from
  // Ctrl-Z, while others wait for our lock. Taken away, the key does not reach it.
  const onKey = (_text: string, key: { name?: string | undefined; ctrl?: boolean }) => {
    if (key.ctrl !== true || (key.name !== "d" && key.name !== "z")) return;
    key.name = undefined;
    ended.abort();
  };
  const onEnd = () => ended.abort();
  input.on("keypress", onKey);
  input.on("end", onEnd);
  // From a background process group, or a terminal that is gone, reading fails; also once it is over.
  input.on("error", onEnd);
  try {
    return await question({ input, output, signal: AbortSignal.any([signal, ended.signal]) });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new StsmfaError("Cancelled", "cancelled", { cause: error });
  } finally {
    input.off("keypress", onKey);
    input.off("end", onEnd);
  }
}
