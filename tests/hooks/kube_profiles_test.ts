/**
 * The `kube` hook with several profiles: whose context is whose, and what is taken away.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { readYaml } from "../../lib/text/yaml_document.ts";
import { type KubeHome, openKubeHome, SHOP } from "../support/kube_home.ts";
import { loopbackAuthority } from "../support/loopback_eks.ts";

const [roleA, roleB] = ["a", "b"].map((name) => `arn:aws:iam::123456789012:role/${name}`);

/** Returns a profile with the hook. */
function profile(name: string, role: string | undefined, ...lines: string[]): string {
  const block = ["hooks = kube", "source_profile = default-long-term", ...lines];
  if (role !== undefined) block.push(`role_arn = ${role}`);
  return `[profile ${name}]\nregion = eu-west-1\nstsmfa =\n${
    block.map((line) => `  ${line}\n`).join("")
  }`;
}

async function open(config: string, clusters = {}) {
  const kube = await openKubeHome({
    config,
    clusters,
    sts: { roles: [{ roleArn: roleA! }, { roleArn: roleB! }] },
  });
  return Object.assign(kube, {
    async renew(...args: string[]) {
      kube.home.test.clock.advance(60);
      kube.home.types();
      return await kube.home.run("refresh", "--force", ...args);
    },
    write: (text: string) => kube.home.test.write(".aws/config", text),
  });
}

/** Returns whose context is whose: context, cluster, user, the arguments of that user. */
async function contexts(kube: KubeHome): Promise<Record<string, string>> {
  // deno-lint-ignore no-explicit-any -- the shape is known
  const { contexts = [], users = [] } = readYaml(await kube.read()) as any;
  // deno-lint-ignore no-explicit-any -- the shape is known
  return Object.fromEntries(contexts.map(({ name, context }: any) => {
    // deno-lint-ignore no-explicit-any -- the shape is known
    const user = users.find((each: any) => each.name === context.user)?.user.exec;
    const args: string[] = user?.args ?? [];
    return [name, user === undefined ? "nobody" : args[args.indexOf("--profile") + 1] ?? args[0]];
  }));
}

const two = profile("a", roleA, "kube_cluster = shop") + profile("b", roleB, "kube_cluster = shop");

Deno.test("two profiles on one cluster have a user and a context each, in any order, byte for byte", async () => {
  const texts: string[] = [];
  for (const order of [["a", "b"], ["b", "a"]]) {
    await using kube = await open(two);
    for (const name of order) assertEquals(await kube.renew(name), 0, kube.home.test.output);
    assertEquals(await contexts(kube), { [SHOP]: "a", [`${SHOP}@b`]: "b" });
    const text = await kube.read();
    for (const name of order) assertEquals(await kube.renew(name), 0, kube.home.test.output);
    assertEquals(await kube.read(), text);
    texts.push(text.replaceAll(kube.home.test.home, ""));
  }
  assertEquals(texts.map((text) => text.split("\n").sort()), [
    texts[0]!.split("\n").sort(),
    texts[0]!.split("\n").sort(),
  ]);
});

Deno.test("contexts with names of their own: of two that claim one, the first in the file has it", async () => {
  const claims = (first: string, second: string) =>
    profile("a", roleA, `kube_cluster = shop${first}`) +
    profile("b", roleB, `kube_cluster = shop${second}`);
  await using kube = await open(claims(" as ctx-a", " as ctx-b"));
  for (const name of ["a", "b"]) assertEquals(await kube.renew(name), 0, kube.home.test.output);
  assertEquals(await contexts(kube), { "ctx-a": "a", "ctx-b": "b" });

  await kube.write(claims(" as ctx-a", " as ctx-a"));
  const text = await kube.read();
  assertEquals(await kube.renew("b"), 7);
  assertStringIncludes(
    kube.home.stderr,
    "cluster shop of profile b in eu-west-1: context ctx-a belongs to profile a, which comes first in the config file; for one of its own write kube_cluster = shop as NAME",
  );
  assertEquals(await kube.read(), text);
  assertEquals(await kube.renew("a"), 0, kube.home.test.output);
  assertEquals(await kube.read(), text);
  assertEquals((await kube.home.section("b"))["assumed_role_arn"], roleB);
});

Deno.test("two clusters of one name, in two regions and two accounts, do not meet", async () => {
  const south = SHOP.replace("eu-west-1", "us-west-2");
  const config = profile("a", roleA, "kube_cluster = shop") +
    profile("b", roleB, "kube_cluster = shop").replace("eu-west-1", "us-west-2");
  await using kube = await open(config, {
    [south]: { endpoint: "https://south", certificateAuthority: loopbackAuthority() },
  });
  // The region of the profile is where its cluster is, whatever the shell says.
  kube.home.test.env["AWS_REGION"] = "eu-west-1";
  kube.home.test.env["AWS_DEFAULT_REGION"] = "eu-west-1";
  for (const name of ["b", "a"]) assertEquals(await kube.renew(name), 0, kube.home.test.output);
  assertEquals(await contexts(kube), { [south]: "b", [SHOP]: "a" });
  assertStringIncludes(await kube.read(), "- --region\n      - us-west-2\n");
});

Deno.test("what was made for a profile that is no more, or a cluster it no longer names, is removed", async () => {
  await using kube = await open(two);
  for (const name of ["a", "b"]) assertEquals(await kube.renew(name), 0, kube.home.test.output);
  const mine = `- name: own
  user:
    exec: {command: aws, args: [eks, get-token, --cluster-name, shop]}
- name: by-hand # stays
  user:
    exec: {command: stsmfa, args: [kube-token, --cluster=shop, c]}
`;
  const text = await kube.read();
  await kube.home.test.write(
    ".kube/config",
    `${text}${mine}current-context: ${SHOP}@b\n# the end\n`,
  );

  // b is c now.
  await kube.write(two.replace("[profile b]", "[profile c]"));
  assertEquals(await kube.renew("c"), 0, kube.home.test.output);
  assertStringIncludes(
    kube.home.stdout,
    `removed user ${SHOP}@b, context ${SHOP}@b`,
  );
  assertEquals(await contexts(kube), { [SHOP]: "a", [`${SHOP}@c`]: "c" });
  assertStringIncludes(await kube.read(), mine);
  assertStringIncludes(await kube.read(), `current-context: ${SHOP}@b\n# the end\n`);

  // a asks for nothing any more; c does, and then is alone.
  await kube.write(
    two.replace("[profile b]", "[profile c]").replace("kube_cluster = shop", "kube_cluster ="),
  );
  assertEquals(await kube.renew("a"), 0, kube.home.test.output);
  assertEquals(await contexts(kube), { [`${SHOP}@c`]: "c" });
  assertEquals(await kube.renew("c"), 0, kube.home.test.output);
  assertEquals(await contexts(kube), { [`${SHOP}@c`]: "c", [SHOP]: "c" });
});

Deno.test("a user of an earlier version becomes the profile's own, and its contexts with it", async () => {
  await using kube = await open(two.replace("= shop", "= shop as ctx-a"));
  const old = `# mine
contexts:
- context: {cluster: ${SHOP}, user: ${SHOP}, namespace: x}
  name: mine
- context: {cluster: ${SHOP}, user: ${SHOP}}
  name: ctx-a
users:
- name: ${SHOP}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      args: [kube-token, --cluster, shop, --region, eu-west-1, b]
      command: stsmfa
      interactiveMode: Never
`;
  await kube.home.test.write(".kube/config", old);
  assertEquals(await kube.renew("b"), 0, kube.home.test.output);
  // The name of another profile's context leads to nobody rather than to b.
  assertEquals(await contexts(kube), { mine: "b", [SHOP]: "b" });
  assertStringIncludes(await kube.read(), "namespace: x}\n  name: mine\n");
  assertStringIncludes(kube.home.stdout, "removed context ctx-a");
  assertEquals(await kube.renew("a"), 0, kube.home.test.output);
  assertEquals(await contexts(kube), { mine: "b", [SHOP]: "b", "ctx-a": "a" });
});

Deno.test("a profile of the same name in other files does not take a user or a context over", async () => {
  await using kube = await open(two);
  assertEquals(await kube.renew("a"), 0, kube.home.test.output);
  const text = await kube.read();
  const { test } = kube.home;
  const others = profile("a", roleB, "kube_cluster = shop") +
    profile("z", roleB, "kube_cluster = shop as mine");
  await test.write("other/config", others);
  const files = ["--config-file", test.path("other/config")];
  assertEquals(await kube.renew("a", ...files), 7);
  assertStringIncludes(
    kube.home.stderr,
    `user ${SHOP}@a belongs to profile a in ${test.path(".aws/config")}; write another kube_user`,
  );
  assertEquals(await kube.read(), text);
  // Nor does one of these files take away what is of the others.
  assertEquals(await kube.renew("z", ...files), 0, test.output);
  assertEquals(await contexts(kube), { [SHOP]: "a", mine: "z" });
  assertEquals(await kube.renew("a"), 0, test.output);
  assertEquals(await contexts(kube), { [SHOP]: "a", mine: "z" });
});

Deno.test("a context or user of others is not taken, and the current context only when asked", async () => {
  await using kube = await open(profile("a", roleA, "kube_cluster = shop as kind"));
  const theirs =
    "current-context: kind\ncontexts:\n- name: kind\n  context: {cluster: k, user: k}\n";
  await kube.home.test.write(".kube/config", theirs);
  assertEquals(await kube.renew("a"), 7);
  assertStringIncludes(
    kube.home.stderr,
    "context kind already exists, for user k of cluster k, and is not stsmfa's",
  );
  assertEquals(await kube.read(), theirs);

  await kube.write(profile("a", roleA, "kube_cluster = shop", "kube_user = k"));
  await kube.home.test.write(".kube/config", `${theirs}users:\n- {name: k, user: {token: t}}\n`);
  assertEquals(await kube.renew("a"), 7);
  assertStringIncludes(kube.home.stderr, "user k already exists and is not stsmfa's");

  await kube.write(profile("a", roleA, "kube_cluster = shop", "kube_use_context = true"));
  assertEquals(await kube.renew("a"), 0, kube.home.test.output);
  assertStringIncludes(await kube.read(), `current-context: ${SHOP}\n`);
  await kube.write(profile("a", roleA, "kube_cluster = shop", "kube_use_context = yes"));
  assertEquals(await kube.renew("a"), 7);
  assertStringIncludes(kube.home.stderr, "kube_use_context is true or false, not yes");
});

Deno.test("a profile whose name looks like a flag is not one", async () => {
  await using kube = await open(profile("--force", roleA, "kube_cluster = shop"));
  assertEquals(await kube.renew("--profile=--force"), 0, kube.home.test.output);
  assertStringIncludes(await kube.read(), "- --profile=--force\n");
  const text = await kube.read();
  assertEquals(await kube.renew("--profile=--force"), 0, kube.home.test.output);
  assertEquals(await kube.read(), text);
});

Deno.test("a kubeconfig that is JSON stays JSON; a read-only one is left", async () => {
  await using kube = await open(two);
  const json =
    '{\n\t"apiVersion": "v1",\n\t"users": [\n\t\t{"name": "k", "user": {"token": "t"}}\n\t]\n}\n';
  await kube.home.test.write(".kube/config", json, 0o400);
  assertEquals(await kube.renew("b"), 7);
  assertStringIncludes(kube.home.stderr, "/.kube/config is read-only; it is left as it is");
  assertEquals(await kube.read(), json);
  await kube.home.test.write(".kube/config", json);
  assertEquals(await kube.renew("b"), 0, kube.home.test.output);
  const { users, contexts } = JSON.parse(await kube.read());
  assertEquals([users.length, users[0].user, contexts.length], [2, { token: "t" }, 1]);
  await kube.write(two.replace("[profile b]", "[profile c]"));
  assertEquals(await kube.renew("a"), 0, kube.home.test.output);
  assertEquals(JSON.parse(await kube.read()).users[1].name, `${SHOP}@a`);
});
