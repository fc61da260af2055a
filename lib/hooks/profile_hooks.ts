/**
 * Runs a profile's hooks before and after a refresh. They are found and approved before anything is
 * asked.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import type { HookPoint } from "../hook.ts";
import type { TokenCodeProvider } from "../mfa/code_sources.ts";
import { checkedTokenCode } from "../mfa/token_code.ts";
import { hookName } from "../profile/hook_settings.ts";
import type { Profile } from "../profile/profile.ts";
import { writeDecision } from "./approval.ts";
import { hookFault } from "./fault.ts";
import { isKnownGuard } from "./guard.ts";
import { type InspectedHook, inspectHook } from "./inspect.ts";
import { type HookOutcome, type HookRun, runHook } from "./run.ts";

/** The user's decision about a hook that needs approval. */
export type ApprovalAnswer = "allow" | "skip" | "deny";

/** Asks the user; absent if stsmfa cannot ask for it here. */
export type AskApproval = (hook: InspectedHook) => Promise<ApprovalAnswer>;

/** A hook that is not run, and whether nothing is renewed without it. */
interface Kept {
  readonly error: StsmfaError;
  /** Whether it is known to run before a refresh, which it may keep from happening. */
  readonly isGuard: boolean;
  /** When it runs, if that could be read. */
  readonly on?: readonly HookPoint[];
}

type Prepared = InspectedHook | Kept;

/** The hooks of profiles that are to be renewed, each inspected and decided on. */
export class PreparedHooks {
  private constructor(
    private readonly context: Context,
    private readonly files: AwsFiles,
    private readonly hooks: ReadonlyMap<string, Prepared>,
  ) {}

  /**
   * Finds the hooks of profiles, and asks about those that need approval and run at one of these
   * points. Whatever is wrong with one is an outcome of its run.
   *
   * @throws StsmfaError `Cancelled`
   */
  static async of(
    context: Context,
    files: AwsFiles,
    profiles: readonly Profile[],
    ask: AskApproval | undefined,
    points: readonly HookPoint[] = ["pre-refresh", "post-refresh"],
  ): Promise<PreparedHooks> {
    const hooks = new Map<string, Prepared>();
    const words = profiles.flatMap((profile) => profile.hooks.map(({ word }) => word));
    for (const word of new Set(words)) {
      hooks.set(word, await prepared(context, word, ask, points));
    }
    return new PreparedHooks(context, files, hooks);
  }

  /** Returns why a profile cannot be renewed: a guard that it names cannot be read or run. */
  fault(profile: Profile): StsmfaError | undefined {
    const hooks = profile.hooks.map(({ word }) => this.hooks.get(word)!);
    return hooks.flatMap((hook) => "error" in hook && hook.isGuard ? [hook.error] : [])[0];
  }

  /** Returns a provider of codes of the profile's device, if one of its hooks is one. */
  tokenCodes(profile: Profile): TokenCodeProvider | undefined {
    for (const { hook, options } of this.#of(profile, "pre-refresh")) {
      if ("error" in hook || !hook.manifest.providesTokenCode) continue;
      return async (serialNumber) => {
        const { context, files } = this;
        const run = { options, serialNumber };
        const outcome = await runHook(context, files, hook, profile, "pre-refresh", run);
        const { error, tokenCode } = outcome;
        if (error !== undefined) throw error;
        if (tokenCode !== undefined) return checkedTokenCode(tokenCode, `hook ${hook.file.name}`);
        throw new StsmfaError("HookFailed", `hook ${hook.file.name} gave no MFA code`);
      };
    }
    return undefined;
  }

  /** Runs the hooks of a profile at one point, one after another. */
  async run(
    profile: Profile,
    on: HookPoint,
    done: Pick<HookRun, "session" | "accountId" | "rotation"> = {},
  ): Promise<HookOutcome[]> {
    const outcomes: HookOutcome[] = [];
    for (const { name, hook, options } of this.#of(profile, on)) {
      if ("error" in hook) {
        const status = hook.error.code === "HookNotApproved" ? "skipped" : "failed";
        outcomes.push({ name, on, status, seconds: 0, error: hook.error });
      } else if (on !== "pre-refresh" || !hook.manifest.providesTokenCode) {
        outcomes.push(
          await runHook(this.context, this.files, hook, profile, on, { options, ...done }),
        );
      }
    }
    return outcomes;
  }

  /** Returns the hooks that run at this point; one that cannot run is reported after the refresh. */
  #of(profile: Profile, on: HookPoint) {
    return profile.hooks.map((each) => ({ ...each, hook: this.hooks.get(each.word)! }))
      .filter(({ hook }) =>
        "error" in hook
          ? on !== "pre-refresh" && (hook.on ?? [on]).includes(on)
          : hook.manifest.on.includes(on)
      );
  }
}

/** Finds a hook, and asks about it if it needs approval. */
async function prepared(
  context: Context,
  word: string,
  ask: AskApproval | undefined,
  points: readonly HookPoint[],
): Promise<Prepared> {
  try {
    const hook = await inspectHook(context, word);
    const { on } = hook.manifest;
    // One that has changed since it was approved may have been a guard.
    const isHeard = on.some((point) => points.includes(point)) ||
      points.includes("pre-refresh") && await isKnownGuard(context, word);
    if (!isHeard && hook.state !== "allowed") {
      return { error: notApproved(hook), isGuard: false, on };
    }
    if (hook.state === "denied") return { error: denied(hook), isGuard: false };
    const answer = hook.state === "allowed" ? "allow" : await answerTo(context, hook, ask);
    if (answer === "deny") return { error: notApproved(hook), isGuard: false };
    if (answer === "skip") return await kept(context, word, notApproved(hook));
    // A guard of one's own that is gone may have stood before one that comes with stsmfa.
    const isReplaced = hook.file.isShipped && await isKnownGuard(context, word);
    return isReplaced ? await kept(context, word, replaced(hook)) : hook;
  } catch (error) {
    if (error instanceof StsmfaError && error.code === "Cancelled") throw error;
    return await kept(context, word, hookFault(hookName(word), error));
  }
}

async function kept(context: Context, word: string, error: StsmfaError): Promise<Kept> {
  if (!await isKnownGuard(context, word)) return { error, isGuard: false };
  const { code, message, hint, places } = error;
  const deny = `to stop using it: ${withArguments("stsmfa hooks deny", [word])}`;
  return {
    isGuard: true,
    error: new StsmfaError(code, `${message}; it guards the refresh, so nothing is renewed`, {
      hint: hint === undefined ? deny : `${hint}; ${deny}`,
      places,
      cause: error,
    }),
  };
}

/** Asks whether a hook may run, and keeps the answer. */
async function answerTo(
  context: Context,
  hook: InspectedHook,
  ask: AskApproval | undefined,
): Promise<ApprovalAnswer> {
  const answer = await ask?.(hook) ?? "skip";
  if (answer === "allow") {
    await writeDecision(context, hook.file, { state: "allowed", approval: hook.needed });
  } else if (answer === "deny") {
    await writeDecision(context, hook.file, { state: "denied" });
  }
  return answer;
}

function denied({ file: { name } }: InspectedHook): StsmfaError {
  return new StsmfaError("HookNotApproved", `hook ${name} is denied, and does not run`, {
    hint: `to allow it after all: ${withArguments("stsmfa hooks allow", [name])}`,
  });
}

function notApproved({ file: { name }, state }: InspectedHook): StsmfaError {
  const what = state === "new" ? "has not been approved" : "has changed since it was approved";
  return new StsmfaError("HookNotApproved", `hook ${name} ${what}, and does not run`, {
    hint: `see what it may do, and approve it: ${withArguments("stsmfa hooks allow", [name])}`,
  });
}

function replaced({ file: { name } }: InspectedHook): StsmfaError {
  return new StsmfaError(
    "HookFailed",
    `hook ${name} is not the one that you have approved, but the one that comes with stsmfa`,
  );
}
