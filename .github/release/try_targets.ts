/**
 * Compiles the program for each target, checks it, and runs it as far as it can be run here; see
 * `try_targets`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compileFor, type Compiler, compiler, runtimesVariable } from "./compiler.ts";
import { checkoutCopy } from "./checkout.ts";
import { checkFormat } from "./format.ts";
import { mainJob } from "./main_job.ts";
import { oldSystem } from "./old_system.ts";
import { type Runner, runnerOf } from "./runners.ts";
import { smoke } from "./smoke.ts";
import { type Target, targetOf, targets } from "./targets.ts";

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { version } = JSON.parse(await Deno.readTextFile(join(project, "deno.json")));

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    keep: { type: "string" },
    native: { type: "boolean", default: false },
    published: { type: "boolean", default: false },
  },
});

/** A row of the table. */
interface Tried {
  readonly target: string;
  readonly size: string;
  readonly format: string;
  readonly run: string;
}

/** Runs a program one way, and says how that was. */
async function tryOn(
  runner: Runner | string,
  program: string,
  target: string,
  deno: Compiler,
): Promise<string> {
  if (typeof runner === "string") return `SKIPPED: ${runner}`;
  await smoke(runner, program, { version, deno: deno.version, target });
  if (!runner.isPlain) return `${runner.how}: starts, reports`;
  await mainJob(runner, program);
  return `${runner.how}: starts with nothing around it, renews a session`;
}

/** Builds again, elsewhere and later, and compares. */
async function again(program: string, target: Target, deno: Compiler, work: string) {
  const elsewhere = join(work, "a copy", "of the checkout");
  await checkoutCopy(project, elsewhere);
  const second = join(elsewhere, target.program);
  await compileFor(target.triple, deno, elsewhere, "--output", second, ...beside(second));
  const digest = async (path: string) =>
    createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  for (const end of ["", ...ends.map((each) => `.${each}`)]) {
    const [one, other] = [await digest(program + end), await digest(second + end)];
    if (one !== other) throw new Error(`built twice, ${target.program}${end} is not the same`);
  }
  return `built twice, the same bytes (SHA-256 ${(await digest(program)).slice(0, 12)}...)`;
}

/** What is written beside the program, and is compared, too. */
const ends = ["licenses", "sbom"];
const beside = (program: string) => ends.flatMap((end) => [`--${end}`, `${program}.${end}`]);

async function tryTarget(target: Target, deno: Compiler, work: string): Promise<Tried> {
  const { triple } = target;
  const folder = resolve(values.keep ?? work);
  await Deno.mkdir(join(folder, triple), { recursive: true });
  const program = join(folder, triple, target.program);
  await compileFor(triple, deno, project, "--output", program, ...beside(program));
  const content = await Deno.readFile(program);
  const format = checkFormat(triple, content);
  const isNative = triple === Deno.build.target;
  const ways = [await tryOn(await runnerOf(target), program, triple, deno)];
  if (isNative) ways.push(await again(program, target, deno, work));
  if (isNative && !values.native) ways.push(await tryOn(await oldSystem(), program, triple, deno));
  return {
    target: triple,
    size: `${(content.length / 1e6).toFixed(1)} MB`,
    format,
    run: ways.join("; "),
  };
}

const names = values.native ? [Deno.build.target] : positionals;
const chosen = names.length === 0 ? targets : names.map(targetOf);
const deno = await compiler(values.published ? "" : Deno.env.get(runtimesVariable) || "npm");
const work = await Deno.makeTempDir({ prefix: "stsmfa-targets-" });
const tried: Tried[] = [];
const failed: string[] = [];
try {
  for (const target of chosen) {
    console.error(`${target.triple} ...`);
    try {
      tried.push(await tryTarget(target, deno, work));
    } catch (error) {
      failed.push(`${target.triple}: ${error instanceof Error ? error.message : error}`);
    }
  }
} finally {
  await Deno.remove(work, { recursive: true });
}
console.log(`\nstsmfa ${version}, Deno ${deno.version} inside\n`);
console.log("| target | size | format | run |\n| --- | --- | --- | --- |");
for (const row of tried) console.log(`| ${Object.values(row).join(" | ")} |`);
for (const what of failed) console.log(`FAILED: ${what}`);
if (failed.length > 0) Deno.exit(1);
