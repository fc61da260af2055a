import { assertEquals, assertStringIncludes } from "@std/assert";
import { longTerm, openHome } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

/** A refusal of GetSessionToken, and what the user is told. */
interface Row {
  readonly situation: string;
  readonly status?: number;
  readonly awsCode: string;
  readonly awsMessage: string;
  readonly code: string;
  readonly says: string;
  readonly hint: string;
  readonly exitStatus?: number;
  /** Whether it may be typed again. */
  readonly again?: boolean;
}

const rows: readonly Row[] = [
  {
    situation: "a wrong code",
    awsCode: "AccessDenied",
    awsMessage: "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    code: "TokenCodeRefused",
    says: "the MFA code: it is wrong or was already used",
    hint: "wait for the next code",
    again: true,
  },
  {
    situation: "somebody else's device",
    awsCode: "AccessDenied",
    awsMessage:
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    code: "MfaSerialRefused",
    says: "the MFA device: it does not belong to this user",
    hint: "--mfa-serial ARN",
  },
  {
    situation: "half of the proof",
    awsCode: "AccessDenied",
    awsMessage:
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    code: "MfaSerialRefused",
    says: "the MFA device: it does not belong to this user",
    hint: "--mfa-serial ARN",
  },
  {
    situation: "a code of a bad shape",
    status: 400,
    awsCode: "ValidationError",
    awsMessage:
      "1 validation error detected: Value '654321' at 'tokenCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\d]*",
    code: "RequestRefused",
    says: "tokenCode: Member must satisfy regular expression pattern: [\\d]*",
    hint: "--dry-run",
  },
  {
    situation: "a deleted access key",
    awsCode: "InvalidClientTokenId",
    awsMessage: "The security token included in the request is invalid",
    code: "AccessKeyRefused",
    says: "AWS does not know the access key AKIAALICEALICEALICE2",
    hint: "check the key in the IAM console",
  },
  {
    situation: "a wrong secret key",
    awsCode: "SignatureDoesNotMatch",
    awsMessage:
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
    code: "SecretKeyRefused",
    says: "the secret access key does not match AKIAALICEALICEALICE2",
    hint: "copy aws_secret_access_key again",
  },
  {
    situation: "a clock that is off",
    awsCode: "SignatureDoesNotMatch",
    awsMessage:
      "Signature expired: 20220127T001427Z is now earlier than 20220127T014428Z (20220127T015928Z - 15 min.)",
    code: "ClockSkew",
    says: "the request: this machine's clock is wrong",
    hint: "set the clock",
  },
  {
    situation: "an expired session",
    awsCode: "ExpiredToken",
    awsMessage: "The security token included in the request is expired",
    code: "SessionExpired",
    says: "the session used for this call has expired",
    hint: "run the same command with --force",
  },
  {
    situation: "session credentials as source",
    awsCode: "AccessDenied",
    awsMessage: "Cannot call GetSessionToken with session credentials",
    code: "SourceIsSession",
    says: "the source has the keys of a session",
    hint: "store the user's own access key",
    exitStatus: 3,
  },
  {
    situation: "a policy that denies",
    awsCode: "AccessDenied",
    awsMessage:
      "User: arn:aws:iam::1:user/x is not authorized to perform: sts:GetSessionToken with an explicit deny",
    code: "AccessDenied",
    says: "AWS denied GetSessionToken for AKIAALICEALICEALICE2",
    hint: "a policy does not allow it",
  },
  {
    situation: "STS switched off in the region",
    awsCode: "RegionDisabledException",
    awsMessage:
      "STS is not activated in this region for account:1. Your account administrator can activate STS in this region using the IAM Console.",
    code: "RegionDisabled",
    says: "STS is not activated for this account",
    hint: "--region",
  },
  {
    situation: "too many requests",
    status: 400,
    awsCode: "Throttling",
    awsMessage: "Rate exceeded",
    code: "Throttled",
    says: "too many requests",
    hint: "wait for the next code and try again",
  },
  {
    situation: "a refusal nobody has met yet",
    status: 418,
    awsCode: "Teapot",
    awsMessage: "No coffee for \x1b[31m654321\n",
    code: "RequestRefused",
    says: "AWS refused GetSessionToken: Teapot: No coffee for \x1b[31m[secret]",
    hint: "",
  },
];

for (const row of rows) {
  Deno.test(`${row.situation}: a message and a hint of its own, one request, the file untouched`, async () => {
    await using home = await openHome();
    home.answer("654321");
    const { awsCode: code, awsMessage: message, status = 403 } = row;
    const args = ["--json", ...row.again ? ["--token-code", "654321", "--non-interactive"] : []];
    home.sts.failNext({ kind: "error", action: "GetSessionToken", code, message, status });
    assertEquals(await home.unchanged(() => home.run(...args)), row.exitStatus ?? 4);
    assertEquals(home.jsonError.code, row.code);
    assertStringIncludes(home.jsonError.message, row.says);
    assertStringIncludes(home.jsonError.hint ?? "", row.hint);
    assertEquals(home.test.output.includes("654321"), false);
    assertEquals(home.sts.count("GetSessionToken"), 1);
  });
}

Deno.test({
  name: "no word of an answer steers the terminal, the error code neither",
  fn: async () => {
    await using home = await openHome();
    home.types();
    const code = "Tea\x1b[31mpot";
    home.sts.failNext({ kind: "error", action: "GetSessionToken", code, message: "", status: 403 });
    assertEquals(await home.run(), 4);
    assertEquals(home.stderr.includes("\x1b"), false);
  },
});

for (
  const [awsMessage, says, hint] of [
    [
      "Roles may not be assumed by root accounts.",
      "the root user cannot assume a role",
      "IAM user",
    ],
    [
      "User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: r",
      "AWS denied AssumeRole of arn:aws:iam::222222222222:role/x",
      "trust policy",
    ],
    [
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
      "the duration is longer than 1h",
      "--duration 1h",
    ],
    [
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      "longer than the role arn:aws:iam::222222222222:role/x allows",
      "--duration",
    ],
  ] as const
) {
  Deno.test(`a role refused with "${awsMessage.slice(0, 40)}...": ${says}`, async () => {
    await using home = await openHome();
    home.types();
    const isDuration = awsMessage.includes("DurationSeconds");
    home.sts.failNext({
      kind: "error",
      action: "AssumeRole",
      code: isDuration ? "ValidationError" : "AccessDenied",
      message: awsMessage,
      status: isDuration ? 400 : 403,
    });
    const run = () => home.run("--role-arn", "arn:aws:iam::222222222222:role/x", "--json");
    assertEquals(await home.unchanged(run), 4);
    assertEquals(home.jsonError.code, isDuration ? "DurationRefused" : "AccessDenied");
    assertStringIncludes(home.jsonError.message, says);
    assertStringIncludes(home.jsonError.hint ?? "", hint);
  });
}

for (const [minutes, words] of [[20, "20m ahead of"], [-780, "13h behind"]] as const) {
  Deno.test(`a clock that is ${words} AWS's: the skew is measured and told`, async () => {
    await using home = await openHome({
      sts: { now: () => new Date(home.test.clock.now().getTime() - minutes * 60_000) },
    });
    home.types();
    assertEquals(await home.unchanged(() => home.run()), 4);
    assertEquals(
      home.stderr,
      `stsmfa: error: AWS refused the request: this machine's clock is ${words} AWS's\n` +
        "stsmfa: hint: set the clock; on Linux: sudo timedatectl set-ntp true; " +
        "on Windows: w32tm /resync\n",
    );
  });
}

Deno.test("a really deleted key and a really wrong secret are told apart, before a code is asked", async () => {
  const gone = alice({ accessKeyId: "AKIAGONEGONEGONEGON2" });
  const wrong = alice({ secretAccessKey: "not/the+secret/of+alice+at+all/0000000000" });
  const credentials = `${longTerm("gone-long-term", gone)}\n${longTerm("wrong-long-term", wrong)}`;
  await using home = await openHome({ credentials });
  assertEquals(await home.unchanged(() => home.run("gone")), 4);
  assertStringIncludes(home.stderr, "AWS does not know the access key AKIAGONEGONEGONEGON2");
  assertEquals(await home.unchanged(() => home.run("wrong")), 4);
  assertStringIncludes(
    home.stderr,
    "the secret access key does not match AKIAALICE",
  );
  assertEquals(home.test.questions, []);
});

Deno.test("a user whom a policy denies everything: what was denied, and whom to ask", async () => {
  await using home = await openHome({ sts: { users: [alice({ denied: true })] } });
  home.types();
  assertEquals(await home.unchanged(() => home.run()), 4);
  assertStringIncludes(home.stderr, "AWS denied GetSessionToken for AKIAALICEALICEALICE2");
  assertStringIncludes(home.stderr, "ask whoever manages the AWS account");
});

Deno.test("a source that holds a session is refused before any request", async () => {
  const credentials = longTerm("default-long-term").replace("AKIA", "ASIA");
  await using home = await openHome({ credentials });
  assertEquals(await home.unchanged(() => home.run()), 3);
  assertStringIncludes(home.stderr, "[default-long-term] has the keys of a session");
  assertEquals(home.sts.count(), 0);
});
