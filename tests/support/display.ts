/**
 * A display of its own for windows, and somebody who types into them.
 *
 * @module
 */

import { needsPrograms } from "./real_stores.ts";
import { until } from "./spawned_cli.ts";

/** What it needs; programs that open windows are for each test to name. */
export const needsDisplay = needsPrograms("Xvfb", "xdotool");

/** A display. */
export interface Display extends AsyncDisposable {
  /** What a program must have in its environment to use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Returns the titles of the windows that are shown. */
  titles(): Promise<string[]>;
  /** Waits until there are windows, or until there are none. */
  until(isOpen: boolean): Promise<void>;
  /** Waits for a window with such a title, and presses keys in it: text, or `key:Escape`. */
  press(title: string, ...keys: readonly string[]): Promise<void>;
}

/** Starts a display that nobody sees. */
export async function startDisplay(): Promise<Display> {
  const home = await Deno.makeTempDir({ prefix: "stsmfa-display-" });
  const script =
    'exec Xvfb -displayfd 3 -screen 0 1024x768x24 -nolisten tcp -noreset 3>"$1" >/dev/null 2>&1';
  const server = new Deno.Command("sh", { args: ["-c", script, "sh", `${home}/number`] }).spawn();
  const number = () => Deno.readTextFile(`${home}/number`).catch(() => "");
  await until(async () => (await number()).endsWith("\n"), "the display starts", 20);
  const env = {
    DISPLAY: `:${(await number()).trim()}`,
    XDG_RUNTIME_DIR: home,
    // Else they look for a bus, and wait for it.
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere",
    NO_AT_BRIDGE: "1",
  };
  const xdotool = async (...args: string[]) => {
    const command = new Deno.Command("xdotool", { args, env, stdin: "null", stderr: "null" });
    return new TextDecoder().decode((await command.output()).stdout).trim();
  };
  const windows = async (title: string) =>
    (await xdotool("search", "--onlyvisible", "--name", title)).split("\n").filter(Boolean);
  const titles = async () => {
    const found = await windows(".+");
    return await Promise.all(found.map((each) => xdotool("getwindowname", each)));
  };
  // Each look is a process.
  const seen = (isSo: () => Promise<boolean>, what: string, seconds: number) =>
    until(
      async () => {
        if (await isSo()) return true;
        await new Promise((resolve) => setTimeout(resolve, 150));
        return false;
      },
      what,
      seconds,
    );
  return {
    env,
    titles,
    until: (isOpen) =>
      seen(
        async () => (await windows(".+")).length > 0 === isOpen,
        isOpen ? "a window" : "no window",
        60,
      ),
    press: async (title, ...keys) => {
      await seen(async () => (await windows(title)).length > 0, `a window ${title}`, 60);
      const [window] = await windows(title);
      // The server gives the number of a closed window to the next one.
      const owner = await xdotool("getwindowpid", window!);
      // It is there before it takes keys.
      await new Promise((resolve) => setTimeout(resolve, 400));
      await xdotool("windowfocus", "--sync", window!);
      for (const key of keys) {
        if (key.startsWith("key:")) await xdotool("key", key.slice("key:".length));
        else await xdotool("type", key);
      }
      const isClosed = async () => (await xdotool("getwindowpid", window!)) !== owner;
      await seen(isClosed, `the window ${title} of process ${owner} closes`, 20);
    },
    [Symbol.asyncDispose]: async () => {
      server.kill();
      await server.status;
      await Deno.remove(home, { recursive: true });
    },
  };
}
