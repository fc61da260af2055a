/**
 * Generated homes: both of AWS's files and the variables, with profiles that name each other.
 *
 * @module
 */

import {
  falseHeader,
  oddHeader,
  oddNames,
  plainHeader,
  profileNames,
} from "./generated_headers.ts";
import { type Body, type Pair, ProfileMaker } from "./generated_profiles.ts";
import type { Home } from "./resolution.ts";
import type { Chooser } from "./seeded.ts";

/** A home, and the names of its profiles, with one that is in no file. */
export interface GeneratedHome extends Home {
  readonly names: readonly string[];
}

interface Section {
  readonly header: string;
  readonly lines: readonly string[];
}

/** Generates a home. */
export function generatedHome(choose: Chooser): GeneratedHome {
  return new HomeMaker(choose).make();
}

class HomeMaker {
  readonly #maker: ProfileMaker;
  readonly #config: Section[] = [];
  readonly #credentials: Section[] = [];
  readonly #hasNoise: boolean;
  readonly #hasOurs: boolean;
  readonly #isChain: boolean;
  readonly #names: string[] = [];

  constructor(private readonly choose: Chooser) {
    this.#maker = new ProfileMaker(choose);
    this.#hasOurs = this.#happens(35);
    this.#isChain = this.#happens(30);
    this.#hasNoise = this.#happens(this.#hasOurs ? 10 : 40);
    const count = 2 + choose.below(6);
    while (this.#names.length < count) {
      const name = choose.of(this.#happens(12) ? oddNames : profileNames);
      if (!this.#names.includes(name)) this.#names.push(name);
    }
  }

  make(): GeneratedHome {
    const names = this.#names;
    names.forEach((name, at) => this.#profile(name, this.#body(at)));
    if (this.#happens(85)) this.#ssoSessions();
    if (this.#happens(12)) this.#default(this.#config);
    if (this.#happens(10)) this.#default(this.#credentials);
    if (this.#happens(15)) {
      const role = this.#maker.role(this.#someName());
      this.#add(this.#config, falseHeader(this.choose, this.choose.of(names)), role);
    }
    if (this.#hasOurs) this.#ours();
    return {
      config: this.#file(this.#config),
      credentials: this.#file(this.#credentials),
      variables: this.#variables(),
      names: [...names, "missing"],
    };
  }

  #happens(percent: number): boolean {
    return this.choose.below(100) < percent;
  }

  #someName(): string {
    return this.#happens(6) ? "missing" : this.choose.of(this.#names);
  }

  /** Sources come later in the list, mostly, so that chains end somewhere. */
  #sourceOf(at: number): string {
    const later = this.#names.slice(at + 1);
    if (later.length === 0 || this.#happens(12)) return this.#someName();
    if (this.#happens(6)) return this.#names[at]!;
    return this.#happens(75) ? later[0]! : this.choose.of(later);
  }

  #body(at: number): Body {
    const maker = this.#maker;
    const isLast = at === this.#names.length - 1;
    const source = this.#isChain && !isLast ? this.#names[at + 1]! : this.#sourceOf(at);
    const isRole = this.#happens(isLast ? 10 : this.#isChain ? 97 : 60);
    const first: Body = isRole ? { config: maker.role(source), credentials: [] } : maker.leaf();
    const second = this.#happens(14) ? maker.leaf() : { config: [], credentials: [] };
    const region: Pair[] = this.#happens(35) ? [["region", maker.region()]] : [];
    const config = withoutRepeats([...first.config, ...second.config, ...region]);
    const credentials = withoutRepeats([...first.credentials, ...second.credentials]);
    if (this.#happens(85)) return { config, credentials };
    // What AWS documents for the config file is read from the credentials file as well.
    const moved = config.filter(() => this.#happens(60));
    return {
      config: config.filter((pair) => !moved.includes(pair)),
      credentials: withoutRepeats([...credentials, ...moved]),
    };
  }

  #profile(name: string, body: Body): void {
    const isInCredentials = body.credentials.length > 0;
    if (body.config.length > 0 || !isInCredentials || this.#happens(10)) {
      this.#add(this.#config, this.#configHeader(name), body.config);
    }
    if (isInCredentials) {
      this.#add(this.#credentials, this.#happens(3) ? `[ ${name}]` : `[${name}]`, body.credentials);
    }
    if (this.#happens(7)) {
      const again: Pair[] = this.choose.of([
        [],
        [["region", this.#maker.region()]],
        this.#maker.role(this.#someName()),
      ]);
      this.#add(this.#config, oddHeader(this.choose, name), again);
    }
  }

  /** Adds a section; one that is there already would make the file one that nobody can read. */
  #add(file: Section[], header: string, pairs: readonly Pair[]): void {
    const isThere = file.some((each) => insideOf(each.header) === insideOf(header));
    if (!isThere || this.#happens(5)) file.push(this.#section(header, pairs));
  }

  #configHeader(name: string): string {
    if (this.#happens(18)) return oddHeader(this.choose, name);
    return name === "default" && this.#happens(20) ? "[profile default]" : plainHeader(name);
  }

  #section(header: string, pairs: readonly Pair[]): Section {
    return { header, lines: this.#lines(pairs) };
  }

  #lines(pairs: readonly Pair[]): string[] {
    return pairs.map(([key, value]) => this.#line(key, value));
  }

  #line(key: string, value: string): string {
    const odd = this.#hasNoise && this.#happens(8);
    if (!odd) {
      return `${key}${this.#happens(90) ? " = " : this.choose.of(["=", ": ", "\t=\t"])}${value}`;
    }
    return this.choose.of([
      `${key.toUpperCase()} = ${value}`,
      `${key} = ${value} # note`,
      `${key} = ${value} ; note`,
      `${key} = ${value}\t#note`,
      `${key} = ${value}#note`,
      `${key} = "${value}"`,
      `${key} =`,
      `${key} = ${value}\n  more`,
      `  ${key} = ${value}`,
      `# ${key} = ${value}`,
    ]);
  }

  #ssoSessions(): void {
    const one: Pair[] = [
      ["sso_region", "eu-west-1"],
      ["sso_start_url", "https://one.example.com/start"],
      ["sso_registration_scopes", "sso:account:access"],
    ];
    const pairs = this.#happens(90) ? one : one.filter(() => this.#happens(50));
    this.#config.push(this.#section("[sso-session one]", pairs));
    this.#config.push(this.#section("[sso-session 'two words']", [
      ["sso_region", "us-west-2"],
      ["sso_start_url", "https://two.example.com/start"],
    ]));
  }

  #default(file: Section[]): void {
    const maker = this.#maker;
    const pairs = this.choose.of<readonly Pair[]>([
      [["region", maker.region()]],
      [["region", maker.region()]],
      [["source_profile", this.#someName()]],
      maker.role(this.#someName()),
      [["mfa_serial", maker.serial()]],
      [["external_id", "id-of-all"], ["duration_seconds", "1800"]],
      maker.keys(),
      maker.webIdentity(),
      maker.process(),
    ]);
    file.splice(this.choose.below(file.length + 1), 0, this.#section("[DEFAULT]", pairs));
  }

  /** Adds what is read by our own rules: long-term siblings, blocks, sessions that we wrote. */
  #ours(): void {
    const maker = this.#maker;
    const siblings = this.#names.filter(() => this.#happens(40));
    if (this.#happens(25)) siblings.push("missing");
    for (const name of siblings) {
      const pairs: Pair[] = [...maker.keys()];
      if (this.#happens(30)) pairs.push(["aws_mfa_device", maker.serial()]);
      if (this.#happens(10)) pairs.push(["assume_role", maker.roleArn()]);
      if (this.#happens(20)) pairs.push(["region", maker.region()]);
      this.#add(this.#credentials, `[${name}-long-term]`, pairs);
      if (this.#happens(35)) {
        this.#replace(name, maker.ourSession(this.#happens(30) ? maker.roleArn() : undefined));
      }
    }
    for (const name of this.#names.filter(() => this.#happens(25))) this.#addBlock(name);
  }

  #replace(name: string, pairs: readonly Pair[]): void {
    const header = `[${name}]`;
    const at = this.#credentials.findIndex((each) => each.header === header);
    if (at >= 0) this.#credentials.splice(at, 1);
    this.#add(this.#credentials, header, pairs);
  }

  #addBlock(name: string): void {
    const maker = this.#maker;
    const details = maker.roleDetails().filter(([key, value]) =>
      value !== "" && (key !== "duration_seconds" || /^\d{4,5}$/.test(value))
    );
    const hasRole = this.#happens(60);
    const pairs: Pair[] = [
      ...(this.#happens(75) ? [["source_profile", this.#someName()] as const] : []),
      ...(hasRole ? [["role_arn", maker.roleArn()] as const] : []),
      ...(hasRole ? details : details.filter(([key]) => key === "mfa_serial")),
      ...(this.#happens(15) ? [["region", maker.region()] as const] : []),
    ];
    if (pairs.length === 0) return;
    const block = ["stsmfa =", ...pairs.map(([key, value]) => `  ${key} = ${value}`)];
    const [key, value] = pairs[0]!;
    const lines = this.#happens(15)
      ? [`credential_process = stsmfa process ${name}`, ...block]
      : block;
    const place = this.choose.below(20);
    const onOneLine = [`stsmfa = ${key} = ${value}`];
    const header = this.#happens(25) ? oddHeader(this.choose, name) : plainHeader(name);
    if (place === 0) this.#put(this.#config, header, onOneLine);
    else if (place === 1) this.#put(this.#credentials, `[${name}]`, block);
    else this.#put(this.#config, header, lines, this.#happens(60));
  }

  /** Puts lines into a section, beside what is there or alone. */
  #put(file: Section[], header: string, lines: readonly string[], alone = false): void {
    const at = file.findIndex((each) => insideOf(each.header) === insideOf(header));
    if (at < 0) return void file.push({ header, lines });
    const old = alone ? [] : file[at]!.lines;
    const isRepeated = old.some((line) => lines.some((each) => keyOf(each) === keyOf(line)));
    if (!isRepeated) file.splice(at, 1, { header, lines: [...old, ...lines] });
  }

  #variables(): Record<string, string> {
    const { choose } = this;
    const variables: Record<string, string> = { USER: "somebody" };
    if (this.#happens(20)) {
      const region = this.#happens(8) ? "" : this.#maker.region();
      variables["AWS_DEFAULT_REGION"] = region;
    }
    if (this.#happens(20)) variables["AWS_REGION"] = "sa-east-1";
    if (this.#happens(40)) {
      const [id, secret] = [`AKIA${"9".repeat(16)}`, "Secret/variables"];
      if (!this.#happens(10)) variables["AWS_ACCESS_KEY_ID"] = id;
      if (!this.#happens(10)) variables["AWS_SECRET_ACCESS_KEY"] = secret;
    }
    if (this.#happens(15)) variables["AWS_PROFILE"] = this.#someName();
    if (this.#happens(5)) variables["AWS_DEFAULT_PROFILE"] = this.#someName();
    if (this.#happens(8)) {
      const name = choose.of(["RELATIVE", "FULL"]);
      const uri = name === "FULL" ? "http://127.0.0.1/keys" : "/keys";
      variables[`AWS_CONTAINER_CREDENTIALS_${name}_URI`] = uri;
    }
    if (this.#happens(5)) {
      variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/run/variable";
      variables["AWS_ROLE_ARN"] = "arn:aws:iam::222222222222:role/Variable";
    }
    return variables;
  }

  #file(sections: readonly Section[]): string | null {
    if (sections.length === 0 && this.#happens(50)) return null;
    const lines = sections.flatMap(({ header, lines }) => [
      header,
      ...lines,
      ...(this.#happens(30) ? [""] : []),
    ]);
    if (this.#happens(2)) {
      const bad = this.choose.of(["no separator", sections[0]?.header ?? "[", "stsmfa =\n  none"]);
      lines.splice(this.choose.below(lines.length + 1), 0, bad);
    }
    return lines.join(this.#happens(5) ? "\r\n" : "\n") + (this.#happens(95) ? "\n" : "");
  }
}

function insideOf(header: string): string {
  return header.slice(0, header.lastIndexOf("]") + 1);
}

function keyOf(line: string): string | undefined {
  return /^([^\s=:]+)\s*[=:]/.exec(line)?.[1]?.toLowerCase();
}

function withoutRepeats(pairs: readonly Pair[]): Pair[] {
  const seen = new Set<string>();
  return pairs.filter(([key]) => !seen.has(key) && seen.add(key));
}
