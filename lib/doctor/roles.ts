/**
 * Checks roles: whether SDKs find the credentials to assume them with, and whether these can.
 *
 * @module
 */

import {
  configSection,
  type FileValue,
  profileNames,
  profileValue,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { nearest } from "../nearest.ts";
import { roleCode } from "../profile/role_mfa.ts";
import { externalCredentialKey } from "./external_credentials.ts";
import { type Finding, locationOf, sectionOf } from "./finding.ts";
import type { Setup } from "./setup.ts";

/**
 * Returns what keeps SDKs from assuming a profile's role; the cause may be in one of its sources.
 */
export function roleFindings(setup: Setup, name: string): Finding[] {
  const chain = chainFinding(setup, name);
  return chain === undefined ? codeFindings(setup, name) : [chain];
}

/**
 * Returns the chain of `source_profile`s from a profile to credentials, starting with the profile.
 */
export function sourcesOf(files: AwsFiles, name: string): string[] {
  const sources = [name];
  for (let profile = name;;) {
    const source = profileValue(files, profile, "source_profile")?.value;
    if (source === undefined || sources.includes(source)) return sources;
    if (profileValue(files, profile, "role_arn") === undefined) return sources;
    sources.push(source);
    profile = source;
    if (holdsKeys(files, profile)) return sources;
  }
}

/** Follows `source_profile` as botocore does, up to credentials or to something that it refuses. */
function chainFinding(setup: Setup, name: string): Finding | undefined {
  const { files } = setup;
  const visited = [name];
  for (let profile = name;;) {
    const role = profileValue(files, profile, "role_arn");
    if (role === undefined || profileValue(files, profile, "web_identity_token_file")) return;
    const source = profileValue(files, profile, "source_profile");
    const other = profileValue(files, profile, "credential_source");
    if (source !== undefined && other !== undefined) return bothFinding(files, source, other);
    if (other !== undefined) return;
    if (source === undefined) return sourcelessFinding(setup, profile, role);
    const next = source.value;
    if (next === profile) return holdsKeys(files, profile) ? undefined : loopFinding(files, [next]);
    if (visited.includes(next)) return loopFinding(files, visited.slice(visited.indexOf(next)));
    if (holdsKeys(files, next)) return;
    if (!profileNames(files).includes(next)) {
      return setup.renewed.has(next) ? undefined : lostFinding(setup, source);
    }
    if (profileValue(files, next, "role_arn") === undefined) return poorFinding(setup, source);
    visited.push(next);
    profile = next;
  }
}

function holdsKeys(files: AwsFiles, name: string): boolean {
  return ["aws_access_key_id", "aws_secret_access_key"]
    .some((key) => profileValue(files, name, key) !== undefined);
}

function problem(
  files: AwsFiles,
  value: FileValue,
  what: string,
  fix: string,
  code = "InvalidSetting",
): Finding {
  const section = sectionOf(files, value);
  return { level: "problem", code, what, where: locationOf(value), fix, section };
}

function bothFinding(files: AwsFiles, source: FileValue, other: FileValue): Finding {
  const what = `credential_source and the source_profile of ${
    locationOf(source)
  } exclude each other: SDKs refuse the profile`;
  return problem(files, other, what, "remove one of the two");
}

/** Reports a loop on the same line, whichever of its profiles is checked. */
function loopFinding(files: AwsFiles, loop: readonly string[]): Finding {
  const values = loop.map((each) => profileValue(files, each, "source_profile")!);
  const first = values.reduce((a, b) => a.line <= b.line ? a : b);
  const at = values.indexOf(first);
  const names = [...loop.slice(at), ...loop.slice(0, at)];
  const what = loop.length === 1
    ? `source_profile names the profile itself, and ${loop[0]} has no keys`
    : `source_profile leads back to where it began: ${[...names, names[0]].join(" -> ")}`;
  return problem(files, first, what, "name a profile that has credentials of its own");
}

function sourcelessFinding(setup: Setup, name: string, role: FileValue): Finding | undefined {
  const { files, renewed, names, hasOtherTool } = setup;
  const section = configSection(files.config.document, name);
  const entries = [
    ...files.credentials.document.entries(name).map((each) => ({ ...each, file: "credentials" })),
    ...(section === undefined ? [] : files.config.document.entries(section))
      .map((each) => ({ ...each, file: "config" })),
  ];
  const meant = ["source_profile", "credential_source"];
  const misspelt = entries.find(({ key }) =>
    !meant.includes(key) && nearest(key, meant, 2) !== undefined
  );
  if (misspelt !== undefined) {
    const { path } = misspelt.file === "config" ? files.config : files.credentials;
    const value = { ...role, path, line: misspelt.line, section: role.section };
    const what = `the role_arn of ${
      locationOf(role)
    } needs a source_profile, and SDKs do not know ${misspelt.key}`;
    return problem(files, value, what, `write it as ${nearest(misspelt.key, meant, 2)}`);
  }
  const what = "role_arn without source_profile: SDKs do not know whose credentials take the role";
  if (names.includes(name)) {
    // `stsmfa exec` and similar commands still support it.
    const fix = "move role_arn into the profile's stsmfa block";
    return { ...problem(files, role, what, fix), level: "warning" };
  }
  if (hasOtherTool) return undefined;
  const source = name !== "default" && (renewed.has("default") || holdsKeys(files, "default"))
    ? "default"
    : "NAME, the profile whose keys may take the role";
  return problem(files, role, what, `add source_profile = ${source}`);
}

function lostFinding({ files, names }: Setup, source: FileValue): Finding {
  const near = nearest(source.value, [...profileNames(files), ...names]);
  const what = `source_profile: there is no profile ${source.value}`;
  const fix = `correct the name${near === undefined ? "" : `; did you mean ${near}?`}`;
  return problem(files, source, what, fix, "ProfileNotFound");
}

function poorFinding(setup: Setup, source: FileValue): Finding | undefined {
  const { files, renewed, hasOtherTool } = setup;
  const { value } = source;
  const isServed = renewed.has(value) || externalCredentialKey(files, value) !== undefined;
  if (isServed || hasOtherTool) return undefined;
  const nested = profileValue(files, value, "source_profile");
  return problem(
    files,
    source,
    `source_profile: profile ${value} has no credentials`,
    nested === undefined
      ? `name a profile that has credentials, or give it some: aws configure`
      : `name a profile that has credentials: SDKs follow the source_profile of ${
        locationOf(nested)
      } only beside a role_arn`,
  );
}

/** Reports a code that SDKs ask for although the source is, or gets, a session of ours. */
function codeFindings({ files, renewed, suffix }: Setup, name: string): Finding[] {
  const code = roleCode(files, name);
  if (code === undefined || !renewed.get(code.source.value)) return [];
  const { serialNumber, source } = code;
  const keys = `${source.value}-${suffix}`;
  return [{
    level: "warning",
    code: "InvalidSetting",
    what:
      `SDKs ask for a code for mfa_serial, and AWS takes none of the session in [${source.value}]`,
    where: locationOf(serialNumber),
    fix: "delete the line, since that session has the MFA in it already" +
      (holdsKeys(files, keys) ? `; or, to be asked by the SDK: source_profile = ${keys}` : ""),
    section: sectionOf(files, serialNumber),
  }];
}
