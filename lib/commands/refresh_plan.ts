/**
 * `stsmfa refresh --dry-run`: what would be done, and where each value comes from.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { CommandResult } from "../cli/command.ts";
import { padColumn } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { describeOrigin, type Origin } from "../profile/origin.ts";
import type { Profile } from "../profile/profile.ts";
import { chainedRoleSeconds } from "../profile/session_duration.ts";
import { type Line, line, paint } from "../screen.ts";
import { checkTogether } from "../session/refresh.ts";
import { validSession } from "../session/valid.ts";
import { checkTarget } from "../session/write_check.ts";

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

/** Returns the plan for the profiles; asks, sends and writes nothing. */
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
    human: async () =>
      (await Promise.all(plans.map(describe)))
        .flatMap((lines, at) => [...(at === 0 ? [] : [""]), ...lines]),
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
  const { source, target, mfa, roles, durationSeconds, endpoints, origins } = profile;
  const said = (origin: Origin | undefined) => origin === undefined ? "" : describeOrigin(origin);
  const isDirect = durationSeconds > chainedRoleSeconds;
  const request = roles.length === 0
    ? "GetSessionToken"
    : isDirect
    ? "AssumeRole, with the code"
    : "AssumeRole, on an MFA session";
  const tokenCode: Plan["rows"][number] = options.tokenCode !== undefined
    ? ["token code", options.tokenCode === "-" ? "read from stdin" : "given", "flag --token-code"]
    : mfa.process !== undefined
    ? ["token code", "printed by mfa_process", said(origins["mfaProcess"])]
    : options.nonInteractive
    ? ["token code", "missing", "flag --non-interactive"]
    : ["token code", "asked on the terminal", "default"];
  return [
    ["source", `[${source.section}]`, said(origins["source"])],
    ["target", `[${target.section}] of ${files.credentials.path}`, said(origins["target"])],
    [
      "MFA device",
      mfa.serialNumber ?? "discovered",
      said(origins["mfaSerial"]) || "IAM, or the caller's ARN",
    ],
    tokenCode,
    ["request", request, ""],
    ...roles.flatMap(({ roleArn, roleSessionName, externalId, origins }): Plan["rows"] => [
      ["role", roleArn, said(origins.roleArn)],
      ["role session name", roleSessionName, said(origins.roleSessionName)],
      ...(externalId === undefined
        ? []
        : [["external id", externalId, said(origins.externalId)] as const]),
    ]),
    ["duration", formatDuration(durationSeconds), said(origins["duration"])],
    ["region", profile.region, said(origins["region"])],
    ["endpoint", endpoints.sts.value, said(origins["endpoint"])],
    ...(endpoints.sts.signingRegion === profile.region
      ? []
      : [["signing region", endpoints.sts.signingRegion, ""] as const]),
  ];
}

async function describe({ profile, renew, reason, rows }: Plan): Promise<Line[]> {
  const action = renew
    ? paint("yellow", "would be renewed")
    : paint("green", "would be left alone");
  const names = await padColumn(rows.map(([name]) => name));
  const values = await padColumn(rows.map(([, value]) => value), 48);
  const body = rows.map(([, , origin], at) =>
    line`  ${names[at]!}  ${values[at]!}  ${paint("dim", origin)}`
  );
  return [line`${profile.name}  ${action}: ${reason}`, ...body];
}
