/**
 * How the outcomes of a refresh are shown.
 *
 * @module
 */

import type { CommandResult } from "../cli/command.ts";
import type { Clock, Context } from "../context.ts";
import { formatExpiration, secondsLeft } from "../credentials.ts";
import { expiryWords } from "../duration.ts";
import { ExitStatus, type StsmfaError } from "../errors.ts";
import type { HookOutcome } from "../hooks/run.ts";
import { importLazily } from "../import_lazily.ts";
import { type Line, line, paint, type Piece } from "../screen.ts";
import { withArguments } from "../hint_words.ts";
import type { ProfileIdentity } from "../profile/identity.ts";
import { sourceWord } from "../profile/source.ts";
import type { RefreshOutcome } from "../session/outcome.ts";

/** A profile that could not even be resolved. */
export interface FailedProfile {
  readonly name: string;
  readonly error: StsmfaError;
}

/** Returns the result of a refresh; the exit status is that of the first failure. */
export async function refreshResult(
  context: Context,
  outcomes: readonly RefreshOutcome[],
  failed: readonly FailedProfile[],
  isVerbose = false,
): Promise<CommandResult> {
  const now = context.clock.now();
  const failures = [
    ...outcomes.flatMap((outcome) =>
      outcome.kind === "failed" ? [{ name: outcome.profile.name, error: outcome.error }] : []
    ),
    ...failed,
  ];
  const hookErrors = outcomes.filter(({ kind }) => kind !== "failed").flatMap((
    { profile, hooks = [] },
  ) => hooks.flatMap(({ error }) => error === undefined ? [] : [{ name: profile.name, error }]));
  const several = outcomes.length + failed.length > 1;
  const names = await alignedNames(outcomes);
  return {
    get json() {
      return [
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
      ];
    },
    human: () => lines(outcomes, names, context.clock, isVerbose),
    exitStatus: worst([
      ...failures.map(({ error }) => error.exitStatus),
      ...hookErrors.map(({ error }) => error.exitStatus),
    ]),
    errors: [...failures, ...hookErrors]
      .map(({ name, error }) => ({ ...(several && { about: name }), error })),
  };
}

/** Returns the first failure's status; a script must be able to tell that the user cancelled. */
function worst(statuses: readonly ExitStatus[]): ExitStatus {
  if (statuses.includes(ExitStatus.Cancelled)) return ExitStatus.Cancelled;
  return statuses[0] ?? ExitStatus.Ok;
}

function outcomeJson(outcome: RefreshOutcome, now: Date): Record<string, unknown> {
  const { kind, profile } = outcome;
  const session = kind === "valid" || kind === "renewed" ? outcome : undefined;
  return {
    profile: profile.name,
    kind: profile.kind,
    targetProfile: profile.kind === "written" ? profile.target.section : null,
    status: kind === "left" ? "left-alone" : kind,
    expiration: session === undefined ? null : formatExpiration(session.credentials.expiration),
    secondsLeft: session === undefined ? null : secondsLeft(session.credentials.expiration, now),
    accountId: session?.accountId ?? null,
    roleArn: profile.role?.roleArn ?? null,
    hooks: (outcome.hooks ?? []).map(hookJson),
    ...(kind === "failed" && { error: outcome.error }),
  };
}

function hookJson(hook: HookOutcome): Record<string, unknown> {
  const { name, on, status, seconds, message, output, error } = hook;
  return { name, on, status, seconds, message, output, error };
}

/** Returns the profiles' names, padded to the widest; what pads them is loaded only for several. */
async function alignedNames(outcomes: readonly RefreshOutcome[]): Promise<readonly Piece[]> {
  const names = outcomes.map(({ profile }) => profile.name);
  if (names.length < 2) return names;
  const { padColumn } = await importLazily<typeof import("../cli/table.ts")>(
    "../cli/table.ts",
    import.meta.url,
  );
  return await padColumn(names);
}

function lines(
  outcomes: readonly RefreshOutcome[],
  names: readonly Piece[],
  clock: Clock,
  isVerbose: boolean,
): Line[] {
  return outcomes.flatMap((outcome, at) => {
    if (outcome.kind === "failed") return [];
    if (outcome.kind === "left") {
      return [line`${names[at]!}  ${sourceWord(outcome.profile)}: nothing to renew`];
    }
    const { kind, profile, credentials: { expiration } } = outcome;
    // A user's kept MFA session may be the one that was written for the profile itself.
    const isSaid = profile.kind !== "written" &&
      outcomes.some((other) =>
        "credentials" in other && other.profile.kind === "written" &&
        other.profile.name === profile.name &&
        other.credentials.accessKeyId === outcome.credentials.accessKeyId
      );
    if (isSaid) return [];
    const where = whereWords(profile);
    return [
      line`${names[at]!}  ${paint("green", kind)}, ${expiryWords(expiration, clock)}${where}`,
      ...(outcome.hooks ?? []).flatMap((hook) => hookLines(hook, isVerbose)),
    ];
  });
}

/** Returns where the session is to be found, if that is not in the section of the same name. */
function whereWords({ name, kind, target, role }: ProfileIdentity): string {
  if (kind === "written") return target.section === name ? "" : `, in [${target.section}]`;
  if (role === undefined) return ", kept for exec, env, use and process";
  return `; use it with: ${withArguments("stsmfa exec", [name])} -- COMMAND`;
}

/** Returns a hook's outcome, and what it printed if it failed or all is to be shown. */
export function hookLines(
  { name, status, seconds, message, output = "" }: HookOutcome,
  isVerbose = false,
): Line[] {
  const colours = { done: "green", failed: "red", skipped: "yellow" } as const;
  const time = status === "skipped" ? "" : ` in ${seconds.toFixed(1)}s`;
  const said = message === undefined ? "" : `: ${message}`;
  const printed = (status !== "failed" && !isVerbose) || output === ""
    ? []
    : output.split(/\r?\n/).slice(-20).map((line) => `    ${line.replaceAll("\t", "    ")}`);
  return [line`  hook ${name}  ${paint(colours[status], status)}${time}${said}`, ...printed];
}
