/**
 * The rules for one profile by itself: its keys, its role, and what is wrong with them.
 *
 * @module
 */

import type { Keys } from "./botocore_resolution.ts";
import type { Base, Hop } from "./resolution.ts";

/** Why a profile is refused. */
export class Refusal extends Error {}

/** Reports whether a profile is a role on a source. */
export function isRole(keys: Keys | undefined): boolean {
  return keys !== undefined && keys.has("role_arn") && !keys.has("web_identity_token_file");
}

/** Returns the keys of a section, if it has any. */
export function staticKeys(section: string, keys: Keys | undefined): Base | undefined {
  const accessKeyId = text(keys?.get("aws_access_key_id"));
  if (keys === undefined || accessKeyId === undefined) return undefined;
  if (!keys.has("aws_secret_access_key")) refuse(`${section} has no secret key`);
  const token = keys.get("aws_security_token") ?? keys.get("aws_session_token");
  return { kind: token ? "session" : "long-term", section, accessKeyId };
}

/** Returns what a profile says of its role. */
export function hopOf(section: string, keys: Keys): Hop {
  const get = (key: string) => text(keys.get(key));
  const [externalId, serialNumber] = [get("external_id"), get("mfa_serial")];
  const roleSessionName = get("role_session_name");
  const seconds = get("duration_seconds");
  // Python's int(): digits, with a sign and single underscores between them.
  const isNumber = seconds !== undefined && /^[+-]?\d+(_\d+)*$/.test(seconds);
  return {
    section,
    roleArn: get("role_arn")!,
    ...(roleSessionName ? { roleSessionName } : {}),
    ...(externalId !== undefined && { externalId }),
    ...(serialNumber !== undefined && { serialNumber }),
    ...(isNumber && { durationSeconds: Number(seconds.replaceAll("_", "")) }),
  };
}

/** Refuses what STS is certain to refuse. */
export function checkHop(hop: Hop): void {
  const { roleArn, roleSessionName = "okay", externalId = "okay", durationSeconds = 900 } = hop;
  const { serialNumber = "GAHT12345678" } = hop;
  const isSound = /^arn:aws(-cn)?:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn) &&
    /^[\w+=,.@-]{2,64}$/.test(roleSessionName) &&
    /^[\w+=,.@:/-]{2,1224}$/.test(externalId) &&
    /^(arn:aws[a-z-]*:iam::\d{12}:(sms-)?mfa\/[\w+=/:,.@-]+|[A-Za-z0-9]{9,256})$/
      .test(serialNumber) &&
    durationSeconds >= 900 && durationSeconds <= 43_200;
  if (!isSound) refuse(`STS would refuse ${JSON.stringify(hop)}`);
}

/** Returns a value; one that is nested is none that anybody can use. */
export function text(value: ReturnType<Keys["get"]>): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  return refuse("a nested value");
}

/** Refuses a profile. */
export function refuse(why: string): never {
  throw new Refusal(why);
}
