/**
 * Finds where a secret stands besides the section that it was moved from, and takes it out of the
 * copies that stsmfa itself has made.
 *
 * @module
 */

import { type AwsFiles, readAwsFile } from "../aws_files/read.ts";
import { putStoredKey } from "../aws_files/stored_key_section.ts";
import type { Context } from "../context.ts";
import type { LongTermCredentials, Secret } from "../credentials.ts";
import { requireOurs } from "../files/ours.ts";
import { replaceFile } from "../files/replace.ts";
import { IniDocument } from "../ini/document.ts";
import { basename, dirname, join } from "../path.ts";
import { storageError } from "../storage_error.ts";

/** What stands in the place of a secret that was taken out of a comment or another value. */
export const takenOut = "(moved-to-the-key-store)";

/** A line with the secret. */
export interface SecretLine {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Returns the lines of AWS's two files that have the secret. */
export function linesWith(files: AwsFiles, secret: Secret): SecretLine[] {
  const text = secret.reveal();
  return [files.credentials, files.config].flatMap(({ path, document }) =>
    document.toString().split(/\r\n|\n|\r/)
      .flatMap((each, at) => each.includes(text) ? [{ path, line: at + 1 }] : [])
  );
}

/** Returns the headers of all sections that hold this very key. */
export function headersWith(
  document: IniDocument,
  { accessKeyId, secretAccessKey }: LongTermCredentials,
): string[] {
  return document.sections().filter((header) =>
    document.entry(header, "aws_access_key_id")?.value === accessKeyId &&
    document.entry(header, "aws_secret_access_key")?.value === secretAccessKey.reveal()
  );
}

/** Takes a key out of a whole document: sections name it in its store, all else loses the secret. */
export function takeOutEverywhere(
  document: IniDocument,
  key: LongTermCredentials,
  value: string,
): void {
  for (const header of headersWith(document, key)) putStoredKey(document, header, value, undefined);
  document.replaceText(key.secretAccessKey.reveal(), takenOut);
}

/**
 * Takes a key out of the backups that stsmfa keeps beside AWS's files.
 *
 * @returns the paths of those that had it
 */
export async function cleanBackups(
  context: Context,
  files: AwsFiles,
  key: LongTermCredentials,
  value: string,
): Promise<string[]> {
  const cleaned: string[] = [];
  for (const { path } of [files.credentials, files.config]) {
    const backup = `${path}~`;
    const bytes = await context.files.read(backup).catch(() => undefined);
    if (bytes === undefined || !textOf(bytes).includes(key.secretAccessKey.reveal())) continue;
    try {
      const target = await requireOurs(context, backup, { isAwsFile: true });
      const document = IniDocument.parse(textOf(bytes));
      takeOutEverywhere(document, key, value);
      const content = new TextEncoder().encode(document.toString());
      await replaceFile(context, target, content, await context.files.status(target));
    } catch (error) {
      throw storageError("write", backup, error);
    }
    cleaned.push(backup);
  }
  return cleaned;
}

/** Returns the files beside AWS's own that have the secret, such as copies that an editor made. */
export async function copiesWith(
  context: Context,
  files: AwsFiles,
  secret: Secret,
): Promise<string[]> {
  const own = new Set([files.credentials, files.config].flatMap(({ path }) => [path, `${path}~`]));
  const found = new Set<string>();
  for (const { path } of [files.credentials, files.config]) {
    const folder = dirname(path);
    for (const name of await context.files.list(folder).catch(() => [])) {
      const copy = join(folder, name);
      if (own.has(copy) || !name.includes(basename(path))) continue;
      const status = await context.files.status(copy).catch(() => undefined);
      if (!status?.isFile) continue;
      const bytes = await context.files.read(copy).catch(() => undefined);
      if (bytes !== undefined && textOf(bytes).includes(secret.reveal())) found.add(copy);
    }
  }
  return [...found].sort();
}

/** Reads both files again. */
export async function readAgain(context: Context, files: AwsFiles): Promise<AwsFiles> {
  return {
    config: await readAwsFile(context, files.config.path, files.config),
    credentials: await readAwsFile(context, files.credentials.path, files.credentials),
  };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
