/**
 * `stsmfa keys move`: moves a key between AWS's files and key stores.
 *
 * @module
 */

import {
  profileEntry,
  profileNames,
  profileValue,
  stsmfaBlock,
} from "../aws_files/profile_sections.ts";
import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { askYesNo } from "../cli/yes_no.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { type MovedKey, moveKey } from "../keys/move.ts";
import { oneAtATime } from "../keys/one_at_a_time.ts";
import { type KeyPlace, keyPlaceOf } from "../keys/places.ts";
import { keyProcessCommand } from "../keys/process_line.ts";
import { defaultLongTermSuffix, withSuffix } from "../profile/names.ts";
import { planAccessKeySetup } from "../setup/access_key.ts";
import { type Talk, terminalTalk } from "../talk.ts";
import type { KeysFlags } from "./keys_flags.ts";
import { offerMove } from "./refresh_move.ts";

/** Moves a profile's key. */
export async function move(
  context: Context,
  flags: KeysFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const { to, everywhere = false } = flags;
  const name = oneProfile(context.env, flags, names);
  if (to === undefined) {
    throw new StsmfaError("Usage", "keys move needs to know where to put the key", {
      hint: withArguments("stsmfa keys move", [name], " --to keychain"),
    });
  }
  const talk = terminalTalk(context, flags);
  const find = async () => {
    const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
    const { longTermSuffix } = flags;
    return {
      files,
      place: keyPlaceOf(files, context.env, { ...(longTermSuffix && { longTermSuffix }) }, name),
    };
  };
  let { files, place } = await find();
  if (to !== "file" && await makesRoom(context, files, flags, place, talk)) {
    ({ files, place } = await find());
  }
  const process = to === "file" ? undefined : await processFor(context, files, flags, place);
  const moved = await oneAtATime(context, talk, async () => {
    // Another process may have moved it while we waited.
    const now = await find();
    return await moveKey(context, now.files, now.place, { to, everywhere, process, talk });
  });
  talk.endProgress();
  for (const warning of warnings(moved, name)) talk.warn(warning);
  return {
    json: {
      profile: place.profile,
      accessKeyId: place.accessKeyId,
      from: moved.from.store,
      to,
      status: moved.isMoved ? "moved" : "unchanged",
      path: place.path,
      credentialProcess: process ?? null,
      left: moved.left,
      copies: moved.copies,
    },
    human: () => [
      `${place.profile}  ${place.accessKeyId} ${
        moved.isMoved ? "is" : "was already"
      } in ${moved.title}`,
    ],
    exitStatus: ExitStatus.Ok,
  };
}

/** Offers to move a key out of the section that a session would go to. */
async function makesRoom(
  context: Context,
  files: AwsFiles,
  flags: KeysFlags,
  { profile, store }: KeyPlace,
  talk: Talk,
): Promise<boolean> {
  const { longTermSuffix = defaultLongTermSuffix, nonInteractive } = flags;
  const ending = withSuffix("", longTermSuffix);
  if (store !== "file" || nonInteractive || ending === "" || profile.endsWith(ending)) return false;
  if (isSource(files, profile)) return false;
  try {
    planAccessKeySetup(files, context.env, { longTermSuffix }, profile, true);
  } catch (error) {
    if (error instanceof StsmfaError) return false;
    throw error;
  }
  return await offerMove(context, files, flags, { name: profile }, talk);
}

/** Reports whether another profile has this one as its source. */
function isSource(files: AwsFiles, source: string): boolean {
  return stsmfaBlock(files, source) !== undefined ||
    profileNames(files).some((name) =>
      profileValue(files, name, "source_profile")?.value === source ||
      stsmfaBlock(files, name)?.some(({ key, value }) =>
        key === "source_profile" && value === source
      )
    );
}

/** Returns the `credential_process` to write, if AWS's tools are to find the key. */
async function processFor(
  context: Context,
  files: AwsFiles,
  { credentialProcess, nonInteractive }: KeysFlags,
  { profile, header }: KeyPlace,
): Promise<string | undefined> {
  if (credentialProcess === "no") return undefined;
  if (profileEntry(files, profile, "credential_process") !== undefined) return undefined;
  if (credentialProcess === "yes") return keyProcessCommand(profile);
  const prompter = nonInteractive ? undefined : await context.terminal.prompter();
  if (prompter === undefined) return undefined;
  let command: string;
  try {
    command = keyProcessCommand(profile);
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
  const words = [
    `Programs that use [${header}] itself (aws --profile ${profile}, Terraform, SDKs) find no key in it then, unless they ask stsmfa for it: credential_process = ${command}`,
  ];
  return await askYesNo(context, prompter, "Write that line, too", words) ? command : undefined;
}

function warnings({ left, copies, title, to }: MovedKey, name: string): string[] {
  const everywhere = withArguments("stsmfa keys move", [name], ` --to ${to} --everywhere`);
  return [
    ...left.map(({ path, line }) =>
      `${path}: line ${line} still has the secret that is in ${title}; to remove it: ${everywhere}`
    ),
    ...copies.map((path) => `${path} still has the secret that is in ${title}: remove that copy`),
  ];
}
