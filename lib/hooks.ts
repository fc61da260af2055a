/**
 * A profile's hooks: found and approved before anything is asked, run before and after a refresh.
 *
 * @module
 */

import type { Context, HookReport } from "./context.ts";
import { formatExpiration, redact, type Secret, type SessionCredentials } from "./credentials.ts";
import { storageError, StsmfaError } from "./errors.ts";
import type { HookEvent, HookPoint } from "./hook.ts";
import { findHook, type HookFile } from "./hook_file.ts";
import { type HookManifest, parseManifest } from "./hook_manifest.ts";
import { fillScope, type HookScope, resolveScope } from "./hook_permissions.ts";
import {
  type Approval,
  type Decision,
  digest,
  neededApproval,
  readDecision,
  writeDecision,
} from "./hook_trust.ts";
import { importLazily } from "./import_lazily.ts";
import { accountOfArn } from "./mfa_serial.ts";
import type { TokenCodeProvider } from "./mfa_proof.ts";
import type { Profile } from "./profile.ts";
import { checkedTokenCode } from "./token_code.ts";

/** A hook has this long. */
export const hookSeconds = 30;

/** To say what it declares it needs much less. */
const describeSeconds = 10;

/** A hook with all that is known about it. */
export interface KnownHook {
  readonly file: HookFile;
  readonly manifest: HookManifest;
  readonly scope: HookScope;
  /** What its owner has to have approved. */
  readonly needed: Approval;
  readonly decision: Decision | undefined;
  /** Those that come with stsmfa need no approval, but can be denied. */
  readonly state: "allowed" | "denied" | "new" | "changed";
}

/** How a hook came out. */
export interface HookOutcome {
  /** The hook's name. */
  readonly name: string;
  /** When it ran, or would have. */
  readonly on: HookPoint;
  /** Skipped is one that was not approved. */
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

/** What is decided about a hook that needs an approval. */
export type HookAnswer = "allow" | "skip" | "deny";

/** Asks the owner; absent where nobody is there. */
export type AskApproval = (hook: KnownHook) => Promise<HookAnswer>;

/**
 * Finds a hook, and what its owner has decided about it. A hook whose text is not the approved one
 * tells what it declares in a process that may do nothing.
 *
 * @throws StsmfaError `InvalidHook`, `FileUnreadable`
 */
export async function knowHook(context: Context, word: string): Promise<KnownHook> {
  const file = await findHook(context, word);
  const decision = await readDecision(context, file.path);
  const approval = decision?.state === "allowed" ? decision.approval : undefined;
  const isSame = approval?.contentHash === await digest(file.source) && !file.isShipped;
  const manifest = file.isShipped
    ? await shippedManifest(file.name)
    : isSame
    ? approval!.manifest
    : await describe(context, file);
  const scope = await resolveScope(context, file.name, manifest);
  const needed = await neededApproval(file, manifest, scope);
  const state = decision?.state === "denied"
    ? "denied"
    : file.isShipped || approval?.hash === needed.hash
    ? "allowed"
    : decision === undefined
    ? "new"
    : "changed";
  return { file, manifest, scope, needed, decision, state };
}

async function shippedManifest(name: string): Promise<HookManifest> {
  const { shippedHook } = await importLazily<typeof import("./shipped_hooks.ts")>(
    "./shipped_hooks.ts",
    import.meta.url,
  );
  const hook = await shippedHook(name);
  return parseManifest(name, { ...hook, run: typeof hook.run === "function" });
}

async function describe(context: Context, file: HookFile): Promise<HookManifest> {
  const { name } = file;
  const nothing: HookScope = { read: [], write: [], net: [], run: [], env: [] };
  const hook = await codeOf(file);
  const report = await deadlined(
    context,
    describeSeconds,
    (signal) => context.runHook({ hook, task: "describe", scope: nothing, signal }),
  );
  if (report?.end.kind === "done") return parseManifest(name, report.end.value);
  const problem = oneLine(failureOf(report, describeSeconds).problem);
  throw new StsmfaError("InvalidHook", `hook ${name}: ${file.path} ${problem} when it is loaded`);
}

/** What reads JavaScript is loaded for hooks of the user alone. */
async function codeOf(file: HookFile): Promise<{ readonly code: string }> {
  const { hookCode } = await importLazily<typeof import("./hook_source.ts")>(
    "./hook_source.ts",
    import.meta.url,
  );
  return { code: await hookCode(file) };
}

/** Gives `undefined` when the time is over. */
async function deadlined<T>(
  context: Context,
  seconds: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const deadline = context.clock.deadline(seconds * 1000);
  try {
    return await run(AbortSignal.any([context.signal, deadline.signal]));
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason;
    if (deadline.signal.aborted) return undefined;
    throw storageError("read", "the program that runs hooks", error);
  } finally {
    deadline.cancel();
  }
}

/** What went wrong, as the end of a sentence. */
function failureOf(
  report: HookReport | undefined,
  seconds: number,
): { readonly problem: string } {
  if (report === undefined) return { problem: `took longer than ${seconds} seconds` };
  const { end } = report;
  switch (end.kind) {
    case "threw":
      return { problem: `failed: ${end.name}: ${end.message}` };
    case "died":
      return { problem: `ended its process before it was done (status ${end.exitStatus})` };
    case "flooded":
      return { problem: "printed more than anybody reads" };
    default:
      return { problem: "did not answer" };
  }
}

/** The hooks of profiles that are to be renewed, each known and decided about. */
export class PreparedHooks {
  readonly #hooks: Map<string, KnownHook | StsmfaError>;

  private constructor(
    private readonly context: Context,
    hooks: Map<string, KnownHook | StsmfaError>,
  ) {
    this.#hooks = hooks;
  }

  /**
   * Finds the hooks of profiles, and asks about those that need an approval.
   *
   * @throws StsmfaError `Cancelled`
   */
  static async of(
    context: Context,
    profiles: readonly Profile[],
    ask: AskApproval | undefined,
  ): Promise<PreparedHooks> {
    const hooks = new Map<string, KnownHook | StsmfaError>();
    const words = profiles.flatMap((profile) => profile.hooks.map(({ word }) => word));
    for (const word of new Set(words)) {
      try {
        hooks.set(word, await decided(context, await knowHook(context, word), ask));
      } catch (error) {
        if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
        hooks.set(word, error);
      }
    }
    return new PreparedHooks(context, hooks);
  }

  /** Why a profile can't have the hooks that it names; one that is not approved is skipped. */
  fault(profile: Profile): StsmfaError | undefined {
    return profile.hooks.map(({ word }) => this.#hooks.get(word))
      .find((hook): hook is StsmfaError =>
        hook instanceof StsmfaError && hook.code !== "HookNotApproved"
      );
  }

  /** Gives codes of the profile's device, if one of its hooks does. */
  tokenCodes(profile: Profile): TokenCodeProvider | undefined {
    const giver = this.#of(profile, "pre-refresh")
      .find(({ hook }) => !(hook instanceof StsmfaError) && hook.manifest.providesTokenCode);
    if (giver === undefined) return undefined;
    const { options } = giver;
    const hook = giver.hook as KnownHook;
    return async (serialNumber) => {
      const run = { options, serialNumber };
      const { error, tokenCode } = await runHook(this.context, hook, profile, "pre-refresh", run);
      if (error !== undefined) throw error;
      if (tokenCode !== undefined) return checkedTokenCode(tokenCode, `hook ${hook.file.name}`);
      throw new StsmfaError("HookFailed", `hook ${hook.file.name} gave no token code`);
    };
  }

  /** Runs the hooks of a profile at one point, one after another. */
  async run(
    profile: Profile,
    on: HookPoint,
    session?: SessionCredentials,
  ): Promise<HookOutcome[]> {
    const outcomes: HookOutcome[] = [];
    for (const { name, hook, options } of this.#of(profile, on)) {
      if (hook instanceof StsmfaError) {
        outcomes.push({ name, on, status: "skipped", seconds: 0, error: hook });
      } else if (on === "post-refresh" || !hook.manifest.providesTokenCode) {
        outcomes.push(await runHook(this.context, hook, profile, on, { options, session }));
      }
    }
    return outcomes;
  }

  /** Hooks that run at this point; one that was not approved is said once, after the refresh. */
  #of(profile: Profile, on: HookPoint) {
    return profile.hooks.map((each) => ({ ...each, hook: this.#hooks.get(each.word)! }))
      .filter(({ hook }) =>
        hook instanceof StsmfaError ? on === "post-refresh" : hook.manifest.on.includes(on)
      );
  }
}

async function decided(
  context: Context,
  hook: KnownHook,
  ask: AskApproval | undefined,
): Promise<KnownHook | StsmfaError> {
  const { file: { name, path }, state } = hook;
  if (state === "allowed") return hook;
  if (state === "denied") {
    return new StsmfaError("HookNotApproved", `hook ${name} was denied, and is not run`, {
      hint: `to allow it after all: stsmfa hooks allow ${name}`,
    });
  }
  const answer = await ask?.(hook) ?? "skip";
  if (answer === "allow") {
    await writeDecision(context, path, { state: "allowed", approval: hook.needed });
    return hook;
  }
  if (answer === "deny") await writeDecision(context, path, { state: "denied" });
  const what = state === "new" ? "has not been approved" : "has changed since it was approved";
  return new StsmfaError("HookNotApproved", `hook ${name} ${what}, and is not run`, {
    hint: `see what it may do, and approve it: stsmfa hooks allow ${name}`,
  });
}

/** What a run of a hook is given. */
export interface HookRun {
  readonly options: Readonly<Record<string, string>>;
  readonly session?: SessionCredentials | undefined;
  readonly serialNumber?: string | undefined;
}

/** Runs one hook; whatever goes wrong, being cancelled included, is an outcome. */
export async function runHook(
  context: Context,
  hook: KnownHook,
  profile: Profile,
  on: HookPoint,
  run: HookRun,
): Promise<HookOutcome & { readonly tokenCode?: string }> {
  const { name } = hook.file;
  const { clock } = context;
  const start = clock.now();
  const seconds = () => (clock.now().getTime() - start.getTime()) / 1000;
  const secrets = secretsOf(profile, run.session);
  const plain = (text: string) => redact(text, secrets);
  try {
    if (context.signal.aborted) throw context.signal.reason;
    const { region, role } = profile;
    const serialNumber = run.serialNumber ?? profile.mfa.serialNumber;
    const accountId = accountOfArn(role?.roleArn ?? serialNumber ?? "");
    const { options } = run;
    const values = { profile: profile.name, region, accountId, options };
    const scope = await fillScope(context, name, hook.scope, values);
    const told = { ...run, serialNumber, permissions: scope };
    const event = eventOf(hook, profile, on, told, accountId);
    const env = variables(context, scope);
    const code = hook.file.isShipped ? { shipped: name } : await codeOf(hook.file);
    const report = await deadlined(
      context,
      hookSeconds,
      (signal) => context.runHook({ hook: code, task: "run", event, scope, env, signal }),
    );
    const output = plain(report?.output ?? "").trim();
    const printed = output === "" ? {} : { output };
    if (report?.end.kind !== "done") {
      const problem = oneLine(plain(failureOf(report, hookSeconds).problem));
      const error = new StsmfaError("HookFailed", `hook ${name} ${problem}`);
      return { name, on, status: "failed", seconds: seconds(), ...printed, error };
    }
    const { message, tokenCode } = Object(report.end.value);
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
    if (!(error instanceof StsmfaError)) throw error;
    return { name, on, status: "failed", seconds: seconds(), error };
  }
}

function secretsOf({ source }: Profile, session: SessionCredentials | undefined): Secret[] {
  const ofSession = session === undefined ? [] : [session.secretAccessKey, session.sessionToken];
  return [source.credentials.secretAccessKey, ...ofSession];
}

/** Words from a hook must not steer the terminal. */
function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- those are what steers it
  const line = text.replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}...` : line;
}

/** The variables that it may see, as the context has them. */
function variables({ env }: Context, scope: HookScope): Record<string, string> {
  return Object.fromEntries(scope.env.flatMap((name) => {
    const value = env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function eventOf(
  { manifest }: KnownHook,
  profile: Profile,
  on: HookPoint,
  { options, session, serialNumber, permissions }: HookRun & Pick<HookEvent, "permissions">,
  accountId: string | undefined,
): HookEvent {
  const isGiven = session !== undefined && manifest.needsCredentials;
  return {
    version: 1,
    on,
    profile: profile.name,
    targetProfile: profile.target.section,
    region: profile.region,
    accountId: accountId ?? null,
    roleArn: profile.role?.roleArn ?? null,
    serialNumber: serialNumber ?? null,
    expiration: session === undefined ? null : formatExpiration(session.expiration),
    options,
    permissions,
    ...(isGiven && {
      credentials: {
        accessKeyId: session.accessKeyId,
        secretAccessKey: session.secretAccessKey.reveal(),
        sessionToken: session.sessionToken.reveal(),
      },
    }),
  };
}
