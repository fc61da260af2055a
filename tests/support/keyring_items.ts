/**
 * Items as aws-vault and granted write them.
 *
 * Source: https://github.com/ByteNess/keyring, https://github.com/dvsekhvalnov/jose2go
 *
 * @module
 */

import { CompactEncrypt } from "jose";
import type { LoopbackUser } from "./sts_people.ts";
import { alice } from "./sts_people.ts";

/** What the SDK for Go makes of an access key. */
export function goCredentials(
  { accessKeyId, secretAccessKey }: Pick<LoopbackUser, "accessKeyId" | "secretAccessKey"> = alice(),
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    AccessKeyID: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: "",
    Source: "",
    CanExpire: false,
    Expires: "0001-01-01T00:00:00Z",
    AccountID: "",
    ...more,
  });
}

/** What the library of both tools makes of an item where a store takes texts alone. */
export function wrapped(key: string, data: string, label: string, description = ""): string {
  return JSON.stringify({
    Key: key,
    Data: btoa(data),
    Label: label,
    Description: description,
    KeychainNotTrustApplication: label !== "",
    KeychainNotSynchronizable: false,
  });
}

/** An item of aws-vault with a key. */
export function vaultItem(name: string, data = goCredentials()): string {
  return wrapped(name, data, `aws-vault (${name})`);
}

/** An item of granted with a key, or, with other data, a session. */
export function grantedItem(name: string, data = goCredentials()): string {
  return wrapped(name, data, "");
}

/** The name and the item of a session that aws-vault keeps. */
export function vaultSession(profile: string): readonly [name: string, item: string] {
  const encoded = (text: string) => btoa(text).replaceAll("+", "-").replace(/=+$/, "");
  const serial = "arn:aws:iam::123456789012:mfa/alice";
  const name = `sts.GetSessionToken,${encoded(profile)},${encoded(serial)},1772600000`;
  const data = JSON.stringify({
    AccessKeyId: "ASIASESSIONSESSION22",
    SecretAccessKey: "session+secret/of+aws+vault+forty+letter",
    SessionToken: "session/token+of+aws/vault",
    Expiration: "2026-03-04T17:06:07Z",
  });
  return [name, wrapped(name, data, `aws-vault session for ${profile}`, "aws-vault session")];
}

/** What granted keeps of a session, under the profile's name like a key. */
export const grantedSession = goCredentials(
  {
    accessKeyId: "ASIASESSIONSESSION22",
    secretAccessKey: "session+secret/of+granted+of+forty+lette",
  },
  { SessionToken: "session/token+of+granted", CanExpire: true, Expires: "2026-03-04T17:06:07Z" },
);

/** A file as both tools encrypt it. */
export async function encrypted(
  item: string,
  passphrase: string,
  header: Readonly<Record<string, string>> = {},
): Promise<string> {
  return await new CompactEncrypt(new TextEncoder().encode(item))
    .setProtectedHeader({
      alg: "PBES2-HS256+A128KW",
      enc: "A256GCM",
      created: "2026-03-04 05:06:07.089 +0000 UTC m=+0.012345678",
      ...header,
    })
    .setKeyManagementParameters({ p2c: 8192, p2s: crypto.getRandomValues(new Uint8Array(12)) })
    .encrypt(new TextEncoder().encode(passphrase));
}
