/**
 * The rules for profiles, written down a second time: botocore's, and ours for `stsmfa` blocks,
 * `[P-long-term]` and sessions that stsmfa wrote. Works on sections as botocore reads them and
 * shares nothing with the program; on homes without anything of ours it has to agree with botocore.
 *
 * @module
 */

import type { BotocoreHome, Keys } from "./botocore_resolution.ts";
import type { Base, Resolution, Resolved } from "./resolution.ts";
import { checkHop, hopOf, isRole, Refusal, refuse, staticKeys, text } from "./role_rules.ts";

/** What the rules allow. */
export interface Ruling {
  /** Each that is right; more than one where the rules leave a choice. */
  readonly allowed: readonly Resolution[];
  /** Whether a rule of ours had a say; if not, it is botocore's answer. */
  readonly isOurs: boolean;
  /** The regions that are right. */
  readonly regions: readonly (string | null)[];
  /** Which kind of profile it is, where that is certain. */
  readonly profileKind: "written" | "standard" | "others" | undefined;
  /** Set where the rules say nothing. */
  readonly unspecified?: string;
}

/** Where tools write when a session ends. */
const ends = [
  "expiration",
  "x_security_token_expires",
  "aws_credential_expiration",
  "aws_token_expiration",
  "awsmfa_expiration",
  "aws_session_expiration",
  "aws_expiration",
];

class Unspecified extends Error {}

interface Part {
  readonly base: Base;
  readonly roles: Resolved["roles"];
}
type Variables = Readonly<Record<string, string>>;

/** Where the rules leave a choice: what a written role session counts as, when it is a source. */
const readings = ["the session", "its role", "its user"] as const;

/** Applies the rules to one profile. */
export function ruling(home: BotocoreHome, variables: Variables, name: string): Ruling {
  const allowed: Resolution[] = [];
  let isOurs = false;
  let regions: readonly (string | null)[] = [];
  let profileKind: Ruling["profileKind"];
  for (const reading of readings) {
    const walk = new Walk(home, variables, reading);
    try {
      const { base, roles } = walk.profile(name);
      walk.checkToken(name);
      regions = walk.regions(name, base);
      const resolved: Resolved = { base, roles, region: regions[0]! };
      allowed.push(walk.checked(resolved));
      profileKind = walk.kindOf(name, resolved);
    } catch (error) {
      if (error instanceof Unspecified) {
        return { allowed: [], isOurs: true, regions, profileKind, unspecified: error.message };
      }
      if (!(error instanceof Refusal)) throw error;
      allowed.push({ refused: "Refusal", message: error.message });
    }
    isOurs ||= walk.isOurs;
    if (!walk.hasChoice) break;
  }
  return { allowed, isOurs, regions, profileKind };
}

class Walk {
  isOurs = false;
  hasChoice = false;

  constructor(
    private readonly home: BotocoreHome,
    private readonly variables: Variables,
    private readonly reading: typeof readings[number],
  ) {}

  /** The profile that is asked for. */
  profile(name: string): Part {
    this.#checkPlace(name);
    if (this.#block(name) !== undefined) return this.#ofBlock(name, [name]);
    const keys = this.home.profiles.get(name);
    if (keys === undefined) return this.#sibling(name) ?? refuse(`there is no ${name}`);
    if (isRole(keys)) return this.#role(name, [name]);
    return this.#leaf(name, true) ?? this.#sibling(name) ?? {
      base: { kind: this.#hasContainer() ? "container" : "instance", section: null },
      roles: [],
    };
  }

  /** The region of every STS call: the right ones. */
  regions(name: string, base: Base): (string | null)[] {
    const { AWS_DEFAULT_REGION: first, AWS_REGION: last } = this.variables;
    if (first !== undefined && (first !== "" || !this.isOurs)) return [first];
    const own = this.#block(name)?.get("region") || this.home.profiles.get(name)?.get("region");
    if (own !== undefined) return [text(own)!];
    if (!this.isOurs) return [null];
    const sources = [base.section ?? "", base.section?.replace(/-long-term$/, "") ?? ""]
      .map((each) => text(this.home.profiles.get(each)?.get("region")) || null);
    return [null, last ?? null, ...sources];
  }

  /** Refuses a profile whose sso_session leads nowhere, even where it is of no use. */
  checkToken(name: string): void {
    const ssoSession = text(this.home.profiles.get(name)?.get("sso_session"));
    if (ssoSession === undefined) return;
    const session = this.home.ssoSessions.get(ssoSession);
    if (session?.has("sso_region") && session.has("sso_start_url")) return;
    refuse(`sso-session ${ssoSession} is not complete`);
  }

  /** Which of the three kinds of profile it is; whose a lone session is, is not told. */
  kindOf(name: string, { base, roles }: Resolved): Ruling["profileKind"] {
    const isNamed = roles.at(-1)?.section === name && isRole(this.home.profiles.get(name));
    const command = text(this.home.profiles.get(name)?.get("credential_process"));
    if (/[\s'"\\]/.test(name)) return undefined;
    if (command === `stsmfa process ${name}`) return "standard";
    if (this.#block(name) !== undefined) {
      return isNamed && !this.#hasRole(name) ? "standard" : "written";
    }
    if (base.section === `${name}-long-term` && !isNamed) return "written";
    if (isNamed || base.kind === "long-term") return "standard";
    return base.kind === "session" ? undefined : "others";
  }

  /** Refuses what every call would be refused for. */
  checked(resolved: Resolved): Resolution {
    for (const role of resolved.roles) checkHop(role);
    const { region } = resolved;
    if (region !== null && !/^(us|eu|ap|sa|ca|me|af|il|mx|cn)(-[a-z]+)+-\d+$/.test(region)) {
      refuse(`no region: ${region}`);
    }
    const isInChina = region?.startsWith("cn-");
    const other = resolved.roles.find((each) =>
      each.roleArn.startsWith("arn:aws-cn:") !== isInChina
    );
    if (region !== null && other !== undefined) refuse(`${other.roleArn} is not in ${region}`);
    return resolved;
  }

  /** Whose credentials a profile has when another one names it. */
  #source(name: string, parent: string, visited: readonly string[]): Part {
    this.#checkPlace(name);
    const keys = this.home.profiles.get(name);
    if (this.#block(name) !== undefined && name !== parent) {
      if (visited.includes(name)) refuse(`loop at ${name}`);
      return this.#ofBlock(name, [...visited, name]);
    }
    if (keys === undefined) return this.#sibling(name) ?? refuse(`there is no source ${name}`);
    const hasKeys = keys.has("aws_access_key_id") || keys.has("aws_secret_access_key");
    if (visited.includes(name) && (name !== parent || !hasKeys)) refuse(`loop at ${name}`);
    if (!hasKeys && isRole(keys)) return this.#role(name, [...visited, name]);
    const found = this.#leaf(name, false);
    if (found !== undefined) return found;
    if (hasKeys) refuse(`${name} has half a key`);
    return this.#sibling(name) ?? refuse(`${name} has no credentials`);
  }

  /** A standard role. */
  #role(name: string, visited: readonly string[]): Part {
    const keys = this.home.profiles.get(name)!;
    const [source, other] = [keys.get("source_profile"), keys.get("credential_source")];
    if (source !== undefined && other !== undefined) refuse(`${name} has two sources`);
    const below = other !== undefined
      ? this.#named(name, text(other)!)
      : source !== undefined
      ? this.#source(text(source)!, name, visited)
      : refuse(`${name} has no source`);
    return { base: below.base, roles: [...below.roles, hopOf(name, keys)] };
  }

  /** A profile with a `stsmfa` block. */
  #ofBlock(name: string, visited: readonly string[]): Part {
    this.isOurs = true;
    const block = this.#block(name)!;
    const keys = this.home.profiles.get(name)!;
    if (keys.has("web_identity_token_file")) throw new Unspecified("a block and a web identity");
    if (keys.has("credential_source")) throw new Unspecified("a block and a credential_source");
    const standard = keys.has("role_arn") ? keys.get("source_profile") : undefined;
    const named = block.get("source_profile") || text(standard);
    // Whatever is written for it, AWS's tools refuse the role beside the block.
    if (isRole(keys) && !named) refuse(`${name} has no source`);
    const hasKeys = keys.has("aws_access_key_id") || keys.has("aws_secret_access_key");
    if (isRole(keys) && !block.get("source_profile") && named === name && !hasKeys) {
      refuse(`loop at ${name}`);
    }
    if (isRole(keys) && named === name && this.#isWritten(name)) {
      throw new Unspecified("a block and a role on its own written session");
    }
    const below = named && named !== name
      ? this.#source(named, name, visited)
      : this.#own(name) ?? this.#sibling(name) ?? refuse(`${name} has no keys`);
    const merged = new Map([...keys, ...block].filter(([, value]) => value !== ""));
    const role = text(merged.get("role_arn"));
    // It takes the place of an `assume_role` beside the keys.
    const others = below.roles.filter(({ section }) => section !== name);
    return { base: below.base, roles: role ? [...others, hopOf(name, merged)] : below.roles };
  }

  /** Long-term keys in the profile itself, for its block. */
  #own(name: string): Part | undefined {
    const found = this.#leaf(name, false);
    const isSession = found?.base.accessKeyId?.startsWith("ASIA");
    const kind = isSession ? "session" : found?.base.kind ?? "long-term";
    if (kind !== "long-term" && kind !== "session") {
      throw new Unspecified(`a block without a source beside ${kind}`);
    }
    if (this.#isWritten(name) && this.#hasSibling(name)) return undefined;
    if (kind === "session") throw new Unspecified("a block without a source beside session");
    return found;
  }

  /** What gives credentials by itself, in botocore's order. */
  #leaf(name: string, isTop: boolean): Part | undefined {
    const keys = this.home.profiles.get(name)!;
    const get = (key: string) => text(keys.get(key));
    const alone = (base: Base): Part => ({ base, roles: [] });
    const tokenFile = get("web_identity_token_file");
    if (tokenFile) {
      const roleArn = get("role_arn") || refuse(`${name} has no role for its token`);
      if (roleArn.length < 20) refuse(`${roleArn} is no role`);
      const roleSessionName = get("role_session_name");
      if (roleSessionName?.length === 1) refuse(`${roleSessionName} is no name`);
      const named = roleSessionName ? { roleSessionName } : {};
      return alone({ kind: "web-identity", section: name, roleArn, tokenFile, ...named });
    }
    const sso = this.#sso(name, keys);
    if (sso !== undefined) return alone(sso);
    const inCredentials = staticKeys(name, this.home.credentials.get(name));
    if (inCredentials !== undefined) {
      const isSession = inCredentials.kind === "session" ||
        inCredentials.accessKeyId!.startsWith("ASIA");
      return (isSession ? this.#written(name, isTop) : undefined) ?? alone(inCredentials);
    }
    const loginSession = get("login_session");
    if (loginSession !== undefined) return alone({ kind: "login", section: name, loginSession });
    const command = get("credential_process");
    if (command !== undefined && /^stsmfa process /.test(command)) {
      this.isOurs = true;
      // The shell's rules make another name of it.
      if (/[\s'"\\]/.test(name)) throw new Unspecified("a name that is no word");
      if (command !== `stsmfa process ${name}`) throw new Unspecified("stsmfa of another profile");
    } else if (command !== undefined) {
      if (command === "") refuse(`${name} has no command`);
      return alone({ kind: "process", section: name, command });
    }
    const inConfig = staticKeys(name, this.home.config.get(name));
    return inConfig && alone(inConfig);
  }

  #sso(name: string, keys: Keys): Base | undefined {
    if (!keys.has("sso_account_id") && !keys.has("sso_role_name")) return undefined;
    const ssoSession = text(keys.get("sso_session"));
    const session = ssoSession === undefined ? undefined : this.home.ssoSessions.get(ssoSession);
    if (ssoSession !== undefined && session === undefined) refuse(`no sso-session ${ssoSession}`);
    for (const [key, value] of session ?? []) {
      if (keys.has(key) && keys.get(key) !== value) refuse(`two values of ${key}`);
    }
    // The token is that of the session alone, which has to be complete by itself.
    const get = (key: string, from = keys) =>
      text(from.get(key)) ?? refuse(`${name} has no ${key} for SSO`);
    const [ssoRegion, startUrl] = [
      get("sso_region", session ?? keys),
      get("sso_start_url", session ?? keys),
    ];
    if (!/^[A-Za-z0-9-]*$/.test(ssoRegion)) refuse(`no region: ${ssoRegion}`);
    const [accountId, roleName] = [
      text(session?.get("sso_account_id")) ?? get("sso_account_id"),
      text(session?.get("sso_role_name")) ?? get("sso_role_name"),
    ];
    const named = ssoSession === undefined ? {} : { ssoSession };
    return { kind: "sso", section: name, startUrl, ssoRegion, accountId, roleName, ...named };
  }

  #named(name: string, source: string): Part {
    const kind = ({
      Environment: "environment",
      EcsContainer: "container",
      Ec2InstanceMetadata: "instance",
    } as const)[source];
    if (kind === undefined) return refuse(`${source} is no source`);
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secret } = this.variables;
    if (kind === "environment") {
      if (!accessKeyId || !secret) refuse("no keys in variables");
      return { base: { kind, section: name, accessKeyId: accessKeyId! }, roles: [] };
    }
    if (kind === "container" && !this.#hasContainer()) refuse("no container");
    return { base: { kind, section: name }, roles: [] };
  }

  #hasContainer(): boolean {
    return ["RELATIVE", "FULL"].some((each) =>
      Object.hasOwn(this.variables, `AWS_CONTAINER_CREDENTIALS_${each}_URI`)
    );
  }

  /** What stands in for a session that stsmfa wrote; `undefined` where the session itself counts. */
  #written(name: string, isTop: boolean): Part | undefined {
    const isOurs = this.#isWritten(name);
    // Without its end, it is somebody's to a role on top; alone, tools of old wrote it like that.
    if (!isOurs && !isTop) return undefined;
    const user = this.#sibling(name);
    if (user === undefined) return undefined;
    if (!isOurs) {
      this.hasChoice = true;
      return this.reading === "the session" ? undefined : user;
    }
    const roleArn = text(this.home.credentials.get(name)!.get("assumed_role_arn"));
    if ((roleArn || undefined) === user.roles[0]?.roleArn) return user;
    // It was for a role that no file names: whoever named it may name it again.
    this.hasChoice = true;
    if (this.reading === "the session") return undefined;
    if (this.reading === "its user" && isTop) return user;
    return { base: user.base, roles: roleArn ? [{ section: name, roleArn }] : [] };
  }

  /**
   * Reports whether a section of the credentials file holds a session with an end beside it, as
   * stsmfa writes it, and the tools whose set-ups it takes over.
   */
  #isWritten(name: string): boolean {
    const get = (key: string) => text(this.home.credentials.get(name)?.get(key));
    const token = get("aws_security_token") ?? get("aws_session_token");
    return Boolean(token) && ends.some((key) => get(key));
  }

  /** Reports whether the block of a profile names its role. */
  #hasRole(name: string): boolean {
    return Boolean(this.#block(name)?.get("role_arn") || this.#block(name)?.get("source_profile"));
  }

  #hasSibling(name: string): boolean {
    return this.home.profiles.has(`${name}-long-term`);
  }

  #sibling(name: string): Part | undefined {
    const section = `${name}-long-term`;
    const keys = this.home.profiles.get(section);
    if (keys === undefined) return undefined;
    this.isOurs = true;
    if (!keys.get("aws_access_key_id") || !keys.get("aws_secret_access_key")) {
      throw new Unspecified(`[${section}] has no keys`);
    }
    if (isRole(keys) || keys.has("web_identity_token_file") || keys.has("aws_session_token")) {
      throw new Unspecified(`[${section}] has more than keys`);
    }
    const base: Base = {
      kind: "long-term",
      section,
      accessKeyId: text(keys.get("aws_access_key_id"))!,
    };
    const roleArn = text(keys.get("assume_role"));
    if (!roleArn) return { base, roles: [] };
    // It is assumed as the profile says, wherever that says it.
    const said = [...this.home.profiles.get(name) ?? [], ...this.#block(name) ?? []]
      .filter(([, value]) => value !== "");
    const role = hopOf(name, new Map([...said, ["role_arn", roleArn]]));
    return { base, roles: [role] };
  }

  #block(name: string): ReadonlyMap<string, string> | undefined {
    const value = this.home.config.get(name)?.get("stsmfa");
    return value === undefined || typeof value === "string" ? undefined : new Map(value);
  }

  /** Refuses a block where it would be ignored. */
  #checkPlace(name: string): void {
    const value = this.home.config.get(name)?.get("stsmfa");
    if (value === "") throw new Unspecified("an empty block");
    const isOnOneLine = typeof value === "string";
    if (!isOnOneLine && !this.home.credentials.get(name)?.has("stsmfa")) return;
    this.isOurs = true;
    refuse(`the block of ${name} is in the wrong place`);
  }
}
