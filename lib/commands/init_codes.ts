/**
 * Offers `stsmfa init` a program of this machine that has the codes of the device.
 *
 * @module
 */

import { editAwsFile } from "../aws_files/edit.ts";
import { configSectionOrNew } from "../aws_files/profile_sections.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { FileFlags } from "../cli/flags.ts";
import { askYesNo } from "../cli/yes_no.ts";
import type { Context, Prompter } from "../context.ts";
import type { AccessKeySetupPlan } from "../setup/access_key.ts";
import {
  type CodeOwner,
  mayHaveYubiKey,
  passCommands,
  yubiKeyCommands,
} from "../setup/code_programs.ts";
import type { Talk } from "../talk.ts";

const typed = "I type them";

/**
 * Asks whether a program is to print the codes, if one seems to have them, and writes it down as
 * `mfa_process` beside the key.
 */
export async function offerCodePrograms(
  context: Context,
  flags: FileFlags,
  { file, section }: AccessKeySetupPlan,
  owner: CodeOwner,
  { prompter, backup, talk }: {
    readonly prompter: Prompter;
    readonly backup: boolean;
    readonly talk: Talk;
  },
): Promise<void> {
  const { serialNumber } = owner;
  const found = await passCommands(context, owner);
  if (found.length === 0 && await mayHaveYubiKey(context)) {
    const question = "Look for this MFA device on your YubiKey";
    const words = [
      `ykman can print codes that are on a YubiKey; ${serialNumber} may be one of them`,
    ];
    if (await askYesNo(context, prompter, question, words)) {
      found.push(...await yubiKeyCommands(context, owner));
      if (found.length === 0) talk.note("no account on it has AWS in its name");
    }
  }
  if (found.length === 0) return;
  const question = `Where do the codes of ${serialNumber} come from?`;
  const command = await prompter.choose(question, [typed, ...found], context.signal);
  if (command === typed) return;
  const known = (await readAwsFiles(context, awsFilePaths(context.env, flags)))[file];
  await editAwsFile(context, (document) => {
    const header = file === "credentials" ? section : configSectionOrNew(document, section);
    document.set(header, "mfa_process", command);
  }, { backup, warn: talk.warn, known });
  talk.note(`codes come from: ${command} (mfa_process in [${section}])`);
}
