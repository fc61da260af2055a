import { assertEquals } from "@std/assert";
import {
  expirationKeys,
  holdsLongTermCredentials,
  ownedKeys,
  readSessionSection,
  sessionCredentials,
  writeSessionSection,
} from "../../../lib/aws_files/session_section.ts";
import { Secret, type SessionCredentials } from "../../../lib/credentials.ts";
import { IniDocument } from "../../../lib/ini/document.ts";

const expiration = new Date("2026-01-02T03:04:05Z");
const credentials: SessionCredentials = {
  accessKeyId: "ASIANEW",
  secretAccessKey: new Secret("newSecret"),
  sessionToken: new Secret("newToken"),
  expiration,
};
const roleArn = "arn:aws:iam::222222222222:role/Administrator";

function written(text: string, options: { roleArn?: string; legacyToken?: boolean } = {}): string {
  const document = IniDocument.parse(text);
  writeSessionSection(document, "a", credentials, { legacyToken: false, ...options });
  return document.toString();
}

const newKeys = `aws_access_key_id = ASIANEW
aws_secret_access_key = newSecret
aws_session_token = newToken
`;
const newExpiry = `expiration = 2026-01-02T03:04:05Z
x_security_token_expires = 2026-01-02T03:04:05Z
`;

for (const key of expirationKeys) {
  Deno.test(`readSessionSection() reads the expiry key ${key}`, () => {
    const document = IniDocument.parse(`[a]\n${key} = 2026-01-02T03:04:05Z\n`);
    assertEquals(readSessionSection(document, "a").expiration, expiration);
  });

  Deno.test(`writeSessionSection() leaves no wrong expiry in ${key}`, () => {
    const document = IniDocument.parse(`[a]\n${key} = 2020-01-01 00:00:00\n`);
    writeSessionSection(document, "a", credentials, { legacyToken: false });
    assertEquals(document.get("a", key), "2026-01-02T03:04:05Z");
    assertEquals(readSessionSection(document, "a").expiration, expiration);
  });
}

for (
  const text of [
    "2026-01-02 03:04:05",
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05+00:00",
    "2026-01-02T04:04:05+01:00",
    "2026-01-01T22:04:05-0500",
    "2026-01-02T03:04:05.678Z",
    "1767323045",
  ]
) {
  Deno.test(`readSessionSection() understands an expiration written as ${text}`, () => {
    const document = IniDocument.parse(`[a]\nexpiration = ${text}\n`);
    assertEquals(readSessionSection(document, "a").expiration, expiration);
  });
}

Deno.test("readSessionSection() counts the earliest of several expirations", () => {
  const document = IniDocument.parse(
    "[a]\nexpiration = 2026-01-02 09:00:00\nawsmfa_expiration = 1767323045\n" +
      "aws_expiration = 2027-01-01T00:00:00Z\n",
  );
  assertEquals(readSessionSection(document, "a").expiration, expiration);
});

Deno.test("readSessionSection() has no expiration when one of several can't be read", () => {
  for (const bad of ["720", "soon", "2026-13-01 00:00:00", "True"]) {
    const document = IniDocument.parse(
      `[a]\nexpiration = 2026-01-02 03:04:05\naws_token_expiration = ${bad}\n`,
    );
    assertEquals(readSessionSection(document, "a").expiration, undefined, bad);
  }
});

Deno.test("readSessionSection() does not take awsume's time of some zone for one of UTC", () => {
  for (const mark of ["manager = awsume", "autoawsume = true"]) {
    const read = (text: string) =>
      readSessionSection(IniDocument.parse(`[a]\nexpiration = ${text}\n${mark}\n`), "a").expiration;
    assertEquals(read("2026-01-02 03:04:05"), undefined);
    assertEquals(read("2026-01-02T03:04:05Z"), expiration);
    assertEquals(read("2026-01-02 04:04:05+01:00"), expiration);
  }
});

Deno.test("readSessionSection() has nothing for an empty or missing section", () => {
  const nothing = {
    accessKeyId: undefined,
    secretAccessKey: undefined,
    sessionToken: undefined,
    expiration: undefined,
    roleArn: undefined,
  };
  const document = IniDocument.parse("[a]\naws_access_key_id =\nexpiration =\n");
  assertEquals(readSessionSection(document, "a"), nothing);
  assertEquals(readSessionSection(document, "toString"), nothing);
});

Deno.test("readSessionSection() knows the role and either spelling of the token", () => {
  const document = IniDocument.parse(
    `[a]\naws_security_token = old\nassumed_role_arn = ${roleArn}\n`,
  );
  const read = readSessionSection(document, "a");
  assertEquals([read.sessionToken?.reveal(), read.roleArn], ["old", roleArn]);
});

Deno.test("sessionCredentials() gives what writeSessionSection() wrote", () => {
  for (const legacyToken of [false, true]) {
    const document = IniDocument.parse("");
    writeSessionSection(document, "a", credentials, { legacyToken });
    const read = sessionCredentials(document, "a")!;
    assertEquals([
      read.accessKeyId,
      read.secretAccessKey.reveal(),
      read.sessionToken.reveal(),
      read.expiration,
    ], ["ASIANEW", "newSecret", "newToken", expiration]);
  }
});

const incomplete: Record<string, (document: IniDocument) => void> = {
  "the access key id": (document) => document.remove("a", "aws_access_key_id"),
  "the secret": (document) => document.remove("a", "aws_secret_access_key"),
  "the token": (document) => document.remove("a", "aws_session_token"),
  "every expiration": (document) => document.remove("a", ...expirationKeys),
};
for (const [what, edit] of Object.entries(incomplete)) {
  Deno.test(`sessionCredentials() gives nothing without ${what}`, () => {
    const document = IniDocument.parse(written(""));
    edit(document);
    assertEquals(sessionCredentials(document, "a"), undefined);
  });
}

Deno.test("sessionCredentials() gives nothing when botocore would send another token", () => {
  for (const legacy of ["aws_security_token = old\n", "aws_security_token =\n"]) {
    const document = IniDocument.parse(written("") + legacy);
    assertEquals(sessionCredentials(document, "a"), undefined, legacy);
  }
});

const longTerm: [what: string, keys: string, expected: boolean][] = [
  ["nothing", "", false],
  ["a token alone", "aws_session_token = T", false],
  ["AKIA and secret", "aws_access_key_id = AKIA1\naws_secret_access_key = S", true],
  ["AKIA alone", "aws_access_key_id = AKIA1", true],
  ["AKIA with an inline comment", "aws_access_key_id = AKIA1 # prod", true],
  ["a secret alone", "aws_secret_access_key = S", true],
  ["a key of another form", "aws_access_key_id = test\naws_secret_access_key = S", true],
  [
    "AKIA and a token left behind",
    "aws_access_key_id = AKIA1\naws_secret_access_key = S\naws_session_token = T",
    true,
  ],
  [
    "ASIA and token",
    "aws_access_key_id = ASIA1\naws_secret_access_key = S\naws_session_token = T",
    false,
  ],
  [
    "ASIA and a legacy token",
    "aws_access_key_id = ASIA1\naws_secret_access_key = S\naws_security_token = T",
    false,
  ],
  ["ASIA whose token is gone", "aws_access_key_id = ASIA1\naws_secret_access_key = S", false],
  [
    "a key of another form and a token",
    "aws_access_key_id = test\naws_secret_access_key = S\naws_session_token = T",
    false,
  ],
  ["keys in upper case", "AWS_ACCESS_KEY_ID = AKIA1\nAWS_SECRET_ACCESS_KEY = S", true],
  ["empty keys", "aws_access_key_id =\naws_secret_access_key =", false],
];
for (const [what, keys, expected] of longTerm) {
  Deno.test(`holdsLongTermCredentials() is ${expected} for ${what}`, () => {
    const document = IniDocument.parse(`[a]\n${keys}\n[other]\naws_access_key_id = AKIA2\n`);
    assertEquals(holdsLongTermCredentials(document, "a"), expected);
    assertEquals(holdsLongTermCredentials(document, "missing"), false);
  });
}

Deno.test("writeSessionSection() writes three keys and two expirations", () => {
  assertEquals(written(""), `[a]\n${newKeys}${newExpiry}`);
});

Deno.test("writeSessionSection() keeps foreign keys, comments and nested blocks", () => {
  const text = `# top
[a]
region = eu-west-1
aws_access_key_id = ASIAOLD
# between
aws_secret_access_key = old
s3 =
  max = 1
manager = awsume
aws_session_token = oldToken
x_principal_arn = arn:aws:sts::1:x
[b]
aws_access_key_id = AKIAOTHER
`;
  assertEquals(
    written(text),
    `# top
[a]
region = eu-west-1
aws_access_key_id = ASIANEW
# between
aws_secret_access_key = newSecret
s3 =
  max = 1
manager = awsume
aws_session_token = newToken
x_principal_arn = arn:aws:sts::1:x
${newExpiry}[b]
aws_access_key_id = AKIAOTHER
`,
  );
});

Deno.test("writeSessionSection() removes a stale aws_security_token", () => {
  assertEquals(written("[a]\naws_security_token = old\n"), `[a]\n${newKeys}${newExpiry}`);
});

Deno.test("writeSessionSection() keeps aws_security_token in step when asked for it", () => {
  for (const before of ["[a]\n", "[a]\naws_security_token = old\n"]) {
    const document = IniDocument.parse(before);
    writeSessionSection(document, "a", credentials, { legacyToken: true });
    assertEquals(document.get("a", "aws_security_token"), "newToken");
    assertEquals(document.get("a", "aws_session_token"), "newToken");
  }
});

Deno.test("writeSessionSection() records the role and forgets one that is no longer assumed", () => {
  const stale = "[a]\nassumed_role = True\nassumed_role_arn = arn:aws:iam::1:role/Old\n";
  for (
    const [text, role, assumed, arn] of [
      ["[a]\n", roleArn, undefined, roleArn],
      [stale, roleArn, "True", roleArn],
      [stale, undefined, "False", undefined],
      ["[a]\nassumed_role = False\n", roleArn, "True", roleArn],
      ["[a]\n", undefined, undefined, undefined],
    ] as const
  ) {
    const document = IniDocument.parse(written(text, role && { roleArn: role }));
    assertEquals(document.get("a", "assumed_role"), assumed);
    assertEquals(document.get("a", "assumed_role_arn"), arn);
  }
});

Deno.test("writeSessionSection() touches no other key than the owned ones", () => {
  const document = IniDocument.parse("");
  writeSessionSection(document, "a", credentials, { legacyToken: true, roleArn });
  const keys = document.entries("a").map(({ key }) => key);
  assertEquals(keys.filter((key) => !ownedKeys.includes(key)), []);
});

Deno.test("writeSessionSection() twice is the same as once", () => {
  const once = written("[a]\r\naws_access_key_id=ASIAOLD # mine\r\n[b]\r\n", { roleArn });
  assertEquals(written(once, { roleArn }), once);
});
