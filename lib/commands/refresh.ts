/**
 * `stsmfa refresh`: renews sessions that need it. This file has only what it takes to see that none
 * does; the rest is loaded if one does.
 *
 * @module
 */

import { isPlainlyWritten } from "../aws_files/profile_sections.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult } from "../cli/command.ts";
import { fileFlags, sessionFlags, toggle } from "../cli/flags.ts";
import { namedProfiles, usualProfile } from "../cli/profile_argument.ts";
import type { Context } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { type ResolvedIdentity, resolveIdentity } from "../profile/identity.ts";
import type { RefreshOutcome } from "../session/outcome.ts";
import { defaultMinLeftSeconds, validOutcome, validSession } from "../session/valid.ts";
import type { RefreshFlags } from "./refresh_flags.ts";
import { refreshResult } from "./refresh_result.ts";

const command: Command<RefreshFlags> = {
  description: [
    "Looks whether the profile's session in the credentials file is still valid. If it is, nothing",
    "is asked, sent or written. If not, asks for the code that your MFA device shows, gets a new",
    "session from AWS and writes it to the profile; everything else in the file stays as it is.",
    "",
    "One code serves all profiles of the same user. The profile is PROFILE, or STSMFA_PROFILE, or",
    "AWS_PROFILE, or default; its long-term keys are in [PROFILE-long-term].",
    "",
    "Examples:",
    "  stsmfa                         renew the default profile",
    "  stsmfa work prod               renew two profiles",
    "  stsmfa --all                   renew every profile that needs it",
    "  stsmfa work --dry-run          show what would be done, and why",
    "  stsmfa work --prompt window    ask in a window, even at a terminal",
    "  pass otp aws | stsmfa work --token-code -",
  ],
  flags: {
    ...sessionFlags,
    all: toggle("Every profile with a stsmfa block or a long-term sibling"),
    verbose: toggle("Also show what hooks print"),
    dryRun: toggle("Show the plan and where each value comes from; do nothing"),
  },
  aliases: { f: "force", n: "dryRun", p: "profile", q: "quiet" },
  positionals: "[PROFILE...]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: RefreshFlags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const { env } = context;
  const names = namedProfiles(flags, positionals);
  const files = await readAwsFiles(context, awsFilePaths(env, flags));
  const asked = names.length > 0 ? names : [usualProfile(env)];
  let resolved: readonly ResolvedIdentity[] | undefined;
  const identities = () =>
    resolved ??= asked.map((name) => resolveIdentity(files, env, flags, name));
  if (saysNothingAboutSessions(flags)) {
    const outcomes = await validOutcomes(context, identities());
    if (outcomes !== undefined) return await refreshResult(context, outcomes, []);
  }
  const { renewProfiles } = await importLazily<typeof import("./refresh_run.ts")>(
    "./refresh_run.ts",
    import.meta.url,
  );
  return await renewProfiles(context, files, flags, { areNamed: names.length > 0, identities });
}

/** Reports whether the flags leave everything about sessions to variables and files. */
function saysNothingAboutSessions(flags: RefreshFlags): boolean {
  const others = [
    "json",
    "quiet",
    "color",
    "verbose",
    "profile",
    "nonInteractive",
    "prompt",
    "backup",
    "legacyToken",
    "hooks",
  ];
  return Object.entries(flags).every(([name, value]) =>
    value === undefined || others.includes(name) || Object.hasOwn(fileFlags, name)
  );
}

/** Returns the outcomes if every session is valid. */
async function validOutcomes(
  context: Context,
  identities: readonly ResolvedIdentity[],
): Promise<RefreshOutcome[] | undefined> {
  const outcomes: RefreshOutcome[] = [];
  for (const { identity, files } of identities) {
    // What is to be said of odd headers is said by the rest.
    if (identity.kind !== "written" || !isPlainlyWritten(files, identity.name)) return undefined;
    const session = await validSession(context, identity, files.credentials, defaultMinLeftSeconds);
    if (session === undefined) return undefined;
    outcomes.push(validOutcome(identity, session));
  }
  return outcomes;
}
