/**
 * Makes one target's part of a release: `build.ts TARGET v1.2.3 DIRECTORY` compiles the program to
 * the working folder, sees that it is one for this target, that it runs and is of this version, and
 * writes the archive and the bill of materials to the directory.
 *
 * A release is built on a machine of each target. Elsewhere, what can run programs of the target is
 * used; where nothing can, STSMFA_PRINTED_BY names a program that prints completions and the man
 * page in its place.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { archive } from "./build_archive.ts";
import { compileFor, compiler } from "./compiler.ts";
import { checkFormat } from "./format.ts";
import { pack } from "./pack.ts";
import { runnerOf } from "./runners.ts";
import { smoke } from "./smoke.ts";
import { targetOf } from "./targets.ts";

/** The bill of materials, which is the same for each target. */
const sbom = "stsmfa.cdx.json";

const [triple, tag, directory] = Deno.args;
if (triple === undefined || tag === undefined || directory === undefined) {
  throw new Error("usage: build.ts TARGET v1.2.3 DIRECTORY");
}
const target = targetOf(triple);
const deno = await compiler();
const work = await Deno.makeTempDir({ prefix: "stsmfa-build-" });
try {
  await Deno.mkdir(directory, { recursive: true });
  const licenses = join(work, "LICENSES.txt");
  const files = ["--licenses", licenses, "--sbom", resolve(directory, sbom)];
  await compileFor(triple, deno, ".", "--output", target.program, ...files);
  console.log(checkFormat(triple, await Deno.readFile(target.program)));
  const runner = await runnerOf(target);
  const printer = Deno.env.get("STSMFA_PRINTED_BY");
  if (typeof runner !== "string") {
    await smoke(runner, resolve(target.program), {
      version: tag.replace(/^v/, ""),
      deno: deno.version,
      target: triple,
    });
    console.log(`it runs ${runner.how}`);
    await pack([...runner.command, resolve(target.program)], work);
  } else if (printer !== undefined) {
    console.log(`SKIPPED: it was not run: ${runner}`);
    await pack([printer], work);
  } else {
    throw new Error(`it cannot be run: ${runner}`);
  }
  console.log(await archive(target, tag, { work, directory }));
} finally {
  await Deno.remove(work, { recursive: true });
}
