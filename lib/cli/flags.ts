/**
 * Flags that several commands share, and older tools' spellings of them.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import type { PromptPlace } from "../mfa/prompt_place.ts";
import { parseDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { ProfileFlags, SettingName } from "../profile/settings.ts";
import type { CommonFlags, Flag } from "./command.ts";

/** The paths of AWS's two files. */
export interface FileFlags {
  readonly credentialsFile?: string;
  readonly configFile?: string;
}

/** Returns a flag with a text value. */
export function text(brief: string, placeholder: string): Flag {
  return { kind: "text", brief, placeholder };
}

/** Returns a flag without a value. */
export function toggle(brief: string): Flag {
  return { kind: "toggle", brief };
}

/** Flags of every command. */
export const commonFlags = {
  json: toggle("Print JSON, errors too (on stderr)"),
  quiet: toggle("Print only errors, warnings and questions"),
  color: {
    kind: "choice",
    values: ["auto", "always", "never"],
    brief: "Use colour (default: on terminals)",
  },
} as const satisfies Record<keyof CommonFlags, Flag>;

/** Flags of every command that reads AWS's files. */
export const fileFlags = {
  credentialsFile: text("Use this credentials file", "path"),
  configFile: text("Use this config file", "path"),
} as const satisfies Record<keyof FileFlags, Flag>;

/** Flags of every command that resolves profiles; `settings.ts` has their variables and keys. */
export const profileFlags = {
  sourceProfile: text("Profile that has the access key", "profile"),
  targetProfile: text("Write the session to this profile", "profile"),
  longTermSuffix: text("Suffix of that profile (default: long-term)", "text"),
  shortTermSuffix: text("Suffix of that profile (default: none)", "text"),
  mfaSerial: text("ARN or serial number of the MFA device", "serial"),
  mfaProcess: text("Command that prints an MFA code", "command"),
  duration: text("Length of the session (default: 12h, roles 1h)", "time"),
  roleArn: text("Role to assume", "arn"),
  roleSessionName: text("Name of the role session (default: user name)", "name"),
  externalId: text("External ID that the role requires", "id"),
  region: text("Region of the session", "region"),
} as const satisfies Record<keyof ProfileFlags, Flag>;

/** Reports whether a flag says which session is wanted. */
export function describesSession(flags: ProfileFlags): boolean {
  return Object.keys(profileFlags).some((name) => flags[name as SettingName] !== undefined);
}

/** Flags of every command that prints, uses or renews sessions. */
export interface SessionFlags extends CommonFlags, ProfileFlags, FileFlags {
  readonly profile?: string;
  readonly force?: boolean;
  readonly minLeft?: string;
  readonly tokenCode?: string;
  readonly nonInteractive?: boolean;
  readonly prompt?: PromptPlace;
  readonly backup?: boolean;
  readonly legacyToken?: boolean;
  readonly hooks?: boolean;
}

/** Flags of every command that takes a profile as its argument. */
export const profileFlag: { readonly profile: Flag } = {
  profile: text("Same as the PROFILE argument", "profile"),
};

const promptPlaces = [
  "terminal",
  "window",
  "zenity",
  "kdialog",
  "pinentry",
  "osascript",
  "powershell",
  "none",
] as const satisfies readonly PromptPlace[];

/** The flag of every command that may ask. */
export const promptFlag: Flag = {
  kind: "choice",
  values: promptPlaces,
  placeholder: "place",
  brief: "Where to ask for the MFA code: terminal, window, none, or a program like zenity",
};

/** Flags of every command that prints, uses or renews sessions. */
export const sessionFlags = {
  ...commonFlags,
  ...profileFlag,
  force: toggle("Renew even if still valid, with a new MFA code"),
  minLeft: text("Renew if less than this is left (default: 5m)", "time"),
  tokenCode: text('MFA code, or "-" to read it from stdin', "code"),
  nonInteractive: toggle("Never ask; fail if an answer is needed"),
  prompt: promptFlag,
  ...profileFlags,
  ...fileFlags,
  backup: {
    kind: "toggle",
    isNegated: true,
    brief: "Keep no backup of the credentials file",
  },
  legacyToken: toggle("Also write aws_security_token (old programs)"),
  hooks: { kind: "toggle", isNegated: true, brief: "Do not run the profile's hooks" },
} as const satisfies Record<keyof SessionFlags, Flag>;

/** The flag of every command that sets a session in an environment. */
export const legacyFlag: Flag = toggle(
  "Also set variables that old programs read",
);

/** The flag of every command that gives a session to what goes on running. */
export const notifyFlag: Flag = toggle(
  "Notify ten minutes before the session ends",
);

/**
 * Returns the seconds in the value of `--min-left`.
 *
 * @throws StsmfaError `Usage`
 */
export function parseMinLeft(value: string): number {
  const seconds = parseDuration(value);
  if (seconds !== undefined) return seconds;
  throw new StsmfaError("Usage", `--min-left: ${value} is not a duration`, {
    hint: "write seconds, or 30m, 1h",
  });
}

/** Other spellings of flags, including those of the tools that stsmfa replaces. */
export const flagSpellings: Readonly<Record<string, string>> = {
  "--serial-number": "--mfa-serial",
  "--device": "--mfa-serial",
  "--mfa": "--mfa-serial",
  "--token": "--token-code",
  "--mfa-token": "--token-code",
  "--duration-seconds": "--duration",
  "--expires": "--duration",
  "--assume-role": "--role-arn",
  "--assume": "--role-arn",
  "--credentials": "--credentials-file",
  "--aws-credential-file": "--credentials-file",
  "--config": "--config-file",
  "--ignore-backup": "--no-backup",
  "--no-input": "--non-interactive",
  "--dryrun": "--dry-run",
  "--long-suffix": "--long-term-suffix",
  "--short-suffix": "--short-term-suffix",
};

/**
 * Adds the values of variables for flags that are not given: `STSMFA_MIN_LEFT` for `--min-left`,
 * with `1` or `true` for a flag without a value. Those of {@link profileFlags} are left to
 * `settings.ts`, which reports their origin, and STSMFA_PROFILE to `profile_argument.ts`, where an
 * argument wins.
 *
 * @throws StsmfaError `InvalidSetting` for a variable that is neither true nor false
 */
export function withVariables<FLAGS extends object>(
  env: Environment,
  flags: FLAGS,
  declared: Readonly<Record<string, Flag>>,
): FLAGS {
  const added: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(env.startingWith("STSMFA_"))) {
    const name = variable.slice("STSMFA_".length).toLowerCase()
      .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    // A flag may begin with these letters itself.
    const isNegated = name.startsWith("no") && !Object.hasOwn(declared, name);
    const flag = isNegated ? name.charAt(2).toLowerCase() + name.slice(3) : name;
    const isOurs = Object.hasOwn(declared, flag) && !Object.hasOwn(profileFlags, flag) &&
      !Object.hasOwn(profileFlag, flag);
    if (!isOurs || (flags as Record<string, unknown>)[flag] !== undefined) continue;
    const declaredFlag = declared[flag]!;
    if (declaredFlag.isTypedOnly) continue;
    if (declaredFlag.kind === "choice" && !declaredFlag.values.includes(value)) {
      throw notOneOf(variable, value, declaredFlag.values);
    }
    const isToggle = declaredFlag.kind === "toggle";
    added[flag] = isToggle ? truth(variable, value) === (flag === name) : value;
  }
  return { ...flags, ...added };
}

function notOneOf(variable: string, value: string, values: readonly string[]): StsmfaError {
  const near = nearest(value, values);
  return new StsmfaError(
    values === promptPlaces ? "Usage" : "InvalidSetting",
    `variable ${variable}: ${value} is not one of ${values.join(", ")}`,
    { hint: near === undefined ? undefined : `did you mean ${variable}=${near}?` },
  );
}

function truth(variable: string, value: string): boolean {
  if (/^(1|true|yes)$/i.test(value)) return true;
  if (/^(0|false|no)$/i.test(value)) return false;
  throw new StsmfaError(
    "InvalidSetting",
    `variable ${variable}: ${value} is neither true nor false`,
    {
      hint: `write ${variable}=1, or unset it`,
    },
  );
}
