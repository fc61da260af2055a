/**
 * Rehearses a release; see `../rehearse`.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkoutCopy } from "../checkout.ts";
import { runtimesVariable } from "../compiler.ts";
import { must } from "../formats/bytes.ts";
import { runnerOf } from "../runners.ts";
import { targetOf, targets } from "../targets.ts";
import { LoopbackGithub } from "./github.ts";
import { installs, Machine, misuse } from "./installed.ts";
import { checkPublished } from "./published.ts";
import { tagged } from "./tagged.ts";
import { type JobOptions, Workflow } from "./workflow.ts";

const project = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const names = { repository: "alice/tools", package: "alice/tools" };
const [older, newer] = ["v9.8.0", "v9.9.0"] as const;
const native = targetOf(Deno.build.target);

const { values } = parseArgs({
  args: Deno.args,
  options: {
    native: { type: "boolean", default: false },
    published: { type: "boolean", default: false },
  },
});

const start = Date.now();
const report = (what: string) =>
  console.log(`${String(Math.round((Date.now() - start) / 1000)).padStart(4)} s  ${what}`);

/** Goes through the workflow for a tag. */
async function release(github: LoopbackGithub, tag: string, isWhole: boolean, work: string) {
  const folder = join(work, tag);
  const checkout = join(folder, "checkout");
  await tagged(join(work, "project"), checkout, tag.slice(1), names);
  report(`${tag}: names, version and notes are set as CONTRIBUTING.md says`);
  const path = join(checkout, ".github", "workflows", "release.yml");
  const workflow = await Workflow.read(path, { github, ...names, tag, checkout, folder });
  const done = new Set<string>();
  const job = async (name: string, options: JobOptions = {}, what = "") => {
    const directory = await workflow.run(name, options);
    done.add(name);
    report(`${tag}: ${name}${what}`);
    return directory;
  };
  await job("notes");
  done.add("test");
  await build(job, workflow, { tag, folder, isWhole });
  for (const name of ["assemble", "attest", "publish"]) await job(name);
  const home = await Deno.makeTempDir({ dir: folder, prefix: "home-" });
  await job("install", { env: { HOME: home } });
  await job("promote");
  const script = (run: string) => `${run.trim()} --dry-run --allow-dirty`;
  if (tag === newer) await job("jsr", { script }, ", as far as a dry run goes");
  else done.add("jsr");
  const left = Object.keys(workflow.jobs).filter((name) => !done.has(name));
  must(left.length === 0, `these jobs were not rehearsed: ${left}`);
}

interface Build {
  readonly tag: string;
  readonly folder: string;
  readonly isWhole: boolean;
}

async function build(
  job: (name: string, options: JobOptions, what: string) => Promise<string>,
  { jobs }: Workflow,
  { tag, folder, isWhole }: Build,
): Promise<void> {
  const triples = jobs["build"]!.strategy!.matrix.include!.map((each) => each["target"]!);
  must(triples.length === targets.length, `the workflow builds ${triples}`);
  const first = [native.triple, ...triples.filter((each) => each !== native.triple)];
  let printer = "";
  for (const triple of first) {
    const target = targetOf(triple);
    if (triple !== native.triple && !isWhole) {
      const name = `archive-${triple}`;
      await Deno.mkdir(join(folder, "artifacts", name), { recursive: true });
      const archive = `stsmfa-${tag}-${triple}.${target.archive}`;
      await Deno.writeTextFile(join(folder, "artifacts", name, archive), `for ${triple}\n`);
      continue;
    }
    const runner = await runnerOf(target);
    const how = typeof runner === "string" ? `SKIPPED: not run: ${runner}` : runner.how;
    const directory = await job("build", {
      values: { "matrix.target": triple },
      env: { [runtimesVariable]: runtimes, STSMFA_PRINTED_BY: printer },
      // Those are a step of .ci/run.
      script: (run) => run.includes("task test-compiled") ? undefined : run,
    }, ` ${triple} (${how})`);
    if (triple === native.triple) printer = join(directory, native.program);
  }
}

const runtimes = values.published ? "" : Deno.env.get(runtimesVariable) || "npm";
const work = await Deno.makeTempDir({ prefix: "stsmfa-rehearsal-" });
try {
  await using github = await LoopbackGithub.start(names.repository, work);
  await checkoutCopy(project, join(work, "project"));
  await Deno.mkdir(join(work, "home"));
  const machine = new Machine(github, join(work, "home"));
  await release(github, older, false, work);
  await installs(machine, older);
  report(`${older} is installed where nothing was`);
  await release(github, newer, !values.native, work);
  await checkPublished(github, newer, work, report);
  await installs(machine, newer);
  report(`${newer} is installed over ${older}`);
  await misuse(github, machine, [older, newer], report);
  report(`SKIPPED: installing on other systems than ${Deno.build.os}, and install.ps1`);
  report("SKIPPED: the compiled program's own tests, which .ci/run runs");
} catch (error) {
  console.error(`FAILED: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
} finally {
  await Deno.remove(work, { recursive: true });
}
if (Deno.exitCode === 0) report("the rehearsal has gone well");
