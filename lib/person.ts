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
      return answered(signal, () =>
        password({
          message: message.join(" "),
          mask: "*",
          toggleMask: false,
          validate: (answer) => check(answer) ?? true,
          theme: { prefix, style: { message: plain, answer: plain } },
        }, { input, output, signal }));
    },
    choose: (question, choices, signal) =>
      answered(signal, () =>
        select({
          message: question,
          choices: choices.map((choice) => ({ name: choice, value: choice })),
          theme: { prefix: "", style: { message: plain, answer: plain } },
        }, { input, output, signal })),
  };
}

async function answered<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new StsmfaError("Cancelled", "cancelled", { cause: error });
  }
}
