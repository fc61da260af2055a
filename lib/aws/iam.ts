/**
 * The calls to IAM by which a user's access keys are rotated. They need no SDK, and each is sent by
 * its own rule: one that creates a key once, the others again where that helps.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { type LongTermCredentials, type ProvidedCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { Profile } from "../profile/profile.ts";
import { UnusableAnswer } from "./answer.ts";
import { type AwsCall, deadlined } from "./call.ts";
import { type AwsHttp, awsHttp } from "./http.ts";
import { childOf, textOf, type XmlElement } from "./xml.ts";

/** The actions of a rotation, as policies name them. */
export const rotationActions = [
  "iam:ListAccessKeys",
  "iam:GetAccessKeyLastUsed",
  "iam:CreateAccessKey",
  "iam:UpdateAccessKey",
  "iam:DeleteAccessKey",
] as const;

/** One of a user's access keys. */
export interface ListedAccessKey {
  readonly accessKeyId: string;
  /** As AWS says it; there may be others. */
  readonly status: "Active" | "Inactive" | "Expired";
  readonly createdAt: Date | undefined;
}

/** When a key was last used. */
export interface LastUse {
  /** `undefined` if it was never used. */
  readonly at: Date | undefined;
  /** Such as `s3`. */
  readonly service: string | undefined;
  readonly region: string | undefined;
}

/** What {@link IamClient.listAccessKeys} returns. */
export interface AccessKeyList {
  readonly keys: readonly ListedAccessKey[];
  /** The time at AWS when it answered, as far as it says so. */
  readonly at: Date | undefined;
}

/** Calls about one user's keys, made with one set of credentials. */
export interface IamClient {
  listAccessKeys(): Promise<AccessKeyList>;
  lastUse(accessKeyId: string): Promise<LastUse>;
  /**
   * Creates a key; sent once.
   *
   * @param before the keys that were there: none of them can be the new one
   * @throws StsmfaError `SecondAccessKey` if the user has two already
   */
  createAccessKey(before: readonly string[]): Promise<LongTermCredentials>;
  setActive(accessKeyId: string, isActive: boolean): Promise<void>;
  /** Deletes a key; one that is gone already is no error. */
  deleteAccessKey(accessKeyId: string): Promise<void>;
}

const version = "2010-05-08";

/**
 * Returns a client for the keys of one user, who is always named: with the credentials of a session
 * AWS would not know whose keys are meant. Needs the permission net.
 *
 * @param policyCommand prints the policy that allows these calls, for a hint
 */
export function iamClient(
  context: Context,
  { endpoints }: Pick<Profile, "endpoints">,
  credentials: ProvidedCredentials,
  { userName, policyCommand }: { readonly userName: string; readonly policyCommand: string },
): IamClient {
  const { value: endpoint, signingRegion: region } = endpoints.iam;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const secrets = [secretAccessKey, ...(sessionToken ? [sessionToken] : [])];

  const send = async (
    action: string,
    parameters: Readonly<Record<string, string>>,
    http: AwsHttp,
    abortSignal: AbortSignal,
  ): Promise<void> => {
    const { signedHeaders } = await import("./sigv4.ts");
    const body = new URLSearchParams({ Action: action, Version: version, ...parameters })
      .toString();
    const url = endpoint.endsWith("/") ? endpoint : `${endpoint}/`;
    const content = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const headers = await signedHeaders({ method: "POST", url, headers: content, body }, {
      credentials: {
        accessKeyId,
        secretAccessKey: secretAccessKey.reveal(),
        ...(sessionToken && { sessionToken: sessionToken.reveal() }),
      },
      region,
      service: "iam",
      at: context.clock.now(),
    });
    await http.post(url, headers, body, abortSignal);
  };

  const call = async <T>(
    action: string,
    parameters: Readonly<Record<string, string>>,
    read: (http: AwsHttp) => T,
    about: Pick<AwsCall, "isOnce"> = {},
  ): Promise<T> => {
    const http = awsHttp(context, endpoints.caBundle?.value);
    return await deadlined(
      context,
      http,
      { action, endpoint, credentials, secrets, ...about },
      async (abortSignal) => {
        try {
          await send(action, parameters, http, abortSignal);
        } catch (error) {
          throw refusal(action, accessKeyId, userName, policyCommand, error) ?? error;
        }
        return read(http);
      },
    );
  };

  const UserName = userName;
  return {
    listAccessKeys: async () =>
      await call("ListAccessKeys", { UserName }, (http) => ({
        keys: keysOf(http.result("ListAccessKeys")),
        at: http.serverTime(),
      })),
    lastUse: async (AccessKeyId) =>
      await call(
        "GetAccessKeyLastUsed",
        { AccessKeyId },
        (http) => lastUseOf(http.result("GetAccessKeyLastUsed")),
      ),
    createAccessKey: async (before) =>
      await call(
        "CreateAccessKey",
        { UserName },
        (http) => createdKey(http.result("CreateAccessKey"), before),
        { isOnce: true },
      ),
    setActive: async (AccessKeyId, isActive) => {
      const Status = isActive ? "Active" : "Inactive";
      await call(
        "UpdateAccessKey",
        { UserName, AccessKeyId, Status },
        (http) => http.checkDone("UpdateAccessKey"),
      );
    },
    deleteAccessKey: async (AccessKeyId) => {
      try {
        await call(
          "DeleteAccessKey",
          { UserName, AccessKeyId },
          (http) => http.checkDone("DeleteAccessKey"),
        );
      } catch (error) {
        // As when the answer to a first attempt was lost.
        if (!(error instanceof StsmfaError) || error.code !== "KeyNotFound") throw error;
      }
    },
  };
}

/** Returns the error for a refusal that means something here. */
function refusal(
  action: string,
  accessKeyId: string,
  userName: string,
  policyCommand: string,
  error: unknown,
): StsmfaError | undefined {
  const name = error instanceof Error ? error.name : "";
  if (name === "NoSuchEntity") {
    return new StsmfaError("KeyNotFound", `IAM has no such user or key (${action})`, {
      hint: "check the keys in the IAM console under Security credentials",
    });
  }
  if (name === "LimitExceeded") {
    return new StsmfaError(
      "SecondAccessKey",
      `the IAM user ${userName} already has two access keys, the maximum`,
      { hint: "delete one in the IAM console under Security credentials" },
    );
  }
  if (!["AccessDenied", "AccessDeniedException"].includes(name)) return undefined;
  return new StsmfaError(
    "AccessDenied",
    `AWS denied iam:${action} on the user ${userName} for ${accessKeyId}`,
    { hint: `ask for iam:${action}; for the whole policy: ${policyCommand}` },
  );
}

/** A user can have two; what lists far more is not AWS. */
const mostKeys = 100;

function keysOf(result: XmlElement): ListedAccessKey[] {
  const list = childOf(result, "AccessKeyMetadata");
  if (list === undefined) throw new UnusableAnswer("it lists no access keys");
  if (list.children.length > mostKeys) throw new UnusableAnswer("it lists too many access keys");
  return list.children.map((each) => {
    const status = textOf(each, "Status");
    if (status !== "Active" && status !== "Inactive" && status !== "Expired") {
      throw new UnusableAnswer("Status is not in AWS's format");
    }
    return { accessKeyId: keyId(each), status, createdAt: dateOf(each, "CreateDate") };
  });
}

function lastUseOf(result: XmlElement): LastUse {
  const used = childOf(result, "AccessKeyLastUsed");
  const word = (name: string) => {
    const text = textOf(used, name) ?? "";
    return /^[\w.-]{1,64}$/.test(text) ? text : undefined;
  };
  return {
    at: dateOf(used, "LastUsedDate"),
    service: word("ServiceName"),
    region: word("Region"),
  };
}

function createdKey(result: XmlElement, before: readonly string[]): LongTermCredentials {
  const key = childOf(result, "AccessKey");
  const secret = textOf(key, "SecretAccessKey") ?? "";
  if (!/^[\x21-\x7e]{16,256}$/.test(secret)) {
    throw new UnusableAnswer("SecretAccessKey is not in AWS's format");
  }
  const accessKeyId = keyId(key);
  // Its secret would be written over that of the key that is rotated.
  if (before.includes(accessKeyId)) {
    throw new UnusableAnswer("it names a key that was there before");
  }
  return { accessKeyId, secretAccessKey: new Secret(secret) };
}

function keyId(parent: XmlElement | undefined): string {
  const id = textOf(parent, "AccessKeyId") ?? "";
  if (/^[A-Z0-9]{16,128}$/.test(id)) return id;
  throw new UnusableAnswer("AccessKeyId is not in AWS's format");
}

function dateOf(parent: XmlElement | undefined, name: string): Date | undefined {
  const text = textOf(parent, name) ?? "";
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  return isDate ? new Date(text) : undefined;
}
