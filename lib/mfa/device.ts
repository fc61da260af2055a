/**
 * Finds the MFA device when no setting names it.
 *
 * @module
 */

import type { StsClient } from "../aws/sts.ts";
import type { Context, Prompter } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { listed } from "../hint_words.ts";
import { chosenDevice, rememberDevice } from "../state/chosen_devices.ts";
import { isSerialNumber, isUsableSerial, serialNumberOfUser } from "../profile/mfa_serial.ts";

/**
 * Returns the serial number of the user's device: the one usable device that IAM lists, or the one
 * that the user chooses. If IAM denies the list, derives it from the caller's ARN by the console's
 * default name, which does not include the user's path.
 *
 * @throws StsmfaError `MfaDeviceMissing`, `UnusableMfaDevice`, `MfaDeviceChoiceNeeded`, and what
 * the calls throw
 */
export async function discoverMfaDevice(
  context: Context,
  sts: StsClient,
  prompter: () => Promise<Prompter | undefined>,
): Promise<string> {
  const serialNumbers = await listedDevices(sts);
  if (serialNumbers === undefined) return derivedDevice((await sts.getCallerIdentity()).arn);
  const usable = serialNumbers.filter(isUsableSerial).filter(isSerialNumber);
  if (usable.length === 1) return usable[0]!;
  if (usable.length > 1) {
    return await chosenDevice(context, usable) ??
      await chooseDevice(context, usable, await prompter());
  }
  if (serialNumbers.length === 0) {
    throw new StsmfaError("MfaDeviceMissing", "this IAM user has no MFA device", {
      hint: "add one in the IAM console under Security credentials",
    });
  }
  throw new StsmfaError(
    "UnusableMfaDevice",
    `AWS STS accepts no security keys or passkeys, and this user has only: ${
      listed(serialNumbers, 2)
    }`,
    { hint: "add an authenticator app in the IAM console under Security credentials" },
  );
}

/** What IAM may fail with where STS still answers: it takes far fewer requests in a second. */
const unlisted: readonly string[] = [
  "AccessDenied",
  "NetworkUnreachable",
  "NetworkTimeout",
  "ServiceUnavailable",
  "Throttled",
];

/** Lists the devices; `undefined` if IAM denies it, or cannot answer where STS can. */
async function listedDevices(sts: StsClient): Promise<string[] | undefined> {
  try {
    return await sts.listMfaDevices();
  } catch (error) {
    if (error instanceof StsmfaError && unlisted.includes(error.code)) return undefined;
    throw error;
  }
}

function derivedDevice(arn: string): string {
  const ofUser = serialNumberOfUser(arn);
  if (ofUser !== undefined) return ofUser;
  const root = /^(arn:[^:]+:iam::\d{12}):root$/.exec(arn);
  if (root !== null) return `${root[1]}:mfa/root-account-mfa-device`;
  throw new StsmfaError("MfaDeviceMissing", `cannot tell the MFA device of ${arn}`, {
    hint: "pass --mfa-serial ARN",
  });
}

/**
 * Asks which device is to be used, and remembers it.
 *
 * @param serialNumbers all that can be
 * @throws StsmfaError `MfaDeviceChoiceNeeded` without a prompter, `Cancelled`
 */
export async function chooseDevice(
  context: Context,
  serialNumbers: readonly string[],
  prompter: Prompter | undefined,
): Promise<string> {
  if (prompter === undefined) {
    throw new StsmfaError(
      "MfaDeviceChoiceNeeded",
      `this user has several MFA devices: ${
        listed(serialNumbers.map((each) => each.split("/").at(-1)!))
      }`,
      {
        hint: "choose one: stsmfa devices --choose; or pass --mfa-serial ARN",
      },
    );
  }
  const chosen = await prompter.choose("MFA device", serialNumbers, context.signal);
  await rememberDevice(context, serialNumbers, chosen);
  return chosen;
}
