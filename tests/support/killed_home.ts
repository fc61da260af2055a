/**
 * Ends a run in the process at its n-th step, as a kill does: nothing that comes after it has an
 * effect. Steps are operations on files and programs that are run.
 *
 * @module
 */

import type { Files, RunCommand } from "../../lib/context.ts";

/** When a run is ended. */
export interface Kill {
  /** The step, counted from 1; 0 for none. */
  readonly at: number;
  /** Whether the step itself still takes effect. */
  readonly isAfter: boolean;
}

/** Counts steps, and ends the run at one of them. */
export class Killer {
  /** The name of each step so far. */
  readonly steps: string[] = [];

  constructor(private readonly kill: Kill) {}

  get isDead(): boolean {
    return this.kill.at > 0 && this.steps.length >= this.kill.at;
  }

  /** Use as `files` of a test context. */
  readonly files = (files: Files): Files => this.#wrapped(files);

  /** Returns a way to run programs that is ended, too. */
  programs(run: RunCommand): RunCommand {
    return (command) => this.#step(command.argv.slice(0, 2).join(" "), () => run(command));
  }

  #wrapped<T extends object>(object: T): T {
    return new Proxy(object, {
      get: (_, name) => {
        const method = Reflect.get(object, name);
        // The kernel closes the files of the dead.
        if (typeof method !== "function" || name === "close") return method;
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
    if (this.isDead) throw new Error("killed");
    this.steps.push(name);
    if (!this.isDead) return await work();
    if (this.kill.isAfter) await work();
    throw new Error("killed");
  }
}
