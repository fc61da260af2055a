import { assertEquals } from "@std/assert";
import { isNamedIn } from "../../../lib/system/no_proxy.ts";

const sts = "https://sts.eu-west-1.amazonaws.com/";
const cases: readonly [noProxy: string, url: string, isNamed: boolean][] = [
  ["*", sts, true],
  ["a.example, *", sts, true],
  ["amazonaws.com", sts, true],
  [".amazonaws.com", sts, true],
  ["*.amazonaws.com", sts, true],
  ["*.AmazonAWS.com", sts, true],
  ["STS.eu-west-1.amazonaws.com", sts, true],
  ["sts.eu-west-1.amazonaws.com:443", sts, true],
  ["sts.eu-west-1.amazonaws.com:8443", sts, false],
  ["aws.com", sts, false],
  ["sts", sts, false],
  ["", sts, false],
  [" , ", sts, false],
  [".", sts, false],
  ["*.", sts, false],
  ["*.*", sts, false],
  ["eu-west-1.amazonaws.com a.example", sts, true],
  ["localhost:4566", "http://localhost:4566/", true],
  ["localhost:4566", "http://localhost:4567/", false],
  ["127.0.0.1:80", "http://127.0.0.1/", true],
  ["::1", "http://[::1]:4566/", true],
  ["[::1]", "http://[::1]:4566/", true],
  ["[::1]:4566", "http://[::1]:4566/", true],
  ["[::1]:4567", "http://[::1]:4566/", false],
  ["::2", "http://[::1]:4566/", false],
];

Deno.test("NO_PROXY means what it means to other tools", () => {
  for (const [noProxy, url, isNamed] of cases) {
    assertEquals(isNamedIn(noProxy, new URL(url)), isNamed, `${noProxy} ${url}`);
  }
});
