/**
 * The users, MFA devices and roles of the loopback AWS.
 *
 * @module
 */

import type { TotpSecret } from "./totp.ts";

/**
 * An MFA device. One with `:u2f/` in its serial number is listed but, as at AWS, can't be used with
 * STS.
 */
export interface LoopbackDevice {
  readonly serialNumber: string;
  readonly secret: TotpSecret;
}

/** A user with long-term keys. */
export interface LoopbackUser {
  /** Default 123456789012. */
  readonly accountId?: string;
  readonly userName: string;
  /** The IAM path, with both slashes: `/eng/`; default `/`. */
  readonly path?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly devices: readonly LoopbackDevice[];
  /** Default true. */
  readonly mayListMfaDevices?: boolean;
  /** Actions such as `iam:DeleteAccessKey` that no policy allows. */
  readonly mayNot?: readonly string[];
  /** The account's root user: sessions of an hour at most, and no roles. */
  readonly root?: boolean;
  /** An explicit deny on everything that can be denied: all but GetCallerIdentity. */
  readonly denied?: boolean;
}

/** A role; whoever is not `denied` may assume it. */
export interface LoopbackRole {
  readonly roleArn: string;
  /** Seconds; default 3600. */
  readonly maxSessionDuration?: number;
  readonly externalId?: string;
  /** Default true. */
  readonly requiresMfa?: boolean;
  readonly denied?: boolean;
  /** Tokens of an identity provider; whoever has one may assume it, without any key. */
  readonly webIdentityTokens?: readonly string[];
}

/** The serial number of alice's device. */
export const ALICE_DEVICE = "arn:aws:iam::123456789012:mfa/alice";

/** Returns the default user, with changes if a test needs some. */
export function alice(changes: Partial<LoopbackUser> = {}): LoopbackUser {
  return {
    userName: "alice",
    accessKeyId: "AKIAALICEALICEALICE2",
    secretAccessKey: "alice+secret/access+key/of+forty+letters",
    devices: [{ serialNumber: ALICE_DEVICE, secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" }],
    ...changes,
  };
}
