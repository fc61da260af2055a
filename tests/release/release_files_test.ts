import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { fill, templates } from "../../.github/release/fill.ts";
import { licenses, packageOf } from "../../.github/release/licenses.ts";
import { releaseNotes } from "../../.github/release/release_notes.ts";

const changelog = `# Changelog

## [Unreleased]

## [1.2.3] - 2026-12-01

### Added

- The second thing.

## [1.2.0] - 2026-11-30

- The first thing.

[1.2.3]: https://example.com/1.2.3
`;

Deno.test("release notes are what the changelog says of the version", () => {
  assertEquals(releaseNotes(changelog, "1.2.3"), "### Added\n\n- The second thing.\n");
  assertEquals(releaseNotes(changelog, "1.2.0"), "- The first thing.\n");
});

for (const version of ["1.2", "9.9.9", "Unreleased", ""]) {
  Deno.test(`there is no release of ${version || "nothing"} without notes`, () => {
    assertThrows(() => releaseNotes(changelog, version), Error, "no notes of");
  });
}

const targets = [
  "x86_64-unknown-linux-gnu.tar.gz",
  "aarch64-unknown-linux-gnu.tar.gz",
  "x86_64-apple-darwin.tar.gz",
  "aarch64-apple-darwin.tar.gz",
  "x86_64-pc-windows-msvc.zip",
];
const digest = (index: number) => `${index}`.repeat(64);
const lines = targets.map((target, index) => `${digest(index)}  stsmfa-v1.2.3-${target}`);
const release = {
  repository: "alice/tools",
  version: "1.2.3",
  checksums: `${lines.join("\n")}\n`,
};

for (const name of templates) {
  Deno.test(`${name.split("/").at(-1)} of a release leaves nothing open`, async () => {
    const url = new URL(`../../.github/release/${name}`, import.meta.url);
    const filled = fill(await Deno.readTextFile(url), release);
    assertEquals(filled.match(/\{\{|(?<!jsr:@)\bx\/stsmfa/g), null);
    assertStringIncludes(filled, "github.com/alice/tools");
  });
}

async function filled(name: string): Promise<string> {
  const url = new URL(`../../.github/release/${name}`, import.meta.url);
  return fill(await Deno.readTextFile(url), release);
}

Deno.test("the formula has each archive's own checksum below its address", async () => {
  const pairs = [...(await filled("stsmfa.rb")).matchAll(/url "(.*)"\n\s+sha256 "(.*)"/g)]
    .map(([, url, sha256]) => `${sha256}  ${url!.split("/").at(-1)}`);
  assertEquals(pairs.sort(), lines.filter((line) => line.endsWith(".tar.gz")).sort());
});

Deno.test("the manifest for Scoop has the archive for Windows and its checksum", async () => {
  const { version, architecture } = JSON.parse(await filled("stsmfa.json"));
  const { url, hash } = architecture["64bit"];
  assertEquals([version, `${hash}  ${url.split("/").at(-1)}`], ["1.2.3", lines.at(-1)]);
});

Deno.test("a release that lacks an archive is none", () => {
  const checksums = lines.slice(1).join("\n");
  const template = "{{sha256 x86_64-unknown-linux-gnu}}";
  assertThrows(() => fill(template, { ...release, checksums }), Error, "has no archive for");
});

Deno.test("a bundled file belongs to the innermost package around it", () => {
  const inner = "/w/node_modules/.deno/@a+b@1.0.0/node_modules/@a/b";
  assertEquals(packageOf(`${inner}/dist-es/index.js`), inner);
  assertEquals(packageOf("/w/node_modules/acorn/acorn.mjs"), "/w/node_modules/acorn");
  assertEquals(packageOf("/w/lib/refresh.ts"), undefined);
});

Deno.test("a release tells the licence of every package it holds, or is none", async () => {
  const directory = await Deno.makeTempDir({ prefix: "stsmfa-licenses-" });
  try {
    const manifest = { name: "@a/b", version: "1.2.3", license: "ISC" };
    await Deno.writeTextFile(`${directory}/package.json`, JSON.stringify(manifest));
    await assertRejects(() => licenses([directory]), Error, "@a/b 1.2.3 has no licence file (ISC)");
    await Deno.writeTextFile(`${directory}/LICENSE.md`, "May be used.\n");
    assertStringIncludes(await licenses([directory]), "\n@a/b 1.2.3\n\nMay be used.\n");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
