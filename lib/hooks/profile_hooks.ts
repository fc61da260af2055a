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
import type { TokenCodeProvider } from "../mfa/ask_code.ts";
import { checkedTokenCode } from "../mfa/token_code.ts";
import type { Profile } from "../profile/profile.ts";
import { writeDecision } from "./approval.ts";
import { hookEndpoints } from "./endpoints.ts";
import { type InspectedHook, inspectHook } from "./inspect.ts";
import { type HookOutcome, type HookRun, runHook } from "./run.ts";

/** The user's decision about a hook that needs approval. */
export type ApprovalAnswer = "allow" | "skip" | "deny";

/** Asks the user; absent if there is nobody to ask. */
export type AskApproval = (hook: InspectedHook) => Promise<ApprovalAnswer>;

/** The hooks of profiles that are to be renewed, each inspected and decided on. */
export class PreparedHooks {
  readonly #hooks: Map<string, InspectedHook | StsmfaError>;

  private constructor(
    private readonly context: Context,
    private readonly files: AwsFiles,
    hooks: Map<string, InspectedHook | StsmfaError>,
  ) {
    this.#hooks = hooks;
  }

  /**
   * Finds the hooks of profiles, and asks about those that need approval.
   *
   * @throws StsmfaError `Cancelled`
   */
  static async of(
    context: Context,
    files: AwsFiles,
    profiles: readonly Profile[],
    ask: AskApproval | undefined,
  ): Promise<PreparedHooks> {
    const hooks = new Map<string, InspectedHook | StsmfaError>();
    const words = profiles.flatMap((profile) => profile.hooks.map(({ word }) => word));
    for (const word of new Set(words)) {
      try {
        hooks.set(word, await decided(context, await inspectHook(context, word), ask));
      } catch (error) {
        if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
        hooks.set(word, error);
      }
    }
    return new PreparedHooks(context, files, hooks);
  }

  /**
   * Returns why a profile cannot have the hooks that it names: one of them is not there or not
   * sound, or must ask an endpoint whose settings cannot be followed. One that is not approved is
   * skipped.
   */
  fault(profile: Profile): StsmfaError | undefined {
    const hooks = profile.hooks.map(({ word }) => this.#hooks.get(word)!);
    for (const hook of hooks) {
      try {
        if (!(hook instanceof StsmfaError)) {
          hookEndpoints(this.files, this.context.env, profile, hook.scope);
        } else if (hook.code !== "HookNotApproved") return hook;
      } catch (error) {
        if (!(error instanceof StsmfaError)) throw error;
        return error;
      }
    }
    return undefined;
  }

  /** Returns a provider of codes of the profile's device, if one of its hooks is one. */
  tokenCodes(profile: Profile): TokenCodeProvider | undefined {
    const giver = this.#of(profile, "pre-refresh")
      .find(({ hook }) => !(hook instanceof StsmfaError) && hook.manifest.providesTokenCode);
    if (giver === undefined) return undefined;
    const { options } = giver;
    const hook = giver.hook as InspectedHook;
    return async (serialNumber) => {
      const run = { options, serialNumber };
      const { error, tokenCode } = await runHook(
        this.context,
        this.files,
        hook,
        profile,
        "pre-refresh",
        run,
      );
      if (error !== undefined) throw error;
      if (tokenCode !== undefined) return checkedTokenCode(tokenCode, `hook ${hook.file.name}`);
      throw new StsmfaError("HookFailed", `hook ${hook.file.name} gave no token code`);
    };
  }

  /** Runs the hooks of a profile at one point, one after another. */
  async run(
    profile: Profile,
    on: HookPoint,
    done: Pick<HookRun, "session" | "accountId"> = {},
  ): Promise<HookOutcome[]> {
    const outcomes: HookOutcome[] = [];
    for (const { name, hook, options } of this.#of(profile, on)) {
      if (hook instanceof StsmfaError) {
        outcomes.push({ name, on, status: "skipped", seconds: 0, error: hook });
      } else if (on === "post-refresh" || !hook.manifest.providesTokenCode) {
        outcomes.push(
          await runHook(this.context, this.files, hook, profile, on, { options, ...done }),
        );
      }
    }
    return outcomes;
  }

  /**
   * Returns the hooks that run at this point; one that was not approved is reported once, after the
   * refresh.
   */
  #of(profile: Profile, on: HookPoint) {
    return profile.hooks.map((each) => ({ ...each, hook: this.#hooks.get(each.word)! }))
      .filter(({ hook }) =>
        hook instanceof StsmfaError ? on === "post-refresh" : hook.manifest.on.includes(on)
      );
  }
}

async function decided(
  context: Context,
  hook: InspectedHook,
  ask: AskApproval | undefined,
): Promise<InspectedHook | StsmfaError> {
  const { file: { name, path }, state } = hook;
  if (state === "allowed") return hook;
  if (state === "denied") {
    return new StsmfaError("HookNotApproved", `hook ${name} was denied, and is not run`, {
      hint: `to allow it after all: ${withArguments("stsmfa hooks allow", [name])}`,
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
    hint: `see what it may do, and approve it: ${withArguments("stsmfa hooks allow", [name])}`,
  });
}
