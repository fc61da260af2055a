/**
 * Generated profiles of every kind that AWS's tools know, sound ones and broken ones.
 *
 * @module
 */

import type { Chooser } from "./seeded.ts";

/** A key and its value, as they are written. */
export type Pair = readonly [key: string, value: string];

/** What a profile has in each file. */
export interface Body {
  readonly config: readonly Pair[];
  readonly credentials: readonly Pair[];
}

/** Devices: two of alice's, and what is none that STS takes. */
const serials = ["arn:aws:iam::123456789012:mfa/alice", "GAHT12345678"];
const oddSerials = ["bob", "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::1:u2f/user/a/b"];
const durations = ["900", "3600", "7200", "43200"];
const oddDurations = ["12h", "1_800", "+3600", "900.0", "60", "99999", "soon", "-1", "0x900"];
const regions = ["eu-west-1", "us-west-2", "ap-south-1", "ca-central-1"];
const oddRegions = ["nowhere", "EU-WEST-1", '"eu-west-1"', "cn-north-1", "eu-west-1 # home"];
const sources = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];

/** Makes profiles; key IDs and roles are each of its own, so that none is taken for another. */
export class ProfileMaker {
  #count = 0;

  constructor(private readonly choose: Chooser) {}

  /** Reports whether one of these cases is taken. */
  happens(percent: number): boolean {
    return this.choose.below(100) < percent;
  }

  /** A number that no other value has. */
  number(): string {
    return String(++this.#count).padStart(4, "0");
  }

  region(): string {
    return this.choose.of(this.happens(6) ? oddRegions : regions);
  }

  roleArn(): string {
    const number = this.number();
    const partition = this.happens(2) ? "aws-cn" : "aws";
    const path = this.happens(10) ? "team/" : "";
    return `arn:${partition}:iam::222222222222:role/${path}Role${number}`;
  }

  serial(): string {
    return this.choose.of(this.happens(6) ? oddSerials : serials);
  }

  /** Long-term keys; sometimes only a part of them. */
  keys(prefix = "AKIA"): Pair[] {
    const number = this.number();
    const id: Pair = ["aws_access_key_id", `${prefix}${number.padStart(16, "0")}`];
    const secret: Pair = ["aws_secret_access_key", `Secret/${number}`];
    if (!this.happens(8)) return [id, secret];
    return this.choose.of([[id], [secret]]);
  }

  /** A session that another tool has written. */
  session(): Pair[] {
    const name = this.happens(20) ? "aws_security_token" : "aws_session_token";
    const token: Pair = [name, this.happens(4) ? "" : `Token/${this.number()}`];
    const expiry: Pair[] = this.choose.of([[], [], [["aws_expiration", "2031-01-01T00:00:00Z"]], [[
      "x_security_token_expires",
      "2020-01-01T00:00:00Z",
    ]]]);
    return [...this.keys(this.happens(8) ? "AKIA" : "ASIA"), token, ...expiry];
  }

  /** A session as stsmfa writes it. */
  ourSession(roleArn?: string): Pair[] {
    const number = this.number();
    const expiry = this.choose.of(["2031-01-01T00:00:00Z", "2020-01-01T00:00:00Z"]);
    return [
      ["aws_access_key_id", `ASIA${number.padStart(16, "0")}`],
      ["aws_secret_access_key", `Secret/${number}`],
      ["aws_session_token", `Token/${number}`],
      ["expiration", expiry],
      ["x_security_token_expires", expiry],
      ...(roleArn === undefined ? [] : [["assumed_role_arn", roleArn] as const]),
    ];
  }

  /** A standard role on a source, with some of what it may say. */
  role(source: string): Pair[] {
    const from: Pair[] = this.happens(86) ? [["source_profile", source]] : this.choose.of<Pair[]>([
      [["credential_source", this.choose.of(sources)]],
      [["credential_source", this.choose.of(sources)]],
      [["credential_source", this.choose.of(["environment", "Elsewhere", ""])]],
      [["source_profile", source], ["credential_source", "Environment"]],
      [],
    ]);
    return [["role_arn", this.roleArn()], ...from, ...this.roleDetails()];
  }

  /** What a role may say beside its ARN and its source. */
  roleDetails(): Pair[] {
    const { choose } = this;
    const details: Pair[] = [];
    const name = this.happens(6) ? choose.of(["x", "two words", ""]) : `name-${this.number()}`;
    if (this.happens(30)) details.push(["role_session_name", name]);
    const id = this.happens(6) ? choose.of(["x", "two words", ""]) : `id-${this.number()}`;
    if (this.happens(30)) details.push(["external_id", id]);
    if (this.happens(40)) details.push(["mfa_serial", this.serial()]);
    const duration = choose.of(this.happens(25) ? oddDurations : durations);
    if (this.happens(25)) details.push(["duration_seconds", duration]);
    return details;
  }

  webIdentity(): Pair[] {
    const pairs: Pair[] = [["web_identity_token_file", `/run/token-${this.number()}`]];
    if (this.happens(90)) pairs.push(["role_arn", this.roleArn()]);
    if (this.happens(30)) pairs.push(["role_session_name", `web-${this.number()}`]);
    return pairs;
  }

  /** SSO in its older form, or with one of the two `[sso-session]` of a home. */
  sso(): Pair[] {
    const own: Pair[] = [
      ["sso_account_id", `1234567${this.number().padStart(5, "0")}`],
      ["sso_role_name", `Sso${this.number()}`],
    ];
    const address: Pair[] = [
      ["sso_start_url", "https://one.example.com/start"],
      ["sso_region", "eu-west-1"],
    ];
    const session: Pair = [
      "sso_session",
      this.choose.of(["one", "one", "one", "two words", "gone"]),
    ];
    const all = this.choose.of([
      [...own, ...address],
      [...own, session],
      [...own, session, address[1]!],
      [...own, session, ["sso_region", "us-east-1"] as const],
    ]);
    return this.happens(10) ? all.filter(() => this.happens(70)) : all;
  }

  login(): Pair[] {
    const user = `arn:aws:iam::123456789012:user/u${this.number()}`;
    return [["login_session", this.happens(6) ? "" : user]];
  }

  process(): Pair[] {
    const number = this.number();
    const commands = [
      `give ${number}`,
      `"/opt/my tools/give" '${number}' --x`,
      `give\\ ${number} #`,
    ];
    return [["credential_process", this.happens(4) ? "" : this.choose.of(commands)]];
  }

  /** Whatever gives credentials by itself. */
  leaf(): Body {
    const inConfig = (config: Pair[]): Body => ({ config, credentials: [] });
    const inCredentials = (credentials: Pair[]): Body => ({ config: [], credentials });
    switch (this.choose.below(13)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return inCredentials(this.keys());
      case 4:
        return inConfig(this.keys());
      case 5:
        return { config: this.keys(), credentials: this.keys() };
      case 6:
        return this.happens(70) ? inCredentials(this.session()) : inConfig(this.session());
      case 7:
        return inConfig(this.webIdentity());
      case 8:
        return inConfig(this.sso());
      case 9:
        return inConfig(this.login());
      case 10:
        return inConfig(this.process());
      case 11:
        return inCredentials([...this.keys(), ["mfa_serial", this.serial()]]);
      default:
        return inConfig([]);
    }
  }
}
