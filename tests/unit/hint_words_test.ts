import { assertEquals } from "@std/assert";
import type { Environment } from "../../lib/context.ts";
import {
  flagWords,
  listCommand,
  lookCommand,
  moveCommand,
  pathWord,
  profileWord,
  removeCommand,
  renewCommand,
  setCommand,
  shellWord,
  unsetCommand,
  withArguments,
} from "../../lib/hint_words.ts";
import { fakeEnv } from "../support/aws_files.ts";

const words: [word: string, expected: string][] = [
  ["work-mfa", "work-mfa"],
  ["a.b/c@d+e%f:g", "a.b/c@d+e%f:g"],
  ["my profile", '"my profile"'],
  ["it's", `"it's"`],
  ["", '""'],
  ["$(x)", "'$(x)'"],
  ["a;b", '"a;b"'],
  ["a&b", '"a&b"'],
  ["~root", '"~root"'],
  ["=ls", '"=ls"'],
  ["@args", '"@args"'],
  ["a,b", '"a,b"'],
  ["!!", "'!!'"],
  ["a\\b", "'a\\b'"],
  ["C:\\Users\\me", '"C:\\Users\\me"'],
  ["\\\\nas", `"\\\\"'\\nas'`],
  ["$x's\\", `'$x'"'"'s'"\\\\"`],
  ["a\nb", "NAME"],
  ["a\u202eb", "NAME"],
  ["\u00e4", '"\u00e4"'],
];
for (const [word, expected] of words) {
  Deno.test(`shellWord() writes ${JSON.stringify(word)} so that a shell gives it back`, () => {
    assertEquals(shellWord(word), expected);
  });
}

Deno.test("a name that would be taken for a flag or a command stands where only a name can", () => {
  const written: [hint: string, expected: string][] = [
    [renewCommand("work"), "stsmfa work"],
    [renewCommand("-x"), "stsmfa --profile=-x"],
    [renewCommand("clear"), "stsmfa --profile=clear"],
    [renewCommand("a b", "clear"), 'stsmfa "a b" clear'],
    [renewCommand("clear", "a"), "stsmfa refresh clear a"],
    [renewCommand("a", "--all"), "stsmfa refresh -- a --all"],
    [`stsmfa init ${profileWord("--adopt")} --adopt`, "stsmfa init --profile=--adopt --adopt"],
    [flagWords("--source-profile", "a"), "--source-profile a"],
    [flagWords("--source-profile", "-"), "--source-profile=-"],
    [flagWords("--source-profile", "-$x"), "--source-profile='-$x'"],
    [withArguments("stsmfa import", ["a"], " --from x"), "stsmfa import a --from x"],
    [renewCommand("__hook"), "stsmfa --profile=__hook"],
    [renewCommand("a", "__hook"), "stsmfa a __hook"],
    [withArguments("stsmfa import", ["-a"], " --from x"), "stsmfa import --from x -- -a"],
    [withArguments("stsmfa hooks list", []), "stsmfa hooks list"],
    [`rm ${pathWord("-rf")}`, "rm ./-rf"],
    [`rm ${pathWord("a\u0007")}`, "rm FILE"],
  ];
  for (const [hint, expected] of written) assertEquals(hint, expected);
});

Deno.test("a command for a path is one of the system that has such paths", () => {
  const commands: [hint: string, expected: string][] = [
    [lookCommand("/a b"), 'ls -ld "/a b"'],
    [lookCommand("C:\\Users\\ann\\.aws"), 'icacls "C:\\Users\\ann\\.aws"'],
    [listCommand("/a"), "ls -la /a"],
    [listCommand("\\\\nas\\ann lee"), 'dir "\\\\nas\\ann lee"'],
    [lookCommand("C:\\it's 100%\\$x"), "icacls 'C:\\it''s 100%\\$x'"],
    [lookCommand("\\\\nas\\my `docs"), "icacls '\\\\nas\\my `docs'"],
    [lookCommand("C:\\!!"), "icacls 'C:\\!!'"],
    [lookCommand("C:\\\u202e"), "icacls FILE"],
    [flagWords("--config-file", "\\\\nas\\my"), '--config-file "\\\\nas\\my"'],
    [removeCommand("-a"), "rm ./-a"],
    [removeCommand("C:\\a&b"), 'del "C:\\a&b"'],
    [moveCommand("/a", "/a.old"), "mv /a /a.old"],
    [moveCommand("C:\\a", "C:\\a.old"), 'move "C:\\a" "C:\\a.old"'],
  ];
  for (const [hint, expected] of commands) assertEquals(hint, expected);
});

const shells: [name: string, env: Environment, unset: string, set: string][] = [
  ["a shell of POSIX", fakeEnv({}), "unset A B", "export A=/x"],
  ["Git's bash", fakeEnv({ SHELL: "/usr/bin/bash" }, "windows"), "unset A B", "export A=/x"],
  ["cmd", fakeEnv({}, "windows"), 'set "A=" & set "B="', 'set "A=/x"'],
  [
    "PowerShell 7",
    fakeEnv({ PSModulePath: "C:\\Users\\a\\Documents\\PowerShell\\Modules;C:\\x" }, "windows"),
    "Remove-Item Env:A, Env:B",
    "$env:A = '/x'",
  ],
  [
    "Windows PowerShell",
    fakeEnv(
      { PSModulePath: "C:\\Users\\a\\Documents\\WindowsPowerShell\\Modules;C:\\x" },
      "windows",
    ),
    "Remove-Item Env:A, Env:B",
    "$env:A = '/x'",
  ],
];
for (const [name, env, unset, set] of shells) {
  Deno.test(`variables are set and taken away in hints as in ${name}`, () => {
    assertEquals([unsetCommand(env, "A", "B"), setCommand(env, "A", "/x")], [unset, set]);
  });
}
