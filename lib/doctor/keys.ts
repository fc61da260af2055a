/**
 * Finds keys that SDKs read differently: in upper case, with a colon, with a comment after the
 * value.
 *
 * @module
 */

import { commentInValue, type IniLine, strip, withoutComment } from "../ini/lines.ts";
import { isSerialNumber, isUsableSerial, serialNumberOfUser } from "../profile/mfa_serial.ts";
import type { Finding } from "./finding.ts";
import { meantKey } from "./known_keys.ts";

/** Keys that decide whose credentials are used. */
const identityKeys = new Set([
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "credential_process",
  "login_session",
  "role_arn",
  "source_profile",
  "web_identity_token_file",
]);

/** Other keys that every SDK reads. */
const otherKeys = new Set([
  "ca_bundle",
  "credential_source",
  "duration_seconds",
  "endpoint_url",
  "external_id",
  "ignore_configured_endpoint_urls",
  "mfa_serial",
  "region",
  "role_session_name",
  "services",
  "sso_account_id",
  "sso_region",
  "sso_role_name",
  "sso_session",
  "sso_start_url",
  "sts_regional_endpoints",
  "use_dualstack_endpoint",
  "use_fips_endpoint",
]);

const serialKeys = new Set(["mfa_serial", "aws_mfa_device"]);

/** Keys whose values are one word; in other values, quotes have a meaning. */
const wordKeys = new Set([...identityKeys, ...serialKeys]);
wordKeys.delete("credential_process");

/** Returns what is wrong with one line of a section; an indented one may be a setting of stsmfa. */
export function keyFindings(
  line: IniLine,
  section: NonNullable<Finding["section"]>,
  where: string,
): Finding[] {
  const found = (
    level: Finding["level"],
    code: string,
    what: string,
    fix: string,
  ): Finding => ({ level, code, what, where, fix, section });
  const findings: Finding[] = [];
  const { key, value, separator } = parts(line);
  const name = key.toLowerCase();
  if (wordKeys.has(name) && /^["'\u2018-\u201f\u00ab]/.test(value)) {
    const what = `the value of ${key} begins with a quote, which every SDK takes as part of it`;
    return [found("problem", "QuotedValue", what, "remove the quotes around it")];
  }
  const serialNumber = withoutComment(value);
  if (serialKeys.has(name) && !isUsableSerial(serialNumber)) {
    findings.push(found(
      "problem",
      "UnusableMfaDevice",
      `${serialNumber} is a security key or passkey, which AWS STS does not accept`,
      "add an authenticator app in the IAM console, and use its ARN; what there is: stsmfa devices",
    ));
  } else if (serialKeys.has(name) && serialNumber !== "" && !isSerialNumber(serialNumber)) {
    const device = serialNumberOfUser(serialNumber);
    findings.push(found(
      "problem",
      "InvalidSetting",
      device === undefined
        ? `${key} is neither the ARN of an MFA device nor the number of a hardware device`
        : `${key} is the ARN of a user, and not of an MFA device`,
      device === undefined
        ? "write it like arn:aws:iam::123456789012:mfa/alice; what there is: stsmfa devices"
        : `try ${device}`,
    ));
  }
  const meant = line.kind === "key" ? meantKey(section, name) : undefined;
  if (meant !== undefined) {
    const what = `no SDK knows ${key}; did you mean ${meant}?`;
    findings.push(found("warning", "UnknownKey", what, `write it as ${meant}, or remove the line`));
  }
  if (line.kind !== "key" || !(identityKeys.has(name) || otherKeys.has(name))) return findings;
  const level = identityKeys.has(name) ? "problem" : "warning";
  if (key !== name) {
    findings.push(found(
      level,
      "UnlikeKey",
      `the JavaScript SDK does not see ${key}, and aws configure would add a second ${name}`,
      `write it as ${name}`,
    ));
  }
  if (separator === ":") {
    findings.push(found(
      level,
      "UnlikeKey",
      `the JavaScript SDK does not see ${key}, because of the colon after it`,
      `write it as ${name} = ...`,
    ));
  }
  if (commentInValue(value) !== undefined) {
    findings.push(found(
      "problem",
      "InlineComment",
      `the AWS CLI takes the comment after ${key} as part of its value`,
      "put the comment on a line of its own",
    ));
  }
  return findings;
}

function parts(line: IniLine): { key: string; value: string; separator: string } {
  const text = strip(line.raw);
  const at = text.search(/[=:]/);
  if (at < 1 || (line.kind !== "key" && line.kind !== "continuation")) {
    return { key: "", value: "", separator: "" };
  }
  return { key: strip(text.slice(0, at)), value: strip(text.slice(at + 1)), separator: text[at]! };
}
