/**
 * What the flags and the person at the terminal say of how sessions are renewed.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { Person } from "../mfa/person.ts";
import type { RefreshOptions } from "../session/outcome.ts";
import type { Talk } from "../talk.ts";
import type { SessionFlags } from "./flags.ts";

/** What a command adds to its flags. */
export interface RenewalAbout {
  readonly talk: Talk;
  /** The profiles that a question is for. */
  readonly profiles: readonly string[];
  /** Who asks, if another program may have started the command. */
  readonly asker?: { readonly command: string; readonly isPlugin: boolean };
  /** Which of the profiles' hooks run, unless a flag says no. */
  readonly runsHooks: "all" | "before" | "none";
}

/** Returns the options of a refresh that every command with {@link SessionFlags} has. */
export function renewalOptions(
  context: Context,
  flags: SessionFlags,
  { talk, profiles, asker, runsHooks }: RenewalAbout,
): Omit<RefreshOptions, "minLeftSeconds" | "continueOnError" | "storage"> {
  const interactive = !flags.nonInteractive;
  const person = new Person(context, { interactive, talk, prompt: flags.prompt, ...asker });
  const introduce = () => person.introduce(profiles, false);
  return {
    force: flags.force ?? false,
    backup: flags.backup ?? true,
    legacyToken: flags.legacyToken ?? false,
    interactive,
    person,
    ...(runsHooks !== "none" && (flags.hooks ?? true) && {
      hooks: {
        ask: async (hook) => {
          const { approvalAtTerminal } = await importLazily<typeof import("./hook_approval.ts")>(
            "./hook_approval.ts",
            import.meta.url,
          );
          return await approvalAtTerminal(context, flags, introduce)(hook);
        },
        beforeAlone: runsHooks === "before",
      },
    }),
    talk,
  };
}
