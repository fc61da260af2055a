/**
 * The flag with which a command lets the person choose its profile.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import type { Flag } from "./command.ts";
import type { PickingFlags } from "./pick_profile.ts";
import { namedProfiles, oneProfile } from "./profile_argument.ts";

/** The value of the flag. */
export interface PickFlags {
  readonly pick?: boolean;
}

/** The flag; a variable for it would get in the way of every profile that is named. */
export const pickFlag = {
  pick: {
    kind: "toggle",
    brief: "Choose the profile from a list",
    isTypedOnly: true,
  },
} as const satisfies Record<keyof PickFlags, Flag>;

/**
 * Returns a function that returns the one profile of a command: the named one, the chosen one with
 * `--pick`, else the usual one. Only that function asks, so that everything else can be checked
 * before.
 *
 * @param instead what to run where nobody can choose, for the hint
 * @throws StsmfaError `Usage` if more than one is named, or one with `--pick`
 */
export function profileChoice(
  context: Context,
  flags: PickFlags & PickingFlags & { readonly profile?: string },
  positionals: readonly string[],
  instead: string,
): () => Promise<string> {
  if (!flags.pick) {
    const name = oneProfile(context.env, flags, positionals);
    return () => Promise.resolve(name);
  }
  const [named] = namedProfiles(flags, positionals);
  if (named !== undefined) {
    throw new StsmfaError("Usage", `--pick and ${named} both choose a profile`, {
      hint: instead.includes(" -- ")
        ? "use only one of them; the command to run goes after --"
        : "use only one of them",
    });
  }
  return () => choose(context, flags, instead);
}

/** Has the person choose, and loads what that takes. */
export async function choose(
  context: Context,
  flags: PickingFlags,
  instead: string,
): Promise<string> {
  const { pickProfile } = await importLazily<typeof import("./pick_profile.ts")>(
    "./pick_profile.ts",
    import.meta.url,
  );
  return await pickProfile(context, flags, instead);
}

/** Remembers that a person uses a profile, for the order of later lists. */
export async function rememberUse(context: Context, profile: string): Promise<void> {
  const { noteUse } = await importLazily<typeof import("../state/used_profiles.ts")>(
    "../state/used_profiles.ts",
    import.meta.url,
  );
  await noteUse(context, profile);
}
