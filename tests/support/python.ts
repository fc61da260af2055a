/**
 * Python and what is installed for it, for tests that need another program's opinion.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

const probe = `
import importlib.util, json, sys
names = ["termios", "boto3", "botocore", "moto", "flask"]
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

const installed = look();

/** The options of a test that needs Python with these modules: skipped, and why, where they are not. */
export function needsPython(...modules: readonly string[]): { name: string; ignore: boolean } {
  const missing = installed.python === undefined
    ? ["python3"]
    : modules.filter((name) => !installed.modules.includes(name));
  return {
    name: missing.length === 0 ? "" : ` (skipped: no ${missing.join(", ")} here)`,
    ignore: missing.length > 0,
  };
}

/** Runs Python on a script, with text on its stdin; gives what it prints. */
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

/** The environment of the tests with these changes, and without what would lead an AWS SDK astray. */
export function outsideEnv(changes: Record<string, string>): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject())
    .filter(([name]) => !/^AWS_|_proxy$/i.test(name));
  return { ...Object.fromEntries(kept), ...changes };
}

/** What a person does at the terminal, one after another. */
export type Step =
  /** Waits until the terminal shows this, after what was waited for before. */
  | { readonly expect: string }
  | { readonly send: string }
  /** To the program itself. */
  | { readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT" | "SIGSTOP" | "SIGCONT" }
  /** Waits until there is a file of this name in the working directory. */
  | { readonly until: string }
  /** Gives the terminal another width. */
  | { readonly resize: number }
  /** Sets the terminal's settings as they were, as a shell does when a job stops. */
  | { readonly reset: true };

/** How a run at a terminal ended. */
export interface TerminalRun {
  /** Everything that the terminal showed, as it came. */
  readonly terminal: string;
  readonly stdout: string;
  readonly stderr: string;
  /** `null` when the run had to be killed. */
  readonly code: number | null;
  /** Whether the terminal's settings are as they were. */
  readonly restored: boolean;
  /** What was waited for in vain. */
  readonly unmet: string | null;
}

/** Runs a program at a pseudo-terminal of its own. */
export async function atTerminal(order: {
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly streams: "terminal" | "pipes" | "none";
  readonly steps: readonly Step[];
  /** How wide the terminal is; by default it does not tell. */
  readonly columns?: number;
  /** Until it is killed; default 10. */
  readonly seconds?: number;
}): Promise<TerminalRun> {
  const script = fileURLToPath(new URL("./pty.py", import.meta.url));
  return JSON.parse(await runPython([script], { input: JSON.stringify(order) }));
}
