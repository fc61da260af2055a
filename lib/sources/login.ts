/**
 * Credentials of a session that `aws login` has begun: `login_session`. They last a quarter of an
 * hour and are renewed without a browser, for as long as AWS allows.
 *
 * @module
 */

import { UnusableAnswer } from "../aws/answer.ts";
import { jsonCall, type JsonFault } from "../aws/json_call.ts";
import type { Context } from "../context.ts";
import { type ProvidedCredentials, secondsLeft } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { LoginSource } from "../profile/others_source.ts";
import { dpopProof } from "./dpop.ts";
import { signInEndpoint } from "./endpoint.ts";
import { givenCredentials, type GivenNames } from "./given_credentials.ts";
import { keepFile, underLock } from "./kept_file.ts";
import {
  loginNeeded,
  type LoginToken,
  loginTokenPath,
  readLoginToken,
  withCredentials,
} from "./login_token.ts";
import { settingName, type SourceOptions } from "./options.ts";

/** Credentials with less left are renewed, as botocore does. */
const renewalSeconds = 300;

const names: GivenNames = {
  accessKeyId: "accessKeyId",
  secretAccessKey: "secretAccessKey",
  sessionToken: "sessionToken",
  expiration: "expiresAt",
  accountId: "accountId",
};

/**
 * Checks that there is a session; whether it can be renewed, only AWS knows.
 *
 * @throws StsmfaError `SessionExpired` with the command that signs in
 */
export async function checkLogin(context: Context, source: LoginSource): Promise<void> {
  await readLoginToken(context, source);
}

/**
 * Returns the session's credentials, renewed if they are about to expire.
 *
 * @throws StsmfaError `SessionExpired` with the command that signs in, and if the network fails
 */
export async function loginCredentials(
  context: Context,
  source: LoginSource,
  options: SourceOptions,
): Promise<ProvidedCredentials> {
  const token = await readLoginToken(context, source);
  if (!isDue(context, token)) return credentialsOf(context, source, token);
  const path = await loginTokenPath(context, source);
  return await underLock(context, path, async () => {
    const now = await readLoginToken(context, source);
    if (!isDue(context, now)) return credentialsOf(context, source, now);
    let renewed: LoginToken;
    try {
      renewed = await renew(context, source, now, options);
    } catch (error) {
      // They may be used until they are over.
      const isOver = now.expiresAt <= context.clock.now();
      if (isOver || context.signal.aborted) throw error;
      return credentialsOf(context, source, now);
    }
    const failure = await keepFile(context, path, renewed.kept);
    if (failure !== undefined) {
      options.talk.warn(
        `the renewed session of [${source.section}] could not be kept: ${failure.message}`,
      );
    }
    return credentialsOf(context, source, renewed);
  });
}

function isDue({ clock }: Context, { expiresAt }: LoginToken): boolean {
  return secondsLeft(expiresAt, clock.now()) <= renewalSeconds;
}

function credentialsOf(
  context: Context,
  source: LoginSource,
  { accessToken }: LoginToken,
): ProvidedCredentials {
  return givenCredentials(
    accessToken,
    names,
    context.clock.now(),
    (problem) => loginNeeded(source, `what is kept of the session cannot be used: ${problem}`),
    true,
  );
}

/** At most a quarter of an hour, says AWS; an hour is not one of its answers. */
const mostSeconds = 3600;

async function renew(
  context: Context,
  source: LoginSource,
  token: LoginToken,
  { connection, files, profile = source.section }: SourceOptions,
): Promise<LoginToken> {
  const { clientId, refreshToken, dpopKey } = token;
  const region = token.region ?? connection.region;
  const url = `${signInEndpoint(files, context.env, profile, "signin", region)}/v1/token`;
  const proof = await dpopProof(dpopKey, { method: "POST", url, at: context.clock.now() });
  if (proof === undefined) throw loginNeeded(source, "the key that is kept cannot be used");
  return await jsonCall(context, {
    action: "CreateOAuth2Token",
    method: "POST",
    url,
    headers: { "content-type": "application/json", "dpop": proof },
    body: JSON.stringify({
      clientId,
      refreshToken: refreshToken.reveal(),
      grantType: "refresh_token",
    }),
    secrets: [refreshToken],
    caBundle: connection.endpoints.caBundle?.value,
    refusal: (fault) => refusalOf(fault, source),
    read: (answer) => {
      const given = Object(answer["accessToken"]);
      const { expiresIn, refreshToken: next } = answer;
      const isRenewed = typeof next === "string" && /^[^]{1,65536}$/.test(next) &&
        Number.isInteger(expiresIn) && expiresIn as number > 0 &&
        expiresIn as number <= mostSeconds;
      if (!isRenewed) throw new UnusableAnswer("it has no usable session");
      const now = context.clock.now();
      const expiresAt = new Date(now.getTime() + (expiresIn as number) * 1000);
      const renewed = withCredentials(token, given, expiresAt, next);
      // What cannot be used must not replace what is kept.
      givenCredentials(renewed.accessToken, names, now, (problem) => {
        throw new UnusableAnswer(problem);
      }, true);
      return renewed;
    },
  });
}

function refusalOf({ name, error }: JsonFault, source: LoginSource): StsmfaError | undefined {
  if (name !== "AccessDeniedException") return undefined;
  if (error === "INSUFFICIENT_PERMISSIONS") {
    return new StsmfaError(
      "AccessDenied",
      `${
        settingName(source.origin, source.section)
      }: you may not renew the session: the action signin:CreateOAuth2Token is not allowed`,
      { hint: "ask whoever manages the AWS account for it" },
    );
  }
  return loginNeeded(
    source,
    error === "USER_CREDENTIALS_CHANGED"
      ? "your password has changed since you signed in"
      : "the session has expired",
  );
}
