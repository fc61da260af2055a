/**
 * The person who is asked. SDKs, kubectl and docker capture what we print, so that only the terminal
 * itself is left to say for whom a question is, why it comes again, and what is waited for.
 *
 * @module
 */

import type { Context, Prompter, Seat } from "../context.ts";
import type { CodePrompter, PromptPlace } from "./prompt_place.ts";
import { listed } from "../hint_words.ts";
import { importLazily } from "../import_lazily.ts";
import type { Talk } from "../talk.ts";

/** How the person is asked. */
export interface PersonOptions {
  /** Whether anybody may be asked. */
  readonly interactive: boolean;
  readonly talk: Talk;
  /** The command that asks, such as `stsmfa exec`. */
  readonly command?: string;
  /** Whether other programs start that command. */
  readonly isPlugin?: boolean;
  /** Where codes are asked for; without it, at the terminal, or if there is none, in a window. */
  readonly prompt?: PromptPlace | undefined;
}

/** Shells: what they start was typed by somebody, or is a line of a script. */
const shells = /^-?(?:a|ba|c|da|fi|k|mk|tc|z)?sh$|^nu$|^pwsh$|^busybox$/;

/** The names of more profiles than these are counted. */
const mostNames = 4;

/** The person at the terminal, or else at the display, if there is one who may be asked. */
export class Person {
  readonly talk: Talk;
  #prompter: Promise<Prompter | undefined> | undefined;
  #window: Promise<CodePrompter | string> | undefined;
  #seat: Promise<Seat> | undefined;
  #introduced = new Set<string>();

  constructor(private readonly context: Context, private readonly options: PersonOptions) {
    this.talk = options.talk;
  }

  /** Opens the terminal at the first call only, since the prompter is slow to load. */
  prompter(): Promise<Prompter | undefined> {
    const { interactive, prompt = "terminal" } = this.options;
    return this.#prompter ??= interactive && prompt === "terminal"
      ? this.context.terminal.prompter()
      : Promise.resolve(undefined);
  }

  /** Returns what asks for codes: the terminal, or else a window. */
  async codePrompter(): Promise<CodePrompter | undefined> {
    const found = await this.prompter() ?? await this.#windowPrompter();
    return typeof found === "string" ? undefined : found;
  }

  /** Returns why no window asks, where one should. */
  async windowProblem(): Promise<string | undefined> {
    const found = await this.prompter() ?? await this.#windowPrompter();
    const isWanted = ![undefined, "terminal", "none"].includes(this.options.prompt);
    return isWanted && typeof found === "string" && found !== "" ? found : undefined;
  }

  #windowPrompter(): Promise<CodePrompter | string> {
    const { interactive, prompt } = this.options;
    if (!interactive || prompt === "terminal" || prompt === "none") return Promise.resolve("");
    return this.#window ??= importLazily<typeof import("./window_prompter.ts")>(
      "./window_prompter.ts",
      import.meta.url,
    ).then(({ windowPrompter }) => windowPrompter(this.context, prompt));
  }

  /** Returns what a window says above its question: for which profiles it is, and who asks. */
  async windowIntroduction(profiles: readonly string[]): Promise<string> {
    const need = profiles.length === 1 ? "needs" : "need";
    const asker = await this.#forWhom() || ", for stsmfa";
    return `${namesOf(profiles)} ${need} a session${asker}`;
  }

  /** Returns where the person is, and who started us, as far as the system tells. */
  seat(): Promise<Seat> {
    return this.#seat ??= this.context.terminal.seat?.() ?? Promise.resolve({});
  }

  /** Reports whether stderr is captured while the person is at a terminal. */
  async isCaptured(): Promise<boolean> {
    // Loads nothing where it would not be used.
    if (this.context.terminal.stderr.isTerminal) return false;
    return (await this.prompter())?.screen !== undefined;
  }

  /**
   * Has everything said from here on at the terminal of the person, if stderr is captured; returns
   * whether that is so.
   */
  async meet(): Promise<boolean> {
    if (!await this.isCaptured()) return false;
    this.talk.moveTo((await this.prompter())?.screen);
    return true;
  }

  /**
   * Says for which profiles the next question is: once, and only where one cannot know it.
   *
   * @param isOneOfSeveral whether other profiles need another code
   */
  async introduce(profiles: readonly string[], isOneOfSeveral: boolean): Promise<void> {
    const isCaptured = await this.meet();
    if (!isCaptured && !isOneOfSeveral || await this.prompter() === undefined) return;
    const names = namesOf(profiles);
    if (this.#introduced.has(names)) return;
    this.#introduced.add(names);
    const need = profiles.length === 1 ? "needs" : "need";
    const words = `${names} ${need} a session`;
    if (isCaptured) this.talk.tell(`${words}${await this.#forWhom()}`);
    else this.talk.note(words);
  }

  async #forWhom(): Promise<string> {
    const { command, isPlugin = false } = this.options;
    const { caller } = await this.seat();
    if (caller !== undefined && !shells.test(caller)) return `, for ${caller}`;
    if (isPlugin && caller === undefined) return ", for a program";
    return command === undefined ? "" : `, for ${command}`;
  }
}

/** Returns the names of profiles, the first ones of many. */
export function namesOf(profiles: readonly string[]): string {
  return listed(profiles, mostNames);
}
