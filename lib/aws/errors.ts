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
import { type FailedCall, hostOf, NotSent, withoutRequest, withoutSecrets } from "./failed_call.ts";
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
  return isThrottling(fault) || isUnanswered(fault) || isUnreachableProvider(fault);
}

/** Reports whether a failed call has spent its code: AWS checks that before permissions. */
export function hasSpentCode({ code }: StsmfaError): boolean {
  return code === "AccessDenied" || code === "DurationRefused";
}

/** Reports whether nobody knows if a failed call has spent its code: the answer was lost. */
export function mayHaveSpentCode({ code, cause }: StsmfaError): boolean {
  return unanswered.includes(code) && !(cause instanceof NotSent);
}

const unanswered: readonly StsmfaError["code"][] = [
  "NetworkUnreachable",
  "NetworkTimeout",
  "ServiceUnavailable",
  "Cancelled",
];

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
      `${hostOf(call.endpoint)} did not answer ${call.action} like AWS (HTTP ${fault.status})`,
    () => strangerHint,
  ),
  row(
    says("invalid MFA one time pass code"),
    "TokenCodeRefused",
    () => "AWS refused the MFA code: it is wrong or was already used",
    () => "wait for the next code; if it is refused too, check the device's clock",
  ),
  row(
    says("unable to validate MFA code", "must provide both MFA serial number"),
    "MfaSerialRefused",
    () => "AWS refused the MFA device: it does not belong to this user",
    () => "to list your devices: stsmfa devices; to name one: --mfa-serial ARN",
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
    (call) => `AWS refused the request: ${describeSkew(call.clockSkewSeconds)}`,
    () => clockHint,
  ),
  row(
    named("SignatureDoesNotMatch", "InvalidSignatureException"),
    "SecretKeyRefused",
    (call) => `the secret access key does not match ${keyOf(call)}`,
    () => "copy aws_secret_access_key again, without quotes or spaces around it",
  ),
  row(
    says("session credentials"),
    "SourceIsSession",
    () => "the source has the keys of a session, and AWS only issues sessions for an access key",
    () => "store the user's own access key there",
  ),
  row(
    named("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"),
    "AccessKeyRefused",
    (call) =>
      `AWS does not know the access key ${
        keyOf(call)
      }: it is deleted, inactive or from another partition`,
    (call) =>
      call.credentials?.sessionToken !== undefined
        ? "it belongs to a session; for a new one, run the same command with --force"
        : "check the key in the IAM console under Security credentials",
  ),
  row(
    named("ExpiredToken", "ExpiredTokenException"),
    "SessionExpired",
    () => "the session used for this call has expired",
    () => "for a new one, run the same command with --force",
  ),
  row(
    says("MaxSessionDuration"),
    "DurationRefused",
    (call) => `the duration is longer than the role ${call.roleArn} allows`,
    () => "pass a shorter --duration, or raise the role's maximum in IAM",
  ),
  row(
    says("role chaining", "1 hour session limit"),
    "DurationRefused",
    () => "the duration is longer than 1h, AWS's maximum for a role assumed with a session",
    () => "pass --duration 1h",
  ),
  row(
    named("RegionDisabledException"),
    "RegionDisabled",
    (call) => `STS is not activated for this account at ${hostOf(call.endpoint)}`,
    () => "pass another --region, or activate STS in IAM under Account settings",
  ),
  row(
    isUnreachableProvider,
    "ServiceUnavailable",
    () => "AWS could not reach the token's identity provider",
    () => "try again in a minute",
  ),
  row(
    isThrottling,
    "Throttled",
    (call) => `AWS is throttling ${call.action}: too many requests`,
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
        ? "a policy does not allow it; ask whoever manages the AWS account"
        : "check the role's ARN, trust policy and --external-id; or --force",
  ),
  row(
    isUnanswered,
    "ServiceUnavailable",
    (call, fault) =>
      `${hostOf(call.endpoint)} could not answer ${call.action} (HTTP ${fault.status})`,
    (call) =>
      call.tokenCode === undefined
        ? "try again in a minute"
        : "wait for the next code and try again, since this one may be used up",
  ),
  row(
    named("ValidationError", "ValidationException", "InvalidParameterValue"),
    "RequestRefused",
    (call, fault) => `AWS rejected a value in ${call.action}: ${fieldOf(fault.message)}`,
    () => "see where each value comes from: stsmfa --dry-run",
  ),
];

/** Reports whether AWS could not do what was asked, whatever that was. */
function isUnanswered({ name, status = 0 }: ServiceFault): boolean {
  return status >= 500 ||
    ["RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"].includes(name);
}

/** AWS says so with status 400, but the next call may succeed. */
function isUnreachableProvider({ name }: ServiceFault): boolean {
  return name === "IDPCommunicationError";
}

function isThrottling(fault: ServiceFault): boolean {
  return /^(Throttling|ThrottlingException|RequestThrottled|RequestThrottledException|ThrottledException|TooManyRequestsException|SlowDown|RequestLimitExceeded|BandwidthLimitExceeded)$/
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
  if (seconds === undefined || Math.abs(seconds) < 60) return "this machine's clock is wrong";
  const amount = formatDuration(Math.abs(seconds));
  return `this machine's clock is ${amount} ${seconds > 0 ? "ahead of" : "behind"} AWS's`;
}
