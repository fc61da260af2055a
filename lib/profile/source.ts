/**
 * Where the credentials for a profile's sessions come from, as botocore finds them in the profile's
 * own section.
 *
 * @module
 */

import {
  configSection,
  type FileValue,
  placeOf,
  profileValue,
  refuseUnusableKey,
  sectionValue,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import { type LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords } from "../hint_words.ts";
import type { OthersSource } from "./others_source.ts";

/** Where the credentials for a profile's sessions come from. */
export type ProfileSource = LongTermSource | StoredSource | SessionSource | OthersSource;

/** Long-term keys, and where they are. */
export interface LongTermSource {
  /** The kind of source. */
  readonly kind: "long-term";
  /** The profile, or section of the credentials file, such as `work-long-term`. */
  readonly section: string;
  /** The file they are in. */
  readonly path: string;
  /** The line of the first of them. */
  readonly line: number;
  /** The keys. */
  readonly credentials: LongTermCredentials;
}

/** A key store: the system's own (Secret Service, Keychain, Credential Manager), or `pass`. */
export type StoreName = "keychain" | "pass";

/** A long-term key in a key store, which is asked for the secret when that is needed. */
export interface StoredSource {
  /** The kind of source. */
  readonly kind: "stored";
  /** The profile, or section of the credentials file, that names it. */
  readonly section: string;
  /** The file that it is named in. */
  readonly path: string;
  /** The line that names it. */
  readonly line: number;
  /** Where the secret is. */
  readonly store: StoreName;
  /** What is known of the key without asking. */
  readonly credentials: Pick<LongTermCredentials, "accessKeyId">;
}

/** A session that somebody else has put there; it is used as it is. */
export interface SessionSource {
  /** The kind of source. */
  readonly kind: "session";
  /** The section that holds the session. */
  readonly section: string;
  /** The file it is in. */
  readonly path: string;
  /** The line of its access key. */
  readonly line: number;
  /** The session. */
  readonly credentials: LongTermCredentials & {
    /** Sent with every request. */
    readonly sessionToken: Secret;
    /** When it ends, if that is known. */
    readonly expiration?: Date;
  };
}

/** A source with credentials that requests can be signed with. */
export type KeyedSource = LongTermSource | SessionSource;

/** A source whose access key is known by its ID: what is kept for it is found by that. */
export type KnownSource = KeyedSource | StoredSource;

/** Returns the source if its access key is known, be the secret at hand or in a key store. */
export function knownSource(source: ProfileSource): KnownSource | undefined {
  return source.kind === "stored" ? source : keyedSource(source);
}

/** Reports whether MFA can be proved with a source: it is a user's own key. */
export function isLongTerm(source: ProfileSource): source is LongTermSource | StoredSource {
  return source.kind === "long-term" || source.kind === "stored";
}

/** Returns the source if its credentials are known. */
export function keyedSource(source: ProfileSource): KeyedSource | undefined {
  return source.kind === "long-term" || source.kind === "session" ? source : undefined;
}

/**
 * Returns the source, if MFA can be proved with it.
 *
 * @throws StsmfaError `SourceIsSession`, `LongTermCredentialsMissing`
 */
export function longTermKeysOf(
  source: ProfileSource,
  hint?: string,
): LongTermSource | StoredSource {
  if (isLongTerm(source)) return source;
  const what = source.kind === "session"
    ? "has the keys of a session"
    : "has no access key of its own";
  throw new StsmfaError(
    source.kind === "session" ? "SourceIsSession" : "LongTermCredentialsMissing",
    `[${source.section}] ${what}, and AWS only issues sessions for an access key`,
    {
      hint,
      places: source.kind === "session"
        ? [{ kind: "file", path: source.path, line: source.line, key: "aws_access_key_id" }]
        : [],
    },
  );
}

/**
 * Reports whether a profile's `credential_process` is stsmfa: its session is served on request, not
 * written.
 */
export function asksStsmfa(files: AwsFiles, profile: string): boolean {
  const command = profileValue(files, profile, "credential_process")?.value ?? "";
  return /\bstsmfa\b/.test(command) && !/\bkeys\s+process\b/.test(command);
}

/**
 * Returns the keys or the session in a profile's section of one file.
 *
 * @throws StsmfaError `LongTermCredentialsMissing` for half a key, `InvalidSetting` for one with a
 * comment behind it
 */
export function keysIn(
  files: AwsFiles,
  name: string,
  where: "credentials" | "config",
): KeyedSource | undefined {
  const file = files[where];
  const section = where === "credentials" ? name : configSection(file.document, name);
  const get = (key: string) => section === undefined ? undefined : sectionValue(file, section, key);
  const id = get("aws_access_key_id");
  const secret = get("aws_secret_access_key");
  // A secret alone is nothing to AWS's tools.
  if (id === undefined) return undefined;
  if (secret === undefined) throw halfKey(name, id, undefined);
  for (const each of [id, secret]) refuseUnusableKey(each);
  const { path, line } = id;
  const credentials = { accessKeyId: id.value, secretAccessKey: new Secret(secret.value) };
  // botocore prefers the older name.
  const token = get("aws_security_token") ?? get("aws_session_token");
  if (token === undefined && !id.value.startsWith("ASIA")) {
    return { kind: "long-term", section: name, path, line, credentials };
  }
  const { expiration } = readSessionSection(file.document, section!);
  const sessionToken = new Secret(token?.value ?? "");
  return {
    kind: "session",
    section: name,
    path,
    line,
    credentials: { ...credentials, sessionToken, ...(expiration && { expiration }) },
  };
}

/** The line that stands in a section in place of a key, and says where the secret is. */
export const storedKeyName = "stsmfa_key";

/**
 * Returns the key in a key store that a profile's section of one file names.
 *
 * @throws StsmfaError `InvalidSetting`
 */
export function storedKeyIn(
  files: AwsFiles,
  name: string,
  where: "credentials" | "config",
): StoredSource | undefined {
  const file = files[where];
  const section = where === "credentials" ? name : configSection(file.document, name);
  const found = section === undefined ? undefined : sectionValue(file, section, storedKeyName);
  // `[DEFAULT]` gives nobody a key of ours: it would be everybody's.
  if (found === undefined || found.section !== section) return undefined;
  const [, store, accessKeyId] = /^(keychain|pass):([A-Z0-9]{16,128})$/.exec(found.value) ?? [];
  if (accessKeyId === undefined) {
    const { path, line } = found;
    throw new StsmfaError(
      "InvalidSetting",
      `${path}: line ${line}: ${storedKeyName} in [${found.section}] does not name a key in a key store`,
      {
        hint:
          `write it as ${storedKeyName} = keychain:AKIA... or pass:AKIA..., with the access key ID`,
        places: [placeOf(found)],
      },
    );
  }
  return {
    kind: "stored",
    section: name,
    path: found.path,
    line: found.line,
    store: store as StoreName,
    credentials: { accessKeyId },
  };
}

/** Returns the error for half a key. */
export function halfKey(
  name: string,
  id: FileValue | undefined,
  secret: FileValue | undefined,
): StsmfaError {
  const { path, line, section, value } = (id ?? secret)!;
  const missing = id === undefined ? "aws_access_key_id" : "aws_secret_access_key";
  const isIndented = value.split("\n").slice(1)
    .some((each) => each.toLowerCase().startsWith(missing));
  return new StsmfaError(
    "LongTermCredentialsMissing",
    `${path}: [${section}] in line ${line} has no ${missing}`,
    {
      hint: isIndented
        ? `its line is indented, so it belongs to the value above; remove the space before ${missing}`
        : `add it: aws configure ${flagWords("--profile", name)}`,
      places: [placeOf((id ?? secret)!)],
    },
  );
}

/** On a screen. */
const words: Readonly<Record<ProfileSource["kind"], string>> = {
  "long-term": "keys",
  stored: "key store",
  session: "session",
  process: "process",
  "web-identity": "web identity",
  sso: "sso",
  login: "login",
  environment: "variables",
  container: "container",
  instance: "instance",
};

/** Returns `sso`, `process` and the like. */
export function sourceWord({ source }: { readonly source: ProfileSource }): string {
  return words[source.kind];
}
