/**
 * The hooks of a profile that listen to a rotation: approved before anything is asked, run when the
 * new key is in its place.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { approvalAtTerminal } from "../cli/hook_approval.ts";
import type { Context } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { PreparedHooks } from "../hooks/profile_hooks.ts";
import type { HookOutcome } from "../hooks/run.ts";
import type { Profile } from "../profile/profile.ts";
import type { KeysFlags } from "./keys_flags.ts";

/** The hooks of one rotation. */
export class RotationHooks {
  readonly outcomes: HookOutcome[] = [];

  private constructor(
    private readonly hooks: PreparedHooks,
    private readonly profile: Profile,
  ) {}

  /**
   * Finds them, and asks about those that need approval.
   *
   * @throws StsmfaError `Cancelled`
   */
  static async of(
    context: Context,
    files: AwsFiles,
    flags: KeysFlags,
    profile: Profile,
  ): Promise<RotationHooks> {
    const ask = approvalAtTerminal(context, flags);
    const hooks = await PreparedHooks.of(context, files, [profile], ask, ["post-rotate"]);
    return new RotationHooks(hooks, profile);
  }

  /** Runs them; reports whether all have done their work. */
  async run(key: LongTermCredentials, oldKeyId: string): Promise<boolean> {
    const { hooks, profile } = this;
    const ran = await hooks.run(profile, "post-rotate", { rotation: { key, oldKeyId } });
    this.outcomes.push(...ran);
    return ran.every(({ status }) => status === "done");
  }
}
