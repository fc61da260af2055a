import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseDocument } from "yaml";
import deno from "../../deno.json" with { type: "json" };

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Job {
  readonly permissions?: Record<string, string>;
  readonly steps: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly include?: readonly { target: string }[] } };
}

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const directory = new URL("../../.github/workflows/", import.meta.url);

const names = Array.from(Deno.readDirSync(directory), ({ name }) => name);

function read(name: string): Workflow {
  const document = parseDocument(Deno.readTextFileSync(new URL(name, directory)));
  assertEquals([...document.errors, ...document.warnings], []);
  return document.toJS();
}

const release = read("release.yml");

for (const name of names) {
  const workflow = read(name);
  const steps = Object.values(workflow.jobs).flatMap(({ steps }) => steps);

  Deno.test(`${name} names each action by a hash, and says which version that is`, () => {
    const text = Deno.readTextFileSync(new URL(name, directory));
    const uses = [...text.matchAll(/uses: (.*)$/gm)].map(([, action]) => action!);
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
  const writers = Object.entries(release.jobs).map(([name, { permissions }]) => {
    const rights = Object.entries(permissions ?? { all: "write" });
    return [name, rights.filter(([, right]) => right === "write").map(([what]) => what).join(" ")];
  });
  assertEquals(Object.fromEntries(writers.filter(([, rights]) => rights !== "")), {
    attest: "id-token attestations",
    publish: "contents",
    jsr: "id-token",
  });
});

Deno.test("jobs that may sign or write releases run no code of the checkout", () => {
  for (const name of ["attest", "publish"]) {
    const steps = release.jobs[name]!.steps;
    assertEquals(steps.filter(({ uses }) => uses?.includes("checkout")), []);
    assertEquals(steps.filter(({ run }) => run?.includes("deno") || run?.includes("npx")), []);
  }
});

Deno.test("the five targets of a release are those that the installers and packages know", async () => {
  const targets = release.jobs["build"]!.strategy!.matrix.include!.map(({ target }) => target);
  assertEquals(targets.length, 5);
  const text = async (path: string) =>
    await Deno.readTextFile(new URL(`../../.github/${path}`, import.meta.url));
  const triple = /\b(?:x86_64|aarch64)-(?:unknown-linux-gnu|apple-darwin|pc-windows-msvc)\b/g;
  const named = async (...paths: string[]) =>
    [...new Set((await Promise.all(paths.map(text))).join("").match(triple))].sort();
  assertEquals(await named("install/install.sh", "install/install.ps1"), targets.sort());
  assertEquals(await named("release/stsmfa.rb", "release/stsmfa.json"), targets.sort());
});

Deno.test("every task and file that the release names is there", async () => {
  const scripts = Object.values(release.jobs).flatMap(({ steps }) => steps)
    .map(({ run }) => run ?? "").join("\n");
  for (const [, task] of scripts.matchAll(/ task ([\w-]+)/g)) {
    assert(Object.hasOwn(deno.tasks, task!), task);
  }
  const paths = [...scripts.matchAll(/(?:\.github|tests)\/[\w./]+/g)].map(([path]) => path);
  assert(paths.length > 6);
  for (const path of paths) await Deno.stat(new URL(`../../${path}`, import.meta.url));
});
