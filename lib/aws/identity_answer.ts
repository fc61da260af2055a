/**
 * Reads from AWS's answers who a caller is, and which MFA devices a user has.
 *
 * @module
 */

import { UnusableAnswer } from "./answer.ts";
import { childOf, textOf, type XmlElement } from "./xml.ts";

/** Who a set of credentials belongs to. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly arn: string;
  /** AWS's unique id, such as `AIDA...`. */
  readonly userId: string;
}

/**
 * Reads the answer of GetCallerIdentity.
 *
 * @throws UnusableAnswer
 */
export function identityOf(result: XmlElement): CallerIdentity {
  const text = (name: string, shape: RegExp) => {
    const value = textOf(result, name);
    if (value !== undefined && shape.test(value)) return value;
    throw new UnusableAnswer(`${name} is not in AWS's format`);
  };
  return {
    // Emulators have other forms of account ids.
    accountId: text("Account", /^[\w-]{1,64}$/),
    arn: text("Arn", /^arn:[!-~]{1,2048}$/),
    userId: text("UserId", /^[!-~]{1,256}$/),
  };
}

/** The most that AWS lists in one answer by default; a user can have eight. */
const mostDevices = 100;

/**
 * Reads the serial numbers in the answer of ListMFADevices.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_MFADevice.html
 *
 * @throws UnusableAnswer
 */
export function devicesOf(result: XmlElement): string[] {
  const devices = childOf(result, "MFADevices");
  if (devices === undefined) throw new UnusableAnswer("it lists no devices");
  if (devices.children.length > mostDevices) throw new UnusableAnswer("it lists too many devices");
  return devices.children.map((device) => {
    const serialNumber = textOf(device, "SerialNumber") ?? "";
    if (/^[\w+=/:,.@-]{9,256}$/.test(serialNumber)) return serialNumber;
    throw new UnusableAnswer("SerialNumber is not in AWS's format");
  });
}
