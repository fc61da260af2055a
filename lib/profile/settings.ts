/**
 * Where a setting can come from, by precedence: flag, variable, the profile's `stsmfa` block, the
 * profile's standard keys, the source's keys.
 *
 * @module
 */

import { listed } from "../hint_words.ts";
import {
  type FileValue,
  placeOf,
  profileValue,
  refuseMisplacedBlock,
  stsmfaBlock,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import {
  hookName,
  hookOption,
  isOfMisspelt,
  type ProfileHook,
  shippedHooks,
} from "./hook_settings.ts";
import { fromFile, type Resolved, settingError } from "./origin.ts";

/** Settings given on the command line; an absent one is `undefined`. */
export interface ProfileFlags {
  /** `--source-profile`: where the long-term keys are. */
  readonly sourceProfile?: string | undefined;
  /** `--target-profile`: where the session goes. */
  readonly targetProfile?: string | undefined;
  /** `--long-term-suffix`: of the source. */
  readonly longTermSuffix?: string | undefined;
  /** `--short-term-suffix`: of the target. */
  readonly shortTermSuffix?: string | undefined;
  /** `--mfa-serial`: ARN or number of the device. */
  readonly mfaSerial?: string | undefined;
  /** `--mfa-process`: a command that prints the code. */
  readonly mfaProcess?: string | undefined;
  /** `--duration`: `12h`, `90m` or seconds. */
  readonly duration?: string | undefined;
  /** `--role-arn`: the role to assume. */
  readonly roleArn?: string | undefined;
  /** `--role-session-name`. */
  readonly roleSessionName?: string | undefined;
  /** `--external-id`. */
  readonly externalId?: string | undefined;
  /** `--region`: the region whose STS is used. */
  readonly region?: string | undefined;
}

/** A setting's name. */
export type SettingName = keyof ProfileFlags;

interface SettingSpec {
  readonly flag: string;
  readonly variables: readonly string[];
  /** The key in the `stsmfa` block. */
  readonly key?: string;
  /** The key that SDKs know in the profile's own section. */
  readonly standardKey?: string;
  /** Keys in the source section, by precedence, including aws-mfa's. */
  readonly sourceKeys?: readonly string[];
}

/** The table of all settings: flag, variables and keys of each. */
export const settingSpecs: Readonly<Record<SettingName, SettingSpec>> = {
  sourceProfile: {
    flag: "--source-profile",
    variables: ["STSMFA_SOURCE_PROFILE"],
    key: "source_profile",
  },
  targetProfile: {
    flag: "--target-profile",
    variables: ["STSMFA_TARGET_PROFILE"],
    key: "target_profile",
  },
  longTermSuffix: { flag: "--long-term-suffix", variables: ["STSMFA_LONG_TERM_SUFFIX"] },
  shortTermSuffix: { flag: "--short-term-suffix", variables: ["STSMFA_SHORT_TERM_SUFFIX"] },
  mfaSerial: {
    flag: "--mfa-serial",
    variables: ["STSMFA_MFA_SERIAL", "AWS_MFA_SERIAL", "MFA_DEVICE"],
    key: "mfa_serial",
    standardKey: "mfa_serial",
    sourceKeys: ["aws_mfa_device", "mfa_serial"],
  },
  mfaProcess: {
    flag: "--mfa-process",
    variables: ["STSMFA_MFA_PROCESS"],
    key: "mfa_process",
    standardKey: "mfa_process",
    sourceKeys: ["mfa_process"],
  },
  duration: {
    flag: "--duration",
    variables: ["STSMFA_DURATION", "MFA_STS_DURATION"],
    key: "duration_seconds",
    standardKey: "duration_seconds",
  },
  roleArn: {
    flag: "--role-arn",
    variables: ["STSMFA_ROLE_ARN", "MFA_ASSUME_ROLE"],
    key: "role_arn",
    standardKey: "role_arn",
    sourceKeys: ["assume_role"],
  },
  roleSessionName: {
    flag: "--role-session-name",
    variables: ["STSMFA_ROLE_SESSION_NAME"],
    key: "role_session_name",
    standardKey: "role_session_name",
  },
  externalId: {
    flag: "--external-id",
    variables: ["STSMFA_EXTERNAL_ID"],
    key: "external_id",
    standardKey: "external_id",
  },
  region: {
    flag: "--region",
    variables: ["STSMFA_REGION"],
    key: "region",
    standardKey: "region",
    sourceKeys: ["region"],
  },
};

/** Settings that the `stsmfa` block alone has. */
type BlockSettingName = "source_identity" | "session_tags";

/** The keys of the `stsmfa` block, except those of hooks. */
export const blockKeys = [
  ...Object.values(settingSpecs).flatMap((spec) => spec.key ?? []),
  "source_identity" satisfies BlockSettingName,
  "session_tags" satisfies BlockSettingName,
  "hooks",
];

/** Variables that say nothing. */
export const noVariables: Environment = {
  get: () => undefined,
  has: () => false,
  startingWith: () => ({}),
};

/** Looks up the settings of one profile. */
export class Settings {
  readonly #block: readonly FileValue[];
  /** Whether the profile has a `stsmfa` block, be it empty. */
  readonly hasBlock: boolean;

  /**
   * @throws StsmfaError `InvalidSetting` for an unknown key in the `stsmfa` block, and for a block
   * that stands where it is not read
   */
  constructor(
    private readonly files: AwsFiles,
    private readonly env: Environment,
    private readonly flags: ProfileFlags,
    private readonly profile: string,
  ) {
    refuseMisplacedBlock(files, profile);
    const block = stsmfaBlock(files, profile);
    this.hasBlock = block !== undefined;
    this.#block = block ?? [];
    this.#checkBlock();
  }

  /** Returns the settings of a profile on the way of another one: what the files say of it. */
  static ofFiles(files: AwsFiles, profile: string): Settings {
    return new Settings(files, noVariables, {}, profile);
  }

  /** The hooks the profile asks for, in the order they run, each once. */
  get hooks(): readonly ProfileHook[] {
    const value = this.#block.find((each) => each.key === "hooks")?.value ?? "";
    const words = value.split(",").map((word) => word.trim()).filter((word) => word !== "");
    const hooks = [...new Set(words)].map((word) => ({ word, name: hookName(word) }));
    const options = this.#block.flatMap(({ key, value }) => {
      // Our own keys are never the hook's, whatever its name: mfa_process may hold a seed.
      const found = blockKeys.includes(key)
        ? undefined
        : hookOption(key, hooks.map(({ name }) => name));
      return found === undefined ? [] : [{ ...found, value }];
    });
    return hooks.map(({ word, name }) => {
      const own = options.filter((each) => each.name === name);
      return {
        word,
        name,
        options: Object.fromEntries(own.map((each) => [each.option, each.value])),
      };
    });
  }

  /**
   * Returns the value with the highest precedence.
   *
   * @param source looks up one of the source's keys, once the source is known
   * @throws StsmfaError `Usage` for an empty flag
   */
  find(
    name: SettingName,
    source?: (key: string) => FileValue | undefined,
  ): Resolved<string> | undefined {
    return this.given(name) ?? this.inFiles(name, source);
  }

  /**
   * Returns the value that a flag or a variable gives.
   *
   * @throws StsmfaError `Usage` for an empty flag
   */
  given(name: SettingName): Resolved<string> | undefined {
    const { flag, variables } = settingSpecs[name];
    const given = this.flags[name];
    if (given === undefined) return variable(this.env, variables);
    const setting: Resolved<string> = { value: given.trim(), origin: { kind: "flag", flag } };
    if (setting.value === "") throw settingError(setting, "the value is empty");
    return setting;
  }

  /** Returns the value in the profile's block, else in its section, else in its source's. */
  inFiles(
    name: SettingName,
    source?: (key: string) => FileValue | undefined,
  ): Resolved<string> | undefined {
    const { key, standardKey, sourceKeys } = settingSpecs[name];
    const standard = standardKey && profileValue(this.files, this.profile, standardKey);
    const found = this.#inBlock(key) ?? (standard && readAsSdks(name, standard)) ??
      sourceKeys?.map((key) => source?.(key)).find((each) => each !== undefined);
    return found ? fromFile(found) : undefined;
  }

  /** Returns what stsmfa alone is told, by flag, variable or block: SDKs do not see it. */
  told(name: SettingName): Resolved<string> | undefined {
    const inBlock = this.#inBlock(settingSpecs[name].key);
    return this.given(name) ?? (inBlock && fromFile(inBlock));
  }

  /** Returns a setting that the block alone has. */
  inBlock(key: BlockSettingName): Resolved<string> | undefined {
    const found = this.#inBlock(key);
    return found && fromFile(found);
  }

  #inBlock(key: string | undefined): FileValue | undefined {
    return this.#block.find((each) => each.key === key && each.value !== "");
  }

  #checkBlock(): void {
    if (this.#block.length === 0) return;
    const hooks = this.hooks.map(({ name }) => name);
    const seen = new Set<string>();
    for (const entry of this.#block) {
      const { key, path, line } = entry;
      const places = [placeOf(entry)];
      const where = `${path}: line ${line}, in the stsmfa block of profile ${this.profile}`;
      if (seen.has(key)) {
        throw new StsmfaError("InvalidSetting", `${where}: the key ${key} is repeated`, { places });
      }
      seen.add(key);
      if (blockKeys.includes(key) || hookOption(key, hooks) !== undefined) continue;
      if (isOfMisspelt(key, hooks)) continue;
      const near = nearest(key, blockKeys);
      const hook = hookOption(key, shippedHooks)?.name;
      throw new StsmfaError("InvalidSetting", `${where}: unknown key ${key}`, {
        hint: near !== undefined
          ? `did you mean ${near}?`
          : hook !== undefined
          ? `it belongs to the hook ${hook}: remove the line, or add: hooks = ${
            [...hooks, hook].join(", ")
          }`
          : `known keys: ${listed(blockKeys, 3)}`,
        places,
      });
    }
  }
}

/** Returns the first of these variables that is set. */
function variable(env: Environment, names: readonly string[]): Resolved<string> | undefined {
  for (const variable of names) {
    const value = env.get(variable)?.trim();
    if (value) return { value, origin: { kind: "variable", variable } };
  }
  return undefined;
}

/** Refuses what AWS's tools would read past: `8h` is for the block. */
function readAsSdks(name: SettingName, found: FileValue): FileValue {
  if (name !== "duration") return found;
  // Python reads digits in groups.
  if (/^[-+]?\d+(?:_\d+)*$/.test(found.value)) {
    return { ...found, value: found.value.replaceAll("_", "").replace(/^\+/, "") };
  }
  throw settingError(
    fromFile(found),
    `${found.value} is not a number of seconds, and AWS's tools ignore it`,
    "write seconds, as in duration_seconds = 3600; 1h is for the stsmfa block",
  );
}
