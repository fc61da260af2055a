/**
 * Credentials of a role that is assumed with a token in a file: `web_identity_token_file`.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
 *
 * @module
 */

import { assumeRoleWithWebIdentity } from "../aws/web_identity.ts";
import type { Context } from "../context.ts";
import { type ProvidedCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { WebIdentitySource } from "../profile/others_source.ts";
import { checkRoleArn, checkRoleSessionName, localUserName } from "../profile/role.ts";
import { storageError } from "../storage_error.ts";
import { settingName, type SourceOptions } from "./options.ts";

/**
 * Checks what can be known before AWS is asked.
 *
 * @throws StsmfaError `InvalidSetting`, `FileUnreadable`
 */
export async function checkWebIdentity(context: Context, source: WebIdentitySource): Promise<void> {
  checkRoleArn(source.roleArn);
  if (source.roleSessionName !== undefined) checkRoleSessionName(source.roleSessionName);
  await readToken(context, source);
}

/**
 * Assumes the role. The token is read anew each time, since others renew it.
 *
 * @throws StsmfaError what {@link checkWebIdentity} throws, and if AWS refuses or the network fails
 */
export async function webIdentityCredentials(
  context: Context,
  source: WebIdentitySource,
  { connection }: Pick<SourceOptions, "connection">,
): Promise<ProvidedCredentials> {
  await checkWebIdentity(context, source);
  const roleArn = source.roleArn.value;
  const credentials = await assumeRoleWithWebIdentity(context, connection, {
    roleArn,
    roleSessionName: source.roleSessionName?.value ?? localUserName(context.env),
    webIdentityToken: await readToken(context, source),
    tokenFile: source.tokenFile.value,
  });
  return { ...credentials, accountId: roleArn.split(":")[4]! };
}

/** As long as AWS takes one. */
const mostCharacters = 20_000;

/** Returns the whole content, as botocore reads it: the path is not expanded, a line end is kept. */
async function readToken(
  context: Context,
  { section, tokenFile: { value: path, origin } }: WebIdentitySource,
): Promise<Secret> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await context.files.read(path);
  } catch (error) {
    throw storageError("read", path, error);
  }
  const problem = (what: string, hint: string) =>
    new StsmfaError("InvalidSetting", `${settingName(origin, section)}: ${what}`, { hint });
  if (bytes === undefined) {
    throw problem(
      `there is no file ${path}`,
      path.startsWith("~")
        ? "SDKs do not replace ~ here: write the full path"
        : "whatever writes the token has not done so; correct the path, or ask for a token",
    );
  }
  let token = "";
  try {
    token = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
      .replace(/\r\n?/g, "\n");
  } catch { /* refused below */ }
  if (token.length < 4 || token.length > mostCharacters) {
    throw problem(
      `${path} has no token`,
      "a token is a text of at most 20,000 characters, such as eyJhbGciOi...",
    );
  }
  return new Secret(token);
}
