/**
 * The real kubectl, from a refresh to an answer of a cluster.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { type KubeHomeOptions, openKubeHome, SHOP } from "../support/kube_home.ts";
import { kubectl, needsKubectl } from "../support/kubectl.ts";
import { LoopbackKube, type TokenReview } from "../support/loopback_kube.ts";
import { CA_FILE } from "../support/loopback_sts.ts";
import { cliCommand, SpawnedHome } from "../support/spawned_cli.ts";
import { isThorough, seed } from "../support/thorough.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const roleSession = "arn:aws:sts::222222222222:assumed-role/Administrator/alice";
const [roleA, roleB] = ["a", "b"].map((name) => `arn:aws:iam::222222222222:role/${name}`) as [
  string,
  string,
];
const needed = needsKubectl();

/** A cluster, and kubectl, whose PATH has nothing of stsmfa. */
async function openCluster(
  block: readonly string[] = ["kube_cluster = shop", "kube_use_context = true"],
  options: Partial<KubeHomeOptions> = {},
) {
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
      sts: { tls: true, roles: [roleArn, roleA, roleB].map((each) => ({ roleArn: each })) },
      env: { AWS_CA_BUNDLE: CA_FILE },
      ownCommand: cliCommand(),
      ...options,
    }),
  );
  const { home } = kube;
  review.stsHost = new URL(home.sts.url).host;
  const spawned = stack.use(await SpawnedHome.create());
  const env = {
    ...spawned.env,
    ...home.test.env,
    PATH: "/usr/bin:/bin",
  };
  return {
    kube,
    home,
    cluster,
    review,
    run: (...args: string[]) => kubectl(args, env),
    runIn: (more: Record<string, string>, ...args: string[]) => kubectl(args, { ...env, ...more }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

testOrSkip({
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

testOrSkip({
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

testOrSkip({
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
    assertStringIncludes(failed.stderr, "failed with exit code 3");
  },
});

/** Two profiles with roles, on one cluster. */
function twoProfiles(contexts: readonly [string, string] = ["", ""]): string {
  return [["a", roleA], ["b", roleB]].map(([name, role], at) =>
    `[profile ${name}]
region = eu-west-1
stsmfa =
  source_profile = default-long-term
  role_arn = ${role}
  hooks = kube
  kube_cluster = shop${contexts[at]}
`
  ).join("");
}

type Shop = Awaited<ReturnType<typeof openCluster>>;

/** Refreshes both, and returns their access keys. */
async function renewBoth({ home }: Shop, ...flags: string[]): Promise<Record<string, string>> {
  const keys: Record<string, string> = {};
  home.types();
  for (const name of ["b", "a"]) {
    assertEquals(await home.run("refresh", name, ...flags), 0, home.test.output);
    keys[name] = (await home.section(name))["aws_access_key_id"]!;
  }
  return keys;
}

/** Returns the access key with which kubectl got in. */
async function keyOf(shop: Shop, context: string, env: Record<string, string> = {}) {
  const { cluster } = shop;
  cluster.accessKeyIds.length = 0;
  const said = await shop.runIn(env, "--context", context, "get", "--raw", "/version");
  assertStringIncludes(said.stdout, "v1.32.0", said.stderr + cluster.refusals);
  return new Set(cluster.accessKeyIds);
}

for (const [nth, contexts] of ([["", ""], [" as ctx-a", " as ctx-b"]] as const).entries()) {
  const [a, b] = contexts[0] === "" ? [SHOP, `${SHOP}@b`] : ["ctx-a", "ctx-b"];
  testOrSkip({
    name:
      `kubectl gets in as the profile of the context ${b}, whatever its caller is${needed.name}`,
    ignore: needed.ignore,
    fn: async () => {
      await using shop = await openCluster([], { config: twoProfiles(contexts) });
      const { home: { test } } = shop;
      const keys = await renewBoth(shop);
      assert(keys["a"] !== keys["b"]);
      await test.write("other/config", twoProfiles(contexts).replaceAll("role/a", "role/b"));
      await test.write("other/credentials", "");
      const callers: Record<string, string>[] = [
        {},
        { AWS_PROFILE: "b", STSMFA_PROFILE: "b" },
        { AWS_CONFIG_FILE: test.path("other/config") },
        { AWS_SHARED_CREDENTIALS_FILE: test.path("other/credentials") },
        { STSMFA_ROLE_ARN: roleB, MFA_ASSUME_ROLE: roleB },
        { STSMFA_SOURCE_PROFILE: "b", STSMFA_TARGET_PROFILE: "b", STSMFA_LONG_TERM_SUFFIX: "x" },
        { AWS_ACCESS_KEY_ID: keys["b"]!, AWS_SECRET_ACCESS_KEY: "x", AWS_SESSION_TOKEN: "x" },
        { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-2", STSMFA_REGION: "us-west-2" },
      ];
      // In turn; thoroughly, each for both.
      for (const caller of callers.filter((_, n) => isThorough || (n + nth + seed) % 2 === 0)) {
        assertEquals(await keyOf(shop, a, caller), new Set([keys["a"]]), JSON.stringify(caller));
      }
      assertEquals(await keyOf(shop, b, { AWS_PROFILE: "a" }), new Set([keys["b"]]));
      assertEquals(shop.cluster.refusals, []);
    },
  });
}

testOrSkip({
  name: `kubectl takes the files that were in force at the refresh${needed.name}`,
  ignore: needed.ignore,
  fn: async () => {
    await using shop = await openCluster([], { config: "" });
    const { home: { test } } = shop;
    await test.write("files/config", twoProfiles());
    await test.write("files/credentials", await test.read(".aws/credentials"));
    await test.write(".aws/config", twoProfiles().replaceAll("role/a", "role/b"));
    const flags = ["config", "credentials"].flatMap((name) => [
      `--${name}-file`,
      test.path(`files/${name}`),
    ]);
    shop.home.types();
    assertEquals(await shop.home.run("refresh", "a", ...flags), 0, test.output);
    const written = await test.read("files/credentials");
    const [, key] = /\[a\]\naws_access_key_id *= *(\w+)/.exec(written)!;
    assertEquals(await keyOf(shop, SHOP), new Set([key]));
  },
});
