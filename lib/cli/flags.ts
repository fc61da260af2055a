/**
 * Flags that several commands share, and older tools' spellings of them.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import type { PromptPlace } from "../mfa/prompt_place.ts";
import { parseDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
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
  json: toggle("Print JSON; an error is one line of JSON on stderr"),
  quiet: toggle("Print nothing but errors, warnings and questions"),
  color: {
    kind: "choice",
    values: ["auto", "always", "never"],
    brief: "When to use colour (default: on a terminal)",
  },
} as const satisfies Record<keyof CommonFlags, Flag>;

/** Flags of every command that reads AWS's files. */
export const fileFlags = {
  credentialsFile: text("Credentials file (AWS_SHARED_CREDENTIALS_FILE)", "path"),
  configFile: text("Config file (AWS_CONFIG_FILE)", "path"),
} as const satisfies Record<keyof FileFlags, Flag>;

/** Flags of every command that resolves profiles; `settings.ts` has their variables and keys. */
export const profileFlags = {
  sourceProfile: text("Where the long-term keys are (default: PROFILE-long-term)", "profile"),
  targetProfile: text("Where the session goes (default: PROFILE)", "profile"),
  longTermSuffix: text('Suffix of the source, or "none" (default: long-term)', "suffix"),
  shortTermSuffix: text('Suffix of the target, or "none" (default: none)', "suffix"),
  mfaSerial: text("ARN or number of the MFA device (default: found by IAM)", "serial"),
  mfaProcess: text("Command that prints the token code", "command"),
  duration: text("How long the session lasts: 12h, 90m, 900 (default: 12h, a role 1h)", "time"),
  roleArn: text("Role to assume", "arn"),
  roleSessionName: text("Name of the role session (default: your user name here)", "name"),
  externalId: text("External id that the role asks for", "id"),
  region: text("Region of the session; its STS is asked", "region"),
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
  profile: text("The profile, in place of the argument (STSMFA_PROFILE, AWS_PROFILE)", "profile"),
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
  brief: "Ask in",
};

/** Flags of every command that prints, uses or renews sessions. */
export const sessionFlags = {
  ...commonFlags,
  ...profileFlag,
  force: toggle("Renew what is still valid, too, with a new code"),
  minLeft: text("Renew when less than this is left (default: 5m)", "time"),
  tokenCode: text('Code of the MFA device; "-" reads it from stdin', "code"),
  nonInteractive: toggle("Never ask; fail when something is needed"),
  prompt: promptFlag,
  ...profileFlags,
  ...fileFlags,
  backup: {
    kind: "toggle",
    isNegated: true,
    brief: "Keep no copy of the last state you made of the credentials file",
  },
  legacyToken: toggle("Also write aws_security_token, for very old programs"),
  hooks: { kind: "toggle", isNegated: true, brief: "Run none of the profile's hooks" },
} as const satisfies Record<keyof SessionFlags, Flag>;

/** The flag of every command that sets a session in an environment. */
export const legacyFlag: Flag = toggle(
  "Also set AWS_ACCESS_KEY, AWS_SECRET_KEY, AWS_DELEGATION_TOKEN, AWS_SECURITY_TOKEN",
);

/** The flag of every command that gives a session to what goes on running. */
export const notifyFlag: Flag = toggle(
  "Tell on the desktop ten minutes before the session ends (STSMFA_NOTIFY=1: always)",
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
  return new StsmfaError(
    values === promptPlaces ? "Usage" : "InvalidSetting",
    `variable ${variable}: ${value} is not one of ${values.join(", ")}`,
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
