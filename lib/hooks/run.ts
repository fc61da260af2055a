/**
 * Runs one hook: its event, its permissions and its outcome.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import {
  formatExpiration,
  type LongTermCredentials,
  redact,
  Secret,
  type SessionCredentials,
} from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { sweep } from "../files/leftovers.ts";
import type { HookEvent, HookKeyFile, HookPoint } from "../hook.ts";
import { accountOf } from "../profile/identity.ts";
import { realRegion } from "../profile/partition.ts";
import type { Profile } from "../profile/profile.ts";
import { regionOfUse } from "../profile/region.ts";
import { keyedSource } from "../profile/source.ts";
import { type HookEndpoints, hookEndpoints } from "./endpoints.ts";
import { hookFault, withFile } from "./fault.ts";
import type { InspectedHook } from "./inspect.ts";
import { keyFilesOf } from "./key_files.ts";
import { oneLine } from "./one_line.ts";
import { fillScope, type HookScope } from "./permissions.ts";
import { hookAnswer } from "./process.ts";
import { hookSurroundings } from "./surroundings.ts";

/** The time limit of a hook. */
const hookSeconds = 30;

/** What may be the code of a hook that gives one, and has failed before it did. */
const likeCode = /(?<!\d)\d{6}(?!\d)/g;

/** The outcome of a hook. */
export interface HookOutcome {
  /** The hook's name. */
  readonly name: string;
  /** When it ran, or would have run. */
  readonly on: HookPoint;
  /** `skipped` if it was not approved. */
  readonly status: "done" | "failed" | "skipped";
  /** How long it took. */
  readonly seconds: number;
  /** One line from the hook itself. */
  readonly message?: string;
  /** What it printed, without secrets. */
  readonly output?: string;
  /** Why it failed or was skipped. */
  readonly error?: StsmfaError;
}

/** The input of a hook's run. */
export interface HookRun {
  readonly options: Readonly<Record<string, string>>;
  readonly session?: SessionCredentials | undefined;
  /** The keys of a rotation. */
  readonly rotation?: { readonly oldKeyId: string; readonly key: LongTermCredentials } | undefined;
  readonly serialNumber?: string | undefined;
  /** Set if it is known more reliably than from the role and device. */
  readonly accountId?: string | undefined;
  /** Leads a trial to other places. */
  readonly redirect?: ((given: HookGiven) => Promise<HookGiven>) | undefined;
}

/** Where a hook may go, and what tells it about that. */
export interface HookGiven {
  readonly scope: HookScope;
  readonly options: Readonly<Record<string, string>>;
  readonly keyFiles: Readonly<Record<string, HookKeyFile>>;
  /** Values of variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Names the real places in the hook's words, where it is led to others. */
  readonly real?: (words: string) => string;
}

/** Runs one hook; any failure, of its settings too, and cancellation, is an outcome. */
export async function runHook(
  context: Context,
  files: AwsFiles,
  hook: InspectedHook,
  profile: Profile,
  on: HookPoint,
  run: HookRun,
): Promise<HookOutcome & { readonly tokenCode?: string }> {
  const { name } = hook.file;
  const { clock } = context;
  const start = clock.now();
  const seconds = () => (clock.now().getTime() - start.getTime()) / 1000;
  const secrets = secretsOf(profile, run);
  let written: readonly string[] = [];
  try {
    if (context.signal.aborted) throw context.signal.reason;
    const { options, serialNumber = profile.mfa.serialNumber } = run;
    const accountId = run.accountId ?? accountOf(profile, serialNumber);
    const endpoints = hookEndpoints(files, context.env, profile, hook.scope);
    const region = regionOfUse(files, context.env, profile).value;
    const values = {
      profile: profile.name,
      region: realRegion(region),
      accountId,
      options,
      endpoints,
    };
    const callsAws = Object.keys(endpoints).length > 0;
    const caBundle = callsAws ? profile.endpoints.caBundle : undefined;
    const keyFiles = await keyFilesOf(context, files, hook, { profile: profile.name, options });
    const scope = await fillScope(context, name, hook.scope, values);
    const meant = { scope, options, keyFiles, env: variables(context, scope) };
    const given: HookGiven = await run.redirect?.(meant) ?? meant;
    written = given.scope.write;
    const told = {
      ...run,
      region,
      serialNumber,
      accountId,
      given,
      endpoints,
      ...(hook.file.isShipped && {
        surroundings: await hookSurroundings(context, files, name, caBundle?.value),
      }),
    };
    const event = eventOf(hook, profile, on, told);
    const job = { task: "run", event, scope: given.scope, env: given.env } as const;
    const { real: named = (words: string) => words } = given;
    const plain = (text: string) => {
      const words = redact(named(text), secrets);
      return hook.manifest.providesTokenCode ? words.replace(likeCode, "[secret]") : words;
    };
    const answer = await hookAnswer(context, hook.file, hookSeconds, job, plain);
    const { message, tokenCode } = Object("value" in answer ? answer.value : undefined);
    if (typeof tokenCode === "string") secrets.push(new Secret(tokenCode));
    const output = plain(answer.output).trim();
    const printed = output === "" ? {} : { output };
    if ("problem" in answer) {
      await removeTraces(context, hook, written);
      const { problem, hint } = answer;
      const error = new StsmfaError("HookFailed", `hook ${name} ${problem}`, { hint });
      return { name, on, status: "failed", seconds: seconds(), ...printed, error };
    }
    return {
      name,
      on,
      status: "done",
      seconds: seconds(),
      ...printed,
      ...(typeof message === "string" && { message: oneLine(plain(message)) }),
      ...(typeof tokenCode === "string" && { tokenCode }),
    };
  } catch (error) {
    await removeTraces(context, hook, written);
    const fault = hookFault(name, withFile(hook.file, error));
    return { name, on, status: "failed", seconds: seconds(), error: fault };
  }
}

/** Removes the temporary file of a shipped hook that was ended in the middle of writing. */
async function removeTraces(
  context: Context,
  { file }: InspectedHook,
  written: readonly string[],
): Promise<void> {
  if (!file.isShipped) return;
  for (const each of written) await sweep(context, each);
}

function secretsOf({ source }: Profile, { session, rotation }: HookRun): Secret[] {
  const ofSession = session === undefined ? [] : [session.secretAccessKey, session.sessionToken];
  const ofSource = keyedSource(source);
  return [
    ...ofSource === undefined ? [] : [ofSource.credentials.secretAccessKey],
    ...rotation === undefined ? [] : [rotation.key.secretAccessKey],
    ...ofSession,
  ];
}

/** Returns the variables that the hook may read, as the context has them. */
function variables({ env }: Context, scope: HookScope): Record<string, string> {
  return Object.fromEntries(scope.env.flatMap((name) => {
    const value = env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function eventOf(
  { manifest }: InspectedHook,
  profile: Profile,
  on: HookPoint,
  run: Omit<HookRun, "options"> & Pick<HookEvent, "region" | "surroundings"> & {
    readonly given: HookGiven;
    readonly endpoints: HookEndpoints;
  },
): HookEvent {
  const { region, session, rotation, serialNumber, accountId, endpoints, surroundings } = run;
  const { options, scope: permissions, keyFiles } = run.given;
  const isGiven = session !== undefined && manifest.needsCredentials;
  return {
    version: 1,
    on,
    profile: profile.name,
    targetProfile: profile.target.section,
    region,
    accountId: accountId ?? null,
    roleArn: profile.role?.roleArn ?? null,
    serialNumber: serialNumber ?? null,
    expiration: session === undefined ? null : formatExpiration(session.expiration),
    options,
    permissions,
    ...(Object.keys(endpoints).length > 0 && { endpoints }),
    ...(Object.keys(keyFiles).length > 0 && { keyFiles }),
    ...(surroundings && { surroundings }),
    ...(isGiven && {
      credentials: {
        accessKeyId: session.accessKeyId,
        secretAccessKey: session.secretAccessKey.reveal(),
        sessionToken: session.sessionToken.reveal(),
      },
    }),
    ...(rotation && {
      rotation: { accessKeyId: rotation.key.accessKeyId, oldAccessKeyId: rotation.oldKeyId },
    }),
    ...(rotation && manifest.needsAccessKey && {
      accessKey: {
        accessKeyId: rotation.key.accessKeyId,
        secretAccessKey: rotation.key.secretAccessKey.reveal(),
      },
    }),
  };
}
