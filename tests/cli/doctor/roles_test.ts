import { config, credentials, testDoctor } from "../../support/doctor.ts";
import { alicesFile, longTerm, session } from "../../support/homes.ts";

const role = "role_arn = arn:aws:iam::222222222222:role/R\n";
const serial = "mfa_serial = arn:aws:iam::123456789012:mfa/alice\n";
const sso = "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = R\n" +
  "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n";

for (
  const [name, text] of Object.entries({
    "a process": "[profile a]\ncredential_process = /bin/sh -c other\n",
    "stsmfa, asked for another": "[profile a]\ncredential_process = stsmfa process default\n",
    "a session of Identity Center": `[profile a]\n${sso}`,
    "the older Identity Center": "[profile a]\nsso_start_url = https://corp.awsapps.com/start\n",
    "a token": `[profile a]\n${role}web_identity_token_file = /var/token\n`,
    "the machine": `[profile a]\n${role}credential_source = Ec2InstanceMetadata\n`,
    "a role of one from Identity Center":
      `[profile a]\n${role}source_profile = b\n[profile b]\n${sso}`,
    "a role of a role":
      `[profile a]\n${role}source_profile = b\n[profile b]\n${role}source_profile = k\n`,
  })
) {
  for (const args of [[], ["a"]]) {
    testDoctor({
      [`nothing wrong with a profile that has its credentials from ${name}: ${args}`]: {
        credentials: alicesFile + longTerm("k"),
        config: text,
        args,
        finds: [],
      },
    });
  }
}

testDoctor({
  "nothing wrong with a session that another tool made": {
    credentials: alicesFile + session("a"),
    args: ["a"],
    finds: [],
  },
  "a profile whose process asks for the profile itself": {
    config: "[profile a]\ncredential_process = stsmfa process a\n",
    args: ["a"],
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
    finds: [["problem", "InvalidSetting", `${config}:3`, "credentials of its own"]],
  },
  "sources in a circle, once": {
    config: `[profile b]\n${role}source_profile = a\n[profile a]\n${role}source_profile = b\n`,
    finds: [["problem", "InvalidSetting", `${config}:3`, "credentials of its own"]],
  },
  "a role without a source": {
    config: `[profile a]\n${role}`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "add source_profile = default"]],
  },
  "a role whose source is misspelt": {
    config: `[profile a]\n${role}source_profil = default\n`,
    finds: [["problem", "InvalidSetting", `${config}:3`, "write it as source_profile"]],
  },
  "a role with two sources": {
    config: `[profile a]\n${role}source_profile = default\ncredential_source = Environment\n`,
    finds: [["problem", "InvalidSetting", `${config}:4`, "remove one of the two"]],
  },
  "a source without credentials": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\nregion = eu-west-1\n`,
    finds: [["problem", "InvalidSetting", `${config}:3`, "name a profile that has credentials"]],
  },
  "a source whose source is not followed": {
    config: `[profile a]\n${role}source_profile = b\n[profile b]\nsource_profile = default\n`,
    finds: [["problem", "InvalidSetting", `${config}:3`, "only beside a role_arn"]],
  },
  "a source that is not there": {
    config: `[profile a]\n${role}source_profile = defualt\n`,
    finds: [["problem", "ProfileNotFound", `${config}:3`, "did you mean default?"]],
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
      ["warning", "RivalCredentials", `${config}:3`, "remove"],
      ["warning", "PartialCredentials", `${config}:2`, "remove the line"],
    ],
  },
  "an sso_session that is not there": {
    config: `[profile a]\nsso_session = crop\n[profile b]\n${sso}`,
    finds: [["problem", "InvalidSetting", `${config}:2`, "did you mean corp?"]],
  },
  "a process that is no program": {
    config: `[profile a]\ncredential_process = "/nosuch/program" --json\n`,
    finds: [["problem", "CommandNotFound", `${config}:2`, "correct its path"]],
  },
  "a process that only a shell finds": {
    config: `[profile a]\ncredential_process = ~/bin/program\n`,
    finds: [["problem", "UnexpandedPath", `${config}:2`, "the whole path"]],
  },
  "two sections of the default profile": {
    config: `[default]\nregion = eu-west-1\n[profile default]\noutput = json\n[profile a]\n` +
      `${role}source_profile = default\n`,
    finds: [["problem", "UnlikeHeader", `${config}:3`, "merge them into one [default]"]],
  },
  "a code that AWS takes no more": {
    config: `[profile a]\n${role}source_profile = default\n${serial}`,
    finds: [["warning", "InvalidSetting", `${config}:4`, "source_profile = default-long-term"]],
  },
});

testDoctor({
  "an sso_session that is not there, beside keys that are to take a role": {
    credentials: longTerm("a"),
    config: `[profile a]\n${role}source_profile = a\nsso_session = nosuch\n`,
    finds: [["problem", "InvalidSetting", `${config}:4`, "aws configure sso-session"]],
  },
  "what is wrong at the end of a chain of roles, by name": {
    config:
      `[profile a]\n${role}source_profile = b\n[profile b]\n${role}source_profile = c\n[profile c]\ncredential_process = /nosuch\n`,
    args: ["a"],
    finds: [["problem", "CommandNotFound", `${config}:8`, "correct its path"]],
  },
  "nothing wrong with a source whose own role is not taken, by name": {
    credentials: longTerm("c"),
    config: `[profile a]\n${role}source_profile = c\n[profile c]\nregion = eu-west-1\n` +
      `source_profile = nosuch\n`,
    args: ["a"],
    finds: [],
  },
  "nothing wrong with a process that a role keeps from being run": {
    config: `[profile a]\n${role}source_profile = default\ncredential_process = /nosuch\n`,
    finds: [],
  },
  "a role without a source that stsmfa serves": {
    config: `[profile a]\n${role}stsmfa =\n  source_profile = default\n`,
    finds: [["warning", "InvalidSetting", `${config}:2`, "into the profile's stsmfa block"]],
  },
  "nothing wrong with a code that AWS takes of long-term keys": {
    credentials: longTerm("k"),
    config: `[profile a]\n${role}source_profile = k\n${serial}`,
    finds: [],
  },
  "nothing wrong with a code for a session of another tool": {
    credentials: alicesFile + session("k"),
    config: `[profile a]\n${role}source_profile = k\n${serial}`,
    finds: [],
  },
  "nothing wrong with a role on keys of the profile itself": {
    credentials: alicesFile,
    config: `[profile a]\n${role}source_profile = a\n${longTerm("a").replace("[a]\n", "")}`,
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
});
