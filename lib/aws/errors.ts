/**
 * Turns the answers of AWS and the network into errors that say what to do.
 *
 * AWS uses one code for many causes (AccessDenied above all), so the text of its messages decides,
 * too. It is never passed on if it could echo a token code.
 *
 * @module
 */

import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { clockHint } from "../hint_words.ts";
import { UnusableAnswer } from "./answer.ts";
import { type FailedCall, hostOf, withoutRequest, withoutSecrets } from "./failed_call.ts";
import { isAbort, isMissingPermission, networkError, strangerHint } from "./network_errors.ts";

interface ServiceFault {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

/** Reports whether the same call may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof StsmfaError || error instanceof UnusableAnswer) return false;
  if (isMissingPermission(error)) return false;
  const fault = serviceFault(error);
  if (fault?.status === undefined) return !isAbort(error);
  return isThrottling(fault) || fault.status >= 500 || isUnreachableProvider(fault);
}

/** Returns the error to show for a failed call. */
export function awsError(error: unknown, call: FailedCall): StsmfaError {
  if (error instanceof StsmfaError) return error;
  const fault = serviceFault(error);
  if (fault === undefined || fault.status === undefined) return networkError(error, call);
  for (const [applies, make] of table) {
    if (applies(fault)) return make(fault, call, error);
  }
  const said = withoutSecrets(`${fault.name}: ${fault.message}`, call);
  return new StsmfaError(
    "RequestRefused",
    `AWS refused ${call.action}: ${said}`,
    { cause: withoutRequest(error) },
  );
}

type Row = readonly [
  applies: (fault: ServiceFault) => boolean,
  make: (fault: ServiceFault, call: FailedCall, error: unknown) => StsmfaError,
];

const says = (...parts: string[]) => (fault: ServiceFault) =>
  parts.some((part) => fault.message.includes(part));
const named = (...names: string[]) => (fault: ServiceFault) => names.includes(fault.name);
const both = (a: Row[0], b: Row[0]): Row[0] => (fault) => a(fault) && b(fault);

function row(
  applies: Row[0],
  code: StsmfaError["code"],
  message: (call: FailedCall, fault: ServiceFault) => string,
  hint: (call: FailedCall) => string | undefined,
): Row {
  return [
    applies,
    (fault, call, error) =>
      new StsmfaError(code, withoutSecrets(message(call, fault), call), {
        hint: hint(call),
        cause: withoutRequest(error),
      }),
  ];
}

function keyOf({ credentials }: FailedCall): string {
  return credentials?.accessKeyId ?? "(not signed)";
}

/** Reports whether the answer is not AWS's, but that of a proxy, a portal or another server. */
function isForeign({ name }: ServiceFault): boolean {
  return name === "Unknown";
}

/** The first row that applies is used. */
const table: readonly Row[] = [
  row(
    (fault) => isForeign(fault) && (fault.status ?? 0) < 500,
    "ServiceUnavailable",
    (call, fault) =>
      `${hostOf(call.endpoint)} did not answer ${call.action} as AWS does (HTTP ${fault.status})`,
    () => strangerHint,
  ),
  row(
    says("invalid MFA one time pass code"),
    "TokenCodeRefused",
    () => "AWS refused the token code: it is wrong, or it was used before",
    () => "wait for the next code; if that is refused too, the clock of the MFA device may be off",
  ),
  row(
    says("unable to validate MFA code", "must provide both MFA serial number"),
    "MfaSerialRefused",
    () => "AWS cannot check the token code: the MFA device is not one of this user's",
    () => "give the ARN that the IAM console shows for the device: --mfa-serial ARN",
  ),
  row(
    both(
      named(
        "SignatureDoesNotMatch",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "InvalidSignatureException",
      ),
      (fault) =>
        /Signature expired|not yet current|RequestExpired|TimeTooSkewed/.test(
          `${fault.name} ${fault.message}`,
        ),
    ),
    "ClockSkew",
    (call) => `AWS refused the request because of the time: ${describeSkew(call.clockSkewSeconds)}`,
    () => clockHint,
  ),
  row(
    named("SignatureDoesNotMatch", "InvalidSignatureException"),
    "SecretKeyRefused",
    (call) => `the secret access key does not belong to ${keyOf(call)}`,
    () => "copy aws_secret_access_key again, without quotes or spaces around it",
  ),
  row(
    says("session credentials"),
    "SourceIsSession",
    () => "the source holds session credentials; AWS gives sessions for long-term keys alone",
    () => "store the user's own access key in the source section",
  ),
  row(
    named("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"),
    "AccessKeyRefused",
    (call) =>
      `AWS does not know the access key ${
        keyOf(call)
      }: it was deleted, deactivated, or belongs to another partition`,
    (call) =>
      call.credentials?.sessionToken !== undefined
        ? "it is a session's; to get a new one, run the same command with --force"
        : "look the key up under Security credentials in the IAM console, and store a valid one",
  ),
  row(
    named("ExpiredToken", "ExpiredTokenException"),
    "SessionExpired",
    () => "the session the call was made with has expired",
    () => "to get a new one, run the same command with --force",
  ),
  row(
    says("MaxSessionDuration"),
    "DurationRefused",
    (call) => `the duration is longer than the role ${call.roleArn} allows`,
    () => "ask for less with --duration, or have the role's maximum session duration raised",
  ),
  row(
    says("role chaining", "1 hour session limit"),
    "DurationRefused",
    () =>
      "the duration is longer than an hour, which is the most AWS gives a role on top of a session",
    () => "give --duration 1h",
  ),
  row(
    named("RegionDisabledException"),
    "RegionDisabled",
    (call) => `STS is not activated for this account at ${hostOf(call.endpoint)}`,
    () => "name another region with --region, or have STS activated under Account settings in IAM",
  ),
  row(
    isUnreachableProvider,
    "ServiceUnavailable",
    () => "AWS could not reach the identity provider of the token",
    () => "try again in a minute",
  ),
  row(
    isThrottling,
    "Throttled",
    (call) => `AWS has had too many requests for now and turned ${call.action} down`,
    (call) =>
      call.tokenCode === undefined
        ? "try again in a minute"
        : "wait for the next code and try again",
  ),
  row(
    says("Roles may not be assumed by root"),
    "AccessDenied",
    () => "the root user cannot assume a role",
    () => "use the access key of an IAM user",
  ),
  row(
    named("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"),
    "AccessDenied",
    (call) =>
      `AWS denied ${call.action}${call.roleArn === undefined ? "" : ` of ${call.roleArn}`}${
        call.credentials === undefined ? "" : ` for ${keyOf(call)}`
      }`,
    (call) =>
      call.roleArn === undefined
        ? "a policy of the user or the organisation forbids it; ask whoever manages the account"
        : "check the ARN, the role's trust policy, its external id (--external-id) and, if it wants a fresh MFA, try --force",
  ),
  row(
    (fault) => (fault.status ?? 0) >= 500,
    "ServiceUnavailable",
    (call, fault) =>
      `${hostOf(call.endpoint)} could not answer ${call.action} (HTTP ${fault.status})`,
    (call) =>
      call.tokenCode === undefined
        ? "try again in a minute"
        : "the code may be spent: wait for the next one and try again",
  ),
  row(
    named("ValidationError", "ValidationException", "InvalidParameterValue"),
    "RequestRefused",
    (call, fault) => `AWS found a value of ${call.action} invalid: ${fieldOf(fault.message)}`,
    () => "see where each value comes from: stsmfa --dry-run",
  ),
];

/** AWS says so with status 400, but the next call may succeed. */
function isUnreachableProvider({ name }: ServiceFault): boolean {
  return name === "IDPCommunicationError";
}

function isThrottling(fault: ServiceFault): boolean {
  return /^(Throttling|ThrottlingException|RequestThrottled|RequestThrottledException|TooManyRequestsException|SlowDown|RequestLimitExceeded)$/
    .test(fault.name) || fault.status === 429;
}

function serviceFault(error: unknown): ServiceFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  if ($metadata === undefined) return undefined;
  return { name: error.name, message: error.message, status: $metadata.httpStatusCode };
}

/** Returns the field and the constraint of AWS's message, without the values that it echoes. */
function fieldOf(message: string): string {
  // The first of several problems is enough; the next one begins with another value.
  const match = /at '(\w+)' failed to satisfy constraint: (.*?)(?:; Value|$)/s.exec(message);
  return match === null ? "it does not say which" : `${match[1]}: ${match[2]!}`;
}

function describeSkew(seconds: number | undefined): string {
  if (seconds === undefined || Math.abs(seconds) < 60) return "this machine's clock is off";
  const amount = formatDuration(Math.abs(seconds));
  return `this machine's clock is ${amount} ${seconds > 0 ? "ahead of" : "behind"} AWS's`;
}
