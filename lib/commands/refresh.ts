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
  examples: [
    ["stsmfa", "renew the default profile"],
    ["stsmfa work prod", "renew two profiles"],
    ["stsmfa --all", "renew every profile that needs it"],
    ["stsmfa work --dry-run", "show what would happen, and why"],
    ["pass otp aws | stsmfa work --token-code -", "take the MFA code from pass"],
  ],
  description: [
    "If the profile's session is still valid, nothing is asked, sent or written. If not, stsmfa asks " +
    "for an MFA code, gets a session from AWS and writes it to the credentials file. Everything else " +
    "in that file stays as it is. One code serves all profiles of the same user.",
    "PROFILE defaults to STSMFA_PROFILE, AWS_PROFILE or default. Its access key is in " +
    "[PROFILE-long-term].",
  ],
  flags: {
    ...sessionFlags,
    all: toggle("Renew every profile that needs it"),
    verbose: toggle("Also show what hooks print"),
    dryRun: toggle("Show the plan, and where each value is from"),
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
