/**
 * The real processes. Loaded with the first command.
 *
 * @module
 */

import type { Command, CommandResult } from "./context.ts";

/** Needs the permission run. */
export async function runCommand(command: Command): Promise<CommandResult> {
  const [program, ...args] = command.argv;
  const child = new Deno.Command(program, {
    args,
    stdin: Deno.stdin.isTerminal() ? "inherit" : "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch { /* it is gone already */ }
  };
  command.signal.addEventListener("abort", kill, { once: true });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(command.signal.reason);
    if (command.signal.aborted) stop();
    command.signal.addEventListener("abort", stop, { once: true });
  });
  let stdout = "";
  const printed = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      stdout += part.value;
      if (stdout.length > 65536) return kill();
    }
  })();
  const ended = async (): Promise<CommandResult> => {
    const { code } = await child.status;
    // What the program left running may hold the pipe open.
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([printed, new Promise((resolve) => timer = setTimeout(resolve, 200))]);
    clearTimeout(timer);
    return { exitStatus: code, stdout };
  };
  try {
    return await Promise.race([ended(), aborted]);
  } finally {
    command.signal.removeEventListener("abort", kill);
    kill();
    // A grandchild may hold the pipe open for longer than we wait.
    await reader.cancel().catch(() => {});
  }
}
