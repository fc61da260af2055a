/**
 * The real kubectl, from a refresh to an answer of a cluster.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openKubeHome } from "../support/kube_home.ts";
import { kubectl, needsKubectl } from "../support/kubectl.ts";
import { LoopbackKube, type TokenReview } from "../support/loopback_kube.ts";
import { CA_FILE } from "../support/loopback_sts.ts";
import { cliCommand, SpawnedHome } from "../support/spawned_cli.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const roleSession = "arn:aws:sts::222222222222:assumed-role/Administrator/alice";
const needed = needsKubectl();

/** A cluster, and kubectl with `stsmfa` on its PATH. */
async function openCluster(block: readonly string[] = ["kube_cluster = shop"]) {
  const stack = new AsyncDisposableStack();
  const review: { -readonly [KEY in keyof TokenReview]: TokenReview[KEY] } = {
    cluster: "shop",
    stsHost: "",
  };
  const cluster = stack.use(new LoopbackKube(review));
  const kube = stack.use(
    await openKubeHome({
      block: [...block, `role_arn = ${roleArn}`],
      endpoint: cluster.url,
      sts: { tls: true, roles: [{ roleArn }] },
      env: { AWS_CA_BUNDLE: CA_FILE },
    }),
  );
  const { home } = kube;
  review.stsHost = new URL(home.sts.url).host;
  const words = cliCommand().map((word) => `'${word}'`).join(" ");
  await home.test.write("bin/stsmfa", `#!/bin/sh\nexec ${words} "$@"\n`, 0o755);
  const spawned = stack.use(await SpawnedHome.create());
  const env = {
    ...spawned.env,
    ...home.test.env,
    PATH: `${home.test.path("bin")}:${spawned.env["PATH"]}`,
  };
  return {
    kube,
    home,
    cluster,
    review,
    run: (...args: string[]) => kubectl(args, env),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test({
  name: `after a refresh kubectl gets in, as the role, in both versions${needed.name}`,
  ignore: needed.ignore,
  fn: async () => {
    await using shop = await openCluster();
    const { home, cluster, kube } = shop;
    assertEquals(await kube.refresh(), 0, home.test.output);
    for (const version of ["v1beta1", "v1"]) {
      const text = await kube.read();
      await home.test.write(
        ".kube/config",
        text.replace(
          /client.authentication.k8s.io\/\w+/,
          `client.authentication.k8s.io/${version}`,
        ),
      );
      cluster.callers.length = 0;
      const { code, stdout, stderr } = await shop.run("get", "namespaces", "-o", "name");
      assertEquals([code, stdout], [0, "namespace/of-the-loopback\n"], stderr);
      assertEquals(new Set(cluster.callers), new Set([roleSession]));
      assertEquals(cluster.refusals, []);
    }
    const { stdout } = await shop.run("config", "view", "-o", "jsonpath={.current-context}");
    assertEquals(stdout, "arn:aws:eks:eu-west-1:123456789012:cluster/shop");
  },
});

Deno.test({
  name: `kubectl takes the alias of a context, and reads what the hook has edited${needed.name}`,
  ignore: needed.ignore,
  fn: async () => {
    await using shop = await openCluster(["kube_cluster = shop as my-shop"]);
    const { home, kube } = shop;
    await shop.run("config", "set-cluster", "lab", "--server=https://127.0.0.1:1");
    await shop.run("config", "set-context", "lab", "--cluster=lab");
    await shop.run("config", "use-context", "lab");
    assertEquals(await kube.refresh(), 0, home.test.output);
    const listed = await shop.run("config", "get-contexts", "-o", "name");
    assertEquals(listed.stdout, "lab\nmy-shop\n", listed.stderr);
    assertEquals((await shop.run("config", "current-context")).stdout, "lab\n");
    const asked = await shop.run("--context", "my-shop", "get", "--raw", "/version");
    assertStringIncludes(asked.stdout, "v1.32.0", asked.stderr);
  },
});

Deno.test({
  name:
    `kubectl shows why there is no token, and a token for another cluster opens none${needed.name}`,
  ignore: needed.ignore,
  fn: async () => {
    await using shop = await openCluster();
    const { home, kube, cluster, review } = shop;
    assertEquals(await kube.refresh(), 0, home.test.output);
    review.cluster = "other";
    const refused = await shop.run("get", "--raw", "/version");
    assertEquals(refused.code, 1);
    assert(cluster.refusals.every((each) => each.includes("SignatureDoesNotMatch")));
    assertEquals([cluster.refusals.length > 0, cluster.callers], [true, []]);

    await home.test.write(".aws/credentials", "");
    await Deno.remove(home.test.path(".local"), { recursive: true });
    const failed = await shop.run("get", "--raw", "/version");
    assertEquals([failed.code, failed.stdout], [1, ""]);
    assertStringIncludes(failed.stderr, "stsmfa: error: ");
    assertStringIncludes(failed.stderr, "stsmfa failed with exit code 3");
  },
});
