/**
 * A list of profiles to choose from by typing, on a whole terminal.
 *
 * @module
 */

import { columnsOf, endToShow } from "../columns.ts";
import { StsmfaError } from "../errors.ts";
import {
  type Answered,
  charactersOf,
  type Frame,
  type Key,
  type Line,
  line,
  paint,
  type Piece,
  type ScreenSize,
  type ScreenView,
  visible,
} from "../screen.ts";
import { FittedTable } from "./fitted_table.ts";

/** A profile to choose. */
export interface PickChoice {
  readonly profile: string;
  readonly account: string | undefined;
  readonly role: string | undefined;
  /** How long its session lasts, or a word. */
  readonly left: Piece;
}

/** Nobody types more, and what is pasted by mistake is to be seen to the end. */
const mostCharacters = 256;

/**
 * Finds the choices that have every word in their name, account or role, in any case. One whose name
 * is just what is typed comes first; the others keep their order.
 */
export class PickFilter {
  readonly #texts: string[] = [];
  readonly #names: string[] = [];

  add({ profile, account = "", role = "" }: PickChoice): void {
    const text = [profile, account, role].join("\n");
    const shown = visible(profile);
    this.#names.push(folded(profile));
    this.#texts.push(folded(shown === profile ? text : `${text}\n${shown}`));
  }

  /**
   * Returns the positions of the choices that are meant.
   *
   * @param known what was found when there were fewer, for the same that is typed
   * @param from the first that has not been looked at then
   */
  find(typed: string, known: readonly number[] = [], from = 0): number[] {
    const name = folded(typed.trim());
    const words = name.split(/\s+/);
    const found = [...known];
    for (let at = from; at < this.#texts.length; at++) {
      if (words.every((word) => this.#texts[at]!.includes(word))) found.push(at);
    }
    const isExact = (at: number) => name !== "" && this.#names[at] === name;
    const exact = found.filter(isExact);
    return exact.length === 0 ? found : [...exact, ...found.filter((at) => !isExact(at))];
  }
}

function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** The list, what is typed, and which profile is marked. */
export class PickList implements ScreenView<PickChoice> {
  readonly #table = new FittedTable([
    { header: "PROFILE", least: 12, rank: 0 },
    { header: "ACCOUNT", least: 12, rank: 2 },
    { header: "LEFT", least: 7, rank: 1 },
    { header: "ROLE", least: 8, rank: 3 },
  ], columnsOf);
  readonly #filter = new PickFilter();
  readonly #choices: PickChoice[] = [];
  #typed: string[] = [];
  #found: readonly number[] = [];
  /** The marked one of those that are found. */
  #at = 0;
  /** The first that is shown. */
  #first = 0;
  /** How many are shown at once. */
  #rows = 1;
  #isWhole = false;
  #loading: Promise<void> | undefined;

  /** @param load returns the next choices, at the end none */
  constructor(
    private readonly load: () => Promise<readonly PickChoice[]>,
    readonly hasColour: boolean,
  ) {}

  /** Adds the next choices; what is marked stays marked, but for the first of all. */
  async refresh(): Promise<number | undefined> {
    await (this.#loading ??= this.#add().finally(() => this.#loading = undefined));
    return this.#isWhole ? undefined : 0;
  }

  /** @throws StsmfaError `Cancelled` for Esc */
  take(key: Key): Answered<PickChoice> | Promise<Answered<PickChoice>> {
    const last = this.#found.length - 1;
    switch (key.kind) {
      case "up":
        return this.#goTo(this.#at === 0 ? last : this.#at - 1);
      case "down":
        return this.#goTo(this.#at === last ? 0 : this.#at + 1);
      case "pageUp":
        return this.#goTo(this.#at - this.#rows);
      case "pageDown":
        return this.#goTo(this.#at + this.#rows);
      case "home":
        return this.#goTo(0);
      case "end":
        return this.#goTo(last);
      case "text":
        return this.#type([...this.#typed, key.text].slice(0, mostCharacters));
      case "erase":
        return this.#type(charactersOf(this.#typed.join("")).slice(0, -1));
      case "eraseWord":
        return this.#type([...this.#typed.join("").replace(/\S*\s*$/, "")]);
      case "eraseLine":
        return this.#type([]);
      case "enter":
        return this.#enter();
      case "escape":
        throw new StsmfaError("Cancelled", "cancelled");
      default:
        return undefined;
    }
  }

  draw({ columns, rows }: ScreenSize): Frame {
    // What is written into the last column moves the cursor in some terminals.
    const room = Math.max(1, columns - 3);
    const details = rows < 9 || this.#table.isWhole(room) ? [] : this.#details(columns - 1);
    const below = rows < 5 ? [] : [...details, this.#help(columns - 1)];
    const isWithHeader = rows > 2;
    this.#rows = Math.max(1, rows - 1 - (isWithHeader ? 1 : 0) - below.length);
    this.#first = Math.min(
      Math.max(this.#first, this.#at - this.#rows + 1, 0),
      this.#at,
      Math.max(0, this.#found.length - this.#rows),
    );
    const shown = this.#found.slice(this.#first, this.#first + this.#rows).map((at, row) => {
      const isMarked = this.#first + row === this.#at;
      return [isMarked ? "❯ " : "  ", ...this.#table.row(at, room)];
    });
    const none = this.#isWhole && this.#found.length === 0
      ? [line`  ${paint("yellow", "no profile has that in its name, account or role")}`]
      : [];
    const filling = Array.from(
      { length: this.#rows - shown.length - none.length },
      (): Line => "",
    );
    const question = "Profile:";
    const typed = endToShow(this.#typed.join(""), columns - columnsOf(question) - 2);
    return {
      lines: [
        `${question} ${typed}`,
        ...(isWithHeader ? [["  ", ...this.#table.header(room)]] : []),
        ...shown,
        ...none,
        ...filling,
        ...below,
      ],
      cursor: { row: 0, column: columnsOf(`${question} ${typed}`) },
    };
  }

  /** Leaves what a question leaves: what was asked, and the answer. */
  leaves({ profile }: PickChoice): Line[] {
    return [`Profile: ${profile}`];
  }

  /** What was typed or pasted may mean one that is not there yet. */
  async #enter(): Promise<Answered<PickChoice>> {
    while (!this.#isWhole) await this.refresh();
    return this.#marked === undefined ? undefined : { answer: this.#marked };
  }

  async #add(): Promise<void> {
    const choices = await this.load();
    this.#isWhole = choices.length === 0;
    const known = this.#choices.length;
    for (const choice of choices) {
      const { profile, account = "", role = "", left } = choice;
      this.#choices.push(choice);
      this.#table.add([profile, account, left, role]);
      this.#filter.add(choice);
    }
    const marked = this.#found[this.#at];
    this.#found = this.#filter.find(this.#typed.join(""), this.#found, known);
    if (this.#at > 0) this.#at = Math.max(0, this.#found.indexOf(marked!));
  }

  get #marked(): PickChoice | undefined {
    const at = this.#found[this.#at];
    return at === undefined ? undefined : this.#choices[at];
  }

  #goTo(at: number): undefined {
    this.#at = Math.max(0, Math.min(at, this.#found.length - 1));
  }

  #type(typed: string[]): undefined {
    this.#typed = typed;
    this.#found = this.#filter.find(typed.join(""));
    this.#at = 0;
  }

  /** Returns all that the columns may not have room for. */
  #details(columns: number): Line[] {
    const { profile, account, role } = this.#marked ?? {};
    const where = [account, role].filter((each) => each !== undefined).join(" ");
    return [profile ?? "", where].map((text) => [paint("dim", endToShow(text, columns))]);
  }

  #help(columns: number): Line {
    const count = `${this.#found.length} of ${this.#choices.length}`;
    const words = `${count}  Enter chooses, Esc cancels`;
    return [paint("dim", words.length <= columns ? words : count)];
  }
}
