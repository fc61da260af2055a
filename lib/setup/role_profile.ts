/**
 * Turns a role that AWS's tools assume by themselves into one whose session they ask stsmfa for, and
 * back: then whatever names the profile gets it, and only a person is ever asked for a code.
 *
 * @module
 */

import { configSection, profileEntry } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import { StsmfaError } from "../errors.ts";
import { profileWord, withArguments } from "../hint_words.ts";
import type { IniDocument, IniEntry } from "../ini/document.ts";
import { assertValue, wordsOf } from "../ini/names.ts";
import { type Nesting, nestKeys, unnestKeys } from "../ini/nest.ts";
import { isRole } from "../profile/chain.ts";
import { isOwnProcess } from "../profile/own_process.ts";
import { resolveProfile } from "../profile/profile.ts";
import { noVariables } from "../profile/settings.ts";
import { knownSource } from "../profile/source.ts";
import { visible } from "../screen.ts";

/** What a role profile says of its role, in either place. */
const roleKeys = [
  "source_profile",
  "role_arn",
  "mfa_serial",
  "external_id",
  "role_session_name",
  "duration_seconds",
] as const;

/** How a role is moved into the block. */
const nesting: Nesting = { block: "stsmfa", keys: roleKeys, beside: "credential_process" };

/** What some SDK would use in place of `credential_process`, once there is no role beside it. */
const rivals = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "sso_session",
  "sso_start_url",
  "sso_account_id",
  "sso_role_name",
  "login_session",
];

/** AWS's files that stsmfa is to read for SDKs too: whole paths, of those that flags have named. */
export interface NamedFiles {
  readonly configFile?: string | undefined;
  readonly credentialsFile?: string | undefined;
}

/**
 * Moves a profile's role into its `stsmfa` block and has SDKs ask stsmfa for its session. Every
 * other line stays, and the profile is what it was.
 *
 * @throws StsmfaError what resolving the profile throws; `InvalidSetting` for one that is no such
 * role, whose role stands where it cannot be moved from, or would be another one in a block
 */
export function adoptRoleProfile(
  files: AwsFiles,
  config: IniDocument,
  profile: string,
  named: NamedFiles = {},
): void {
  const section = roleSection(files, config, profile);
  const before = meaningOf(files, profile);
  const entries = config.entries(section)
    .filter(({ key, value }) => isRoleKey(key) && value !== "");
  for (const entry of entries) checkMovable(files.config.path, entry);
  // A block without lines is one that has no value.
  if (config.nested(section, "stsmfa").length === 0) config.remove(section, "stsmfa");
  const moved = entries.map(({ key }) => key);
  config.remove(section, ...roleKeys.filter((key) => !moved.includes(key)));
  nestKeys(config, section, nesting, processCommand(profile, named));
  const after = meaningOf({ ...files, config: { ...files.config, document: config } }, profile);
  if (before === after) return;
  throw new StsmfaError(
    "InvalidSetting",
    `${files.config.path}: moving the role of ${profile} into a stsmfa block would change it`,
    { hint: `it already works with: stsmfa exec ${profileWord(profile)} -- COMMAND` },
  );
}

/** Returns whose session a profile's is, as something to compare. */
function meaningOf(files: AwsFiles, profile: string): string {
  const { source, roles, mfa, durationSeconds, region, endpoints } = resolveProfile(
    files,
    noVariables,
    {},
    profile,
  );
  return JSON.stringify([
    knownSource(source)?.credentials.accessKeyId ?? [source.kind, source.section],
    roles.map(({ origins: _, ...role }) => role),
    [mfa, durationSeconds, region, endpoints.sts.value],
  ]);
}

/** @throws StsmfaError `InvalidSetting` for a value that not every SDK would read past in a block */
function checkMovable(path: string, { key, value, line }: IniEntry): void {
  try {
    assertValue(value);
  } catch (error) {
    throw new StsmfaError(
      "InvalidSetting",
      `${path}: line ${line}: ${key} cannot be moved into a stsmfa block: ${
        (error as Error).message
      }`,
    );
  }
}

/**
 * Checks whether a profile's role can be adopted.
 *
 * @throws StsmfaError what {@link adoptRoleProfile} throws
 */
export function checkAdoptable(files: AwsFiles, profile: string): void {
  roleSection(files, files.config.document, profile);
  processCommand(profile);
}

/** Reports whether a profile is one that {@link adoptRoleProfile} has made, or could have. */
export function isAdopted(
  files: AwsFiles,
  config: IniDocument,
  profile: string,
): boolean {
  const section = configSection(config, profile);
  const command = section && config.get(section, "credential_process");
  return section !== undefined && command !== undefined && isOwnProcess(files, command, profile) &&
    config.nested(section, "stsmfa").some(({ key }) => key === "role_arn");
}

/**
 * Undoes that.
 *
 * @throws StsmfaError `InvalidSetting` for a profile that is not such a one
 */
export function restoreRoleProfile(files: AwsFiles, config: IniDocument, profile: string): void {
  const section = configSection(config, profile);
  if (section === undefined || !isAdopted(files, config, profile)) {
    throw new StsmfaError(
      "InvalidSetting",
      `${files.config.path}: profile ${profile} has no role that SDKs ask stsmfa for`,
      { hint: "see what each profile is: stsmfa status" },
    );
  }
  const before = meaningOrNone(files, profile);
  unnestKeys(config, section, nesting);
  // One that was broken before can be given back as it is.
  if (before === undefined) return;
  const given = { ...files, config: { ...files.config, document: config } };
  if (!isRole(given, profile) || before !== meaningOrNone(given, profile)) {
    throw new StsmfaError(
      "InvalidSetting",
      `${files.config.path}: moving the role of ${profile} out of its stsmfa block would change it`,
      { hint: "AWS's tools need its source_profile, and duration_seconds as a number of seconds" },
    );
  }
}

/** The same, unless the profile has a fault. */
function meaningOrNone(files: AwsFiles, profile: string): string | undefined {
  try {
    return meaningOf(files, profile);
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}

function isRoleKey(key: string): boolean {
  return (roleKeys as readonly string[]).includes(key);
}

/**
 * Returns the command by which SDKs ask for the session; each reads it in its own shell's way.
 *
 * @throws StsmfaError `InvalidSetting` for a name or a path that not all of them would read alike
 */
export function processCommand(profile: string, named: NamedFiles = {}): string {
  const files = [["--config-file", named.configFile], [
    "--credentials-file",
    named.credentialsFile,
  ]] as const;
  const flags = files.map(([flag, path]) =>
    path === undefined ? "" : ` ${flag} ${commandPath(path)}`
  );
  return `stsmfa process ${profileWords(profile)}${flags.join("")}`;
}

function profileWords(profile: string): string {
  if (/^[\w.][\w.@+-]*$/.test(profile)) return profile;
  if (/^[\w.@+ -]+$/.test(profile)) return `--profile="${profile}"`;
  throw unwritable(
    `the name ${JSON.stringify(profile)}`,
    "give the profile a name of letters, digits, - and _",
  );
}

/** Returns a path as a word; on Windows `/` is as good as what SDKs take for an escape. */
function commandPath(path: string): string {
  const word = /^[A-Za-z]:/.test(path) ? path.replaceAll("\\", "/") : path;
  if (/^[\w.:/@+=,-]+$/.test(word)) return word;
  const isAlike = /^[^"$`\\!%#;]+$/.test(word) && visible(word) === word &&
    wordsOf(`"${word}"`)?.[0] === word;
  if (isAlike) return `"${word}"`;
  throw unwritable(`the path ${JSON.stringify(path)}`, "give the file another name");
}

function unwritable(what: string, hint: string): StsmfaError {
  return new StsmfaError(
    "InvalidSetting",
    `${what} cannot be written in a credential_process that every SDK reads alike`,
    { hint },
  );
}

function roleSection(files: AwsFiles, config: IniDocument, profile: string): string {
  const refuse = (message: string, hint?: string) =>
    new StsmfaError("InvalidSetting", message, { hint });
  if (!isRole(files, profile)) {
    throw refuse(`profile ${profile} has no role_arn of its own`);
  }
  const section = configSection(config, profile);
  const keys = [...roleKeys, "credential_source", "credential_process"]
    .flatMap((key) => profileEntry(files, profile, key) ?? []);
  const elsewhere = keys.find(({ path, section: at }) =>
    path !== files.config.path || at !== section
  );
  if (section === undefined || elsewhere !== undefined) {
    const { path, line, key } = elsewhere ?? keys[0]!;
    throw refuse(
      `${path}: line ${line}: ${key} of ${profile} is not in the profile's section of ${files.config.path}`,
      "move it there; stsmfa changes that section alone",
    );
  }
  const kept = keys.find(({ key }) => key === "credential_source" || key === "credential_process");
  if (kept !== undefined) {
    throw refuse(
      `${kept.path}: line ${kept.line}: with ${kept.key} stsmfa cannot take the place of the role`,
      `it already works with: stsmfa exec ${profileWord(profile)} -- COMMAND`,
    );
  }
  const [rival] = rivals.flatMap((key) => profileEntry(files, profile, key) ?? []);
  if (rival !== undefined) {
    const isSession = readSessionSection(files.credentials.document, profile).sessionToken;
    throw refuse(
      `${rival.path}: line ${rival.line}: without a role beside it, SDKs would use ${rival.key} of [${rival.section}]`,
      isSession !== undefined && rival.path === files.credentials.path
        ? `remove that session: ${withArguments("stsmfa clear", [profile])}`
        : `move it to another profile; as it is, ${profile} works: stsmfa exec ${
          profileWord(profile)
        } -- COMMAND`,
    );
  }
  const inBlock = config.nested(section, "stsmfa").find(({ key }) => isRoleKey(key));
  if (inBlock !== undefined) {
    throw refuse(
      `${files.config.path}: line ${inBlock.line}: ${inBlock.key} in the stsmfa block of ${profile}: what it says of the role takes the place of what stands beside it, which AWS's tools go by`,
      "put all keys of the role in one place",
    );
  }
  return section;
}
