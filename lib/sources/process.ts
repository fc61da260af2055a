/**
 * Credentials that a program prints: `credential_process`.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 *
 * @module
 */

import { answerJson, UnusableAnswer } from "../aws/answer.ts";
import { profileValue } from "../aws_files/profile_sections.ts";
import type { Context } from "../context.ts";
import type { ProvidedCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { programProblem } from "../files/find_program.ts";
import { toldOnce } from "../files/patience.ts";
import { mostProgramSeconds, outputOfProgram, requireOursToRun } from "../files/run_program.ts";
import { withoutPromptMark } from "../profile/marks.ts";
import type { ProcessSource } from "../profile/others_source.ts";
import { commandWords } from "./command_words.ts";
import { givenCredentials, type GivenNames } from "./given_credentials.ts";
import { settingName, type SourceOptions } from "./options.ts";
import { circleMark } from "./process_circle.ts";

/**
 * Checks what can be known before the program is run.
 *
 * @throws StsmfaError `InvalidSetting`, `Recursion`, `UntrustedFile`
 */
export async function checkProcess(context: Context, source: ProcessSource): Promise<void> {
  const [program] = argvOf(context, source);
  circleMark(context.env, source);
  const problem = await programProblem(context, program);
  if (problem !== undefined) {
    const isShellWord = /^[~$]/.test(program);
    throw new StsmfaError("InvalidSetting", `${nameOf(source)}: ${problem.message}`, {
      hint: isShellWord
        ? "no shell runs it: write the full path"
        : problem.code === "CommandNotFound"
        ? "install it, or correct the path"
        : problem.hint,
    });
  }
  const file = fileOf(source);
  if (file !== undefined) await requireOursToRun(context, file);
}

/**
 * Runs the program, without a shell, and returns what it prints. What it says on stderr is told to
 * the person; what it prints is never repeated.
 *
 * @throws StsmfaError `CredentialProcessFailed`, `SessionExpired`, and what
 * {@link checkProcess} throws
 */
export async function processCredentials(
  context: Context,
  source: ProcessSource,
  { files, talk }: Pick<SourceOptions, "files" | "talk">,
): Promise<ProvidedCredentials> {
  await checkProcess(context, source);
  const program = `credential_process of [${source.section}]`;
  const run = () =>
    outputOfProgram(context, {
      argv: argvOf(context, source),
      env: { ...circleMark(context.env, source), ...withoutPromptMark(context.env) },
      prints: "credentials",
      onStderrLine: (line) => talk.note(`${program}: ${line}`),
      failed: (problem, cause) =>
        new StsmfaError("CredentialProcessFailed", `${nameOf(source)} ${problem}`, {
          hint: "run the command yourself to see why",
          cause,
        }),
    }, context.signal);
  const waiting = `waiting for ${program}, ${mostProgramSeconds} s at most`;
  const output = await toldOnce(context, () => talk.note(waiting), run);
  const given = printedCredentials(output, context.clock.now(), source);
  const accountId = given.accountId ??
    profileValue(files, source.section, "aws_account_id")?.value;
  return { ...given, ...(accountId !== undefined && { accountId }) };
}

const names: GivenNames = {
  accessKeyId: "AccessKeyId",
  secretAccessKey: "SecretAccessKey",
  sessionToken: "SessionToken",
  expiration: "Expiration",
  accountId: "AccountId",
};

/**
 * Reads what a program has printed. Pure.
 *
 * @throws StsmfaError `CredentialProcessFailed`, `SessionExpired`; neither repeats it
 */
export function printedCredentials(
  output: string,
  now: Date,
  source: Pick<ProcessSource, "origin" | "section">,
): ProvidedCredentials {
  const unusable = (problem: string) =>
    new StsmfaError(
      "CredentialProcessFailed",
      `${nameOf(source)} printed no usable credentials: ${problem}`,
      {
        hint: 'it has to print {"Version": 1, "AccessKeyId": "...", "SecretAccessKey": "...", ...}',
      },
    );
  const printed = objectIn(output, unusable);
  if (printed["Version"] !== 1) throw unusable("Version is not 1");
  return givenCredentials(
    printed,
    names,
    now,
    (problem, code) =>
      code !== "SessionExpired"
        ? unusable(problem)
        : new StsmfaError(code, `${nameOf(source)} printed credentials, but ${problem}`, {
          hint: "run the command yourself to see why",
        }),
  );
}

function objectIn(
  output: string,
  unusable: (problem: string) => StsmfaError,
): Readonly<Record<string, unknown>> {
  // What is not UTF-8 was decoded to these.
  if (output.includes("\ufffd")) throw unusable("it is not UTF-8");
  if (output.trim() === "") throw unusable("it printed nothing");
  try {
    const value = answerJson(output);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    throw unusable(error.message);
  }
  throw unusable("it is not a JSON object");
}

/** @throws StsmfaError `InvalidSetting` */
function argvOf({ os }: Context, source: ProcessSource): readonly [string, ...string[]] {
  let problem = "it names no program";
  try {
    const [program, ...args] = commandWords(source.command, os);
    if (program) return [program, ...args];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problem = error.message;
  }
  throw new StsmfaError("InvalidSetting", `${nameOf(source)}: ${problem}`, {
    hint: "write it like /path/to/program 'an argument'; no shell reads it",
  });
}

function nameOf({ origin, section }: Pick<ProcessSource, "origin" | "section">): string {
  return settingName(origin, section);
}

function fileOf({ origin }: ProcessSource): string | undefined {
  return origin.kind === "file" ? origin.path : undefined;
}
