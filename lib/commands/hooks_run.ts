/**
 * `stsmfa hooks run`: tries a hook on copies of what it would write, and shows what would change.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { profileSession } from "../cli/profile_session.ts";
import type { Context } from "../context.ts";
import { type ProvidedCredentials, Secret, type SessionCredentials } from "../credentials.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import type { HookPoint } from "../hook.ts";
import { type InspectedHook, inspectHook } from "../hooks/inspect.ts";
import type { HookScope } from "../hooks/permissions.ts";
import { type HookOutcome, runHook } from "../hooks/run.ts";
import { Trial } from "../hooks/trial.ts";
import { type ShownChange, shownChange } from "../hooks/trial_diff.ts";
import { type Profile, resolveProfile } from "../profile/profile.ts";
import { type Line, line, paint } from "../screen.ts";
import { type Talk, terminalTalk } from "../talk.ts";
import { type HooksFlags, oneHook } from "./hooks_flags.ts";
import { hookLines } from "./refresh_result.ts";

/** Good for nothing, and saying so. */
const throwAway = {
  accessKeyId: "ASIATHROWAWAYTHROWAW",
  secretAccessKey: "throw-away-secret-access-key-of-a-trial",
  sessionToken: "throw-away-session-token-of-a-trial",
} as const;

const throwAwayKey = {
  accessKeyId: "AKIATHROWAWAYTHROWAW",
  oldAccessKeyId: "AKIATHROWAWAYOLDKEYS",
  secretAccessKey: throwAway.secretAccessKey,
} as const;

/** Tries a hook, with `--watch` again after each change of its file. */
export async function run(
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const word = oneHook("run", names);
  if (!flags.watch) return await attempt(context, flags, word);
  const { watch } = await import("./hooks_watch.ts");
  return await watch(context, flags, word, () => attempt(context, flags, word));
}

async function attempt(
  context: Context,
  flags: HooksFlags,
  word: string,
): Promise<CommandResult> {
  const hook = await inspectHook(context, word);
  const { name } = hook.file;
  if (hook.state !== "allowed") {
    throw new StsmfaError("HookNotApproved", `hook ${name} is not approved`, {
      hint: `see what it may do, and approve it: ${withArguments("stsmfa hooks allow", [name])}`,
    });
  }
  const on: HookPoint = flags.event ?? hook.manifest.on[0]!;
  if (!hook.manifest.on.includes(on)) {
    throw new StsmfaError("Usage", `hook ${name} does not run at ${on}`, {
      hint: `it runs at ${hook.manifest.on.join(", ")}`,
    });
  }
  const profileName = oneProfile(context.env, flags, []);
  const { about, ...given } = await profileFor(context, flags, profileName, on, word);
  const tried = await tryHook(context, flags, { hook, on, ...given });
  const { outcome, changes, gaveTokenCode } = tried;
  const { error } = outcome;
  const gave = gaveTokenCode ? ["  it gave an MFA code"] : [];
  return {
    json: { ...outcome, changes, ...(gaveTokenCode && { gaveTokenCode }) },
    human: () => [...about, ...hookLines(outcome, true), ...gave, ...changes.flatMap(changeLines)],
    exitStatus: error?.exitStatus ?? ExitStatus.Ok,
    ...(error && { errors: [{ error }] }),
  };
}

interface Tried {
  readonly outcome: HookOutcome;
  readonly changes: readonly ShownChange[];
  readonly gaveTokenCode: boolean;
}

/** Runs a hook on copies, which are removed, whatever happens. */
async function tryHook(
  context: Context,
  flags: HooksFlags,
  { hook, files, profile, on, session }: {
    readonly hook: InspectedHook;
    readonly files: AwsFiles;
    readonly profile: Profile;
    readonly on: HookPoint;
    readonly session: SessionCredentials | undefined;
  },
): Promise<Tried> {
  const { name } = hook.file;
  const talk = terminalTalk(context, flags);
  const trial = await Trial.begin(context);
  try {
    const options = profile.hooks.find((each) => each.name === name)?.options ?? {};
    const { tokenCode, ...outcome } = await runHook(context, files, hook, profile, on, {
      options,
      session,
      ...(on === "post-rotate" && {
        rotation: {
          oldKeyId: throwAwayKey.oldAccessKeyId,
          key: {
            accessKeyId: throwAwayKey.accessKeyId,
            secretAccessKey: new Secret(throwAwayKey.secretAccessKey),
          },
        },
      }),
      redirect: async (given) => {
        sayWhatIsReal(talk, name, given.scope);
        const redirected = await trial.redirect(given);
        for (const folder of trial.incomplete) {
          talk.note(`${folder} is large: the trial has only a part of it`);
        }
        return redirected;
      },
    });
    const secrets = [session?.secretAccessKey, session?.sessionToken]
      .filter((each) => each !== undefined)
      .filter((each) => !(Object.values(throwAway) as string[]).includes(each.reveal()));
    const changes = (await trial.changes())
      .map((change) => shownChange(change, secrets, Object.values(throwAway)));
    return {
      outcome: withRealPaths(outcome, trial),
      changes,
      gaveTokenCode: tokenCode !== undefined,
    };
  } finally {
    await trial.end();
  }
}

/** Says what a trial cannot lead to another place. */
function sayWhatIsReal(talk: Talk, name: string, { net, run }: HookScope): void {
  if (run.length > 0) {
    talk.warn(
      `hook ${name} may really run ${[...new Set(run)].join(", ")}, with all your rights; ` +
        "only what that writes to the home directory, KUBECONFIG and DOCKER_CONFIG goes to copies",
    );
  }
  if (net.length > 0) talk.note(`hook ${name} may really reach ${[...new Set(net)].join(", ")}`);
}

function withRealPaths({ message, output, error, ...outcome }: HookOutcome, trial: Trial) {
  return {
    ...outcome,
    ...(message !== undefined && { message: trial.real(message) }),
    ...(output !== undefined && { output: trial.real(output) }),
    ...(error && {
      error: new StsmfaError(error.code, trial.real(error.message), {
        hint: error.hint,
        places: error.places,
        cause: error.cause,
      }),
    }),
  };
}

const words = {
  new: "would be new",
  changed: "would change",
  removed: "would be removed",
} as const;

function changeLines({ path, status, diff }: ShownChange): Line[] {
  const colour = (each: string) =>
    each.startsWith("-") ? "red" : each.startsWith("+") ? "green" : "dim";
  return [
    line`  ${path}  ${paint("yellow", words[status])}`,
    ...diff.map((each) => line`    ${paint(colour(each), each)}`),
  ];
}

/** What a hook is tried for, and what is to be said about it. */
interface TriedProfile {
  readonly files: AwsFiles;
  readonly profile: Profile;
  readonly session: SessionCredentials | undefined;
  readonly about: readonly string[];
}

/** Returns the profile that a hook is tried for, and a session: its own or a dummy. */
async function profileFor(
  context: Context,
  flags: HooksFlags,
  name: string,
  on: HookPoint,
  word: string,
): Promise<TriedProfile> {
  const own = flags.withSession
    ? await profileSession(context, flags, name, { runsHooks: "before" })
    : undefined;
  const { files, profile, about } = await triedProfile(context, flags, name, word);
  if (on !== "post-refresh") return { files, profile, session: undefined, about };
  const session = own !== undefined ? asSession(own.credentials, name) : {
    accessKeyId: throwAway.accessKeyId,
    secretAccessKey: new Secret(throwAway.secretAccessKey),
    sessionToken: new Secret(throwAway.sessionToken),
    expiration: new Date(context.clock.now().getTime() + 3600_000),
  };
  return { files, profile, session, about };
}

/** Returns the profile; where none was named and the usual one is not usable, one that is made up. */
async function triedProfile(
  context: Context,
  flags: HooksFlags,
  name: string,
  word: string,
): Promise<Omit<TriedProfile, "session">> {
  try {
    const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
    return { files, profile: resolveProfile(files, context.env, flags, name), about: [] };
  } catch (error) {
    const isMeant = flags.profile !== undefined || flags.withSession || name !== "default";
    if (isMeant || !(error instanceof StsmfaError)) throw error;
    const { madeUpProfile } = await import("./hooks_made_up.ts");
    const made = madeUpProfile(context.env, flags, word);
    return { ...made, about: ["with a made-up profile; to use one of yours: --profile NAME"] };
  }
}

/** @throws StsmfaError for credentials that are no session: hooks are for sessions */
function asSession(credentials: ProvidedCredentials, name: string): SessionCredentials {
  const { sessionToken, expiration } = credentials;
  if (sessionToken !== undefined && expiration !== undefined) {
    return { ...credentials, sessionToken, expiration };
  }
  throw new StsmfaError(
    "InvalidSetting",
    `profile ${name} has credentials that do not expire, and hooks only get sessions`,
  );
}
