/**
 * The first look at a program that was compiled: it starts where nothing is, and says what it is.
 *
 * @module
 */

import { must } from "./formats/bytes.ts";
import type { Runner } from "./runners.ts";

/** What a program is to say of itself. */
export interface Identity {
  /** Its version, such as `1.2.3`. */
  readonly version: string;
  /** The version of the Deno in it. */
  readonly deno: string;
  readonly target: string;
}

/** What a program said, with LF. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program, with nothing in its environment but these variables, if the runner is plain. */
export async function run(
  { command, isPlain }: Runner,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Said> {
  const [first, ...words] = [...command, program, ...args];
  // Windows gives no connection and no random number without it.
  const root = Deno.env.get("SystemRoot");
  const { code, stdout, stderr } = await new Deno.Command(first!, {
    args: words,
    clearEnv: isPlain,
    env: isPlain ? { ...root === undefined ? {} : { SystemRoot: root }, ...env } : {},
    ...cwd !== undefined && { cwd },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll("\r\n", "\n");
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * Starts it in an empty folder with an empty environment, and with an empty home.
 *
 * @throws Error with what it said instead
 */
export async function smoke(runner: Runner, program: string, identity: Identity): Promise<void> {
  const { version, deno, target } = identity;
  const empty = await Deno.makeTempDir({ prefix: "stsmfa-smoke-" });
  try {
    const say = ({ code, stdout, stderr }: Said) => `${code}, ${stdout}${stderr}`;
    const first = await run(runner, program, ["--version"], {}, empty);
    const expected = `stsmfa ${version}\ndeno ${deno}, ${target}\n`;
    must(first.code === 0 && first.stdout === expected, `--version: ${say(first)}`);
    const home = { HOME: empty, USERPROFILE: empty };
    const status = await run(runner, program, ["status"], home, empty);
    must(status.code === 3 && status.stderr.includes("hint: "), `status: ${say(status)}`);
    must([...Deno.readDirSync(empty)].length === 0, "it wrote something where nothing was");
  } finally {
    await Deno.remove(empty, { recursive: true });
  }
}
