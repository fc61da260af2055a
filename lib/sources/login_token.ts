/**
 * What `aws login` keeps: the credentials of a session, and what they are renewed with.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
 *
 * @module
 */

import { answerJson, UnusableAnswer } from "../aws/answer.ts";
import { expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { formatExpiration, parseExpiration, Secret } from "../credentials.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords } from "../hint_words.ts";
import { join } from "../path.ts";
import type { LoginSource } from "../profile/others_source.ts";
import { isRegion } from "../profile/partition.ts";
import { readOwnFile } from "./kept_file.ts";
import { settingName } from "./options.ts";

/** A kept session. */
export interface LoginToken {
  /** By the names in the file; checked before they are used. */
  readonly accessToken: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date;
  readonly clientId: string;
  readonly refreshToken: Secret;
  /** PEM. */
  readonly dpopKey: Secret;
  /** The region of the sign-in, if the file says it. */
  readonly region: string | undefined;
  /** The whole file. */
  readonly kept: Readonly<Record<string, unknown>>;
}

/** Returns where the session is kept. */
export async function loginTokenPath({ env }: Context, source: LoginSource): Promise<string> {
  const folder = env.get("AWS_LOGIN_CACHE_DIRECTORY") ?? "~/.aws/login/cache";
  return expandHome(env, join(folder, `${await digest(source.loginSession)}.json`));
}

/**
 * Reads the kept session, which may have expired.
 *
 * @throws StsmfaError `SessionExpired` with the command that signs in, if there is none that is
 * complete, or if it is one of another account; `UntrustedFile`
 */
export async function readLoginToken(context: Context, source: LoginSource): Promise<LoginToken> {
  const path = await loginTokenPath(context, source);
  const text = await readOwnFile(context, path);
  const none = (problem: string) => loginNeeded(source, problem);
  if (text === undefined) throw none("not signed in yet");
  let kept: Record<string, unknown>;
  try {
    kept = Object(answerJson(text));
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    throw none(`what is kept in ${path} cannot be used`);
  }
  const accessToken = Object(own(kept, "accessToken"));
  const [expiresAt, accountId] = ["expiresAt", "accountId"].map((key) =>
    textOf(own(accessToken, key))
  );
  const end = parseExpiration(expiresAt!);
  const [clientId, refreshToken, dpopKey, signInRegion] = [
    "clientId",
    "refreshToken",
    "dpopKey",
    "signInRegion",
  ].map((key) => textOf(own(kept, key)));
  if (end === undefined || !accountId || !clientId || !refreshToken || !dpopKey) {
    throw none(`what is kept in ${path} cannot be used`);
  }
  const meant = /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(source.loginSession)?.[1];
  if (meant !== undefined && meant !== accountId) {
    throw none(`what is kept in ${path} is of another account`);
  }
  return {
    accessToken,
    expiresAt: end,
    clientId,
    refreshToken: new Secret(refreshToken),
    dpopKey: new Secret(dpopKey),
    region: isRegion(signInRegion!) ? signInRegion : undefined,
    kept,
  };
}

/** Returns a kept session with new credentials in it. */
export function withCredentials(
  token: LoginToken,
  given: Readonly<Record<"accessKeyId" | "secretAccessKey" | "sessionToken", unknown>>,
  expiresAt: Date,
  refreshToken: string,
): LoginToken {
  const { accessKeyId, secretAccessKey, sessionToken } = given;
  const accessToken = {
    ...token.accessToken,
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiresAt: formatExpiration(expiresAt),
  };
  return {
    ...token,
    accessToken,
    expiresAt,
    refreshToken: new Secret(refreshToken),
    kept: { ...token.kept, accessToken, refreshToken },
  };
}

/** Returns the error for a session that is to be begun anew. */
export function loginNeeded({ origin, section }: LoginSource, problem: string): StsmfaError {
  return new StsmfaError("SessionExpired", `${settingName(origin, section)}: ${problem}`, {
    hint: `sign in: aws login ${flagWords("--profile", section)}`,
  });
}

function own(values: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" && value.length <= 65_536 ? value : "";
}
