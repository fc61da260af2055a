/**
 * A home directory for shells: a `stsmfa` on the PATH, and a program that reports a shell's state.
 *
 * @module
 */

import type { FunctionShell } from "../../lib/shell/function.ts";
import { parseEnvironment, type ShellProgram } from "./shells.ts";
import { SpawnedHome } from "./spawned_cli.ts";

/** A way to start a shell. */
export interface ShellStart {
  readonly shell: FunctionShell;
  readonly program: ShellProgram;
  /** The options before the script. */
  readonly options: readonly string[];
  /**
   * The startup file, relative to the home directory; without one, the shell reads only the script.
   */
  readonly startup?: string;
  /** What is in that file before our line. */
  readonly before?: string;
}

/** Shells that read the startup file named in the help. */
export const userShells: readonly ShellStart[] = [
  {
    shell: "sh",
    program: "dash",
    options: ["-l", "-c"],
    startup: ".profile",
    before: 'PATH="$HOME/bin:$PATH"\n',
  },
  { shell: "bash", program: "bash", options: ["-i", "-c"], startup: ".bashrc" },
  { shell: "zsh", program: "zsh", options: ["-i", "-c"], startup: ".zshrc" },
  { shell: "fish", program: "fish", options: ["-c"], startup: ".config/fish/config.fish" },
];

/** Returns a script that runs commands and reports the exit status of each by its label. */
export function reporting(
  shell: FunctionShell,
  commands: Readonly<Record<string, string>>,
): string {
  const line = (label: string, command: string): string => {
    switch (shell) {
      case "fish":
        return `${command}; report ${label} $status`;
      case "nu":
        return `let code = try { ${command}; 0 } catch {|e| $e.exit_code }; ^report ${label} $code`;
      default:
        return `${command}; report ${label} $?`;
    }
  };
  return Object.entries(commands).map(([label, command]) => `${line(label, command)}\n`).join("");
}

const report = `#!/bin/sh
printf %s "$2" > "$HOME/status.$1"
env -0 > "$HOME/environment.$1"
if [ -e "$HOME/words" ]; then mv "$HOME/words" "$HOME/words.$1"; fi
`;

/** What a script reported. */
export interface Report {
  readonly status: string;
  readonly env: Readonly<Record<string, string>>;
  /** The words that `stsmfa` was given since the previous report, if it writes them down. */
  readonly words: readonly string[];
}

/** A home directory for shells. */
export class ShellHome implements AsyncDisposable {
  private constructor(readonly spawned: SpawnedHome) {}

  /** @param stsmfa the program, as a script for `sh` */
  static async create(stsmfa: string, env: Record<string, string> = {}): Promise<ShellHome> {
    const home = new ShellHome(await SpawnedHome.create({ LC_ALL: "C.UTF-8", ...env }));
    await home.writeProgram("stsmfa", stsmfa);
    await home.writeProgram("report", report);
    return home;
  }

  /** The whole environment that shells get. */
  get env(): Record<string, string> {
    const { env } = this.spawned;
    return { ...env, PATH: `${this.spawned.path("bin")}:${env["PATH"]}` };
  }

  async writeProgram(name: string, text: string): Promise<void> {
    await this.spawned.write(`bin/${name}`, text);
    await Deno.chmod(this.spawned.path(`bin/${name}`), 0o755);
  }

  /** Returns what was reported under a label, if anything. */
  async report(label: string): Promise<Report | undefined> {
    const read = (name: string) =>
      this.spawned.read(`${name}.${label}`).catch(() => undefined as string | undefined);
    const [status, env, words] = await Promise.all(["status", "environment", "words"].map(read));
    if (status === undefined) return undefined;
    return {
      status,
      env: parseEnvironment(env ?? ""),
      words: words?.split("\0").slice(0, -1) ?? [],
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.spawned[Symbol.asyncDispose]();
  }
}
