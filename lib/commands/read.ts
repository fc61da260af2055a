/**
 * `stsmfa read`: one value of a profile.
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { type SessionFlags, sessionFlags } from "../cli/flags.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { type ProfileSession, profileSession } from "../cli/profile_session.ts";
import type { Context } from "../context.ts";
import { formatExpiration } from "../credentials.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { flagWords, profileWord, withArguments } from "../hint_words.ts";
import { nearest } from "../nearest.ts";
import { accountOf } from "../profile/identity.ts";

const values: Readonly<Record<string, (session: ProfileSession) => string | undefined>> = {
  aws_access_key_id: ({ credentials }) => credentials.accessKeyId,
  aws_secret_access_key: ({ credentials }) => credentials.secretAccessKey.reveal(),
  aws_session_token: ({ credentials }) => credentials.sessionToken?.reveal(),
  expiration: ({ credentials: { expiration } }) => expiration && formatExpiration(expiration),
  // What is printed belongs to the profile, wherever it is asked for.
  region: ({ region, isOwnRegion, resolved }) =>
    isOwnRegion ? resolved.fromSource("region")?.value : region,
  account_id: ({ accountId }) => accountId,
};

const words = Object.keys(values);

const command: Command<SessionFlags> = {
  examples: [
    ["stsmfa read expiration prod", "when the session ends"],
    ['token="$(stsmfa read aws_session_token prod)"', "in a script"],
  ],
  description: [
    "Prints one value of the profile's session, which is renewed first if it has to be. In a script " +
    "no line end follows the value, and questions go to the terminal.",
    `KEY is ${words.slice(0, -1).join(", ")} or ${words.at(-1)}.`,
  ],
  flags: sessionFlags,
  aliases: { f: "force", p: "profile", q: "quiet" },
  positionals: "KEY [PROFILE]",
  positionalWords: words,
  run,
};
export default command;

async function run(
  context: Context,
  flags: SessionFlags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const [key, ...names] = positionals;
  const known = Object.keys(values);
  if (key === undefined) {
    throw new StsmfaError("Usage", "read needs a key", { hint: `one of ${known.join(", ")}` });
  }
  const name = oneProfile(context.env, flags, names);
  const get = Object.hasOwn(values, key.toLowerCase()) ? values[key.toLowerCase()]! : undefined;
  if (get === undefined) {
    const near = nearest(key, known);
    throw new StsmfaError("KeyNotFound", `there is no key ${key}`, {
      hint: near !== undefined
        ? `did you mean ${near}?`
        : known.includes(name)
        ? `did you mean: ${withArguments("stsmfa read", [name, key])}`
        : `one of ${known.join(", ")}`,
    });
  }
  const session = await profileSession(context, flags, name);
  const isAccount = key.toLowerCase() === "account_id";
  const value = get(session) ??
    (isAccount ? await keptAccount(context, session) : undefined);
  if (value === undefined) {
    throw new StsmfaError("KeyNotFound", `profile ${name} has no ${key.toLowerCase()}`, {
      hint: key.toLowerCase() === "region"
        ? `set one: aws configure set region REGION ${flagWords("--profile", name)}`
        : `ask AWS for it: stsmfa whoami ${profileWord(name)}`,
    });
  }
  return {
    json: { key: key.toLowerCase(), value },
    data: value,
    exitStatus: ExitStatus.Ok,
  };
}

/** Returns the account of a device that IAM was asked for: it is cached with the session. */
async function keptAccount(
  context: Context,
  { resolved, credentials }: ProfileSession,
): Promise<string | undefined> {
  const [{ completeProfile }, { keptSession }] = await Promise.all([
    import("../profile/profile.ts"),
    import("../state/session_lookup.ts"),
  ]);
  try {
    const profile = completeProfile(resolved);
    const kept = await keptSession(context, profile, 0);
    return kept?.credentials.accessKeyId === credentials.accessKeyId
      ? accountOf(profile, kept.serialNumber)
      : undefined;
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}
