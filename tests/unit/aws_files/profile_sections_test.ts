import { assertEquals } from "@std/assert";
import {
  configSection,
  profileNames,
  profileValue,
  sectionValue,
  stsmfaBlock,
} from "../../../lib/aws_files/profile_sections.ts";
import { configPath, credentialsPath, fakeFiles } from "../../support/aws_files.ts";

Deno.test("profileNames() takes only profiles, from both files, each once", () => {
  const files = fakeFiles({
    credentials: "[work]\n[a.b/c@d+e%f:g]\n[default]\n[DEFAULT]\n[__proto__]\n",
    config: "[default]\n[profile work]\n[profile \"my profile\"]\n[profile 'q']\n[profile  two]\n" +
      "[profile\ttab]\n[profile x]y]\n[s2s]\n[sso-session s]\n[services s]\n[preview]\n[plugins]\n" +
      "[profiles z]\n[profile]\n[profile \u00e4]\n",
  });
  assertEquals(profileNames(files), [
    "work",
    "a.b/c@d+e%f:g",
    "default",
    "__proto__",
    "my profile",
    "q",
    "two",
    "tab",
    "x]y",
    "\u00e4",
  ]);
});

const sections: [config: string, profile: string, expected: string | undefined][] = [
  ["[profile a]\n", "a", "profile a"],
  ["[a]\n", "a", undefined],
  ['[profile "my profile"]\n', "my profile", 'profile "my profile"'],
  ["[profile 'my profile']\n", "my profile", "profile 'my profile'"],
  ["[profile  two]\n", "two", "profile  two"],
  ["[default]\n", "default", "default"],
  ["[profile default]\n", "default", "profile default"],
  ["[default]\n[profile default]\n", "default", "profile default"],
  ["[profile default]\n[default]\n", "default", "default"],
  ["[profile a]\n", "default", undefined],
  ["[profile a]\n", "toString", undefined],
  ["[profile __proto__]\n", "__proto__", "profile __proto__"],
  ["[sso-session a]\n[services a]\n", "a", undefined],
];
for (const [config, profile, expected] of sections) {
  Deno.test(`configSection() of ${profile} is ${expected} in ${JSON.stringify(config)}`, () => {
    assertEquals(configSection(fakeFiles({ config }).config.document, profile), expected);
  });
}

Deno.test({
  name: "profileNames() takes no unquoted name of two words, as no SDK does",
  fn: () => assertEquals(profileNames(fakeFiles({ config: "[profile two words]\n" })), []),
});

Deno.test("profileValue() prefers the credentials file, key by key, and says where it found it", () => {
  const files = fakeFiles({
    credentials: "# c\n[a]\nregion = eu-west-1\nrole_arn =\n",
    config: "[profile a]\nregion = us-east-1\n\nROLE_ARN = r\n",
  });
  assertEquals(profileValue(files, "a", "region"), {
    value: "eu-west-1",
    path: credentialsPath,
    section: "a",
    key: "region",
    line: 3,
  });
  assertEquals(profileValue(files, "a", "role_arn"), {
    value: "r",
    path: configPath,
    section: "profile a",
    key: "role_arn",
    line: 4,
  });
  assertEquals(profileValue(files, "a", "missing"), undefined);
  assertEquals(profileValue(files, "b", "region"), undefined);
});

Deno.test("sectionValue() ends a value at an inline comment, but not a command", () => {
  const { credentials } = fakeFiles({
    credentials: "[a]\nregion = eu-west-1 # home\nmfa_serial = # none\n" +
      "mfa_process = op get 'a' # b ; c\nurl = https://x/#/\n",
  });
  const value = (key: string) => sectionValue(credentials, "a", key)?.value;
  assertEquals(["region", "mfa_serial", "mfa_process", "url"].map(value), [
    "eu-west-1",
    undefined,
    "op get 'a' # b ; c",
    "https://x/#/",
  ]);
});

Deno.test("stsmfaBlock() gives the keys of the block in the config file", () => {
  const files = fakeFiles({
    config: "[profile a]\nstsmfa =\n  region = eu-west-1\n  # c\n  hooks=docker\nregion = x\n" +
      "[profile b]\nstsmfa =\n[profile c]\n",
    credentials: "[c]\nstsmfa =\n  region = x\n",
  });
  const place = { path: configPath, section: "profile a" };
  assertEquals(stsmfaBlock(files, "a"), [
    { value: "eu-west-1", key: "region", line: 3, ...place },
    { value: "docker", key: "hooks", line: 5, ...place },
  ]);
  assertEquals(stsmfaBlock(files, "b"), []);
  assertEquals(stsmfaBlock(files, "c"), undefined);
  assertEquals(stsmfaBlock(files, "d"), undefined);
});

Deno.test({
  name: "stsmfaBlock() ends a value at an inline comment, as other keys do",
  fn: () => {
    const config = "[profile a]\nstsmfa =\n  region = eu-west-1 # home\n  mfa_process = x # y\n";
    assertEquals(stsmfaBlock(fakeFiles({ config }), "a")?.map(({ value }) => value), [
      "eu-west-1",
      "x # y",
    ]);
  },
});
