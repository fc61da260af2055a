/**
 * Findings of the doctor.
 *
 * @module
 */

import { type FileValue, readHeader } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { listed } from "../hint_words.ts";
import { type ErrorPlace, ExitStatus, exitStatusByCode, StsmfaError } from "../errors.ts";

/** Something that is wrong, likely to surprise, or good to know. */
export interface Finding {
  /** A problem keeps something from working; a warning may be intended; a note is advice. */
  readonly level: "problem" | "warning" | "note";
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
  /** What else it explains, such as other lines: what is found about that needs no telling. */
  readonly about?: readonly string[];
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

/** Returns the profile whose section a line is in; `undefined` if the section is none's. */
export function profileAt(
  { config, credentials }: AwsFiles,
  { path, line }: Pick<FileValue, "path" | "line">,
): string | undefined {
  const isConfig = path === config.path;
  const { document } = isConfig ? config : credentials;
  const above = document.sections().filter((each) => document.sectionLine(each)! <= line)
    .toSorted((a, b) => document.sectionLine(a)! - document.sectionLine(b)!);
  const section = above.at(-1);
  return section === undefined || !isConfig ? section : readHeader(section)?.name;
}

/**
 * Turns an error into a finding at the place that the error names, else at this one.
 *
 * @throws the error itself if it is a bug of ours, or the user wants to stop
 */
export function findingOf(
  error: unknown,
  where: string | ErrorPlace,
  level: Finding["level"] = "problem",
): Finding {
  if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
  const { code, message, hint, places: [first, ...others] } = error;
  const place = first ?? (typeof where === "string" ? undefined : where);
  return {
    level,
    code,
    what: place === undefined ? message : withoutPlace(message, place),
    where: place === undefined ? where as string : placeWords(place),
    fix: hint ?? "correct it in an editor",
    ...(others.length > 0 && { about: others.map(placeWords) }),
  };
}

/** Returns `FILE:LINE`, `variable NAME` or `flag --NAME`. */
export function placeWords(place: ErrorPlace): string {
  return place.kind === "file"
    ? locationOf(place)
    : place.kind === "variable"
    ? `variable ${place.variable}`
    : `flag ${place.flag}`;
}

/** Returns a message without the place that it begins with. */
function withoutPlace(message: string, place: ErrorPlace): string {
  const words = placeWords(place);
  const beginnings = place.kind === "file"
    ? [`${place.path}: line ${place.line}: `, `${place.path}: line ${place.line}, `, `${words} `]
    : [`${words}: `];
  const beginning = beginnings.find((each) => message.startsWith(each)) ?? "";
  return message.slice(beginning.length);
}

/** Returns `a`, `a and b`, `a, b, c and 3 more`. */
export function namesOf(profiles: readonly { readonly name: string }[]): string {
  const names = profiles.map(({ name }) => name);
  return names.length === 2 ? names.join(" and ") : listed(names, 3);
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

/**
 * Returns findings without those that only follow from another one: one for each line of a file,
 * whichever profile leads there.
 *
 * @param certain what was found on lines themselves, which is explained best
 * @param followed what was found by following profiles to these lines
 */
export function withoutEchoes(
  certain: readonly Finding[],
  followed: readonly Finding[],
): Finding[] {
  const told = new Set(certain.filter(({ level }) => level === "problem").flatMap(topicsOf));
  const causes: Finding[] = [];
  for (const level of ["problem", "warning", "note"]) {
    for (const finding of followed.filter((each) => each.level === level)) {
      const topics = topicsOf(finding);
      if (topics.some((each) => told.has(each))) continue;
      topics.forEach((each) => told.add(each));
      causes.push(finding);
    }
  }
  const all = [...certain, ...causes];
  const once = [...new Map(all.map((each) => [`${each.where} ${each.what}`, each])).values()];
  const at = (findings: readonly Finding[]) => new Set(findings.flatMap(topicsOf));
  const quoted = at(once.filter(({ code }) => code === "QuotedValue"));
  const broken = at(once.filter(({ level }) => level === "problem"));
  return once.filter(({ code, where }) =>
    code === "UnknownKey" ? !broken.has(where) : code === "QuotedValue" || !quoted.has(where)
  );
}

/** Returns what a finding is about: its place, and what else it explains. */
export function topicsOf({ where, about = [] }: Finding): string[] {
  return [where, ...about];
}
