import { assertEquals, assertMatch } from "@std/assert";
import { readCluster } from "../../../lib/kube/eks.ts";
import { awsJson } from "../../support/aws_answers.ts";

const asked = { cluster: "shop", region: "eu-west-1", host: "eks.example" };
const { cluster: shop } = JSON.parse(awsJson("DescribeCluster"));

function read(changes: Record<string, unknown>, status = 200, errorType: string | null = null) {
  const text = JSON.stringify({ cluster: { ...shop, ...changes } });
  return readCluster(asked, { status, text, errorType });
}

Deno.test("readCluster() reads the cluster that was asked for", () => {
  assertEquals(read({}), {
    arn: shop.arn,
    server: shop.endpoint,
    certificateAuthority: shop.certificateAuthority.data,
  });
});

const noString = { toString: 1, valueOf: 1 };

for (
  const [changes, said] of [
    [
      { arn: shop.arn.replace("shop", "lab") },
      /answer from eks.example describes another cluster$/,
    ],
    [{ arn: shop.arn.replace("eu-west-1", "eu-west-2") }, /describes another cluster$/],
    [{ arn: `${shop.arn}\n- evil` }, /answer from eks.example is not from EKS \(status 200\)$/],
    [{ arn: noString }, /is not from EKS/],
    [{ arn: undefined }, /is not from EKS/],
    [{ endpoint: undefined, status: "CREATING" }, /no endpoint yet: it is CREATING$/],
    [{ endpoint: "http://shop.example" }, /no endpoint yet/],
    [{ endpoint: "https://user@shop.example" }, /no endpoint yet/],
    [{ endpoint: "https://shop.example/\n- evil: 1" }, /no endpoint yet/],
    [{ endpoint: "https://shop.example #" }, /no endpoint yet/],
    [{ endpoint: `https://${"x".repeat(2000)}` }, /no endpoint yet/],
    [{ endpoint: noString, status: noString }, /no endpoint yet: it is $/],
    [{ certificateAuthority: { data: "a b" } }, /no endpoint yet/],
    [{ certificateAuthority: { data: "x".repeat(70_000) } }, /no endpoint yet/],
    [{ certificateAuthority: noString }, /no endpoint yet/],
  ] as const
) {
  Deno.test(`readCluster() takes no ${JSON.stringify(changes).slice(0, 60)}`, () => {
    const found = read(changes);
    assertMatch(typeof found === "string" ? found : "it took it", said);
  });
}

Deno.test("readCluster() tells AWS's words, and names who answers in AWS's place", () => {
  const said = (status: number, text: string, errorType: string | null = null) =>
    readCluster(asked, { status, text, errorType });
  assertEquals(said(403, '{"message":"no"}', "X:http://x"), "EKS says 403 X: no");
  for (const text of ["<html>", "", "{}", "[]", "null", JSON.stringify({ message: noString })]) {
    assertMatch(
      String(said(403, text)),
      /^the answer from eks.example is not from EKS \(status 403\)/,
    );
  }
});
