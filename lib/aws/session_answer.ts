/**
 * Reads the session in an answer of STS. Accepts only what a credentials file can hold and what was
 * asked for.
 *
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html. Emulators of AWS
 * keep to it, but not to AWS's prefixes: their ids begin with `AKIA` or `LSIA`, too.
 *
 * @module
 */

import {
  formatExpiration,
  parseExpiration,
  secondsLeft,
  Secret,
  type SessionCredentials,
} from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { clockHint } from "../hint_words.ts";
import { UnusableAnswer } from "./answer.ts";
import { childOf, textOf, type XmlElement } from "./xml.ts";

/** What was asked for. */
export interface AskedSession {
  readonly durationSeconds: number;
  readonly roleArn?: string;
}

/** The time of an answer. */
export interface AnswerTimes {
  /** By the server's clock, if it is known. */
  readonly serverTime: Date | undefined;
  /** By ours. */
  readonly now: Date;
  readonly host: string;
}

/** The most that clocks can differ before AWS refuses a signature. */
const graceSeconds = 900;

/**
 * A server's clock that differs more from ours is ignored: by such a clock, a session could last
 * for years. AWS refuses a signature at a far smaller difference.
 */
const mostSkewSeconds = 86_400;

/**
 * Reads the credentials of GetSessionToken or AssumeRole.
 *
 * @throws UnusableAnswer for credentials that AWS would not issue, of another role or duration
 * @throws StsmfaError `ClockSkew` if they are valid, but have expired by our own clock
 */
export function sessionOf(
  result: XmlElement,
  asked: AskedSession,
  times: AnswerTimes,
): SessionCredentials {
  const credentials = childOf(result, "Credentials");
  const text = (name: string, shape: RegExp) => {
    const value = textOf(credentials, name);
    if (value !== undefined && shape.test(value)) return value;
    throw new UnusableAnswer(`it holds no usable credentials: ${name} is not one of AWS's`);
  };
  const session = {
    accessKeyId: text("AccessKeyId", /^\w{16,128}$/),
    secretAccessKey: new Secret(text("SecretAccessKey", /^[\w+/=.:~-]{8,1024}$/)),
    sessionToken: new Secret(text("SessionToken", /^[\w+/=.:~-]{8,16384}$/)),
    expiration: expirationOf(
      text("Expiration", /^\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:?\d\d)$/),
    ),
  };
  if (asked.roleArn !== undefined) checkRole(result, asked.roleArn);
  checkExpiration(session.expiration, asked.durationSeconds, times);
  return session;
}

function expirationOf(text: string): Date {
  const expiration = parseExpiration(text);
  if (expiration !== undefined) return expiration;
  throw new UnusableAnswer("it holds no usable credentials: Expiration is no date");
}

/** The role's path is not part of the session's ARN. */
const roleShape = /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/;
const sessionShape = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/[^/]+$/;

function checkRole(result: XmlElement, roleArn: string): void {
  const arn = textOf(childOf(result, "AssumedRoleUser"), "Arn") ?? "";
  // IAM has no two roles whose names differ only in case.
  const [partition, account, name] = [...sessionShape.exec(arn) ?? []].slice(1);
  const [meantPartition, meantAccount, meantName] = [...roleShape.exec(roleArn) ?? []].slice(1);
  if (name === undefined) throw new UnusableAnswer("it does not say whose session it holds");
  if (partition !== meantPartition || account !== meantAccount) {
    throw new UnusableAnswer("its session is in another account than the role");
  }
  if (name.toLowerCase() !== meantName?.toLowerCase()) {
    throw new UnusableAnswer("its session is one of another role");
  }
}

function checkExpiration(
  expiration: Date,
  durationSeconds: number,
  { serverTime, now, host }: AnswerTimes,
): void {
  const isTold = serverTime !== undefined &&
    Math.abs(secondsLeft(serverTime, now)) <= mostSkewSeconds;
  const lasts = secondsLeft(expiration, isTold ? serverTime : now);
  if (isTold && lasts <= 0) throw new UnusableAnswer("its session is over already");
  if (lasts > durationSeconds + graceSeconds) {
    const [end, asked] = [formatExpiration(expiration), formatDuration(durationSeconds)];
    throw new UnusableAnswer(`its session lasts until ${end}, and ${asked} was asked for`);
  }
  if (secondsLeft(expiration, now) > 0) return;
  throw new StsmfaError(
    "ClockSkew",
    `the new session from ${host} has expired already by this machine's clock`,
    { hint: clockHint },
  );
}
