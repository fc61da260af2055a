import { assertEquals } from "@std/assert";
import { config, credentials, doctor, testDoctor } from "../../support/doctor.ts";
import { alicesFile, longTerm, openHome } from "../../support/homes.ts";

const twins = longTerm("default-long-term").replace("[default-long-term]\n", "");

testDoctor({
  "each line that the AWS CLI can't read": {
    credentials: `\ufeffstray\n${alicesFile}${twins}\n [other]\n`,
    finds: [
      ["problem", "UnparsableFile", `${credentials}:1`, "without a byte order mark"],
      ["problem", "UnparsableFile", `${credentials}:1`, "in an editor"],
      ["problem", "UnparsableFile", `${credentials}:6`, "remove or rename"],
      ["problem", "UnparsableFile", `${credentials}:7`, "remove or rename"],
      ["problem", "UnparsableFile", `${credentials}:9`, "remove the space"],
    ],
  },
  "a header that is cut, and nothing of the keys below it": {
    credentials: `[default\n${twins}`,
    config: "[default]\nregion = a\n[profile a\nregion = b\n[profile b]\nregion = c\nregion = d\n",
    finds: [
      ["problem", "UnparsableFile", `${config}:3`, "add the ]"],
      ["problem", "UnparsableFile", `${config}:7`, "remove or rename"],
      ["problem", "UnparsableFile", `${credentials}:1`, "add the ]"],
    ],
  },
  "headers of the credentials file that SDKs read differently": {
    credentials:
      `${alicesFile}[ a ]\n["b"]\n[profile c]\n[d]# note\n[DEFAULT]\n[__proto__]\n[e f]\n[g] # fine\n`,
    finds: [
      ["problem", "UnlikeHeader", `${credentials}:5`, "[a]"],
      ["problem", "UnlikeHeader", `${credentials}:6`, "[b]"],
      ["problem", "UnlikeHeader", `${credentials}:7`, "[c]"],
      ["problem", "UnlikeHeader", `${credentials}:8`, "[d] alone"],
      ["problem", "UnlikeHeader", `${credentials}:9`, "[default]"],
      ["problem", "UnlikeHeader", `${credentials}:10`, "rename"],
      ["warning", "UnlikeHeader", `${credentials}:11`, "without spaces"],
    ],
  },
  "headers of the config file that SDKs read differently": {
    config: [
      "[default]",
      "[sso-session s]",
      "[services s]",
      "[preview]",
      "[profile fine]",
      "[a]",
      "[ profile b ]",
      "[profile  c]",
      '[profile "d e"]',
      '[profile "f"]',
      "[profile g h]",
      "[profile i] junk",
      "",
    ].join("\n"),
    finds: [
      ["problem", "UnlikeHeader", `${config}:6`, "[profile a]"],
      ["problem", "UnlikeHeader", `${config}:7`, "[profile b]"],
      ["problem", "UnlikeHeader", `${config}:8`, "[profile c]"],
      ["problem", "UnlikeHeader", `${config}:11`, "without spaces"],
      ["problem", "UnlikeHeader", `${config}:12`, "[profile i] alone"],
      ["warning", "UnlikeHeader", `${config}:9`, "without spaces"],
      ["warning", "UnlikeHeader", `${config}:10`, "[profile f]"],
    ],
  },
  "keys that SDKs read differently": {
    credentials:
      `${alicesFile}[a]\nAWS_Access_Key_Id = ASIA2\naws_secret_access_key: hunter2\naws_session_token = hunter2 # note\nmanager: me # fine\n`,
    config: "[profile a]\nRegion: eu-west-1\ns3 =\n  Region = x\noutput = json\n",
    finds: [
      ["problem", "UnlikeKey", `${credentials}:6`, "write it as aws_access_key_id"],
      ["problem", "UnlikeKey", `${credentials}:7`, "aws_secret_access_key = ..."],
      ["problem", "InlineComment", `${credentials}:8`, "a line of its own"],
      ["warning", "UnlikeKey", `${config}:2`, "write it as region"],
      ["warning", "UnlikeKey", `${config}:2`, "region = ..."],
    ],
  },
});

testDoctor({
  "values in quotes": {
    credentials:
      `${alicesFile}aws_mfa_device = "arn:aws:iam::123456789012:mfa/alice"\n[a]\naws_access_key_id = 'AKIAOTHEROTHEROTHER2'\naws_secret_access_key = \u201chunter2\u201d\n`,
    config:
      '[profile b]\nrole_arn = arn:aws:iam::222222222222:role/R\nsource_profile = "default"\n[profile c]\nstsmfa =\n  source_profile = "default"\n[profile d]\ncredential_process = "/bin/sh" x\n',
    finds: [
      ["problem", "QuotedValue", `${credentials}:5`, "remove the quotes"],
      ["problem", "QuotedValue", `${credentials}:7`, "remove the quotes"],
      ["problem", "QuotedValue", `${credentials}:8`, "remove the quotes"],
      ["problem", "QuotedValue", `${config}:3`, "remove the quotes"],
      ["problem", "QuotedValue", `${config}:6`, "remove the quotes"],
    ],
  },
  "what is no MFA device, once": {
    credentials: `${alicesFile}aws_mfa_device = hunter2-hunter2\n`,
    config:
      "[profile a]\nmfa_serial = arn:aws:iam::123456789012:user/dev/bob\n[profile b]\nmfa_serial = GAHT12345678\n[profile c]\nmfa_serial =\n",
    finds: [
      ["problem", "InvalidSetting", `${credentials}:5`, "arn:aws:iam::123456789012:mfa/alice"],
      ["problem", "InvalidSetting", `${config}:2`, "try arn:aws:iam::123456789012:mfa/bob"],
    ],
  },
  "keys that are spelt as nobody reads them": {
    credentials:
      `${alicesFile}[a]\naws-access-key-id = ASIA2\nsecret_access_key = hunter2\nawsSessionToken = hunter2\n`,
    config: [
      "[DEFAULT]",
      "aws_default_output = json",
      "[profiles b]",
      "ca-bundle = x",
      "aws_default_region = eu-west-1",
      "default_region = eu-west-1",
      "AWS_ROLE_ARN = x",
      "aws_secret_key = hunter2",
      "mfa-serial = arn:aws:iam::123456789012:mfa/alice",
      "x_region = y",
      "_ca_bundle = y",
      "aws_profile = y",
      "[services s]",
      "aws_region = y",
    ].join("\n"),
    finds: [
      ["problem", "UnlikeHeader", `${config}:1`, "[default]"],
      ["problem", "UnlikeHeader", `${config}:3`, "[profile b]"],
      ["warning", "UnknownKey", `${credentials}:6`, "write it as aws_access_key_id"],
      ["warning", "UnknownKey", `${credentials}:7`, "write it as aws_secret_access_key"],
      ["warning", "UnknownKey", `${credentials}:8`, "write it as aws_session_token"],
      ["warning", "UnknownKey", `${config}:2`, "write it as output"],
      ["warning", "UnknownKey", `${config}:4`, "write it as ca_bundle"],
      ["warning", "UnknownKey", `${config}:5`, "write it as region"],
      ["warning", "UnknownKey", `${config}:6`, "write it as region"],
      ["warning", "UnknownKey", `${config}:7`, "write it as role_arn"],
      ["warning", "UnknownKey", `${config}:8`, "write it as aws_secret_access_key"],
      ["warning", "UnknownKey", `${config}:9`, "write it as mfa_serial"],
    ],
  },
  "a profile that is spelt twice, and headers that only botocore reads": {
    config: [
      "[default]",
      "[profile x]",
      '[profile "x"]',
      "[profile\ty]",
      "[profile: 'z']",
      "[profile default]",
      "[sso-session  s]",
      "",
    ].join("\n"),
    finds: [
      ["problem", "UnlikeHeader", `${config}:3`, "merge them into one [profile x]"],
      ["problem", "UnlikeHeader", `${config}:5`, "[profile z]"],
      ["problem", "UnlikeHeader", `${config}:6`, "merge them into one [default]"],
      ["problem", "UnlikeHeader", `${config}:7`, "[sso-session s]"],
      ["warning", "UnlikeHeader", `${config}:3`, "[profile x]"],
    ],
  },
  "stsmfa blocks that are not read": {
    credentials: `${alicesFile}[a]\nstsmfa =\n  hooks = docker\n`,
    config: "[profile a]\nregion = eu-west-1\n[b]\nstsmfa =\n  hooks = docker\n" +
      "[profile c]\nstsmfa =\n  region = eu-west-1\n[profile  c]\n",
    finds: [
      ["problem", "UnlikeHeader", `${config}:3`, "[profile b]"],
      ["problem", "UnlikeHeader", `${config}:9`, "[profile c]"],
      ["problem", "UnlikeHeader", `${config}:9`, "merge them into one [profile c]"],
      ["problem", "InvalidSetting", `${credentials}:6`, "move it to [profile a] of"],
      ["problem", "InvalidSetting", `${config}:7`, "move it to [profile  c] of"],
      ["problem", "InvalidSetting", `${config}:4`, "move it to [profile b] of"],
    ],
  },
  "keys that are misspelt, and no others": {
    credentials: `${alicesFile}[a]\naws_acces_key_id = x\n`,
    config: [
      "[profile a]",
      "mfa_serail = arn:aws:iam::123456789012:mfa/alice",
      "source-profile = b",
      "s3 =",
      "  mfa_serail = x",
      ...["include_profile", "parent_profile", "mfa_process", "role_duration", "assume_role"]
        .map((key) => `${key} = x`),
      ...["_mfa_serial", "role_arn_2", "sso_account_name", "manager", "aws_account_id"]
        .map((key) => `${key} = x`),
      "[sso-session s]",
      "sso_start_uri = x",
      "[plugins]",
      "sso_start_uri = x",
    ].join("\n"),
    finds: [
      ["warning", "UnknownKey", `${credentials}:6`, "write it as aws_access_key_id"],
      ["warning", "UnknownKey", `${config}:2`, "write it as mfa_serial"],
      ["warning", "UnknownKey", `${config}:3`, "write it as source_profile"],
      ["warning", "UnknownKey", `${config}:17`, "write it as sso_start_url"],
    ],
  },
});

for (
  const broken of [
    `${alicesFile}aws_secret_access_key = hunter2\n`,
    `${alicesFile}hunter2/on+a/line+of+its+own\n`,
    `aws_secret_access_key = hunter2\n${alicesFile}`,
    `[default-long-term\naws_secret_access_key = hunter2\n`,
    `${alicesFile}  hunter2\n[a]\naws_session_token = x #hunter2\n`,
  ]
) {
  Deno.test(`doctor shows no secret of a broken file: ${JSON.stringify(broken.slice(-40))}`, async () => {
    await using home = await openHome({ credentials: broken, nobody: true, network: false });
    assertEquals((await doctor(home, "--offline")).status, 3);
    assertEquals(await home.run("doctor", "--offline"), 3);
    assertEquals(home.test.output.includes("hunter2"), false);
  });
}
