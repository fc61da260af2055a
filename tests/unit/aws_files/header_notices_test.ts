import { assertEquals } from "@std/assert";
import { headerNotices } from "../../../lib/aws_files/header_notices.ts";
import { configPath, credentialsPath, fakeFiles } from "../../support/aws_files.ts";

function notices(texts: Parameters<typeof fakeFiles>[0], profile?: string): string[] {
  return headerNotices(fakeFiles(texts), profile).map(({ path, line, what, text }) => {
    assertEquals(text, `${path}: line ${line}: ${what}`);
    const file = path === configPath ? "config" : path === credentialsPath ? "credentials" : path;
    return `${file}:${line}: ${what}`;
  });
}

Deno.test("headerNotices() has nothing to say about headers that every SDK reads alike", () => {
  const config = "[default]\n[profile a.b/c@d+e%f:g]\n[profile x] # note\n[profile y] ; note\n" +
    "[sso-session s]\n[services s]\n[plugins]\n[x]\n[profile]\n";
  const credentials = "[default]\n[a.b/c@d+e%f:g]\n[x] # note\n";
  assertEquals(notices({ config, credentials }), []);
});

const odd: [file: "config" | "credentials", header: string, what: string][] = [
  [
    "config",
    '[profile "x"]',
    'to the AWS CLI [profile "x"] is profile x; to the SDK for Go profile "x"; to the SDK for Rust no profile',
  ],
  [
    "config",
    "[profiles x]",
    "to the AWS CLI [profiles x] is profile x; to the SDKs for JavaScript, Go and Rust no profile",
  ],
  [
    "config",
    "[profile x y]",
    "to the AWS CLI [profile x y] is no profile; to the SDK for Go profile x y",
  ],
  [
    "config",
    "[sso-session  s]",
    "to the AWS CLI [sso-session  s] is sso-session s; to the SDK for JavaScript no sso-session",
  ],
  [
    "config",
    "[profile x] junk",
    "to the AWS CLI [profile x] is profile x; to the SDKs for JavaScript and Go no header, and its keys belong to the section above; to the SDK for Rust an error, so that nothing of the file is read",
  ],
  [
    "credentials",
    "[ x ]",
    'to the AWS CLI [ x ] is profile " x "; to the SDKs for Go and Rust profile x',
  ],
  [
    "credentials",
    "[DEFAULT]",
    "to the AWS CLI [DEFAULT] is what every profile gets; to the SDKs for JavaScript, Go and Rust profile DEFAULT",
  ],
];
for (const [file, header, what] of odd) {
  Deno.test(`headerNotices() says how ${header} of the ${file} file is read`, () => {
    assertEquals(notices({ [file]: `# c\n${header}\nregion = a\n` }), [`${file}:2: ${what}`]);
  });
}

const spelled: [config: string, what: string][] = [
  [
    "[profile x]\n[profile x ]\n",
    "config:2: [profile x ] is profile x of line 1 again: the AWS CLI reads this one alone; the SDK for JavaScript reads line 1 alone; the SDKs for Go and Rust read lines 1 and 2 together",
  ],
  [
    "[profile 'x']\n[profile x]\n",
    "config:2: [profile x] is profile x of line 1 again: the AWS CLI reads this one alone; the SDK for JavaScript reads lines 1 and 2 together",
  ],
  [
    "[default]\n[profile default]\n",
    "config:2: [profile default] is profile default of line 1 again: the AWS CLI reads this one alone",
  ],
  [
    "[profile default]\n[default]\n",
    "config:2: [default] is profile default of line 1 again: the AWS CLI reads this one alone; the SDKs for JavaScript, Go and Rust read line 1 alone",
  ],
  [
    "[profiles x]\n[profile-old x]\n",
    "config:2: [profile-old x] is profile x of line 1 again: the AWS CLI reads this one alone; the SDKs for JavaScript, Go and Rust read neither",
  ],
];
for (const [config, what] of spelled) {
  Deno.test(`headerNotices() says which spelling counts in ${JSON.stringify(config)}`, () => {
    assertEquals(notices({ config }).filter((each) => each.includes(" again: ")), [what]);
  });
}

const both = {
  config: "[DEFAULT]\nregion = a\n[profile x]\n[profile 'y'] ; c\n[profile z]\nsso_session = s\n" +
    "[sso-session  s]\n[profiles q]\n",
  credentials: "[ y ]\n",
};
const asked: [profile: string, lines: string[]][] = [
  ["x", ["config:1"]],
  ["y", ["credentials:1", "config:1", "config:4"]],
  ["z", ["config:1", "config:7"]],
  ["q", ["config:1", "config:8"]],
  ["other", []],
];
for (const [profile, lines] of asked) {
  Deno.test(`headerNotices() tells who uses ${profile} what concerns it`, () => {
    assertEquals(notices(both, profile).map((each) => each.replace(/: .*/, "")), lines);
  });
}

Deno.test("headerNotices() tells everybody what makes an SDK read nothing, and the section above", () => {
  const config = "[profile x]\nregion = a\n[profile y] junk\nregion = b\n[profile z]\n";
  for (const profile of ["x", "y", "z"]) assertEquals(notices({ config }, profile).length, 1);
  const above = "[profile x]\n[profile y]#\n[profile z]\n";
  assertEquals(["x", "y", "z"].map((profile) => notices({ config: above }, profile).length), [
    1,
    1,
    0,
  ]);
});
