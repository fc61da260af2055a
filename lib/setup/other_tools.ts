/**
 * Finds what other tools have stored that stsmfa can import. Only reads their files.
 *
 * @module
 */

import { sectionValue } from "../aws_files/profile_sections.ts";
import { type AwsFiles, expandHome, parseAwsFile } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { withoutComment } from "../ini/lines.ts";
import { join } from "../path.ts";
import { isSerialNumber } from "../profile/mfa_serial.ts";
import { withSuffix } from "../profile/names.ts";
import { storageError } from "../storage_error.ts";
import { awsMfaProfiles } from "./aws_mfa.ts";
import type { FoundProfile, ImportNeed, OtherTool } from "./found_profile.ts";

/** Where aws-sts-helpers looks for account numbers. */
export const usualAccountsFile = "/etc/default/aws-sts-helpers/accounts.json";

/** What to look for. */
export interface FindOptions {
  readonly tools: readonly OtherTool[];
  /** The suffix of sections with long-term keys. */
  readonly longTermSuffix: string;
  /**
   * The accounts file of aws-sts-helpers; default: {@link usualAccountsFile}, which may be missing.
   */
  readonly accountsFile?: string | undefined;
}

/**
 * Finds the profiles of other tools.
 *
 * @throws StsmfaError `FileUnreadable`, `UnparsableFile`
 */
export async function findOtherTools(
  context: Context,
  files: AwsFiles,
  options: FindOptions,
): Promise<FoundProfile[]> {
  const { tools, longTermSuffix } = options;
  const isWanted = (tool: OtherTool) => tools.includes(tool);
  return [
    // Nobody asks for stsmfa's own by the name of another tool.
    ...isWanted("aws-mfa")
      ? awsMfaProfiles(files, longTermSuffix).filter(({ tool }) =>
        tool === "aws-mfa" || tools.length > 1
      )
      : [],
    ...isWanted("stscreds") ? await stscredsProfiles(context, longTermSuffix) : [],
    ...isWanted("aws-sts-helpers") ? await awsStsHelpersProfiles(context, options) : [],
  ];
}

/** stscreds keeps long-term keys in its own file, and sessions in AWS's under the same names. */
async function stscredsProfiles(context: Context, suffix: string): Promise<FoundProfile[]> {
  const path = expandHome(context.env, "~/.stscreds/credentials");
  const bytes = await read(context, path);
  if (bytes === undefined) return [];
  const document = parseAwsFile(path, bytes);
  return document.sections().flatMap((profile): FoundProfile[] => {
    // That tool ends a value at a comment.
    const cut = (value: string | undefined) => value && (withoutComment(value) || undefined);
    const [id, secret] = ["aws_access_key_id", "aws_secret_access_key"].map((key): KeyPart => ({
      place: `${path}: ${key} in [${profile}]`,
      value: cut(sectionValue({ path, document }, profile, key)?.value),
    }));
    if (id?.value === undefined && secret?.value === undefined) return [];
    return [{ tool: "stscreds", profile, path, need: keyNeed(profile, suffix, id!, secret!) }];
  });
}

/** aws-sts-helpers keeps the halves of each key in one-line files, and account numbers in JSON. */
async function awsStsHelpersProfiles(
  context: Context,
  { longTermSuffix, accountsFile }: FindOptions,
): Promise<FoundProfile[]> {
  const directory = expandHome(context.env, "~/aws-creds");
  const names = (await namesIn(context, directory))
    .flatMap((name) => /^([^.].*)\.access_key$/s.exec(name)?.[1] ?? []).sort();
  if (names.length === 0) return [];
  const accounts = await readAccounts(context, accountsFile);
  const part = async (name: string): Promise<KeyPart> => {
    const place = join(directory, name);
    const bytes = await read(context, place);
    return { place, value: bytes && new TextDecoder().decode(bytes).trim() };
  };
  return await Promise.all(names.map(async (profile): Promise<FoundProfile> => {
    const id = await part(`${profile}.access_key`);
    const secret = await part(`${profile}.secret_key`);
    const user = (await part(`${profile}.user`)).value || context.env.get("USER");
    const account = accounts.get(profile);
    const serialNumber = account && user && `${account}:mfa/${user}`;
    const need = keyNeed(profile, longTermSuffix, id, secret, serialNumber);
    return { tool: "aws-sts-helpers", profile, path: id.place, need };
  }));
}

/** Half of a key, and where it was looked for. */
interface KeyPart {
  readonly place: string;
  readonly value: string | undefined;
}

/** @param serialNumber dropped if it can't be one; the device is then looked up in IAM */
function keyNeed(
  profile: string,
  suffix: string,
  id: KeyPart,
  secret: KeyPart,
  serialNumber = "",
): ImportNeed {
  if (!id.value || !secret.value) {
    const { place } = id.value ? secret : id;
    return { kind: "unknown", reason: `half of its key is missing: ${place}` };
  }
  return {
    kind: "key",
    section: withSuffix(profile, suffix),
    credentials: { accessKeyId: id.value, secretAccessKey: new Secret(secret.value) },
    places: { accessKeyId: id.place, secretAccessKey: secret.place },
    serialNumber: isSerialNumber(serialNumber) ? serialNumber : undefined,
  };
}

/** Returns the start of each account's ARNs, `arn:aws:iam::123456789012`, by account name. */
async function readAccounts(
  context: Context,
  given: string | undefined,
): Promise<Map<string, string>> {
  const path = given ?? usualAccountsFile;
  const hint = "name the right file with --accounts-file";
  const bytes = await read(context, path);
  if (bytes === undefined) {
    if (given === undefined) return new Map();
    throw new StsmfaError("FileUnreadable", `cannot read ${path}: there is no such file`, { hint });
  }
  let accounts: unknown;
  try {
    accounts = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new StsmfaError("UnparsableFile", `${path} is not JSON`, { hint, cause: error });
  }
  if (typeof accounts !== "object" || accounts === null || Array.isArray(accounts)) {
    throw new StsmfaError("UnparsableFile", `${path} is not a JSON object of accounts and ARNs`, {
      hint,
    });
  }
  const entries = Object.entries(accounts).flatMap(([name, arn]) => {
    const start = /^arn:aws[a-z-]*:iam::\d{12}(?=:)/.exec(String(arn))?.[0];
    return start === undefined ? [] : [[name, start] as const];
  });
  return new Map(entries);
}

async function read(context: Context, path: string): Promise<Uint8Array | undefined> {
  try {
    return await context.files.read(path);
  } catch (error) {
    throw storageError("read", path, error);
  }
}

/** Returns no names if the directory does not exist. */
async function namesIn(context: Context, directory: string): Promise<string[]> {
  try {
    const status = await context.files.status(directory);
    return status?.isDirectory ? await context.files.list(directory) : [];
  } catch (error) {
    throw storageError("read", directory, error);
  }
}
