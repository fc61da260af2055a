/**
 * Asks the person at the terminal, by way of `@inquirer`. Loaded when there is something to ask.
 *
 * @module
 */

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
  if (streams.stdin && streams.stderr) {
    return personAt(process.stdin, process.stderr, () => process.stdin.pause());
  }
  let device: number;
  try {
    device = openSync(streams.device, "r+");
  } catch {
    return undefined;
  }
  const input = new ReadStream(device);
  return personAt(input, new WriteStream(device), () => {
    input.destroy();
    try {
      closeSync(device);
    } catch { /* destroying the stream may have closed it */ }
  });
}

function personAt(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  close: () => void,
): Person {
  const plain = (text: string) => text;
  return {
    close,
    askHidden: (question, check, signal) => {
      // The library puts a prefix, the message and the answer side by side.
      const [prefix = "", ...message] = question.split(" ");
      return answered(input, signal, (signal) =>
        password({
          message: message.join(" "),
          mask: "*",
          toggleMask: false,
          validate: (answer) => check(answer) ?? true,
          theme: { prefix, style: { message: plain, answer: plain } },
        }, { input, output, signal }));
    },
    choose: (question, choices, signal) =>
      answered(input, signal, (signal) =>
        select({
          message: question,
          choices: choices.map((choice) => ({ name: choice, value: choice })),
          theme: { prefix: "", style: { message: plain, answer: plain } },
        }, { input, output, signal })),
  };
}

/** Waits for an answer; Ctrl-C, Ctrl-D and the end of the input cancel. */
async function answered<T>(
  input: NodeJS.ReadableStream,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  // The library lets Ctrl-D and a vanished terminal wait for ever.
  const onKey = (_text: string, key: { name?: string; ctrl?: boolean }) => {
    if (key.ctrl === true && key.name === "d") ended.abort();
  };
  const onEnd = () => ended.abort();
  input.on("keypress", onKey);
  input.on("end", onEnd);
  try {
    return await ask(AbortSignal.any([signal, ended.signal]));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new StsmfaError("Cancelled", "cancelled", { cause: error });
  } finally {
    input.off("keypress", onKey);
    input.off("end", onEnd);
  }
}
