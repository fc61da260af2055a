/**
 * Homes as people have them, and what AWS's own tools make of one of their profiles.
 *
 * @module
 */

import type { Base, Home, Hop } from "../resolution.ts";

/** A home, a profile of it, and what is right for it. */
export interface AwsToolsHome extends Home {
  readonly what: string;
  readonly profile: string;
  readonly right: {
    readonly base: Base;
    readonly roles: readonly Hop[];
    readonly region: string;
  } | {
    /** What the message has to name. */
    readonly refused: readonly string[];
  };
}

/** The access keys of two people. */
export const [aliceKey, bobKey] = ["AKIAALICE00000000000", "AKIABOB0000000000000"];
/** The access key of every session. */
const sessionKey = "ASIASESSION000000000";
/** Alice's device. */
export const device = "arn:aws:iam::123456789012:mfa/alice";

/** The lines of an access key. */
export function keysOf(id: string): string {
  return `aws_access_key_id = ${id}\naws_secret_access_key = Secret/1\n`;
}

/** The lines of alice's key, and her section, which is in every home that has no other. */
export const aliceKeys = keysOf(aliceKey);
export const me = `[me]\n${aliceKeys}`;
/** The lines of another tool's session, and of one as stsmfa writes it. */
export const session = `${keysOf(sessionKey)}aws_session_token = Token/1\n`;
export const written = `${session}expiration = 2031-01-01T00:00:00Z
x_security_token_expires = 2031-01-01T00:00:00Z
`;

/** The lines of a role on a source. */
export function role(source: string, name = "Role"): string {
  return `role_arn = ${arnOf(name)}\nsource_profile = ${source}\n`;
}

/** The lines of a `stsmfa` block. */
export function block(...lines: readonly string[]): string {
  return `stsmfa =\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** The ARN of a role. */
export function arnOf(name: string, account = "222222222222"): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** Alice's key in `[me]`. */
export const alice = inSection("me");

/** A long-term key in a section. */
export function inSection(section: string, accessKeyId = aliceKey): Base {
  return { kind: "long-term", section, accessKeyId };
}

/** A session in a section. */
export function sessionIn(section: string): Base {
  return { kind: "session", section, accessKeyId: sessionKey };
}

/** A role that a profile names. */
export function hop(section: string, role = "Role", more: Partial<Hop> = {}): Hop {
  return { section, roleArn: arnOf(role), ...more };
}

/** A home whose profile `x`, or another one, works. */
export function works(
  what: string,
  texts: { config?: string; credentials?: string; variables?: Record<string, string> },
  base: Base,
  roles: readonly Hop[] = [],
  { region = "us-east-1", profile = "x" } = {},
): AwsToolsHome {
  return {
    what,
    profile,
    config: texts.config ?? null,
    credentials: texts.credentials ?? me,
    variables: { USER: "somebody", ...texts.variables },
    right: { base, roles, region },
  };
}

/** A home whose profile `x` is refused. */
export function fails(
  what: string,
  config: string,
  refused: readonly string[],
  credentials = me,
): AwsToolsHome {
  const variables = { USER: "somebody" };
  return { what, profile: "x", config, credentials, variables, right: { refused } };
}
