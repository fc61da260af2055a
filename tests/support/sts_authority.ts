/**
 * The authority of the loopback AWS: who may do what, and what they get for it. Knows nothing about
 * HTTP.
 *
 * @module
 */

import type { SigningKey } from "./sigv4_oracle.ts";
import type { LoopbackDevice, LoopbackRole, LoopbackUser } from "./sts_people.ts";
import * as xml from "./sts_xml.ts";
import { AccessKeys } from "./iam_keys.ts";
import { codeOfStep, stepOf } from "./totp.ts";

/** Anyone who can sign a request. */
export type Principal = SigningKey & {
  readonly user: LoopbackUser;
  readonly kind: "user" | "user session" | "role session" | "federated user";
  readonly mfa: boolean;
  /** Whether it is a role that was assumed with a session: then AWS takes no SessionDuration. */
  readonly isChained?: boolean;
  /** What a federated user may do at most; without one, nothing. */
  readonly policy?: string | undefined;
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  /** The long-term key that it is, or was made with. */
  readonly rootKeyId?: string;
};

interface DeviceState extends LoopbackDevice {
  readonly owner: LoopbackUser;
  /** The 30 s steps whose code was accepted. */
  readonly spent: Set<number>;
  /** How many steps the device's clock is ahead of the server's. */
  drift: number;
}

/** The authority: who may do what, and what they get for it. */
export class Authority {
  readonly principals = new Map<string, Principal>();
  /** The users' long-term keys. */
  readonly keys: AccessKeys;
  readonly #devices = new Map<string, DeviceState>();
  readonly #roles: ReadonlyMap<string, LoopbackRole>;
  readonly #partition: string;

  constructor(
    readonly users: readonly LoopbackUser[],
    options: {
      readonly roles?: readonly LoopbackRole[];
      readonly partition?: string;
    },
    readonly now: () => Date,
  ) {
    this.#partition = options.partition ?? "aws";
    this.keys = new AccessKeys(this.principals, now);
    this.#roles = new Map(options.roles?.map((role) => [role.roleArn, role]));
    for (const user of users) {
      const { accountId = "123456789012", path = "/", secretAccessKey } = user;
      const name = user.root ? "root" : `user${path}${user.userName}`;
      this.principals.set(user.accessKeyId, {
        user,
        secretAccessKey,
        kind: "user",
        mfa: false,
        accountId,
        arn: `arn:${this.#partition}:iam::${accountId}:${name}`,
        userId: user.root ? accountId : `AIDA${randomBase32(17)}`,
        rootKeyId: user.accessKeyId,
      });
      this.keys.add(user.userName, user.accessKeyId);
      for (const device of user.devices) {
        const state = { ...device, owner: user, spent: new Set<number>(), drift: 0 };
        this.#devices.set(device.serialNumber, state);
      }
    }
  }

  GetSessionToken(caller: Principal, params: xml.Params): xml.XmlContent {
    if (caller.kind !== "user") throw xml.refusals.sessionForSession();
    const mfa = this.#spendCode(caller, params);
    if (caller.user.denied) throw explicitlyDenied(caller, "sts:GetSessionToken", "");
    const asked = Number(params["DurationSeconds"] ?? (caller.user.root ? 3600 : 43200));
    const seconds = caller.user.root ? Math.min(asked, 3600) : asked;
    return { Credentials: this.#issue({ ...caller, kind: "user session", mfa }, seconds) };
  }

  AssumeRole(caller: Principal, params: xml.Params): xml.XmlContent {
    const { RoleArn: roleArn = "", RoleSessionName: sessionName = "", ExternalId: externalId } =
      params;
    if (!roleArn.startsWith("arn:")) throw xml.refusals.notAnArn(roleArn);
    const [, accountId = "", name = ""] =
      /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
    if (name === "") throw xml.refusals.notARole();
    if (caller.user.root) throw xml.refusals.rootAssumesRole();
    const mfa = this.#spendCode(caller, params) || caller.mfa;

    const on = ` on resource: ${roleArn}`;
    if (caller.user.denied) throw explicitlyDenied(caller, "sts:AssumeRole", on);
    const role = this.#roles.get(roleArn);
    const welcome = role !== undefined && !role.denied && (mfa || role.requiresMfa === false) &&
      (role.externalId === undefined || role.externalId === externalId);
    if (!welcome) throw xml.refusals.notAuthorized(caller.arn, "sts:AssumeRole", on);

    const seconds = Number(params["DurationSeconds"] ?? 3600);
    if (caller.kind !== "user" && seconds > 3600) throw xml.refusals.chainedTooLong();
    if (seconds > (role.maxSessionDuration ?? 3600)) throw xml.refusals.longerThanRole();
    const arn = `arn:${this.#partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`;
    const userId = `AROA${randomBase32(17)}:${sessionName}`;
    const session = {
      ...caller,
      kind: "role session",
      mfa: false,
      isChained: caller.kind !== "user",
      accountId,
      arn,
      userId,
    } as const;
    return {
      Credentials: this.#issue(session, seconds),
      AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    };
  }

  /** Needs no caller: the token is all the proof. */
  AssumeRoleWithWebIdentity(params: xml.Params): xml.XmlContent {
    const {
      RoleArn: roleArn = "",
      RoleSessionName: sessionName = "",
      WebIdentityToken: token = "",
    } = params;
    const known = [...this.#roles.values()].some((role) => role.webIdentityTokens?.includes(token));
    if (!known) throw xml.refusals.unknownToken();
    const role = this.#roles.get(roleArn);
    if (!role?.webIdentityTokens?.includes(token)) {
      throw xml.refusals.notAuthorized("anonymous", "sts:AssumeRoleWithWebIdentity", "");
    }
    const [, accountId = "", name = ""] = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/
      .exec(roleArn) ?? [];
    const arn = `arn:${this.#partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`;
    const userId = `AROA${randomBase32(17)}:${sessionName}`;
    const user = { userName: "", accessKeyId: "", secretAccessKey: "", devices: [] };
    const session = {
      user,
      secretAccessKey: "",
      kind: "role session",
      mfa: false,
      accountId,
      arn,
      userId,
    } as const;
    return {
      Credentials: this.#issue(session, Number(params["DurationSeconds"] ?? 3600)),
      SubjectFromWebIdentityToken: "system:serviceaccount:default:app",
      AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
      Provider: "https://idp.example",
      Audience: "sts.amazonaws.com",
    };
  }

  GetFederationToken(caller: Principal, params: xml.Params): xml.XmlContent {
    if (caller.kind !== "user") throw xml.refusals.federationForSession();
    const { Name: name = "", Policy: policy } = params;
    const arn = `arn:${this.#partition}:sts::${caller.accountId}:federated-user/${name}`;
    if (caller.user.denied) throw explicitlyDenied(caller, "sts:GetFederationToken", "");
    if (caller.user.mayNot?.includes("sts:GetFederationToken")) {
      const on = ` on resource: ${arn}`;
      throw xml.refusals.notAuthorized(caller.arn, "sts:GetFederationToken", on);
    }
    const asked = Number(params["DurationSeconds"] ?? 43200);
    const seconds = caller.user.root ? Math.min(asked, 3600) : asked;
    const userId = `${caller.accountId}:${name}`;
    const session = { ...caller, kind: "federated user", mfa: false, arn, userId, policy } as const;
    return {
      Credentials: this.#issue(session, seconds),
      FederatedUser: { Arn: arn, FederatedUserId: userId },
      PackedPolicySize: "2",
    };
  }

  GetCallerIdentity(caller: Principal): xml.XmlContent {
    return { Arn: caller.arn, UserId: caller.userId, Account: caller.accountId };
  }

  ListMFADevices(caller: Principal, params: xml.Params): xml.XmlContent {
    if (caller.kind === "user session" && !caller.mfa) throw xml.refusals.invalidToken();
    const { user } = caller;
    const userName = params["UserName"] ?? (caller.kind === "role session" ? "" : user.userName);
    if (userName === "") throw xml.refusals.noUserName();
    const on = ` on resource: user ${userName}`;
    if (user.denied) throw explicitlyDenied(caller, "iam:ListMFADevices", on);
    if (
      user.mayListMfaDevices === false || caller.kind === "role session" ||
      userName !== user.userName
    ) {
      const why = " because no identity-based policy allows the iam:ListMFADevices action";
      throw xml.refusals.notAuthorized(caller.arn, "iam:ListMFADevices", on + why);
    }
    const member = user.devices.map(({ serialNumber: SerialNumber }) => (
      { UserName: userName, SerialNumber, EnableDate: "2020-01-02T03:04:05Z" }
    ));
    return { MFADevices: { member }, IsTruncated: "false" };
  }

  /** Does what IAM does with a user's access keys. */
  manageKeys(action: string, caller: Principal, params: xml.Params): xml.XmlContent | undefined {
    // Without MFA, a session may not call IAM at all.
    if (caller.kind === "user session" && !caller.mfa) throw xml.refusals.invalidToken();
    const { user } = caller;
    const userName = params["UserName"] ?? (caller.kind === "user" ? user.userName : "");
    if (userName === "" && action !== "GetAccessKeyLastUsed") throw xml.refusals.noUserName();
    const isAllowed = !user.denied && !user.mayNot?.includes(`iam:${action}`) &&
      caller.kind !== "role session" && (userName === "" || userName === user.userName);
    if (!isAllowed) {
      const on = ` on resource: user ${userName}`;
      throw xml.refusals.notAuthorized(caller.arn, `iam:${action}`, on);
    }
    return this.keys.manage(action, user.userName, caller, params);
  }

  /** See `LoopbackSts.code`. */
  code(serialNumber = this.users[0]?.devices[0]?.serialNumber): Promise<string> {
    const device = this.#devices.get(serialNumber ?? "");
    if (device === undefined) throw new TypeError(`no such device: ${serialNumber}`);
    for (;;) {
      const step = this.#stepOf(device);
      // Never the previous step: it would be too old if a real clock ticked before the code is
      // used.
      const unspent = [step, step + 1].find((each) => !device.spent.has(each));
      if (unspent !== undefined) return Promise.resolve(codeOfStep(device.secret, unspent));
      device.drift += 1;
    }
  }

  /**
   * Reports whether the call proved MFA; refuses a code that isn't valid, and spends one that is.
   */
  #spendCode(caller: Principal, params: xml.Params): boolean {
    const { SerialNumber: serialNumber, TokenCode: code } = params;
    if (serialNumber === undefined && code === undefined) return false;
    if (serialNumber === undefined || code === undefined) throw xml.refusals.halfMfa();
    const device = this.#devices.get(serialNumber);
    if (
      device?.owner !== caller.user || caller.kind !== "user" || serialNumber.includes(":u2f/")
    ) {
      throw xml.refusals.foreignDevice();
    }
    const now = this.#stepOf(device);
    const step = [now, now - 1, now + 1]
      .find((each) => !device.spent.has(each) && codeOfStep(device.secret, each) === code);
    if (step === undefined) throw xml.refusals.wrongCode();
    device.spent.add(step);
    return true;
  }

  #stepOf(device: DeviceState): number {
    return stepOf(this.now()) + device.drift;
  }

  #issue(session: Principal, seconds: number): xml.XmlContent {
    const accessKeyId = `ASIA${randomBase32(16)}`;
    const secretAccessKey = randomBase64(30);
    const sessionToken = randomBase64(400);
    const expiration = new Date((Math.floor(this.now().getTime() / 1000) + seconds) * 1000);
    this.principals.set(accessKeyId, { ...session, secretAccessKey, sessionToken, expiration });
    return {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: xml.xmlDate(expiration),
    };
  }
}

function explicitlyDenied(caller: Principal, action: string, on: string): xml.AwsRefusal {
  const rest = `${on} with an explicit deny in an identity-based policy`;
  return xml.refusals.notAuthorized(caller.arn, action, rest);
}

/** Returns characters as AWS's IDs have. */
export function randomBase32(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32]).join("");
}

/** Returns base64 with both `+` and `/`, the characters that careless encoding breaks. */
export function randomBase64(bytes: number): string {
  const text = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))));
  return text.includes("+") && text.includes("/") ? text : randomBase64(bytes);
}
