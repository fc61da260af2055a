/**
 * Sets up a user's access key: asks AWS whether it is valid and which MFA device goes with it, then
 * stores it as the source of a profile.
 *
 * @module
 */

import type { CallerIdentity } from "../aws/identity_answer.ts";
import { stsClient } from "../aws/sts.ts";
import { checkEditable, editAwsFile } from "../aws_files/edit.ts";
import {
  adoptLongTermSection,
  type LongTermSection,
  readLongTermSection,
  refuseStored,
  storeLongTermSection,
} from "../aws_files/long_term_section.ts";
import { configSectionOrNew } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { holdsLongTermCredentials } from "../aws_files/session_section.ts";
import type { Context, Environment, Prompter } from "../context.ts";
import { type LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { profileWord, renewCommand } from "../hint_words.ts";
import type { IniDocument } from "../ini/document.ts";
import { assertSectionName } from "../ini/names.ts";
import { discoverMfaDevice } from "../mfa/device.ts";
import { fetchStoredKey } from "../keys/fetch.ts";
import { storedKeyValue } from "../keys/places.ts";
import { oneAtATime } from "../keys/one_at_a_time.ts";
import { keepInStore, type KeyStore } from "../keys/store.ts";
import { defaultLongTermSuffix, withSuffix } from "../profile/names.ts";
import { resolveProfile } from "../profile/profile.ts";
import { type ProfileFlags, Settings } from "../profile/settings.ts";
import { storedKeyIn, type StoredSource } from "../profile/source.ts";
import { checkTargetName, theProfileItself } from "../profile/target.ts";
import type { Talk } from "../talk.ts";
import { adoptStoredKey } from "./stored_key.ts";

/** What will be stored, and where. */
export interface AccessKeySetupPlan {
  readonly profile: string;
  /** The section that gets the key. */
  readonly section: string;
  /** The file that it is in: where an adopted key stands. */
  readonly file: "credentials" | "config";
  /** The key in the profile's own section, if it is to be moved; one in a store has no secret here. */
  readonly adopted: LongTermCredentials | undefined;
  /** Where that key is, if its section only names it. */
  readonly stored?: StoredSource;
  readonly flags: ProfileFlags;
}

/** How a key is set up. */
export interface AccessKeySetupOptions {
  /** A region for the profile's section of the config file. */
  readonly region: string | undefined;
  /** Returns a prompter for choosing one of several devices. */
  readonly prompter: () => Promise<Prompter | undefined>;
  readonly backup: boolean;
  /** The key store that keeps the secret of a new key; without one, the file does. */
  readonly store?: KeyStore | undefined;
  readonly talk: Talk;
}

/** Whose key it is. */
export interface AccessKeySetup extends CallerIdentity {
  readonly serialNumber: string;
}

/**
 * Plans where a key goes. Pure: problems with files and flags are reported before anything is
 * asked.
 *
 * @param adopt whether the key is in the profile's own section
 * @throws StsmfaError
 */
export function planAccessKeySetup(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  profile: string,
  adopt: boolean,
): AccessKeySetupPlan {
  const suffix = new Settings(files, env, flags, profile).find("longTermSuffix")?.value ??
    defaultLongTermSuffix;
  const section = withSuffix(profile, suffix);
  try {
    assertSectionName(section);
  } catch (error) {
    throw new StsmfaError("Usage", `${JSON.stringify(profile)}: ${(error as Error).message}`);
  }
  if (section === profile) {
    throw new StsmfaError(
      "Usage",
      "without a suffix the key would be where the session has to go",
      {
        hint: "drop --long-term-suffix",
      },
    );
  }
  checkTargetName(theProfileItself(profile));
  refuseSourceName(profile, suffix);
  for (const file of ["credentials", "config"] as const) {
    const { path, document } = files[file];
    refuseStored(document, path, headerOf(document, file, section), profile);
  }
  const held = (["credentials", "config"] as const).find((file) => {
    const { document } = files[file];
    return holdsLongTermCredentials(document, headerOf(document, file, profile));
  });
  if (held !== undefined && !adopt) {
    const { path, document } = files[held];
    const header = headerOf(document, held, profile);
    throw new StsmfaError(
      "TargetHoldsLongTermCredentials",
      `${path}: [${header}] in line ${document.sectionLine(header)} has an access key itself`,
      { hint: `to move it to [${section}]: stsmfa init ${profileWord(profile)} --adopt` },
    );
  }
  const file = held ?? "credentials";
  const { path, document } = files[file];
  const isInFile = document.entry(headerOf(document, file, profile), "aws_access_key_id");
  const stored = adopt && isInFile === undefined ? storedKeyIn(files, profile, file) : undefined;
  const adopted = stored !== undefined
    ? { ...stored.credentials, secretAccessKey: new Secret("") }
    : adopt
    ? readLongTermSection(document, path, headerOf(document, file, profile))
    : undefined;
  const plan: AccessKeySetupPlan = {
    profile,
    section,
    file,
    adopted,
    flags,
    ...(stored && { stored }),
  };
  const key = adopted ?? { accessKeyId: "AKIA", secretAccessKey: new Secret("not known yet") };
  const { source } = resolveProfile(withKey(files, plan, key), env, flags, profile);
  if (source.section !== section) {
    throw new StsmfaError(
      "InvalidSetting",
      `profile ${profile} uses the key of [${source.section}]; one in [${section}] would not be used`,
      { hint: `for a session: ${renewCommand(profile)}` },
    );
  }
  return plan;
}

/** Returns the header of a profile's section, or of the one to create for it. */
function headerOf(document: IniDocument, file: "credentials" | "config", name: string): string {
  return file === "credentials" ? name : configSectionOrNew(document, name);
}

/** Refuses the source of a profile, which is not a profile. */
function refuseSourceName(profile: string, suffix: string): void {
  const ending = withSuffix("", suffix);
  if (!profile.endsWith(ending) || profile === ending) return;
  const short = profile.slice(0, -ending.length);
  throw new StsmfaError("Usage", `[${profile}] is where the key of profile ${short} goes`, {
    hint: `name the profile itself: stsmfa init ${profileWord(short)}`,
  });
}

/**
 * Sets up a key. Writes nothing before AWS has accepted it and the device is known; writes the
 * region first, since a run that fails after storing the key could not be repeated.
 *
 * @throws StsmfaError
 */
export async function setUpAccessKey(
  context: Context,
  files: AwsFiles,
  plan: AccessKeySetupPlan,
  given: LongTermCredentials,
  { region, prompter, backup, store, talk }: AccessKeySetupOptions,
): Promise<AccessKeySetup> {
  const key = plan.stored === undefined
    ? given
    : (await fetchStoredKey(context, plan.stored, talk)).credentials;
  const flags = { ...plan.flags, ...(region !== undefined && { region }) };
  const profile = resolveProfile(withKey(files, plan, key), context.env, flags, plan.profile);
  if (region !== undefined) await checkEditable(context, files.config);
  const sts = stsClient(context, profile, key);
  const identity = await sts.getCallerIdentity();
  talk.note(`the key belongs to ${identity.arn}`);
  const serialNumber = profile.mfa.serialNumber ?? await discoverMfaDevice(context, sts, prompter);
  const replacesDevice = profile.origins.mfaSerial?.kind === "flag";
  const storedAs = store && storedKeyValue(store.name, key.accessKeyId);
  const stored = {
    section: plan.section,
    credentials: key,
    storedAs,
    serialNumber,
    replacesDevice,
  };
  const edit = { backup, warn: talk.warn };
  if (region !== undefined) {
    await editAwsFile(context, (document) => {
      document.set(configSectionOrNew(document, plan.profile), "region", region);
    }, { ...edit, known: files.config });
  }
  const known = files[plan.file];
  const write = () =>
    editAwsFile(
      context,
      (document) => putKey(document, known.path, plan, stored),
      { ...edit, known },
    );
  if (store === undefined) await write();
  else {
    await oneAtATime(context, talk, async () => {
      await keepInStore(store, key);
      await write();
    });
  }
  return { ...identity, serialNumber };
}

/** Returns the files as they will be, for resolving profiles. */
function withKey(files: AwsFiles, plan: AccessKeySetupPlan, key: LongTermCredentials): AwsFiles {
  const known = files[plan.file];
  const document = known.document.copy();
  putKey(document, known.path, plan, { section: plan.section, credentials: key });
  return { ...files, [plan.file]: { ...known, document } };
}

function putKey(
  document: IniDocument,
  path: string,
  { profile, section, file, adopted, stored }: AccessKeySetupPlan,
  key: LongTermSection,
): void {
  if (adopted === undefined) {
    storeLongTermSection(document, path, key);
    return;
  }
  const from = headerOf(document, file, profile);
  const to = { ...key, section: headerOf(document, file, section) };
  if (stored === undefined) adoptLongTermSection(document, path, from, to);
  else adoptStoredKey(document, path, from, stored, to, section);
}
