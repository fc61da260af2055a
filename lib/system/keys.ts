/**
 * Reads keys from the bytes that a terminal sends.
 *
 * @module
 */

import type { Key } from "../screen.ts";

const controls: Readonly<Record<string, Exclude<Key["kind"], "text">>> = {
  "\x03": "cancel",
  "\x04": "cancel",
  "\b": "erase",
  "\n": "enter",
  "\r": "enter",
  "\x0e": "down",
  "\x10": "up",
  "\x15": "eraseLine",
  "\x17": "eraseWord",
  "\x1a": "suspend",
  "\x1c": "quit",
  "\x7f": "erase",
};

/** After this pause, in milliseconds, what follows Esc is a separate key, and a paste is over. */
const pause = 500;

/** No key's sequence is longer. */
const mostParameters = 32;

type State = "ground" | "escape" | "csi" | "ss3" | "string";

/**
 * Reads keys. Escape sequences are consumed whole, so that no part of one gets into an answer; a
 * control character within one is still a key, since Ctrl-C must work whatever is half typed. A
 * bracketed paste is only text: a line end in it is a space.
 */
export class KeyReader {
  #decoder = new TextDecoder();
  #state: State = "ground";
  #parameters = "";
  #isPasting = false;
  #last = 0;

  /**
   * Returns the keys that these bytes complete.
   *
   * @param now milliseconds of a monotonic clock
   */
  take(bytes: Uint8Array, now: number): Key[] {
    if (now - this.#last > pause) {
      this.#isPasting = false;
      if (this.#state === "string") this.#state = "ground";
    }
    const isLate = now - this.#last > pause;
    this.#last = now;
    const keys: Key[] = [];
    for (const character of this.#decoder.decode(bytes, { stream: true })) {
      const key = this.#key(character, isLate);
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  /** Whether an Esc has come that may begin a sequence, or be a key of its own. */
  get isAfterEscape(): boolean {
    return this.#state === "escape";
  }

  /** Returns what an Esc is when nothing has followed it for a while: a key of its own. */
  endEscape(): Key[] {
    if (!this.isAfterEscape) return [];
    this.#state = "ground";
    return [{ kind: "escape" }];
  }

  #key(character: string, isLate: boolean): Key | undefined {
    if (this.#state === "escape" && isLate && character !== "[") this.#state = "ground";
    if (this.#state !== "ground" && /\p{Cc}/u.test(character) && character !== "\x07") {
      this.#state = "ground";
    }
    switch (this.#state) {
      case "ground":
        return this.#inGround(character);
      case "escape":
        this.#parameters = "";
        this.#state = character === "["
          ? "csi"
          : character === "O"
          ? "ss3"
          : "]PX^_".includes(character)
          ? "string"
          : "ground";
        return undefined;
      case "csi":
        if (/^[ -?]$/.test(character) && this.#parameters.length < mostParameters) {
          this.#parameters += character;
          return undefined;
        }
        this.#state = "ground";
        return this.#ofSequence(this.#parameters + character);
      case "ss3":
        this.#state = "ground";
        return this.#ofSequence(character);
      case "string":
        if (character === "\x07") this.#state = "ground";
        return undefined;
    }
  }

  #inGround(character: string): Key | undefined {
    if (character === "\x1b") {
      this.#state = "escape";
      return undefined;
    }
    const kind = controls[character];
    if (this.#isPasting && kind !== "cancel") {
      return /\p{Cc}/u.test(character)
        ? /\s/.test(character) ? { kind: "text", text: " " } : undefined
        : { kind: "text", text: character };
    }
    if (kind !== undefined) return { kind };
    if (character === "\t") return { kind: "text", text: " " };
    return /\p{Cc}/u.test(character) ? undefined : { kind: "text", text: character };
  }

  #ofSequence(sequence: string): Key | undefined {
    switch (sequence) {
      case "A":
        return { kind: "up" };
      case "B":
        return { kind: "down" };
      case "5~":
        return { kind: "pageUp" };
      case "6~":
        return { kind: "pageDown" };
      case "H":
      case "1~":
      case "7~":
        return { kind: "home" };
      case "F":
      case "4~":
      case "8~":
        return { kind: "end" };
      case "200~":
        this.#isPasting = true;
        return undefined;
      case "201~":
        this.#isPasting = false;
        return undefined;
      default:
        return undefined;
    }
  }
}
