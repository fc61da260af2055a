/**
 * Finds a browser and has it open a page.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { programProblem } from "../files/find_program.ts";
import { commandWords } from "../sources/command_words.ts";
import { desktopBrowser, isConfinedProgram } from "./desktop.ts";
import type { Page } from "./page.ts";

/** How long a page is there for the browser to read. */
export const pageMilliseconds = 5000;

/** How long it is there while nobody has read it, where the system tells: browsers start slowly. */
const mostMilliseconds = 30_000;

/** How often that is looked at, and how long the page stays once it was read. */
const lookMilliseconds = 500;

type CommandLine = readonly [string, ...string[]];

/** A browser, or what opens one. */
export interface Browser {
  /** Returns the programs to try, in order. */
  readonly commands: (page: Page) => Promise<CommandLine[]>;
  /** Whether it sees no hidden folders. */
  readonly isConfined: boolean;
}

/**
 * Returns the browser to use, or why there is none.
 *
 * @param named the command in `--browser`
 * @throws StsmfaError `Usage`, `CommandNotFound`, `CommandNotRunnable` for a named one
 */
export async function findBrowser(
  context: Context,
  named: string | undefined,
): Promise<Browser | string> {
  if (named !== undefined) return await namedBrowser(context, named);
  const { env, os, runtime } = context;
  if (env.has("SSH_CONNECTION") || env.has("SSH_TTY")) return "this is an SSH session";
  if (os === "windows") {
    const commands = ({ path }: Page) => Promise.resolve([onWindows(path.replaceAll("/", "\\"))]);
    return { commands, isConfined: false };
  }
  if (runtime.includes("-apple-")) {
    return { commands: ({ path }) => Promise.resolve([["open", path]]), isConfined: false };
  }
  const isInWindows = env.has("WSL_DISTRO_NAME") || env.has("WSL_INTEROP");
  const hasDisplay = env.get("DISPLAY") !== undefined || env.get("WAYLAND_DISPLAY") !== undefined;
  if (!isInWindows && !hasDisplay) return "there is no display";
  const openers = [
    ...(isInWindows ? ["wslview", "rundll32.exe"] : []),
    ...(hasDisplay ? ["xdg-open", "x-www-browser", "www-browser"] : []),
  ];
  const isThere = async (program: string) => await programProblem(context, program) === undefined;
  const found: string[] = [];
  for (const each of openers) if (await isThere(each)) found.push(each);
  if (found.length === 0) return `there is no browser launcher (${openers.join(", ")})`;
  const { file, isConfined } = isInWindows
    ? { file: undefined, isConfined: false }
    : await desktopBrowser(context);
  const launches = file !== undefined && await isThere("gio");
  return {
    commands: async ({ path, url }) => {
      const lines = await Promise.all(found.map((each) => lineOf(context, each, path)));
      // What opens files may be an editor, and reads the page itself to find out what it is.
      return [
        ...(launches ? [["gio", "launch", file, url] as const] : []),
        ...lines.filter((each) => each !== undefined),
      ];
    },
    isConfined,
  };
}

function onWindows(path: string): CommandLine {
  return ["rundll32.exe", "url.dll,FileProtocolHandler", path];
}

/** Returns the command line of an opener; one of Windows gets the path as Windows has it. */
async function lineOf(
  context: Context,
  program: string,
  path: string,
): Promise<CommandLine | undefined> {
  if (program !== "rundll32.exe") return [program, path];
  try {
    const { exitStatus, stdout } = await context.runCommand({
      argv: ["wslpath", "-w", path],
      signal: context.signal,
      onStderr: () => {},
    });
    return exitStatus === 0 ? onWindows(stdout.trim()) : undefined;
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

async function namedBrowser(context: Context, named: string): Promise<Browser> {
  const words = wordsOf(named, context.os);
  const [program] = words;
  const problem = await programProblem(context, program);
  if (problem !== undefined) {
    throw new StsmfaError(problem.code, `--browser: ${problem.message}`, {
      hint: problem.hint,
      places: [{ kind: "flag", flag: "--browser" }],
    });
  }
  return {
    commands: ({ url }) => {
      const hasPlace = words.some((word) => word.includes("%s"));
      const filled = words.map((word) => word.replaceAll("%s", () => url)) as [string, ...string[]];
      return Promise.resolve([hasPlace ? filled : [...words, url]]);
    },
    isConfined: await isConfinedProgram(context, words[0]),
  };
}

function wordsOf(named: string, os: Context["os"]): CommandLine {
  const places = [{ kind: "flag", flag: "--browser" }] as const;
  try {
    const [program, ...more] = commandWords(named, os);
    if (program) return [program, ...more];
  } catch (error) {
    throw new StsmfaError("Usage", `--browser: ${(error as Error).message}`, { places });
  }
  throw new StsmfaError("Usage", "--browser names no program", {
    hint: "name the browser and its flags: --browser 'firefox -P work'",
    places,
  });
}

/**
 * Has a browser open a page, and returns when it has read it, or has had the time for that.
 *
 * @param onWait called when the browser takes long
 * @returns why the page is not open, or `undefined` if it should be
 */
export async function openPage(
  context: Context,
  browser: Browser,
  page: Page,
  onWait: () => void,
): Promise<string | undefined> {
  const { clock, signal } = context;
  for (const argv of await browser.commands(page)) {
    let ended: Promise<number>;
    try {
      ({ ended } = await context.startDetached(argv));
    } catch {
      continue;
    }
    const time = clock.sleep(pageMilliseconds, signal);
    const status = await Promise.race([ended, time]);
    if (status !== undefined && status !== 0) {
      time.catch(() => {});
      continue;
    }
    await time;
    return await untilRead(context, page, onWait)
      ? undefined
      : "the browser has not opened the page";
  }
  return "no browser could be started";
}

/** Waits until a page was read; reports whether it may have been. */
async function untilRead(
  { clock, signal }: Context,
  page: Page,
  onWait: () => void,
): Promise<boolean> {
  for (let waited = pageMilliseconds; await page.isRead() === false; waited += lookMilliseconds) {
    if (waited >= mostMilliseconds) return false;
    if (waited === pageMilliseconds) onWait();
    await clock.sleep(lookMilliseconds, signal);
    // It is read in parts.
    if (await page.isRead()) await clock.sleep(lookMilliseconds, signal);
  }
  return true;
}
