/**
 * Asks the person at a terminal.
 *
 * Uses no library: those we tried read ahead, which takes keys from the program that runs next, end
 * the process by a signal of their own, do not restore the terminal when stopped, and redraw a line
 * for each of thousands of pasted characters.
 *
 * @module
 */

import type { Prompter } from "../context.ts";
import { linesThatFit } from "../screen.ts";
import { nextLine, questionBefore } from "./drawing.ts";
import { KeyReader } from "./keys.ts";
import { LineQuestion, ListQuestion, type Question } from "./question.ts";
import { show } from "./show.ts";
import { cancelled, endOfInput, type TerminalLine } from "./terminal_line.ts";

/**
 * Returns a prompter for a terminal, which is opened for each question.
 *
 * @param isForLines whether it is a terminal for lines alone, such as one that is read aloud
 */
export function prompterAt(open: () => TerminalLine, isForLines = false): Prompter {
  const isHidden = true;
  return {
    ...(!isForLines && { show: (view, signal) => show(open(), view, signal) }),
    askHidden: (question, check, signal) =>
      ask(open(), signal, (line) => {
        line.hideKeys();
        return answer(line, new LineQuestion(question, { isHidden, isForLines, check }));
      }),
    ask: (question, check, signal, above = []) =>
      ask(
        open(),
        signal,
        (line) =>
          isForLines
            ? askForLine(line, question, check, above)
            : answer(line, new LineQuestion(question, { isHidden: !isHidden, check }), above),
      ),
    choose: (question, choices, signal) =>
      ask(
        open(),
        signal,
        (line) =>
          isForLines
            ? chooseByNumber(line, question, choices)
            : answer(line, new ListQuestion(question, choices)),
      ),
  };
}

/** Asks once the terminal is ours; Ctrl-C, Ctrl-D and the end of the input cancel. */
function ask<T>(
  line: TerminalLine,
  signal: AbortSignal,
  answering: (line: TerminalLine) => Promise<T>,
): Promise<T> {
  return untilAborted(line, line.inForeground().then(() => answering(line)), signal);
}

/** Asks a question in a way that needs no cursor to be moved: the terminal shows what is typed. */
async function askForLine(
  line: TerminalLine,
  question: string,
  check: (answer: string) => string | undefined,
  above: readonly string[],
): Promise<string> {
  // A question whose answer is a secret has turned it off.
  line.showKeys();
  line.write(linesThatFit(above, line.size()));
  for (;;) {
    line.write(questionBefore(question));
    const bytes: number[] = [];
    while (bytes.at(-1) !== 10) {
      const byte = await line.read().catch(() => undefined);
      if (byte === undefined) throw await endOfInput();
      // A longer line is a mistake, whatever is behind it.
      if (bytes.length < mostBytes || byte[0] === 10) bytes.push(...byte);
    }
    const answer = new TextDecoder().decode(new Uint8Array(bytes)).replace(/\r?\n$/, "");
    const complaint = check(answer);
    if (complaint === undefined) return answer;
    line.write(linesThatFit([complaint], line.size()));
  }
}

/** Asks for one of several by its number, which needs no cursor to be moved. */
async function chooseByNumber(
  line: TerminalLine,
  question: string,
  choices: readonly string[],
): Promise<string> {
  const meant = (answer: string) => choices[Number(answer.trim()) - 1];
  const numbers = `a number from 1 to ${choices.length}`;
  const answer = await askForLine(
    line,
    `Type ${numbers}:`,
    (answer) => meant(answer) === undefined ? `that is not ${numbers}` : undefined,
    [question, ...choices.map((each, at) => `${at + 1} ${each}`)],
  );
  return meant(answer)!;
}

/** No line that is typed for an answer is longer. */
const mostBytes = 4096;

async function untilAborted<T>(
  line: TerminalLine,
  answering: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([answering, aborted]);
  } catch (error) {
    line.write(nextLine);
    throw error;
  } finally {
    line.close();
  }
}

async function answer<T>(
  line: TerminalLine,
  question: Question<T>,
  above: readonly string[] = [],
): Promise<T> {
  const keys = new KeyReader();
  let drawn: string | undefined;
  const draw = (isAfresh = false) => {
    const texts = question.draw(line.size().columns, isAfresh);
    // A long paste has many keys that change nothing visible.
    if (!isAfresh && texts.join() === drawn) return;
    drawn = texts.join();
    texts.forEach((text) => line.write(text));
  };
  const begin = () => {
    line.setRaw(true);
    draw(true);
  };
  line.onChange((change) => change === "resumed" ? begin() : draw());
  line.onStop(() => line.write(nextLine));
  line.setRaw(true);
  line.write(linesThatFit(above, line.size()));
  draw(true);
  for (;;) {
    // Only one byte: what is typed after the answer is for the next reader.
    const bytes = await line.read().catch(() => undefined);
    if (bytes === undefined) throw await endOfInput();
    for (const key of keys.take(bytes, performance.now())) {
      if (key.kind === "cancel") throw cancelled();
      if (key.kind === "quit") line.quit();
      if (key.kind === "suspend") {
        line.write(nextLine);
        if (!await line.suspend()) throw cancelled();
      }
      const found = question.take(key);
      draw();
      if (found !== undefined) return found.answer;
    }
  }
}
