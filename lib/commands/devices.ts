/**
 * `stsmfa devices`: the MFA devices of a profile's user.
 *
 * @module
 */

import { type StsClient, stsClient } from "../aws/sts.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import {
  commonFlags,
  type FileFlags,
  fileFlags,
  profileFlag,
  profileFlags,
  sessionFlags,
  toggle,
} from "../cli/flags.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { type Cell, fittedLines } from "../cli/fitted_table.ts";
import { roomOf } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { chooseDevice } from "../mfa/device.ts";
import type { PromptPlace } from "../mfa/prompt_place.ts";
import { resolveIdentity } from "../profile/identity.ts";
import { isSerialNumber, isUsableSerial, serialNumberOfUser } from "../profile/mfa_serial.ts";
import { describeOrigin, type Resolved } from "../profile/origin.ts";
import { completeProfile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { withSecret } from "../keys/fetch.ts";
import { longTermKeysOf } from "../profile/source.ts";
import { type Line, paint } from "../screen.ts";
import { chosenDevice } from "../state/chosen_devices.ts";
import { stateDirectory } from "../state/directory.ts";
import { terminalTalk } from "../talk.ts";

type Settings = Pick<ProfileFlags, "sourceProfile" | "longTermSuffix" | "mfaSerial" | "region">;

interface Flags extends CommonFlags, FileFlags, Settings {
  readonly profile?: string;
  readonly choose?: boolean;
  readonly nonInteractive?: boolean;
  readonly prompt?: PromptPlace;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa devices work", "list the MFA devices"],
    ["stsmfa devices work --choose", "choose the one to use"],
  ],
  description: [
    "Lists the MFA devices of the user whose access key the profile has, which one stsmfa uses, and " +
    "which ones AWS STS does not accept: security keys and passkeys. Asks for no code.",
    "If there are several, stsmfa uses mfa_serial of the profile, or the one you chose. The choice " +
    "is remembered for the user, not for the profile or access key.",
  ],
  flags: {
    ...commonFlags,
    ...profileFlag,
    choose: toggle("Choose the device to use, and remember it"),
    nonInteractive: sessionFlags.nonInteractive,
    prompt: sessionFlags.prompt,
    sourceProfile: profileFlags.sourceProfile,
    longTermSuffix: profileFlags.longTermSuffix,
    mfaSerial: profileFlags.mfaSerial,
    region: profileFlags.region,
    ...fileFlags,
  },
  aliases: { p: "profile", q: "quiet" },
  positionals: "[PROFILE]",
  run,
};
export default command;

interface Device {
  readonly serialNumber: string;
  readonly kind: "virtual" | "hardware" | "security key";
  readonly isUsable: boolean;
  readonly isUsed: boolean;
}

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const name = oneProfile(context.env, flags, positionals);
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const resolved = resolveIdentity(files, context.env, flags, name);
  const { serialNumber: named } = resolved;
  // This list helps to replace a wrong device, so such a device must not make it fail.
  const isWrong = named !== undefined && named.origin.kind !== "flag" && !isGood(named.value);
  const withoutRoles = { ...resolved, chain: { ...resolved.chain, hops: [] } };
  const profile = completeProfile(
    isWrong ? { ...withoutRoles, serialNumber: undefined } : withoutRoles,
  );
  const talk = terminalTalk(context, flags);
  const { credentials } = await withSecret(context, longTermKeysOf(profile.source), talk);
  const serialNumbers = await listed(stsClient(context, profile, credentials));
  const usable = serialNumbers.filter(isGood);
  if (flags.choose && usable.length > 0) await choose(context, flags, usable, named);
  const only = usable.length === 1 ? usable[0] : await chosenDevice(context, usable);
  const used = named?.value ?? only;
  if (named !== undefined && !serialNumbers.includes(named.value)) {
    terminalTalk(context, flags).warn(
      `${describeOrigin(named.origin)}: ${named.value} is not one of this user's MFA devices`,
    );
  }
  const devices = serialNumbers.map((serialNumber): Device => ({
    serialNumber,
    kind: !isUsableSerial(serialNumber)
      ? "security key"
      : serialNumber.startsWith("arn:")
      ? "virtual"
      : "hardware",
    isUsable: usable.includes(serialNumber),
    isUsed: serialNumber === used,
  }));
  return {
    json: devices,
    human: () => table(devices, roomOf(context.terminal.stdout)),
    isAnswer: true,
    exitStatus: ExitStatus.Ok,
  };
}

/** Has the person choose, where there is a choice. */
async function choose(
  context: Context,
  flags: Flags,
  usable: readonly string[],
  named: Resolved<string> | undefined,
): Promise<void> {
  const talk = terminalTalk(context, flags);
  if (usable.length === 1) {
    talk.note("this user has only one device that AWS STS accepts: there is nothing to choose");
    return;
  }
  const prompter = flags.nonInteractive ? undefined : await context.terminal.prompter();
  const chosen = await chooseDevice(context, usable, prompter);
  if (await chosenDevice(context, usable) !== chosen) {
    const folder = stateDirectory(context) ?? "the state folder";
    talk.warn(
      `the choice could not be remembered in ${folder}; to use this device: mfa_serial = ${chosen} in the profile`,
    );
  }
  if (named !== undefined && named.value !== chosen) {
    talk.warn(`${describeOrigin(named.origin)} names ${named.value}, which is used instead`);
  }
}

function isGood(serialNumber: string): boolean {
  return isUsableSerial(serialNumber) && isSerialNumber(serialNumber);
}

async function listed(sts: StsClient): Promise<string[]> {
  try {
    return await sts.listMfaDevices();
  } catch (error) {
    if (!(error instanceof StsmfaError) || error.code !== "AccessDenied") throw error;
    const usual = serialNumberOfUser((await sts.getCallerIdentity()).arn);
    throw new StsmfaError(error.code, error.message, {
      hint: usual === undefined
        ? error.hint
        : `the IAM console shows the devices; the usual one is ${usual}`,
      cause: error,
    });
  }
}

async function table(devices: readonly Device[], room: number): Promise<Line[]> {
  if (devices.length === 0) return ["this user has no MFA device"];
  const columns = [
    { header: "DEVICE", least: 16, rank: 0 },
    { header: "KIND", rank: 2 },
    { header: "STATE", rank: 1 },
  ];
  const rows = devices.map(({ serialNumber, kind, isUsable, isUsed }): Cell[] => [
    serialNumber,
    kind,
    isUsable
      ? isUsed ? paint("green", "used") : "usable"
      : isUsed
      ? [paint("red", "used, but not accepted by STS"), paint("red", "not usable")]
      : [paint("red", "not accepted by STS"), paint("red", "not usable")],
  ]);
  return await fittedLines(columns, rows, room);
}
