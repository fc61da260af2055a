/**
 * Follows a profile to the credentials at its bottom, as botocore does: the roles on the way, and
 * the profile that each is described by. Pure.
 *
 * @module
 */

import {
  type FileValue,
  hasProfile,
  profileEntry,
  profileValue,
  refuseMisplacedBlock,
  sectionEntry,
  sectionValue,
  stsmfaBlock,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { expirationKeys } from "../aws_files/session_section.ts";
import type { StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { profileChoices, profileNotFound, withSuffix } from "./names.ts";
import { fromFile, placesOf, type Resolved, settingError } from "./origin.ts";
import {
  loginOf,
  namedSourceOf,
  noKeysError,
  processOf,
  roleSourceError,
  ssoOf,
  webIdentityOf,
} from "./others.ts";
import type { ProcessSource } from "./others_source.ts";
import { isKeyProcess } from "./own_process.ts";
import {
  halfKey,
  isLongTerm,
  keysIn,
  longTermKeysOf,
  type ProfileSource,
  type SessionSource,
  storedKeyIn,
  type StoredSource,
} from "./source.ts";
import type { WaitingProcess } from "./waiting_processes.ts";

/** A role on the way. */
export interface Hop {
  /** The profile that describes it. */
  readonly profile: string;
  readonly roleArn: Resolved<string>;
}

/** How credentials are come by. */
export interface Chain {
  /** Where the first ones are from. */
  readonly source: ProfileSource;
  /** The profile at the bottom, as it is named: `work` for keys in `[work-long-term]`. */
  readonly bottom: string;
  /** The roles, each assumed with the credentials of the one before it. */
  readonly hops: readonly Hop[];
  /** Whether the profile asked for is a role that AWS's own tools would assume. */
  readonly isStandardRole: boolean;
  /** Whether its own section holds what it is: keys, a program, a session. */
  readonly isOwn: boolean;
  /** Whether stsmfa proves MFA at the bottom, be a device named or not: a block or suffix says so. */
  readonly isOurs: boolean;
}

/** What decides where a profile's credentials are, beside the files. */
export interface ChainOptions {
  /** The suffix of the section with the long-term keys. */
  readonly suffix: string;
  /** The source that is named by flag, variable or the profile's block. */
  readonly named: Resolved<string> | undefined;
  /** The role that is named by flag, variable or the profile's block. */
  readonly roleArn: Resolved<string> | undefined;
  /** Whether there are keys in variables, which no profile uses unless it says so. */
  readonly hasVariables?: boolean;
  /** Whether credentials are given out here to whatever profile has none. */
  readonly isInContainer?: boolean;
  /** The `credential_process` that has started this process, which is stsmfa then. */
  readonly startedBy?: WaitingProcess | undefined;
  /** The flags that the profile is asked for with. */
  readonly flags?: readonly string[];
  /** Whether to follow it as AWS's own tools do: to them, what only stsmfa knows is nothing. */
  readonly asOthersDo?: boolean;
}

const roleKeys = ["role_arn", "source_profile", "mfa_serial", "external_id"];

/** Reports whether botocore assumes a role for the profile. */
export function isRole(files: AwsFiles, name: string): boolean {
  return profileEntry(files, name, "role_arn") !== undefined &&
    profileEntry(files, name, "web_identity_token_file") === undefined;
}

/**
 * Follows a profile to the bottom.
 *
 * @throws StsmfaError `ProfileNotFound`, `InvalidSetting`, `LongTermCredentialsMissing`
 */
export function chainOf(files: AwsFiles, name: string, options: ChainOptions): Chain {
  const { named, roleArn } = options;
  const walk = new Walk(files, name, options);
  const hasBlock = stsmfaBlock(files, name) !== undefined;
  const isStandard = named === undefined && isRole(files, name);
  const below = named !== undefined
    ? walk.named(name, named)
    : isStandard
    ? walk.belowRole(name, [name])
    : walk.own(name, [name], hasBlock ? "block" : "profile");
  // The role of a block takes the place of the one beside it.
  const isStandardRole = isStandard && roleArn?.origin.kind !== "file";
  const role = roleArn ??
    (isRole(files, name) ? fromFile(profileEntry(files, name, "role_arn")!) : undefined);
  if (role === undefined) return { ...below, isStandardRole };
  return { ...below, isStandardRole, hops: onTop(below.hops, name, role) };
}

/** Returns roles with a profile's own on top, in place of what `assume_role` says of it. */
function onTop(hops: readonly Hop[], profile: string, roleArn: Resolved<string>): Hop[] {
  return [...hops.filter((each) => each.profile !== profile), { profile, roleArn }];
}

/**
 * Follows a profile as AWS's own tools do, to whom a `stsmfa` block is nothing.
 *
 * @throws StsmfaError what {@link chainOf} throws
 */
export function chainOfOthers(files: AwsFiles, name: string): Chain {
  const unknown = { suffix: "none", named: undefined, roleArn: undefined };
  return chainOf(files, name, { ...unknown, asOthersDo: true });
}

type Way = Omit<Chain, "isStandardRole">;

class Walk {
  /** What has named the sources so far, in the order of the way. */
  readonly #followed: Resolved<string>[] = [];

  constructor(
    private readonly files: AwsFiles,
    private readonly asked: string,
    private readonly options: ChainOptions,
  ) {}

  get suffix(): string {
    return this.options.suffix;
  }

  /** Follows a source that a block, a flag or a variable names. */
  named(name: string, named: Resolved<string>): Way {
    const { value } = named;
    // Its own name means the keys in its own section.
    if (value === name) return this.own(name, [name], "block");
    this.#checkThere(value, named, [name]);
    return { ...this.source(value, [name, value]), isOwn: false };
  }

  /** Follows what is below a profile's standard role. */
  belowRole(name: string, trail: readonly string[]): Way {
    this.#checkFilled(name);
    const role = profileEntry(this.files, name, "role_arn")!;
    const source = profileEntry(this.files, name, "source_profile");
    const other = profileEntry(this.files, name, "credential_source");
    if (source === undefined || other !== undefined) {
      if (source !== undefined || other === undefined) {
        throw roleSourceError(this.files, name, role, source && other && { source, named: other });
      }
      const named = namedSourceOf(other, name);
      return { source: named, bottom: name, hops: [], isOwn: false, isOurs: false };
    }
    const { value } = source;
    if (value === name && (this.#hasKeys(name) || this.#stored(name))) {
      return this.own(name, trail, "source");
    }
    this.#checkThere(value, fromFile(source), trail);
    if (trail.includes(value)) throw this.#loop([...trail, value]);
    return { ...this.source(value, [...trail, value]), isOwn: false };
  }

  /** Follows a profile as the source of a role on top of it. */
  source(name: string, trail: readonly string[]): Way {
    if (!this.options.asOthersDo) refuseMisplacedBlock(this.files, name);
    const block = this.options.asOthersDo ? undefined : stsmfaBlock(this.files, name);
    if (block !== undefined) return this.#withBlock(name, block, trail);
    if (isRole(this.files, name) && !this.#hasKeys(name)) {
      const below = this.belowRole(name, trail);
      const roleArn = fromFile(profileEntry(this.files, name, "role_arn")!);
      return { ...below, hops: [...below.hops, { profile: name, roleArn }] };
    }
    return this.own(name, trail, "source");
  }

  /** Follows a source with a `stsmfa` block. */
  #withBlock(name: string, block: readonly FileValue[], trail: readonly string[]): Way {
    const inBlock = (key: string) => block.find((each) => each.key === key && each.value !== "");
    const named = inBlock("source_profile");
    const roleArn = inBlock("role_arn");
    const isStandard = isRole(this.files, name);
    let below: Way;
    if (named === undefined && isStandard) below = this.belowRole(name, trail);
    else if (named === undefined || named.value === name) below = this.own(name, trail, "block");
    else {
      this.#checkThere(named.value, fromFile(named), trail);
      if (trail.includes(named.value)) throw this.#loop([...trail, named.value]);
      below = { ...this.source(named.value, [...trail, named.value]), isOurs: true };
    }
    const role = roleArn ??
      (isStandard ? profileEntry(this.files, name, "role_arn") : undefined);
    return role === undefined ? below : { ...below, hops: onTop(below.hops, name, fromFile(role)) };
  }

  /**
   * Returns what a profile's own section gives, else its long-term sibling. A session beside that is
   * renewed with it; to a role on top, only if it has its end beside it, as stsmfa and tools like it
   * write sessions: any other one is somebody's.
   *
   * @param as what the profile is asked for
   */
  own(name: string, trail: readonly string[], as: "block" | "profile" | "source"): Way {
    const sibling = withSuffix(name, this.suffix);
    const given = this.#given(name);
    const isSession = given?.kind === "session" && given.path === this.files.credentials.path;
    const isReplaceable = given === undefined ||
      (isSession && (as !== "source" || this.#isWritten(given)));
    const keys = isReplaceable && sibling !== name
      ? keysIn(this.files, sibling, "credentials") ?? keysIn(this.files, sibling, "config") ??
        this.#stored(sibling)
      : undefined;
    // Half a key is no empty section, and what stands beside it is not meant.
    const half = profileEntry(this.files, name, "aws_secret_access_key");
    if (as === "source" && given === undefined && half !== undefined) {
      throw halfKey(name, undefined, half);
    }
    const own = given && this.#ownWay(name, given, as === "block");
    if (keys === undefined || (own !== undefined && keys.kind === "session")) {
      if (own !== undefined) return own;
      if (this.options.isInContainer && as === "profile") {
        this.#refuseHidden(name);
        return this.#container(name);
      }
      throw this.#nothing(name, trail);
    }
    const source = longTermKeysOf(
      keys,
      `if it is a user's own key, remove aws_session_token from [${sibling}]`,
    );
    const role = profileValue(this.files, sibling, "assume_role");
    if (own !== undefined && as === "source" && !this.#isFor(name, role?.value)) return own;
    const hops = role === undefined ? [] : [{ profile: name, roleArn: fromFile(role) }];
    return { source, bottom: name, hops, isOwn: false, isOurs: true };
  }

  /** Returns the way of what a container gives to whatever profile has nothing else. */
  #container(name: string): Way {
    const origin = { kind: "convention", reason: "AWS_CONTAINER_CREDENTIALS_*" } as const;
    const source = { kind: "container", section: name, origin } as const;
    return { source, bottom: name, hops: [], isOwn: true, isOurs: false };
  }

  /** Reports whether a session has an end beside it, as stsmfa and tools like it write them. */
  #isWritten({ section, credentials }: SessionSource): boolean {
    return credentials.sessionToken.reveal() !== "" &&
      expirationKeys.some((key) => sectionValue(this.files.credentials, section, key));
  }

  /** Returns the way of what a profile's own section gives. */
  #ownWay(name: string, source: ProfileSource, isWritten: boolean): Way {
    // Without a suffix it is the long-term section itself.
    const isOurs = withSuffix(name, this.suffix) === name && isLongTerm(source);
    const role = isOurs ? profileValue(this.files, name, "assume_role") : undefined;
    const hops = role === undefined ? [] : [{ profile: name, roleArn: fromFile(role) }];
    return { source, bottom: name, hops, isOwn: true, isOurs: isWritten || isOurs };
  }

  /** Returns what botocore finds in a profile, roles aside, in its order. */
  #given(name: string): ProfileSource | undefined {
    const { files } = this;
    const first = webIdentityOf(files, name) ?? ssoOf(files, name) ??
      keysIn(files, name, "credentials");
    if (first !== undefined) return first;
    const login = loginOf(files, name);
    const other = login ?? this.#process(name) ?? keysIn(files, name, "config") ??
      this.#stored(name);
    if (other !== undefined) this.#refuseHidden(name, login !== undefined);
    return other;
  }

  /**
   * Returns the key in a store that a profile names. To AWS's tools there is none: whatever they
   * find goes before it.
   */
  #stored(name: string): StoredSource | undefined {
    if (this.options.asOthersDo) return undefined;
    return storedKeyIn(this.files, name, "credentials") ?? storedKeyIn(this.files, name, "config");
  }

  /**
   * Refuses a key without a value at which AWS's tools stop.
   *
   * @param isLogin whether what they would find behind it is `aws login`'s, which comes before
   * programs
   */
  #refuseHidden(name: string, isLogin = false): void {
    const key = sectionEntry(this.files.credentials, name, "aws_access_key_id");
    const program = profileEntry(this.files, name, "credential_process");
    const empty = key ?? (isLogin || program?.value !== "" ? undefined : program);
    if (empty === undefined) return;
    throw settingError(
      fromFile(empty),
      "it is empty, and AWS's tools then do not see what else the profile has",
      "remove the line",
    );
  }

  /** Returns the program of a profile, unless it is stsmfa, asked for this very profile. */
  #process(name: string): ProcessSource | undefined {
    const { asOthersDo, flags = [] } = this.options;
    const given = name === this.asked ? flags : [];
    const found = processOf(this.files, name, asOthersDo ? undefined : given);
    if (!asOthersDo && found !== undefined && isKeyProcess(found.command, name)) return undefined;
    const [path, section] = this.options.startedBy ?? [];
    const isOurs = found?.origin.kind === "file" && found.origin.path === path && section === name;
    return isOurs ? undefined : found;
  }

  /** Refuses keys of a role that are there without a value: to AWS's tools they count. */
  #checkFilled(name: string): void {
    for (const key of roleKeys) {
      const found = profileEntry(this.files, name, key);
      if (found?.value !== "") continue;
      throw settingError(
        fromFile(found),
        "it is empty, and AWS's tools then refuse the role",
      );
    }
  }

  #hasKeys(name: string): boolean {
    return ["aws_access_key_id", "aws_secret_access_key"]
      .some((key) => profileEntry(this.files, name, key) !== undefined);
  }

  /** Reports whether the session in a section is for this role, as its own mark says. */
  #isFor(name: string, roleArn: string | undefined): boolean {
    const marked = profileEntry(this.files, name, "assumed_role_arn")?.value || undefined;
    return marked === roleArn;
  }

  /** Follows a name, if there is such a profile. */
  #checkThere(name: string, named: Resolved<string>, trail: readonly string[]): void {
    const { files, suffix } = this;
    this.#followed.push(named);
    if (hasProfile(files, name) || hasProfile(files, withSuffix(name, suffix))) return;
    const near = nearest(name, profileChoices(files, suffix));
    throw settingError(
      named,
      `there is no profile ${name}${wayWords([...trail, name])}`,
      near === undefined ? undefined : `did you mean ${near}?`,
    );
  }

  #nothing(name: string, trail: readonly string[]): StsmfaError {
    const { files, suffix } = this;
    const sibling = withSuffix(name, suffix);
    if (trail.length === 1 && !hasProfile(files, name) && !hasProfile(files, sibling)) {
      return profileNotFound(files, name, suffix, undefined, this.options.hasVariables);
    }
    for (const each of [name, sibling]) {
      const half = profileEntry(files, each, "aws_secret_access_key");
      if (half !== undefined) return halfKey(each, undefined, half);
    }
    const named = this.#followed.at(-1)?.origin;
    return noKeysError(files, name, suffix, {
      whose: `profile ${trail[0]}${wayWords(trail)}`,
      places: named === undefined ? [] : placesOf(named),
    });
  }

  /** Returns the error of a circle, with all that is a part of it. */
  #loop(trail: readonly string[]): StsmfaError {
    const length = trail.length - 1 - trail.indexOf(trail.at(-1)!);
    const [source, ...others] = this.#followed.slice(-length).reverse();
    return settingError(
      source!,
      `the source profiles form a loop: ${trail.join(" -> ")}`,
      "let the last source_profile be the one with the access key",
      others.map(({ origin }) => origin),
    );
  }
}

/** Returns the way to a profile, if others lead to it. */
function wayWords(trail: readonly string[]): string {
  return trail.length > 2 ? ` (${trail.join(" -> ")})` : "";
}
