/**
 * A home whose windows are answered by a test, without a display.
 *
 * @module
 */

import type { Command, CommandResult } from "../../lib/context.ts";
import { type Home, type HomeOptions, longTerm, openHome } from "./homes.ts";
import { ALICE_DEVICE } from "./sts_people.ts";

/** How a window ends; a text is what was typed. */
export type WindowTurn =
  | string
  | Partial<CommandResult & { readonly stderr: string }>
  | ((command: Command, home: Home) => Promise<string>);

/** A home with a display and nobody at a terminal; `windows` are those that were opened. */
export async function openWindowHome(
  turns: readonly WindowTurn[],
  options: HomeOptions = {},
  programs: readonly string[] = ["zenity"],
): Promise<{ home: Home; windows: Command[] } & AsyncDisposable> {
  const windows: Command[] = [];
  const left = [...turns];
  const home: Home = await openHome({
    // Unless another system is named, a desktop of Linux.
    ...(options.runtime === undefined && { os: "unix" }),
    nobody: true,
    credentials: `${longTerm("prod-long-term")}mfa_serial = ${ALICE_DEVICE}\n`,
    runCommand: async (command) => {
      if (command.argv[1] === "--version") return { exitStatus: 0, stdout: "1\n" };
      windows.push(command);
      const turn = left.shift();
      if (turn === undefined) throw new Error("no more windows were expected");
      const end = typeof turn === "function" ? await turn(command, home) : turn;
      if (typeof end === "string") return { exitStatus: 0, stdout: `${end}\n` };
      if (end.stderr !== undefined) command.onStderr?.(end.stderr);
      return { exitStatus: 0, stdout: "", ...end };
    },
    ...options,
    env: { DISPLAY: ":0", ...options.env },
  });
  // Somebody looks at this screen.
  if (options.env?.["CI"] === undefined) delete home.test.env["CI"];
  for (const program of programs) await home.test.write(`bin/${program}`, "", 0o755);
  home.test.env["PATH"] ??= home.test.path("bin");
  return { home, windows, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}
