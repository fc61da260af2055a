import { externalDataInterceptor, loadSharedConfigFiles } from "@smithy/core/config";
import { assertEquals } from "@std/assert";
import {
  type FileKind,
  headerReaders,
  type HeaderReading,
  type Reader,
} from "../../../lib/aws_files/header_readers.ts";
import { IniDocument } from "../../../lib/ini/document.ts";
import { configHeaders, credentialsHeaders } from "../../support/odd_homes.ts";

/** Says a reading in words: `profile x`, `nothing`. */
function said(reading: HeaderReading): string {
  return "name" in reading ? `${reading.kind} ${reading.name}` : reading.kind;
}

const rows: [file: FileKind, header: string, readings: [Reader, string][]][] = [
  ["config", "[profile x]", [
    ["botocore", "profile x"],
    ["javascript", "profile x"],
    ["go", "profile x"],
    ["rust", "profile x"],
  ]],
  ["config", '[profile "x"]', [
    ["botocore", "profile x"],
    ["javascript", "profile x"],
    ["go", 'profile "x"'],
    ["rust", "nothing"],
  ]],
  ["config", "[profile  x ]", [
    ["botocore", "profile x"],
    ["javascript", "nothing"],
    ["go", "profile x"],
    ["rust", "profile x"],
  ]],
  ["config", "[profiles x]", [
    ["botocore", "profile x"],
    ["javascript", "nothing"],
    ["go", "nothing"],
    ["rust", "nothing"],
  ]],
  ["config", "[profile x y]", [
    ["botocore", "nothing"],
    ["javascript", "nothing"],
    ["go", "profile x y"],
    ["rust", "nothing"],
  ]],
  ["config", "[profile x] junk", [
    ["botocore", "profile x"],
    ["javascript", "line"],
    ["go", "line"],
    ["rust", "error"],
  ]],
  ["config", "[profile x]# note", [
    ["botocore", "profile x"],
    ["javascript", "line"],
    ["go", "profile x"],
    ["rust", "profile x"],
  ]],
  ["config", "[profile x#y]", [
    ["botocore", "profile x#y"],
    ["javascript", "nothing"],
    ["go", "line"],
    ["rust", "error"],
  ]],
  ["config", "[profile \u00e4]", [
    ["botocore", "profile \u00e4"],
    ["javascript", "nothing"],
    ["go", "profile \u00e4"],
    ["rust", "nothing"],
  ]],
  ["config", "[profile.x]", [
    ["botocore", "nothing"],
    ["javascript", "profile x"],
    ["go", "nothing"],
    ["rust", "nothing"],
  ]],
  ["config", "[DEFAULT]", [
    ["botocore", "defaults"],
    ["javascript", "nothing"],
    ["go", "profile DEFAULT"],
    ["rust", "nothing"],
  ]],
  ["config", "[profile __proto__]", [
    ["botocore", "profile __proto__"],
    ["javascript", "error"],
    ["go", "profile __proto__"],
    ["rust", "profile __proto__"],
  ]],
  ["credentials", "[ x ]", [
    ["botocore", "profile  x "],
    ["javascript", "profile  x "],
    ["go", "profile x"],
    ["rust", "profile x"],
  ]],
  ["credentials", "[x y]", [
    ["botocore", "profile x y"],
    ["javascript", "nothing"],
    ["go", "profile x y"],
    ["rust", "nothing"],
  ]],
  ["credentials", "[profile x]", [
    ["botocore", "profile profile x"],
    ["javascript", "nothing"],
    ["go", "nothing"],
    ["rust", "nothing"],
  ]],
  ["credentials", '["x"]', [
    ["botocore", 'profile "x"'],
    ["javascript", 'profile "x"'],
    ["go", 'profile "x"'],
    ["rust", "nothing"],
  ]],
  ["credentials", "[DEFAULT]", [
    ["botocore", "defaults"],
    ["javascript", "profile DEFAULT"],
    ["go", "profile DEFAULT"],
    ["rust", "profile DEFAULT"],
  ]],
];
for (const [file, header, readings] of rows) {
  for (const [reader, expected] of readings) {
    Deno.test(`${reader} reads ${header} of the ${file} file as ${expected}`, () => {
      assertEquals(said(headerReaders[reader](header, file)), expected);
    });
  }
}

Deno.test("the SDK for JavaScript reads headers as is said here", async () => {
  const all = [
    ...configHeaders.map((header) => ["config", header] as const),
    ...credentialsHeaders.map((header) => ["credentials", header] as const),
  ].filter(([, header]) => IniDocument.parse(`${header}\n`).sections().length > 0);
  for (const [number, [file, header]] of all.entries()) {
    const first = file === "config" ? "[profile first]" : "[first]";
    assertEquals(
      await readBySdk(number, file, `${first}\na = b\n${header}\nk = v\n`),
      said(headerReaders.javascript(header, file)),
      header,
    );
  }
  assertEquals(all.length > 60, true);
});

async function readBySdk(number: number, file: FileKind, text: string): Promise<string> {
  const paths = { config: `/headers/${number}.config`, credentials: `/headers/${number}` };
  externalDataInterceptor.interceptFile(paths.config, file === "config" ? text : "");
  externalDataInterceptor.interceptFile(paths.credentials, file === "config" ? "" : text);
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    filepath: paths.credentials,
    configFilepath: paths.config,
  });
  const { first, ...others } = file === "config" ? configFile : credentialsFile;
  if (first === undefined) return "error";
  if ("k" in first) return "line";
  // It says `profile.x` for what nobody can ask for in the credentials file.
  const [name] = Object.keys(others)
    .filter((each) => file === "config" || !/^(profile|sso-session|services)\./.test(each));
  if (name === undefined) return "nothing";
  const [, kind, rest] = /^(sso-session|services)\.(.*)$/s.exec(name) ?? [];
  return kind === undefined || file === "credentials" ? `profile ${name}` : `${kind} ${rest}`;
}
