/**
 * What other tools leave in a home directory, and a check that it stays as it is.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Home } from "./homes.ts";
import { alice } from "./sts_people.ts";
import type { TestContext } from "./test_context.ts";

/** An access key. */
interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Another key than alice's. */
export const otherKey: Key = {
  accessKeyId: "AKIAOTHEROTHEROTHER2",
  secretAccessKey: "other+secret/access+key/of+forty+letters",
};

/** Returns a section as stscreds writes it to `~/.stscreds/credentials`. */
export function stscredsSection(profile: string, key: Key = alice()): string {
  return `[${profile}]
aws_access_key_id       = ${key.accessKeyId}
aws_secret_access_key   = ${key.secretAccessKey}
temp_credentials_expire = 2026-03-03T17:06:07Z

`;
}

/** Returns a section as aws-mfa writes it. */
export function awsMfaSession(section: string, roleArn?: string): string {
  return `[${section}]
assumed_role = ${roleArn === undefined ? "False" : `True\nassumed_role_arn = ${roleArn}`}
aws_access_key_id = ASIAOLDOLDOLDOLDOLD2
aws_secret_access_key = old+secret/of+the+session+before+this
aws_session_token = old/token+of+the+session+before+this==
aws_security_token = old/token+of+the+session+before+this==
expiration = 2026-03-03 17:06:07

`;
}

/** Writes the aws-sts-helpers files of an account. */
export async function writeAccount(
  test: TestContext,
  name: string,
  { key = alice() as Key, user = undefined as string | undefined } = {},
): Promise<void> {
  await test.write(`aws-creds/${name}.access_key`, `${key.accessKeyId}\n`, 0o400);
  await test.write(`aws-creds/${name}.secret_key`, `${key.secretAccessKey}\n`, 0o400);
  if (user !== undefined) await test.write(`aws-creds/${name}.user`, `${user}\n`);
}

/** Runs something, and asserts that the other tools' files keep their content, mode and times. */
export async function originalsUnchanged<T>(home: Home, act: () => Promise<T>): Promise<T> {
  const before = await filesBelow(home.test.home);
  const result = await act();
  assertEquals(await filesBelow(home.test.home), before);
  return result;
}

async function filesBelow(directory: string): Promise<unknown[]> {
  const files: unknown[] = [];
  const entries = (await Array.fromAsync(Deno.readDir(directory)))
    .sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    if ([".aws", ".local"].includes(name)) continue;
    const path = `${directory}/${name}`;
    const { mode, mtime, ino } = await Deno.stat(path);
    files.push([path, mode, mtime, ino]);
    files.push(isDirectory ? await filesBelow(path) : await Deno.readFile(path));
  }
  return files;
}
