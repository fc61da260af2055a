/**
 * The second half of a refresh, loaded when a session has to be renewed: under the lock of the MFA
 * session, checks again, obtains sessions and stores them.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { AskApproval, PreparedHooks } from "../hooks/profile_hooks.ts";
import type { HookOutcome } from "../hooks/run.ts";
import { NoLongerNeeded } from "../files/lock.ts";
import { importLazily } from "../import_lazily.ts";
import type { TokenCodeProvider } from "../mfa/code_sources.ts";
import { namesOf, Person } from "../mfa/person.ts";
import { refuseRecursion } from "../mfa/process.ts";
import { accountOf } from "../profile/identity.ts";
import type { Profile } from "../profile/profile.ts";
import { type CacheWait, SessionCache } from "../state/session_cache.ts";
import { sessionScope } from "../state/session_lookup.ts";
import { obtainSessions } from "./obtain.ts";
import type { RefreshOptions, RefreshOutcome } from "./outcome.ts";
import { sealingFor } from "./sealer.ts";
import { sourced, type SourcedProfile } from "./sourced.ts";
import {
  fileStorage,
  fileStorageOrState,
  type Renewed,
  servedMeanwhile,
  type SessionStorage,
  stateStorage,
  storageByProfile,
  warnOfLoss,
} from "./storage.ts";
import { validOutcome } from "./valid.ts";

/** How long to wait for another process whose user is typing a code. */
const typingSeconds = 300;

/** A code given in advance is useless after this long. */
const givenSeconds = 60;

/** How long a run without a source of codes waits for another process to get a session. */
const shortWaitSeconds = 10;

/** How a group is renewed. */
interface GroupOptions extends RefreshOptions {
  readonly person: Person;
  readonly isOneOfSeveral: boolean;
  readonly startedAt: Date;
  readonly prepared: PreparedHooks | undefined;
}

/**
 * Renews profiles group by group: those of one source and device share a code. Sets the outcome of
 * each. Their hooks are found and approved before anything is asked; those that run after a refresh
 * do so once all locks are released, and cannot undo anything.
 */
export async function renew(
  context: Context,
  files: AwsFiles,
  stale: readonly Profile[],
  options: RefreshOptions,
  outcomes: Map<Profile, RefreshOutcome>,
): Promise<void> {
  const startedAt = context.clock.now();
  const given = options.given && askOnce(options.given);
  let cancelled: StsmfaError | undefined;
  const prepared = options.hooks && await preparedHooks(context, files, stale, options.hooks.ask);
  const able = stale.filter((profile) => {
    const error = prepared?.fault(profile);
    if (error !== undefined) outcomes.set(profile, { kind: "failed", profile, error });
    return error === undefined;
  });
  const ready = await withSources(context, files, able, options, outcomes);
  const person = options.person ?? new Person(context, options);
  const groups = groupsOf(ready);
  const isOneOfSeveral = groups.filter(([first]) => first!.usesMfa).length > 1;
  for (const group of groups) {
    const done = new Map<Profile, RefreshOutcome>();
    try {
      if (cancelled !== undefined) throw cancelled;
      const groupOptions = {
        ...options,
        given: given?.provide,
        person,
        isOneOfSeveral,
        startedAt,
        prepared,
      };
      await renewGroup(context, files, group, groupOptions, done);
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      for (const profile of group) {
        if (!done.has(profile)) done.set(profile, { kind: "failed", profile, error });
      }
    }
    for (const profile of group) {
      const outcome = done.get(profile)!;
      const asked = ready.get(profile)!;
      outcomes.set(asked, { ...outcome, profile: asked });
      if (outcome.kind === "failed" && outcome.error.code === "Cancelled") {
        cancelled = outcome.error;
      }
    }
  }
  for (const profile of options.hooks?.beforeAlone ? [] : able) {
    const outcome = outcomes.get(profile);
    if (outcome?.kind !== "renewed") continue;
    const done = { session: outcome.credentials, accountId: outcome.accountId };
    const ran = await prepared?.run(profile, "post-refresh", done) ?? [];
    outcomes.set(profile, { ...outcome, hooks: [...outcome.hooks ?? [], ...ran] });
  }
}

/** Gets the first credentials of each profile; returns which one was asked for by that. */
async function withSources(
  context: Context,
  files: AwsFiles,
  profiles: readonly Profile[],
  { talk }: RefreshOptions,
  outcomes: Map<Profile, RefreshOutcome>,
): Promise<Map<SourcedProfile, Profile>> {
  const ready = new Map<SourcedProfile, Profile>();
  for (const profile of profiles) {
    try {
      ready.set(await sourced(context, files, profile, talk), profile);
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      outcomes.set(profile, { kind: "failed", profile, error });
    }
  }
  return ready;
}

/** Returns those together that share a code; who needs none comes last, and uses what is there. */
function groupsOf(profiles: Map<SourcedProfile, Profile>): SourcedProfile[][] {
  const groups = Map.groupBy(
    profiles.keys(),
    ({ usesMfa, isPassing, mfa, ...profile }) =>
      `${sessionScope(profile)} ${usesMfa ? mfa.serialNumber ?? "" : "-"} ${isPassing}`,
  );
  return [...groups.values()].sort((a, b) => Number(b[0]!.usesMfa) - Number(a[0]!.usesMfa));
}

/** Loads the code that runs hooks only if a profile has some. */
async function preparedHooks(
  context: Context,
  files: AwsFiles,
  profiles: readonly Profile[],
  ask: AskApproval | undefined,
): Promise<PreparedHooks | undefined> {
  if (profiles.every(({ hooks }) => hooks.length === 0)) return undefined;
  const { PreparedHooks } = await importLazily<typeof import("../hooks/profile_hooks.ts")>(
    "../hooks/profile_hooks.ts",
    import.meta.url,
  );
  return await PreparedHooks.of(context, files, profiles, ask);
}

/** Returns a provider that is asked once, however often its code is read; later groups get none. */
function askOnce(provide: TokenCodeProvider): { readonly provide: TokenCodeProvider | undefined } {
  let answer: Promise<string> | undefined;
  let device: string | undefined;
  return {
    get provide() {
      if (device !== undefined) return undefined;
      return (serialNumber: string, signal: AbortSignal) => {
        device = serialNumber;
        return answer ??= provide(serialNumber, signal);
      };
    },
  };
}

/** Renews profiles of one source and device, under the lock of their MFA session. */
async function renewGroup(
  context: Context,
  files: AwsFiles,
  group: readonly SourcedProfile[],
  options: GroupOptions,
  outcomes: Map<Profile, RefreshOutcome>,
): Promise<void> {
  const { talk, prepared } = options;
  const provider = options.provider ??
    group.map((profile) => prepared?.tokenCodes(profile)).find((each) => each !== undefined);
  const canGive = options.interactive || options.given !== undefined ||
    provider !== undefined || group.some(({ mfa }) => mfa.process !== undefined);
  refuseRecursion(context, group[0]!);
  const [first] = group as [SourcedProfile];
  const tellOfWait = waitingFor(context, group.map(({ name }) => name), options.person);
  const openCache = () =>
    SessionCache.open(context, first, {
      timeoutSeconds: options.given !== undefined
        ? givenSeconds
        : canGive
        ? typingSeconds
        : shortWaitSeconds,
      onWait: async (wait) => {
        // Who waits in a row of hundreds would be served last, and only look.
        const served = await servedMeanwhile(context, files, group, options);
        if (served === undefined) return await tellOfWait(wait);
        for (const [profile, outcome] of served) outcomes.set(profile, outcome);
        throw new NoLongerNeeded();
      },
      warn: talk.warn,
      sealing: sealingFor(context, first.source, talk),
    });
  let cache: SessionCache;
  try {
    cache = first.isPassing ? SessionCache.none(context) : await openCache();
  } catch (error) {
    if (error instanceof NoLongerNeeded) return;
    throw error;
  } finally {
    talk.endProgress();
  }
  try {
    const storage = await storageFor(context, files, cache, options);
    const isMissing = async (profile: SourcedProfile) => {
      try {
        const found = await storage.find(profile, options.minLeftSeconds);
        if (found !== undefined && !options.force) {
          outcomes.set(profile, validOutcome(profile, found.credentials, found.serialNumber));
          return false;
        }
        storage.check(profile);
        return true;
      } catch (error) {
        if (!(error instanceof StsmfaError)) throw error;
        outcomes.set(profile, { kind: "failed", profile, error });
        return false;
      }
    };
    const missing = await filterAsync(group, isMissing);
    if (missing.length === 0) return;
    await storage.prepare();
    // The storage may be another one from here on, with sessions of its own.
    const fit = await filterAsync(missing, isMissing);
    const ran = new Map<Profile, readonly HookOutcome[]>();
    for (const profile of fit) {
      ran.set(profile, await prepared?.run(profile, "pre-refresh") ?? []);
    }
    const ready = fit.filter((profile) => {
      const hooks = ran.get(profile)!;
      const error = hooks.find(({ status }) => status === "failed")?.error;
      if (error !== undefined) outcomes.set(profile, { kind: "failed", profile, error, hooks });
      return error === undefined;
    });
    if (ready.length === 0) return;

    const renewed: Renewed[] = [];
    const obtainOptions = { ...options, ...(provider && { provider }) };
    for (
      const { profile, result } of await obtainSessions(context, ready, cache, obtainOptions)
    ) {
      if (result instanceof StsmfaError) {
        outcomes.set(profile, { kind: "failed", profile, error: result });
      } else renewed.push({ profile, ...result });
    }
    if (renewed.length === 0) return;
    await storage.put(renewed).finally(() => warnOfLoss(talk, storage, cache));
    for (const { profile, credentials, serialNumber } of renewed) {
      outcomes.set(profile, {
        kind: "renewed",
        profile,
        credentials,
        accountId: accountOf(profile, serialNumber),
        hooks: ran.get(profile)!,
      });
    }
  } finally {
    cache.close();
  }
}

async function filterAsync<T>(
  items: readonly T[],
  isIn: (item: T) => Promise<boolean>,
): Promise<T[]> {
  const found: T[] = [];
  for (const item of items) if (await isIn(item)) found.push(item);
  return found;
}

/** A process that asks nobody is done before anybody wonders; one that will has asked by then. */
const patientMilliseconds = 5000;

/** Returns what tells the person that another process is waited for, where its question is. */
function waitingFor(
  { terminal: { stderr, isStopped } }: Context,
  profiles: readonly string[],
  person: Person,
): (wait: CacheWait) => Promise<void> {
  const names = namesOf(profiles);
  return async ({ waited, left, asking }) => {
    const seconds = `${Math.max(0, Math.ceil(left / 1000))} s left`;
    const isCaptured = await person.isCaptured();
    if (asking === undefined) {
      if (isCaptured && waited < patientMilliseconds) return;
      if (isCaptured) await person.meet();
      return person.talk.progress(
        `waiting for another stsmfa that is renewing this user's session, ${seconds}`,
      );
    }
    const { terminal } = await person.seat();
    const isHere = terminal === asking.terminal;
    if (isHere && asking.process !== undefined && await isStopped?.(asking.process)) {
      await person.meet();
      return person.talk.progress(
        `${names}: the stsmfa that asks is stopped; resume it with fg, ${seconds}`,
      );
    }
    if (asking.isWindow) {
      await person.meet();
      return person.talk.progress(
        `${names}: type the code in the window of another stsmfa, ${seconds}`,
      );
    }
    // The question itself is on this terminal, and must not be written over. A system that names no
    // terminals does not tell, so it may be.
    if (isHere && (isCaptured || terminal !== undefined && stderr.isTerminal)) return;
    await person.meet();
    const where = asking.terminal ?? "the other terminal";
    person.talk.progress(`${names}: type the code on ${where}, ${seconds}`);
  };
}

async function storageFor(
  context: Context,
  files: AwsFiles,
  cache: SessionCache,
  options: RefreshOptions,
): Promise<SessionStorage> {
  const state = stateStorage(cache);
  if (options.storage === "state") return state;
  const file = await fileStorage(context, files, cache, options);
  return storageByProfile(
    options.storage === "file-or-state" ? fileStorageOrState(file, state) : file,
    state,
  );
}
