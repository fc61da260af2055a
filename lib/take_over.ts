/**
 * Takes over what other tools have stored.
 *
 * @module
 */

import { checkedAccessKey } from "./access_key.ts";
import { editAwsFile, type EditOptions } from "./aws_file_edit.ts";
import { type AwsFiles, configSectionOrNew, stsmfaBlock } from "./aws_files.ts";
import type { Context } from "./context.ts";
import { StsmfaError } from "./errors.ts";
import { assertSectionName } from "./ini_names.ts";
import { refuseStored, storeLongTermSection } from "./long_term_section.ts";
import type { FoundProfile } from "./other_tools.ts";

/** What is done for one profile. */
export type TakeOver =
  | { readonly kind: "key" | "block" | "nothing"; readonly found: FoundProfile }
  | { readonly kind: "refused"; readonly found: FoundProfile; readonly error: StsmfaError };

/** Plans what is to be added. Pure. */
export function planTakeOver(files: AwsFiles, all: readonly FoundProfile[]): TakeOver[] {
  const document = files.credentials.document.copy();
  const { path } = files.credentials;
  return all.map((found): TakeOver => {
    const { need, profile } = found;
    try {
      if (need.kind === "unknown") throw new StsmfaError("ProfileNotFound", need.reason);
      assertSectionName(profile);
      if (need.kind === "key") {
        const { section, credentials } = need;
        const { accessKeyId, secretAccessKey } = credentials;
        const isThere = document.get(section, "aws_access_key_id") === accessKeyId &&
          document.get(section, "aws_secret_access_key") === secretAccessKey.reveal();
        if (isThere) return { kind: "nothing", found };
        checkedAccessKey(accessKeyId, secretAccessKey.reveal(), found.path);
        refuseStored(document, path, section);
        storeLongTermSection(document, path, need);
      } else if (need.kind === "block" && stsmfaBlock(files, profile) !== undefined) {
        return { kind: "nothing", found };
      }
      return { kind: need.kind, found };
    } catch (error) {
      return { kind: "refused", found, error: refusal(error, found) };
    }
  });
}

function refusal(error: unknown, { path, profile }: FoundProfile): StsmfaError {
  if (error instanceof StsmfaError) return error;
  if (!(error instanceof RangeError)) throw error;
  return new StsmfaError("InvalidSetting", `${path}: ${profile}: ${error.message}`);
}

/**
 * Adds what was planned to AWS's files; the other tools' own files are not touched.
 *
 * @throws StsmfaError what editing the files throws
 */
export async function takeOver(
  context: Context,
  files: AwsFiles,
  plan: readonly TakeOver[],
  options: Omit<EditOptions, "known" | "check">,
): Promise<void> {
  const keys = plan.flatMap(({ kind, found: { need } }) =>
    kind === "key" && need.kind === "key" ? [need] : []
  );
  const blocks = plan.flatMap(({ kind, found: { profile, need } }) =>
    kind === "block" && need.kind === "block" ? [{ profile, values: need.values }] : []
  );
  if (keys.length > 0) {
    await editAwsFile(context, (document) => {
      for (const key of keys) storeLongTermSection(document, files.credentials.path, key);
    }, { ...options, known: files.credentials });
  }
  if (blocks.length > 0) {
    await editAwsFile(context, (document) => {
      for (const { profile, values } of blocks) {
        document.addNested(configSectionOrNew(document, profile), "stsmfa", { ...values });
      }
    }, { ...options, known: files.config });
  }
}
