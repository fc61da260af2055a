import { assertEquals } from "@std/assert";
import { compilerVersion } from "../../.github/release/compiler_version.ts";
import { runtime } from "../../.github/release/runtime.ts";

const project = new URL("../../", import.meta.url);
const text = (path: string) => Deno.readTextFileSync(new URL(path, project));

/** What builds and tries releases, without what says the version and where its runtimes are. */
function* scripts(): Generator<string> {
  yield* [".ci/run", "deno.json", ".github/workflows/ci.yml", ".github/workflows/release.yml"];
  for (const folder of [".github/release/", ".github/release/rehearsal/"]) {
    for (const { name, isFile } of Deno.readDirSync(new URL(folder, project))) {
      if (isFile && !/^(compiler_version|runtime)\.ts$/.test(name)) yield `${folder}${name}`;
    }
  }
}

Deno.test("which Deno is compiled in is said in one place, and BENCHMARKS.md was made with it", () => {
  assertEquals([...scripts()].filter((path) => text(path).includes(compilerVersion)), []);
  const [, timed] = /"compiled".*?of Deno (\d+\.\d+\.\d+)/s.exec(text("BENCHMARKS.md")) ?? [];
  assertEquals(timed, compilerVersion);
});

Deno.test("a folder of runtimes has one for each target", async () => {
  const path = await runtime(compilerVersion, "aarch64-apple-darwin", "/runtimes");
  assertEquals(
    path?.replaceAll("\\", "/").replace(/^\w:/, ""),
    "/runtimes/aarch64-apple-darwin/denort",
  );
});

Deno.test("no runtime is made up for a Deno that npm has none of", async () => {
  assertEquals(await runtime("0.0.1", "x86_64-unknown-linux-gnu", "npm"), undefined);
});
