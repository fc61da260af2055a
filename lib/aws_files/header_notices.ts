/**
 * Says which headers of AWS's two files SDKs read differently, and which profiles have several: they
 * are read as botocore reads them, and whoever uses another SDK gets something else.
 *
 * @module
 */

import { defaultSection, type IniDocument } from "../ini/document.ts";
import {
  type FileKind,
  headerReaders,
  type HeaderReading,
  isSameReading,
  type Reader,
} from "./header_readers.ts";
import { configSection, profileEntry, spellingsOf } from "./profile_sections.ts";
import type { AwsFile, AwsFiles } from "./read.ts";

/** Something about a header that a person should know. */
export interface HeaderNotice {
  /** Whether SDKs differ on the header, or a profile has several. */
  readonly about: "header" | "spellings";
  readonly file: FileKind;
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** The section, without brackets. */
  readonly section: string;
  /** How it is read, without saying where it stands. */
  readonly what: string;
  /** The same with the file and the line, for a person. */
  readonly text: string;
}

/** A header that is read differently; `readings` are those of {@link headerReaders}. */
interface OddHeader {
  readonly section: string;
  readonly line: number;
  readonly readings: Readonly<Record<Reader, HeaderReading>>;
  /** What botocore makes of the header above it. */
  readonly above: HeaderReading | undefined;
}

const others = ["javascript", "go", "rust"] as const;
const names = { javascript: "JavaScript", go: "Go", rust: "Rust" };

/** Headers that every SDK reads alike. */
const plain = {
  config: /^\[(?:default|(?:profile|sso-session|services) [\w\-@+.%:/]+)\]\s*$/,
  credentials: /^\[[\w\-@+.%:/]+\]\s*$/,
};

/** Returns the notices on both files, or on what concerns one profile. */
export function headerNotices(files: AwsFiles, profile?: string): HeaderNotice[] {
  return [
    ...noticesOf(files, "credentials", profile),
    ...noticesOf(files, "config", profile),
    ...spellingNotices(files.config, profile),
  ].sort((a, b) => a.file === b.file ? a.line - b.line : a.file === "credentials" ? -1 : 1);
}

function noticesOf(files: AwsFiles, file: FileKind, profile: string | undefined): HeaderNotice[] {
  return oddHeaders(files[file], file)
    .filter((header) => profile === undefined || concerns(files, file, header, profile))
    .map(({ section, line, readings }) =>
      notice(files[file].path, file, line, section, "header", describe(section, readings))
    );
}

/** The odd headers of a document, when it had that revision. */
type Found = WeakMap<IniDocument, { revision: number; headers: readonly OddHeader[] }>;

const found: Readonly<Record<FileKind, Found>> = {
  config: new WeakMap(),
  credentials: new WeakMap(),
};

/** Finds the headers that not every SDK reads as botocore does; cached, as each profile needs them. */
function oddHeaders({ document }: AwsFile, file: FileKind): readonly OddHeader[] {
  const known = found[file].get(document);
  if (known?.revision === document.revision) return known.headers;
  const headers = findOddHeaders(document, file);
  found[file].set(document, { revision: document.revision, headers });
  return headers;
}

function findOddHeaders(document: IniDocument, file: FileKind): OddHeader[] {
  return closerLook(document, file).flatMap((section): OddHeader[] => {
    const text = document.header(section)!;
    const isPlain = plain[file].test(text) && section !== defaultSection &&
      !section.endsWith(proto);
    if (isPlain) return [];
    const read = (reader: Reader) => headerReaders[reader](text, file);
    const botocore = read("botocore");
    const above = document.sectionAbove(section);
    const readings = {
      botocore,
      javascript: read("javascript"),
      go: read("go"),
      rust: read("rust"),
    };
    return others.every((reader) => isSameReading(readings[reader], botocore)) ? [] : [{
      section,
      line: document.sectionLine(section)!,
      readings,
      above: above === undefined
        ? undefined
        : headerReaders.botocore(document.header(above)!, file),
    }];
  });
}

/** A name that JavaScript's SDK does not take. */
const proto = "__proto__";

/** Returns the sections, in file order, whose header may be an odd one. */
function closerLook(document: IniDocument, file: FileKind): string[] {
  if (file === "config") return document.sections();
  const others = [defaultSection, proto].filter((each) => document.has(each));
  const names = new Set([...document.oddSections(), ...others]);
  return [...names].sort((a, b) => document.sectionLine(a)! - document.sectionLine(b)!);
}

/** Reports whether the header decides, to any reader, what a profile is. */
function concerns(
  files: AwsFiles,
  file: FileKind,
  { readings, above }: OddHeader,
  profile: string,
): boolean {
  const isProfile = (reading: HeaderReading | undefined) =>
    reading?.kind === "profile" && reading.name === profile;
  const { botocore } = readings;
  if (botocore.kind === "defaults") {
    const { document } = files[file];
    return file === "credentials"
      ? document.has(profile)
      : configSection(document, profile) !== undefined;
  }
  if (botocore.kind === "sso-session" || botocore.kind === "services") {
    const key = botocore.kind === "services" ? "services" : "sso_session";
    return profileEntry(files, profile, key)?.value === botocore.name;
  }
  return [botocore, ...others.map((reader) => readings[reader])].some((reading) =>
    isProfile(reading) || reading.kind === "error" ||
    (reading.kind === "line" && isProfile(above))
  );
}

function notice(
  path: string,
  file: FileKind,
  line: number,
  section: string,
  about: HeaderNotice["about"],
  what: string,
): HeaderNotice {
  return { about, file, path, line, section, what, text: `${path}: line ${line}: ${what}` };
}

function describe(section: string, readings: OddHeader["readings"]): string {
  const { botocore } = readings;
  const differing = others.filter((reader) => !isSameReading(readings[reader], botocore));
  const groups = Map.groupBy(differing, (reader) => phrase(readings[reader], botocore));
  const rest = [...groups].map(([what, group]) => `; to ${sdks(group)} ${what}`);
  return `to the AWS CLI [${section}] is ${phrase(botocore, botocore)}${rest.join("")}`;
}

/** Says what a reader makes of a header; a section that nobody asks for is not what it could be. */
function phrase(reading: HeaderReading, botocore: HeaderReading): string {
  switch (reading.kind) {
    case "defaults":
      return "what every profile gets";
    case "nothing":
      return `no ${"name" in botocore ? botocore.kind : "profile"}`;
    case "line":
      return "no header, and its keys belong to the section above";
    case "error":
      return "an error, so that nothing of the file is read";
    default: {
      const { kind, name } = reading;
      return `${kind} ${name.trim() === name ? name : JSON.stringify(name)}`;
    }
  }
}

/** Says whose SDK: `the SDKs for Go and Rust`. */
function sdks(readers: readonly (keyof typeof names)[]): string {
  const all = readers.map((reader) => names[reader]);
  const last = all.pop();
  return all.length === 0 ? `the SDK for ${last}` : `the SDKs for ${all.join(", ")} and ${last}`;
}

/** Says which section counts where a profile has several: to botocore the last one. */
function spellingNotices(file: AwsFile, profile: string | undefined): HeaderNotice[] {
  const { document, path } = file;
  const wanted = profile === undefined ? namesWithSpellings(file) : [profile];
  return wanted.flatMap((name): HeaderNotice[] => {
    const spellings = spellingsOf(document, "profile", name);
    const section = spellings.pop();
    if (section === undefined || spellings.length === 0) return [];
    const line = (each: string) => document.sectionLine(each)!;
    const groups = Map.groupBy(others, (reader) => {
      const read = [...spellings, section].filter((each) =>
        isSameReading(headerReaders[reader](document.header(each)!, "config"), {
          kind: "profile",
          name,
        })
      );
      // With `profile` before it, it replaces the bare one.
      const counted = read.length > 1 ? read.filter((each) => each !== "default") : read;
      return counted.length === 1 && counted[0] === section
        ? "this"
        : counted.length === 0
        ? "neither"
        : counted.length === 1
        ? `line ${line(counted[0]!)} alone`
        : `lines ${counted.map(line).join(" and ")} together`;
    });
    const rest = [...groups].filter(([which]) => which !== "this")
      .map(([which, group]) => `; ${sdks(group)} ${group.length > 1 ? "read" : "reads"} ${which}`);
    const what = `[${section}] is profile ${name} of line ${
      spellings.map(line).join(" and ")
    } again: the AWS CLI reads this one alone${rest.join("")}`;
    return [notice(path, "config", line(section), section, "spellings", what)];
  });
}

function namesWithSpellings({ document }: AwsFile): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const section of document.sections()) {
    const reading = headerReaders.botocore(document.header(section)!, "config");
    if (reading.kind !== "profile") continue;
    if (seen.has(reading.name)) repeated.add(reading.name);
    seen.add(reading.name);
  }
  return [...repeated];
}
