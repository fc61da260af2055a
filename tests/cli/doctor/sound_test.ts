import { config, credentials, signIn, testDoctor } from "../../support/doctor.ts";
import { alicesFile, type Home, longTerm, session } from "../../support/homes.ts";

const role = "role_arn = arn:aws:iam::222222222222:role/R\n";
const serial = "mfa_serial = arn:aws:iam::123456789012:mfa/alice\n";
const sso = "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = R\n" +
  "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n";
const older = "sso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n" +
  "sso_account_id = 123456789012\nsso_role_name = R\n";
const loginOf = "arn:aws:iam::123456789012:user/alice";
const adopted = `credential_process = stsmfa process a\nstsmfa =\n  source_profile = k\n  ${role}`;

interface Sound {
  readonly config: string;
  readonly credentials?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (home: Home) => Promise<void>;
}

/** Set-ups of a profile `a` of every kind, in which nothing is wrong. */
const sound: Readonly<Record<string, Sound>> = {
  "keys of its own": { config: "", credentials: longTerm("a") },
  "keys of its own, and a role that they assume": {
    config: `[profile a]\n${role}source_profile = a\n`,
    credentials: longTerm("a"),
  },
  "a stsmfa block": { config: `[profile a]\nstsmfa =\n  source_profile = k\n  ${role}  ${serial}` },
  "a stsmfa block on another one": {
    config: `[profile a]\nstsmfa =\n  source_profile = b\n  ${role}` +
      `[profile b]\nstsmfa =\n  source_profile = k\n  ${role}`,
  },
  "keys beside it, without a session": { config: "", credentials: longTerm("a-long-term") },
  "keys beside it, and a session": {
    config: "",
    credentials: longTerm("a-long-term") + session("a", "2026-03-04T12:00:00Z"),
  },
  "a session of another tool": { config: "", credentials: session("a") },
  "a standard role": { config: `[profile a]\n${role}source_profile = k\n` },
  "a standard role on a session of stsmfa": {
    config: `[profile a]\n${role}source_profile = me\n`,
    credentials: longTerm("me-long-term") + session("me", "2026-03-04T12:00:00Z"),
  },
  "a standard role on a session of another tool": {
    config: `[profile a]\n${role}source_profile = saml\n`,
    credentials: session("saml", "2026-03-04T12:00:00Z"),
  },
  "a role that was adopted": { config: `[profile a]\n${adopted}` },
  "a role on one that was adopted": {
    config: `[profile a]\n${role}source_profile = b\n` +
      `[profile b]\n${adopted.replace("process a", "process b")}`,
  },
  "a chain of four roles": {
    config: ["b", "c", "d", "k"].map((source, at) =>
      `[profile ${"abcd"[at]}]\n${role}source_profile = ${source}\nexternal_id = x${at}\n`
    ).join(""),
  },
  "a process": { config: "[profile a]\ncredential_process = /bin/sh -c other\n" },
  "a role on a process": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\ncredential_process = /bin/sh\n`,
  },
  "IAM Identity Center": {
    config: `[profile a]\n${sso}`,
    prepare: (home) => signIn(home, "corp"),
  },
  "the older IAM Identity Center": {
    config: `[profile a]\n${older}`,
    prepare: (home) => signIn(home, "https://corp.awsapps.com/start"),
  },
  "a role on IAM Identity Center": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\n${sso}`,
    prepare: (home) => signIn(home, "corp"),
  },
  "a token in a file": {
    config: `[profile a]\n${role}web_identity_token_file = /dev/null\n`,
    prepare: async (home) => {
      await home.test.write("token", "eyJhbGciOi...");
      const file = `[profile a]\n${role}web_identity_token_file = ${home.test.path("token")}\n`;
      await home.test.write(".aws/config", file);
    },
  },
  "the instance": { config: `[profile a]\n${role}credential_source = Ec2InstanceMetadata\n` },
  "the container": {
    config: `[profile a]\n${role}credential_source = EcsContainer\n`,
    env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" },
  },
  "a session of aws login": {
    config: `[profile a]\nlogin_session = ${loginOf}\n`,
    env: { AWS_LOGIN_CACHE_DIRECTORY: "/nosuch" },
    prepare: async (home) => {
      home.test.env["AWS_LOGIN_CACHE_DIRECTORY"] = home.test.path("login");
      await keepLogin(home);
    },
  },
};

async function keepLogin(home: Home): Promise<void> {
  const { digest } = await import("../../../lib/digest.ts");
  const kept = {
    accessToken: {
      accessKeyId: "ASIAOTHEROTHEROTHER2",
      secretAccessKey: "hunter2",
      sessionToken: "hunter2",
      accountId: "123456789012",
      expiresAt: "2026-03-04T05:16:07Z",
    },
    clientId: "arn:aws:signin:::devtools/same-device",
    refreshToken: "hunter2",
    dpopKey: "hunter2",
  };
  await home.test.write(`login/${await digest(loginOf)}.json`, JSON.stringify(kept));
}

for (const [name, { credentials = "", ...rest }] of Object.entries(sound)) {
  for (const args of [[], ["a"]]) {
    const isOwnKeys = name === "keys of its own" && args.length > 0;
    testDoctor({
      [`nothing wrong with ${name}${args.length > 0 ? ", by name" : ""}`]: {
        credentials: alicesFile + longTerm("k") + credentials,
        ...rest,
        args,
        finds: isOwnKeys ? [["note", "SourceIsTarget", "~/.aws/credentials:9", "--adopt"]] : [],
      },
    });
  }
}

testDoctor({
  "nothing wrong with what is no profile of anybody's, but settings": {
    config: "[profile a]\nregion = eu-west-1\n[profile b]\nsso_session = corp\n" +
      "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n",
    finds: [],
  },
  "settings without credentials, by name": {
    config: "[profile a]\nregion = eu-west-1\n",
    args: ["a"],
    finds: [["problem", "LongTermCredentialsMissing", "profile a", "stsmfa init a"]],
  },
});

testDoctor({
  "sign-ins that are not there, each once": {
    config: `[profile a]\n${sso}[profile b]\n${sso.replace(/\[sso-session[^]*/, "")}` +
      `[profile c]\n${older}[profile d]\nlogin_session = ${loginOf}\n`,
    finds: [
      ["warning", "SessionExpired", `${config}:2`, "aws sso login --profile a"],
      ["warning", "SessionExpired", `${config}:15`, "aws sso login --profile c"],
      ["warning", "SessionExpired", `${config}:18`, "aws login --profile d"],
    ],
  },
  "what another shell or machine has, each once": {
    config: `[profile a]\n${role}credential_source = Environment\n` +
      `[profile b]\n${role}credential_source = Environment\n` +
      `[profile c]\n${role}credential_source = EcsContainer\n` +
      `[profile d]\n${role}web_identity_token_file = /nosuch\n` +
      `[profile e]\n${role}web_identity_token_file = /nosuch\n`,
    finds: [
      ["warning", "InvalidSetting", `${config}:3`, "set AWS_ACCESS_KEY_ID"],
      ["warning", "InvalidSetting", `${config}:9`, "ECS, EKS, CloudShell"],
      ["warning", "InvalidSetting", `${config}:12`, "whatever writes the token"],
    ],
  },
  "a session that a role is made with, and that is over": {
    credentials: alicesFile + session("saml", "2026-03-04T05:00:00Z"),
    config:
      `[profile a]\n${role}source_profile = saml\n[profile b]\n${role}source_profile = saml\n`,
    finds: [["warning", "SessionExpired", `${credentials}:6`, "renew it with the tool"]],
  },
  "a session of the config file that is over": {
    config: `[profile a]\n${role}source_profile = saml\n` +
      session("profile saml", "2026-03-04T05:00:00Z"),
    args: ["a"],
    finds: [["warning", "SessionExpired", `${config}:5`, "renew it with the tool"]],
  },
  "a session without its token": {
    credentials: `${alicesFile}[a]\naws_access_key_id = ASIAOLDOLDOLDOLDOLD2\n` +
      "aws_secret_access_key = hunter2\n",
    finds: [[
      "problem",
      "LongTermCredentialsMissing",
      `${credentials}:6`,
      "renew the session with the tool",
    ]],
  },
});
