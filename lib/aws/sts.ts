/**
 * The few calls to STS and IAM that stsmfa makes. The first one loads the AWS SDK.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { ProvidedCredentials, SessionCredentials } from "../credentials.ts";
import type { Profile } from "../profile/profile.ts";
import { type AwsCall, deadlined } from "./call.ts";
import { hostOf } from "./failed_call.ts";
import { type AwsHttp, awsHttp, clientConfig } from "./http.ts";
import { type CallerIdentity, devicesOf, identityOf } from "./identity_answer.ts";
import { type AskedSession, sessionOf } from "./session_answer.ts";
import type { XmlElement } from "./xml.ts";

/** Listing the devices may take less time, since there is another way to find the device. */
const listDeadlineSeconds = 6;

/** An MFA device and its code. */
export interface MfaProof {
  readonly serialNumber: string;
  /** Six digits; works only once. */
  readonly tokenCode: string;
}

/** A role to assume, and for how long. */
export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly externalId?: string | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly sessionTags?: Readonly<Record<string, string>> | undefined;
  readonly durationSeconds: number;
}

/** A user to sign in elsewhere, with the rights that both the caller and the policy have. */
export interface FederationRequest {
  /** 2 to 32 characters; CloudTrail shows it. */
  readonly name: string;
  /** A policy as JSON; without one, the session may do nothing. */
  readonly policy: string;
  readonly durationSeconds: number;
}

/** Calls made with one set of credentials. */
export interface StsClient {
  getSessionToken(mfa: MfaProof, durationSeconds: number): Promise<SessionCredentials>;
  assumeRole(role: AssumeRoleRequest, mfa?: MfaProof): Promise<SessionCredentials>;
  getFederationToken(request: FederationRequest): Promise<SessionCredentials>;
  getCallerIdentity(): Promise<CallerIdentity>;
  /** Returns the serial numbers of the user's own devices. */
  listMfaDevices(): Promise<string[]>;
}

const loadSdk = () => import("@aws-sdk/client-sts");

/** Loads what a call needs in advance, while there is time. */
export function prepareSts(): void {
  // The call will report what fails to load.
  loadSdk().catch(() => {});
}

/** Returns a client for a profile's endpoints; needs the permission net (read for a CA bundle). */
export function stsClient(
  context: Context,
  { endpoints }: Pick<Profile, "endpoints">,
  credentials: ProvidedCredentials,
): StsClient {
  const identity = {
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey.reveal(),
    ...(credentials.sessionToken && { sessionToken: credentials.sessionToken.reveal() }),
  };
  const secrets = [
    credentials.secretAccessKey,
    ...(credentials.sessionToken ? [credentials.sessionToken] : []),
  ];
  const endpoint = endpoints.sts.value;

  type Send = (
    http: AwsHttp,
    abortSignal: AbortSignal,
  ) => Promise<unknown>;
  /** Sends a request and reads the answer; if that can't be used, the call has failed. */
  const call = <T>(
    action: string,
    send: Send,
    read: (result: XmlElement, http: AwsHttp) => T,
    about: Partial<AwsCall> = {},
  ): Promise<T> => {
    const http = awsHttp(context, endpoints.caBundle?.value);
    return deadlined(
      context,
      http,
      { action, endpoint, credentials, secrets, ...about },
      async (abortSignal) => {
        // We parse the answer ourselves, so it does not matter if the SDK can't.
        await send(http, abortSignal).catch((error) => {
          if (!http.isAnswered()) throw error;
        });
        return read(http.result(action), http);
      },
    );
  };
  const client = async (http: AwsHttp) => {
    const { STSClient } = await loadSdk();
    const config = clientConfig(context, http, endpoint, endpoints.sts.signingRegion);
    return new STSClient({ ...config, credentials: identity });
  };
  const session = (asked: AskedSession) => (result: XmlElement, http: AwsHttp) =>
    sessionOf(result, asked, {
      serverTime: http.serverTime(),
      now: context.clock.now(),
      host: hostOf(endpoint),
    });

  return {
    getSessionToken: async (mfa, durationSeconds) => {
      const { GetSessionTokenCommand } = await loadSdk();
      const command = new GetSessionTokenCommand({
        SerialNumber: mfa.serialNumber,
        TokenCode: mfa.tokenCode,
        DurationSeconds: durationSeconds,
      });
      return await call(
        "GetSessionToken",
        async (http, abortSignal) => await (await client(http)).send(command, { abortSignal }),
        session({ durationSeconds }),
        { tokenCode: mfa.tokenCode },
      );
    },
    assumeRole: async (role, mfa) => {
      const { AssumeRoleCommand } = await loadSdk();
      const { roleArn, durationSeconds, sessionTags } = role;
      const command = new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: role.roleSessionName,
        ExternalId: role.externalId,
        SourceIdentity: role.sourceIdentity,
        Tags: sessionTags &&
          Object.entries(sessionTags).map(([Key, Value]) => ({ Key, Value })),
        DurationSeconds: durationSeconds,
        SerialNumber: mfa?.serialNumber,
        TokenCode: mfa?.tokenCode,
      });
      return await call(
        "AssumeRole",
        async (http, abortSignal) => await (await client(http)).send(command, { abortSignal }),
        session({ durationSeconds, roleArn }),
        { tokenCode: mfa?.tokenCode, roleArn },
      );
    },
    getFederationToken: async ({ name, policy, durationSeconds }) => {
      const { GetFederationTokenCommand } = await loadSdk();
      const command = new GetFederationTokenCommand({
        Name: name,
        Policy: policy,
        DurationSeconds: durationSeconds,
      });
      return await call(
        "GetFederationToken",
        async (http, abortSignal) => await (await client(http)).send(command, { abortSignal }),
        session({ durationSeconds }),
      );
    },
    getCallerIdentity: async () => {
      const { GetCallerIdentityCommand } = await loadSdk();
      const command = new GetCallerIdentityCommand({});
      return await call(
        "GetCallerIdentity",
        async (http, abortSignal) => await (await client(http)).send(command, { abortSignal }),
        identityOf,
      );
    },
    listMfaDevices: async () => {
      const { IAMClient, ListMFADevicesCommand } = await import("@aws-sdk/client-iam");
      return await call(
        "ListMFADevices",
        async (http, abortSignal) => {
          const { value, signingRegion } = endpoints.iam;
          const config = clientConfig(context, http, value, signingRegion);
          const client = new IAMClient({ ...config, credentials: identity });
          await client.send(new ListMFADevicesCommand({}), { abortSignal });
        },
        devicesOf,
        { endpoint: endpoints.iam.value, deadlineSeconds: listDeadlineSeconds },
      );
    },
  };
}
