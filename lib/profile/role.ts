/**
 * A role, and what it is assumed with.
 *
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 *
 * @module
 */

import type { Environment } from "../context.ts";
import type { Hop } from "./chain.ts";
import { type Origin, type Resolved, settingError } from "./origin.ts";
import { resolveDuration } from "./session_duration.ts";
import { parseSessionTags } from "./session_tags.ts";
import type { Settings } from "./settings.ts";

/** A role to assume. */
export interface Role {
  /** The profile that describes it. */
  readonly profile: string;
  /** The ARN of the role. */
  readonly roleArn: string;
  /** The name that CloudTrail shows. */
  readonly roleSessionName: string;
  /** The external ID that the role's trust policy requires. */
  readonly externalId?: string;
  /** Who stands behind the session, as CloudTrail shows for all that is made with it. */
  readonly sourceIdentity?: string;
  /** The tags of the session. */
  readonly sessionTags?: Readonly<Record<string, string>>;
  /** The device that its own profile names. */
  readonly serialNumber?: string;
  /** How many seconds its own profile asks for. */
  readonly durationSeconds: number;
  /** Where each of these comes from. */
  readonly origins: Readonly<
    & Record<"roleArn" | "roleSessionName" | "duration", Origin>
    & Partial<Record<"externalId" | "sourceIdentity" | "sessionTags", Origin>>
  >;
}

/**
 * Resolves a role completely.
 *
 * @param settings those of the profile that describes it
 * @throws StsmfaError `InvalidSetting`, `Usage`
 */
export function resolveRole(settings: Settings, env: Environment, { profile, roleArn }: Hop): Role {
  checkRoleArn(roleArn);
  const usual = localUserName(env);
  const roleSessionName = settings.find("roleSessionName") ?? {
    value: usual,
    origin: {
      kind: "default" as const,
      reason: usual === unnamed ? "default" : "local user name",
    },
  };
  checkRoleSessionName(roleSessionName);
  const externalId = settings.find("externalId");
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId.value)) {
    throw settingError(
      externalId,
      "not an external id",
      "use 2 to 1224 letters, digits and + = , . @ : / - _",
    );
  }
  const sourceIdentity = settings.inBlock("source_identity");
  if (sourceIdentity !== undefined && !/^[\w+=,.@-]{2,64}$/.test(sourceIdentity.value)) {
    throw settingError(
      sourceIdentity,
      `${sourceIdentity.value} is not a source identity`,
      "use 2 to 64 letters, digits and + = , . @ - _",
    );
  }
  const tags = settings.inBlock("session_tags");
  const serialNumber = settings.inFiles("mfaSerial");
  const duration = resolveDuration(settings.find("duration"), true);
  return {
    profile,
    roleArn: roleArn.value,
    roleSessionName: roleSessionName.value,
    ...(externalId && { externalId: externalId.value }),
    ...(sourceIdentity && { sourceIdentity: sourceIdentity.value }),
    ...(tags && { sessionTags: parseSessionTags(tags) }),
    ...(serialNumber && { serialNumber: serialNumber.value }),
    durationSeconds: duration.value,
    origins: {
      roleArn: roleArn.origin,
      roleSessionName: roleSessionName.origin,
      duration: duration.origin,
      ...(externalId && { externalId: externalId.origin }),
      ...(sourceIdentity && { sourceIdentity: sourceIdentity.origin }),
      ...(tags && { sessionTags: tags.origin }),
    },
  };
}

/** Returns the name of a role's session where none is given. */
export function localUserName(env: Environment): string {
  const name = env.get("LOGNAME") ?? env.get("USER") ?? env.get("USERNAME") ?? "";
  const legal = name.normalize("NFKD").replace(/[^A-Za-z0-9+=,.@_-]/g, "").slice(0, 64);
  return legal.length >= 2 ? legal : unnamed;
}

/** The session's name where the user has none that AWS takes. */
const unnamed = "stsmfa";

/** @throws StsmfaError `Usage`, `InvalidSetting` for what is not the ARN of a role */
export function checkRoleArn(roleArn: Resolved<string>): void {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn.value)) return;
  throw settingError(
    roleArn,
    `${roleArn.value} is not the ARN of a role`,
    "write it like arn:aws:iam::123456789012:role/Administrator",
  );
}

/** @throws StsmfaError `Usage`, `InvalidSetting` for what AWS takes for no name of a session */
export function checkRoleSessionName(roleSessionName: Resolved<string>): void {
  if (/^[\w+=,.@-]{2,64}$/.test(roleSessionName.value)) return;
  throw settingError(
    roleSessionName,
    `${roleSessionName.value} is not a role session name`,
    "use 2 to 64 letters, digits and + = , . @ - _",
  );
}
