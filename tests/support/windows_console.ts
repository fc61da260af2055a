/**
 * Programs on a console of their own, where Ctrl-C and Ctrl-Break are pressed; on Windows, where no
 * process sends another one a signal.
 *
 * It is a process of its own that has the console, since what is pressed reaches all who share one.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** What can be pressed, by its number: CTRL_C_EVENT, CTRL_BREAK_EVENT. */
const keys = { "Ctrl-C": 0, "Ctrl-Break": 1 } as const;

/** What can be pressed. */
export type ConsoleKey = keyof typeof keys;

/** A running program. */
export interface OnConsole {
  readonly ended: Promise<{ readonly code: number; stdout: string; stderr: string }>;
  press(key: ConsoleKey): Promise<void>;
}

/** Starts a program on a new console, with pipes as its standard streams. */
export function startOnConsole(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string> },
): OnConsole {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-config", fileURLToPath(import.meta.url), ...argv],
    clearEnv: true,
    ...options,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const output = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const ended = Promise.all([child.status, ...output])
    .then(async ([{ code }, stdout, stderr]) => {
      await writer.close().catch(() => {});
      return { code, stdout: stdout!, stderr: stderr! };
    });
  return { ended, press: (key) => writer.write(Uint8Array.of(keys[key])) };
}

if (import.meta.main) {
  const { symbols: kernel } = Deno.dlopen("kernel32.dll", {
    FreeConsole: { parameters: [], result: "i32" },
    AllocConsole: { parameters: [], result: "i32" },
    GenerateConsoleCtrlEvent: { parameters: ["u32", "u32"], result: "i32" },
  });
  kernel.FreeConsole();
  if (kernel.AllocConsole() === 0) throw new Error("there is no console");
  // They reach us, too.
  for (const each of ["SIGINT", "SIGBREAK"] as const) {
    Deno.addSignalListener(each, () => {});
  }
  const [program, ...args] = Deno.args;
  const child = new Deno.Command(program!, {
    args,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const press = async () => {
    for await (const pressed of Deno.stdin.readable) {
      for (const key of pressed) {
        kernel.GenerateConsoleCtrlEvent(key, 0);
      }
    }
  };
  press();
  Deno.exit((await child.status).code);
}
