import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import {
  configProfiles,
  configSection,
  configSectionOrNew,
  hasProfile,
  misplacedBlock,
  namedSection,
  nestedValues,
  profileEntry,
  profileNames,
  profileValue,
  refuseMisplacedBlock,
  sectionValue,
  spellingsOf,
  stsmfaBlock,
} from "../../../lib/aws_files/profile_sections.ts";
import { StsmfaError } from "../../../lib/errors.ts";
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
    "z",
    "\u00e4",
  ]);
  for (const name of profileNames(files)) assert(hasProfile(files, name), name);
  for (const name of ["", "DEFAULT", "s2s", "preview", "nosuch", "profile work"]) {
    assert(!hasProfile(files, name), name);
  }
});

const sections: [config: string, profile: string, expected: string | undefined][] = [
  ["[profile a]\n", "a", "profile a"],
  ["[a]\n", "a", undefined],
  ['[profile "my profile"]\n', "my profile", 'profile "my profile"'],
  ["[profile 'my profile']\n", "my profile", "profile 'my profile'"],
  ["[profile my\\ profile]\n", "my profile", "profile my\\ profile"],
  ["[profile my profile]\n", "my profile", undefined],
  ["[profile  two]\n", "two", "profile  two"],
  ["[profile\ttwo ]\n", "two", "profile\ttwo "],
  ["[profile \\x]\n", "x", "profile \\x"],
  ['[profile x""]\n', "x", 'profile x""'],
  ["[profile ''x] # note\n", "x", "profile ''x"],
  ["[profiles x]\n", "x", "profiles x"],
  ["[profile-old x]\n", "x", "profile-old x"],
  ['[profile: "x"]\n', "x", 'profile: "x"'],
  ["[profilex y]\n", "y", "profilex y"],
  ["[ profile x]\n", "x", undefined],
  ["[Profile x]\n", "x", undefined],
  ['[profile "x]\n', "x", undefined],
  ["[profile x\\]\n", "x", undefined],
  ["[profile x\u00a0y]\n", "x\u00a0y", "profile x\u00a0y"],
  ["[default]\n", "default", "default"],
  ["[default ]\n", "default", undefined],
  ["[profile default]\n", "default", "profile default"],
  ["[default]\n[profile default]\n", "default", "profile default"],
  ["[profile default]\n[default]\n", "default", "default"],
  ["[default]\n[profile  default]\n", "default", "profile  default"],
  ['[profile x]\n[profile "x"]\n', "x", 'profile "x"'],
  ['[profile "x"]\n[profile x]\n', "x", "profile x"],
  ["[profile x]\n[profiles x]\n[profile 'x']\n[y]\n", "x", "profile 'x'"],
  ["[profile a]\n", "default", undefined],
  ["[profile a]\n", "toString", undefined],
  ["[profile __proto__]\n", "__proto__", "profile __proto__"],
  ["[sso-session a]\n[services a]\n", "a", undefined],
  ["[DEFAULT]\n", "DEFAULT", undefined],
  ["[profile DEFAULT]\n", "DEFAULT", "profile DEFAULT"],
];
for (const [config, profile, expected] of sections) {
  Deno.test(`configSection() of ${profile} is ${expected} in ${JSON.stringify(config)}`, () => {
    assertEquals(configSection(fakeFiles({ config }).config.document, profile), expected);
  });
}

Deno.test("namedSection() reads sections of services and of sign-ins like those of profiles", () => {
  const { document } = fakeFiles({
    config: "[sso-session a]\n[sso-session  a]\n[services 'a b']\n[services-x c]\n[sso-session]\n",
  }).config;
  assertEquals(namedSection(document, "sso-session", "a"), "sso-session  a");
  assertEquals(namedSection(document, "services", "a b"), "services 'a b'");
  assertEquals(namedSection(document, "services", "c"), "services-x c");
  assertEquals(namedSection(document, "services", "a"), undefined);
  assertEquals(spellingsOf(document, "sso-session", "a"), ["sso-session a", "sso-session  a"]);
});

Deno.test("configSectionOrNew() never makes a second section for a profile that is there", () => {
  for (const [config, profile, expected] of sections) {
    const { document } = fakeFiles({ config }).config;
    const section = configSectionOrNew(document, profile);
    if (expected !== undefined) assertEquals(section, expected);
    try {
      document.set(section, "region", "eu-west-1");
    } catch (error) {
      // Some SDK would not read such a name back.
      if (error instanceof RangeError && expected === undefined) continue;
      throw error;
    }
    assertEquals(configSection(document, profile), section);
    assertEquals(
      profileNames({ ...fakeFiles({}), config: { path: "/c", document } }).includes(profile),
      true,
    );
  }
});

for (const name of ["a", "a b", "it's", 'a"b', "a\\b", "'\"\\", "a\u00a0b"]) {
  Deno.test(`configSectionOrNew() spells ${JSON.stringify(name)} so that it is read back`, () => {
    const { document } = fakeFiles({}).config;
    document.addNested(configSectionOrNew(document, name), "stsmfa", { region: "eu-west-1" });
    assertEquals(configProfiles(document), [name]);
    assertEquals(configSectionOrNew(document, name), configSection(document, name));
  });
}

Deno.test("profileEntry() merges both files as botocore does, with [DEFAULT] in each", () => {
  const files = fakeFiles({
    credentials:
      "[DEFAULT]\nregion = a\nrole_arn = b\n[x]\nregion = c\nempty =\n[DEFAULT]\nmore = d\n",
    config:
      "[DEFAULT]\noutput = e\nrole_arn = f\n[profile x]\nrole_arn = g\nempty = h\n[profile y]\n" +
      "output = i\n[DEFAULT]\nlast = j\n",
  });
  const value = (profile: string, key: string) => {
    const found = profileEntry(files, profile, key);
    return found &&
      `${found.path === configPath ? "config" : "credentials"} [${found.section}] ${found.value}`;
  };
  assertEquals(value("x", "region"), "credentials [x] c");
  assertEquals(value("x", "role_arn"), "credentials [DEFAULT] b");
  assertEquals(value("x", "more"), "credentials [DEFAULT] d");
  assertEquals(value("x", "empty"), "credentials [x] ");
  assertEquals(profileValue(files, "x", "empty"), undefined);
  assertEquals(value("x", "output"), "config [DEFAULT] e");
  assertEquals(value("y", "output"), "config [profile y] i");
  assertEquals(value("y", "role_arn"), "config [DEFAULT] f");
  assertEquals(value("y", "last"), "config [DEFAULT] j");
  assertEquals(value("y", "region"), undefined);
  assertEquals(value("z", "region"), undefined);
  assertEquals(value("DEFAULT", "region"), undefined);
  assertEquals(profileNames(files), ["x", "y"]);
});

Deno.test("nestedValues() gives what stands below a key, or below that of [DEFAULT]", () => {
  const { config } = fakeFiles({
    config: "[DEFAULT]\nsts =\n  endpoint_url = a\n[services s]\niam =\n  endpoint_url = b\n" +
      "s3 = x\n  endpoint_url = c\n",
  });
  const values = (key: string) => nestedValues(config, "services s", key).map(({ value }) => value);
  assertEquals(["sts", "iam", "s3", "ec2"].map(values), [["a"], ["b"], [], []]);
  assertEquals(nestedValues(config, "services t", "sts"), []);
});

Deno.test("profileValue() prefers the credentials file, key by key, and says where it found it", () => {
  const files = fakeFiles({
    credentials: "# c\n[a]\nregion = eu-west-1\n",
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

Deno.test("sectionValue() keeps a value whole, as botocore does", () => {
  const { credentials } = fakeFiles({
    credentials: "[a]\nregion = eu-west-1 # home\nmfa_serial = # none\nempty =\n" +
      "mfa_process = op get 'a' # b ; c\nsource_profile = me ; two\n",
  });
  const value = (key: string) => sectionValue(credentials, "a", key)?.value;
  assertEquals(["region", "mfa_serial", "empty", "mfa_process", "source_profile"].map(value), [
    "eu-west-1 # home",
    "# none",
    undefined,
    "op get 'a' # b ; c",
    "me ; two",
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

Deno.test("stsmfaBlock() keeps a value whole, as other keys do", () => {
  const config = "[profile a]\nstsmfa =\n  region = eu-west-1 # home\n  mfa_process = x # y\n";
  assertEquals(stsmfaBlock(fakeFiles({ config }), "a")?.map(({ value }) => value), [
    "eu-west-1 # home",
    "x # y",
  ]);
});

Deno.test("stsmfaBlock() reads the section that botocore reads, and no other", () => {
  const block = (config: string) => stsmfaBlock(fakeFiles({ config }), "x")?.map(({ key }) => key);
  assertEquals(block("[profile  x ]\nstsmfa =\n  hooks = docker\n"), ["hooks"]);
  assertEquals(block("[profiles x]\nstsmfa =\n  hooks = docker\n[profile x]\n"), undefined);
  assertEquals(block("[DEFAULT]\nstsmfa =\n  hooks = docker\n[profile x]\n"), undefined);
});

const block = "stsmfa =\n  role_arn = r\n";
const misplaced: Record<string, { files: Parameters<typeof fakeFiles>[0]; where: string }> = {
  "in the credentials file": { files: { credentials: `[x]\n${block}` }, where: "credentials 2" },
  "in the credentials file, under a header of the config file": {
    files: { credentials: `[profile x]\n${block}` },
    where: "credentials 2",
  },
  "in the credentials file, beside the key": {
    files: { credentials: `[x-long-term]\n${block}`, config: "[profile x]\n" },
    where: "credentials 2",
  },
  "in the credentials file beside one that is read": {
    files: { credentials: `[x]\n${block}`, config: `[profile x]\n${block}` },
    where: "credentials 2",
  },
  "for every profile": { files: { config: `[DEFAULT]\n${block}[profile x]\n` }, where: "config 2" },
  "for every profile of the credentials file": {
    files: { credentials: `[x]\n[DEFAULT]\n${block}` },
    where: "credentials 3",
  },
  "on one line": { files: { config: "[profile x]\nstsmfa = role_arn = r\n" }, where: "config 2" },
  "on the line of its key, and below": {
    files: { config: "[profile x]\nstsmfa = role_arn = r\n  region = s\n" },
    where: "config 2",
  },
  "without profile": { files: { config: `[x]\n${block}` }, where: "config 2" },
  "in capitals": { files: { config: `[Profile X]\n${block}` }, where: "config 2" },
  "with space in front": { files: { config: `[ profile x]\n${block}` }, where: "config 2" },
  "with a quote that is not closed": {
    files: { config: `[profile "x]\n${block}` },
    where: "config 2",
  },
  "in an earlier spelling": {
    files: { config: `[profile x]\n${block}[profile 'x']\nregion = r\n` },
    where: "config 2",
  },
};
for (const [what, { files, where }] of Object.entries(misplaced)) {
  Deno.test(`misplacedBlock() finds a block that stands ${what}`, () => {
    const given = fakeFiles(files);
    const found = misplacedBlock(given, "x")!.block;
    const [file, line] = where.split(" ");
    assertEquals([found.path, found.line, found.value], [
      file === "config" ? configPath : credentialsPath,
      Number(line),
      "",
    ]);
    const error = assertThrows(() => refuseMisplacedBlock(given, "x"), StsmfaError);
    assertEquals(error.exitStatus, 3);
    assertStringIncludes(error.message, `${found.path}: line ${line}: `);
    assertMatch(error.hint!, /^move it to \[profile .*x.*\] of \/home\/alice\/\.aws\/config$/);
  });
}

Deno.test("misplacedBlock() finds nothing wrong with a block that is read, or of another profile", () => {
  for (
    const files of [
      { config: `[profile x]\n${block}` },
      { config: `[profile x]\nregion = r\n[profile "x"]\n${block}` },
      { config: "[profile x]\nstsmfa =\n" },
      { config: `[y]\n${block}[profile xx]\n${block}`, credentials: `[y]\n${block}` },
    ]
  ) {
    assertEquals(misplacedBlock(fakeFiles(files), "x"), undefined);
  }
});
