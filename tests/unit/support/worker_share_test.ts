import { assertEquals } from "@std/assert";
import deno from "../../../deno.json" with { type: "json" };
import { loadedTestFile, shareOf, testFiles, workers } from "../../support/worker_share.ts";

Deno.test("the workers' shares are all test files, each once", () => {
  assertEquals(workers().flatMap(shareOf).sort(), testFiles());
  assertEquals(testFiles().includes(import.meta.url), true);
});

Deno.test("shares differ by one file at most", () => {
  const sizes = workers().map((worker) => shareOf(worker).length);
  assertEquals(Math.max(...sizes) - Math.min(...sizes) <= 1, true, `${sizes}`);
});

Deno.test("the task runs all workers, and a worker loads its share", async () => {
  assertEquals(deno.tasks.test.command.includes(" tests/workers/*.ts "), true);
  const texts = await Promise.all(workers().map((worker) => Deno.readTextFile(new URL(worker))));
  assertEquals([...new Set(texts)], [
    `import { loadShare } from "../support/worker_share.ts";\n\nawait loadShare(import.meta.url);\n`,
  ]);
});

const here = loadedTestFile();

Deno.test("a test file that is being loaded is known", () => {
  assertEquals(here, import.meta.url);
});
