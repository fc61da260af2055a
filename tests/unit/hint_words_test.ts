import { assertEquals } from "@std/assert";
import {
  flagWords,
  pathWord,
  profileWord,
  renewCommand,
  shellWord,
  withArguments,
} from "../../lib/hint_words.ts";

const words: [word: string, expected: string][] = [
  ["work-mfa", "work-mfa"],
  ["a.b/c@d+e%f:g", "a.b/c@d+e%f:g"],
  ["my profile", "'my profile'"],
  ["it's", `"it's"`],
  ["", "''"],
  ["$(x)", "'$(x)'"],
  ["a;b", "'a;b'"],
  ["a&b", '"a&b"'],
  ["~root", "'~root'"],
  ["=ls", "'=ls'"],
  ["@args", "'@args'"],
  ["a,b", "'a,b'"],
  ["!!", "'!!'"],
  ["C:\\Users\\me", "'C:\\Users\\me'"],
  ["$x's\\", `'$x'"'"'s'"\\\\"`],
  ["a\nb", "NAME"],
  ["a\u202eb", "NAME"],
  ["\u00e4", "'\u00e4'"],
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
    [renewCommand("a b", "clear"), "stsmfa 'a b' clear"],
    [renewCommand("clear", "a"), "stsmfa refresh clear a"],
    [renewCommand("a", "--all"), "stsmfa refresh -- a --all"],
    [`stsmfa init ${profileWord("--adopt")} --adopt`, "stsmfa init --profile=--adopt --adopt"],
    [flagWords("--source-profile", "a"), "--source-profile a"],
    [flagWords("--source-profile", "-"), "--source-profile=-"],
    [flagWords("--source-profile", "-$x"), "--source-profile='-$x'"],
    [withArguments("stsmfa import", ["a"], " --from x"), "stsmfa import a --from x"],
    [withArguments("stsmfa import", ["-a"], " --from x"), "stsmfa import --from x -- -a"],
    [withArguments("stsmfa hooks list", []), "stsmfa hooks list"],
    [`rm ${pathWord("-rf")}`, "rm ./-rf"],
    [`rm ${pathWord("a\u0007")}`, "rm FILE"],
  ];
  for (const [hint, expected] of written) assertEquals(hint, expected);
});
