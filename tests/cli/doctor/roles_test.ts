import { config, credentials, signIn, testDoctor } from "../../support/doctor.ts";
import { alicesFile, longTerm, session } from "../../support/homes.ts";

const role = "role_arn = arn:aws:iam::222222222222:role/R\n";
const serial = "mfa_serial = arn:aws:iam::123456789012:mfa/alice\n";
const sso = "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = R\n" +
  "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n";

const adopted = (name: string) =>
  `credential_process = stsmfa process ${name}\nstsmfa =\n  source_profile = k\n  ${role}`;

testDoctor({
  "nothing wrong with a session that another tool made": {
    credentials: alicesFile + session("a"),
    args: ["a"],
    finds: [],
  },
  "a profile whose process asks for the profile itself, by name": {
    config: "[profile a]\ncredential_process = stsmfa process a\n",
    args: ["a"],
    finds: [["problem", "LongTermCredentialsMissing", "profile a", "stsmfa init a"]],
  },
  "a profile whose process asks for the profile itself": {
    config: "[profile a]\ncredential_process = stsmfa process a\n",
    finds: [["problem", "LongTermCredentialsMissing", "profile a", "stsmfa init a"]],
  },
});

/** A config file with something wrong, found by name and without. */
function testBoth(rows: Readonly<Record<string, Parameters<typeof testDoctor>[0][string]>>): void {
  for (const [name, row] of Object.entries(rows)) {
    testDoctor({ [name]: row, [`${name}, by name`]: { ...row, args: ["a"] } });
  }
}

testBoth({
  "a profile that is its own source": {
    config: `[profile a]\n${role}source_profile = a\n`,
    finds: [["problem", "InvalidSetting", `${config}:3`, "the last source_profile be the one"]],
  },
  "a role without a source": {
    config: `[profile a]\n${role}`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "source_profile = NAME"]],
  },
  "a role whose source is misspelt, once": {
    config: `[profile a]\n${role}source_profil = default\n`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "write it as source_profile"]],
  },
  "a role with two sources": {
    config: `[profile a]\n${role}source_profile = default\ncredential_source = Environment\n`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "keep one of them"]],
  },
  "a source that nobody knows": {
    config: `[profile a]\n${role}credential_source = Enviroment\n`,
    finds: [["problem", "InvalidSetting", `${config}:3`, "did you mean Environment?"]],
  },
  "a source without credentials": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\nregion = eu-west-1\n`,
    finds: [["problem", "LongTermCredentialsMissing", `${config}:3`, "stsmfa init b"]],
  },
  "a source whose source is not followed": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\nsource_profile = default\n`,
    finds: [["problem", "LongTermCredentialsMissing", `${config}:3`, "stsmfa init b"]],
  },
  "a source that is not there": {
    config: `[profile a]\n${role}source_profile = defualt\n`,
    finds: [["problem", "InvalidSetting", `${config}:3`, "did you mean default?"]],
  },
  "half a key": {
    credentials: `${alicesFile}[a]\naws_access_key_id = AKIAOTHEROTHEROTHER2\n`,
    finds: [["problem", "PartialCredentials", `${credentials}:6`, "add aws_secret_access_key"]],
  },
  "the other half of a key": {
    credentials: `${alicesFile}[a]\naws_secret_access_key = hunter2\n`,
    finds: [["problem", "PartialCredentials", `${credentials}:6`, "add aws_access_key_id"]],
  },
  "half a key that stsmfa is to use": {
    credentials: `${alicesFile}[a-long-term]\naws_access_key_id = AKIAOTHEROTHEROTHER2\n`,
    finds: [["problem", "PartialCredentials", `${credentials}:6`, "add aws_secret_access_key"]],
  },
  "half a key that is to take a role": {
    config: `[profile a]\n${role}source_profile = a\naws_access_key_id = x\n`,
    finds: [["problem", "PartialCredentials", `${config}:4`, "add aws_secret_access_key"]],
  },
  "half a key that is not used": {
    config: "[profile a]\naws_access_key_id = x\ncredential_process = /bin/sh x\n",
    finds: [
      ["warning", "PartialCredentials", `${config}:2`, "remove the line"],
      ["warning", "RivalCredentials", `${config}:3`, "remove"],
    ],
  },
  "an sso_session that is not there": {
    config: `[profile a]\nsso_session = crop\n[profile b]\n${sso}`,
    prepare: (home) => signIn(home, "corp"),
    finds: [["problem", "InvalidSetting", `${config}:2`, "did you mean corp?"]],
  },
  "an sso_session that is not there, of a role": {
    config: `[profile a]\n${sso.replace("= corp", "= crop")}`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "aws configure sso-session"]],
  },
  "an incomplete role of Identity Center": {
    config: `[profile a]\n${sso.replace(/sso_account_id.*\n/, "")}`,
    finds: [["problem", "InvalidSetting", `${config}:3`, "aws configure sso"]],
  },
  "a role of Identity Center that contradicts its session": {
    config: `[profile a]\nsso_region = us-east-1\n${sso}`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "take one of them away"]],
  },
  "a role of a token that is no role": {
    config: `[profile a]\nrole_arn = R\nweb_identity_token_file = /nosuch\n`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "write it like arn:aws:iam"]],
  },
  "a token without a role": {
    config: `[profile a]\nweb_identity_token_file = /nosuch\n`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "correct it"]],
  },
  "a process that is no program": {
    config: `[profile a]\ncredential_process = "/nosuch/program" --json\n`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "correct the path"]],
  },
  "a process that only a shell finds": {
    config: `[profile a]\ncredential_process = ~/bin/program\n`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "the full path"]],
  },
  "a process that cannot be split into words": {
    config: `[profile a]\ncredential_process = /bin/sh "x\n`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "write it like"]],
  },
  "a role that is none": {
    config: `[profile a]\nrole_arn = R\nsource_profile = default-long-term\n`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "write it like arn:aws:iam"]],
  },
  "a duration that is none": {
    config: `[profile a]\n${role}source_profile = default-long-term\nduration_seconds = long\n`,
    finds: [["problem", "InvalidSetting", `${config}:4`, "write seconds"]],
  },
  "two sections of the default profile": {
    credentials: longTerm("default"),
    config: `[default]\nregion = eu-west-1\n[profile default]\noutput = json\n[profile a]\n` +
      `${role}source_profile = default\n`,
    args: ["a"],
    finds: [["problem", "UnlikeHeader", `${config}:3`, "merge them into one [default]"]],
  },
  "a code that AWS takes no more": {
    credentials: alicesFile + session("default", "2026-03-04T12:00:00Z"),
    config: `[profile a]\n${role}source_profile = default\n${serial}`,
    finds: [["warning", "InvalidSetting", `${config}:4`, "stsmfa init a --adopt"]],
  },
  "a source that stsmfa has written no session to": {
    config: `[profile a]\n${role}source_profile = default\n`,
    finds: [["note", "NoSession", `${config}:3`, "stsmfa default, or: stsmfa exec a -- COMMAND"]],
  },
  "a source that AWS's tools cannot use": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\nstsmfa =\n` +
      `  source_profile = default-long-term\n  target_profile = c\n`,
    finds: [["warning", "NoCredentials", `${config}:3`, "stsmfa exec a -- COMMAND"]],
  },
});

testDoctor({
  "sources in a circle, once": {
    config: `[profile b]\n${role}source_profile = a\n[profile a]\n${role}source_profile = b\n` +
      `[profile c]\n${role}source_profile = a\n`,
    finds: [["problem", "InvalidSetting", `${config}:6`, "the last source_profile be the one"]],
  },
  "sources in a circle, by name": {
    config: `[profile b]\n${role}source_profile = a\n[profile a]\n${role}source_profile = b\n`,
    args: ["a"],
    finds: [["problem", "InvalidSetting", `${config}:3`, "the last source_profile be the one"]],
  },
  "a fault at the end of several chains, once": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\n${role}source_profile = c\n` +
      `[profile d]\n${role}source_profile = b\n[profile c]\n${role}source_profile = nosuch\n`,
    finds: [["problem", "InvalidSetting", `${config}:12`, "correct it"]],
  },
  "a fault of a stsmfa block on the way, once": {
    config: `[profile a]\nstsmfa =\n  source_profile = b\n[profile b]\n` +
      `region = eu-west-1\nstsmfa =\n  source_profile = defualt\n`,
    finds: [["problem", "InvalidSetting", `${config}:7`, "did you mean default?"]],
  },
  "an sso_session that is not there, beside keys that are used": {
    credentials: longTerm("a"),
    config: `[profile a]\n${role}source_profile = a\nsso_session = nosuch\n`,
    finds: [["warning", "InvalidSetting", `${config}:4`, "aws configure sso-session"]],
  },
  "an older Identity Center without a role, by name": {
    config: "[profile a]\nsso_start_url = https://corp.awsapps.com/start\n",
    args: ["a"],
    finds: [[
      "problem",
      "LongTermCredentialsMissing",
      "profile a",
      "aws configure sso --profile a",
    ]],
  },
  "what is wrong at the end of a chain of roles, by name": {
    config:
      `[profile a]\n${role}source_profile = b\n[profile b]\n${role}source_profile = c\n[profile c]\ncredential_process = /nosuch\n`,
    args: ["a"],
    finds: [["problem", "InvalidSetting", `${config}:8`, "correct the path"]],
  },
  "nothing wrong with a source whose own role is not taken, by name": {
    credentials: longTerm("c"),
    config: `[profile a]\n${role}source_profile = c\n[profile c]\nregion = eu-west-1\n` +
      `source_profile = nosuch\n`,
    args: ["a"],
    finds: [],
  },
  "nothing wrong with a process that a role keeps from being run": {
    credentials: longTerm("c"),
    config: `[profile a]\n${role}source_profile = c\ncredential_process = /nosuch\n`,
    finds: [],
  },
  "a role without a source that stsmfa serves": {
    config: `[profile a]\n${role}stsmfa =\n  source_profile = default\n`,
    finds: [["warning", "TargetIsShadowed", `${config}:2`, "into the profile's stsmfa block"]],
  },
  "what AWS's tools do before they ask stsmfa": {
    credentials: longTerm("k"),
    config: `[profile a]\n${adopted("a")}${role}source_profile = k\n` +
      `[profile b]\n${adopted("b")}${sso.replace(/\[[^]*/, "")}` +
      `[profile c]\n${adopted("c")}${role}` +
      `[sso-session corp]\nsso_start_url = https://x.test\nsso_region = eu-west-1\n`,
    finds: [
      ["warning", "NotAsked", `${config}:6`, "remove role_arn"],
      ["warning", "NotAsked", `${config}:14`, "remove sso_account_id"],
      ["warning", "NotAsked", `${config}:21`, "source_profile = NAME"],
    ],
  },
  "long-term keys that those of the profile itself keep from use": {
    credentials: longTerm("a") + longTerm("a-long-term"),
    finds: [["warning", "RivalCredentials", `${credentials}:5`, "remove one of the two"]],
  },
  "a token that aws configure has left": {
    credentials: session("a").replace("ASIA", "AKIA"),
    finds: [["problem", "StaleSessionToken", `${credentials}:4`, "remove the line"]],
  },
  "nothing wrong with a code for a session of another tool": {
    credentials: alicesFile + session("k"),
    config: `[profile a]\n${role}source_profile = k\n${serial}`,
    finds: [],
  },
  "nothing wrong with profiles of aws-vault": {
    config:
      `[profile a]\n${role}source_profile = jon\n[profile jon]\n${serial}[profile b]\n${role}`,
    prepare: (home) => home.test.write(".awsvault/keys/jon", ""),
    finds: [],
  },
  "nothing wrong with profiles that aws-vault alone reads": {
    config: `[profile a]\n${role}source_profile = jon\n[profile jon]\ninclude_profile = x\n`,
    finds: [],
  },
  "nothing wrong with a user of aws-vault": {
    config:
      `[profile a]\n${role}source_profile = jon\n[profile jon]\n${serial}[profile b]\n${role}`,
    prepare: (home) => home.test.write(".awsvault/keys/jon", ""),
    args: ["jon"],
    finds: [],
  },
  "a source that is not there, whatever other tool there is": {
    config: `[profile a]\n${role}source_profile = jon\n`,
    prepare: (home) => home.test.write(".awsvault/keys/jon", ""),
    finds: [["problem", "InvalidSetting", `${config}:3`, "correct it"]],
  },
});
