/**
 * `stsmfa keys process`: a long-term key for `credential_process`. AWS's tools run it on every
 * command, so it loads nothing but what reads the files and asks the store.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { withoutWaits } from "../cli/command_line.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { fetchStoredKey } from "../keys/fetch.ts";
import { profileNotFound } from "../profile/names.ts";
import { storedKeyIn } from "../profile/source.ts";
import { terminalTalk } from "../talk.ts";
import type { KeysFlags } from "./keys_flags.ts";

/** Prints the key that a section names in a store. */
export async function process(
  context: Context,
  flags: KeysFlags,
  names: readonly string[],
): Promise<CommandResult> {
  const section = oneProfile(context.env, flags, names);
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const source = storedKeyIn(files, section, "credentials") ??
    storedKeyIn(files, section, "config");
  if (source === undefined) {
    const { longTermSuffix = "long-term" } = flags;
    if (!profileNames(files).includes(section)) {
      throw profileNotFound(files, section, longTermSuffix, "stsmfa keys process");
    }
    throw new StsmfaError(
      "LongTermCredentialsMissing",
      `[${section}] has no stsmfa_key, so no key in a key store`,
      {
        hint: `to move its key there: ${
          withArguments("stsmfa keys move", [section], " --to keychain")
        }`,
      },
    );
  }
  const talk = terminalTalk(context, flags);
  const { credentials } = await fetchStoredKey(withoutWaits(context), source, talk);
  const output = {
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey.reveal(),
  };
  return { json: output, data: `${JSON.stringify(output)}\n`, exitStatus: ExitStatus.Ok };
}
