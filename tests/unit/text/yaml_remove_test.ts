import { assertEquals, assertThrows } from "@std/assert";
import { readYaml, YamlError } from "../../../lib/text/yaml_document.ts";
import { removeFromYaml } from "../../../lib/text/yaml_remove.ts";

const list = `# head
users:
# first
- name: a
  user:
    token: x # tail
    # inside
# before b
- name: b   # b
  user: {}

- # c
  name: c
  text: |
    x

# end
other: 1
`;

Deno.test("removeFromYaml() takes out an item and nothing else: comments around it stay", () => {
  const parts: [index: number, from: string, to: string][] = [
    [0, "- name: a", "# before b"],
    [1, "- name: b", "\n- # c"],
    [2, "- # c", "\n# end"],
  ];
  for (const [index, from, to] of parts) {
    const expected = list.slice(0, list.indexOf(from)) + list.slice(list.indexOf(to));
    assertEquals(removeFromYaml(list, ["users"], index), expected);
  }
});

Deno.test("removeFromYaml() leaves an empty list, and works in JSON and with other line ends", () => {
  const texts: [text: string, index: number, expected: string][] = [
    ["users:\n- name: a", 0, "users: []\n"],
    ["users: # why\r\n  - name: a\r\nx: 1\r\n", 0, "users: [] # why\r\nx: 1\r\n"],
    ["users:\r\n  - a\r\n  - b\r\nx: 1\r\n", 1, "users:\r\n  - a\r\nx: 1\r\n"],
    [`{"users": [{"name": "a"}, {"name": "b"}], "x": 1}`, 0, `{"users": [{"name": "b"}], "x": 1}`],
    [`{"users": [{"name": "a"}, {"name": "b"}], "x": 1}`, 1, `{"users": [{"name": "a"}], "x": 1}`],
    [`{\n\t"users": [\n\t\t{"name": "a"}\n\t]\n}\n`, 0, `{\n\t"users": []\n}\n`],
    ["users:\n- &a {name: a}\n- *a\n", 1, "users:\n- &a {name: a}\n"],
    ["users:\n-\n- b\n", 0, "users:\n- b\n"],
  ];
  for (const [text, index, expected] of texts) {
    const edited = removeFromYaml(text, ["users"], index);
    assertEquals(edited.trimEnd(), expected.trimEnd());
    const { users } = Object(readYaml(text));
    assertEquals(Object(readYaml(edited)).users, users.toSpliced(index, 1));
  }
});

Deno.test("removeFromYaml() refuses what others depend on, with the line", () => {
  for (const text of ["users:\n- &a {name: a}\n- *a\n", "users: [&a {name: a},\n *a]\n"]) {
    const error = assertThrows(() => removeFromYaml(text, ["users"], 0), YamlError);
    assertEquals(
      error.message.replace(/line \d/, "line N"),
      [
        "line N: users.0 can't be removed without changing something else",
      ].join(),
    );
  }
});
