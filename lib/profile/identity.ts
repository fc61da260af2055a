/**
 * Resolves the first part of a profile: enough to find its session and to see whether it is still
 * valid. Most runs need no more, and end before the rest (`profile.ts`) is loaded. Pure.
 *
 * @module
 */

import {
  type FileValue,
  hasProfile,
  profileValue,
  sectionValue,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { Environment } from "../context.ts";
import { withArguments } from "../hint_words.ts";
import { type Chain, chainOf } from "./chain.ts";
import { defaultLongTermSuffix, profileNotFound, withSuffix } from "./names.ts";
import { fromFile, type Resolved, settingError } from "./origin.ts";
import { askedOfStsmfa, isOwnProcess } from "./own_process.ts";
import { type ProfileFlags, type SettingName, Settings, settingSpecs } from "./settings.ts";
import { isLongTerm, type ProfileSource } from "./source.ts";
import { waitingProcesses } from "./waiting_processes.ts";
import { checkTargetName, resolveTarget, theProfileItself } from "./target.ts";

/**
 * What a profile is to stsmfa: one whose session is written to the credentials file; a role, or
 * keys, that AWS's tools know as it is, whose session is kept for who asks stsmfa; or one whose
 * credentials others give.
 */
export type ProfileKind = "written" | "standard" | "others";

/** Where containers are told that credentials are given out. */
const containerVariables = [
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/** Whose session it is, and where it is stored. */
export interface ProfileIdentity {
  /** As it was requested. */
  readonly name: string;
  /** What it is to stsmfa. */
  readonly kind: ProfileKind;
  /** The source of the credentials that sessions are made with. */
  readonly source: ProfileSource;
  /** The section of the credentials file that the session is written to. */
  readonly target: { readonly section: string };
  /** The role that the session is for; absent for the user's own session. */
  readonly role?: {
    /** The ARN of the role. */
    readonly roleArn: string;
  };
  /** The MFA device. */
  readonly mfa: {
    /** The device's ARN, or a hardware device's number; discovered when absent. */
    readonly serialNumber?: string;
  };
}

/** An identity, and what the rest of the profile is resolved from. */
export interface ResolvedIdentity {
  readonly identity: ProfileIdentity;
  readonly files: AwsFiles;
  readonly env: Environment;
  readonly settings: Settings;
  readonly chain: Chain;
  readonly target: Resolved<string>;
  readonly serialNumber: Resolved<string> | undefined;
  /** Looks up a key of the source. */
  readonly fromSource: (key: string) => FileValue | undefined;
}

/**
 * Resolves a profile's identity.
 *
 * @throws StsmfaError `ProfileNotFound`, `InvalidSetting`, `Usage`, `LongTermCredentialsMissing`
 */
export function resolveIdentity(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  name: string,
): ResolvedIdentity {
  const settings = new Settings(files, env, flags, name);
  const suffix = settings.find("longTermSuffix")?.value ?? defaultLongTermSuffix;
  const named = settings.told("sourceProfile");
  const given = givenFlags(flags);
  const chain = chainOf(files, name, {
    named,
    suffix,
    roleArn: settings.told("roleArn"),
    hasVariables: env.has("AWS_ACCESS_KEY_ID"),
    startedBy: waitingProcesses(env).at(-1),
    flags: given,
    isInContainer: containerVariables.some((variable) => env.has(variable)),
  });
  const { source, bottom } = chain;
  const isNew = flags.targetProfile !== undefined || flags.sourceProfile !== undefined;
  if (
    !isNew && !hasProfile(files, name) &&
    !("section" in source && source.section === withSuffix(name, suffix))
  ) {
    throw profileNotFound(files, name, suffix);
  }
  // Keys in a session's section are not the user's.
  const fromSource = (key: string) =>
    source.kind === "session"
      ? undefined
      : profileValue(files, source.section, key) ?? profileValue(files, bottom, key);
  // A session that we cannot renew is not written anywhere: it may stand in a section of any name.
  const isLeft = source.kind === "session" && chain.hops.length === 0;
  const target = isLeft ? theProfileItself(name) : resolveTarget(settings, name);
  const kind = kindOf(files, name, chain, settings, target, given);
  // Whether the profile itself can be one is asked where it is written.
  if (target.origin.kind !== "convention") checkTargetName(target);
  const role = chain.hops.at(-1)?.roleArn;
  const serialNumber = bottomSerial(files, name, settings, chain, fromSource);
  const identity = {
    name,
    kind,
    source,
    target: { section: target.value },
    ...(role && { role: { roleArn: role.value } }),
    mfa: serialNumber === undefined ? {} : { serialNumber: serialNumber.value },
  };
  return { identity, files, env, settings, chain, target, serialNumber, fromSource };
}

/** Returns those of these flags that are given, as they are written. */
function givenFlags(flags: ProfileFlags): string[] {
  return Object.entries(settingSpecs)
    .flatMap(([name, { flag }]) => flags[name as SettingName] === undefined ? [] : [flag]);
}

function kindOf(
  files: AwsFiles,
  name: string,
  chain: Chain,
  settings: Settings,
  target: Resolved<string>,
  given: readonly string[],
): ProfileKind {
  const process = profileValue(files, name, "credential_process");
  const command = process?.value ?? "";
  const isOwn = isOwnProcess(files, command, name, given);
  const asked = askedOfStsmfa(files, command);
  if (!isOwn && asked?.profile === name && settings.hasBlock) {
    throw settingError(
      fromFile(process!),
      `with ${
        asked.flags.join(" and ")
      } it asks for another session than the stsmfa block does, and AWS's tools get that one`,
      "put it in the block, or in another profile",
    );
  }
  if (isOwn && settings.hasBlock) refuseShadowed(files, name, chain);
  if (target.origin.kind !== "convention") return "written";
  // What asks stsmfa itself whenever it needs a session finds it there.
  if (chain.isStandardRole || isOwn) return "standard";
  if (settings.told("sourceProfile") !== undefined || settings.hasBlock || !chain.isOwn) {
    return "written";
  }
  return isLongTerm(chain.source) || chain.hops.length > 0 ? "standard" : "others";
}

/**
 * Refuses a role whose session SDKs never ask for, since they find other credentials first.
 *
 * @throws StsmfaError `InvalidSetting`
 */
function refuseShadowed(files: AwsFiles, name: string, { hops }: Chain): void {
  const keyId = sectionValue(files.credentials, name, "aws_access_key_id");
  const role = hops.at(-1)?.roleArn.value;
  if (keyId === undefined || role === undefined) return;
  const session = readSessionSection(files.credentials.document, name);
  if (session.sessionToken !== undefined && session.roleArn === role) return;
  throw settingError(
    fromFile(keyId),
    `AWS's tools use this key for ${name} instead of its role, since it comes before credential_process`,
    session.sessionToken === undefined
      ? "move the key to a profile of another name"
      : `remove that session: ${withArguments("stsmfa clear", [name])}`,
  );
}

/**
 * Returns the device that is proved with the long-term keys, once for all roles: the one that is
 * given, else the first role's, the keys' own, or another role's.
 */
function bottomSerial(
  files: AwsFiles,
  name: string,
  settings: Settings,
  { hops, source }: Chain,
  fromSource: (key: string) => FileValue | undefined,
): Resolved<string> | undefined {
  const isOwn = hops.length < 2 && hops.every(({ profile }) => profile === name);
  if (isOwn) return settings.find("mfaSerial", fromSource);
  const given = settings.given("mfaSerial");
  if (given !== undefined || source.kind === "session") return given;
  const [first, ...others] = hops.map(({ profile }) =>
    Settings.ofFiles(files, profile).inFiles("mfaSerial")
  );
  const ofKeys = fromSource("aws_mfa_device") ?? fromSource("mfa_serial");
  return first ?? (ofKeys && fromFile(ofKeys)) ?? others.find((each) => each !== undefined) ??
    settings.inFiles("mfaSerial");
}

/**
 * Returns the account of a profile's session: the role's, or the MFA device's; `undefined` if
 * neither names one, as a hardware device's number does not.
 *
 * @param serialNumber the device that was used, if that is known better than from the profile
 */
export function accountOf(
  { role, mfa }: Pick<ProfileIdentity, "role" | "mfa">,
  serialNumber: string | undefined = mfa.serialNumber,
): string | undefined {
  return /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(role?.roleArn ?? serialNumber ?? "")?.[1];
}
