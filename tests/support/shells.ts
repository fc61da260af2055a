/**
 * Real shells, if they are installed.
 *
 * @module
 */

import { posix, skippedFor } from "./abilities.ts";

/** Shells that tests drive; dash is what `sh` is on Debian, and the strictest. */
export type ShellProgram = "dash" | "bash" | "zsh" | "fish" | "nu";

/** Returns the options of a test that needs a shell: skipped, with the reason, if it is missing. */
export function needsShell(program: ShellProgram): { name: string; ignore: boolean } {
  return needsProgram(program);
}

/** What has a port to Windows, too, runs there as on POSIX systems, which these tests are about. */
const ofPosix = ["sh", "dash", "bash", "zsh", "fish", "nu", "ksh", "mksh", "busybox"];

/** Returns the options of a test that needs some program on the PATH. */
export function needsProgram(program: string): { name: string; ignore: boolean } {
  if (!posix.isHere && ofPosix.includes(program)) return skippedFor(posix);
  const file = posix.isHere ? program : `${program}.exe`;
  const isHere = (Deno.env.get("PATH") ?? "").split(posix.isHere ? ":" : ";").some((directory) => {
    try {
      return directory !== "" && Deno.statSync(`${directory}/${file}`).isFile;
    } catch {
      return false;
    }
  });
  return { name: isHere ? "" : ` (skipped: no ${program} here)`, ignore: !isHere };
}

/** How a shell ended. */
export interface ShellRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shell with text on its stdin. */
export async function runShell(
  argv: readonly [string, ...string[]],
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly input?: string;
    readonly cwd?: string;
  },
): Promise<ShellRun> {
  const [program, ...args] = argv;
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: options.env,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const [{ code, stdout, stderr }] = await Promise.all([
    child.output(),
    writer.write(new TextEncoder().encode(options.input ?? "")).then(() => writer.close()),
  ]);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Parses what `env -0` prints: the only form that can hold any value. */
export function parseEnvironment(printed: string): Record<string, string> {
  const pairs = printed.split("\0").filter((each) => each.includes("="));
  return Object.fromEntries(pairs.map((each) => {
    const at = each.indexOf("=");
    return [each.slice(0, at), each.slice(at + 1)];
  }));
}
