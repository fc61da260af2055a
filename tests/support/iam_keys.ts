/**
 * The access keys of the users of the loopback AWS, with what a rotation meets: two keys at most, a
 * new one that is not taken at once, sessions that end with their key.
 *
 * @module
 */

import { type Principal, randomBase32, randomBase64 } from "./sts_authority.ts";
import * as xml from "./sts_xml.ts";

/** One key. */
export interface AccessKey {
  readonly userName: string;
  readonly accessKeyId: string;
  isActive: boolean;
  readonly createdAt: Date;
  lastUsed?: Date;
}

/** The actions on keys. */
export const keyActions = [
  "ListAccessKeys",
  "GetAccessKeyLastUsed",
  "CreateAccessKey",
  "UpdateAccessKey",
  "DeleteAccessKey",
] as const;

/** All keys. */
export class AccessKeys {
  readonly #keys: AccessKey[] = [];
  /** How long a new key is refused. */
  newKeySeconds = 0;
  /** How long IAM does not list a new key. */
  listLagSeconds = 0;
  /** Whether sessions end when their key is made inactive or deleted. */
  sessionsEnd = false;

  constructor(
    private readonly principals: Map<string, Principal>,
    private readonly now: () => Date,
  ) {}

  /** Adds a key that was made long ago. */
  add(userName: string, accessKeyId: string, changes: Partial<AccessKey> = {}): void {
    const createdAt = new Date("2024-01-02T03:04:05Z");
    this.#keys.push({ userName, accessKeyId, isActive: true, createdAt, ...changes });
  }

  /** Returns a user's keys. */
  of(userName: string): readonly AccessKey[] {
    return this.#keys.filter((each) => each.userName === userName);
  }

  /** Returns who may sign with a key now. */
  signer(accessKeyId: string): Principal | undefined {
    const principal = this.principals.get(accessKeyId);
    if (principal === undefined) return undefined;
    const isSession = principal.sessionToken !== undefined;
    if (isSession && !this.sessionsEnd) return principal;
    const key = this.#keys.find((each) => each.accessKeyId === principal.rootKeyId);
    if (key === undefined || !key.isActive) return undefined;
    if (isSession) return principal;
    return this.#age(key) < this.newKeySeconds ? undefined : principal;
  }

  #age({ createdAt }: AccessKey): number {
    return (this.now().getTime() - createdAt.getTime()) / 1000;
  }

  /** Notes that a key was used. */
  use(accessKeyId: string): void {
    const key = this.#keys.find((each) => each.accessKeyId === accessKeyId);
    if (key !== undefined) key.lastUsed = this.now();
  }

  /** Does what an action asks for. */
  manage(
    action: string,
    userName: string,
    caller: Principal,
    params: xml.Params,
  ): xml.XmlContent | undefined {
    const id = params["AccessKeyId"] ?? "";
    if (action === "ListAccessKeys") {
      const member = this.of(userName).filter((key) => this.#age(key) >= this.listLagSeconds).map((
        key,
      ) => ({
        UserName: userName,
        AccessKeyId: key.accessKeyId,
        Status: key.isActive ? "Active" : "Inactive",
        CreateDate: xml.xmlDate(key.createdAt),
      }));
      return { AccessKeyMetadata: { member }, IsTruncated: "false" };
    }
    if (action === "CreateAccessKey") {
      if (this.of(userName).length >= 2) throw xml.refusals.twoKeys();
      return this.#create(userName, caller);
    }
    const key = this.of(userName).find(({ accessKeyId }) => accessKeyId === id);
    if (key === undefined) throw xml.refusals.noSuchKey(id);
    if (action === "GetAccessKeyLastUsed") {
      return {
        UserName: userName,
        AccessKeyLastUsed: key.lastUsed === undefined ? { ServiceName: "N/A", Region: "N/A" } : {
          LastUsedDate: xml.xmlDate(key.lastUsed),
          ServiceName: "sts",
          Region: "us-east-1",
        },
      };
    }
    if (action === "UpdateAccessKey") key.isActive = params["Status"] === "Active";
    else this.#keys.splice(this.#keys.indexOf(key), 1);
    return undefined;
  }

  #create(userName: string, caller: Principal): xml.XmlContent {
    const accessKeyId = `AKIA${randomBase32(16)}`;
    const secretAccessKey = randomBase64(30);
    this.#keys.push({ userName, accessKeyId, isActive: true, createdAt: this.now() });
    const { sessionToken: _, expiration: __, ...user } = caller;
    this.principals.set(accessKeyId, {
      ...user,
      secretAccessKey,
      kind: "user",
      mfa: false,
      rootKeyId: accessKeyId,
    });
    return {
      AccessKey: {
        UserName: userName,
        AccessKeyId: accessKeyId,
        Status: "Active",
        SecretAccessKey: secretAccessKey,
        CreateDate: xml.xmlDate(this.now()),
      },
    };
  }
}
