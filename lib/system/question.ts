/**
 * One question as it stands on the screen, and what is typed as its answer.
 *
 * @module
 */

import { columnsOf } from "../columns.ts";
import { linesForPeople, type ScreenText } from "../screen.ts";
import { listInPlace, nextLine, questionInPlace } from "./drawing.ts";
import type { Key } from "./keys.ts";

/** A question that keys are given to. */
export interface Question<T> {
  /**
   * What the screen is to get.
   *
   * @param isAfresh whether nothing of it stands there: at first, or where others have written
   */
  draw(columns: number, isAfresh: boolean): readonly ScreenText[];
  /** Takes a key; gives the answer in a box once there is one. */
  take(key: Key): { readonly answer: T } | undefined;
}

/** More characters are no answer to anything, and drawing them would take for ever. */
const mostCharacters = 1024;

/** The question may not leave less room than this beside it for the answer. */
const leastRoom = 12;

/** A question that is answered by a line. */
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
    // Nobody can mend what is not to be seen.
    if (this.options.isHidden || this.#isTooLong) this.#clear();
    return undefined;
  }

  #clear(): void {
    this.#characters = [];
    this.#isTooLong = false;
  }

  draw(columns: number, isAfresh: boolean): ScreenText[] {
    const { question, options: { isHidden } } = this;
    const complaint = this.#complaint;
    this.#complaint = undefined;
    const shown = isHidden ? "*".repeat(this.#characters.length) : this.#characters.join("");
    // Where the line would not hold both, the question stands above the answer.
    const isBeside = columnsOf(question) + leastRoom <= columns;
    return [
      ...(complaint === undefined ? [] : [nextLine, linesForPeople([complaint], false)]),
      ...(!isBeside && (isAfresh || complaint !== undefined)
        ? [linesForPeople([question], false)]
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

/** Rows of a list that are shown at once. */
const mostRows = 7;

/** A question that is answered by one of several. */
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
      ...(isAfresh ? [linesForPeople([this.question], false)] : []),
      listInPlace(rows, this.#at - first, above, columns),
    ];
  }
}
