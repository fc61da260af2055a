/**
 * Ends a run in the process at its n-th step, as a kill does: nothing that comes after it has an
 * effect. Steps are operations on files, programs that are run, and requests.
 *
 * @module
 */

import type { Fetch, Files, RunCommand } from "../../lib/context.ts";

/** When a run is ended. */
export interface Kill {
  /** The step, counted from 1; 0 for none. */
  readonly at: number;
  /** Whether the step itself still takes effect. */
  readonly isAfter: boolean;
}

/** Operations on files that change nothing: a kill at one is a kill after the step before it. */
const readings = [
  "read",
  "status",
  "linkStatus",
  "resolveLinks",
  "list",
  "openExisting",
  "tryLock",
  "isAt",
];

/** Counts steps, and ends the run at one of them. */
export class Killer {
  /** The name of each step so far. */
  readonly steps: string[] = [];

  /**
   * @param isThorough whether operations that change nothing are steps, too
   * @param isAlive whether the run goes on, and only what is counted fails from there on
   */
  constructor(
    private readonly kill: Kill,
    private readonly isThorough = true,
    private readonly isAlive = false,
  ) {}

  get isDead(): boolean {
    return this.kill.at > 0 && this.steps.length >= this.kill.at;
  }

  /** Use as `files` of a test context. */
  readonly files = (files: Files): Files => this.#wrapped(files);

  /** Returns a way to run programs that is ended, too. */
  programs(run: RunCommand): RunCommand {
    return (command) => this.#step(command.argv.slice(0, 2).join(" "), () => run(command));
  }

  /** Returns a way to send requests that is ended, too. */
  requests(fetch: Fetch): Fetch {
    return (url, options) => {
      const action = /\bAction=(\w+)/.exec(String(options.body))?.[1];
      return this.#step(`request ${action}`, () => fetch(url, options));
    };
  }

  #wrapped<T extends object>(object: T): T {
    return new Proxy(object, {
      get: (_, name) => {
        const method = Reflect.get(object, name);
        if (typeof method !== "function") return method;
        // The kernel closes the files of the dead.
        if (name === "close") return method.bind(object);
        return (...args: unknown[]) =>
          this.#step(`${String(name)} ${args[0]}`, async () => {
            const made = await method.apply(object, args);
            const isFile = typeof made === "object" && made !== null && "close" in made;
            return isFile ? this.#wrapped(made) : made;
          });
      },
    });
  }

  async #step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const isReading = readings.includes(name.split(" ")[0]!);
    if (this.isAlive && isReading) return await work();
    if (this.isDead) throw this.#error();
    if (!this.isThorough && isReading) return await work();
    this.steps.push(name);
    if (!this.isDead) return await work();
    // The kernel closes the files of the dead.
    if (this.kill.isAfter) closed(await work());
    throw this.#error();
  }

  #error(): Error {
    return this.isAlive
      ? Object.assign(new Error("input/output error"), { code: "EIO" })
      : new Error("killed");
  }
}

function closed(made: unknown): void {
  if (typeof made === "object" && made !== null && "close" in made) {
    (made as { close(): void }).close();
  }
}
