import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  adoptLongTermSection,
  readLongTermSection,
  refuseStored,
  storeLongTermSection,
} from "../../../lib/aws_files/long_term_section.ts";
import { type LongTermCredentials, Secret } from "../../../lib/credentials.ts";
import { type ErrorCode, StsmfaError } from "../../../lib/errors.ts";
import { IniDocument } from "../../../lib/ini/document.ts";

const path = "/home/alice/.aws/credentials";
const serialNumber = "arn:aws:iam::123456789012:mfa/alice";
const credentials: LongTermCredentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: new Secret("secret+of/alice"),
};
const keyLines = `aws_access_key_id = ${credentials.accessKeyId}
aws_secret_access_key = ${credentials.secretAccessKey.reveal()}
`;

function stored(text: string, serial: string | undefined = serialNumber): string {
  const document = IniDocument.parse(text);
  const section = "a-long-term";
  storeLongTermSection(document, path, { section, credentials, serialNumber: serial });
  return document.toString();
}

function adopted(text: string, serial?: string): string {
  const document = IniDocument.parse(text);
  const section = "a-long-term";
  adoptLongTermSection(document, path, "a", { section, credentials, serialNumber: serial });
  return document.toString();
}

function assertRefused(run: () => void, code: ErrorCode, ...words: string[]): StsmfaError {
  const error = assertThrows(run, StsmfaError);
  assertEquals(error.code, code);
  for (const word of words) assertStringIncludes(`${error.message}; ${error.hint}`, word);
  assertEquals(`${error.message} ${error.hint}`.includes("secret+of/alice"), false);
  return error;
}

Deno.test("storeLongTermSection() adds a section with key and device", () => {
  const expected = `[a-long-term]\n${keyLines}mfa_serial = ${serialNumber}\n`;
  assertEquals(stored(""), expected);
  assertEquals(stored("# mine\n[b]\nk = v\n"), `# mine\n[b]\nk = v\n\n${expected}`);
  const document = IniDocument.parse("");
  storeLongTermSection(document, path, { section: "a-long-term", credentials });
  assertEquals(document.toString(), `[a-long-term]\n${keyLines}`);
});

for (
  const [device, replaced] of [
    [`aws_mfa_device = ${serialNumber}`, `aws_mfa_device = ${serialNumber}`],
    ["AWS_MFA_Device=other", `aws_mfa_device=${serialNumber}`],
    ["mfa_serial: other", `mfa_serial= ${serialNumber}`],
  ] as const
) {
  Deno.test(`storeLongTermSection() leaves ${device} in charge, unless told otherwise`, () => {
    const before = `[a-long-term]\n${device}\n`;
    assertEquals(stored(before).startsWith(before), true);
    assertEquals(stored(before).match(/mfa_(device|serial)/gi)!.length, 1);
    const document = IniDocument.parse(before);
    const section = "a-long-term";
    const replacesDevice = true;
    storeLongTermSection(document, path, { section, credentials, serialNumber, replacesDevice });
    assertEquals(document.toString().startsWith(`[a-long-term]\n${replaced}\n`), true);
  });
}

for (
  const text of [
    `[a-long-term]\n${keyLines}`,
    "[a-long-term]\naws_secret_access_key = x\n",
    "[a-long-term]\nAWS_ACCESS_KEY_ID = x\n",
    "[a-long-term]\naws_access_key_id =\n",
  ]
) {
  Deno.test(`no key ever goes over what is in ${JSON.stringify(text)}`, () => {
    const document = IniDocument.parse(text + `[a]\n${keyLines}`);
    const before = document.toString();
    const section = "a-long-term";
    for (
      const act of [
        () => refuseStored(document, path, section),
        () => storeLongTermSection(document, path, { section, credentials }),
        () => adoptLongTermSection(document, path, "a", { section, credentials }),
      ]
    ) {
      const where = `${path}: [a-long-term] already has keys, in line 2`;
      assertRefused(act, "LongTermCredentialsStored", where, "aws configure --profile a-long-term");
    }
    assertEquals(document.toString(), before);
  });
}

Deno.test("storeLongTermSection() gives a comment behind the device a line of its own", () => {
  const before = `[a-long-term]\naws_mfa_device = ${serialNumber} # phone\n`;
  assertEquals(
    stored(before).startsWith(`[a-long-term]\n# phone\naws_mfa_device = ${serialNumber}\n`),
    true,
  );
});

Deno.test("readLongTermSection() refuses a comment behind a key, and does not show it", () => {
  const text = `[a]\n${keyLines.replaceAll("\n", " ; hunter2\n")}`;
  const read = () => readLongTermSection(IniDocument.parse(text), path, "a");
  const { message, hint } = assertRefused(
    read,
    "InvalidSetting",
    `${path}: line 2: the AWS CLI reads`,
    "of its own",
  );
  assertEquals(`${message} ${hint}`.includes("hunter2"), false);
});

Deno.test("readLongTermSection() refuses a secret in the place of the ID, and does not show it", () => {
  const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  for (const id of [secret, secret.replaceAll("/", "x")]) {
    const text = `[a]\naws_access_key_id = ${id}\naws_secret_access_key = AKIAIOSFODNN7EXAMPLE\n`;
    const { message, hint } = assertRefused(
      () => readLongTermSection(IniDocument.parse(text), path, "a"),
      "InvalidSetting",
      `${path}: line 2: aws_access_key_id in [a] looks like the secret access key`,
      "the shorter one",
    );
    assertEquals(`${message} ${hint}`.includes(id), false);
  }
  // Emulators and other clouds have IDs of their own.
  for (const id of ["test", "minioadmin", "0a".repeat(20), "A1".repeat(20), `${secret}x`]) {
    const text = `[a]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
    assertEquals(readLongTermSection(IniDocument.parse(text), path, "a").accessKeyId, id);
  }
});

Deno.test("readLongTermSection() takes no key of [DEFAULT] for one of the section", () => {
  const read = () =>
    readLongTermSection(IniDocument.parse(`[DEFAULT]\n${keyLines}[a]\n`), path, "a");
  assertRefused(read, "LongTermCredentialsMissing", "[a] has no access key", "stsmfa init a");
});

for (
  const [what, text, words] of [
    ["no section", "", ["[a] has no access key", "stsmfa init a"]],
    ["a session", "[a]\naws_access_key_id = ASIAX\naws_secret_access_key = x\n", [
      "has no access key",
    ]],
    ["no secret", "[a]\naws_access_key_id = AKIAX\n", ["line 1 has no aws_secret_access_key"]],
    [
      "no id",
      "[a]\naws_secret_access_key = secret+of/alice\n",
      ["has no aws_access_key_id", "add it: aws configure --profile a"],
    ],
  ] as const
) {
  Deno.test(`readLongTermSection() tells of ${what} what is missing, and how to mend it`, () => {
    const document = IniDocument.parse(text);
    const read = () => readLongTermSection(document, path, "a");
    assertRefused(read, "LongTermCredentialsMissing", path, ...words);
  });
}

Deno.test("adoptLongTermSection() moves the key with comments and companions, and nothing else", () => {
  assertEquals(
    adopted(
      `[a]\nregion = x\n# key\n${keyLines}\nAWS_MFA_Device=${serialNumber}\nassume_role = r\nk = v\n`,
    ),
    `[a]\nregion = x\n\nk = v\n\n[a-long-term]\n# key\n${keyLines}AWS_MFA_Device=${serialNumber}\nassume_role = r\n`,
  );
});

Deno.test("adoptLongTermSection() leaves a companion where the other section has its own", () => {
  const target = `[a-long-term]\naws_mfa_device = ${serialNumber}\n`;
  assertEquals(
    adopted(`${target}\n[a]\naws_mfa_device = other\n${keyLines}`),
    `${target}${keyLines}\n[a]\naws_mfa_device = other\n`,
  );
});

Deno.test("adoptLongTermSection() moves no key but the expected one", () => {
  for (const text of ["", "[a]\nk = v\n", `[a]\n${keyLines.replace("secret+of", "other+of")}`]) {
    const document = IniDocument.parse(text);
    const section = "a-long-term";
    assertRefused(
      () => adoptLongTermSection(document, path, "a", { section, credentials }),
      "LongTermCredentialsMissing",
      "[a]",
    );
    assertEquals(document.toString(), text);
  }
});
