import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseDocument } from "yaml";
import { targets as allTargets } from "../../.github/release/targets.ts";
import deno from "../../deno.json" with { type: "json" };

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly permissions?: Record<string, string>;
  readonly env?: Record<string, string>;
  /** None in a job that is a workflow of its own. */
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly include?: readonly { target: string }[] } };
}

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly env: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const directory = new URL("../../.github/workflows/", import.meta.url);

const names = Array.from(Deno.readDirSync(directory), ({ name }) => name);

const text = (name: string) => Deno.readTextFileSync(new URL(name, directory));

function read(name: string): Workflow {
  const document = parseDocument(text(name));
  assertEquals([...document.errors, ...document.warnings], []);
  return document.toJS();
}

const release = read("release.yml");
const ci = read("ci.yml");

const stepsOf = (...jobs: (Job | undefined)[]) => jobs.flatMap((job) => job?.steps ?? []);
const allSteps = (workflow: Workflow) => stepsOf(...Object.values(workflow.jobs));

for (const name of names) {
  const workflow = read(name);
  const steps = allSteps(workflow);

  Deno.test(`${name} names each action by a hash, and says which version that is`, () => {
    const uses = [...text(name).matchAll(/uses: (.*)$/gm)].map(([, action]) => action!)
      .filter((action) => !action.startsWith("./"));
    assertEquals(uses.length, steps.filter((step) => step.uses !== undefined).length);
    for (const action of uses) {
      assertMatch(action, /^actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  Deno.test(`${name} gives no script what others wrote, but through the environment`, () => {
    for (const { run } of steps) assert(!run?.includes("${{"), run);
  });

  Deno.test(`${name} leaves no token behind in the checkout`, () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const step of checkouts) assertEquals(step.with?.["persist-credentials"], false);
  });
}

Deno.test("of the jobs of a release each may do one thing that others may not", () => {
  assertEquals(release.permissions, {});
  const rights = Object.entries(release.jobs).map(([name, { permissions }]) => [name, permissions]);
  assertEquals(Object.fromEntries(rights), {
    notes: { contents: "read" },
    test: { contents: "read" },
    build: { contents: "read" },
    assemble: { contents: "read" },
    attest: { "id-token": "write", attestations: "write" },
    publish: { contents: "write", attestations: "read" },
    install: { contents: "read", attestations: "read" },
    promote: { contents: "write" },
    jsr: { contents: "read", "id-token": "write" },
  });
});

Deno.test("jobs that may sign or write releases run no code of the checkout", () => {
  for (const name of ["attest", "publish", "promote"]) {
    const steps = stepsOf(release.jobs[name]);
    assert(steps.length > 0);
    assertEquals(steps.filter(({ uses }) => uses?.includes("checkout")), []);
    assertEquals(steps.filter(({ run }) => run?.includes("deno") || run?.includes("npx")), []);
  }
});

Deno.test("a release is tested as each change is, with the same Deno", () => {
  const { uses, needs } = release.jobs["test"]!;
  assertEquals([uses, needs], ["./.github/workflows/ci.yml", "notes"]);
  assert(Object.hasOwn(parseDocument(text("ci.yml")).toJS().on, "workflow_call"));
  assertEquals(ci.permissions, { contents: "read" });
  assertEquals(Object.values(ci.jobs).filter(({ permissions }) => permissions), []);
  assertEquals(release.env["DENO"], ci.env["DENO"]);
});

Deno.test("each job of a release waits for the one that it relies on", () => {
  const needs = Object.entries(release.jobs).map(([name, { needs }]) => [name, needs]);
  assertEquals(Object.fromEntries(needs), {
    notes: undefined,
    test: "notes",
    build: "test",
    assemble: "build",
    attest: "assemble",
    publish: "attest",
    install: "publish",
    promote: "install",
    jsr: "install",
  });
});

Deno.test("the program is out of reach before code of others is run beside it", () => {
  const steps = stepsOf(release.jobs["build"]);
  const uploads = steps.flatMap(({ uses }, index) => uses?.includes("/upload-") ? [index] : []);
  const tests = steps.findIndex(({ run }) => run?.includes("task test"));
  assertEquals(uploads.length, 2);
  assert(tests > Math.max(...uploads));
});

Deno.test("nobody gets a release as the latest one before it was installed, attestation and all", () => {
  const script = (name: string) => stepsOf(release.jobs[name]).map(({ run }) => run).join("\n");
  const published = script("publish");
  assert(published.indexOf("gh attestation verify") < published.indexOf("gh release create"));
  assertMatch(published, /gh release create [^|;&]* --prerelease /);
  assert(!published.includes("--latest"));
  assertEquals(release.jobs["install"]!.env?.["STSMFA_REQUIRE_ATTESTATION"], "1");
  assertMatch(script("promote"), /-F prerelease=false -f make_latest=legacy/);
  assertEquals(release.jobs["promote"]!.if, "${{ !contains(github.ref_name, '-') }}");
});

Deno.test("the five targets of a release are those that the installers and packages know", async () => {
  const targets = release.jobs["build"]!.strategy!.matrix.include!.map(({ target }) => target);
  assertEquals(targets, allTargets.map(({ triple }) => triple));
  const content = async (path: string) =>
    await Deno.readTextFile(new URL(`../../.github/${path}`, import.meta.url));
  const triple = /\b(?:x86_64|aarch64)-(?:unknown-linux-gnu|apple-darwin|pc-windows-msvc)\b/g;
  const named = async (...paths: string[]) =>
    [...new Set((await Promise.all(paths.map(content))).join("").match(triple))].sort();
  assertEquals(await named("install/install.sh", "install/install.ps1"), targets.sort());
  assertEquals(await named("release/stsmfa.rb", "release/stsmfa.json"), targets.sort());
});

Deno.test("every task and file that the workflows name is there", async () => {
  const scripts = [release, ci].flatMap(allSteps).map(({ run }) => run ?? "").join("\n");
  for (const [, task] of scripts.matchAll(/ task ([\w-]+)/g)) {
    assert(Object.hasOwn(deno.tasks, task!), task);
  }
  const paths = [...scripts.matchAll(/(?:\.github|tests)\/[\w./]+/g)].map(([path]) => path);
  assert(paths.length > 6);
  for (const path of paths) await Deno.stat(new URL(`../../${path}`, import.meta.url));
});
