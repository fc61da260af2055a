/**
 * A home with a federation endpoint and a browser that reads its page.
 *
 * @module
 */

import { type Home, type HomeOptions, openHome } from "./homes.ts";
import { LoopbackFederation } from "./loopback_federation.ts";

/** What the browser was given. */
export interface Opened {
  readonly argv: readonly string[];
  /** The page's path, text and permission bits. */
  readonly path: string;
  readonly text: string;
  readonly mode: number | undefined;
  /** The URL that the page leads to. */
  readonly url: string;
}

/** What to open. */
export interface ConsoleHomeOptions extends HomeOptions {
  /** Programs in PATH; default `xdg-open`. */
  readonly programs?: readonly string[];
  /** Whether there is no display. */
  readonly isHeadless?: boolean;
  /** How programs end while their page is there; without it, they go on. */
  readonly ends?: Readonly<Record<string, number>>;
  /** Where the system tells who reads: how many times is slept before the browser does. */
  readonly readAfterSleeps?: number;
}

/** A home to open consoles in. */
export class ConsoleHome implements AsyncDisposable {
  readonly opened: Opened[] = [];

  private constructor(readonly home: Home, readonly federation: LoopbackFederation) {}

  static async open(options: ConsoleHomeOptions = {}): Promise<ConsoleHome> {
    const { programs = ["xdg-open"], isHeadless, ends = {}, env, readAfterSleeps, ...rest } =
      options;
    let ownReads = 0;
    const accessed = () => {
      if (readAfterSleeps === undefined) return undefined;
      const isRead = home.test.clock.sleeps.length >= readAfterSleeps;
      return new Date(1000 * (ownReads + (isRead ? 1 : 0)));
    };
    const home = await openHome({
      // A desktop of Linux, wherever the tests run.
      os: "unix",
      startDetached: async (argv) => {
        const page = await readPage(argv);
        const { mode } = (await home.test.files.status(page.path))!;
        consoleHome.opened.push({ ...page, mode });
        const name = argv[0].split("/").at(-1)!;
        const status = ends[name];
        return { ended: status === undefined ? new Promise(() => {}) : Promise.resolve(status) };
      },
      runCommand: ({ argv }) => Promise.reject(new Deno.errors.NotFound(argv[0])),
      files: (files) => ({
        ...files,
        read: async (path) => {
          if (path.endsWith(".html")) ownReads++;
          return await files.read(path);
        },
        status: async (path) => {
          const found = await files.status(path);
          return found && { ...found, accessed: accessed() };
        },
      }),
      ...rest,
      env: { ...(!isHeadless && { DISPLAY: ":1" }), ...env },
    });
    for (const name of programs) await home.test.write(`bin/${name}`, "#!/bin/sh\n", 0o755);
    home.test.env["PATH"] ??= home.test.path("bin");
    const federation = await LoopbackFederation.start(home.sts, () => home.test.clock.now());
    for (const [name, value] of Object.entries(federation.env())) home.test.env[name] ??= value;
    const consoleHome: ConsoleHome = new ConsoleHome(home, federation);
    return consoleHome;
  }

  /** Returns the names of all pages that are left. */
  async pagesLeft(): Promise<string[]> {
    const lists = [".local/state/stsmfa/console", "."].map((folder) =>
      this.home.test.list(folder).catch(() => [])
    );
    return (await Promise.all(lists)).flat().filter((name) => name.endsWith(".html"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.federation[Symbol.asyncDispose]();
    await this.home[Symbol.asyncDispose]();
  }
}

async function readPage(argv: readonly string[]): Promise<Omit<Opened, "mode">> {
  const last = argv.findLast((word) => word.includes(".html"))!;
  const path = decodeURIComponent(last.replace(/^.*?file:\/\/(?:\/(?=[A-Za-z]:))?/, ""));
  const text = await Deno.readTextFile(path);
  const url = JSON.parse(/location\.replace\((".*?")\)/.exec(text)![1]!);
  return { argv, path, text, url };
}
