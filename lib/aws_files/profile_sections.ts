/**
 * Reads AWS's two files as botocore does: the profiles that section headers name, and their values.
 *
 * In the config file a section that begins with `profile` is read as words of a shell, of which the
 * second is the name; of several spellings of one name the last replaces the others whole. In the
 * credentials file the header is the name. In either, `[DEFAULT]` gives its keys to every section.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 *
 * @module
 */

import { isLikeSecretKey } from "../credentials.ts";
import { type ErrorPlace, StsmfaError } from "../errors.ts";
import { defaultSection, type IniDocument, type IniEntry } from "../ini/document.ts";
import { commentInValue } from "../ini/lines.ts";
import { quotedWord, wordsOf } from "../ini/names.ts";
import type { AwsFile, AwsFiles } from "./read.ts";

/** A value and the line it is on. */
export interface FileValue {
  /** Without surrounding space; a comment behind it is a part of it, as it is to botocore. */
  readonly value: string;
  /** The path of the file. */
  readonly path: string;
  /** The section it stands in, without brackets; `DEFAULT` if it is inherited from there. */
  readonly section: string;
  /** The key, in lower case unless nested. */
  readonly key: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What a section of the config file can be. */
export type SectionKind = "profile" | "sso-session" | "services";

const kinds: readonly SectionKind[] = ["profile", "sso-session", "services"];

/** Headers that need no splitting into words, which most are. */
const plainHeader = /^(?:profile|sso-session|services) [^\s'"\\]+$/;

/** Returns what botocore reads a header of the config file as; `undefined` if it reads nothing. */
export function readHeader(section: string): { kind: SectionKind; name: string } | undefined {
  if (section === "default") return { kind: "profile", name: section };
  const kind = kinds.find((each) => section.startsWith(each));
  if (kind === undefined) return undefined;
  if (plainHeader.test(section)) return { kind, name: section.slice(kind.length + 1) };
  const words = wordsOf(section);
  return words?.length === 2 ? { kind, name: words[1]! } : undefined;
}

/** The headers of a config file that are not plain. */
interface OddHeaders {
  readonly revision: number;
  /** Sections by what they are read as, such as `profile a b`, in the order of the file. */
  readonly read: ReadonlyMap<string, readonly string[]>;
  /** Sections that are read as nothing. */
  readonly unread: readonly string[];
  /** The section that is read for each name that was asked for, by kind. */
  readonly named: Readonly<Record<SectionKind, Map<string, string | undefined>>>;
}

const oddHeadersOf = new WeakMap<IniDocument, OddHeaders>();

/** Finds the odd headers; cached, as every value needs them. */
function oddHeaders(config: IniDocument): OddHeaders {
  const known = oddHeadersOf.get(config);
  if (known?.revision === config.revision) return known;
  const read = new Map<string, string[]>();
  const unread: string[] = [];
  for (const section of config.sections()) {
    if (plainHeader.test(section) || section === defaultSection) continue;
    const header = readHeader(section);
    if (header === undefined) {
      unread.push(section);
      continue;
    }
    const words = `${header.kind} ${header.name}`;
    const spellings = read.get(words);
    if (spellings === undefined) read.set(words, [section]);
    else spellings.push(section);
  }
  const named = { profile: new Map(), "sso-session": new Map(), services: new Map() };
  const found = { revision: config.revision, read, unread, named };
  oddHeadersOf.set(config, found);
  return found;
}

/** Returns every section that botocore reads as this one, in the order of the file. */
export function spellingsOf(config: IniDocument, kind: SectionKind, name: string): string[] {
  const plain = `${kind} ${name}`;
  const odd = oddHeaders(config).read.get(plain) ?? [];
  if (!config.has(plain) || !plainHeader.test(plain)) return [...odd];
  if (odd.length === 0) return [plain];
  return [...odd, plain].sort((a, b) => config.sectionLine(a)! - config.sectionLine(b)!);
}

/** Returns the section of the config file that botocore reads under a name: the last spelling. */
export function namedSection(
  config: IniDocument,
  kind: SectionKind,
  name: string,
): string | undefined {
  const named = oddHeaders(config).named[kind];
  const known = named.get(name);
  if (known !== undefined || named.has(name)) return known;
  const section = spellingsOf(config, kind, name).at(-1);
  named.set(name, section);
  return section;
}

/** Returns the section of the config file that botocore reads for a profile, or `undefined`. */
export function configSection(config: IniDocument, profile: string): string | undefined {
  return namedSection(config, "profile", profile);
}

/** Reports whether every SDK finds a profile by its headers alike, as far as a glance tells. */
export function isPlainlyWritten({ config, credentials }: AwsFiles, profile: string): boolean {
  const spellings = spellingsOf(config.document, "profile", profile);
  return [config, credentials].every(({ document }) => !document.has(defaultSection)) &&
    spellings.every((each) => each === `profile ${profile}` || each === "default") &&
    spellings.length < 2 && /^[\w\-@+.%:/]+$/.test(profile);
}

/** Returns the profile's section in the config file, or the name of the one to create for it. */
export function configSectionOrNew(config: IniDocument, profile: string): string {
  return configSection(config, profile) ??
    (profile === "default" ? profile : `profile ${quotedWord(profile)}`);
}

/** Returns every profile of both files, those in the credentials file first. */
export function profileNames({ config, credentials }: AwsFiles): string[] {
  const names = credentials.document.sections().filter((name) => name !== defaultSection);
  const others = configProfiles(config.document)
    .filter((name) => name === defaultSection || !credentials.document.has(name));
  return [...names, ...others];
}

/** Reports whether there is such a profile in either file, without a look at all of them. */
export function hasProfile({ config, credentials }: AwsFiles, name: string): boolean {
  if (name === "") return false;
  return (name !== defaultSection && credentials.document.has(name)) ||
    configSection(config.document, name) !== undefined;
}

/** Returns every profile of the config file, each once; one without a name cannot be asked for. */
export function configProfiles(config: IniDocument): string[] {
  const headers = config.sections().map(readHeader);
  const names = headers.flatMap((header) => header?.kind === "profile" ? header.name : []);
  return [...new Set(names)].filter((name) => name !== "");
}

/**
 * Returns a profile's own key as botocore merges both files: the credentials file first, then the
 * config file. A key without a value is there, too.
 */
export function profileEntry(files: AwsFiles, profile: string, key: string): FileValue | undefined {
  const { config, credentials } = files;
  const section = configSection(config.document, profile);
  return (profile === defaultSection ? undefined : sectionEntry(credentials, profile, key)) ??
    (section === undefined ? undefined : sectionEntry(config, section, key));
}

/** Works like {@link profileEntry}, but an empty value counts as none. */
export function profileValue(files: AwsFiles, profile: string, key: string): FileValue | undefined {
  return unlessEmpty(profileEntry(files, profile, key));
}

/** Returns a key of one section, or what it inherits from `[DEFAULT]`, even if it is empty. */
export function sectionEntry(file: AwsFile, section: string, key: string): FileValue | undefined {
  const { document } = file;
  if (!document.has(section)) return undefined;
  const own = document.entry(section, key);
  const holder = own === undefined ? defaultSection : section;
  const entry = own ?? document.entry(defaultSection, key);
  return entry && fileValue(file, holder, entry);
}

/** Works like {@link sectionEntry}, but an empty value counts as none. */
export function sectionValue(file: AwsFile, section: string, key: string): FileValue | undefined {
  return unlessEmpty(sectionEntry(file, section, key));
}

/** Returns the keys of the profile's `stsmfa` block in the config file. */
export function stsmfaBlock(files: AwsFiles, profile: string): FileValue[] | undefined {
  const section = configSection(files.config.document, profile);
  if (section === undefined || files.config.document.entry(section, "stsmfa") === undefined) {
    return undefined;
  }
  return nestedValues(files.config, section, "stsmfa");
}

/** Returns the keys nested under a key; one without a value has the value `""`. */
export function nestedValues(file: AwsFile, section: string, key: string): FileValue[] {
  const { document } = file;
  if (!document.has(section)) return [];
  const holder = document.entry(section, key) === undefined ? defaultSection : section;
  return document.nested(holder, key).map((entry) => fileValue(file, holder, entry));
}

function fileValue(
  { path }: AwsFile,
  section: string,
  { key, line, ...entry }: IniEntry,
  value = entry.value,
): FileValue {
  return { value, path, section, key, line };
}

/** Returns where a value stands, for errors. */
export function placeOf({ path, line, key }: FileValue): ErrorPlace {
  return { kind: "file", path, line, key };
}

function unlessEmpty(found: FileValue | undefined): FileValue | undefined {
  return found?.value === "" ? undefined : found;
}

/**
 * Refuses a part of an access key with a comment behind it, which SDKs do not agree on, and a secret
 * in the place of the ID, which is sent and shown in the clear; the error shows neither.
 *
 * @throws StsmfaError `InvalidSetting`
 */
export function refuseUnusableKey(found: FileValue): void {
  const { value, path, line, key, section } = found;
  if (commentInValue(value) !== undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      `${path}: line ${line}: the AWS CLI reads the comment after ${key} in [${section}] as part of the value`,
      { hint: "put the comment on a line of its own", places: [placeOf(found)] },
    );
  }
  if (key === "aws_access_key_id" && isLikeSecretKey(value)) {
    throw new StsmfaError(
      "InvalidSetting",
      `${path}: line ${line}: ${key} in [${section}] looks like the secret access key`,
      {
        hint: "the ID is the shorter one, as in AKIAIOSFODNN7EXAMPLE",
        places: [placeOf(found)],
      },
    );
  }
}

/** Finds a `stsmfa` block that was meant for a profile and is not read; `why` ends a sentence. */
export function misplacedBlock(
  files: AwsFiles,
  profile: string,
): { readonly block: FileValue; readonly why: string } | undefined {
  const { config, credentials } = files;
  const spellings = spellingsOf(config.document, "profile", profile);
  const read = spellings.pop();
  const line = read && config.document.sectionLine(read);
  const unread = oddHeaders(config.document).unread
    .filter((section) => profileMeantBy(section).toLowerCase() === profile.toLowerCase());
  const ofCredentials = [profile, `profile ${profile}`, `${profile}-long-term`, defaultSection];
  const places: [file: AwsFile, sections: readonly string[], why: string][] = [
    [config, spellings, `[${read}] in line ${line} replaces the whole section`],
    [config, [...unread, defaultSection], "the section is not a profile"],
    [credentials, ofCredentials, "such a block belongs in the config file"],
  ];
  const own = read && config.document.entry(read, "stsmfa");
  if (own && /^[^\n]/.test(own.value)) {
    places.unshift([config, [read], "its keys belong on indented lines below stsmfa ="]);
  }
  for (const [file, sections, why] of places) {
    for (const section of sections) {
      const entry = file.document.entry(section, "stsmfa");
      // An empty one that is replaced says nothing that could be missed.
      const isMissed = entry !== undefined && (entry.value !== "" || file === credentials);
      if (isMissed) return { block: fileValue(file, section, entry, ""), why };
    }
  }
  return undefined;
}

/** Returns the name that a person who wrote such a header meant, whether or not it is read. */
export function profileMeantBy(section: string): string {
  return section.replace(/^[\s"'\\:]*(?:profiles?[\s"'\\:]+)?|[\s"'\\:]+$/gi, "");
}

/** @throws StsmfaError `InvalidSetting` for a `stsmfa` block that stands where it is ignored */
export function refuseMisplacedBlock(files: AwsFiles, profile: string): void {
  const { block, why } = misplacedBlock(files, profile) ?? {};
  if (block === undefined) return;
  const { path, line, section } = block;
  const { config } = files;
  throw new StsmfaError(
    "InvalidSetting",
    `${path}: line ${line}: the stsmfa block in [${section}] is not read: ${why}`,
    {
      hint: `move it to [${configSectionOrNew(config.document, profile)}] of ${config.path}`,
      places: [placeOf(block)],
    },
  );
}
