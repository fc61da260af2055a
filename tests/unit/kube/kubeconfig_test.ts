import { assert, assertEquals, assertThrows } from "@std/assert";
import { findCluster, type KubeAccess, withAccess } from "../../../lib/kube/kubeconfig.ts";
import { readYaml, YamlError } from "../../../lib/text/yaml.ts";

const names = { clusters: "arn", contexts: "ctx", users: "usr" };
const access: KubeAccess = {
  cluster: { server: "https://x", certificateAuthority: "Q0E=" },
  names,
  command: "stsmfa",
  args: ["kube-token"],
};

function edited(...texts: string[]): string[] {
  return withAccess(texts.map((text, at) => ({ path: `/${at}`, text })), access)
    .map(({ text }) => text);
}

// deno-lint-ignore no-explicit-any -- the tests know its shape
function parsed(text: string | undefined): any {
  return readYaml(text!);
}

Deno.test("withAccess() does nothing more once all is there, however often it is called", () => {
  for (const text of ["", "# c\n", "users: []\n", `{"users": [], "clusters": null}\n`]) {
    const once = edited(text);
    assertEquals(edited(...once), once);
    const { clusters, contexts, users, "current-context": current } = parsed(once[0]);
    assertEquals([clusters.length, contexts.length, users.length, current], [1, 1, 1, "ctx"]);
  }
});

Deno.test("withAccess() leaves the user's choices: context in use, namespace, version, program", () => {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "/opt/bin/stsmfa",
    args: ["old"],
    env: [{ name: "A", value: "B" }],
    interactiveMode: "Never",
  };
  const [text] = edited(JSON.stringify({
    "current-context": "mine",
    contexts: [{ name: "ctx", context: { cluster: "arn", user: "usr", namespace: "ns" } }],
    clusters: [{ name: "arn", cluster: { server: "https://old", "proxy-url": "http://p" } }],
    users: [{ name: "usr", user: { exec } }],
  }));
  const { contexts: [context], clusters: [cluster], users: [user], ...rest } = parsed(text);
  assertEquals(rest, { "current-context": "mine" });
  assertEquals(context.context, { cluster: "arn", user: "usr", namespace: "ns" });
  assertEquals(cluster.cluster, {
    "server": "https://x",
    "proxy-url": "http://p",
    "certificate-authority-data": "Q0E=",
  });
  assertEquals(user.user.exec, { ...exec, args: ["kube-token"] });
});

Deno.test("withAccess() gives no authority to a cluster that is not to be verified: kubectl refuses both", () => {
  const cluster = { server: "https://old", "insecure-skip-tls-verify": true };
  const [text] = edited(JSON.stringify({ clusters: [{ name: "arn", cluster }] }));
  assertEquals(parsed(text).clusters[0].cluster, { ...cluster, server: "https://x" });
});

Deno.test("withAccess() edits the file whose entry counts, and sets no context where another file has one", () => {
  const [first, second, third] = edited(
    "kind: Config\n",
    "users:\n- name: usr\n",
    "current-context: theirs\nclusters:\n- name: arn\n",
  );
  assertEquals(first, "kind: Config\n");
  assertEquals(Object.keys(parsed(second)), ["users"]);
  assertEquals(Object.keys(parsed(third)), ["current-context", "clusters", "contexts"]);
  assertEquals(parsed(third)["current-context"], "theirs");
});

Deno.test("what is no kubeconfig is refused, and its file named", () => {
  for (
    const [text, message] of [
      ["- a\n", "it is no kubeconfig"],
      ["users: 7\n", "users is no list"],
      ["contexts: [{name: a}, {name: a}]\n", "contexts has a twice"],
    ] as const
  ) {
    const error = assertThrows(() => edited("", text), YamlError);
    assertEquals(error.message, `/1: ${message}; it is left as it is`);
  }
});

Deno.test("findCluster() finds an entry in any of the files", () => {
  const files = ["", "clusters: [{name: a}, {name: b}]\n"].map((text, at) => ({
    path: `/${at}`,
    text,
  }));
  assertEquals(findCluster(files, (name) => name > "a"), "b");
  assert(findCluster(files, (name) => name > "b") === undefined);
});
