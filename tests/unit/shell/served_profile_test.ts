import { assert, assertEquals, assertThrows } from "@std/assert";
import { type AwsFiles, parseAwsFile } from "../../../lib/aws_files/read.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { givesCredentials, servedConfig } from "../../../lib/shell/served_profile.ts";

function files(config: string, credentials = ""): AwsFiles {
  const file = (path: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    return { path, bytes, document: parseAwsFile(path, bytes) };
  };
  return { config: file("config", config), credentials: file("credentials", credentials) };
}

/** Returns what the copy has more than the file. */
function added(theirs: AwsFiles, name: string, region?: string, own = theirs): string {
  const { profile, text } = servedConfig(theirs, own, name, region);
  const before = new TextDecoder().decode(theirs.config.bytes);
  assert(text.startsWith(before), text);
  assert(text.includes(`[profile ${profile}]`));
  return text.slice(before.length).trimStart();
}

Deno.test("the profile has the settings of the real one, and nothing that gives credentials", () => {
  const config = `[profile prod]
# the comment stays where it is
region = eu-west-1
role_arn = arn:aws:iam::1:role/x
source_profile = me
mfa_serial = x
external_id = y
duration_seconds = 900
output = yaml
cli_pager = less -R
s3 =
  addressing_style = path
  max_concurrent_requests = 5
stsmfa =
  hooks = docker
services = mine
[services mine]
sts =
  endpoint_url = https://sts.example
`;
  assertEquals(
    added(files(config), "prod", "us-east-1"),
    `[profile prod-served]
region = us-east-1
output = yaml
cli_pager = less -R
s3 =
  addressing_style = path
  max_concurrent_requests = 5
services = mine
`,
  );
});

Deno.test("it is there for every SDK, even if it has nothing to say", () => {
  assertEquals(added(files(""), "prod"), "[profile prod-served]\noutput = json\n");
});

Deno.test("its name is one that nobody has, and that every SDK reads", () => {
  const names: Record<string, [name: string, config: string, credentials: string]> = {
    "prod-served": ["prod", "", ""],
    "prod-served-2": ["prod", "[profile prod-served]\nregion = x\n", ""],
    "prod-served-3": ["prod", "[profile prod-served]\n", "[prod-served-2]\n"],
    "stsmfa-served": ["two words", '[profile "two words"]\nregion = x\n', ""],
    "stsmfa-served-2": ["pröd", "[profile stsmfa-served]\n", ""],
    "a.b@c:d-served": ["a.b@c:d", "", ""],
  };
  for (const [expected, [name, config, credentials]] of Object.entries(names)) {
    const theirs = files(config, credentials);
    assertEquals(servedConfig(theirs, theirs, name, undefined).profile, expected);
  }
});

Deno.test("settings come from the person's files, and the rest from those that programs read", () => {
  const theirs = files("[profile other]\nregion = x\n");
  const own = files("[profile prod]\noutput = text\n");
  assertEquals(
    added(theirs, "prod", "eu-west-1", own),
    "[profile prod-served]\nregion = eu-west-1\noutput = text\n",
  );
});

const giving: Record<string, AwsFiles> = {
  "keys": files("", "[default]\naws_access_key_id = x\n"),
  "keys in the config file": files("[default]\naws_access_key_id = x\n"),
  "keys in capitals": files("", "[default]\nAWS_ACCESS_KEY_ID = x\n"),
  "keys that are empty": files("", "[default]\naws_access_key_id =\n"),
  "a role": files("[default]\nrole_arn = x\n"),
  "a role in the credentials file": files("", "[default]\nrole_arn = x\n"),
  "another spelling": files("[profile default]\nsso_session = x\n"),
  "another spelling, which botocore does not read": files(
    '[default]\nregion = x\n[profile "default"]\ncredential_process = x\n',
  ),
  "a web identity": files("[default]\nweb_identity_token_file = x\n"),
  "a sign-in": files("[default]\nlogin_session = x\n"),
  "a session to come": files("", "[default-long-term]\naws_access_key_id = x\n"),
  "a session to come by a block": files("[default]\nstsmfa =\n  source_profile = x\n"),
};

for (const [what, given] of Object.entries(giving)) {
  Deno.test(`[default] gives credentials by ${what}`, () => assert(givesCredentials(given)));
}

const notGiving: Record<string, AwsFiles> = {
  "there is none": files("[profile x]\nrole_arn = y\n", "[x]\naws_access_key_id = y\n"),
  "it has settings": files("[default]\nregion = x\ns3 =\n  aws_access_key_id = y\n"),
  "it begins another name": files("[profile default2]\nrole_arn = x\n"),
};

for (const [what, given] of Object.entries(notGiving)) {
  Deno.test(`[default] gives no credentials where ${what}`, () => assert(!givesCredentials(given)));
}

Deno.test("[DEFAULT] that gives every profile credentials is refused; one with settings is not", () => {
  const keys = files("[DEFAULT]\naws_access_key_id = x\naws_secret_access_key = the-secret\n");
  const error = assertThrows(() => servedConfig(keys, keys, "prod", undefined), StsmfaError);
  assertEquals([error.code, error.message.includes("the-secret")], ["InvalidSetting", false]);
  assertEquals(error.places, [{
    kind: "file",
    path: "config",
    line: 2,
    key: "aws_access_key_id",
  }]);
  const settings = files("[DEFAULT]\nregion = x\n");
  assertEquals(servedConfig(settings, settings, "prod", "y").profile, "prod-served");
});

Deno.test("blanks and quotes in the header of [default] hide it from nobody", () => {
  const keys = "aws_access_key_id = AKIADEFAULTDEFAULT22\naws_secret_access_key = x\n";
  for (
    const header of ["[ default ]", "[default ]", "[\tdefault]", '["default"]', "[ 'default' ]"]
  ) {
    assert(givesCredentials(files("", `${header}\n${keys}`)), header);
    assert(givesCredentials(files(`${header}\n${keys}`)), header);
  }
  for (const header of ["[profile  default ]", '[profile " default "]', "[ profile default]"]) {
    assert(givesCredentials(files(`${header}\n${keys}`)), header);
  }
  for (const header of ["[defaults]", "[default-x]", "[my default]"]) {
    assert(!givesCredentials(files("", `${header}\n${keys}`)), header);
  }
});

Deno.test("settings of services that stand in another file are not looked up in this one", () => {
  const config = "[profile prod]\nservices = mine\n";
  const own = files(config);
  const theirs = files("[services mine]\ns3 =\n  endpoint_url = https://evil.example\n");
  const elsewhere = { ...own, config: { ...own.config, path: "elsewhere" } };
  assert(!added(theirs, "prod", "us-east-1", elsewhere).includes("services"));
  assert(added(own, "prod", "us-east-1").includes("services = mine"));
});
