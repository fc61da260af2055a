/**
 * HTTPS: own certificates, and proxies.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { CA_FILE, type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { type Ended, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const before = `# mine\n${longTermSection("default-long-term", alice())}`;
const bundle = { AWS_CA_BUNDLE: CA_FILE };

/** One run against the STS, and the credentials file after it. */
async function refresh(
  sts: LoopbackSts,
  env: Record<string, string>,
): Promise<Ended & { after: string }> {
  await using home = await SpawnedHome.create({ ...sts.env(), ...env });
  await home.write(".aws/credentials", before);
  const ended = await home.run([
    "--mfa-serial",
    ALICE_DEVICE,
    "--token-code",
    await sts.code(),
  ]);
  return { ...ended, after: await home.read() };
}

Deno.test("a certificate of an authority in AWS_CA_BUNDLE is trusted", async () => {
  await using sts = await startLoopbackSts({ tls: true });
  const { code, stderr, after } = await refresh(sts, bundle);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(after, "\n[default]\n");
});

Deno.test("an unknown authority: exit 5, AWS_CA_BUNDLE is named, and the file is as it was", async () => {
  await using sts = await startLoopbackSts({ tls: true });
  const { code, stderr, after } = await refresh(sts, {});
  assertEquals([code, after, sts.count()], [5, before, 0], stderr);
  assertStringIncludes(stderr, "AWS_CA_BUNDLE");
});

Deno.test("a missing or foreign AWS_CA_BUNDLE: exit 3, the file is named, and nothing is sent", async () => {
  await using sts = await startLoopbackSts({ tls: true });
  for (const path of ["/nowhere/ca.pem", fileURLToPath(import.meta.url)]) {
    const { code, stderr, after } = await refresh(sts, { AWS_CA_BUNDLE: path });
    assertEquals([code, after, sts.count()], [3, before, 0], stderr);
    assertStringIncludes(stderr, path);
    assertStringIncludes(stderr, "AWS_CA_BUNDLE");
  }
});

/** A proxy that understands CONNECT and nothing else. */
class ConnectProxy implements AsyncDisposable {
  readonly asked: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.Conn>();
  readonly #accepting = this.#accept();

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  async #accept(): Promise<void> {
    const served: Promise<void>[] = [];
    for await (const client of this.#listener) served.push(this.#serve(client).catch(() => {}));
    await Promise.all(served);
  }

  async #serve(client: Deno.Conn): Promise<void> {
    this.#connections.add(client);
    let head = "";
    const buffer = new Uint8Array(4096);
    while (!head.includes("\r\n\r\n")) {
      const count = await client.read(buffer);
      if (count === null) return;
      head += new TextDecoder().decode(buffer.subarray(0, count));
    }
    this.asked.push(head.slice(0, head.indexOf("\r\n")));
    const [, hostname, port] = /^CONNECT ([^:\s]+):(\d+)/.exec(head) ?? [];
    if (hostname === undefined) return client.close();
    const server = await Deno.connect({ hostname, port: Number(port) });
    this.#connections.add(server);
    await client.write(new TextEncoder().encode("HTTP/1.1 200 Connection established\r\n\r\n"));
    await Promise.allSettled([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) {
      try {
        connection.close();
      } catch { /* it is closed already */ }
    }
    await this.#accepting;
  }
}

for (const name of ["HTTPS_PROXY", "https_proxy"]) {
  Deno.test(`requests go through the proxy of ${name}`, async () => {
    await using sts = await startLoopbackSts({ tls: true });
    await using proxy = new ConnectProxy();
    const { code, stderr } = await refresh(sts, { ...bundle, [name]: proxy.url });
    assertEquals([code, stderr], [0, ""]);
    assertEquals(proxy.asked, [`CONNECT ${new URL(sts.url).host} HTTP/1.1`]);
  });
}

Deno.test("requests to the hosts of NO_PROXY do not go through the proxy", async () => {
  await using sts = await startLoopbackSts({ tls: true });
  await using proxy = new ConnectProxy();
  const env = { ...bundle, HTTPS_PROXY: proxy.url, NO_PROXY: "example.org,127.0.0.1" };
  const { code, stderr } = await refresh(sts, env);
  assertEquals([code, stderr, sts.count(), proxy.asked], [0, "", 1, []]);
});

Deno.test("a proxy that does not answer: exit 5, and the file is as it was", async () => {
  await using sts = await startLoopbackSts({ tls: true });
  const env = { ...bundle, HTTPS_PROXY: "http://127.0.0.1:1" };
  const { code, stderr, after } = await refresh(sts, env);
  assertEquals([code, after, sts.count()], [5, before, 0], stderr);
  assert(/proxy/i.test(stderr), stderr);
});
