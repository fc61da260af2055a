/**
 * `stsmfa refresh`: renew what needs it.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files.ts";
import type { Context } from "../context.ts";
import { formatExpiration, secondsLeft } from "../credentials.ts";
import { formatDuration, parseDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import type { TokenCodeProvider } from "../mfa_proof.ts";
import { managedProfiles, nothingManaged, type Profile, resolveProfile } from "../profile.ts";
import type { RefreshOutcome } from "../outcome.ts";
import { refresh } from "../refresh.ts";
import type { ProfileFlags } from "../settings.ts";
import { terminalTalk } from "../talk.ts";
import { checkedTokenCode } from "../token_code.ts";
import type { Command, CommandResult, CommonFlags, Paint } from "./command.ts";
import { commonFlags, type FileFlags, fileFlags, profileFlags, text, toggle } from "./flags.ts";

interface Flags extends CommonFlags, ProfileFlags, FileFlags {
  readonly all?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly minLeft?: string;
  readonly tokenCode?: string;
  readonly nonInteractive?: boolean;
  readonly backup?: boolean;
  readonly legacyToken?: boolean;
}

/** Renewed when less than this is left, unless `--min-left` says otherwise. */
const defaultMinLeftSeconds = 300;

const command: Command<Flags> = {
  docs: {
    brief: "Renew sessions that have expired or soon will (default command)",
    description: [
      "Looks whether the profile's session in the credentials file is still valid. If it is, nothing",
      "is asked, sent or written. If not, asks for the code that your MFA device shows, gets a new",
      "session from AWS and writes it to the profile; everything else in the file stays as it is.",
      "",
      "One code serves all profiles of the same user. The profile is PROFILE, or AWS_PROFILE, or",
      "default; its long-term keys are in [PROFILE-long-term].",
      "",
      "Examples:",
      "  stsmfa                         renew the default profile",
      "  stsmfa work prod               renew two profiles",
      "  stsmfa --all                   renew every profile that needs it",
      "  stsmfa work --dry-run          show what would be done, and why",
      "  pass otp aws | stsmfa work --token-code -",
    ],
  },
  flags: {
    ...commonFlags,
    all: toggle("Every profile with a stsmfa block or a long-term sibling"),
    force: toggle("Renew what is still valid, too, with a new code"),
    dryRun: toggle("Show the plan and where each value comes from; do nothing"),
    minLeft: text("Renew when less than this is left (default: 5m)", "time"),
    tokenCode: text('Code of the MFA device; "-" reads it from stdin', "code"),
    nonInteractive: toggle("Never ask; fail when something is needed"),
    ...profileFlags,
    ...fileFlags,
    backup: {
      kind: "boolean",
      optional: true,
      brief: "Keep no copy of the last state you made of the credentials file",
    },
    legacyToken: toggle("Also write aws_security_token, for very old programs"),
  },
  aliases: { f: "force", n: "dryRun", q: "quiet" },
  operands: "[PROFILE...]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  names: readonly string[],
): Promise<CommandResult> {
  const given = tokenCodeProvider(context, flags.tokenCode);
  const minLeftSeconds = flags.minLeft === undefined
    ? defaultMinLeftSeconds
    : parseMinLeft(flags.minLeft);
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const { profiles, failed } = resolveAll(context, files, flags, names);
  checkTogether(profiles, flags, minLeftSeconds);
  if (flags.dryRun) {
    const { planResult } = await import("./plan.ts");
    return planResult(context, files, profiles, failed, { ...flags, minLeftSeconds });
  }

  const talk = terminalTalk(context.terminal, flags);
  const outcomes = await refresh(context, files, profiles, {
    force: flags.force ?? false,
    minLeftSeconds,
    backup: flags.backup ?? true,
    legacyToken: flags.legacyToken ?? false,
    given,
    interactive: !flags.nonInteractive,
    talk,
  });
  talk.endProgress();
  warnOfShadows(context, outcomes, talk.warn);
  return result(context, outcomes, failed);
}

interface FailedProfile {
  readonly name: string;
  readonly error: StsmfaError;
}

/** Profiles asked for by name must all be sound; with `--all` a bad one spares the others. */
function resolveAll(
  context: Context,
  files: AwsFiles,
  flags: Flags,
  names: readonly string[],
): { profiles: Profile[]; failed: FailedProfile[] } {
  const { env } = context;
  if (flags.all && names.length > 0) {
    throw new StsmfaError("Usage", "--all and the name of a profile exclude each other");
  }
  if (!flags.all) {
    const asked = names.length > 0
      ? [...new Set(names)]
      : [env.get("AWS_PROFILE") ?? env.get("AWS_DEFAULT_PROFILE") ?? "default"];
    return { profiles: asked.map((name) => resolveProfile(files, env, flags, name)), failed: [] };
  }
  const profiles: Profile[] = [];
  const failed: FailedProfile[] = [];
  for (const name of managedProfiles(files, env, flags)) {
    try {
      profiles.push(resolveProfile(files, env, flags, name));
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      failed.push({ name, error });
    }
  }
  if (profiles.length + failed.length === 0) {
    throw nothingManaged(files);
  }
  return { profiles, failed };
}

function checkTogether(profiles: readonly Profile[], flags: Flags, minLeftSeconds: number): void {
  for (const profile of profiles) {
    const twin = profiles.find((each) =>
      each !== profile && each.target.section === profile.target.section
    );
    if (twin !== undefined) {
      throw new StsmfaError(
        flags.targetProfile === undefined ? "InvalidSetting" : "Usage",
        `profiles ${profile.name} and ${twin.name} have the same target [${profile.target.section}]`,
        { hint: "give one of them another target_profile" },
      );
    }
    if (minLeftSeconds > profile.durationSeconds) {
      throw new StsmfaError(
        "Usage",
        `--min-left asks for more than the ${
          formatDuration(profile.durationSeconds)
        } that a session of ${profile.name} lasts`,
        { hint: "ask for less, or for a longer session with --duration" },
      );
    }
  }
}

function tokenCodeProvider(
  context: Context,
  tokenCode: string | undefined,
): TokenCodeProvider | undefined {
  if (tokenCode === undefined) return undefined;
  if (tokenCode === "-") {
    return async () => checkedTokenCode(await context.terminal.readStdin(), "standard input");
  }
  const checked = checkedTokenCode(tokenCode, "flag --token-code");
  return () => Promise.resolve(checked);
}

function parseMinLeft(value: string): number {
  const seconds = parseDuration(value);
  if (seconds !== undefined) return seconds;
  throw new StsmfaError("Usage", `--min-left: ${value} is not a duration`, {
    hint: "write seconds, or 30m, 1h",
  });
}

/** Variables that win over a profile in every SDK make a fresh session look broken. */
function warnOfShadows(
  context: Context,
  outcomes: readonly RefreshOutcome[],
  warn: (message: string) => void,
): void {
  if (!outcomes.some((outcome) => outcome.kind === "renewed")) return;
  const shadow = ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]
    .find((name) => context.env.get(name) !== undefined);
  if (shadow === undefined) return;
  warn(
    `${shadow} is set in this shell, and SDKs use it instead of the profile; to mend it: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN`,
  );
}

function result(
  context: Context,
  outcomes: readonly RefreshOutcome[],
  failed: readonly FailedProfile[],
): CommandResult {
  const now = context.clock.now();
  const failures = [
    ...outcomes.flatMap((outcome) =>
      outcome.kind === "failed" ? [{ name: outcome.profile.name, error: outcome.error }] : []
    ),
    ...failed,
  ];
  const several = outcomes.length + failed.length > 1;
  return {
    json: [
      ...outcomes.map((outcome) => outcomeJson(outcome, now)),
      ...failed.map(({ name, error }) => ({
        profile: name,
        targetProfile: null,
        status: "failed",
        expiration: null,
        secondsLeft: null,
        accountId: null,
        roleArn: null,
        hooks: [],
        error,
      })),
    ],
    human: (paint) => lines(outcomes, now, paint),
    exitStatus: worst(failures.map(({ error }) => error.exitStatus)),
    errors: failures.map(({ name, error }) => ({ ...(several && { about: name }), error })),
  };
}

/** The first failure's status; a script must be able to tell that the user cancelled. */
function worst(statuses: readonly ExitStatus[]): ExitStatus {
  if (statuses.includes(ExitStatus.Cancelled)) return ExitStatus.Cancelled;
  return statuses[0] ?? ExitStatus.Ok;
}

function outcomeJson(outcome: RefreshOutcome, now: Date): Record<string, unknown> {
  const { kind, profile } = outcome;
  const isDone = kind !== "failed";
  return {
    profile: profile.name,
    targetProfile: profile.target.section,
    status: kind,
    expiration: isDone ? formatExpiration(outcome.expiration) : null,
    secondsLeft: isDone ? secondsLeft(outcome.expiration, now) : null,
    accountId: isDone ? outcome.accountId ?? null : null,
    roleArn: profile.role?.roleArn ?? null,
    hooks: [],
    ...(!isDone && { error: outcome.error }),
  };
}

function lines(outcomes: readonly RefreshOutcome[], now: Date, paint: Paint): string {
  const width = Math.max(...outcomes.map((outcome) => outcome.profile.name.length));
  return outcomes.flatMap((outcome) => {
    if (outcome.kind === "failed") return [];
    const { kind, profile: { name, target }, expiration } = outcome;
    const left = formatDuration(secondsLeft(expiration, now));
    const when = kind === "renewed" ? ` (${formatExpiration(expiration)})` : "";
    const where = target.section === name ? "" : `, in [${target.section}]`;
    return [`${name.padEnd(width)}  ${paint("green", kind)}, expires in ${left}${when}${where}\n`];
  }).join("");
}
