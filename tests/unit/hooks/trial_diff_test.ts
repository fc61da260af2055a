import { assertEquals } from "@std/assert";
import { Secret } from "../../../lib/credentials.ts";
import { shownChange } from "../../../lib/hooks/trial_diff.ts";

function diff(before: string | undefined, after: string): readonly string[] {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return shownChange(
    { path: "/x", ...(before !== undefined && { before: bytes(before) }), after: bytes(after) },
    [new Secret("pieces/of=the session")],
    ["throw-away-and-nothing-else-A1"],
  ).diff;
}

const diffs: Readonly<Record<string, readonly [before: string, after: string, diff: string]>> = {
  "lines added at the end": ["a\nb\n", "a\nb\nc\nd\n", "@@ -2,0 +3,2 @@ +c +d"],
  "a line removed at the beginning": ["a\nb\n", "b\n", "@@ -1 +0,0 @@ -a"],
  "two places": ["a\nb\nc\nd\n", "x\nb\nc\ny\n", "@@ -1 +1 @@ -a +x @@ -4 +4 @@ -d +y"],
  "a line end that is new": ["a", "a\n", "@@ -1 +1 @@ -a \\ No newline at end of file +a"],
  "nothing left": ["a\n", "", "@@ -1 +0,0 @@ -a"],
};

for (const [what, [before, after, expected]] of Object.entries(diffs)) {
  Deno.test(`shownChange() with ${what}`, () => {
    assertEquals(diff(before, after).join(" "), expected);
  });
}

const shown: Readonly<Record<string, string>> = {
  "DB_PASSWORD=hunter2": "DB_PASSWORD=[secret]",
  '"auth": "eDp5",': '"auth": "[secret]",',
  '"auths": {': '"auths": {',
  "x=pieces/of=the session!": "x=[secret]!",
  "x=throw-away-and-nothing-else-A1": "x=throw-away-and-nothing-else-A1",
  "AWS_SESSION_TOKEN=throw-away-and-nothing-else-A1":
    "AWS_SESSION_TOKEN=throw-away-and-nothing-else-A1",
  "certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t":
    "certificate-authority-data: [secret]",
  "id: 0123456789abcdef0123456789abcdef": "id: [secret]",
  "AWS_CREDENTIAL_EXPIRATION=2026-03-04T06:06:07Z":
    "AWS_CREDENTIAL_EXPIRATION=2026-03-04T06:06:07Z",
  "server: https://SHOP.gr7.eu-west-1.eks.amazonaws.com":
    "server: https://SHOP.gr7.eu-west-1.eks.amazonaws.com",
  '"123456789012.dkr.ecr.eu-west-1.amazonaws.com": "stsmfa"':
    '"123456789012.dkr.ecr.eu-west-1.amazonaws.com": "stsmfa"',
  "  user: arn:aws:eks:eu-west-1:123456789012:cluster/shop@prod":
    "  user: arn:aws:eks:eu-west-1:123456789012:cluster/shop@prod",
  "apiVersion: client.authentication.k8s.io/v1beta1":
    "apiVersion: client.authentication.k8s.io/v1beta1",
  "PASSWORD=one,two three": "PASSWORD=[secret]",
  "  password: one two three": "  password: [secret]",
  '"password": "a b, \\"c", "x": 1': '"password": "[secret]", "x": 1',
  "{token: 'it''s', user: b}": "{token: '[secret]', user: b}",
  "users: [{name: m, user: {token: x}}, ]": "users: [{name: m, user: {token: [secret]",
  '"Authorization": "Basic eDp5", "X-Plain": "y"': '"Authorization": "[secret]", "X-Plain": "y"',
  '"client-key-data": "MII="}': '"client-key-data": "[secret]"}',
  '{"name": "VAULT_TOKEN", "value": "s.1"}': '{"name": "VAULT_TOKEN", "value": "[secret]"}',
  '"args": ["--token", "s.1", "--password=s 2", "-v"]':
    '"args": ["--token", "[secret]", "--password=[secret]',
  "- --api-key=s.1": "- --api-key=[secret]",
  '"httpProxy": "http://alice:pa:ss@proxy:3128"': '"httpProxy": "http://[secret]@proxy:3128"',
  "url: http://s.1@proxy:3128/a@b": "url: http://[secret]@proxy:3128/a@b",
  '"auth": "", "email": "x"': '"auth": "", "email": "x"',
  "command: /home/alice/.local/bin/some/where/stsmfa":
    "command: /home/alice/.local/bin/some/where/stsmfa",
};

for (const [line, expected] of Object.entries(shown)) {
  Deno.test(`shownChange() of ${line}`, () => {
    assertEquals(diff("", `${line}\n`)[1], `+${expected}`);
    assertEquals(diff(`${line}\n`, "")[1], `-${expected}`);
  });
}

Deno.test("shownChange() shows no bytes that are not text, and no more lines than anybody reads", () => {
  assertEquals(diff(undefined, "a\0b"), ["3 bytes that are not text"]);
  const lines = diff("", Array.from({ length: 300 }, (_, n) => `${n}\n`).join(""));
  assertEquals([lines.length, lines.at(-1)], [101, "and 201 lines more"]);
});
