/**
 * Runs a program that a setting names, for what it prints: with a time limit, and only if nobody
 * else could have written the setting.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { storageError, systemErrorCode, systemReason } from "../storage_error.ts";
import { requireOurs } from "./ours.ts";

/** A program that a setting names. */
export interface NamedProgram {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Whether the arguments are quoted already, as Windows' shell has them. */
  readonly isQuoted?: boolean;
  /** Variables to set in addition to our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The file that names it, if one does. */
  readonly namedIn?: string | undefined;
  /** What it is to print, in a word. */
  readonly prints: string;
  /** Called with each line of its stderr, without colours; without it, that is ours. */
  readonly onStderrLine?: ((line: string) => void) | undefined;
  /** Returns the error for what went wrong; gets nothing of what was printed. */
  readonly failed: (problem: string, cause?: unknown) => StsmfaError;
}

/** The time limit, long enough to touch a security key or unlock a vault. */
export const mostProgramSeconds = 60;

/**
 * Returns what the program prints.
 *
 * @param signal kills it
 * @throws StsmfaError what `failed` returns; `UntrustedFile`
 */
export async function outputOfProgram(
  context: Context,
  { argv, isQuoted, env, namedIn, prints, onStderrLine, failed }: NamedProgram,
  signal: AbortSignal,
): Promise<string> {
  if (namedIn !== undefined) await requireOursToRun(context, namedIn);
  const deadline = context.clock.deadline(mostProgramSeconds * 1000);
  const lines = onStderrLine && new Lines(onStderrLine);
  try {
    const { exitStatus, stdout, isCut } = await context.runCommand({
      argv,
      ...(isQuoted && { isQuoted }),
      env,
      signal: AbortSignal.any([signal, deadline.signal]),
      ...(lines && { onStderr: (text: string) => lines.add(text) }),
    });
    if (isCut) throw failed("printed more than 64 KiB");
    if (exitStatus !== 0) throw failed(`ended with exit status ${exitStatus}`);
    return stdout;
  } catch (error) {
    if (error instanceof StsmfaError) throw error;
    if (signal.aborted) throw signal.reason;
    if (deadline.signal.aborted) {
      throw failed(`printed no ${prints} within ${mostProgramSeconds} seconds`, error);
    }
    throw failed(startFailure(argv[0], error), error);
  } finally {
    deadline.cancel();
    lines?.end();
  }
}

function startFailure(program: string, error: unknown): string {
  const code = systemErrorCode(error);
  if (code === "ENOENT") return `cannot start: there is no program ${program}`;
  return code === undefined ? "cannot start" : `cannot start: ${systemReason(error)}`;
}

/** Refuses a file that another user can write, who could make us run anything. */
export async function requireOursToRun(context: Context, path: string): Promise<void> {
  try {
    await requireOurs(context, path, { isAwsFile: true, isRun: true });
  } catch (error) {
    throw storageError("read", path, error);
  }
}

/** Cuts text that comes in parts into lines. */
class Lines {
  #rest = "";

  constructor(private readonly say: (line: string) => void) {}

  add(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = lines.pop()!;
    lines.forEach((line) => this.#say(line));
    // A question has no line end, and is to be seen before it is answered.
    if (/[:?>] ?$/.test(this.#rest)) this.end();
  }

  end(): void {
    const rest = this.#rest;
    this.#rest = "";
    this.#say(rest);
  }

  #say(line: string): void {
    // deno-lint-ignore no-control-regex -- colours begin with one
    const plain = line.replace(/\x1b\[[\d;]*m/g, "").trimEnd();
    if (plain !== "") this.say(plain);
  }
}
