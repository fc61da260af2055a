/**
 * What `--dry-run` shows: what would be done, and where each value comes from.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { CommandResult } from "./command.ts";
import { measureOf, padColumn, roomOf } from "./table.ts";
import type { Context, Environment } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { expiryWords, formatDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { describeOrigin, type Origin } from "../profile/origin.ts";
import type { Profile } from "../profile/profile.ts";
import type { Role } from "../profile/role.ts";
import { chainedRoleSeconds } from "../profile/session_duration.ts";
import { isLongTerm, sourceWord } from "../profile/source.ts";
import { withTilde } from "../path.ts";
import { type Line, line, paint, textOfPiece } from "../screen.ts";
import { checkTogether, isKeptAlone } from "../session/refresh.ts";
import { isOfSource, validSession } from "../session/valid.ts";
import { checkTarget } from "../session/write_check.ts";
import { keptSession } from "../state/session_lookup.ts";

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
export async function planResult(
  context: Context,
  files: AwsFiles,
  profiles: readonly Profile[],
  failed: readonly { readonly name: string; readonly error: StsmfaError }[],
  options: PlanOptions,
): Promise<CommandResult> {
  const plans: Plan[] = [];
  const refused = [...failed];
  for (const profile of profiles) {
    try {
      checkTogether(profile, profiles, options.minLeftSeconds);
      plans.push(await makePlan(context, files, profile, options));
    } catch (error) {
      if (options.all !== true || !(error instanceof StsmfaError)) throw error;
      refused.push({ name: profile.name, error });
    }
  }
  return {
    json: plans.map(({ profile, renew, reason, rows }) => ({
      profile: profile.name,
      kind: profile.kind,
      targetProfile: profile.kind === "written" ? profile.target.section : null,
      action: renew ? "renew" : "none",
      reason,
      values: Object.fromEntries(rows.map(([name, value, origin]) => [name, { value, origin }])),
    })),
    human: async () =>
      (await Promise.all(plans.map((each) => describe(context, each))))
        .flatMap((lines, at) => [...(at === 0 ? [] : [""]), ...lines]),
    exitStatus: refused[0]?.error.exitStatus ?? ExitStatus.Ok,
    errors: refused.map(({ name, error }) => ({ about: name, error })),
  };
}

async function makePlan(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  options: PlanOptions,
): Promise<Plan> {
  const rows = planRows(files, profile, options);
  if (profile.kind === "others" && profile.roles.length === 0) {
    return { profile, renew: false, reason: `its credentials are ${sourceWord(profile)}`, rows };
  }
  const isAlone = isKeptAlone(profile);
  const found = isAlone
    ? (await keptSession(context, profile, options.minLeftSeconds))?.credentials
    : await validSession(context, profile, files.credentials, options.minLeftSeconds);
  const renew = found === undefined || options.force === true;
  if (renew && !isAlone) {
    checkTarget(profile, files, () => false);
  }
  const reason = found !== undefined
    ? `still valid, ${expiryWords(found.expiration, context.clock)}`
    : isAlone
    ? "no session is kept"
    : await whyStale(context, files, profile);
  return { profile, renew, reason, rows };
}

async function whyStale(context: Context, files: AwsFiles, profile: Profile): Promise<string> {
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
  if (!await isOfSource(context, profile, session.accessKeyId ?? "")) {
    return "its session was made with another access key";
  }
  return `its session ${expiryWords(session.expiration, context.clock)}`;
}

/** Names, values and where those are from. */
export type Rows = Plan["rows"];

function planRows(files: AwsFiles, profile: Profile, options: PlanOptions): Rows {
  const { source, target, kind, roles, durationSeconds, endpoints, origins } = profile;
  const said = (origin: Origin | undefined) => origin === undefined ? "" : describeOrigin(origin);
  const place: Rows[number] = kind === "written"
    ? ["target", `[${target.section}] of ${files.credentials.path}`, said(origins["target"])]
    : [
      "target",
      "kept for exec, env, use and process",
      roles.length > 0 ? "SDKs assume the role by themselves" : "SDKs use the access key itself",
    ];
  const isCapped = roles.length > 0 && roles.at(-1)!.durationSeconds > durationSeconds;
  return [
    ["source", sourceName(profile), said(origins["source"])],
    ...(kind === "others" ? [] : [place]),
    ...proofRows(profile, options, said),
    ...roles.flatMap((role, at) => roleRows(profile, role, at, said)),
    ...(!isLongTerm(source) && roles.length === 0 ? [] : [
      [
        "duration",
        formatDuration(durationSeconds),
        isCapped ? "AWS's maximum for a role assumed with a session" : said(origins["duration"]),
      ] as const,
    ]),
    ["region", profile.region, said(origins["region"])],
    ["endpoint", endpoints.sts.value, said(origins["endpoint"])],
    ...(endpoints.sts.signingRegion === profile.region
      ? []
      : [["signing region", endpoints.sts.signingRegion, ""] as const]),
  ];
}

function sourceName(profile: Profile): string {
  const { source } = profile;
  return isLongTerm(source)
    ? `[${source.section}]`
    : `${sourceWord(profile)} of [${source.section}]`;
}

/** Returns how MFA is proved, if it is. */
function proofRows(
  { source, mfa, usesMfa, roles, durationSeconds, origins }: Profile,
  options: PlanOptions,
  said: (origin: Origin | undefined) => string,
): Rows {
  const isKeyed = isLongTerm(source);
  const isDirect = isKeyed && roles.length === 1 && durationSeconds > chainedRoleSeconds;
  const assume = roles.length > 1 ? `AssumeRole, ${roles.length} times` : "AssumeRole";
  if (!isKeyed || !usesMfa) {
    return roles.length === 0 ? [] : [
      ["MFA device", "none", isKeyed ? "no mfa_serial is set" : "the source is not an access key"],
      ["request", `${assume}, without a code`, ""],
    ];
  }
  const tokenCode: Rows[number] = options.tokenCode !== undefined
    ? ["MFA code", options.tokenCode === "-" ? "read from stdin" : "given", "flag --token-code"]
    : mfa.process !== undefined
    ? ["MFA code", "printed by mfa_process", said(origins["mfaProcess"])]
    : options.nonInteractive
    ? ["MFA code", "missing", "flag --non-interactive"]
    : ["MFA code", "asked on the terminal", "default"];
  return [
    [
      "MFA device",
      mfa.serialNumber ?? "discovered",
      said(origins["mfaSerial"]) || "IAM, or the caller's ARN",
    ],
    tokenCode,
    [
      "request",
      roles.length === 0
        ? "GetSessionToken"
        : isDirect
        ? "AssumeRole, with the code"
        : `${assume}, on an MFA session`,
      "",
    ],
  ];
}

/** Returns what one role is assumed with; only one of several is named with its profile. */
function roleRows(
  { roles, mfa }: Profile,
  role: Role,
  at: number,
  said: (origin: Origin | undefined) => string,
): Rows {
  const { origins, externalId, sourceIdentity, sessionTags, serialNumber } = role;
  const tags = sessionTags && Object.entries(sessionTags).map((tag) => tag.join("=")).join(", ");
  const isOnTheWay = at < roles.length - 1;
  const name = roles.length === 1 ? "role" : `role ${at + 1}`;
  const seconds = Math.min(role.durationSeconds, chainedRoleSeconds);
  const values: [name: string, value: string | undefined, origin: Origin | undefined][] = [
    [name, role.roleArn, origins.roleArn],
    ["role session name", role.roleSessionName, origins.roleSessionName],
    ["external id", externalId, origins.externalId],
    ["source identity", sourceIdentity, origins.sourceIdentity],
    ["session tags", tags, origins.sessionTags],
    [
      "another code of",
      at > 0 && serialNumber !== mfa.serialNumber ? serialNumber : undefined,
      undefined,
    ],
    ["its duration", isOnTheWay ? formatDuration(seconds) : undefined, origins.duration],
  ];
  return values.flatMap(([name, value, origin]) =>
    value === undefined ? [] : [[name, value, said(origin)] as const]
  );
}

async function describe(
  { env, terminal }: Context,
  { profile, renew, reason, rows }: Plan,
): Promise<Line[]> {
  const action = renew
    ? paint("yellow", "would be renewed")
    : paint("green", "would be left alone");
  return [
    line`${profile.name}  ${action}: ${reason}`,
    ...await planLines(rows, env, roomOf(terminal.stdout)),
  ];
}

/** Values are not padded beyond that. */
const mostValue = 48;

const indent = 2;
const gap = 2;

/** In less than that, all values stand below their names, if one has to. */
const leastForColumns = 60;

/**
 * Returns rows of a plan. Where there is no room beside each other, a value's origin stands below it,
 * and the value below its name.
 */
export async function planLines(
  rows: Rows,
  env: Environment,
  room: number,
): Promise<Line[]> {
  const texts = rows.map((row) => row.map((each) => withTilde(env, each)));
  const widthOf = await measureOf(texts.flat());
  const [names, values] = await Promise.all([
    padColumn(texts.map(([name = ""]) => name)),
    padColumn(texts.map(([, value = ""]) => value), mostValue),
  ]);
  const nameWidth = indent + gap + Math.max(0, ...texts.map(([name = ""]) => widthOf(name)));
  const isNarrow = room < leastForColumns &&
    texts.some(([, value = "", origin = ""]) =>
      nameWidth + widthOf(value) + gap + widthOf(origin) > room
    );
  return texts.flatMap(([name = "", value = "", origin = ""], at): Line[] => {
    const last = paint("dim", origin);
    if (isNarrow || nameWidth + widthOf(value) > room) {
      const isTogether = 2 * indent + widthOf(value) + gap + widthOf(origin) <= room;
      const deep = " ".repeat(2 * indent);
      return [
        `${" ".repeat(indent)}${name}`,
        ...(isTogether
          ? [[deep, value, " ".repeat(gap), last]]
          : [[deep, value], ...(origin === "" ? [] : [[deep, last]])]),
      ];
    }
    const whole = [" ".repeat(indent), names[at]!, " ".repeat(gap), values[at]!];
    const width = nameWidth + Math.max(widthOf(textOfPiece(values[at]!)), widthOf(value));
    if (width + gap + widthOf(origin) <= room) return [[...whole, " ".repeat(gap), last]];
    return [whole, ...(origin === "" ? [] : [[" ".repeat(nameWidth), last]])];
  });
}
