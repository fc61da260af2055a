/**
 * `stsmfa refresh --dry-run`: what would be done, and where each value comes from.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { CommandResult } from "../cli/command.ts";
import type { Context } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { chainedRoleSeconds, type Profile } from "../profile/profile.ts";
import { describeOrigin } from "../profile/settings.ts";
import { checkTarget } from "../profile/target_check.ts";
import { type Line, line, padded, paint, widest } from "../screen.ts";
import { validSession } from "../session/outcome.ts";
import { checkTogether } from "../session/refresh.ts";

/** What decides whether a profile would be renewed. */
export interface PlanOptions {
  readonly all?: boolean;
  readonly force?: boolean;
  readonly minLeftSeconds: number;
  readonly tokenCode?: string;
  readonly nonInteractive?: boolean;
}

interface Plan {
  readonly profile: Profile;
  readonly renew: boolean;
  readonly reason: string;
  readonly rows: readonly (readonly [name: string, value: string, origin: string])[];
}

/** The plan for the profiles; nothing is asked, sent or written. */
export function planResult(
  context: Context,
  files: AwsFiles,
  profiles: readonly Profile[],
  failed: readonly { readonly name: string; readonly error: StsmfaError }[],
  options: PlanOptions,
): CommandResult {
  const plans: Plan[] = [];
  const refused = [...failed];
  for (const profile of profiles) {
    try {
      checkTogether(profile, profiles, options.minLeftSeconds);
      plans.push(makePlan(context, files, profile, options));
    } catch (error) {
      if (options.all !== true || !(error instanceof StsmfaError)) throw error;
      refused.push({ name: profile.name, error });
    }
  }
  return {
    json: plans.map(({ profile, renew, reason, rows }) => ({
      profile: profile.name,
      targetProfile: profile.target.section,
      action: renew ? "renew" : "none",
      reason,
      values: Object.fromEntries(rows.map(([name, value, origin]) => [name, { value, origin }])),
    })),
    human: () => plans.flatMap((plan, at) => [...(at === 0 ? [] : [""]), ...describe(plan)]),
    exitStatus: refused[0]?.error.exitStatus ?? ExitStatus.Ok,
    errors: refused.map(({ name, error }) => ({ about: name, error })),
  };
}

function makePlan(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  options: PlanOptions,
): Plan {
  const valid = validSession(context, profile, files.credentials, options.minLeftSeconds);
  const renew = valid === undefined || options.force === true;
  if (renew) {
    checkTarget(profile, files, () => false);
  }
  const reason = valid !== undefined
    ? `still valid for ${formatDuration(secondsLeft(valid.expiration, context.clock.now()))}`
    : whyStale(context, files, profile);
  return { profile, renew, reason, rows: planRows(files, profile, options) };
}

function whyStale(context: Context, files: AwsFiles, profile: Profile): string {
  const session = readSessionSection(files.credentials.document, profile.target.section);
  if (session.sessionToken === undefined) return "there is no session yet";
  if (session.roleArn !== profile.role?.roleArn) {
    return session.roleArn === undefined
      ? "its session is not for the role"
      : `its session is for ${session.roleArn}`;
  }
  if (session.expiration === undefined) return "its session's end is unknown";
  const left = secondsLeft(session.expiration, context.clock.now());
  if (left <= 0) return "its session has expired";
  return `its session has ${formatDuration(left)} left`;
}

function planRows(files: AwsFiles, profile: Profile, options: PlanOptions): Plan["rows"] {
  const { source, target, mfa, role, durationSeconds, endpoints, origins } = profile;
  const origin = (name: string) => {
    const found = origins[name];
    return found === undefined ? "" : describeOrigin(found);
  };
  const isDirect = role !== undefined && durationSeconds > chainedRoleSeconds;
  const request = role === undefined
    ? "GetSessionToken"
    : isDirect
    ? "AssumeRole, with the code"
    : "AssumeRole, on an MFA session";
  const tokenCode: Plan["rows"][number] = options.tokenCode !== undefined
    ? ["token code", options.tokenCode === "-" ? "read from stdin" : "given", "flag --token-code"]
    : mfa.process !== undefined
    ? ["token code", "printed by mfa_process", origin("mfaProcess")]
    : options.nonInteractive
    ? ["token code", "missing", "flag --non-interactive"]
    : ["token code", "asked on the terminal", "default"];
  return [
    ["source", `[${source.section}]`, origin("source")],
    ["target", `[${target.section}] of ${files.credentials.path}`, origin("target")],
    [
      "MFA device",
      mfa.serialNumber ?? "discovered",
      origin("mfaSerial") || "IAM, or the caller's ARN",
    ],
    tokenCode,
    ["request", request, ""],
    ...(role === undefined ? [] : [
      ["role", role.roleArn, origin("roleArn")] as const,
      ["role session name", role.roleSessionName, origin("roleSessionName")] as const,
      ...(role.externalId === undefined
        ? []
        : [["external id", role.externalId, origin("externalId")] as const]),
    ]),
    ["duration", formatDuration(durationSeconds), origin("duration")],
    ["region", profile.region, origin("region")],
    ["endpoint", endpoints.sts.value, origin("endpoint")],
  ];
}

function describe({ profile, renew, reason, rows }: Plan): Line[] {
  const action = renew
    ? paint("yellow", "would be renewed")
    : paint("green", "would be left alone");
  const nameWidth = widest(rows.map(([name]) => name));
  const valueWidth = Math.min(48, widest(rows.map(([, value]) => value)));
  const body = rows.map(([name, value, origin]) =>
    line`  ${padded(name, nameWidth)}  ${padded(value, valueWidth)}  ${paint("dim", origin)}`
  );
  return [line`${profile.name}  ${action}: ${reason}`, ...body];
}
