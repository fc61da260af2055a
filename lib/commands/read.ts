/**
 * `stsmfa read`: one value of a profile.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { formatExpiration } from "../credentials.ts";
import { ExitStatus, shellWord, StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { Command, CommandResult } from "./command.ts";
import { type SessionFlags, sessionFlags } from "./flags.ts";
import { oneProfile } from "./profile_operand.ts";
import { type ProfileSession, profileSession } from "./profile_session.ts";

const values: Readonly<Record<string, (session: ProfileSession) => string | undefined>> = {
  aws_access_key_id: ({ credentials }) => credentials.accessKeyId,
  aws_secret_access_key: ({ credentials }) => credentials.secretAccessKey.reveal(),
  aws_session_token: ({ credentials }) => credentials.sessionToken.reveal(),
  expiration: ({ credentials }) => formatExpiration(credentials.expiration),
  region: ({ region }) => region,
  account_id: ({ accountId }) => accountId,
};

const command: Command<SessionFlags> = {
  description: [
    "Prints one value of the profile's session, renewed first when less than --min-left remains; no",
    "line end follows it, unless a person sees it. Questions go to the terminal, so that it works",
    "inside $(...).",
    "",
    `KEY is one of ${Object.keys(values).join(", ")}.`,
    "",
    "Example:",
    '  docker run -e AWS_SESSION_TOKEN="$(stsmfa read aws_session_token prod)" ...',
  ],
  flags: sessionFlags,
  aliases: { f: "force", p: "profile", q: "quiet" },
  operands: "KEY [PROFILE]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: SessionFlags,
  operands: readonly string[],
): Promise<CommandResult> {
  const [key, ...names] = operands;
  const known = Object.keys(values);
  if (key === undefined) {
    throw new StsmfaError("Usage", "read needs a key", { hint: `one of ${known.join(", ")}` });
  }
  const name = oneProfile(context.env, flags, names);
  const get = Object.hasOwn(values, key.toLowerCase()) ? values[key.toLowerCase()]! : undefined;
  if (get === undefined) {
    const near = nearest(key, known);
    throw new StsmfaError("KeyNotFound", `there is no key ${key}`, {
      hint: near === undefined ? `one of ${known.join(", ")}` : `did you mean ${near}?`,
    });
  }
  const value = get(await profileSession(context, flags, name));
  if (value === undefined) {
    throw new StsmfaError("KeyNotFound", `profile ${name} has no ${key.toLowerCase()}`, {
      hint: key.toLowerCase() === "region"
        ? `set one: aws configure set region REGION --profile ${shellWord(name)}`
        : `ask AWS for it: stsmfa whoami ${shellWord(name)}`,
    });
  }
  return {
    json: { key: key.toLowerCase(), value },
    human: () => context.terminal.stdout.isTerminal ? `${value}\n` : value,
    isData: true,
    exitStatus: ExitStatus.Ok,
  };
}
