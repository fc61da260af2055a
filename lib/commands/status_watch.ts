/**
 * `stsmfa status --watch`: the sessions on the whole terminal, kept up to date.
 *
 * @module
 */

import type { CommonFlags } from "../cli/command.ts";
import { hasColour } from "../cli/print.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import {
  type Frame,
  type Key,
  type Line,
  line,
  paint,
  type ScreenSize,
  type ScreenView,
} from "../screen.ts";
import type { StatusPage } from "./status_page.ts";

/** How often the sessions are looked at. */
const milliseconds = 1000;

/**
 * Shows a page until q.
 *
 * @param look returns the page as it is now
 * @throws StsmfaError `Usage` where nothing can be kept up to date, `Cancelled`; what the first look
 * throws
 */
export async function watch(
  context: Context,
  flags: CommonFlags,
  look: () => Promise<StatusPage>,
): Promise<void> {
  const { stdout } = context.terminal;
  if (flags.json) {
    throw new StsmfaError("Usage", "--watch is for people, and --json for programs", {
      hint: "leave one of them out; a program runs stsmfa status --json again and again",
    });
  }
  const prompter = stdout.isTerminal ? await context.terminal.prompter() : undefined;
  if (prompter?.show === undefined) {
    throw new StsmfaError(
      "Usage",
      stdout.isTerminal && prompter !== undefined
        ? "--watch cannot draw on this terminal (TERM=dumb)"
        : "--watch needs a terminal to draw on, for its output and its keys",
      { hint: "leave --watch out" },
    );
  }
  const view = new WatchView(look, hasColour(context, stdout, flags.color));
  await view.begin();
  await prompter.show(view, context.signal);
}

/** The page, and which of its lines are shown. */
export class WatchView implements ScreenView<undefined> {
  #page: StatusPage | undefined;
  #count = 0;
  #first = 0;
  #rows = 1;
  #problem: StsmfaError | undefined;
  /** Whether what is shown was seen before the last pause. */
  #isOld = false;

  constructor(
    private readonly look: () => Promise<StatusPage>,
    readonly hasColour: boolean,
  ) {}

  /** Looks for the first time; throws what keeps it from that. */
  async begin(): Promise<void> {
    this.#page = await this.look();
    this.#count = this.#page.count;
  }

  /** A file that is being edited may be wrong for a moment. */
  async refresh(): Promise<number> {
    try {
      if (this.#isOld) await this.begin();
      this.#isOld = true;
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      this.#problem = error;
    }
    return milliseconds;
  }

  take(key: Key): { answer: undefined } | undefined {
    const go = (first: number): undefined => {
      this.#first = Math.max(0, Math.min(first, this.#count - this.#rows));
    };
    switch (key.kind) {
      case "text":
        return /^[qQ]$/.test(key.text) ? { answer: undefined } : undefined;
      case "up":
        return go(this.#first - 1);
      case "down":
        return go(this.#first + 1);
      case "pageUp":
        return go(this.#first - this.#rows);
      case "pageDown":
        return go(this.#first + this.#rows);
      case "home":
        return go(0);
      case "end":
        return go(this.#count);
      default:
        return undefined;
    }
  }

  draw({ columns, rows }: ScreenSize): Frame {
    const room = Math.max(1, columns - 1);
    this.#rows = Math.max(1, rows - 2);
    this.#first = Math.max(0, Math.min(this.#first, this.#count - this.#rows));
    const end = Math.min(this.#count, this.#first + this.#rows);
    const page = this.#page!;
    const shown = Array.from(
      { length: end - this.#first },
      (_, at) => page.line(this.#first + at, room),
    );
    const filling = Array.from({ length: this.#rows - shown.length }, (): Line => "");
    const below = this.#problem === undefined
      ? line`${paint("dim", `${this.#extent(end)}, q ends`)}`
      : line`${paint("red", this.#problem.message)}`;
    return { lines: [...page.header(room), ...shown, ...filling, below] };
  }
  #extent(end: number): string {
    if (this.#rows < this.#count) return `lines ${this.#first + 1}-${end} of ${this.#count}`;
    const profiles = this.#page!.profileCount;
    return profiles === 1 ? "1 profile" : `${profiles} profiles`;
  }
}
