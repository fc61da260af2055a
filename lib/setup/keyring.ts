/**
 * What aws-vault and granted write into the key stores of a system: both with the same library for
 * Go, and so in the same form.
 *
 * Source: https://github.com/ByteNess/keyring, https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws
 *
 * @module
 */

import { type LongTermCredentials, Secret } from "../credentials.ts";
import type { StsmfaError } from "../errors.ts";

/** The tools whose keys are in key stores. */
export const keyringTools = ["aws-vault", "granted"] as const;

/** One of {@link keyringTools}. */
export type KeyringTool = (typeof keyringTools)[number];

/** Reports whether a tool is one of {@link keyringTools}. */
export function isKeyringTool(tool: string): tool is KeyringTool {
  return keyringTools.some((each) => each === tool);
}

/** A place where one of the tools may keep keys. */
export interface Keyring {
  /** What people call it. */
  readonly title: string;
  /**
   * Returns the items that may be keys.
   *
   * @throws StsmfaError `KeyStoreUnusable`, `KeyStoreLocked`, `FileUnreadable` if nothing can be
   * looked for
   */
  items(wanted: Wanted): Promise<KeyringItem[]>;
}

/** What is looked for. */
export interface Wanted {
  /** Names of profiles. */
  readonly names: readonly string[];
  /** Whether every other item is wanted too, where a place can be listed. */
  readonly isAll: boolean;
}

/** An item. */
export interface KeyringItem {
  /** The profile that it is for, if it is a key. */
  readonly name: string;
  /** Its file, if it has one. */
  readonly path?: string;
  /** What is in it, or why that cannot be known. */
  readonly content: Secret | StsmfaError;
}

/** Reports whether an item is a kept session, or a token of IAM Identity Center, by its name. */
export function isCacheName(name: string): boolean {
  return /^[^,]+,[^,]+,[^,]*,\d+$/.test(name) || /^session:[^ ]+:[^ ]*:[^:]+$/.test(name) ||
    /^.+ session \(\d+\)$/.test(name) || name.startsWith("oidc:");
}

/**
 * Returns the key in an item.
 *
 * @returns `broken` for an item of the tool's without one; `undefined` for whatever else is there: a
 * session, a token, what belongs to another tool
 */
export function keyIn(
  tool: KeyringTool,
  name: string,
  content: Secret,
): LongTermCredentials | "broken" | undefined {
  const outer = objectIn(content.reveal());
  if (outer === undefined) return undefined;
  // Stores that take texts alone, or have no labels, get the whole item.
  const { Data: data, Key: key, Label: label } = outer;
  const isWrapped = typeof data === "string";
  const own = tool === "aws-vault" ? `aws-vault (${name})` : "";
  if (isWrapped && ((key ?? name) !== name || (label ?? "") !== own)) return undefined;
  const found = isWrapped ? objectIn(decoded(data)) : outer;
  const isMarked = isWrapped && tool === "aws-vault";
  if (found === undefined) return isMarked ? "broken" : undefined;
  const { AccessKeyID: id, SecretAccessKey: secret, SessionToken: token, CanExpire: ends } = found;
  if (token || ends === true) return undefined;
  if (typeof id === "string" && id !== "" && typeof secret === "string" && secret !== "") {
    return { accessKeyId: id, secretAccessKey: new Secret(secret) };
  }
  return isMarked ? "broken" : undefined;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    return undefined;
  }
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)));
  } catch {
    return "";
  }
}
