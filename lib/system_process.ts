/**
 * The real processes. Loaded with the first one.
 *
 * @module
 */

import type { AttachedCommand, Command, CommandResult } from "./context.ts";

/** Needs the permission run. */
export async function runCommand(command: Command): Promise<CommandResult> {
  const [program, ...args] = command.argv;
  const child = new Deno.Command(program, {
    args,
    ...(command.env && { env: { ...command.env } }),
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

/** Runs a program on our standard streams and passes signals on to it; needs the permission run. */
export async function runAttached(
  { argv: [program, ...args], environment }: AttachedCommand,
): Promise<number> {
  const env = Deno.env.toObject();
  for (const name of environment.unset) delete env[name];
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...env, ...environment.set },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // A terminal sends these to the child, too, and some programs take a second one for "at once".
  const isAtTerminal = [Deno.stdin, Deno.stdout, Deno.stderr].some((each) => each.isTerminal());
  const fromTerminal = ["SIGINT", "SIGQUIT", "SIGBREAK"];
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"];
  const listeners = signals.map((name) => {
    const pass = () => {
      if (isAtTerminal && fromTerminal.includes(name)) return;
      try {
        child.kill(name);
      } catch { /* it is gone already */ }
    };
    Deno.addSignalListener(name, pass);
    return [name, pass] as const;
  });
  try {
    return (await child.status).code;
  } finally {
    for (const [name, pass] of listeners) Deno.removeSignalListener(name, pass);
  }
}
