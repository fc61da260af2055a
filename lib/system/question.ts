/**
 * A question on the screen, and what is typed as its answer.
 *
 * @module
 */

import { columnsOf } from "../columns.ts";
import { type Key, linesThatFit, type ScreenText } from "../screen.ts";
import { listInPlace, nextLine, questionBefore, questionInPlace } from "./drawing.ts";

/** A question that takes keys. */
export interface Question<T> {
  /**
   * Returns what to write to the screen.
   *
   * @param isAfresh whether nothing of it is there: at first, or after others have written
   */
  draw(columns: number, isAfresh: boolean): readonly ScreenText[];
  /** Handles a key; returns the answer in an object once there is one. */
  take(key: Key): { readonly answer: T } | undefined;
}

/** No answer has more characters, and drawing them would take forever. */
const mostCharacters = 1024;

/** The least room for the answer next to the question. */
const leastRoom = 12;

/** A question answered with a line of text. */
export class LineQuestion implements Question<string> {
  #characters: string[] = [];
  #isTooLong = false;
  #complaint: string | undefined;
  #isDone = false;
  #drawn: { readonly of: string; readonly line: ScreenText } | undefined;

  constructor(
    private readonly question: string,
    private readonly options: {
      readonly isHidden: boolean;
      /** Whether the terminal is for lines alone: the question is written once, and nothing typed. */
      readonly isForLines?: boolean;
      readonly check: (answer: string) => string | undefined;
    },
  ) {}

  take(key: Key): { answer: string } | undefined {
    const characters = this.#characters;
    switch (key.kind) {
      case "text":
        if (characters.length < mostCharacters) characters.push(key.text);
        else this.#isTooLong = true;
        return undefined;
      case "erase":
        characters.pop();
        return undefined;
      case "eraseWord":
        this.#characters = [...characters.join("").replace(/\S*\s*$/, "")];
        return undefined;
      case "eraseLine":
        this.#clear();
        return undefined;
      case "enter":
        return this.#enter();
      default:
        return undefined;
    }
  }

  #enter(): { answer: string } | undefined {
    const answer = this.#characters.join("");
    const complaint = this.#isTooLong ? "that is too long" : this.options.check(answer);
    if (complaint === undefined) {
      this.#isDone = true;
      return { answer };
    }
    this.#complaint = complaint;
    // Nobody can correct what is not visible.
    if (this.options.isHidden || this.#isTooLong) this.#clear();
    return undefined;
  }

  #clear(): void {
    this.#characters = [];
    this.#isTooLong = false;
  }

  draw(columns: number, isAfresh: boolean): ScreenText[] {
    const { question, options: { isHidden, isForLines = false } } = this;
    const complaint = this.#complaint;
    this.#complaint = undefined;
    if (isForLines) {
      if (this.#isDone) return [nextLine];
      return [
        ...(complaint === undefined ? [] : [nextLine, linesThatFit([complaint], { columns })]),
        ...(isAfresh || complaint !== undefined ? [questionBefore(question)] : []),
      ];
    }
    const shown = isHidden ? "*".repeat(this.#characters.length) : this.#characters.join("");
    // If the line cannot hold both, the question goes above the answer.
    const isBeside = columnsOf(question) + leastRoom <= columns;
    return [
      ...(complaint === undefined ? [] : [nextLine, linesThatFit([complaint], { columns })]),
      ...(!isBeside && (isAfresh || complaint !== undefined)
        ? [linesThatFit([question], { columns })]
        : []),
      this.#lineOf(isBeside ? question : ">", shown, columns),
      ...(this.#isDone ? [nextLine] : []),
    ];
  }

  /** Most of a long paste changes nothing to be seen, and what is drawn takes long to work out. */
  #lineOf(question: string, shown: string, columns: number): ScreenText {
    const of = [question, shown, columns].join();
    if (this.#drawn?.of !== of) {
      this.#drawn = { of, line: questionInPlace(question, shown, columns) };
    }
    return this.#drawn.line;
  }
}

/** Rows of a list shown at once. */
const mostRows = 7;

/** A question answered with one of several choices. */
export class ListQuestion implements Question<string> {
  #at = 0;
  #isDone = false;
  #rowsAbove = 0;

  constructor(private readonly question: string, private readonly choices: readonly string[]) {}

  take(key: Key): { answer: string } | undefined {
    const { length } = this.choices;
    switch (key.kind) {
      case "up":
        this.#at = (this.#at + length - 1) % length;
        return undefined;
      case "down":
        this.#at = (this.#at + 1) % length;
        return undefined;
      case "enter":
        this.#isDone = true;
        return { answer: this.choices[this.#at]! };
      default:
        return undefined;
    }
  }

  draw(columns: number, isAfresh: boolean): ScreenText[] {
    const first = Math.max(0, Math.min(this.#at - 3, this.choices.length - mostRows));
    const rows = this.choices.slice(first, first + mostRows);
    const above = isAfresh ? 0 : this.#rowsAbove;
    this.#rowsAbove = rows.length;
    if (this.#isDone) return [listInPlace([this.choices[this.#at]!], 0, above, columns)];
    return [
      ...(isAfresh ? [linesThatFit([this.question], { columns })] : []),
      listInPlace(rows, this.#at - first, above, columns),
    ];
  }
}
