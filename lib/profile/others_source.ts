/**
 * Sources whose credentials somebody else gives: a program, an identity provider, AWS's own login,
 * the machine. What is said here is all that it takes to get them; `lib/sources` does.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 *
 * @module
 */

import type { Origin, Resolved } from "./origin.ts";

/** `credential_process`: a program that prints credentials. */
export interface ProcessSource {
  /** The kind of source. */
  readonly kind: "process";
  /** The profile that names it. */
  readonly section: string;
  /** The command, as written. */
  readonly command: string;
  /** Where it is named. */
  readonly origin: Origin;
}

/** `web_identity_token_file`: a role assumed with a token that others put into a file. */
export interface WebIdentitySource {
  /** The kind of source. */
  readonly kind: "web-identity";
  /** The profile that names it. */
  readonly section: string;
  /** The role. */
  readonly roleArn: Resolved<string>;
  /** The path of the token, as written. */
  readonly tokenFile: Resolved<string>;
  /** The name that CloudTrail shows. */
  readonly roleSessionName?: Resolved<string>;
}

/** `sso_session` or `sso_start_url`: a role of IAM Identity Center. */
export interface SsoSource {
  /** The kind of source. */
  readonly kind: "sso";
  /** The profile that names it. */
  readonly section: string;
  /** The name of the `[sso-session]`; absent in the older form. */
  readonly ssoSession?: string;
  /** The URL that people sign in at. */
  readonly startUrl: string;
  /** The region of IAM Identity Center. */
  readonly ssoRegion: string;
  /** The account. */
  readonly accountId: string;
  /** The role's name in IAM Identity Center. */
  readonly roleName: string;
  /** Where it is named. */
  readonly origin: Origin;
}

/** `login_session`: what `aws login` keeps. */
export interface LoginSource {
  /** The kind of source. */
  readonly kind: "login";
  /** The profile that names it. */
  readonly section: string;
  /** The session's name. */
  readonly loginSession: string;
  /** Where it is named. */
  readonly origin: Origin;
}

/** `credential_source`: the keys in variables, or what a container or an instance is given. */
export interface NamedSource {
  /** The kind of source. */
  readonly kind: "environment" | "container" | "instance";
  /** The profile that names it. */
  readonly section: string;
  /** Where it is named. */
  readonly origin: Origin;
}

/** A source whose credentials somebody else gives. */
export type OthersSource =
  | ProcessSource
  | WebIdentitySource
  | SsoSource
  | LoginSource
  | NamedSource;
