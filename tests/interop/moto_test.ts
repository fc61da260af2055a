/**
 * Against moto, an AWS that others wrote.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import { testOrSkip } from "../support/abilities.ts";
import { needsPython, startPython } from "../support/python.ts";
import { longTermSection, until } from "../support/spawned_cli.ts";
import { TestContext } from "../support/test_context.ts";

const needsMoto = needsPython("moto", "flask");

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** Starts moto, waits until it listens, and stops it at the end. */
async function startMoto(): Promise<AsyncDisposable & { url: string }> {
  const port = freePort();
  const server = startPython(["-m", "moto.server", "-p", String(port), "-H", "127.0.0.1"]);
  const output = [server.stdin.close(), server.stdout.cancel(), server.stderr.cancel()];
  const listens = async () => {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return true;
    } catch {
      return false;
    }
  };
  await until(listens, "moto listens", 20);
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.kill("SIGKILL");
      await Promise.all([server.status, ...output]);
    },
  };
}

testOrSkip({
  name: `moto: a plain profile and a role, and both again with --force${needsMoto.name}`,
  ignore: needsMoto.ignore,
  fn: async () => {
    await using moto = await startMoto();
    await using test = await TestContext.create({
      network: true,
      env: { AWS_ENDPOINT_URL: moto.url },
    });
    const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x".repeat(40) };
    const before = `# mine\n${longTermSection("default-long-term", keys)}`;
    await test.write(".aws/credentials", before);
    await test.write(
      ".aws/config",
      `[default]
mfa_serial = arn:aws:iam::123456789012:mfa/alice
[profile prod]
stsmfa =
  source_profile = default-long-term
  mfa_serial = arn:aws:iam::123456789012:mfa/alice
  role_arn = arn:aws:iam::222222222222:role/Administrator
`,
    );
    assertEquals(await test.run("default", "prod", "--token-code", "123456"), 0, test.output);
    assertMatch(test.stdout, /^default {2}renewed, .*\nprod {5}renewed, expires in (1h|59m)/);
    const first = await test.read(".aws/credentials");
    assertEquals(await test.run("default", "prod"), 0);
    assertMatch(test.stdout, /^default {2}valid, .*\nprod {5}valid, /);
    assertEquals(await test.read(".aws/credentials"), first);

    assertEquals(await test.run("default", "prod", "--force", "--token-code", "654321"), 0);
    const second = await test.read(".aws/credentials");
    assertNotEquals(second, first);
    assert(second.startsWith(before));
    const [was, is] = [IniDocument.parse(first), IniDocument.parse(second)];
    // moto gives every user the same keys, and each role its own.
    const token = "aws_session_token";
    assertNotEquals(is.get("prod", token), was.get("prod", token));
    assert(is.get("default", token) !== undefined);
    assertEquals(await test.run("status"), 0, test.output);
  },
});

testOrSkip({
  name:
    `moto: a user's access key is rotated, finished after --keep-old, and makes room by --delete-inactive${needsMoto.name}`,
  ignore: needsMoto.ignore,
  fn: async () => {
    await using moto = await startMoto();
    await using test = await TestContext.create({
      network: true,
      env: { AWS_ENDPOINT_URL: moto.url },
    });
    const first = await motoUser(moto.url);
    await test.write(".aws/credentials", `# mine\n${longTermSection("default-long-term", first)}`);
    await test.write(
      ".aws/config",
      "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\n",
    );
    const inPlace = async () =>
      IniDocument.parse(await test.read(".aws/credentials"))
        .get("default-long-term", "aws_access_key_id");
    const args = ["keys", "rotate", "--yes", "--token-code"];
    assertEquals(await test.run(...args, "123456", "--keep-old"), 0, test.output);
    const second = await inPlace();
    assertNotEquals(second, first.accessKeyId);
    assertMatch(test.stdout, new RegExp(`${first.accessKeyId}, the old one, is inactive`));

    assertEquals(await test.run("keys", "rotate", "--finish", "--token-code", "654321"), 0);
    assertMatch(test.stdout, new RegExp(`${first.accessKeyId}, the old one, is deleted`));
    assertEquals(await inPlace(), second);

    assertEquals(await test.run(...args, "111111"), 0, test.output);
    assertNotEquals(await inPlace(), second);
    assertMatch(test.stdout, new RegExp(`${second}, the old one, is deleted`));

    const created = await callMoto(moto.url, { Action: "CreateAccessKey" });
    const AccessKeyId = wordIn(created, "AccessKeyId");
    await callMoto(moto.url, { Action: "UpdateAccessKey", AccessKeyId, Status: "Inactive" });
    assertEquals(await test.run(...args, "222222", "--delete-inactive"), 0, test.output);
    const list = await callMoto(moto.url, { Action: "ListAccessKeys" });
    const listed = [...list.matchAll(/<AccessKeyId>([^<]+)</g)].map(([, id]) => id);
    assertEquals(listed, [await inPlace()]);
  },
});

/** Makes a user in moto, which looks at no signature; returns its key. */
async function motoUser(url: string): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  await callMoto(url, { Action: "CreateUser" });
  const text = await callMoto(url, { Action: "CreateAccessKey" });
  return {
    accessKeyId: wordIn(text, "AccessKeyId"),
    secretAccessKey: wordIn(text, "SecretAccessKey"),
  };
}

async function callMoto(url: string, parameters: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ Version: "2010-05-08", UserName: "alice", ...parameters });
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=x",
    },
    body,
  });
  return await response.text();
}

function wordIn(text: string, name: string): string {
  return new RegExp(`<${name}>([^<]+)<`).exec(text)![1]!;
}
