/**
 * The sections of AWS's two files as the profiles that the SDKs see in them: headers and values.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 *
 * @module
 */

import type { IniDocument, IniEntry } from "../ini/document.ts";
import { inlineComment } from "../ini/lines.ts";
import type { AwsFile, AwsFiles } from "./read.ts";

/** A value and the line it stands on. */
export interface FileValue {
  /** Without surrounding space and inline comment. */
  readonly value: string;
  /** The file. */
  readonly path: string;
  /** The section, without brackets. */
  readonly section: string;
  /** The key, in lower case unless nested. */
  readonly key: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * The section of the config file that holds a profile, or `undefined`. botocore takes `[default]`
 * and `[profile default]` for the same; the later one wins.
 */
export function configSection(config: IniDocument, profile: string): string | undefined {
  const plain = `profile ${profile}`;
  if (profile !== "default") {
    // Two words need quotes.
    if (config.has(plain) && !/\s/.test(profile)) return plain;
  } else if (config.has(plain) || config.has("default")) {
    return (config.sectionLine(plain) ?? 0) > (config.sectionLine("default") ?? 0)
      ? plain
      : "default";
  }
  return quotedSections(config).get(profile);
}

/** The section of the config file that a profile has, or is to get. */
export function configSectionOrNew(config: IniDocument, profile: string): string {
  const quote = !/[\s'"\\]/.test(profile) ? "" : profile.includes('"') ? "'" : '"';
  return configSection(config, profile) ??
    (profile === "default" ? profile : `profile ${quote}${profile}${quote}`);
}

const quotedSectionsOf = new WeakMap<IniDocument, Map<string, string>>();

/** Sections such as `[profile "a b"]`, by profile; kept, since every setting asks. */
function quotedSections(config: IniDocument): Map<string, string> {
  let found = quotedSectionsOf.get(config);
  if (found === undefined) {
    found = new Map();
    for (const section of config.sections()) {
      if (!/["'\t]|\s\s/.test(section)) continue;
      const profile = profileOfSection(section);
      if (profile !== undefined) found.set(profile, section);
    }
    quotedSectionsOf.set(config, found);
  }
  return found;
}

/** The profile that a section of the config file describes, if it describes one. */
function profileOfSection(section: string): string | undefined {
  if (section === "default") return "default";
  const match = /^profile\s+(?:"([^"]*)"|'([^']*)'|(\S+))\s*$/.exec(section);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** Every profile either file knows, in the order of the files. */
export function profileNames({ config, credentials }: AwsFiles): string[] {
  const others = configProfiles(config.document).filter((name) => !credentials.document.has(name));
  return [...credentials.document.sections(), ...others].filter((name) => name !== "DEFAULT");
}

/** Every profile of the config file, each once. */
export function configProfiles(config: IniDocument): string[] {
  return [...new Set(config.sections().flatMap((section) => profileOfSection(section) ?? []))];
}

/**
 * A profile's own key as SDKs see it: the credentials file first, then the config file. White space
 * followed by `#` or `;` ends a value for the JavaScript and Go SDKs; none of the keys asked for
 * here can hold that, so it ends it here, too.
 */
export function profileValue(files: AwsFiles, profile: string, key: string): FileValue | undefined {
  const inCredentials = sectionValue(files.credentials, profile, key);
  if (inCredentials !== undefined) return inCredentials;
  const section = configSection(files.config.document, profile);
  return section === undefined ? undefined : sectionValue(files.config, section, key);
}

/** A key of one section; an empty value counts as none. */
export function sectionValue(file: AwsFile, section: string, key: string): FileValue | undefined {
  const entry = file.document.entry(section, key);
  return entry && fileValue(file, section, entry);
}

/** The keys of the profile's `stsmfa` block in the config file. */
export function stsmfaBlock(files: AwsFiles, profile: string): FileValue[] | undefined {
  const section = configSection(files.config.document, profile);
  if (section === undefined || files.config.document.entry(section, "stsmfa") === undefined) {
    return undefined;
  }
  return nestedValues(files.config, section, "stsmfa");
}

/** The keys nested below a key; one without a value has the value `""`. */
export function nestedValues(file: AwsFile, section: string, key: string): FileValue[] {
  return file.document.nested(section, key).map((entry) =>
    fileValue(file, section, entry) ?? { ...entry, value: "", path: file.path, section }
  );
}

function fileValue(file: AwsFile, section: string, entry: IniEntry): FileValue | undefined {
  const comment = entry.key === "mfa_process" ? undefined : inlineComment(` ${entry.value}`);
  const value = comment === undefined
    ? entry.value
    : entry.value.slice(0, entry.value.length - comment.length).trim();
  return value === ""
    ? undefined
    : { value, path: file.path, section, key: entry.key, line: entry.line };
}
