import { assertEquals, assertThrows } from "@std/assert";
import { Kubeconfigs } from "../../../lib/kube/kubeconfig.ts";
import { readYaml, YamlError } from "../../../lib/text/yaml_document.ts";

/** Opens texts as files `/0`, `/1`; `undefined` for one that does not exist. */
function open(...texts: (string | undefined)[]): Kubeconfigs {
  return new Kubeconfigs(texts.map((text, at) => ({ path: `/${at}`, text })));
}

function textsOf({ files }: Kubeconfigs): (string | undefined)[] {
  return files.map(({ text }) => text);
}

Deno.test("an entry is set where it stands: in the first of the files that have it", () => {
  const configs = open("kind: Config\n", "users:\n- name: u\n", "users:\n- {name: u}\n");
  configs.set("users", "u", { token: "t" });
  const [first, second, third] = textsOf(configs);
  assertEquals([first, third], ["kind: Config\n", "users:\n- {name: u}\n"]);
  assertEquals(readYaml(second!), { users: [{ name: "u", user: { token: "t" } }] });
  assertEquals(configs.entry("users", "u"), { token: "t" });
});

Deno.test("a new entry goes to the first file that exists, else to the last", () => {
  for (
    const [texts, at] of [
      [[undefined, "", "kind: Config\n"], 1],
      [[undefined, undefined], 1],
      [[undefined], 0],
      [["# mine\n", undefined], 0],
      [["null\n"], 0],
      [["---\n~ # why\n"], 0],
    ] as const
  ) {
    const configs = open(...texts);
    configs.set("users", "u", { token: "t" });
    configs.use("c");
    const changed = textsOf(configs).flatMap((text, at) => text === texts[at] ? [] : [at]);
    assertEquals(changed, [at]);
    assertEquals(configs.currentContext, "c");
  }
});

Deno.test("the current context is left where it is the wanted one already", () => {
  const configs = open("kind: Config\n", "current-context: c\n");
  configs.use("c");
  assertEquals(textsOf(configs), ["kind: Config\n", "current-context: c\n"]);
  configs.use("d");
  assertEquals(textsOf(configs), ["kind: Config\ncurrent-context: d\n", "current-context: c\n"]);
});

Deno.test("an entry that is removed lets the one of the next file count", () => {
  const configs = open("users:\n- name: u\n  user: {token: a}\n", "users: [{name: u}]\n");
  configs.remove("users", "u");
  assertEquals(textsOf(configs), ["users: []\n", "users: [{name: u}]\n"]);
  assertEquals(configs.entry("users", "u"), {});
  configs.remove("users", "nobody");
  assertEquals(configs.names("users"), ["u"]);
});

Deno.test("what is no kubeconfig is refused, and its file and line named", () => {
  for (
    const [text, message] of [
      ["- a\n", "it is not a kubeconfig"],
      ["kind: x\nusers: 7\n", "line 2: users is not a list"],
      ["contexts: [{name: a},\n {name: a}]\n", "line 2: contexts has a twice"],
      ["a: 1\n\tb: 2\n", "line 2: "],
    ] as const
  ) {
    const error = assertThrows(() => open("", text), YamlError);
    assertEquals(error.message.startsWith(`/1: ${message}`), true, error.message);
    assertEquals(error.message.endsWith("; it is left as it is"), true, error.message);
  }
});
