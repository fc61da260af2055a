/**
 * Generated homes with profiles of every kind, sound ones and such as nobody can use.
 *
 * @module
 */

import type { OddHome } from "./odd_homes.ts";
import type { Chooser } from "./seeded.ts";

/** Paths that profiles name; nothing else is there. */
export interface NamedPaths {
  /** A program that prints credentials. */
  readonly give: string;
  /** The token of a web identity. */
  readonly token: string;
}

/** The sign-ins to IAM Identity Center that homes may have. */
export const signIns = { valid: "in", expired: "over", absent: "out" } as const;

/** The URL at which a sign-in is valid without a session. */
export const olderStartUrl = "https://in.awsapps.com/start";

const names = ["a", "b", "c", "d", "default"] as const;
const keyPair = "aws_access_key_id = AKIAOTHEROTHEROTHER2\naws_secret_access_key = hunter2\n";
const serial = "mfa_serial = arn:aws:iam::123456789012:mfa/alice\n";

/** Lines of one profile, for either file. */
interface Part {
  readonly config?: string;
  readonly credentials?: string;
  /** The section of the credentials file, if it is not the profile's. */
  readonly section?: string;
}

/** Makes a home. */
export function ailingHome(choose: Chooser, paths: NamedPaths): OddHome {
  const config = new Map<string, string>();
  const credentials = new Map<string, string>();
  const add = (sections: Map<string, string>, name: string, text: string | undefined) => {
    if (text === undefined) return;
    sections.set(name, joined(sections.get(name) ?? "", text));
  };
  for (const name of names.slice(0, 2 + choose.below(4))) {
    for (let parts = choose.below(5) === 0 ? 2 : 1; parts > 0; parts--) {
      const part = choose.of(kinds)(choose, name, paths);
      add(config, name, part.config);
      add(credentials, part.section ?? name, part.credentials);
    }
  }
  const text = (sections: Map<string, string>, header: (name: string) => string) =>
    [...sections].map(([name, lines]) => `[${header(name)}]\n${lines}`).join("");
  const sessions = [signIns.valid, signIns.expired, signIns.absent].map((name) =>
    `[sso-session ${name}]\nsso_start_url = https://${name}.awsapps.com/start\nsso_region = eu-west-1\n`
  );
  return {
    config: text(config, (name) => name === "default" ? name : `profile ${name}`) +
      sessions.join(""),
    credentials: text(credentials, (name) => name),
  };
}

/** Adds lines whose keys are not there yet; what is nested stays below its key. */
function joined(there: string, text: string): string {
  const keys = new Set([...there.matchAll(/^(\w+) =/gm)].map(([, key]) => key));
  let isKept = true;
  const added = text.split("\n").filter((line) => {
    if (!/^\s/.test(line)) isKept = !keys.has(/^\w+/.exec(line)?.[0]);
    return isKept && line !== "";
  });
  return there + added.map((line) => `${line}\n`).join("");
}

type Kind = (choose: Chooser, name: string, paths: NamedPaths) => Part;

const settings: Kind = () => ({ config: "region = eu-west-1\n" });

const keys: Kind = (choose) => choose.of([{ config: keyPair }, { credentials: keyPair }]);

const keysAndDevice: Kind = () => ({ credentials: keyPair, config: serial });

const halfKey: Kind = (choose) => {
  const half = choose.of(keyPair.split("\n").slice(0, 2)) + "\n";
  return choose.of([{ config: half }, { credentials: half }]);
};

const session: Kind = (choose) => ({
  credentials: `${keyPair.replace("AKIA", "ASIA")}aws_session_token = hunter2\n` +
    `expiration = ${choose.of(["2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z"])}\n`,
});

const longTerm: Kind = (_, name) => ({ section: `${name}-long-term`, credentials: keyPair });

const role: Kind = (choose, name) => {
  const source = () => `source_profile = ${choose.of([...names, ...names, name, "nosuch"])}\n`;
  const named = choose.of(["Environment", "EcsContainer", "Enviroment"]);
  const maybe = (text: string) => choose.below(4) === 0 ? text : "";
  return {
    config: (choose.below(20) === 0 ? "role_arn = R\n" : roleOf("R")) + choose.of([
      ...Array(12).fill(0).map(source),
      `credential_source = ${named}\n`,
      `${source()}credential_source = ${named}\n`,
      source().replace("profile", "profil"),
      "",
    ]) + maybe(serial) + maybe(`duration_seconds = ${choose.of(["3600", "7200", "long"])}\n`) +
      maybe("external_id = x1\n"),
  };
};

const webIdentity: Kind = (choose, _, { token }) => ({
  config: (choose.below(6) === 0 ? "" : roleOf("Web")) +
    `web_identity_token_file = ${choose.of([token, token, `${token}.nosuch`])}\n`,
});

const identityCenter: Kind = (choose) => {
  const name = choose.of([...Object.values(signIns), signIns.valid, "nosuch"]);
  const lines = [
    ...choose.of([
      [`sso_session = ${name}`],
      [`sso_start_url = ${olderStartUrl}`, "sso_region = eu-west-1"],
      [`sso_session = ${name}`, "sso_region = us-east-1"],
    ]),
    "sso_account_id = 123456789012",
    "sso_role_name = R",
  ];
  if (choose.below(5) === 0) lines.splice(choose.below(lines.length), 1);
  return { config: lines.map((line) => `${line}\n`).join("") };
};

const program: Kind = (choose, name, { give }) => ({
  config: `credential_process = ${
    choose.of([
      give,
      give,
      `'${give}' x`,
      `${give}.nosuch`,
      `${give} "x`,
      `stsmfa process ${choose.of([name, name, ...names])}`,
    ])
  }\n`,
});

const block: Kind = (choose) => ({
  config: `stsmfa =\n${
    choose.of([
      `  source_profile = ${choose.of([...names, "default-long-term", "nosuch"])}\n`,
      "  region = eu-west-1\n",
      "  regoin = eu-west-1\n",
    ])
  }${choose.of(["", `  ${roleOf("Block")}`])}`,
});

const adopted: Kind = (choose, name) => ({
  config: `credential_process = stsmfa process ${name}\nstsmfa =\n` +
    `  source_profile = ${choose.of(names)}\n  ${roleOf("Adopted")}`,
});

function roleOf(name: string): string {
  return `role_arn = arn:aws:iam::222222222222:role/${name}\n`;
}

const kinds: readonly Kind[] = [
  ...[settings, keysAndDevice, halfKey, session, webIdentity, block, adopted],
  ...[keys, keys, longTerm, longTerm, identityCenter, identityCenter, program, program],
  ...[role, role, role, role, role, role],
];
