/**
 * Choices that come out the same for the same seed.
 *
 * @module
 */

/** Chooses by a seed (mulberry32). */
export class Chooser {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0, less than `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * end) | 0;
  }

  /** One of several. */
  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}
