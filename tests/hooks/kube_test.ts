/**
 * The `kube` hook, run as `stsmfa` runs it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { links, makeLink, testWith } from "../support/abilities.ts";
import { assertMode } from "../support/file_mode.ts";
import { openKubeHome, SHOP } from "../support/kube_home.ts";
import { loopbackAuthority } from "../support/loopback_eks.ts";
import { CA_FILE } from "../support/loopback_sts.ts";

const ca = btoa(loopbackAuthority());
const server = "https://SHOP.gr7.eu-west-1.eks.amazonaws.com";

/** What the hook adds for `shop`, as kubectl would write it. */
const entries = (home: string, { name = SHOP, region = "eu-west-1" } = {}) => ({
  clusters: `- cluster:
    certificate-authority-data: ${ca}
    server: ${server}
  name: ${SHOP}
`,
  contexts: `- context:
    cluster: ${SHOP}
    user: ${SHOP}@prod
  name: ${name}
`,
  users: `- user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - kube-token
      - --cluster
      - shop
      - --profile
      - prod
      - --region
      - ${region}
      - --config-file
      - ${home}/.aws/config
      - --credentials-file
      - ${home}/.aws/credentials
      command: /opt/stsmfa/bin/stsmfa
      env: null
      interactiveMode: IfAvailable
      provideClusterInfo: false
  name: ${SHOP}@prod
`,
});

/** A new kubeconfig. */
function fresh(home: string, options: { name?: string; region?: string } = {}): string {
  const { clusters, contexts, users } = entries(home, options);
  return `apiVersion: v1
kind: Config
clusters:
${clusters}contexts:
${contexts}users:
${users}`;
}

Deno.test("kube writes a kubeconfig where there is none, for its owner alone", async () => {
  await using kube = await openKubeHome();
  const { home, eks } = kube;
  assertEquals(await kube.refresh(), 0, home.test.output);
  assertEquals(await kube.read(), fresh(home.test.home));
  assertMatch(home.stdout, /hook kube {2}done .*shop: written to \S+\/\.kube\/config/);
  const { accessKeyId } = eks.requests[0]!;
  assertEquals(accessKeyId, (await home.section("prod"))["aws_access_key_id"]);
  assertMode(0o700, home.test.path(".kube"));
  assertMode(0o600, home.test.path(".kube/config"));
  assertEquals(await home.test.list(".kube"), ["config"]);
});

const mine = `# my clusters, by hand
kind: Config
apiVersion: "v1"

clusters:
  - name: lab   # in the cellar
    cluster: {server: "https://10.0.0.7:6443",   insecure-skip-tls-verify: true}

x-team: &team {name: 'red', long: "${"word ".repeat(40)}"}
x-other: *team
contexts: [] # none yet

current-context: lab
users:
- name: lab
  user:
    token: >-
      abc
      def

# the end
`;

testWith(
  links,
  "kube leaves all else in the file as it is, and writes nothing a second time",
  async () => {
    await using kube = await openKubeHome({ block: ["kube_cluster = shop as work"] });
    const { test } = kube.home;
    await test.write("dotfiles/kubeconfig", mine, 0o640);
    await Deno.mkdir(test.path(".kube"));
    await makeLink("../dotfiles/kubeconfig", test.path(".kube/config"));
    assertEquals(await kube.refresh(), 0, test.output);
    const { clusters, contexts, users } = entries(test.home, { name: "work" });
    const indented = clusters.replaceAll(/^(?=.)/gm, "  ");
    assertEquals(
      await kube.read(),
      mine.replace("\n\nx-team", `\n${indented}\nx-team`)
        .replace("contexts: [] # none yet\n", `contexts: # none yet\n${contexts}`)
        .replace("def\n", `def\n${users}`),
    );
    assert((await Deno.lstat(test.path(".kube/config"))).isSymlink);
    const first = await Deno.stat(test.path("dotfiles/kubeconfig"));
    assertMode(0o640, test.path("dotfiles/kubeconfig"));

    test.clock.advance(60);
    assertEquals(await kube.refresh(), 0, test.output);
    assertStringIncludes(kube.home.stdout, "shop: the kubeconfig has it");
    const second = await Deno.stat(test.path("dotfiles/kubeconfig"));
    assertEquals([second.ino, second.mtime], [first.ino, first.mtime]);
    assertEquals(await test.list("dotfiles"), ["kubeconfig"]);
  },
);

Deno.test("kube edits the files of KUBECONFIG as kubectl does", async () => {
  await using kube = await openKubeHome();
  const { test } = kube.home;
  const theirs = "kind: Config\ncurrent-context: lab\n";
  // As `aws eks update-kubeconfig` wrote it, with hand-made changes.
  const old = `clusters:
- cluster:
    certificate-authority-data: b2xk
    server: https://OLD.eks.amazonaws.com
    tls-server-name: kept # why
  name: ${SHOP}
contexts:
- context: {cluster: "${SHOP}", user: "${SHOP}", namespace: mine}
  name: ${SHOP}
users:
- name: ${SHOP}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      args: [--region, eu-west-1, eks, get-token, --cluster-name, shop]
      command: aws
`;
  await test.write("a/config", theirs);
  await test.write("b/config", old);
  test.env["KUBECONFIG"] = [".none/x", "a/config", "b/config", ".none/y"]
    .map((each) => test.path(each)).join(test.os === "windows" ? ";" : ":");
  const { users } = entries(test.home);
  assertEquals(await kube.refresh(), 0, test.output);
  // What is there is changed where it stands; what is new goes to the first file that exists.
  assertEquals(await test.read("a/config"), `${theirs}users:\n${users}`);
  assertEquals(
    await test.read("b/config"),
    old.replace("b2xk", ca).replace("https://OLD.eks.amazonaws.com", server)
      .replace(`user: "${SHOP}"`, `user: "${SHOP}@prod"`),
  );
  assertEquals(await Deno.stat(test.path(".none")).catch(() => "nothing"), "nothing");
  await Deno.remove(test.path("a/config"));
  await Deno.remove(test.path("b/config"));
  test.clock.advance(60);
  assertEquals(await kube.refresh(), 0, test.output);
  // Where there is no file, it is the last.
  assertEquals(await test.read(".none/y"), fresh(test.home));
  assertEquals(await test.list(".none"), ["y"]);
});

Deno.test("kube: a file that can't be read or edited is named, and left as it is", async () => {
  await using kube = await openKubeHome();
  const { test } = kube.home;
  for (
    const [text, message] of [
      ["a: 1\nusers: [\n", "line 3"],
      ["a: 1\nusers:\n\t- name: b\n", "line 3"],
      ["a: 1\nkind: Config\na: 2\n", "line 3: Map keys must be unique"],
      ["users: []\ncontexts:\n- name: a\n- name: a\n", "line 4: contexts has a twice"],
      ["users: []\nclusters: 7\n", "line 2: clusters is not a list"],
      [
        `kind: Config\nclusters: [{name: "${SHOP}", cluster: &c {}}, {name: b, cluster: *c}]\n`,
        "line 2: clusters.0.cluster.certificate-authority-data can't be set",
      ],
      [`a: &c {}\nclusters:\n- name: ${SHOP}\n  cluster: *c\n`, "line 4: clusters.0.cluster is an"],
    ] as const
  ) {
    await test.write(".kube/config", text);
    test.clock.advance(60);
    assertEquals(await kube.refresh(), 7, test.output);
    assertStringIncludes(kube.home.stderr, message);
    assertMatch(kube.home.stderr, /\/\.kube\/config: .*; it is left as it is/);
    assertEquals(await kube.read(), text);
    assertEquals(await test.list(".kube"), ["config"]);
  }
  test.env["KUBECONFIG"] = test.os === "windows" ? ";" : ":";
  test.clock.advance(60);
  assertEquals(await kube.refresh(), 7, test.output);
  assertStringIncludes(kube.home.stderr, "KUBECONFIG names no file: unset it");
});

Deno.test("kube: who may not describe the cluster gets in by the entries that are there", async () => {
  await using kube = await openKubeHome();
  const { home, eks } = kube;
  eks.denied = true;
  assertEquals(await kube.refresh(), 7, home.test.output);
  assertStringIncludes(
    home.stderr,
    "cluster shop of profile prod in eu-west-1: EKS says 403 AccessDeniedException: User is not",
  );
  assertEquals(await Deno.stat(home.test.path(".kube")).catch(() => "nothing"), "nothing");

  const { clusters, contexts, users } = entries(home.test.home);
  const given = `clusters:\n${clusters}`;
  await home.test.write(".kube/config", given);
  home.test.clock.advance(60);
  assertEquals(await kube.refresh(), 0, home.test.output);
  assertEquals(await kube.read(), `${given}contexts:\n${contexts}users:\n${users}`);
  assertStringIncludes(home.stdout, "as it was known; EKS says 403 AccessDeniedException");
});

Deno.test("kube: several clusters, aliases, and what can't be meant", async () => {
  const lab = SHOP.replace("shop", "lab");
  const runs: [block: string[], exitStatus: number, said: string][] = [
    [[], 0, "name the cluster in the stsmfa block of prod, kube_cluster = NAME"],
    [["kube_cluster = shop, lab as cellar"], 0, "shop: written to"],
    [["kube_cluster = shop", "kube_context = c", "kube_user = u"], 0, "shop: written to"],
    [["kube_cluster = shop, lab", "kube_user = u"], 7, "kube_user is for one cluster"],
    [["kube_cluster = shop lab"], 7, "kube_cluster: shop lab is not a cluster"],
    [["kube_cluster = ../x"], 7, "kube_cluster: ../x is not a cluster"],
    [["kube_clusters = shop"], 7, "there is no kube_clusters, but kube_cluster"],
    [["kube_cluster = nosuch"], 7, "EKS says 404 ResourceNotFoundException: No cluster found"],
    [["kube_cluster = new"], 7, "the cluster has no endpoint yet: it is CREATING"],
  ];
  for (const [block, exitStatus, said] of runs) {
    await using kube = await openKubeHome({
      block,
      clusters: {
        [lab]: { endpoint: "https://lab.example.org", certificateAuthority: "x" },
        [SHOP.replace("shop", "new")]: { certificateAuthority: "", status: "CREATING" },
      },
    });
    assertEquals(await kube.refresh(), exitStatus, kube.home.test.output);
    assertStringIncludes(kube.home.test.output, said);
    const text = await kube.read().catch(() => "");
    const names = [...text.matchAll(/^ {2}name: (.*)$|^current-context: .*/gm)]
      .map(([line, name]) => name ?? line);
    if (block[0]?.includes("cellar")) {
      assertEquals(names, [SHOP, lab, SHOP, "cellar", `${SHOP}@prod`, `${lab}@prod`]);
    } else if (block.length === 3) {
      assertEquals(names, [SHOP, "c", "u"]);
    } else if (!said.includes("written")) assertEquals(text, "");
  }
});

Deno.test("kube finds EKS by its own certificates, and says where it can't be reached", async () => {
  await using kube = await openKubeHome({ sts: { tls: true } });
  const { test } = kube.home;
  const config = await test.read(".aws/config");
  await test.write(".aws/config", config.replace("stsmfa =", `ca_bundle = ${CA_FILE}\nstsmfa =`));
  assertEquals(await kube.refresh(), 0, kube.home.test.output);
  assertEquals(await kube.read(), fresh(kube.home.test.home));

  await using lost = await openKubeHome();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const nobody = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  lost.home.test.env["AWS_ENDPOINT_URL_EKS"] = nobody;
  assertEquals(await lost.refresh(), 7, lost.home.test.output);
  assertStringIncludes(
    lost.home.stderr,
    `cluster shop of profile prod in eu-west-1: ${nobody} cannot be reached: `,
  );
  assertMatch(lost.home.stderr, /cannot be reached: .*refused/);
});

Deno.test("the profile's services section says where EKS is, and a pseudo region stays one", async () => {
  await using kube = await openKubeHome();
  const { home, eks } = kube;
  delete home.test.env["AWS_ENDPOINT_URL_EKS"];
  const config = await home.test.read(".aws/config");
  await home.test.write(
    ".aws/config",
    `${config.replace("region = eu-west-1", "region = fips-eu-west-1\nservices = local")}
[services local]
eks =
  endpoint_url = ${eks.url}
`,
  );
  assertEquals(await kube.refresh(), 0, home.test.output);
  assertEquals(eks.requests.length, 1);
  assertEquals(await kube.read(), fresh(home.test.home, { region: "fips-eu-west-1" }));
});

Deno.test("kube may do what it needs, and the rest is refused", async () => {
  await using kube = await openKubeHome();
  assertEquals(await kube.home.run("hooks", "list", "--json"), 0);
  const home = await kube.home.test.realHome();
  const hooks: { name: string; permissions: Record<string, string[]> }[] = kube.home.json;
  const { permissions } = hooks.find(({ name }) => name === "kube")!;
  assertEquals([permissions["read"], permissions["write"], permissions["run"]], [
    [`${home}/.kube/config`, `${home}/.kube`],
    [`${home}/.kube/config`, `${home}/.kube`],
    [],
  ]);
  assertEquals(permissions["net"], ["{endpoint:eks}"]);
});
