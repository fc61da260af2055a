/**
 * `stsmfa init PROFILE --adopt` for a role that AWS's tools assume by themselves.
 *
 * @module
 */

import { checkEditable, editAwsFile } from "../aws_files/edit.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import type { Context, Prompter } from "../context.ts";
import { formatExpiration, type ProvidedCredentials, secondsLeft } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { line, linesForPeople, paint } from "../screen.ts";
import { adoptRoleProfile } from "../setup/role_profile.ts";
import type { Talk } from "../talk.ts";

/** How a role profile is adopted. */
export interface RoleAdoption {
  readonly backup: boolean;
  readonly talk: Talk;
  /** Gets a first session; absent if none is wanted. */
  readonly firstSession: (() => Promise<ProvidedCredentials>) | undefined;
}

/**
 * Asks whether a role profile is to be adopted.
 *
 * @throws StsmfaError `Usage` if there is nobody to ask
 */
export async function wantsAdoption(
  { terminal, signal }: Context,
  profile: string,
  prompter: Prompter | undefined,
): Promise<boolean> {
  const words = [
    `${profile} is a role, and AWS's own tools ask for a code whenever they assume it.`,
    "stsmfa can give them its session in their place: the role moves to a stsmfa block of the",
    `profile, beside credential_process = stsmfa process ${profile}; every other line stays.`,
  ];
  if (prompter === undefined) {
    throw new StsmfaError("Usage", `profile ${profile} is a role: it needs no access key`, {
      hint: `to have AWS's tools ask stsmfa for its session: ${
        withArguments("stsmfa init", [profile], " --adopt")
      }`,
    });
  }
  terminal.stderr.write(linesForPeople(words, false));
  const answer = await prompter.ask(
    "Do that (yes, no)?",
    (text) => ["yes", "no"].includes(text.trim().toLowerCase()) ? undefined : "type yes or no",
    signal,
    terminal.stderr.isTerminal ? [] : words,
  );
  return answer.trim().toLowerCase() === "yes";
}

/** Adopts a role profile; a session that fails leaves it adopted, and is said. */
export async function adoptRole(
  context: Context,
  files: AwsFiles,
  profile: string,
  { backup, talk, firstSession }: RoleAdoption,
): Promise<CommandResult> {
  // Before anything is asked or written.
  adoptRoleProfile(files, files.config.document.copy(), profile);
  await checkEditable(context, files.config);
  await editAwsFile(
    context,
    (document) =>
      adoptRoleProfile({ ...files, config: { ...files.config, document } }, document, profile),
    { backup, known: files.config, warn: talk.warn },
  );
  const session = await firstSession?.().catch((error) => {
    if (error instanceof StsmfaError) return error;
    throw error;
  });
  const error = session instanceof StsmfaError ? session : undefined;
  const expiration = session instanceof StsmfaError ? undefined : session?.expiration;
  const left = expiration && secondsLeft(expiration, context.clock.now());
  return {
    json: {
      profile,
      status: "adopted",
      expiration: expiration === undefined ? null : formatExpiration(expiration),
    },
    human: () => [
      `${profile}  AWS's tools get its session from stsmfa now; to undo it: ${
        withArguments("stsmfa clear", [profile], " --adopted")
      }`,
      ...(left === undefined
        ? []
        : [line`${profile}  ${paint("green", "renewed")}, expires in ${formatDuration(left)}`]),
    ],
    exitStatus: error?.exitStatus ?? ExitStatus.Ok,
    ...(error && { errors: [{ error }] }),
  };
}
