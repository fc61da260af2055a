import { assertEquals } from "@std/assert";
import {
  basename,
  dirname,
  homeDirectory,
  isAbsolute,
  join,
  native,
  withTilde,
} from "../../lib/path.ts";
import { fakeEnv } from "../support/aws_files.ts";

const cases: [path: string, directory: string, name: string][] = [
  ["/home/a/.aws/credentials", "/home/a/.aws", "credentials"],
  ["/credentials", "/", "credentials"],
  ["credentials", ".", "credentials"],
  ["./credentials", ".", "credentials"],
  ["/home/we\\ird/credentials", "/home/we\\ird", "credentials"],
  ["/home/a/we\\ird", "/home/a", "we\\ird"],
  ["C:\\Users\\a\\.aws\\credentials", "C:\\Users\\a\\.aws", "credentials"],
  ["C:\\Users\\a/.aws/credentials", "C:\\Users\\a/.aws", "credentials"],
  ["C:\\credentials", "C:\\", "credentials"],
  ["C:/Users/a\\.aws", "C:/Users/a", ".aws"],
  ["C:\\Users/a\\.aws/credentials", "C:\\Users/a\\.aws", "credentials"],
  ["\\\\server\\share\\a/b\\credentials", "\\\\server\\share\\a/b", "credentials"],
  ["\\\\?\\C:\\credentials", "\\\\?\\C:\\", "credentials"],
];
for (const [path, directory, name] of cases) {
  Deno.test(`dirname() and basename() take ${path} apart, and join() puts it together`, () => {
    assertEquals([dirname(path), basename(path)], [directory, name]);
    const joined = join(directory, name);
    assertEquals([dirname(joined), basename(joined)], [directory, name]);
  });
}

Deno.test("join() takes the separator of the system whose path it is", () => {
  assertEquals(join("/home/a", ".aws", "config"), "/home/a/.aws/config");
  assertEquals(join("C:\\Users\\a", ".aws", "config"), "C:\\Users\\a\\.aws\\config");
  assertEquals(join("\\\\server\\share", "x"), "\\\\server\\share\\x");
  assertEquals(join("C:\\", "x"), "C:\\x");
  assertEquals(join("/", "x"), "/x");
  assertEquals(join("/home/we\\ird", "x"), "/home/we\\ird/x");
  assertEquals(join("/home/a", ""), "/home/a/");
});

Deno.test("native() and isAbsolute() know a path of Windows by its drive or server", () => {
  assertEquals(native("C:\\Users\\a/.aws"), "C:\\Users\\a\\.aws");
  assertEquals(native("\\\\server/share"), "\\\\server\\share");
  for (const path of ["/home/a\\b", "a/b\\c", "C:x"]) assertEquals(native(path), path);
  const whole = ["/", "/a", "C:\\", "c:/a", "\\\\server\\share", "\\\\?\\C:\\a"];
  for (const path of whole) assertEquals(isAbsolute(path), true, path);
  for (const path of ["", "a", "./a", "C:", "C:a", "\\a"]) assertEquals(isAbsolute(path), false);
});

const homes: [Record<string, string>, unix?: string | undefined, windows?: string][] = [
  [{}],
  [{ HOME: "/h/" }, "/h"],
  [{ HOME: "/h", USERPROFILE: "C:/u/" }, "/h", "C:\\u"],
  [{ USERPROFILE: "C:\\u" }, undefined, "C:\\u"],
  [{ HOMEDRIVE: "D:", HOMEPATH: "\\u" }, undefined, "D:\\u"],
  [{ HOMEPATH: "D:\\u" }, undefined, "D:\\u"],
  [{ HOMEDRIVE: "D:" }],
  [{ USERPROFILE: "C:\\u", HOMEDRIVE: "D:", HOMEPATH: "\\v" }, undefined, "C:\\u"],
];
for (const [variables, unix, windows] of homes) {
  Deno.test(`homeDirectory() is one with ${JSON.stringify(variables)}`, () => {
    assertEquals(homeDirectory(fakeEnv(variables)), unix);
    assertEquals(homeDirectory(fakeEnv(variables, "windows")), windows);
  });
}

const tildes: [home: string, words: string, shown: string, more?: Record<string, string>][] = [
  ["/home/al", "chmod 600 /home/al/.aws/config", "chmod 600 ~/.aws/config"],
  ["/home/al/", "/home/al/x (/home/al/y)", "~/x (~/y)"],
  ["/home/al", "/home/alice/x /mnt/home/al/x --file=/home/al/x /home/al", ""],
  // No shell replaces it in quotes, wherever in them the home stands.
  ["/home/al", `rm "/home/al/a b"`, ""],
  ["/home/al", `rm "/mnt/copy of /home/al/x"`, ""],
  [
    "/home/al",
    `rm '/mnt/$1 /home/al/x'"'"' /home/al/y'; ls /home/al/z`,
    `rm '/mnt/$1 /home/al/x'"'"' /home/al/y'; ls ~/z`,
  ],
  [
    "/home/al",
    `aws configure set credential_process "stsmfa process --config-file /home/al/c a"`,
    "",
  ],
  ["/home/al", `AWS's "b c" is in /home/al/x`, `AWS's "b c" is in ~/x`],
  ["/home/al", `the users' file, /home/al/x`, `the users' file, ~/x`],
  ["/home/al", "ls /home/al\\x", ""],
  ["/", "ls /x", ""],
  ["", "ls /x", ""],
  // The shell that a person types in has another home.
  ["/home/op", "chmod 600 /home/op/.aws/config", "", { SUDO_USER: "al" }],
  ["/home/op", "chmod 600 /home/op/.aws/config", "", { DOAS_USER: "al" }],
];
for (const [home, words, shown, more] of tildes) {
  Deno.test(`withTilde() of ${home} in: ${words}${more === undefined ? "" : " (as another)"}`, () => {
    assertEquals(withTilde(fakeEnv({ HOME: home, ...more }), words), shown || words);
  });
}

Deno.test("withTilde() takes both separators on Windows", () => {
  const env = fakeEnv({ USERPROFILE: "C:\\u" }, "windows");
  assertEquals(withTilde(env, "C:\\u\\x or C:\\u/y"), "~\\x or ~/y");
});
