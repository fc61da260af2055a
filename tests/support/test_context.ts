/**
 * A context for tests: real files in a throw-away home, and everything else off unless asked for.
 *
 * @module
 */

import { main } from "../../cli.ts";
import type {
  Clock,
  Context,
  FetchOptions,
  Files,
  Output,
  Prompter,
  Seat,
} from "../../lib/context.ts";
import { StsmfaError } from "../../lib/errors.ts";
import { native } from "../../lib/path.ts";
import { ownEnvironment } from "../../lib/profile/marks.ts";
import { linesForPeople, type ScreenView } from "../../lib/screen.ts";
import { systemContext } from "../../lib/system/context.ts";
import { wholePaths } from "./whole_paths.ts";
import { memoryFolder } from "./memory_folder.ts";
import { makePosixFolder, playedUser, posixFiles } from "./posix_files.ts";

const real = systemContext([]);

/** A clock that stands still; sleeping moves it on at once. */
export class TestClock implements Clock {
  #now: Date;
  /** Milliseconds of every sleep so far; a sleep of 0 only yields and is not listed. */
  readonly sleeps: number[] = [];

  constructor(now: Date) {
    this.#now = now;
  }

  now(): Date {
    return new Date(this.#now);
  }

  /** The person's clock shows UTC, unless a test says otherwise. */
  zone = 0;

  minutesAhead(): number {
    return this.zone;
  }

  /** Advances the clock. */
  advance(seconds: number): void {
    this.#now = new Date(this.#now.getTime() + seconds * 1000);
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (milliseconds > 0) this.sleeps.push(milliseconds);
    this.advance(milliseconds / 1000);
    // Others get their turn, as in a real sleep.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  pause(milliseconds: number): void {
    this.advance(milliseconds / 1000);
  }

  /** Deadlines that were started and not cancelled; a test may let one expire. */
  readonly deadlines: { milliseconds: number; pass: () => void }[] = [];

  deadline(milliseconds: number): { signal: AbortSignal; cancel: () => void } {
    const controller = new AbortController();
    const entry = {
      milliseconds,
      pass: () => controller.abort(new DOMException("Deadline passed", "TimeoutError")),
    };
    this.deadlines.push(entry);
    return {
      signal: controller.signal,
      cancel: () => void this.deadlines.splice(this.deadlines.indexOf(entry), 1),
    };
  }
}

/** What a scripted person does when asked: types something, or does something else first. */
export type Answer = string | ((question: string) => string | Promise<string>);

/** Presses Ctrl-C instead of answering. */
export const ctrlC: Answer = () => {
  throw new StsmfaError("Cancelled", "cancelled");
};

/** What a test needs beyond the defaults. */
export interface TestContextOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: Date;
  /** What the person at the terminal answers, in order; without it nobody is there. */
  readonly answers?: readonly Answer[];
  readonly stdin?: string;
  readonly isTerminal?: boolean;
  /** How wide that is; unknown when absent. */
  readonly columns?: number;
  /** Whether standard input is a terminal; by default, if the others are. */
  readonly isTyped?: boolean;
  /** The terminal that the person is at while the standard streams are captured. */
  readonly captured?: Seat;
  /** Changes the file system, to make it fail. */
  readonly files?: (files: Files) => Files;
  /** Network is off unless this is true or a replacement. */
  readonly network?: boolean | Context["fetch"];
  readonly runCommand?: Context["runCommand"];
  readonly runAttached?: Context["runAttached"];
  readonly startDetached?: Context["startDetached"];
  readonly startNotifier?: Context["startNotifier"];
  /** Which processes there are; none when absent. */
  readonly isRunning?: Context["isRunning"];
  readonly processRealm?: Context["processRealm"];
  /** The user that the program runs as; who runs the tests when absent. */
  readonly userId?: number;
  /** The runtime and its target; that of Linux, or of Windows, when absent. */
  readonly runtime?: string;
  /** Windows' store of secrets. */
  readonly credentialManager?: Context["credentialManager"];
  /** The system that is played; that of the runtime when absent, else the one we are on. */
  readonly os?: Context["os"];
  /** The words that start the program again. */
  readonly ownCommand?: readonly [string, ...string[]];
  /** Hooks are off unless this is true or a replacement. */
  readonly hooks?: boolean | Context["runHook"];
}

/** A context with its home and its output. */
export class TestContext implements AsyncDisposable {
  readonly questions: string[] = [];
  /** What views showed when a key was awaited, line by line. */
  readonly frames: string[][] = [];
  /** How much of them a terminal shows. */
  size = { columns: 80, rows: 24 };
  readonly clock: TestClock;
  /** The system whose rules count. */
  readonly os: Context["os"];
  readonly files: Files;
  /** Environment variables; tests may change them. */
  readonly env: Record<string, string>;
  #stdout = "";
  #stderr = "";
  #screen = "";
  /** The terminal that the person is at while the standard streams are captured. */
  captured: Seat | undefined;
  /** Whether somebody is at the terminal. */
  isThere: boolean;
  #interrupt = new AbortController();
  readonly #answers: Answer[];

  private constructor(readonly home: string, private readonly options: TestContextOptions) {
    this.clock = new TestClock(options.now ?? new Date());
    this.os = osOf(options);
    this.files = filesOf(this.os);
    this.env = { ...usualVariables(this.os, home), ...options.env };
    this.#answers = [...options.answers ?? []];
    this.captured = options.captured;
    this.isThere = options.answers !== undefined;
  }

  static async create(options: TestContextOptions = {}): Promise<TestContext> {
    const isPlayed = osOf(options) !== "windows" && real.os === "windows";
    const dir = options.hooks === true ? undefined : memoryFolder();
    const make = isPlayed
      ? makePosixFolder
      : (prefix: string) => Deno.makeTempDir({ prefix, ...(dir !== undefined && { dir }) });
    return new TestContext(await make("stsmfa-test-"), options);
  }

  get stdout(): string {
    return this.#said(this.#stdout);
  }

  /** What was said, with whole paths: `~`, which people see, would be written by any home. */
  get stderr(): string {
    return this.#said(this.#whole(this.#stderr));
  }

  /** What was said, as people see it. */
  get said(): string {
    return this.#stderr;
  }

  /** What the terminal shows besides questions, while the standard streams are captured. */
  get screen(): string {
    return this.#said(this.#whole(this.#screen));
  }

  get json(): unknown {
    return JSON.parse(
      this.#stdout,
      (_, value) => typeof value === "string" ? this.#said(value) : value,
    );
  }

  /** All output so far. */
  get output(): string {
    return this.stdout + this.stderr;
  }

  /** Adds answers to later questions. */
  answer(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  /** Does what a first Ctrl-C outside a prompt does. */
  interrupt(): void {
    this.#interrupt.abort(new StsmfaError("Cancelled", "cancelled"));
  }

  /** Is a new start of the program after one that was interrupted. */
  startAnew(): void {
    this.#interrupt = new AbortController();
  }

  path(name: string): string {
    return `${this.home}/${name}`;
  }

  /**
   * Returns words in which paths of the home are written as on other systems, so that tests need no
   * other expectation for Windows.
   */
  plain(words: string): string {
    if (!this.home.includes("\\")) return words;
    for (const home of new Set([this.home, this.home.replaceAll("\\", "\\\\")])) {
      const separator = home === this.home ? "\\" : "\\\\";
      words = words.split(home).map((each, at) => {
        const rest = at === 0 ? "" : /^(?:\\[^:*?"<>|\n]*)?/.exec(each)![0];
        return rest.replaceAll(separator, "/") + each.slice(rest.length);
      }).join(home);
    }
    return words.replaceAll(/(?<=^|[\s(])~\\[^:*?"<>|\n]*/g, (path) => path.replaceAll("\\", "/"));
  }

  /** Returns the home directory with no link on the way. */
  realHome(): Promise<string> {
    return this.files.resolveLinks(this.home);
  }

  /** Writes a file below the home directory. */
  async write(name: string, content: string, mode = 0o600): Promise<void> {
    const path = this.path(name);
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(path, content);
    await this.chmod(name, mode);
  }

  /** Sets the mode of a file below the home directory; Windows knows whether it is read-only. */
  chmod(name: string, mode: number): Promise<void> {
    const path = this.path(name);
    return this.os === real.os ? Deno.chmod(path, mode) : this.files.changeMode(path, mode);
  }

  /** Returns the mode of a file below the home directory, such as `600`; without modes, `usual`. */
  async mode(name: string, usual?: string): Promise<string | undefined> {
    return (await this.files.status(this.path(name)))?.mode?.toString(8) ?? usual;
  }

  /** Reads a file below the home directory; paths of the home in it are as in {@link plain}. */
  async read(name: string): Promise<string> {
    return this.plain(await Deno.readTextFile(this.path(name)));
  }

  /** Returns the sorted names of all files in a directory below the home directory. */
  async list(directory = ".aws"): Promise<string[]> {
    const names: string[] = [];
    for await (const entry of Deno.readDir(this.path(directory))) names.push(entry.name);
    return names.sort();
  }

  /** @throws Error for a path of the home that is written half as on Windows and half not */
  #said(words: string): string {
    const mixed = this.home.includes("\\") ? words.split(`${this.home}/`)[1] : undefined;
    if (mixed !== undefined) throw new Error(`half of it is of Windows: HOME/${mixed}`);
    return this.plain(words);
  }

  #whole(words: string): string {
    return wholePaths(words, this.home);
  }

  /** Returns the context for library calls. */
  context(args: readonly string[] = []): Context {
    const { options } = this;
    const output = (write: (text: string) => void): Output => ({
      write,
      isTerminal: options.isTerminal ?? false,
      columns: options.columns,
    });
    return {
      args,
      env: ownEnvironment({
        os: this.os,
        get: (name) => this.env[name] || undefined,
        has: (name) => Object.hasOwn(this.env, name),
        startingWith: (prefix) =>
          Object.fromEntries(
            Object.entries(this.env)
              .filter(([name, value]) => name.startsWith(prefix) && value !== ""),
          ),
      }),
      clock: this.clock,
      files: options.files ? slashed(options.files(this.files)) : this.files,
      terminal: {
        isTyped: options.isTyped ?? options.isTerminal ?? false,
        stdout: output((text) => this.#stdout += text),
        stderr: output((text) => this.#stderr += text),
        readLine: () => Promise.resolve((options.stdin ?? "").split(/[\r\n]/)[0]!),
        readAll: () => Promise.resolve(options.stdin ?? ""),
        prompter: () => Promise.resolve(this.isThere ? this.#prompter() : undefined),
        seat: () => Promise.resolve(this.captured ?? {}),
      },
      fetch: (url: string, fetchOptions: FetchOptions) => {
        if (typeof options.network === "function") return options.network(url, fetchOptions);
        if (options.network === true) return real.fetch(url, fetchOptions);
        throw new Error(`the test has no network: ${url}`);
      },
      runCommand: options.runCommand ??
        (({ argv }) =>
          Promise.reject(
            argv[0] === "secret-tool"
              ? new Deno.errors.NotFound("the test has no key store")
              : new Error(`the test runs no commands: ${argv.join(" ")}`),
          )),
      runAttached: options.runAttached ??
        (({ argv }) => Promise.reject(new Error(`the test runs no programs: ${argv.join(" ")}`))),
      startDetached: options.startDetached ??
        (([program]) =>
          Promise.reject(new Deno.errors.NotFound(`the test starts no programs: ${program}`))),
      runHook: (job) => {
        if (typeof options.hooks === "function") return options.hooks(job);
        if (options.hooks === true) return real.runHook(job);
        throw new Error("the test runs no hooks");
      },
      listen: real.listen,
      startNotifier: options.startNotifier ??
        (() => Promise.reject(new Error("the test starts no notifier"))),
      isRunning: options.isRunning ?? (() => Promise.resolve(false)),
      processRealm: options.processRealm ?? (() => Promise.resolve("here")),
      process: 4711,
      signal: this.#interrupt.signal,
      userId: options.userId ?? (this.os === real.os ? real.userId : playedUser),
      os: this.os,
      ...(options.credentialManager && { credentialManager: options.credentialManager }),
      runtime: options.runtime ??
        `deno 2.4.0, x86_64-${this.os === "windows" ? "pc-windows-msvc" : "unknown-linux-gnu"}`,
      ownCommand: () => Promise.resolve(options.ownCommand ?? ["/opt/stsmfa/bin/stsmfa"]),
    };
  }

  /** Runs the program in this process and returns its exit status. Drops output of earlier runs. */
  async run(...args: string[]): Promise<number> {
    this.#stdout = "";
    this.#stderr = "";
    this.#screen = "";
    return await main(this.context(args));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.home, { recursive: true });
  }

  /** Types an answer at a view, and Enter behind it. */
  async #show<T>(
    view: ScreenView<T>,
    next: (question: string) => Promise<string>,
  ): Promise<T> {
    while (await view.refresh?.() === 0) { /* It is not whole yet. */ }
    const draw = () => linesForPeople(view.draw(this.size).lines, view.hasColour);
    const shown = draw();
    this.frames.push(shown.split("\n"));
    for (const text of await next(shown)) {
      const found = await view.take({ kind: "text", text });
      if (found !== undefined) return found.answer;
    }
    this.frames.push(draw().split("\n"));
    const found = await view.take({ kind: "enter" });
    if (found === undefined) throw new Error(`nothing was chosen:\n${draw()}`);
    return found.answer;
  }

  #prompter(): Prompter {
    const next = async (question: string, above: readonly string[] = []): Promise<string> => {
      this.questions.push(this.#said([...above, question].join("\n")));
      if (this.captured) this.#screen += `${[...above, question].join("\n")}\n`;
      const answer = this.#answers.shift();
      if (answer === undefined) throw new Error(`no answer for: ${question}`);
      return typeof answer === "string" ? answer : await answer(question);
    };
    const checked: Prompter["ask"] = async (question, check, _signal, above) => {
      for (;;) {
        const answer = await next(question, above);
        if (check(answer) === undefined) return answer;
      }
    };
    const screen: Output = {
      isTerminal: true,
      columns: 200,
      write: (text) => void (this.#screen += text),
    };
    return {
      ...(this.captured && { screen }),
      askHidden: checked,
      ask: checked,
      choose: (question) => next(question),
      ...(this.env["TERM"] !== "dumb" && { show: (view) => this.#show(view, next) }),
    };
  }
}

/** Returns the variables of another home, of the system that we are on. */
export function variablesOf(
  { home, os }: Pick<TestContext, "home" | "os">,
): Record<string, string> {
  return usualVariables(os, home);
}

/**
 * Returns the variables that say whose home it is. On Windows the folders of programs are where the
 * same tests look for them on other systems, and nobody looks at the screen: without `CI`, windows
 * may be opened there.
 */
function usualVariables(os: Context["os"], home: string): Record<string, string> {
  if (os !== "windows") return { HOME: home, USER: "alice" };
  return {
    USERPROFILE: home,
    LOCALAPPDATA: native(`${home}/.local/state`),
    APPDATA: native(`${home}/.config`),
    USERNAME: "alice",
    USER: "alice",
    CI: "true",
  };
}

function osOf({ os, runtime = "" }: TestContextOptions): Context["os"] {
  return os ?? (/linux|darwin/.test(runtime) ? "unix" : real.os);
}

/** Returns the files of the system that is played. */
function filesOf(os: Context["os"]): Files {
  return os !== "windows" && real.os === "windows" ? posixFiles(real.files) : real.files;
}

/** Returns files that are asked with the paths of other systems, by which tests know them. */
function slashed(files: Files): Files {
  if (real.os !== "windows") return files;
  const plain = (value: unknown) => typeof value === "string" ? value.replaceAll("\\", "/") : value;
  return Object.fromEntries(
    Object.entries(files).map(([name, act]) =>
      [name, (...args: unknown[]) => act.call(files, ...args.map(plain))] as const
    ),
  ) as unknown as Files;
}
