/**
 * The real terminal. Loaded when there is something to ask.
 *
 * Node's terminal streams are not used: in Deno 2.4 a second question gets no answer by them, and in
 * every version they read ahead, which takes keys from the program that runs next.
 *
 * @module
 */

import type { Prompter } from "../context.ts";
import { prompterAt, type TerminalLine } from "./prompts.ts";

const isWindows = Deno.build.os === "windows";
const devices = isWindows ? { keys: "CONIN$", screen: "CONOUT$" } : {
  keys: "/dev/tty",
  screen: "/dev/tty",
};

/**
 * The person at the terminal: on the standard streams where both are one, else on the terminal's own
 * device; `undefined` when there is none.
 *
 * Needs all permissions where the standard streams are pipes.
 */
export function terminalPrompter(): Prompter | undefined {
  if (Deno.stdin.isTerminal() && Deno.stderr.isTerminal()) {
    return prompterAt(() => line(Deno.stdin, Deno.stderr, () => {}));
  }
  try {
    openDevice().close();
  } catch {
    return undefined;
  }
  return prompterAt(openDevice);
}

function openDevice(): TerminalLine {
  // Two, since one that is being read cannot be written to.
  const keys = Deno.openSync(devices.keys, { read: true, write: true });
  const screen = Deno.openSync(devices.screen, { read: true, write: true });
  return line(keys, screen, () => {
    keys.close();
    screen.close();
  });
}

function line(
  keys: typeof Deno.stdin | Deno.FsFile,
  screen: typeof Deno.stderr | Deno.FsFile,
  close: () => void,
): TerminalLine {
  return {
    read: async () => {
      // One alone: what is pasted behind the answer stays where the next reader finds it.
      const key = new Uint8Array(1);
      return await keys.read(key) === null ? undefined : key;
    },
    write: (bytes) => {
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(screen.writeSync(rest));
    },
    setRaw: (isRaw) => keys.setRaw(isRaw),
    columns: () => {
      try {
        return Deno.consoleSize().columns;
      } catch {
        // None of the standard streams is a terminal.
        return undefined;
      }
    },
    close,
  };
}
