/**
 * Gives the whole terminal to a view.
 *
 * @module
 */

import { linesForPeople, type ScreenText, type ScreenView } from "../screen.ts";
import { wholeScreen } from "./drawing.ts";
import { KeyReader } from "./keys.ts";
import { cancelled, endOfInput, type TerminalLine } from "./terminal_line.ts";

/** An Esc that nothing follows within this time is a key of its own. */
const escapeMilliseconds = 100;

/** Shows a view until it is answered; Ctrl-C, Ctrl-D and the end of the input cancel. */
export async function show<T>(
  line: TerminalLine,
  view: ScreenView<T>,
  signal: AbortSignal,
): Promise<T> {
  const shown = new Shown(line, view);
  try {
    const answer = await Promise.race([shown.answer(), shown.refresh(), aborted(signal)]);
    line.takeWhole(false);
    line.write(linesForPeople(view.leaves?.(answer) ?? [], view.hasColour));
    return answer;
  } finally {
    shown.end();
    line.close();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

class Shown<T> {
  #drawn: ScreenText | undefined;
  #isAway = false;
  #reading: Promise<Uint8Array | undefined> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #keys = new KeyReader();

  constructor(private readonly line: TerminalLine, private readonly view: ScreenView<T>) {}

  /** Takes keys until there is an answer. */
  async answer(): Promise<T> {
    const { line } = this;
    await line.inForeground();
    line.onChange((change) => {
      if (change === "resumed") this.#begin();
      else this.#draw(true);
    });
    line.onStop(() => this.#leave());
    this.#begin();
    for (;;) {
      const bytes = await this.#read();
      const now = performance.now();
      const keys = bytes === "pause" ? this.#keys.endEscape() : this.#keys.take(bytes, now);
      for (const key of keys) {
        if (key.kind === "cancel") throw cancelled();
        if (key.kind === "quit") line.quit();
        if (key.kind === "suspend") await this.#suspend();
        const found = await this.view.take(key);
        if (found !== undefined) return found.answer;
      }
      this.#draw();
    }
  }

  /** Keeps what is shown fresh; never resolves. */
  async refresh(): Promise<never> {
    for (;;) {
      const pause = await this.view.refresh?.();
      this.#draw();
      await new Promise<void>((resolve) => {
        if (pause !== undefined) this.#timer = setTimeout(resolve, pause);
      });
    }
  }

  /** Draws nothing from here on. */
  end(): void {
    this.#isAway = true;
    clearTimeout(this.#timer);
  }

  #begin(): void {
    this.line.setRaw(true);
    this.line.takeWhole(true);
    this.#isAway = false;
    this.#draw(true);
  }

  #draw(isAfresh = false): void {
    if (this.#isAway) return;
    const size = this.line.size();
    const text = wholeScreen(this.view.draw(size), size, this.view.hasColour);
    // A long paste has many keys that change nothing visible.
    if (!isAfresh && text === this.#drawn) return;
    this.#drawn = text;
    this.line.write(text);
  }

  /** Reads the next byte; returns "pause" where none has followed an Esc. */
  async #read(): Promise<Uint8Array | "pause"> {
    // One that was begun must be awaited: what it has read is lost otherwise.
    const reading = this.#reading ??= this.line.read().catch(() => undefined);
    const isAfterEscape = this.#keys.isAfterEscape;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = new Promise<"pause">((resolve) => {
      if (isAfterEscape) timer = setTimeout(() => resolve("pause"), escapeMilliseconds);
    });
    const bytes = await Promise.race([reading, pause]);
    clearTimeout(timer);
    if (bytes === "pause") return bytes;
    this.#reading = undefined;
    if (bytes === undefined) throw await endOfInput();
    return bytes;
  }

  async #suspend(): Promise<void> {
    this.#leave();
    if (!await this.line.suspend()) throw cancelled();
  }

  #leave(): void {
    this.#isAway = true;
    this.line.takeWhole(false);
  }
}
