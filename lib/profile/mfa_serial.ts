/**
 * Checks the serial number of an MFA device: which ones STS accepts.
 *
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { describeOrigin, placesOf, type Resolved, settingError } from "./origin.ts";

/** Reports whether STS can check the device's codes; it can't for FIDO keys and passkeys. */
export function isUsableSerial(serialNumber: string): boolean {
  return !/:u2f\//.test(serialNumber);
}

/** Reports whether it is a device's ARN, or a hardware device's number. */
export function isSerialNumber(serialNumber: string): boolean {
  return /^arn:aws[a-z-]*:iam::\d{12}:(?:sms-)?mfa\/[\w+=/:,.@-]+$/.test(serialNumber) ||
    /^[A-Za-z0-9]{9,32}$/.test(serialNumber);
}

/** Returns the ARN that the console gives a user's device by default, without the user's path. */
export function serialNumberOfUser(arn: string): string | undefined {
  const user = /^(arn:[^:]+:iam::\d{12}):user\/(?:.*\/)?([^/]+)$/.exec(arn);
  return user === null ? undefined : `${user[1]}:mfa/${user[2]}`;
}

/**
 * Rejects what can't be the serial number of a device that STS accepts, before it costs a code.
 *
 * @throws StsmfaError `UnusableMfaDevice`, `InvalidSetting`, `Usage`
 */
export function checkMfaSerial(serialNumber: Resolved<string>): void {
  const { value } = serialNumber;
  if (!isUsableSerial(value)) {
    throw new StsmfaError(
      "UnusableMfaDevice",
      `${
        describeOrigin(serialNumber.origin)
      }: ${value} is a security key or passkey, which AWS STS does not accept`,
      {
        hint: "add an authenticator app in the IAM console, and use its ARN",
        places: placesOf(serialNumber.origin),
      },
    );
  }
  const ofUser = serialNumberOfUser(value);
  if (ofUser !== undefined) {
    throw settingError(serialNumber, `${value} is a user, not an MFA device`, `try ${ofUser}`);
  }
  if (isSerialNumber(value)) return;
  throw settingError(
    serialNumber,
    `${value} is not the serial number of an MFA device`,
    "write it like arn:aws:iam::123456789012:mfa/alice, or GAHT12345678 for a hardware device",
  );
}
