/**
 * Plans what to import of that which other tools have stored.
 *
 * @module
 */

import { refuseStored } from "../aws_files/long_term_section.ts";
import { type FileValue, profileEntry } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { profileWord, withArguments } from "../hint_words.ts";
import { assertSectionName, assertValue } from "../ini/names.ts";
import { accessKeyIdComplaint, secretAccessKeyComplaint } from "../keys/access_key.ts";
import { defaultLongTermSuffix } from "../profile/names.ts";
import { resolveProfile } from "../profile/profile.ts";
import {
  keysIn,
  longTermKeysOf,
  type LongTermSource,
  storedKeyIn,
  type StoredSource,
} from "../profile/source.ts";
import { checkTargetName } from "../profile/target.ts";
import type { FoundProfile, ImportNeed, ProfileImport } from "./found_profile.ts";
import { addBlocks, addKeys } from "./import_edit.ts";

/** A long-term key of the files, or one that they name. */
type OwnKey = LongTermSource | StoredSource;

/** Plans depend on the files only; variables are for a single run. */
const noVariables: Environment = {
  get: () => undefined,
  has: () => false,
  startingWith: () => ({}),
};

/**
 * Plans what to add. Refuses a profile that would not resolve afterwards, as a renewal needs. Pure.
 */
export function planImport(
  files: AwsFiles,
  all: readonly FoundProfile[],
  longTermSuffix: string,
): ProfileImport[] {
  const resolve = (from: AwsFiles, profile: string) =>
    resolveProfile(from, noVariables, { longTermSuffix }, profile);
  const planned = all.map((found) =>
    orRefused(found, () => {
      const source = () =>
        sourceOrUndefined(() => longTermKeysOf(resolve(files, found.profile).source));
      return whatToDo(files, all, found, source);
    })
  );
  const after = {
    config: { ...files.config, document: files.config.document.copy() },
    credentials: { ...files.credentials, document: files.credentials.document.copy() },
  };
  addKeys(after.credentials.document, files.credentials.path, planned);
  addBlocks(after.config.document, planned);
  const checked = planned.map((each) => {
    if (each.kind === "refused") return each;
    const { found, found: { profile, need } } = each;
    let instead: FileValue | undefined;
    const checked = orRefused(found, () => {
      const { kind, source, target, origins } = resolve(after, profile);
      if (kind === "written") {
        checkTargetName({ value: target.section, origin: origins["target"]! });
      }
      if (need.kind === "key" && source.kind === "process") {
        instead = profileEntry(files, profile, "credential_process");
      }
      return each.kind;
    });
    return checked.kind === "refused" || !instead ? checked : { ...checked, instead };
  });
  return withoutLookalikes(checked);
}

/** Drops what looks like aws-mfa's or our own because it was imported from another tool before. */
function withoutLookalikes(plan: readonly ProfileImport[]): ProfileImport[] {
  const works = plan.filter(({ kind }) => kind === "nothing").map(({ found }) => found);
  const isAlike = (tool: FoundProfile["tool"]) => tool === "aws-mfa" || tool === "stsmfa";
  const others = new Set(works.flatMap(({ tool, profile }) => isAlike(tool) ? [] : [profile]));
  return plan.filter(({ kind, found: { tool, profile } }) =>
    !(kind === "nothing" && isAlike(tool) && others.has(profile))
  );
}

function orRefused(
  found: FoundProfile,
  decide: () => Exclude<ProfileImport["kind"], "refused">,
): ProfileImport {
  try {
    return { kind: decide(), found };
  } catch (error) {
    if (error instanceof StsmfaError) return { kind: "refused", found, error };
    if (!(error instanceof RangeError)) throw error;
    const message = `${found.path ?? found.keyring}: ${error.message}`;
    return { kind: "refused", found, error: new StsmfaError("InvalidSetting", message) };
  }
}

function sourceOrUndefined(find: () => OwnKey | undefined): OwnKey | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}

/** @param findSource returns where the profile's keys are now, if it can be renewed at all */
function whatToDo(
  files: AwsFiles,
  all: readonly FoundProfile[],
  found: FoundProfile,
  findSource: () => OwnKey | undefined,
): Exclude<ProfileImport["kind"], "refused"> {
  const { need, profile } = found;
  if (need.kind === "failed") throw need.error;
  assertSectionName(profile);
  if (need.kind === "unknown") {
    throw new StsmfaError("LongTermCredentialsMissing", need.reason, { hint: need.hint });
  }
  if (need.kind === "nothing") return "nothing";
  if (need.kind === "block") Object.values(need.values).forEach(assertValue);
  else if (isThere(files, found, need, findSource() ?? ownKey(files, need.section))) {
    return "nothing";
  }
  return isFirst(all, found, need.credentials) ? need.kind : "nothing";
}

/** Returns the key in a section, though its profile does not use it. */
function ownKey(files: AwsFiles, section: string): OwnKey | undefined {
  return sourceOrUndefined(() => {
    const found = keysIn(files, section, "credentials");
    const key = found?.kind === "long-term" ? found : storedKeyIn(files, section, "credentials");
    return key;
  });
}

type KeyNeed = Extract<ImportNeed, { kind: "key" }>;

/**
 * Reports whether the profile has the key already.
 *
 * @throws StsmfaError if the key is not valid, or can't be stored
 */
function isThere(
  { credentials: { path, document } }: AwsFiles,
  { profile }: FoundProfile,
  { section, credentials, places }: KeyNeed,
  source: OwnKey | undefined,
): boolean {
  const isHere = source !== undefined && isSameKey(source.credentials, credentials);
  if (isHere && source.section !== profile) return true;
  refuse(places.accessKeyId, accessKeyIdComplaint(credentials.accessKeyId));
  refuse(places.secretAccessKey, secretAccessKeyComplaint(credentials.secretAccessKey.reveal()));
  if (section === profile) {
    throw new StsmfaError(
      "SourceIsTarget",
      `[${profile}] cannot hold both the key and the session`,
      {
        hint: `give the key a section of its own: --long-term-suffix ${defaultLongTermSuffix}`,
      },
    );
  }
  refuseStored(document, path, section);
  if (isHere) {
    throw new StsmfaError(
      "SourceIsTarget",
      `${source.path}: line ${source.line}: this key is in [${profile}] itself, where the session has to go`,
      { hint: `move it to [${section}]: stsmfa init ${profileWord(profile)} --adopt` },
    );
  }
  if (source !== undefined && source.section !== profile) {
    throw new StsmfaError(
      "LongTermCredentialsStored",
      `the profile has another key: [${source.section}] of ${source.path}, line ${source.line}`,
      { hint: "rename one of the two profiles" },
    );
  }
  return false;
}

function refuse(place: string, complaint: string | undefined): void {
  if (complaint !== undefined) throw new StsmfaError("InvalidSetting", `${place}: ${complaint}`);
}

/**
 * Reports whether it is the first of those that have the profile's key.
 *
 * @throws StsmfaError if they have different ones
 */
function isFirst(
  all: readonly FoundProfile[],
  found: FoundProfile,
  credentials: LongTermCredentials,
): boolean {
  const { tool, profile } = found;
  const bringers = all.flatMap((each) =>
    each.profile === profile && "credentials" in each.need
      ? [{ each, credentials: each.need.credentials }]
      : []
  );
  const rival = bringers.find((other) => !isSameKey(other.credentials, credentials));
  if (rival === undefined) return bringers[0]?.each === found;
  throw new StsmfaError(
    "LongTermCredentialsStored",
    tool === rival.each.tool
      ? `${tool} has different keys for it, in ${found.keyring} and in ${rival.each.keyring}`
      : `${tool} and ${rival.each.tool} have different keys for it`,
    {
      hint: tool === rival.each.tool
        ? `remove the wrong one with ${tool}`
        : `choose one: ${withArguments("stsmfa import", [profile], ` --from ${tool}`)}`,
    },
  );
}

/** Compares keys; with one whose secret is in a key store, by their IDs. */
function isSameKey(a: OwnKey["credentials"], b: LongTermCredentials): boolean {
  return a.accessKeyId === b.accessKeyId &&
    (!("secretAccessKey" in a) || a.secretAccessKey.reveal() === b.secretAccessKey.reveal());
}
