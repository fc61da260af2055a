import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Files } from "../../../lib/context.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { type FoundProfile, type OtherTool, otherTools } from "../../../lib/setup/found_profile.ts";
import { findOtherTools } from "../../../lib/setup/other_tools.ts";
import { fakeFiles } from "../../support/aws_files.ts";
import { plainError } from "../../support/source_world.ts";
import { TestContext } from "../../support/test_context.ts";

const secret = "secret/access+key/with/forty/letters/1234";
const accounts = {
  work: "arn:aws:iam::123456789012:",
  china: "arn:aws-cn:iam::210987654321:",
  gov: "arn:aws-us-gov:iam::012345678901:",
  odd: "123456789012",
  worse: { arn: "arn:aws:iam::123456789012:" },
};

interface World {
  /** Files below the home directory. */
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly tools?: readonly OtherTool[];
  readonly accountsFile?: string;
  readonly changeFiles?: (files: Files) => Files;
}

async function find(world: World): Promise<readonly FoundProfile[]> {
  const { files, env = {}, tools = otherTools, accountsFile, changeFiles } = world;
  await using test = await TestContext.create({ env, ...(changeFiles && { files: changeFiles }) });
  for (const [name, text] of Object.entries(files)) await test.write(name, text);
  const found = findOtherTools(test.context(), fakeFiles({}), {
    tools,
    longTermSuffix: "long-term",
    accountsFile: accountsFile && test.path(accountsFile),
  });
  return await found.catch((error) => {
    throw plainError(test, error);
  });
}

/** What was found, a line for each, with the secrets: they must be the right ones. */
async function lines(world: World): Promise<string[]> {
  return (await find(world)).map(({ tool, profile, need }) => {
    if (need.kind === "unknown") {
      return `${tool} ${profile}: ${need.reason.replace(/: (?:\/|C:\\).*[\\/]/, ": ")}`;
    }
    if (need.kind !== "key") return `${tool} ${profile}: ${need.kind}`;
    const { section, credentials: { accessKeyId, secretAccessKey }, serialNumber } = need;
    const key = `${accessKeyId} ${secretAccessKey.reveal()}`;
    return `${tool} ${profile}: ${key} as ${section}${serialNumber ? ` with ${serialNumber}` : ""}`;
  });
}

function failure(world: World): Promise<StsmfaError> {
  return assertRejects(() => find(world), StsmfaError);
}

/** The two files of an account, and others that it may have. */
function account(name: string, more: Readonly<Record<string, string>> = {}) {
  const all = { access_key: `AKIA${name}\n`, secret_key: `${secret}\n`, ...more };
  return Object.fromEntries(
    Object.entries(all).map(([ending, text]) => [`aws-creds/${name}.${ending}`, text]),
  );
}

Deno.test("stscreds: every section with keys is found, as its file is written", async () => {
  const text = `; written by stscreds
[default]
aws_access_key_id       = AKIADEFAULT
aws_secret_access_key   = ${secret} ; the old laptop's
temp_credentials_expire = 2016-11-02T12:00:00Z

[work]
aws_access_key_id=AKIAWORK
aws_secret_access_key=${secret}
[empty]
[half]
aws_access_key_id = AKIAHALF
`;
  assertEquals(
    await lines({ files: { ".stscreds/credentials": text.replaceAll("\n", "\r\n") } }),
    [
      `stscreds default: AKIADEFAULT ${secret} as default-long-term`,
      `stscreds work: AKIAWORK ${secret} as work-long-term`,
      "stscreds half: half of its key is missing: credentials: aws_secret_access_key in [half]",
    ],
  );
});

Deno.test("aws-sts-helpers: each pair of key files is a profile, in the order of the names", async () => {
  const files = {
    ...account("work"),
    ...account("personal"),
    ...account("half", { secret_key: "" }),
    "aws-creds/none.access_key": "AKIANONE",
    "aws-creds/only.secret_key": secret,
    "aws-creds/.cache.work.access_key": "ASIACACHED",
    "aws-creds/.cache.work.secret_key": secret,
    "aws-creds/.access_key": "AKIANAMELESS",
    "aws-creds/notes.txt": "AKIANOTES",
  };
  assertEquals(await lines({ files }), [
    "aws-sts-helpers half: half of its key is missing: half.secret_key",
    "aws-sts-helpers none: half of its key is missing: none.secret_key",
    `aws-sts-helpers personal: AKIApersonal ${secret} as personal-long-term`,
    `aws-sts-helpers work: AKIAwork ${secret} as work-long-term`,
  ]);
});

for (
  const [what, write] of Object.entries({
    "CRLF": (text: string) => `${text}\r\n`,
    "no line end": (text: string) => text,
    "blank lines and spaces": (text: string) => `\n  ${text}\t\n\n`,
    "a byte order mark": (text: string) => `\uFEFF${text}\n`,
  })
) {
  Deno.test(`aws-sts-helpers: a key file with ${what} is read`, async () => {
    const more = { access_key: write("AKIAWORK"), secret_key: write(secret), user: write("bob") };
    const files = { ...account("work", more), "accounts.json": JSON.stringify(accounts) };
    assertEquals(await lines({ files, accountsFile: "accounts.json" }), [
      `aws-sts-helpers work: AKIAWORK ${secret} as work-long-term with arn:aws:iam::123456789012:mfa/bob`,
    ]);
  });
}

const devices: [
  what: string,
  name: string,
  more: Record<string, string>,
  serial: string | undefined,
][] = [
  ["USER's", "work", {}, "arn:aws:iam::123456789012:mfa/alice"],
  ["that of the .user file", "work", { user: "bob\n" }, "arn:aws:iam::123456789012:mfa/bob"],
  [
    "USER's when the .user file is empty",
    "work",
    { user: "\n" },
    "arn:aws:iam::123456789012:mfa/alice",
  ],
  ["in China", "china", {}, "arn:aws-cn:iam::210987654321:mfa/alice"],
  ["in GovCloud", "gov", {}, "arn:aws-us-gov:iam::012345678901:mfa/alice"],
  ["left to IAM for an account that the file does not have", "toString", {}, undefined],
  ["left to IAM for an account without an ARN", "odd", {}, undefined],
  ["left to IAM for an account with something else", "worse", {}, undefined],
  ["left to IAM for a name that no device has", "work", { user: "DOMAIN\\bob" }, undefined],
];

for (const [what, name, more, serial] of devices) {
  Deno.test(`aws-sts-helpers: the device is ${what}`, async () => {
    const files = { ...account(name, more), "accounts.json": JSON.stringify(accounts) };
    assertEquals(await lines({ files, accountsFile: "accounts.json" }), [
      `aws-sts-helpers ${name}: AKIA${name} ${secret} as ${name}-long-term${
        serial === undefined ? "" : ` with ${serial}`
      }`,
    ]);
  });
}

Deno.test("aws-sts-helpers: without USER and .user file the device is left to IAM", async () => {
  const files = { ...account("work"), "accounts.json": JSON.stringify(accounts) };
  const [found] = await lines({ files, accountsFile: "accounts.json", env: { USER: "" } });
  assertStringIncludes(found!, "as work-long-term");
  assertEquals(found!.includes("mfa/"), false);
});

for (
  const [what, text] of Object.entries({
    "no JSON": "{",
    "an empty file": "",
    "a list": "[]",
    "null": "null",
    "a text": '"work"',
  })
) {
  Deno.test(`aws-sts-helpers: an accounts' file with ${what} is an error that names it`, async () => {
    const files = { ...account("work"), "accounts.json": text };
    const error = await failure({ files, accountsFile: "accounts.json" });
    assertEquals(error.code, "UnparsableFile");
    assertStringIncludes(error.message, "/accounts.json is no");
    assertEquals(error.hint, "name the right file with --accounts-file");
  });
}

Deno.test("aws-sts-helpers: an accounts' file that somebody named must be there", async () => {
  const error = await failure({ files: account("work"), accountsFile: "acounts.json" });
  assertEquals(error.code, "FileUnreadable");
  assertStringIncludes(error.message, "/acounts.json: there is no such file");
});

Deno.test("what can't be read is an error that names it", async () => {
  const broken = (path: string) => (files: Files): Files => {
    const refuse = (name: string) => {
      if (name.replaceAll("\\", "/").endsWith(path)) {
        throw new Deno.errors.PermissionDenied("os error 13");
      }
    };
    return {
      ...files,
      read: async (name) => (refuse(name), await files.read(name)),
      list: async (name) => (refuse(name), await files.list(name)),
    };
  };
  const files = {
    ...account("work", { user: "bob" }),
    ".stscreds/credentials": "",
    "accounts.json": "{}",
  };
  for (
    const path of [
      ".stscreds/credentials",
      "aws-creds",
      "aws-creds/work.access_key",
      "aws-creds/work.secret_key",
      "aws-creds/work.user",
      "accounts.json",
    ]
  ) {
    const world = { files, accountsFile: "accounts.json", changeFiles: broken(path) };
    const { code, message } = await failure(world);
    assertEquals(code, "FileUnreadable");
    assertStringIncludes(message, `/${path}: permission denied`);
  }
});

Deno.test("a tool that is not asked for is not looked at: what is wrong with it harms nobody", async () => {
  const files = { ...account("work"), ".stscreds/credentials": "not INI" };
  assertEquals((await failure({ files })).code, "UnparsableFile");
  assertEquals((await lines({ files, tools: ["aws-sts-helpers", "aws-mfa"] })).length, 1);
});

Deno.test("where no tool has been there is nothing", async () => {
  assertEquals(await lines({ files: {} }), []);
  assertEquals(await lines({ files: { "aws-creds": "a file", ".stscreds/other": "" } }), []);
});
