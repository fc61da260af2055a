/**
 * What `stsmfa refresh` does about a profile whose access key is in its own section, where the
 * session would go: offers to move it. Loaded lazily.
 *
 * @module
 */

import { listed } from "../hint_words.ts";
import { profileNames, profileValue, stsmfaBlock } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import type { Profile } from "../profile/profile.ts";
import { linesThatFit } from "../screen.ts";
import { planAccessKeySetup, setUpAccessKey } from "../setup/access_key.ts";
import type { Talk } from "../talk.ts";
import type { RefreshFlags } from "./refresh_flags.ts";

/**
 * Offers to move the key to the section beside it, and does it.
 *
 * @returns whether it was moved
 */
export async function offerMove(
  context: Context,
  files: AwsFiles,
  flags: Pick<RefreshFlags, "nonInteractive" | "longTermSuffix" | "backup">,
  { name }: Pick<Profile, "name">,
  talk: Talk,
): Promise<boolean> {
  const { terminal, env, signal } = context;
  const prompter = flags.nonInteractive ? undefined : await terminal.prompter();
  if (prompter === undefined) return false;
  const { longTermSuffix } = flags;
  const plan = planAccessKeySetup(files, env, { longTermSuffix }, name, true);
  const users = usersOf(files, name);
  const words = [
    `[${name}] has the access key itself${
      plan.stored === undefined ? "" : ", in a key store"
    }, where the session has to go.`,
    `It can be moved to [${plan.section}]; whatever uses ${name} then uses the session in [${name}].`,
    ...(users.length === 0 ? [] : [
      `So do the roles that use it (${
        listed(users)
      }): AWS's own tools need a valid session for them.`,
    ]),
  ];
  const { stderr } = terminal;
  stderr.write(linesThatFit(words, stderr));
  const answer = await prompter.ask(
    `Move the key to [${plan.section}] (yes, no)?`,
    (text) => ["yes", "no"].includes(text.trim().toLowerCase()) ? undefined : "type yes or no",
    signal,
    // SDKs and scripts may capture stderr, so the user would see only the question.
    stderr.isTerminal ? [] : words,
  );
  if (answer.trim().toLowerCase() !== "yes") return false;
  await setUpAccessKey(context, files, plan, plan.adopted!, {
    region: undefined,
    prompter: () => Promise.resolve(prompter),
    backup: flags.backup ?? true,
    talk,
  });
  talk.note(`the key of ${name} is now in [${plan.section}]`);
  return true;
}

/** Returns the profiles that have this one as their source. */
function usersOf(files: AwsFiles, source: string): string[] {
  return profileNames(files).filter((name) =>
    name !== source &&
    (profileValue(files, name, "source_profile")?.value === source ||
      stsmfaBlock(files, name)?.some(({ key, value }) =>
        key === "source_profile" && value === source
      ))
  );
}
