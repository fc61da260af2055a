import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { iamClient } from "../../../lib/aws/iam.ts";
import { Secret } from "../../../lib/credentials.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { TestContext } from "../../support/test_context.ts";

const session = {
  accessKeyId: "ASIASESSIONSESSION22",
  secretAccessKey: new Secret("secret-of-the-session-that-signs-it"),
  sessionToken: new Secret("token-of-the-session-that-signs-it"),
};

/** What was sent. */
interface Sent {
  readonly url: string;
  readonly parameters: Record<string, string>;
  readonly headers: Readonly<Record<string, string>>;
}

function xml(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "text/xml" } });
}

/** A client whose server answers every call with the next of these texts. */
async function clientOf(...answers: readonly (string | Response | Error)[]) {
  const sent: Sent[] = [];
  const left = [...answers];
  const test = await TestContext.create({
    network: (url, { body, headers }) => {
      sent.push({
        url,
        headers,
        parameters: Object.fromEntries(new URLSearchParams(String(body))),
      });
      const answer = left.length > 1 ? left.shift()! : left[0]!;
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve(answer instanceof Response ? answer.clone() : xml(answer));
    },
  });
  const origin = { kind: "default", reason: "test" } as const;
  const endpoint = { value: "https://iam.example/x", origin, signingRegion: "us-east-1" };
  const client = iamClient(
    test.context(),
    { endpoints: { sts: endpoint, iam: endpoint } },
    session,
    {
      userName: "alice@example.com",
      policyCommand: "stsmfa keys rotate work --policy",
    },
  );
  return { client, sent, test, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
}

const answer = (action: string, inside: string) =>
  `<${action}Response><${action}Result>${inside}</${action}Result></${action}Response>`;
const refusal = (code: string, status: number) =>
  xml(
    `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
    status,
  );
const member = (id: string, status: string, date: string) =>
  `<member><AccessKeyId>${id}</AccessKeyId><Status>${status}</Status><CreateDate>${date}</CreateDate></member>`;
const list = (...members: readonly string[]) =>
  answer("ListAccessKeys", `<AccessKeyMetadata>${members.join("")}</AccessKeyMetadata>`);
const created = (id: string, secret: string) =>
  answer(
    "CreateAccessKey",
    `<AccessKey><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey></AccessKey>`,
  );

async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => work, StsmfaError)).code;
}

Deno.test("a call names the user, is signed for IAM, and goes to the endpoint's own path", async () => {
  await using iam = await clientOf(
    list(member("AKIAONEONEONEONEONE2", "Active", "2026-01-02T03:04:05Z")),
  );
  const { keys } = await iam.client.listAccessKeys();
  assertEquals(keys, [{
    accessKeyId: "AKIAONEONEONEONEONE2",
    status: "Active",
    createdAt: new Date("2026-01-02T03:04:05Z"),
  }]);
  const [{ url, parameters, headers }] = iam.sent as [Sent];
  assertEquals(url, "https://iam.example/x/");
  assertEquals(parameters, {
    Action: "ListAccessKeys",
    Version: "2010-05-08",
    UserName: "alice@example.com",
  });
  assertStringIncludes(headers["authorization"]!, "/us-east-1/iam/aws4_request");
  assertEquals(headers["x-amz-security-token"], session.sessionToken.reveal());
});

Deno.test("what is not AWS's is not believed", async () => {
  const date = "2026-01-02T03:04:05Z";
  const answers = [
    list(member("lower", "Active", date)),
    list(member("AKIAONEONEONEONEONE2", "active", date)),
    answer("ListAccessKeys", ""),
    answer("ListAccessKeys", `<AccessKeyMetadata>${"<a/>".repeat(101)}</AccessKeyMetadata>`),
    list().replaceAll("ListAccessKeys", "ListUsers"),
    "<html></html>",
  ];
  for (const each of answers) {
    await using iam = await clientOf(each);
    assertEquals(await codeOf(iam.client.listAccessKeys()), "ServiceUnavailable", each);
  }
  const secrets = [
    "",
    "short",
    "has a blank in the middle of it",
    "x".repeat(300),
    "line\nend-line-end-line",
  ];
  for (const secret of secrets) {
    await using iam = await clientOf(created("AKIAONEONEONEONEONE2", secret));
    assertEquals(await codeOf(iam.client.createAccessKey([])), "ServiceUnavailable", secret);
  }
  await using iam = await clientOf(created("../../AKIA", "x".repeat(40)));
  assertEquals(await codeOf(iam.client.createAccessKey([])), "ServiceUnavailable");
});

Deno.test("creating is sent once, whatever comes of it; the others again where that may help", async () => {
  const faults = [
    () => refusal("ServiceFailure", 500),
    () => refusal("Throttling", 400),
    () => new Error("connection closed"),
  ];
  for (const fault of faults) {
    await using iam = await clientOf(fault());
    await codeOf(iam.client.createAccessKey([]));
    assertEquals(iam.sent.length, 1);
    await codeOf(iam.client.listAccessKeys());
    assertEquals(iam.sent.length, 4);
  }
});

Deno.test("a key that is gone is deleted; elsewhere it is an error", async () => {
  await using iam = await clientOf(refusal("NoSuchEntity", 404));
  await iam.client.deleteAccessKey("AKIAONEONEONEONEONE2");
  assertEquals(await codeOf(iam.client.setActive("AKIAONEONEONEONEONE2", false)), "KeyNotFound");
});

Deno.test("the limit and a denial say what to do", async () => {
  {
    await using iam = await clientOf(refusal("LimitExceeded", 409));
    assertEquals(await codeOf(iam.client.createAccessKey([])), "SecondAccessKey");
  }
  await using iam = await clientOf(refusal("AccessDenied", 403));
  const error = await assertRejects(() => iam.client.createAccessKey([]), StsmfaError);
  assertEquals(error.code, "AccessDenied");
  assertStringIncludes(error.message, "iam:CreateAccessKey");
  assertStringIncludes(error.hint!, "stsmfa keys rotate work --policy");
});

Deno.test("last use is told as far as IAM tells it", async () => {
  const used = (inside: string) =>
    answer("GetAccessKeyLastUsed", `<AccessKeyLastUsed>${inside}</AccessKeyLastUsed>`);
  {
    await using iam = await clientOf(
      used(
        "<LastUsedDate>2026-01-02T03:04:05Z</LastUsedDate><ServiceName>s3</ServiceName><Region>eu-west-1</Region>",
      ),
    );
    assertEquals(await iam.client.lastUse("AKIAONEONEONEONEONE2"), {
      at: new Date("2026-01-02T03:04:05Z"),
      service: "s3",
      region: "eu-west-1",
    });
  }
  await using iam = await clientOf(used("<ServiceName>N/A</ServiceName><Region>N/A</Region>"));
  assertEquals(await iam.client.lastUse("AKIAONEONEONEONEONE2"), {
    at: undefined,
    service: undefined,
    region: undefined,
  });
});
