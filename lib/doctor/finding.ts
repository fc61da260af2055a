/**
 * What the doctor finds.
 *
 * @module
 */

import type { FileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { ExitStatus, exitStatusByCode, StsmfaError } from "../errors.ts";

/** Something that is wrong, or that will surprise. */
export interface Finding {
  /** A problem keeps something from working; a warning may be meant. */
  readonly level: "problem" | "warning";
  /** A stable name, for programs. */
  readonly code: string;
  /** In one line, without secrets. */
  readonly what: string;
  /** A file, with its line where there is one, a variable or an endpoint. */
  readonly where: string;
  /** What to do about it, with the exact command where there is one. */
  readonly fix: string;
  /** The section it stands in, where it is one profile's alone. */
  readonly section?: { readonly file: "config" | "credentials"; readonly name: string };
}

/** Where a value stands. */
export function locationOf({ path, line }: Pick<FileValue, "path" | "line">): string {
  return `${path}:${line}`;
}

/** The section that a value stands in. */
export function sectionOf(
  files: AwsFiles,
  { path, section }: Pick<FileValue, "path" | "section">,
): NonNullable<Finding["section"]> {
  return { file: path === files.config.path ? "config" : "credentials", name: section };
}

/**
 * An error as a finding.
 *
 * @throws the error itself when it is a fault of ours, or the user wants to stop
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

/** The exit status for what was found: problems with the network alone have one of their own. */
export function statusOf(findings: readonly Finding[]): ExitStatus {
  const problems = findings.filter(({ level }) => level === "problem");
  const codes: Readonly<Record<string, ExitStatus>> = exitStatusByCode;
  return problems.length === 0
    ? ExitStatus.Ok
    : problems.every(({ code }) => codes[code] === ExitStatus.Network)
    ? ExitStatus.Network
    : ExitStatus.Configuration;
}
