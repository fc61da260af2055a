/**
 * Finds headers that SDKs read differently, or that name no profile, and says how to write them.
 *
 * @module
 */

import { type HeaderNotice, headerNotices } from "../aws_files/header_notices.ts";
import { headerReaders } from "../aws_files/header_readers.ts";
import { readHeader } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { defaultSection } from "../ini/document.ts";
import { strip } from "../ini/lines.ts";
import { type Finding, locationOf } from "./finding.ts";

/** What to do about a header; `what` is said where SDKs agree that it names nothing. */
interface Advice {
  readonly level: Finding["level"];
  readonly what?: string;
  readonly fix: string;
}

/** Returns what is wrong with the headers of both files. */
export function headerFindings(files: AwsFiles): Finding[] {
  const notices = headerNotices(files);
  return (["credentials", "config"] as const).flatMap((file) => {
    const { path, document } = files[file];
    return document.sections().flatMap((name): Finding[] => {
      const line = document.sectionLine(name)!;
      const where = locationOf({ path, line });
      const section = { file, name };
      const noticed = notices.filter((each) => each.file === file && each.line === line);
      const advice = file === "config"
        ? configAdvice(name, document.header(name)!)
        : credentialsAdvice(name, document.header(name)!);
      const found = noticed.map((notice): Finding => ({
        ...(notice.about === "spellings" ? merging(notice) : advice ?? plainly(name)),
        code: "UnlikeHeader",
        what: notice.what,
        where,
        section,
      }));
      const isTold = noticed.some(({ about }) => about === "header");
      return isTold || advice?.what === undefined
        ? found
        : [{ ...advice, what: advice.what, code: "UnlikeHeader", where, section }, ...found];
    });
  });
}

function problem(fix: string, what?: string): Advice {
  return { level: "problem", fix, ...(what !== undefined && { what }) };
}

function plainly(name: string): Advice {
  return { level: "warning", fix: `give [${name}] a name of letters, digits, - and _` };
}

function merging({ section }: HeaderNotice): Advice {
  const name = readHeader(section)?.name;
  return problem(`merge them into one [${name === "default" ? name : `profile ${name}`}]`);
}

/** Returns the name without the space and quotes around it. */
export function bareName(name: string): string {
  return strip(strip(name).replace(/^(["'])(.*)\1$/, "$2"));
}

function commonAdvice(name: string, header: string): Advice | undefined {
  const rest = header.slice(header.lastIndexOf("]") + 1).trimEnd();
  if (rest !== "" && !/^\s+[#;]/.test(rest)) return problem(`write [${name}] alone on its line`);
  if (name === defaultSection) return problem("write it as [default]");
  if (/^(profile\s+)?__proto__$/.test(name)) return problem("rename it");
  return undefined;
}

function credentialsAdvice(name: string, header: string): Advice | undefined {
  const common = commonAdvice(name, header);
  if (common !== undefined) return common;
  const profile = /^profile\s+(.*)$/.exec(name)?.[1];
  const bare = bareName(profile ?? name);
  if (bare !== name) return problem(`write it as [${bare}]`);
  return /\s/.test(name) ? { level: "warning", fix: "give it a name without spaces" } : undefined;
}

function configAdvice(name: string, header: string): Advice | undefined {
  const common = commonAdvice(name, header);
  const read = readHeader(name);
  if (common !== undefined || name === "default") return common;
  if (read === undefined) return isOfOthers(name) ? undefined : unreadAdvice(name);
  const plain = `${read.kind} ${read.name}`;
  if (plain === name) return undefined;
  if (/\s/.test(read.name)) return { level: "warning", fix: "give it a name without spaces" };
  const { kind } = headerReaders.javascript(header, "config");
  return { level: kind === read.kind ? "warning" : "problem", fix: `write it as [${plain}]` };
}

/** Reports whether it is a section of the AWS CLI or of a plug-in. */
function isOfOthers(name: string): boolean {
  return /^(plugins|preview|toplevel)\b/.test(name);
}

function unreadAdvice(name: string): Advice {
  const bare = bareName(name);
  const words = /^(profile|sso-session|services)\s+(.*)$/s.exec(bare);
  if (words !== null && /\s/.test(bareName(words[2]!))) {
    return problem(
      "give it a name without spaces",
      `[${name}] is no ${words[1]} to the AWS CLI: its name has a space`,
    );
  }
  const meant = words === null
    ? `profile ${bareName(bare.replace(/^profiles?\b[\s:]*/i, ""))}`
    : bare;
  return problem(
    `write it as [${meant}]`,
    `[${name}] is not a profile to any SDK: in the config file a profile is [${meant}]`,
  );
}
