import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  awsFilePaths,
  expandHome,
  parseAwsFile,
  readAwsFile,
  readAwsFiles,
} from "../../../lib/aws_files/read.ts";
import type { Context } from "../../../lib/context.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { configPath, credentialsPath, fakeEnv } from "../../support/aws_files.ts";
import { needsPython, runPython } from "../../support/python.ts";

Deno.test("awsFilePaths() takes the flag, then the variable, then the home directory", () => {
  const home = { HOME: "/home/alice" };
  const variables = { AWS_CONFIG_FILE: "/v/c", AWS_SHARED_CREDENTIALS_FILE: "~/v/k" };
  const flags = { configFile: "~/f/c", credentialsFile: "/f/k" };
  assertEquals(awsFilePaths(fakeEnv(home), {}), {
    config: configPath,
    credentials: credentialsPath,
  });
  assertEquals(awsFilePaths(fakeEnv({ ...home, ...variables }), {}), {
    config: "/v/c",
    credentials: "/home/alice/v/k",
  });
  assertEquals(awsFilePaths(fakeEnv({ ...home, ...variables }), flags), {
    config: "/home/alice/f/c",
    credentials: "/f/k",
  });
});

const expanded: [variables: Record<string, string>, path: string, expected: string][] = [
  [{ X: "/x" }, "$X/config", "/x/config"],
  [{ X: "/x" }, "${X}/config", "/x/config"],
  [{ X: "/x", Y: "$X" }, "$X/$Y", "/x/$X"],
  [{ X: "~" }, "$X/config", "/home/alice/config"],
  [{ X: "bob" }, "~$X/config", "/home/bob/config"],
  [{ X: "dir" }, "$X/config", "dir/config"],
  [{ X_1: "/x" }, "$X_1-y", "/x-y"],
  [{}, "/etc/$NOPE/${NOPE}", "/etc/$NOPE/${NOPE}"],
  [{ X: "" }, "/etc$X/config", "/etc/config"],
  [{ X: "" }, "$X/config", "/config"],
  [{}, "/etc/$", "/etc/$"],
  [{}, "/etc/${}/${a=b}", "/etc/${}/${a=b}"],
  [{}, "$HOME/alt/config", "/home/alice/alt/config"],
  [{}, "~bob/config", "/home/bob/config"],
  [{}, "~bob", "/home/bob"],
  [{}, "/a/~bob", "/a/~bob"],
  [{}, "config", "config"],
  [{ X: "/x" }, "/a/%X%", "/a/%X%"],
  [{ OS: "Windows_NT", X: "/x" }, "/a/%X%", "/a/%X%"],
];
for (const [variables, path, expected] of expanded) {
  Deno.test(`awsFilePaths() makes ${expected} of ${path} with ${JSON.stringify(variables)}`, () => {
    const homeOf = (user: string) => user === "bob" ? "/home/bob/" : undefined;
    const env = (more: Record<string, string>) => ({
      ...fakeEnv({ HOME: "/home/alice", ...variables, ...more }),
      homeOf,
    });
    assertEquals(awsFilePaths(env({ AWS_CONFIG_FILE: path }), {}).config, expected);
    assertEquals(awsFilePaths(env({}), { credentialsFile: path }).credentials, expected);
  });
}

const lostPaths: [variables: Record<string, string>, path: string, message: RegExp][] = [
  [{}, "", /empty/],
  [{}, "$NOPE/config", /\$NOPE\/config would be in the current folder.* NOPE is not set$/],
  [{}, "${NOPE}", /NOPE is not set$/],
  [{ NOPE: "" }, "${NOPE}config", /NOPE is not set$/],
  [{ NOPE: "" }, "$NOPE", /NOPE is not set$/],
  [{}, "~nobody/config", /home directory of nobody is not known$/],
  [{}, "~$NOPE/config", /home directory of \$NOPE is not known$/],
];
for (const [variables, path, message] of lostPaths) {
  Deno.test(`awsFilePaths() refuses ${path || "an empty path"}, which is where nobody means`, () => {
    const env = (more: Record<string, string> = {}) =>
      fakeEnv({ HOME: "/home/alice", ...variables, ...more });
    const inVariable = assertThrows(
      () => awsFilePaths(env({ AWS_SHARED_CREDENTIALS_FILE: path }), {}),
      StsmfaError,
    );
    assertEquals(inVariable.code, "InvalidSetting");
    assertMatch(inVariable.message, /^variable AWS_SHARED_CREDENTIALS_FILE: /);
    const inFlag = assertThrows(() => awsFilePaths(env(), { configFile: path }), StsmfaError);
    assertEquals(inFlag.code, "Usage");
    assertMatch(inFlag.message, /^flag --config-file: /);
    for (const error of [inVariable, inFlag]) assertMatch(error.message, message);
  });
}

Deno.test({
  ...needsPython("botocore"),
  name: `awsFilePaths() expands a path as botocore does${needsPython("botocore").name}`,
  fn: async () => {
    const paths = expanded.filter(([, path]) => !/~(bob|\$)/.test(path));
    const asked = [
      ...paths.map(([variables, path]) =>
        ["posixpath", { HOME: "/home/alice", ...variables }, path] as const
      ),
      ...onWindows.map(([variables, path]) => ["ntpath", variables, path] as const),
    ];
    const script = `
import json, ntpath, os, posixpath, sys
for module, variables, path in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(variables)
    paths = {"ntpath": ntpath, "posixpath": posixpath}[module]
    print(paths.expanduser(paths.expandvars(path)))
`;
    const printed = await runPython(["-c", script], { input: JSON.stringify(asked) });
    const theirs = printed.trimEnd().split("\n").map((path, n) =>
      asked[n]?.[0] === "ntpath" ? path.replaceAll("/", "\\") : path
    );
    assertEquals(theirs, [...paths, ...onWindows].map(([, , expected]) => expected));
  },
});

const ann = { USERPROFILE: "C:\\Users\\ann", HOME: "C:\\msys\\home", X: "D:\\x" };

/** Paths on Windows, where what Python leaves as `/` is written as `\`. */
const onWindows: [variables: Record<string, string>, path: string, expected: string][] = [
  [ann, "~/.aws/config", "C:\\Users\\ann\\.aws\\config"],
  [ann, "~\\.aws\\config", "C:\\Users\\ann\\.aws\\config"],
  [ann, "%X%\\config", "D:\\x\\config"],
  [ann, "$X/config", "D:\\x\\config"],
  [ann, "${X}/config", "D:\\x\\config"],
  [ann, "%USERPROFILE%/alt/config", "C:\\Users\\ann\\alt\\config"],
  [ann, "D:\\a$$X\\100%%\\config", "D:\\a$X\\100%\\config"],
  [ann, "D:\\O'Neil\\%X%", "D:\\O'Neil\\%X%"],
  [ann, "D:\\'%X%'\\%X%", "D:\\'%X%'\\D:\\x"],
  [ann, "D:\\50%\\$X", "D:\\50%\\$X"],
  [{ ...ann, "X-1": "y" }, "D:\\$X-1\\config", "D:\\y\\config"],
  [ann, "\\\\server\\share/config", "\\\\server\\share\\config"],
  [ann, "\\\\?\\C:\\config", "\\\\?\\C:\\config"],
  [{ USERPROFILE: "\\\\server\\ann" }, "~/c", "\\\\server\\ann\\c"],
  [{ HOMEDRIVE: "E:", HOMEPATH: "\\ann" }, "~/c", "E:\\ann\\c"],
];
for (const [variables, path, expected] of onWindows) {
  Deno.test(`awsFilePaths() makes ${expected} of ${path} on Windows`, () => {
    const env = fakeEnv({ ...variables, AWS_CONFIG_FILE: path }, "windows");
    assertEquals(awsFilePaths(env, {}).config, expected);
    assertEquals(awsFilePaths(env, { configFile: path }).config, expected);
  });
}

Deno.test("awsFilePaths() asks Windows' variable for the home directory, and names that", () => {
  const { config, credentials } = awsFilePaths(fakeEnv(ann, "windows"), {});
  assertEquals(config, "C:\\Users\\ann\\.aws\\config");
  assertEquals(credentials, "C:\\Users\\ann\\.aws\\credentials");
  const homeless = fakeEnv({ HOME: "C:\\msys\\home" }, "windows");
  const error = assertThrows(() => awsFilePaths(homeless, {}), StsmfaError);
  assertEquals(error.hint, "set USERPROFILE, or give --credentials-file and --config-file");
});

Deno.test("awsFilePaths() needs no home directory when both paths are given", () => {
  const paths = { config: "/c", credentials: "/k" };
  assertEquals(awsFilePaths(fakeEnv(), { configFile: "/c", credentialsFile: "/k" }), paths);
  const error = assertThrows(() => awsFilePaths(fakeEnv(), { configFile: "/c" }), StsmfaError);
  assertEquals(error.code, "InvalidSetting");
  assertEquals(error.message, "cannot find ~/.aws/credentials: HOME is not set");
  assertEquals(error.hint, "set HOME, or give --credentials-file and --config-file");
});

const homes: [variables: Record<string, string>, path: string, expected: string][] = [
  [{ HOME: "/h/" }, "~/x", "/h/x"],
  [{ HOME: "/" }, "~/x", "/x"],
  [{ HOME: "/h" }, "~", "/h"],
  [{ HOME: "/h", USERPROFILE: "C:\\u" }, "~/x", "/h/x"],
  [{ HOME: "/h" }, "~bob/x", "~bob/x"],
  [{ HOME: "/h" }, "/a/~/x", "/a/~/x"],
];
for (const [variables, path, expected] of homes) {
  Deno.test(`expandHome() makes ${expected} of ${path} with ${Object.values(variables)}`, () => {
    assertEquals(expandHome(fakeEnv(variables), path), expected);
  });
}

function contextThatReads(read: (path: string) => Promise<Uint8Array | undefined>): Context {
  return { files: { read } } as unknown as Context;
}

Deno.test("readAwsFiles() takes a missing file for an empty one", async () => {
  const context = contextThatReads((path) =>
    Promise.resolve(path === "/k" ? new TextEncoder().encode("[a]\n") : undefined)
  );
  const files = await readAwsFiles(context, { config: "/c", credentials: "/k" });
  assertEquals([files.config.path, files.config.document.sections()], ["/c", []]);
  assertEquals([files.credentials.path, files.credentials.document.sections()], ["/k", ["a"]]);
});

Deno.test("readAwsFiles() says which file it cannot read and why", async () => {
  const fault = Object.assign(new Error("x"), { code: "EACCES" });
  const context = contextThatReads(() => Promise.reject(fault));
  const error = await assertRejects(
    () => readAwsFiles(context, { config: "/c", credentials: "/k" }),
    StsmfaError,
  );
  assertEquals([error.code, error.cause], ["FileUnreadable", fault]);
  assertMatch(error.message, /^cannot read \/[ck]: permission denied$/);
});

Deno.test("parseAwsFile() refuses what is not UTF-8", () => {
  const bytes: Record<string, number[]> = {
    latin1: [0x5b, 0xe4, 0x5d],
    utf16: [0xff, 0xfe, 0x5b, 0],
  };
  for (const each of Object.values(bytes)) {
    const error = assertThrows(() => parseAwsFile("/k", new Uint8Array(each)), StsmfaError);
    assertEquals([error.code, error.message], ["UnparsableFile", "/k: line 1 is not UTF-8 text"]);
  }
});

const unparsable: [text: string, message: string][] = [
  ["\uFEFF[a]\n", "/k: line 1 starts with a byte order mark; also line 1"],
  ["k = v\n", "/k: line 1 has a key before any [section]"],
  ["[a]\n[b]\n[a]\n", "/k: line 3 repeats [a] of line 1"],
  ["[a]\nk = 1\nK = 2\n", "/k: line 3 repeats the key K of [a]"],
  ["[a]\n  [b]\nk = 1\nk = 1\n", "/k: line 2 has space before its [section] header; also line 4"],
  [
    "[a]\n1\n2\n3\n",
    "/k: line 2 is neither a comment, a [section] nor key = value; also lines 3, 4",
  ],
  [
    "[a]\n1\n2\n3\n4\n5\n6\n7\n",
    "/k: line 2 is neither a comment, a [section] nor key = value; also lines 3, 4, 5, 6, 7, 8",
  ],
];
for (const [text, message] of unparsable) {
  Deno.test(`parseAwsFile() refuses ${JSON.stringify(text)} naming its lines`, () => {
    const error = assertThrows(
      () => parseAwsFile("/k", new TextEncoder().encode(text)),
      StsmfaError,
    );
    assertEquals([error.code, error.message], ["UnparsableFile", message]);
    assertMatch(error.hint!, /nothing was changed$/);
    // Nobody sees one in an editor.
    assertEquals(error.hint!.includes("without a byte order mark"), text.startsWith("\uFEFF"));
  });
}

Deno.test("readAwsFile() gives what is known already again as long as every byte is the same", async () => {
  for (const offset of [0, 1, 4]) {
    for (let length = 0; length < 10; length++) {
      const content = () => new Uint8Array(offset + length).fill(35).subarray(offset);
      const known = await readAwsFile(contextThatReads(() => Promise.resolve(content())), "/f");
      assertEquals(
        await readAwsFile(contextThatReads(() => Promise.resolve(content())), "/f", known) ===
          known,
        true,
      );
      for (const other of [content().subarray(1), new Uint8Array(length + 1).fill(35)]) {
        if (other.length === length) continue;
        assertEquals(
          await readAwsFile(contextThatReads(() => Promise.resolve(other)), "/f", known) === known,
          false,
        );
      }
      for (let at = 0; at < length; at++) {
        const changed = content();
        changed[at] = 59;
        assertEquals(
          await readAwsFile(contextThatReads(() => Promise.resolve(changed)), "/f", known) ===
            known,
          false,
        );
      }
    }
  }
});
