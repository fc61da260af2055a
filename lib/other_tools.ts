/**
 * What other tools have stored that stsmfa can take over. Reads only; their files stay as they are.
 *
 * @module
 */

import { type AwsFiles, expandHome, parseAwsFile, stsmfaBlock } from "./aws_files.ts";
import type { Context } from "./context.ts";
import { type LongTermCredentials, Secret } from "./credentials.ts";
import { storageError, StsmfaError } from "./errors.ts";
import { defaultLongTermSuffix, withSuffix } from "./long_term_source.ts";
import { holdsLongTermCredentials } from "./session_section.ts";

/** The tools whose set-ups are known; the others that stsmfa replaces store nothing of their own. */
export const otherTools = ["aws-mfa", "stscreds", "aws-sts-helpers"] as const;

/** One of {@link otherTools}. */
export type OtherTool = (typeof otherTools)[number];

/** One profile of another tool, and what it takes to have it with stsmfa. */
export interface FoundProfile {
  readonly tool: OtherTool;
  readonly profile: string;
  /** The file it was found in. */
  readonly path: string;
  readonly need:
    | { readonly kind: "nothing"; readonly section: string }
    | {
      /** A section with long-term keys. */
      readonly kind: "key";
      readonly section: string;
      readonly credentials: LongTermCredentials;
      readonly serialNumber: string | undefined;
    }
    /** A `stsmfa` block that says where the keys are. */
    | {
      readonly kind: "block";
      readonly values: { readonly source_profile: string; readonly role_arn?: string };
    }
    | { readonly kind: "unknown"; readonly reason: string };
}

/** Finds the profiles of other tools. */
export async function findOtherTools(
  context: Context,
  files: AwsFiles,
  accountsFile: string,
): Promise<FoundProfile[]> {
  return [
    ...awsMfaProfiles(files),
    ...await stscredsProfiles(context),
    ...await awsStsHelpersProfiles(context, accountsFile),
  ];
}

/**
 * aws-mfa's sections. `[P-long-term]` for `[P]` is stsmfa's convention, too; other suffixes were
 * given by flags, and are told from the names of sections that aws-mfa has written sessions to.
 */
function awsMfaProfiles(files: AwsFiles): FoundProfile[] {
  const { path, document } = files.credentials;
  const sections = document.sections();
  const ending = withSuffix("", defaultLongTermSuffix);
  const sources = sections.filter((section) =>
    holdsLongTermCredentials(document, section) &&
    (section.endsWith(ending) || document.get(section, "aws_mfa_device") !== undefined)
  );
  const baseOf = (source: string) =>
    source.endsWith(ending) ? source.slice(0, -ending.length) : source;
  const found = new Map<string, FoundProfile["need"]>();
  for (const section of sources.filter((each) => each.endsWith(ending))) {
    found.set(baseOf(section), { kind: "nothing", section });
  }
  const sessions = sections.filter((each) =>
    document.get(each, "assumed_role") !== undefined && !sources.includes(each)
  );
  for (const target of sessions.filter((each) => !found.has(each))) {
    const [source] = sources
      .filter((each) => target.startsWith(`${baseOf(each)}-`) || each.startsWith(`${target}-`))
      .sort((a, b) => baseOf(b).length - baseOf(a).length);
    const roleArn = document.get(target, "assumed_role_arn");
    found.set(
      target,
      stsmfaBlock(files, target) !== undefined
        ? { kind: "nothing", section: target }
        : source === undefined
        ? { kind: "unknown", reason: `nothing tells which keys [${target}] was made with` }
        : {
          kind: "block",
          values: { source_profile: source, ...(roleArn && { role_arn: roleArn }) },
        },
    );
  }
  return [...found].map(([profile, need]) => ({ tool: "aws-mfa", profile, path, need }));
}

/** stscreds keeps long-term keys in a file of its own, and sessions under the same names in AWS's. */
async function stscredsProfiles(context: Context): Promise<FoundProfile[]> {
  const path = expandHome(context.env, "~/.stscreds/credentials");
  const bytes = await read(context, path);
  if (bytes === undefined) return [];
  const document = parseAwsFile(path, bytes);
  return document.sections().flatMap((profile): FoundProfile[] => {
    const accessKeyId = document.get(profile, "aws_access_key_id");
    const secretAccessKey = document.get(profile, "aws_secret_access_key");
    if (!accessKeyId || !secretAccessKey) return [];
    return [{
      tool: "stscreds",
      profile,
      path,
      need: keyNeed(profile, accessKeyId, secretAccessKey, undefined),
    }];
  });
}

/** aws-sts-helpers keeps each key in files of one line, and the accounts' numbers in JSON. */
async function awsStsHelpersProfiles(
  context: Context,
  accountsFile: string,
): Promise<FoundProfile[]> {
  const directory = expandHome(context.env, "~/aws-creds");
  if (!(await context.files.status(directory))?.isDirectory) return [];
  const line = async (name: string) => {
    const bytes = await read(context, `${directory}/${name}`);
    return bytes && new TextDecoder().decode(bytes).trim();
  };
  const accounts = await readAccounts(context, accountsFile);
  const names = (await context.files.list(directory))
    .flatMap((name) => /^([^.].*)\.access_key$/.exec(name)?.[1] ?? []).sort();
  const found: FoundProfile[] = [];
  for (const profile of names) {
    const path = `${directory}/${profile}.access_key`;
    const accessKeyId = await line(`${profile}.access_key`);
    const secretAccessKey = await line(`${profile}.secret_key`);
    const user = await line(`${profile}.user`) || context.env.get("USER");
    const account = accounts.get(profile);
    const serialNumber = account && user ? `${account}:mfa/${user}` : undefined;
    found.push({
      tool: "aws-sts-helpers",
      profile,
      path,
      need: accessKeyId && secretAccessKey
        ? keyNeed(profile, accessKeyId, secretAccessKey, serialNumber)
        : { kind: "unknown", reason: `${directory}/${profile}.secret_key is missing or empty` },
    });
  }
  return found;
}

function keyNeed(
  profile: string,
  accessKeyId: string,
  secretAccessKey: string,
  serialNumber: string | undefined,
): FoundProfile["need"] {
  const credentials = { accessKeyId, secretAccessKey: new Secret(secretAccessKey) };
  const section = withSuffix(profile, defaultLongTermSuffix);
  return { kind: "key", section, credentials, serialNumber };
}

/** The beginning of each account's ARNs, `arn:aws:iam::123456789012`, by the account's name. */
async function readAccounts(context: Context, path: string): Promise<Map<string, string>> {
  const bytes = await read(context, path);
  if (bytes === undefined) return new Map();
  let accounts: unknown;
  try {
    accounts = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new StsmfaError("UnparsableFile", `${path} is not JSON`, {
      hint: "name the right file with --accounts-file",
      cause: error,
    });
  }
  const entries = Object.entries(Object(accounts)).flatMap(([name, arn]) => {
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
