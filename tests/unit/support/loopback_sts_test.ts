import { IAMClient, ListMFADevicesCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
  type STSServiceException,
} from "@aws-sdk/client-sts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
// deno-lint-ignore no-import-prefix -- a second opinion for this file alone
import { SignatureV4 } from "npm:@smithy/signature-v4@5.7.5";
import { createHash, createHmac } from "node:crypto";
import {
  alice,
  ALICE_DEVICE,
  CA_FILE,
  type LoopbackSts,
  startLoopbackSts,
} from "../../support/loopback_sts.ts";
import { type SigningKey, type Verdict, verifySigV4 } from "../../support/sigv4_oracle.ts";
import { STEP_SECONDS, totp } from "../../support/totp.ts";

// --- One-time codes ---------------------------------------------------------------------------

Deno.test("totp gives the codes of RFC 6238, appendix B", () => {
  const vectors = [
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ] as const;
  for (const [seconds, eightDigits] of vectors) {
    const at = new Date(seconds * 1000);
    const raw = new TextEncoder().encode("12345678901234567890");
    assertEquals(totp(raw, at), eightDigits.slice(2));
    assertEquals(totp("gezd gnbv gy3t qojq GEZDGNBVGY3TQOJQ", at), eightDigits.slice(2));
  }
});

// --- Signatures -------------------------------------------------------------------------------

const EXAMPLE_KEY = { secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

/** The ListUsers request of AWS's own Signature Version 4 walk-through. */
const published = (replace: Record<string, string> = {}) =>
  new Request("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", {
    headers: {
      host: "iam.amazonaws.com",
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
        "SignedHeaders=content-type;host;x-amz-date, " +
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
      ...replace,
    },
  });

function verify(
  request: Request,
  now: string,
  key: SigningKey = EXAMPLE_KEY,
  service: "sts" | "iam" = "iam",
): Promise<Verdict> {
  const findKey = (id: string) => id === "AKIDEXAMPLE" ? key : undefined;
  return verifySigV4(request, { findKey, now: () => new Date(now), service });
}

const codeOf = (verdict: Verdict) => verdict.ok ? "ok" : verdict.code;

Deno.test("the oracle accepts AWS's published example, and nothing beside it", async () => {
  const now = "2015-08-30T12:36:00Z";
  assertEquals(await verify(published(), now), {
    ok: true,
    accessKeyId: "AKIDEXAMPLE",
    region: "us-east-1",
    service: "iam",
    date: new Date(now),
  });
  const authorization = published().headers.get("authorization")!;
  const altered = async (replace: Record<string, string>) =>
    codeOf(await verify(published(replace), now));
  assertEquals(await altered({ host: "iam.amazonaws.co" }), "SignatureDoesNotMatch");
  assertEquals(await altered({ "content-type": "text/plain" }), "SignatureDoesNotMatch");
  assertEquals(await altered({ "x-amz-date": "20150830T123601Z" }), "SignatureDoesNotMatch");
  assertEquals(
    await altered({ "x-amz-content-sha256": "0".repeat(64) }),
    "SignatureDoesNotMatch",
  );
  assertEquals(await altered({ "x-amz-date": "" }), "IncompleteSignature");
  assertEquals(await altered({ "x-amz-security-token": "t" }), "InvalidClientTokenId");
  assertEquals(await altered({ authorization: "Basic YTpi" }), "IncompleteSignature");
  const edit = (from: string, to: string) =>
    altered({ authorization: authorization.replace(from, to) });
  assertEquals(await edit("5d672d79", "5d672d78"), "SignatureDoesNotMatch");
  assertEquals(await edit("us-east-1", "us-east-2"), "SignatureDoesNotMatch");
  assertEquals(await edit("AKIDEXAMPLE", "AKIDEXAMPLF"), "InvalidClientTokenId");
  assertEquals(await edit(";host", ""), "SignatureDoesNotMatch");
  assertEquals(await edit(";x-amz-date", ""), "SignatureDoesNotMatch");
  const bare = published();
  bare.headers.delete("authorization");
  assertEquals(codeOf(await verify(bare, now)), "MissingAuthenticationToken");
  assertEquals(codeOf(await verify(published(), now, EXAMPLE_KEY, "sts")), "SignatureDoesNotMatch");
});

Deno.test("the oracle allows fifteen minutes either side, and says so in AWS's words", async () => {
  for (const now of ["2015-08-30T12:21:00Z", "2015-08-30T12:51:00Z"]) {
    assertEquals(codeOf(await verify(published(), now)), "ok");
  }
  assertEquals(await verify(published(), "2015-08-30T12:51:01Z"), {
    ok: false,
    code: "SignatureDoesNotMatch",
    message:
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)",
  });
  assertEquals(await verify(published(), "2015-08-30T12:20:59Z"), {
    ok: false,
    code: "SignatureDoesNotMatch",
    message:
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)",
  });
});

/** The hash that the signer wants to be given. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined
      ? createHash("sha256")
      : createHmac("sha256", typeof secret === "string" ? secret : bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === "string" ? data : bytesOf(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
  reset(): void {}
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

Deno.test("the oracle agrees with another implementation, down to one byte of each part", async () => {
  const now = "2026-01-02T03:04:05Z";
  const key: SigningKey = {
    secretAccessKey: "a+b/c",
    sessionToken: "t+/=",
    expiration: new Date("2026-01-02T04:00:00Z"),
  };
  const signer = new SignatureV4({
    credentials: { accessKeyId: "AKIDEXAMPLE", ...key, expiration: undefined! },
    region: "eu-west-1",
    service: "sts",
    sha256: Sha256,
  });
  const host = "sts.eu-west-1.amazonaws.com";
  const request = {
    method: "POST",
    protocol: "https:",
    hostname: host,
    path: "/a%20b/",
    query: { "b-c": "1", b: "x*y z", empty: "" },
    headers: { host, "x-spaced": "  a   b " },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  };
  const signed = await signer.sign(request, { signingDate: new Date(now) });
  const url = `https://${host}/a%20b/?b-c=1&b=x*y%20z&empty=`;
  const arrived = (
    change: { url?: string; body?: string; headers?: Record<string, string> } = {},
  ) =>
    new Request(change.url ?? url, {
      method: "POST",
      headers: { ...signed.headers, ...change.headers },
      body: change.body ?? signed.body,
    });
  const verdict = async (request: Request, at = now) =>
    codeOf(await verify(request, at, key, "sts"));
  assertEquals(await verdict(arrived()), "ok");
  assertEquals(
    await verdict(arrived({ body: signed.body.replace("15", "16") })),
    "SignatureDoesNotMatch",
  );
  assertEquals(
    await verdict(arrived({ url: url.replace("b-c=1", "b-c=2") })),
    "SignatureDoesNotMatch",
  );
  assertEquals(await verdict(arrived({ url: url.replace("/a", "/b") })), "SignatureDoesNotMatch");
  assertEquals(
    await verdict(arrived({ headers: { "x-spaced": "a c" } })),
    "SignatureDoesNotMatch",
  );
  assertEquals(
    await verdict(arrived({ headers: { "x-amz-security-token": "t+/" } })),
    "InvalidClientTokenId",
  );
  assertEquals(await verdict(arrived(), "2026-01-02T04:00:00Z"), "ExpiredToken");
  const unsignableHeaders = new Set(["x-amz-security-token"]);
  const loose = await signer.sign(request, { signingDate: new Date(now), unsignableHeaders });
  assertEquals(await verdict(arrived({ headers: loose.headers })), "SignatureDoesNotMatch");
  const tokenless = arrived();
  tokenless.headers.delete("x-amz-security-token");
  assertEquals(await verdict(tokenless), "InvalidClientTokenId");
});

// --- The loopback AWS, as the AWS SDK sees it -------------------------------------------------

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type StsCommand = GetSessionTokenCommand | AssumeRoleCommand | GetCallerIdentityCommand;

const region = "eu-west-1";

async function send<R>(sts: LoopbackSts, command: StsCommand, keys: Keys): Promise<R> {
  const client = new STSClient({ region, endpoint: sts.url, credentials: keys, maxAttempts: 1 });
  try {
    return await client.send(command as GetSessionTokenCommand) as R;
  } finally {
    client.destroy();
  }
}

interface Answer {
  readonly Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
  readonly AssumedRoleUser?: { Arn: string; AssumedRoleId: string };
}

type Input = Record<string, unknown>;

const getSessionToken = (sts: LoopbackSts, input: Input = {}, keys: Keys = sts.credentials()) =>
  send<Answer>(sts, new GetSessionTokenCommand(input), keys);

const whoami = (sts: LoopbackSts, keys: Keys = sts.credentials()) =>
  send<{ Arn: string; UserId: string; Account: string }>(
    sts,
    new GetCallerIdentityCommand({}),
    keys,
  );

const ROLE = "arn:aws:iam::222222222222:role/eng/Deploy";

const assumeRole = (sts: LoopbackSts, input: Input = {}, keys: Keys = sts.credentials()) => {
  const all = { RoleArn: ROLE, RoleSessionName: "alice@laptop", ...input };
  return send<Answer>(sts, new AssumeRoleCommand(all), keys);
};

async function listMfaDevices(sts: LoopbackSts, keys: Keys = sts.credentials(), UserName?: string) {
  const config = { region, endpoint: sts.url, credentials: keys, maxAttempts: 1 };
  const client = new IAMClient(config);
  try {
    const input = UserName === undefined ? {} : { UserName };
    const answer = await client.send(new ListMFADevicesCommand(input));
    return (answer.MFADevices ?? []).map((device) => device.SerialNumber);
  } finally {
    client.destroy();
  }
}

const withMfa = async (sts: LoopbackSts, serialNumber = ALICE_DEVICE) => ({
  SerialNumber: serialNumber,
  TokenCode: await sts.code(serialNumber),
});

const keysOf = ({ Credentials }: Answer): Keys => ({
  accessKeyId: Credentials.AccessKeyId,
  secretAccessKey: Credentials.SecretAccessKey,
  sessionToken: Credentials.SessionToken,
});

const mfaSession = async (sts: LoopbackSts): Promise<Keys> =>
  keysOf(await getSessionToken(sts, await withMfa(sts)));

async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => call) as STSServiceException;
  return `${error.$metadata.httpStatusCode} ${error.name}: ${error.message}`;
}

const MFA = "403 AccessDenied: MultiFactorAuthentication failed";
const WRONG_CODE = `${MFA} with invalid MFA one time pass code. `;
const FOREIGN_DEVICE =
  `${MFA}, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.`;
const INVALID_TOKEN =
  "403 InvalidClientTokenId: The security token included in the request is invalid";
const EXPIRED = "403 ExpiredToken: The security token included in the request is expired";
const NO_ROLE = (arn = ROLE) =>
  `403 AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRole on resource: ${arn}`;

const INVALID = "400 ValidationError: 1 validation error detected: Value";
const MUST = "failed to satisfy constraint: Member must";
const CHAINED =
  "400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";

/** A clock that stands still until it is moved. */
function stoppedClock(at = "2026-01-02T03:04:05Z") {
  let time = Date.parse(at);
  return { now: () => new Date(time), move: (seconds: number) => void (time += seconds * 1000) };
}

Deno.test("a session is issued for a code, and its credentials work and are on record", async () => {
  await using sts = await startLoopbackSts();
  const input = { ...await withMfa(sts), DurationSeconds: 900 };
  const before = Date.now();
  const answer = await getSessionToken(sts, input);
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials as
    & Answer["Credentials"]
    & { Expiration: Date };
  assertMatch(AccessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assertMatch(SecretAccessKey, /^(?=.*\+)(?=.*\/)[\w+/]{40}$/);
  assertMatch(SessionToken, /^(?=.*\+)(?=.*\/)[\w+/]{500,}==?$/);
  const seconds = (Expiration.getTime() - before) / 1000;
  assert(seconds > 898 && seconds < 960, `expires in ${seconds} s`);
  assertEquals((await whoami(sts, keysOf(answer))).Arn, "arn:aws:iam::123456789012:user/alice");

  const [first] = sts.requests;
  assertEquals([first?.action, first?.region, first?.service], ["GetSessionToken", region, "sts"]);
  assertEquals(first?.accessKeyId, sts.credentials().accessKeyId);
  assertEquals(first?.params["TokenCode"], input.TokenCode);
  assertStringIncludes(first?.userAgent ?? "", "aws-sdk-js");
  assertEquals([sts.count(), sts.count("GetCallerIdentity"), sts.count("AssumeRole")], [2, 1, 0]);
});

Deno.test("a code is good once, for its own device, one step either side of the clock", async () => {
  const clock = stoppedClock(new Date().toISOString());
  await using sts = await startLoopbackSts({ now: clock.now });
  const secret = alice().devices[0]!.secret;
  const at = (steps: number) =>
    totp(secret, new Date(clock.now().getTime() + steps * STEP_SECONDS * 1000));
  const tryCode = async (code: string, SerialNumber = ALICE_DEVICE) => {
    const call = getSessionToken(sts, { SerialNumber, TokenCode: code }, sts.credentials());
    return await call.then(() => "ok", (error) => `403 AccessDenied: ${error.message}`);
  };
  assertEquals(await tryCode(at(-2)), WRONG_CODE);
  assertEquals(await tryCode(at(2)), WRONG_CODE);
  for (const step of [0, -1, 1]) assertEquals(await tryCode(at(step)), "ok");
  for (const step of [0, -1, 1]) assertEquals(await tryCode(at(step)), WRONG_CODE);
  assertEquals(await tryCode(at(2), "GAHT12345678"), FOREIGN_DEVICE);
  clock.move(STEP_SECONDS);
  assertEquals(await tryCode(at(1)), "ok");
});

Deno.test("code() never runs out and needs no waiting; unspent it stays the same", async () => {
  const clock = stoppedClock(new Date().toISOString());
  await using sts = await startLoopbackSts({ now: clock.now });
  assertEquals(await sts.code(), totp(alice().devices[0]!.secret, clock.now()));
  assertEquals(await sts.code(), await sts.code());
  const codes = new Set<string>();
  for (let n = 0; n < 6; n++) {
    codes.add(await sts.code());
    await getSessionToken(sts, await withMfa(sts));
  }
  assertEquals(codes.size, 6);
});

Deno.test("of two calls with one code at once exactly one wins", async () => {
  await using sts = await startLoopbackSts();
  const input = await withMfa(sts);
  const calls = Array.from({ length: 8 }, () => getSessionToken(sts, input));
  const outcomes = await Promise.allSettled(calls);
  assertEquals(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
});

Deno.test("GetSessionToken refuses misshapen parameters in AWS's words", async () => {
  await using sts = await startLoopbackSts();
  const says = async (input: Input) => await refusal(getSessionToken(sts, input));
  const code = (TokenCode: string) => says({ SerialNumber: ALICE_DEVICE, TokenCode });
  assertEquals(
    await code("12345x"),
    `${INVALID} '12345x' at 'tokenCode' ${MUST} satisfy regular expression pattern: [\\d]*`,
  );
  assertEquals(
    await code("1234567"),
    `${INVALID} '1234567' at 'tokenCode' ${MUST} have length less than or equal to 6`,
  );
  assertEquals(
    await code("1<3"),
    "400 ValidationError: 2 validation errors detected: " +
      `Value '1<3' at 'tokenCode' ${MUST} satisfy regular expression pattern: [\\d]*; ` +
      `Value '1<3' at 'tokenCode' ${MUST} have length greater than or equal to 6`,
  );
  assertEquals(
    await says({ DurationSeconds: 899 }),
    `${INVALID} '899' at 'durationSeconds' ${MUST} have value greater than or equal to 900`,
  );
  assertEquals(
    await says({ DurationSeconds: 129601 }),
    `${INVALID} '129601' at 'durationSeconds' ${MUST} have value less than or equal to 129600`,
  );
  const half = `${MFA}, must provide both MFA serial number and one time pass code.`;
  assertEquals(await says({ SerialNumber: ALICE_DEVICE }), half);
  assertEquals(await says({ TokenCode: "123456" }), half);
});

Deno.test("GetSessionToken is for long-term keys", async () => {
  await using sts = await startLoopbackSts();
  assertEquals(
    await refusal(getSessionToken(sts, {}, await mfaSession(sts))),
    "403 AccessDenied: Cannot call GetSessionToken with session credentials",
  );
});

Deno.test("sessions last twelve hours unless asked, root's never more than one", async () => {
  const clock = stoppedClock(new Date().toISOString());
  const root = alice({ root: true, userName: "root", accessKeyId: "AKIAROOT" });
  await using sts = await startLoopbackSts({ users: [alice(), root], now: clock.now });
  const hours = async (input: Input, user: string) => {
    const { Credentials } = await getSessionToken(sts, input, sts.credentials(user));
    const { Expiration } = Credentials as unknown as { Expiration: Date };
    return Math.round((Expiration.getTime() - clock.now().getTime()) / 3_600_000);
  };
  assertEquals(await hours({}, "alice"), 12);
  assertEquals(await hours({ DurationSeconds: 129600 }, "alice"), 36);
  assertEquals(await hours({}, "root"), 1);
  assertEquals(await hours({ DurationSeconds: 129600 }, "root"), 1);
  assertEquals(
    (await whoami(sts, sts.credentials("root"))).Arn,
    "arn:aws:iam::123456789012:root",
  );
  assertEquals(
    await refusal(assumeRole(sts, {}, sts.credentials("root"))),
    "403 AccessDenied: Roles may not be assumed by root accounts.",
  );
});

Deno.test("a role that requires MFA takes a code or a session that had one", async () => {
  const roles = [{ roleArn: ROLE, maxSessionDuration: 7200 }];
  await using sts = await startLoopbackSts({ roles });
  assertEquals(await refusal(assumeRole(sts)), NO_ROLE());
  const plain = keysOf(await getSessionToken(sts));
  assertEquals(await refusal(assumeRole(sts, {}, plain)), NO_ROLE());
  const direct = await assumeRole(sts, { ...await withMfa(sts), DurationSeconds: 7200 });
  assertEquals(
    direct.AssumedRoleUser?.Arn,
    "arn:aws:sts::222222222222:assumed-role/Deploy/alice@laptop",
  );
  const session = await mfaSession(sts);
  const role = keysOf(await assumeRole(sts, { DurationSeconds: 3600 }, session));
  const identity = await whoami(sts, role);
  assertEquals(identity.Account, "222222222222");
  assertMatch(identity.UserId, /^AROA[A-Z2-7]{17}:alice@laptop$/);
  assertEquals(await refusal(assumeRole(sts, { DurationSeconds: 3601 }, session)), CHAINED);
  assertEquals(
    await refusal(assumeRole(sts, { ...await withMfa(sts), DurationSeconds: 7201 })),
    "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  );
  assertEquals(
    await refusal(assumeRole(sts, { SerialNumber: ALICE_DEVICE, TokenCode: "000000" }, role)),
    FOREIGN_DEVICE,
  );
  // The role's own credentials don't carry the MFA on.
  assertStringIncludes(await refusal(assumeRole(sts, {}, role)), "is not authorized to perform");
});

Deno.test("roles may do without MFA, chain, want an external id, or not be there", async () => {
  const arn = (name: string) => `arn:aws:iam::222222222222:role/${name}`;
  const open = { requiresMfa: false, maxSessionDuration: 43200 };
  await using sts = await startLoopbackSts({
    roles: [
      { roleArn: arn("Open"), ...open },
      { roleArn: arn("Vendor"), ...open, externalId: "e-1" },
      { roleArn: arn("Denied"), ...open, denied: true },
    ],
  });
  const to = (name: string, input: Input = {}, keys?: Keys) =>
    assumeRole(sts, { RoleArn: arn(name), ...input }, keys);
  const first = keysOf(await to("Open", { DurationSeconds: 43200 }));
  await to("Open", {}, first);
  assertEquals(await refusal(to("Open", { DurationSeconds: 3601 }, first)), CHAINED);
  await to("Vendor", { ExternalId: "e-1" });
  assertEquals(await refusal(to("Vendor", { ExternalId: "e-2" })), NO_ROLE(arn("Vendor")));
  assertEquals(await refusal(to("Vendor")), NO_ROLE(arn("Vendor")));
  assertEquals(await refusal(to("Denied")), NO_ROLE(arn("Denied")));
  assertEquals(await refusal(to("Nobody")), NO_ROLE(arn("Nobody")));
  assertEquals(
    await refusal(to("Open", { RoleSessionName: "a b" })),
    `${INVALID} 'a b' at 'roleSessionName' ${MUST} satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
  assertEquals(
    await refusal(to("Open", { DurationSeconds: 43201 })),
    `${INVALID} '43201' at 'durationSeconds' ${MUST} have value less than or equal to 43200`,
  );
  const user = "arn:aws:iam::123456789012:user/alice";
  assertEquals(
    await refusal(assumeRole(sts, { RoleArn: user })),
    "400 ValidationError: Request ARN is invalid",
  );
});

Deno.test("ListMFADevices: own devices, and never with a session that had no MFA", async () => {
  const key = "arn:aws:iam::123456789012:u2f/user/alice/key-ABC";
  const devices = [...alice().devices, { serialNumber: key, secret: "AAAAAAAA" }];
  const bob = { ...alice(), userName: "bob", accessKeyId: "AKIABOB", devices: [] };
  const users = [alice({ devices }), { ...bob, mayListMfaDevices: false }];
  const roles = [{ roleArn: ROLE, requiresMfa: false }];
  await using sts = await startLoopbackSts({ users, roles });
  assertEquals(await listMfaDevices(sts), [ALICE_DEVICE, key]);
  assertEquals(sts.requests[0]?.service, "iam");
  assertEquals(await listMfaDevices(sts, await mfaSession(sts), "alice"), [ALICE_DEVICE, key]);
  const plain = keysOf(await getSessionToken(sts));
  assertEquals(await refusal(listMfaDevices(sts, plain)), INVALID_TOKEN);
  const says = await refusal(listMfaDevices(sts, sts.credentials("bob")));
  assertStringIncludes(says, "user/bob is not authorized to perform: iam:ListMFADevices");
  assertStringIncludes(
    await refusal(listMfaDevices(sts, keysOf(await assumeRole(sts)))),
    "Must specify userName",
  );
  assertEquals(await refusal(getSessionToken(sts, await withMfa(sts, key))), FOREIGN_DEVICE);
  const borrowed = getSessionToken(sts, await withMfa(sts), sts.credentials("bob"));
  assertEquals(await refusal(borrowed), FOREIGN_DEVICE);
});

Deno.test("an explicit deny leaves GetCallerIdentity alone; path and partition show in it", async () => {
  const users = [alice({ denied: true, path: "/eng/", accountId: "333333333333" })];
  await using sts = await startLoopbackSts({ users, partition: "aws-cn" });
  const { Arn } = await whoami(sts);
  assertEquals(Arn, "arn:aws-cn:iam::333333333333:user/eng/alice");
  const deny = " with an explicit deny in an identity-based policy";
  assertEquals(
    await refusal(getSessionToken(sts)),
    `403 AccessDenied: User: ${Arn} is not authorized to perform: sts:GetSessionToken${deny}`,
  );
  assertStringIncludes(await refusal(assumeRole(sts)), deny);
  assertStringIncludes(await refusal(listMfaDevices(sts)), deny);
});

Deno.test("keys that are wrong, unknown, torn or expired are refused as AWS does", async () => {
  const clock = stoppedClock(new Date().toISOString());
  await using sts = await startLoopbackSts({ now: clock.now });
  const keys = sts.credentials();
  assertStringIncludes(
    await refusal(whoami(sts, { ...keys, secretAccessKey: "wrong" })),
    "403 SignatureDoesNotMatch: The request signature we calculated does not match",
  );
  assertEquals(await refusal(whoami(sts, { ...keys, accessKeyId: "AKIANOBODY" })), INVALID_TOKEN);
  const session = keysOf(await getSessionToken(sts, { DurationSeconds: 900 }));
  const torn = { ...session, sessionToken: session.sessionToken!.slice(0, -2) };
  assertEquals(await refusal(whoami(sts, torn)), INVALID_TOKEN);
  const { sessionToken: _, ...tokenless } = session;
  assertEquals(await refusal(whoami(sts, tokenless)), INVALID_TOKEN);
  await whoami(sts, session);
  clock.move(900);
  assertEquals(await refusal(whoami(sts, session)), EXPIRED);
  clock.move(10);
  assertStringIncludes(
    await refusal(whoami(sts)),
    "403 SignatureDoesNotMatch: Signature expired: ",
  );
  clock.move(-2000);
  assertStringIncludes(await refusal(whoami(sts)), "Signature not yet current: ");
});

Deno.test("answers carry the server's date and a request id; unknown actions are refused", async () => {
  const clock = stoppedClock();
  await using sts = await startLoopbackSts({ now: clock.now });
  const call = async (body: string) => {
    const answer = await fetch(sts.url, { method: "POST", body: new URLSearchParams(body) });
    return { answer, text: await answer.text() };
  };
  const unknown = await call("Action=DropTables&Version=2011-06-15");
  assertEquals(unknown.answer.status, 400);
  assertStringIncludes(unknown.text, "<Type>Sender</Type><Code>InvalidAction</Code>");
  assertEquals(unknown.answer.headers.get("date"), "Fri, 02 Jan 2026 03:04:05 GMT");
  const requestId = unknown.answer.headers.get("x-amzn-RequestId") ?? "";
  assertMatch(requestId, /^[0-9a-f-]{36}$/);
  assertStringIncludes(unknown.text, `<RequestId>${requestId}</RequestId>`);
  const unsigned = await call("Action=GetCallerIdentity&Version=2011-06-15");
  assertEquals(unsigned.answer.status, 403);
  assertStringIncludes(unsigned.text, "<Code>MissingAuthenticationToken</Code>");
  assertEquals(sts.requests.map(({ at }) => at), [clock.now(), clock.now()]);
  assertEquals(sts.env(), { AWS_ENDPOINT_URL_STS: sts.url, AWS_ENDPOINT_URL_IAM: sts.url });
});

Deno.test("faults come on order, as often as ordered, to the action they are for", async () => {
  await using sts = await startLoopbackSts();
  sts.failNext({ kind: "throttle", action: "AssumeRole" });
  sts.failNext({ kind: "status", status: 500 });
  sts.failNext({
    kind: "error",
    code: "RegionDisabledException",
    message: "a &lt; <b>",
    status: 403,
  });
  assertEquals(
    await refusal(whoami(sts)),
    "500 InternalFailure: We encountered an error.",
  );
  assertEquals(await refusal(whoami(sts)), "403 RegionDisabledException: a &lt; <b>");
  assertEquals(await refusal(assumeRole(sts)), "400 Throttling: Rate exceeded");
  await whoami(sts);

  const raw = async () => {
    const answer = await fetch(sts.url, { method: "POST", body: "Action=GetCallerIdentity" });
    return `${answer.status} ${answer.headers.get("content-type")} ${await answer.text()}`;
  };
  sts.failNext({ kind: "html" });
  assertMatch(await raw(), /^502 text\/html <!DOCTYPE html>/);
  sts.failNext({ kind: "status", status: 503, body: "busy" }, 2);
  assertEquals([await raw(), await raw()], ["503 text/xml busy", "503 text/xml busy"]);
  sts.failNext({ kind: "cut" });
  await assertRejects(raw, TypeError);
  sts.failNext({ kind: "cut" });
  const cut = await assertRejects(() => whoami(sts)) as Error & { code?: string };
  assertEquals(cut.code, "ECONNRESET");
  await whoami(sts);
});

Deno.test("a fault leaves the code unspent, unless the call was handled and its answer lost", async () => {
  const clock = stoppedClock(new Date().toISOString());
  await using sts = await startLoopbackSts({ now: clock.now });
  const input = await withMfa(sts);
  sts.failNext({ kind: "cut" });
  await assertRejects(() => getSessionToken(sts, input));
  assertEquals(await sts.code(), input.TokenCode);
  sts.failNext({ kind: "cut", handled: true });
  await assertRejects(() => getSessionToken(sts, input));
  assertNotEquals(await sts.code(), input.TokenCode);
  assertEquals(await refusal(getSessionToken(sts, input)), WRONG_CODE);
});

Deno.test("close() ends what hangs and what waits", async () => {
  const sts = await startLoopbackSts({ delayMs: 3_600_000 });
  const waiting = assertRejects(() => whoami(sts));
  while (sts.count() < 1) await new Promise((done) => setTimeout(done));
  sts.delayMs = 0;
  sts.failNext({ kind: "hang" });
  const hanging = assertRejects(() => whoami(sts));
  while (sts.count() < 2) await new Promise((done) => setTimeout(done));
  await whoami(sts);
  await sts.close();
  await Promise.all([waiting, hanging]);
  await sts.close();
});

Deno.test("each answer waits delayMs; connections last only with keepAlive", async () => {
  const slept: number[] = [];
  const sleep = (milliseconds: number) => Promise.resolve(void slept.push(milliseconds));
  const connection = async (sts: LoopbackSts) => {
    const answer = await fetch(sts.url);
    await answer.body?.cancel();
    return answer.headers.get("connection");
  };
  await using slow = await startLoopbackSts({ delayMs: 5000, sleep });
  assertEquals([await connection(slow), slept], ["close", [5000]]);
  await using kept = await startLoopbackSts({ keepAlive: true });
  assertEquals(await connection(kept), "keep-alive");
});

Deno.test("with TLS, whoever trusts its authority gets through, and nobody else", async () => {
  await using sts = await startLoopbackSts({ tls: true });
  using trusting = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(CA_FILE)] });
  for (const host of ["127.0.0.1", "localhost"]) {
    const answer = await fetch(sts.url.replace("127.0.0.1", host), { client: trusting });
    assertStringIncludes(await answer.text(), "InvalidAction");
  }
  await assertRejects(() => fetch(sts.url), TypeError);
});

// --- Another family of clients ----------------------------------------------------------------

const BOTO3 = `
import boto3, os
print(boto3.client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL_STS"]).get_caller_identity()["Arn"], end="")
`;

async function python(code: string, env: Record<string, string> = {}): Promise<string | undefined> {
  try {
    const command = new Deno.Command("python3", { args: ["-c", code], env });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

const hasBoto3 = await python("import importlib.util as u; assert u.find_spec('boto3')") !==
  undefined;

Deno.test({
  name: `boto3 works with issued credentials${hasBoto3 ? "" : " (ignored: no boto3 here)"}`,
  ignore: !hasBoto3,
  fn: async () => {
    await using sts = await startLoopbackSts();
    const session = await mfaSession(sts);
    const arn = await python(BOTO3, {
      ...sts.env(),
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken!,
      AWS_DEFAULT_REGION: "ap-southeast-2",
      AWS_MAX_ATTEMPTS: "1",
    });
    assertEquals(arn, "arn:aws:iam::123456789012:user/alice");
    assertEquals(sts.requests.at(-1)?.region, "ap-southeast-2");
  },
});
