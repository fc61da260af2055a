import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { artifacts } from "../../.github/release/rehearsal/artifacts.ts";
import { filledIn, holds } from "../../.github/release/rehearsal/expressions.ts";

const values = { "matrix.target": "x", "runner.os": "Linux", "github.ref_name": "v1.2.3-rc.1" };

Deno.test("expressions of a workflow have the values of a rehearsal, and nothing is made up", () => {
  assertEquals(filledIn("a-${{ matrix.target }}/${{ runner.os }}", values), "a-x/Linux");
  assertThrows(() => filledIn("${{ secrets.TOKEN }}", values), Error, "nothing is known of");
});

Deno.test("conditions of a workflow hold or do not, and others are refused", () => {
  assertEquals(holds(undefined, values), true);
  assertEquals(holds("runner.os == 'Linux'", values), true);
  assertEquals(holds("runner.os != 'Linux'", values), false);
  assertEquals(holds("${{ !contains(github.ref_name, '-') }}", values), false);
  assertEquals(holds("contains(github.ref_name, '-')", values), true);
  assertThrows(() => holds("always()", values), Error, "a condition of an unknown form");
  assertThrows(() => holds("a == 'b' && c == 'd'", values), Error);
});

/** A job's folder with files, and a store beside it. */
async function withFiles(use: (folder: string, store: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "stsmfa-artifacts-" });
  try {
    for (const path of ["job/dist/stsmfa-v1", "job/dist/other", "job/notes/notes.md"]) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, path);
    }
    await use(`${folder}/job`, `${folder}/store`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const namesIn = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("artifacts of several jobs become one folder, as the release is put together", () =>
  withFiles(async (job, store) => {
    const kept = artifacts(store, job);
    await kept.upload("archive-a", "dist/stsmfa-v*");
    await kept.upload("archive-b", "dist/other");
    await kept.upload("else", "notes");
    await kept.download("archive-*", "together");
    assertEquals(namesIn(`${job}/together`), ["other", "stsmfa-v1"]);
  }));

Deno.test("an artifact of several folders has them in it", () =>
  withFiles(async (job, store) => {
    await artifacts(store, job).upload("release", "dist\nnotes\n");
    assertEquals(namesIn(`${store}/release`), ["dist", "notes"]);
    assertEquals(namesIn(`${store}/release/dist`), ["other", "stsmfa-v1"]);
  }));

Deno.test("an artifact of nothing is an error", () =>
  withFiles(async (job, store) => {
    await assertRejects(
      () => artifacts(store, job).upload("a", "dist/*.zip"),
      Error,
      "there is no",
    );
    await artifacts(store, job).upload("a", "dist");
    await assertRejects(() => artifacts(store, job).download("b-*", "x"), Error, "no artifact b-*");
  }));
