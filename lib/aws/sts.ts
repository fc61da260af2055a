/**
 * The few calls of STS and IAM that stsmfa makes. The AWS SDK is loaded when the first one is.
 *
 * @module
 */

import type * as Sdk from "@aws-sdk/client-sts";
import type { Context } from "../context.ts";
import {
  type LongTermCredentials,
  secondsLeft,
  Secret,
  type SessionCredentials,
} from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { Profile } from "../profile/profile.ts";
import { type AwsCall, deadlined } from "./call.ts";
import { awsHttp, clientConfig } from "./http.ts";

/** The look at IAM's list may take less, since there is another way to find the device. */
const listDeadlineSeconds = 6;

/** Who a set of credentials belongs to. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly arn: string;
  /** AWS's unique id, such as `AIDA...`. */
  readonly userId: string;
}

/** A proof by MFA. */
export interface MfaProof {
  readonly serialNumber: string;
  /** Six digits, good for one use. */
  readonly tokenCode: string;
}

/** A role to assume, for so long. */
export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly externalId?: string | undefined;
  readonly durationSeconds: number;
}

/** Calls made with one set of credentials. */
export interface StsClient {
  getSessionToken(mfa: MfaProof, durationSeconds: number): Promise<SessionCredentials>;
  assumeRole(role: AssumeRoleRequest, mfa?: MfaProof): Promise<SessionCredentials>;
  getCallerIdentity(): Promise<CallerIdentity>;
  /** The serial numbers of the user's own devices. */
  listMfaDevices(): Promise<string[]>;
}

const loadSdk = () => import("@aws-sdk/client-sts");

/** Loads what a call needs ahead of it, while there is time. */
export function prepareSts(): void {
  // What does not load now is told by the call.
  loadSdk().catch(() => {});
}

/** Makes a client for a profile's endpoints; needs the permission net (and read, for a CA bundle). */
export function stsClient(
  context: Context,
  profile: Pick<Profile, "endpoints" | "region" | "partition">,
  credentials: LongTermCredentials | SessionCredentials,
): StsClient {
  const { endpoints, region, partition } = profile;
  const http = awsHttp(context, endpoints.caBundle?.value);
  const identity = {
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey.reveal(),
    ...("sessionToken" in credentials && { sessionToken: credentials.sessionToken.reveal() }),
  };
  const secrets = [
    credentials.secretAccessKey,
    ...("sessionToken" in credentials ? [credentials.sessionToken] : []),
  ];

  const sts = async () => {
    const sdk = await loadSdk();
    const config = clientConfig(context, http, endpoints.sts.value, region);
    return { sdk, client: new sdk.STSClient({ ...config, credentials: identity }) };
  };
  const call = <T>(
    action: string,
    send: (abortSignal: AbortSignal) => Promise<T>,
    about: Pick<AwsCall, "endpoint" | "tokenCode" | "roleArn" | "deadlineSeconds">,
  ) => deadlined(context, http, { action, credentials, secrets, ...about }, send);
  const endpoint = endpoints.sts.value;

  return {
    getSessionToken: async (mfa, durationSeconds) => {
      const { sdk, client } = await sts();
      const command = new sdk.GetSessionTokenCommand({
        SerialNumber: mfa.serialNumber,
        TokenCode: mfa.tokenCode,
        DurationSeconds: durationSeconds,
      });
      const answer = await call(
        "GetSessionToken",
        (abortSignal) => client.send(command, { abortSignal }),
        { endpoint, tokenCode: mfa.tokenCode },
      );
      return sessionCredentials(context, answer.Credentials);
    },
    assumeRole: async (role, mfa) => {
      const { sdk, client } = await sts();
      const command = new sdk.AssumeRoleCommand({
        RoleArn: role.roleArn,
        RoleSessionName: role.roleSessionName,
        ExternalId: role.externalId,
        DurationSeconds: role.durationSeconds,
        SerialNumber: mfa?.serialNumber,
        TokenCode: mfa?.tokenCode,
      });
      const answer = await call(
        "AssumeRole",
        (abortSignal) => client.send(command, { abortSignal }),
        { endpoint, tokenCode: mfa?.tokenCode, roleArn: role.roleArn },
      );
      return sessionCredentials(context, answer.Credentials);
    },
    getCallerIdentity: async () => {
      const { sdk, client } = await sts();
      const answer = await call(
        "GetCallerIdentity",
        (abortSignal) => client.send(new sdk.GetCallerIdentityCommand({}), { abortSignal }),
        { endpoint },
      );
      const { Account: accountId = "", Arn: arn = "", UserId: userId = "" } = answer;
      return { accountId, arn, userId };
    },
    listMfaDevices: async () => {
      const { IAMClient, ListMFADevicesCommand } = await import("@aws-sdk/client-iam");
      const config = clientConfig(context, http, endpoints.iam.value, partition.homeRegion);
      const client = new IAMClient({ ...config, credentials: identity });
      const answer = await call(
        "ListMFADevices",
        (abortSignal) => client.send(new ListMFADevicesCommand({}), { abortSignal }),
        { endpoint: endpoints.iam.value, deadlineSeconds: listDeadlineSeconds },
      );
      return (answer.MFADevices ?? []).flatMap((device) => device.SerialNumber ?? []);
    },
  };
}

/** Trusts an answer no further than a credentials file can hold it. */
function sessionCredentials(
  context: Context,
  answer: Sdk.Credentials | undefined,
): SessionCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer ?? {};
  const isSound = [AccessKeyId, SecretAccessKey, SessionToken]
    .every((value) => value !== undefined && /^[\x21-\x7e]+$/.test(value));
  if (!isSound || !Expiration || Number.isNaN(Expiration.getTime())) {
    throw new StsmfaError("ServiceUnavailable", "the answer of STS holds no usable credentials", {
      hint: "see whether a proxy or AWS_ENDPOINT_URL_STS leads somewhere else than to AWS",
    });
  }
  if (secondsLeft(Expiration, context.clock.now()) <= 0) {
    throw new StsmfaError(
      "ClockSkew",
      "the new session has expired already by this machine's clock",
      {
        hint: "set this machine's clock; on Linux: sudo timedatectl set-ntp true",
      },
    );
  }
  return {
    accessKeyId: AccessKeyId!,
    secretAccessKey: new Secret(SecretAccessKey!),
    sessionToken: new Secret(SessionToken!),
    expiration: Expiration,
  };
}
