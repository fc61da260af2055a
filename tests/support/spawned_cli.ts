/**
 * Runs the program as its own process, in a throw-away home with an empty environment: from source,
 * or the compiled one that STSMFA_BINARY names.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { homeVariables, systemVariables } from "./system_variables.ts";
import { askOnce } from "./ask_once.ts";
import { wholePaths } from "./whole_paths.ts";

const cli = fileURLToPath(new URL("../../cli.ts", import.meta.url));

const binary = Deno.env.get("STSMFA_BINARY");

/** Returns where the runtime keeps modules; with it, an empty environment needs no download. */
export function denoDir(): string {
  return askOnce("DENO_DIR", () => {
    const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
    const { denoDir } = JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string };
    return denoDir;
  });
}

/** Returns the command line that starts the program. */
export function cliCommand(...args: string[]): [string, ...string[]] {
  if (binary !== undefined) return [binary, ...args];
  return [Deno.execPath(), "run", "-A", "--cached-only", "--no-prompt", cli, ...args];
}

/** How a process ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running process. */
export interface Running {
  readonly child: Deno.ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until this text appeared on stderr. */
  said(text: string): Promise<void>;
}

/** A throw-away home directory for processes. */
export class SpawnedHome implements AsyncDisposable {
  private constructor(readonly home: string, readonly extraEnv: Record<string, string>) {}

  static async create(env: Record<string, string> = {}): Promise<SpawnedHome> {
    return new SpawnedHome(await Deno.makeTempDir({ prefix: "stsmfa-process-" }), env);
  }

  /** The whole environment that processes get. */
  get env(): Record<string, string> {
    return {
      ...systemVariables(),
      ...homeVariables(this.home),
      PATH: Deno.env.get("PATH") ?? "",
      ...(binary === undefined && { DENO_DIR: denoDir(), DENO_NO_UPDATE_CHECK: "1" }),
      ...this.extraEnv,
    };
  }

  path(name: string): string {
    return `${this.home}/${name}`;
  }

  async write(name: string, content: string, mode = 0o600): Promise<void> {
    const path = this.path(name);
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(path, content, { mode });
  }

  read(name = ".aws/credentials"): Promise<string> {
    return Deno.readTextFile(this.path(name));
  }

  /** Returns the names of all files in a directory. */
  list(directory = ".aws"): string[] {
    return Array.from(Deno.readDirSync(this.path(directory)), (each) => each.name).sort();
  }

  /** Starts the program with empty stdin. */
  start(args: readonly string[], env: Record<string, string> = {}): Running {
    const [program, ...words] = cliCommand(...args);
    const child = new Deno.Command(program, {
      args: words,
      cwd: this.home,
      clearEnv: true,
      env: { ...this.env, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return follow(child, this.home);
  }

  /** Runs the program to its end. */
  run(args: readonly string[], env?: Record<string, string>): Promise<Ended> {
    return this.start(args, env).ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What a shell leaves running, as fish does, may write meanwhile.
    const isGone = () => Deno.remove(this.home, { recursive: true }).then(() => true);
    await until(
      () =>
        isGone().catch((error) => {
          if ((error as { code?: string }).code === "ENOTEMPTY") return false;
          throw error;
        }),
      `${this.home} is removed`,
    );
  }
}

/** Collects what the process prints. */
function follow(child: Deno.ChildProcess, home: string): Running {
  let stderr = "";
  const collect = async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) stderr += text;
  };
  const ended = Promise.all([new Response(child.stdout).text(), child.status, collect()])
    .then(([stdout, { code }]) => ({ code, stdout, stderr: wholePaths(stderr, home) }));
  return {
    child,
    ended,
    said: (text) => until(() => stderr.includes(text), `stderr says ${text}`),
  };
}

/** Polls until the condition holds. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  seconds = 40,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Returns a section with long-term keys. */
export function longTermSection(
  name: string,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
): string {
  return `[${name}]
aws_access_key_id     = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
`;
}
