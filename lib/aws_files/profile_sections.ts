/**
 * Reads AWS's two files as SDKs do: the profiles that section headers name, and their values.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 *
 * @module
 */

import type { IniDocument, IniEntry } from "../ini/document.ts";
import { inlineComment } from "../ini/lines.ts";
import type { AwsFile, AwsFiles } from "./read.ts";

/** A value and the line it is on. */
export interface FileValue {
  /** Without surrounding space or an inline comment. */
  readonly value: string;
  /** The path of the file. */
  readonly path: string;
  /** The section, without brackets. */
  readonly section: string;
  /** The key, in lower case unless nested. */
  readonly key: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * Returns the section of the config file that holds a profile, or `undefined`. botocore treats
 * `[default]` and `[profile default]` as the same; the later one wins.
 */
export function configSection(config: IniDocument, profile: string): string | undefined {
  const plain = `profile ${profile}`;
  if (profile !== "default") {
    // A name of two words needs quotes.
    if (config.has(plain) && !/\s/.test(profile)) return plain;
  } else if (config.has(plain) || config.has("default")) {
    return (config.sectionLine(plain) ?? 0) > (config.sectionLine("default") ?? 0)
      ? plain
      : "default";
  }
  return quotedSections(config).get(profile);
}

/** Returns the profile's section in the config file, or the name of the one to create for it. */
export function configSectionOrNew(config: IniDocument, profile: string): string {
  const quote = !/[\s'"\\]/.test(profile) ? "" : profile.includes('"') ? "'" : '"';
  return configSection(config, profile) ??
    (profile === "default" ? profile : `profile ${quote}${profile}${quote}`);
}

const quotedSectionsOf = new WeakMap<IniDocument, Map<string, string>>();

/** Returns sections such as `[profile "a b"]`, by profile; cached, as every setting needs them. */
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

/** Returns the profile that a section of the config file describes, if any. */
function profileOfSection(section: string): string | undefined {
  if (section === "default") return "default";
  const match = /^profile\s+(?:"([^"]*)"|'([^']*)'|(\S+))\s*$/.exec(section);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** Returns every profile of both files, those in the credentials file first. */
export function profileNames({ config, credentials }: AwsFiles): string[] {
  const others = configProfiles(config.document).filter((name) => !credentials.document.has(name));
  return [...credentials.document.sections(), ...others].filter((name) => name !== "DEFAULT");
}

/** Returns every profile of the config file, each once. */
export function configProfiles(config: IniDocument): string[] {
  return [...new Set(config.sections().flatMap((section) => profileOfSection(section) ?? []))];
}

/**
 * Returns a profile's own key as SDKs see it: the credentials file first, then the config file.
 * White space followed by `#` or `;` ends a value for the JavaScript and Go SDKs; none of the keys
 * read here can contain that, so it ends the value here too.
 */
export function profileValue(files: AwsFiles, profile: string, key: string): FileValue | undefined {
  const inCredentials = sectionValue(files.credentials, profile, key);
  if (inCredentials !== undefined) return inCredentials;
  const section = configSection(files.config.document, profile);
  return section === undefined ? undefined : sectionValue(files.config, section, key);
}

/** Returns a profile's own key even if its value is empty: for botocore it is there. */
export function profileEntry(files: AwsFiles, profile: string, key: string): FileValue | undefined {
  const inSection = (file: AwsFile, section: string | undefined) => {
    const entry = section === undefined ? undefined : file.document.entry(section, key);
    return entry && { ...entry, path: file.path, section: section! };
  };
  return inSection(files.credentials, profile) ??
    inSection(files.config, configSection(files.config.document, profile));
}

/** Returns the keys of a section such as `[sso-session NAME]`, if there is one. */
export function namedValues(file: AwsFile, kind: string, name: string): FileValue[] | undefined {
  const section = `${kind} ${name}`;
  if (!file.document.has(section)) return undefined;
  return file.document.entries(section).map((entry) => ({ ...entry, path: file.path, section }));
}

/** Returns a key of one section; an empty value counts as none. */
export function sectionValue(file: AwsFile, section: string, key: string): FileValue | undefined {
  const entry = file.document.entry(section, key);
  return entry && fileValue(file, section, entry);
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
