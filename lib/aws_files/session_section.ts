/**
 * Reads and writes a session's section of the credentials file: the keys stsmfa owns, and the
 * spellings of other tools that it understands.
 *
 * @module
 */

import {
  formatExpiration,
  parseExpiration,
  Secret,
  type SessionCredentials,
} from "../credentials.ts";
import { defaultSection, type IniDocument } from "../ini/document.ts";
import { commentInValue } from "../ini/lines.ts";

/** What a section says about its session. */
export interface SessionSection {
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: Secret | undefined;
  readonly sessionToken: Secret | undefined;
  /** `undefined` if the section has none, or one that can't be parsed. */
  readonly expiration: Date | undefined;
  /** The role the session is for, as aws-mfa and stsmfa record it. */
  readonly roleArn: string | undefined;
}

/** Expiry keys in use: ours first, then those of other tools, which are kept in sync. */
export const expirationKeys = [
  "expiration",
  "x_security_token_expires",
  "aws_credential_expiration",
  "aws_token_expiration",
  "awsmfa_expiration",
  "aws_session_expiration",
  "aws_expiration",
] as const;

/** Every key that stsmfa may write to or remove from a session's section. */
export const ownedKeys: readonly string[] = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "aws_security_token",
  "assumed_role",
  "assumed_role_arn",
  ...expirationKeys,
];

/** Reads a section. The earliest of several expirations counts; if one is unreadable, none does. */
export function readSessionSection(document: IniDocument, section: string): SessionSection {
  const values = new Map(document.entries(section).map(({ key, value }) => [key, value]));
  const get = (key: string) => values.get(key) || undefined;
  const secret = (value: string | undefined) => value === undefined ? undefined : new Secret(value);
  const expirations = expirationKeys.flatMap((key) => get(key) ?? []);
  // awsume writes the time of a zone that it does not name.
  const isLocal = get("manager") === "awsume" || get("autoawsume") !== undefined;
  return {
    accessKeyId: get("aws_access_key_id"),
    secretAccessKey: secret(get("aws_secret_access_key")),
    sessionToken: secret(get("aws_session_token") ?? get("aws_security_token")),
    expiration: isLocal && expirations.some((text) => / \d\d:\d\d:\d\d$/.test(text))
      ? undefined
      : earliest(expirations),
    roleArn: get("assumed_role_arn"),
  };
}

function earliest(texts: readonly string[]): Date | undefined {
  const dates = texts.map(parseExpiration);
  if (dates.length === 0 || dates.some((date) => date === undefined)) return undefined;
  return new Date(Math.min(...dates.map((date) => date!.getTime())));
}

/** Returns the section's credentials if they are complete and botocore would use them. */
export function sessionCredentials(
  document: IniDocument,
  section: string,
): SessionCredentials | undefined {
  const { accessKeyId, secretAccessKey, expiration } = readSessionSection(document, section);
  const sessionToken = document.get(section, "aws_session_token") || undefined;
  const legacyToken = document.get(section, "aws_security_token") ??
    document.get(defaultSection, "aws_security_token");
  // botocore prefers the legacy token, so one that differs breaks the profile.
  const tokensAgree = legacyToken === undefined || legacyToken === sessionToken;
  if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration || !tokensAgree) {
    return undefined;
  }
  // Behind a value, a comment is a part of it to botocore.
  const values = [accessKeyId, secretAccessKey.reveal(), sessionToken];
  if (values.some((value) => commentInValue(value) !== undefined)) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: new Secret(sessionToken), expiration };
}

/**
 * Reports whether the section holds keys that AWS shows only once and that must never be
 * overwritten: a key without a token, or one whose ID begins with AKIA, whatever else is there
 * (`aws configure` leaves an old token and expiration behind); or that it names one in a key store.
 */
export function holdsLongTermCredentials(document: IniDocument, section: string): boolean {
  if (document.get(section, "stsmfa_key")) return true;
  const { accessKeyId, secretAccessKey, sessionToken } = readSessionSection(document, section);
  if (accessKeyId === undefined && secretAccessKey === undefined) return false;
  if (accessKeyId?.startsWith("AKIA")) return true;
  return sessionToken === undefined && !accessKeyId?.startsWith("ASIA");
}

/** What to write along with the credentials. */
export interface SessionSectionOptions {
  /** The role the session is for. */
  readonly roleArn?: string | undefined;
  /** Also writes `aws_security_token`, for programs older than 2015; else removes a stale one. */
  readonly legacyToken: boolean;
}

/** Writes a session to its section; keys we do not own stay as they are. */
export function writeSessionSection(
  document: IniDocument,
  section: string,
  credentials: SessionCredentials,
  options: SessionSectionOptions,
): void {
  const present = new Set(document.entries(section).map(({ key }) => key));
  const expiration = formatExpiration(credentials.expiration);
  const sessionToken = credentials.sessionToken.reveal();
  document.set(section, "aws_access_key_id", credentials.accessKeyId);
  document.set(section, "aws_secret_access_key", credentials.secretAccessKey.reveal());
  document.set(section, "aws_session_token", sessionToken);
  if (options.legacyToken) document.set(section, "aws_security_token", sessionToken);
  else document.remove(section, "aws_security_token");
  const [ours, theirs, ...others] = expirationKeys;
  for (const key of [ours, theirs, ...others.filter((each) => present.has(each))]) {
    document.set(section, key, expiration);
  }
  if (present.has("assumed_role")) {
    document.set(section, "assumed_role", options.roleArn === undefined ? "False" : "True");
  }
  if (options.roleArn !== undefined) document.set(section, "assumed_role_arn", options.roleArn);
  else document.remove(section, "assumed_role_arn");
}

/**
 * Removes a session from its section: the keys we own, and the section itself if nothing else is in
 * it. Long-term keys are never touched.
 *
 * @param isOurs whether an unusual key ID belongs to a session anyway
 * @returns whether there was a session
 */
export function removeSession(
  document: IniDocument,
  section: string,
  isOurs: (accessKeyId: string) => boolean,
): boolean {
  const { accessKeyId = "", sessionToken } = readSessionSection(document, section);
  if (sessionToken === undefined) return false;
  if (holdsLongTermCredentials(document, section) && !isOurs(accessKeyId)) return false;
  const isOnlyOurs = document.entries(section).every(({ key }) => ownedKeys.includes(key)) &&
    !document.hasComments(section);
  if (isOnlyOurs) document.removeSection(section);
  else document.remove(section, ...ownedKeys);
  return true;
}
