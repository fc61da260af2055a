/**
 * The sign-in to IAM Identity Center that `aws sso login` keeps: found, read, renewed, and kept again.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 *
 * @module
 */

import { answerJson, UnusableAnswer } from "../aws/answer.ts";
import { jsonCall } from "../aws/json_call.ts";
import { expandHome } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { formatExpiration, parseExpiration, secondsLeft, Secret } from "../credentials.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords } from "../hint_words.ts";
import type { SsoSource } from "../profile/others_source.ts";
import { signInEndpoint } from "./endpoint.ts";
import { settingName, type SourceOptions } from "./options.ts";
import { keepFile, readOwnFile, underLock } from "./kept_file.ts";

/** A kept sign-in. */
interface SsoToken {
  readonly accessToken: Secret;
  readonly expiresAt: Date;
  /** The whole file. */
  readonly kept: Readonly<Record<string, unknown>>;
}

/** A sign-in is renewed when it has less left, as botocore does. */
const renewalSeconds = 900;

/**
 * Checks that there is a sign-in that is valid or may be renewed.
 *
 * @throws StsmfaError `SessionExpired`, naming the command that signs in
 */
export async function checkSsoToken(context: Context, source: SsoSource): Promise<void> {
  const token = await readToken(context, source);
  if (isOver(context, token) && renewalOf(context, source, token) === undefined) {
    throw expired(source);
  }
}

/**
 * Returns the access token of the sign-in, renewed if it is about to expire and can be.
 *
 * @throws StsmfaError `SessionExpired`, `UntrustedFile`, and if the network fails
 */
export async function ssoAccessToken(
  context: Context,
  source: SsoSource,
  options: SourceOptions,
): Promise<Secret> {
  const token = await readToken(context, source);
  if (!isDue(context, source, token)) return validToken(context, source, token);
  const path = await tokenPath(context, source);
  // A renewal ends the older one: of many processes one asks, the others find what it has kept.
  return await underLock(context, path, async () => {
    const now = await readToken(context, source);
    if (!isDue(context, source, now)) return validToken(context, source, now);
    let renewed: SsoToken | undefined;
    try {
      renewed = await renew(context, source, now, options);
    } catch (error) {
      // It may be used until it is over.
      if (isOver(context, now) || context.signal.aborted) throw error;
    }
    if (renewed === undefined) return validToken(context, source, now);
    const failure = await keepFile(context, path, renewed.kept);
    if (failure !== undefined) {
      options.talk.warn(
        `the renewed sign-in of [${source.section}] could not be kept (${failure.message}), so you may have to sign in again: ${
          loginCommand(source)
        }`,
      );
    }
    return renewed.accessToken;
  });
}

/** The error for a sign-in that is over. */
export function expired(source: SsoSource): StsmfaError {
  return new StsmfaError(
    "SessionExpired",
    `the sign-in to IAM Identity Center of [${source.section}] has expired`,
    { hint: `sign in: ${loginCommand(source)}` },
  );
}

function loginCommand({ section }: SsoSource): string {
  return `aws sso login ${flagWords("--profile", section)}`;
}

function validToken(context: Context, source: SsoSource, token: SsoToken): Secret {
  if (isOver(context, token)) throw expired(source);
  return token.accessToken;
}

function isOver({ clock }: Context, { expiresAt }: SsoToken): boolean {
  return expiresAt <= clock.now();
}

function isDue(context: Context, source: SsoSource, token: SsoToken): boolean {
  return secondsLeft(token.expiresAt, context.clock.now()) < renewalSeconds &&
    renewalOf(context, source, token) !== undefined;
}

/** The file is named after the session, or after the URL where there is no session. */
async function tokenPath({ env }: Context, source: SsoSource): Promise<string> {
  const name = await digest(source.ssoSession ?? source.startUrl, "SHA-1");
  return expandHome(env, `~/.aws/sso/cache/${name}.json`);
}

async function readToken(context: Context, source: SsoSource): Promise<SsoToken> {
  const path = await tokenPath(context, source);
  const text = await readOwnFile(context, path);
  const none = (problem: string) =>
    new StsmfaError("SessionExpired", `${settingName(source.origin, source.section)}: ${problem}`, {
      hint: `sign in: ${loginCommand(source)}`,
    });
  if (text === undefined) throw none("not signed in to IAM Identity Center yet");
  const unusable = none(`the sign-in that is kept in ${path} cannot be used`);
  let kept: Record<string, unknown>;
  try {
    kept = Object(answerJson(text));
  } catch (error) {
    throw error instanceof UnusableAnswer ? unusable : error;
  }
  const accessToken = textIn(kept, "accessToken", /^[!-~]{1,16384}$/);
  const expiresAt = parseExpiration(textIn(kept, "expiresAt", /^.{1,64}$/) ?? "");
  if (accessToken === undefined || expiresAt === undefined) throw unusable;
  return { accessToken: new Secret(accessToken), expiresAt, kept };
}

function textIn(
  values: Readonly<Record<string, unknown>>,
  key: string,
  shape: RegExp,
): string | undefined {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  return typeof value === "string" && shape.test(value) ? value : undefined;
}

interface Renewal {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** Returns what a sign-in is renewed with; `undefined` if it cannot be. */
function renewalOf(
  { clock }: Context,
  { ssoSession }: SsoSource,
  { kept }: SsoToken,
): Renewal | undefined {
  if (ssoSession === undefined) return undefined;
  const text = (key: string) => textIn(kept, key, /^[^]{1,65536}$/);
  const [clientId, clientSecret, refreshToken, registrationExpiresAt] = [
    "clientId",
    "clientSecret",
    "refreshToken",
    "registrationExpiresAt",
  ].map(text);
  const end = parseExpiration(registrationExpiresAt ?? "");
  if (!clientId || !clientSecret || !refreshToken || end === undefined) return undefined;
  return end <= clock.now() ? undefined : { clientId, clientSecret, refreshToken };
}

/** Returns the renewed sign-in; `undefined` if AWS does not renew it. */
async function renew(
  context: Context,
  source: SsoSource,
  token: SsoToken,
  { connection, files, profile = source.section }: SourceOptions,
): Promise<SsoToken | undefined> {
  const { clientId, clientSecret, refreshToken } = renewalOf(context, source, token)!;
  const { startUrl, ssoRegion } = source;
  let isRefused = false;
  const endpoint = signInEndpoint(files, context.env, profile, "sso-oidc", ssoRegion);
  try {
    return await jsonCall(context, {
      action: "CreateToken",
      method: "POST",
      url: `${endpoint}/token`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ grantType: "refresh_token", clientId, clientSecret, refreshToken }),
      secrets: [clientSecret, refreshToken].map((each) => new Secret(each)),
      caBundle: connection.endpoints.caBundle?.value,
      refusal: ({ status }) => {
        isRefused = status < 500 && status !== 429;
        return isRefused ? expired(source) : undefined;
      },
      read: (answer) => {
        const accessToken = textIn(answer, "accessToken", /^[!-~]{1,16384}$/);
        const { expiresIn } = answer;
        if (accessToken === undefined || !isSeconds(expiresIn)) {
          throw new UnusableAnswer("it has no usable sign-in");
        }
        const expiresAt = new Date(context.clock.now().getTime() + expiresIn * 1000);
        const next = textIn(answer, "refreshToken", /^[^]{1,65536}$/) ?? refreshToken;
        const kept = {
          ...token.kept,
          startUrl,
          region: ssoRegion,
          accessToken,
          expiresAt: formatExpiration(expiresAt),
          refreshToken: next,
        };
        return { accessToken: new Secret(accessToken), expiresAt, kept };
      },
    });
  } catch (error) {
    if (isRefused) return undefined;
    throw error;
  }
}

/** At most a year, far more than any sign-in lasts. */
function isSeconds(value: unknown): value is number {
  return Number.isInteger(value) && value as number > 0 && value as number <= 31_536_000;
}
