/**
 * Findings of the doctor.
 *
 * @module
 */

import type { FileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { ExitStatus, exitStatusByCode, StsmfaError } from "../errors.ts";

/** Something that is wrong, or likely to surprise. */
export interface Finding {
  /** A problem keeps something from working; a warning may be intended. */
  readonly level: "problem" | "warning";
  /** A stable name, for programs. */
  readonly code: string;
  /** In one line, without secrets. */
  readonly what: string;
  /** A file, with its line if there is one, a variable or an endpoint. */
  readonly where: string;
  /** What to do about it, with the exact command if there is one. */
  readonly fix: string;
  /** The section it is in, if it concerns only one profile. */
  readonly section?: { readonly file: "config" | "credentials"; readonly name: string };
}

/** Returns the file and line of a value. */
export function locationOf({ path, line }: Pick<FileValue, "path" | "line">): string {
  return `${path}:${line}`;
}

/** Returns the section that a value is in. */
export function sectionOf(
  files: AwsFiles,
  { path, section }: Pick<FileValue, "path" | "section">,
): NonNullable<Finding["section"]> {
  return { file: path === files.config.path ? "config" : "credentials", name: section };
}

/**
 * Turns an error into a finding.
 *
 * @throws the error itself if it is a bug of ours, or the user wants to stop
 */
export function findingOf(
  error: unknown,
  where: string,
  level: Finding["level"] = "problem",
): Finding {
  if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
  const { code, message, hint } = error;
  return { level, code, what: message, where, fix: hint ?? "correct it in an editor" };
}

/**
 * Returns the exit status for the findings. If all problems are with the network, it is a different
 * one.
 */
export function statusOf(findings: readonly Finding[]): ExitStatus {
  const problems = findings.filter(({ level }) => level === "problem");
  const codes: Readonly<Record<string, ExitStatus>> = exitStatusByCode;
  return problems.length === 0
    ? ExitStatus.Ok
    : problems.every(({ code }) => codes[code] === ExitStatus.Network)
    ? ExitStatus.Network
    : ExitStatus.Configuration;
}
