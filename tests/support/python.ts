/**
 * Python and its installed modules, for tests that need another program's opinion.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { type Ability, posix, skippedFor } from "./abilities.ts";
import { askOnce } from "./ask_once.ts";

const probe = `
import importlib.util, json, sys
names = ["termios", "boto3", "botocore", "moto", "flask", "dotenv"]
print(json.dumps([sys.executable, [name for name in names if importlib.util.find_spec(name)]]))
`;

interface Installed {
  readonly python: string | undefined;
  readonly modules: readonly string[];
}

function look(): Installed {
  try {
    const { success, stdout } = new Deno.Command("python3", { args: ["-c", probe] }).outputSync();
    if (!success) return { python: undefined, modules: [] };
    const [python, modules] = JSON.parse(new TextDecoder().decode(stdout));
    return { python, modules };
  } catch {
    return { python: undefined, modules: [] };
  }
}

const installed = askOnce("python", look);

/**
 * Returns the options of a test that needs Python with these modules: skipped, with the reason, if
 * any is missing.
 */
export function needsPython(...modules: readonly string[]): { name: string; ignore: boolean } {
  if (modules.includes("termios") && !posix.isHere) return skippedFor(posix);
  const missing = installed.python === undefined
    ? ["python3"]
    : modules.filter((name) => !installed.modules.includes(name));
  return {
    name: missing.length === 0 ? "" : ` (skipped: no ${missing.join(", ")} here)`,
    ignore: missing.length > 0,
  };
}

/** Returns Python with these modules as something that a test needs. */
export function pythonWith(...modules: readonly string[]): Ability {
  const { name, ignore } = needsPython(...modules);
  return { isHere: !ignore, reason: name.replace(/^ \(skipped: (.*)\)$/, "$1") };
}

/** Runs Python with text on its stdin, and returns what it prints. */
export async function runPython(
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Record<string, string> } = {},
): Promise<string> {
  const child = startPython(args, options.env);
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(options.input ?? ""));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`python: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Starts Python. */
export function startPython(
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.ChildProcess {
  return new Deno.Command(installed.python ?? "python3", {
    args: [...args],
    clearEnv: true,
    env: outsideEnv(env),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/**
 * Returns the environment of the tests with these changes, without what would mislead an AWS SDK.
 */
export function outsideEnv(changes: Record<string, string>): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject())
    .filter(([name]) => !/^AWS_|_proxy$/i.test(name));
  return { ...Object.fromEntries(kept), ...changes };
}

/** What a person does at the terminal, step by step. */
export type Step =
  /** Waits until the terminal shows this, after the text of the previous wait. */
  | { readonly expect: string }
  | { readonly send: string }
  /** Is marked as a paste if the terminal was told to. */
  | { readonly paste: string }
  /** To the program itself. */
  | { readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT" | "SIGSTOP" | "SIGCONT" }
  /** Waits until there is a file of this name in the working directory. */
  | { readonly until: string }
  /** Waits so many seconds, where nothing shows that it was long enough. */
  | { readonly pause: number }
  /** Renames a file in the working directory. */
  | { readonly move: string; readonly to: string }
  /** Gives the terminal another width. */
  | { readonly resize: number }
  /** Sets the terminal's settings as they were, as a shell does when a job stops. */
  | { readonly reset: true };

/** How a run on a terminal ended. */
export interface TerminalRun {
  /** Everything that the terminal showed, as it came, but for what it was told about pastes. */
  readonly terminal: string;
  readonly stdout: string;
  readonly stderr: string;
  /** `null` if the run had to be killed. */
  readonly code: number | null;
  /** Whether the terminal's settings are the same as before, and pastes are not marked. */
  readonly restored: boolean;
  /** What was awaited in vain. */
  readonly unmet: string | null;
}

/** Runs a program on its own pseudo-terminal. */
export async function atTerminal(order: {
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly streams: "terminal" | "pipes" | "stdin" | "none";
  readonly steps: readonly Step[];
  /** How wide the terminal is; by default it does not tell. */
  readonly columns?: number;
  /** Seconds until it is killed; default 60. */
  readonly seconds?: number;
}): Promise<TerminalRun> {
  const script = fileURLToPath(new URL("./pty.py", import.meta.url));
  // It needs no packages, and to look for them takes longer than its start.
  return JSON.parse(await runPython(["-S", script], { input: JSON.stringify(order) }));
}
