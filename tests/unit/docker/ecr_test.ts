import { assertEquals, assertThrows } from "@std/assert";
import { UnusableAnswer } from "../../../lib/aws/answer.ts";
import { readFault, readPassword, registryOf } from "../../../lib/docker/ecr.ts";

function answer(authorizationToken: unknown, expiresAt?: unknown): string {
  return JSON.stringify({ authorizationData: [{ authorizationToken, expiresAt }] });
}

Deno.test("readPassword() takes what ECR, its public registry and emulators answer", () => {
  const token = btoa("AWS:pass+word/==");
  const password = { username: "AWS", password: "pass+word/==" };
  assertEquals(readPassword(answer(token)), password);
  const expiresAt = new Date("2026-03-04T05:06:07Z");
  assertEquals(readPassword(answer(token, expiresAt.getTime() / 1000)), { ...password, expiresAt });
  assertEquals(readPassword(answer(token, "2026-03-04T05:06:07Z")), { ...password, expiresAt });
  const one = JSON.stringify({ authorizationData: { authorizationToken: token } });
  assertEquals(readPassword(one), password);
  // moto's has ended long ago.
  assertEquals(readPassword(answer(token, 1420070400)).password, "pass+word/==");
});

Deno.test("readPassword() tells whose registry it is for, as far as AWS says", () => {
  const token = btoa("AWS:x");
  const given = (proxyEndpoint: unknown) =>
    readPassword(
      JSON.stringify({ authorizationData: [{ authorizationToken: token, proxyEndpoint }] }),
    ).accountId;
  const host = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn";
  assertEquals(given(`https://${host}`), "123456789012");
  for (const each of [undefined, 1, {}, "http://localhost:4566", `https://${host}.example.com`]) {
    assertEquals(given(each), undefined);
  }
});

const noString = { toString: 1, valueOf: 1 };

for (
  const [what, text] of Object.entries({
    "a page": "<html>",
    "null": "null",
    "a number": "1",
    "no token": "{}",
    "an empty list": '{"authorizationData":[]}',
    "a token that is no Base64": answer("%"),
    "a token without a password": answer(btoa("AWS:")),
    "a token without a user": answer(btoa(":password")),
    "a password with a line end": answer(btoa("AWS:pass\nword")),
    "a password with a blank": answer(btoa("AWS:pass word")),
    "a password that no header holds": answer(btoa(`AWS:${"x".repeat(16385)}`)),
    "a user that no one has": answer(btoa(`${"x".repeat(257)}:password`)),
    "a token that is an object": answer(noString),
    "data that is an object": JSON.stringify({ authorizationData: noString }),
  })
) {
  Deno.test(`readPassword() refuses ${what}`, () => {
    assertThrows(() => readPassword(text), UnusableAnswer);
  });
}

Deno.test("an end that is no date is none", () => {
  for (const expiresAt of [noString, "soon", 1e300, null, true]) {
    assertEquals(readPassword(answer(btoa("AWS:x"), expiresAt)), {
      username: "AWS",
      password: "x",
    });
  }
});

Deno.test("readFault() reads AWS's words, and takes what are none for somebody else's", () => {
  const fault = { __type: "com.amazon#AccessDeniedException:http://x", message: "no" };
  const unknown = { name: "Unknown", message: "Unknown" };
  assertEquals(readFault(JSON.stringify(fault)), { name: "AccessDeniedException", message: "no" });
  for (const text of ["{}", "[]", "null", "1", JSON.stringify({ __type: noString })]) {
    assertEquals(readFault(text), unknown, text);
  }
  const silent = JSON.stringify({ __type: "X", message: noString });
  assertEquals(readFault(silent), { name: "X", message: "" });
});

Deno.test("registryOf() takes a host for a registry only where its region's registries are", () => {
  const regions: Readonly<Record<string, string>> = {
    "eu-west-1": "amazonaws.com",
    "us-gov-west-1": "amazonaws.com",
    "moon-1": "amazonaws.com",
    "cn-north-1": "amazonaws.com.cn",
    "eusc-de-east-1": "amazonaws.eu",
    "us-iso-east-1": "c2s.ic.gov",
    "us-isob-east-1": "sc2s.sgov.gov",
    "eu-isoe-west-1": "cloud.adc-e.uk",
    "us-isof-south-1": "csp.hci.ic.gov",
  };
  const suffixes = new Set(Object.values(regions));
  for (const [region, own] of Object.entries(regions)) {
    for (const suffix of [...suffixes, "example.com", "on.aws", "on.amazonwebservices.com.cn"]) {
      const host = `123456789012.dkr.ecr.${region}.${suffix}`;
      const isDualStack = suffix === "on.aws" && own === "amazonaws.com" ||
        suffix === "on.amazonwebservices.com.cn" && own === "amazonaws.com.cn";
      assertEquals(
        registryOf(host)?.region,
        suffix === own || isDualStack ? region : undefined,
        host,
      );
    }
  }
});
