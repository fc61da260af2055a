import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

interface Module {
  readonly name: string;
  readonly imports: readonly string[];
  readonly text: string;
}

const modules = await readModules();

async function readModules(): Promise<Module[]> {
  const names = ["mod.ts", "cli.ts", ...await sources("lib"), ...await sources("hooks")];
  return await Promise.all(names.map(async (name) => {
    const text = await Deno.readTextFile(`${project}/${name}`);
    const found = text.matchAll(/(?:from|import\(|importLazily<[^;]*?>\(|import\s)\s*"([^"]+)"/g);
    const imports = [...found].map(([, specifier]) =>
      specifier!.startsWith(".")
        ? new URL(specifier!, `file:///${name}`).pathname.slice(1)
        : specifier!
    );
    return { name, text, imports };
  }));
}

async function sources(directory: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(`${project}/${directory}`)) {
      const path = `${directory}/${name}`;
      if (isDirectory) names.push(...await sources(path));
      else if (name.endsWith(".ts")) names.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

/** What `importLazily` loads, by the module that says so. */
function lazilyLoaded(importer: RegExp): string[] {
  const found = modules.filter(({ name }) => importer.test(name)).flatMap(({ name, text }) =>
    [...text.matchAll(/[lL]azily<\s*typeof import\("([^"]+)"\)/g)]
      .map(([, specifier]) => new URL(specifier!, `file:///${name}`).pathname.slice(1))
  );
  return [...new Set(found)].sort();
}

/** Modules that import something they may not; type-only imports count, too. */
function offenders(importer: RegExp, imported: RegExp, except: readonly string[] = []): string[] {
  return modules.filter(({ name }) => importer.test(name) && !except.includes(name))
    .flatMap(({ name, imports }) =>
      imports.filter((each) => imported.test(each)).map((each) => `${name} -> ${each}`)
    );
}

Deno.test("the architecture test sees the modules and their imports", () => {
  assert(modules.length > 30);
  assert(modules.find(({ name }) => name === "cli.ts")?.imports.includes("lib/system/context.ts"));
  const command = modules.find(({ name }) => name === "lib/commands/refresh.ts");
  assert(command?.imports.includes("lib/commands/refresh_run.ts"));
});

Deno.test("no module imports itself by way of others", () => {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    assert(!path.includes(name), `a cycle: ${[...path, name].join(" -> ")}`);
    if (done.has(name)) return;
    for (const each of byName.get(name)?.imports ?? []) visit(each, [...path, name]);
    done.add(name);
  };
  for (const { name } of modules) visit(name, []);
});

Deno.test("lib/commands is imported by cli.ts alone", () => {
  assertEquals(offenders(/^(lib\/(?!commands)|mod|hooks)/, /^lib\/commands\//), []);
});

Deno.test("system.ts is imported by cli.ts and mod.ts alone", () => {
  assertEquals(offenders(/^(lib\/(?!system)|hooks)/, /^lib\/system(_\w+)?\.ts$/), []);
});

Deno.test("only lib/system*.ts says Deno.", () => {
  const sayers = modules.filter(({ name, text }) =>
    name.startsWith("lib/") &&
    /(?<![\w"])Deno\./.test(text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, ""))
  );
  assertEquals(
    sayers.map(({ name }) => name).filter((name) => !/^lib\/system(_\w+)?\.ts$/.test(name)),
    [],
  );
});

Deno.test("the AWS SDK and the prompts are reached by lazily loaded modules alone", () => {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const lazy = lazilyLoaded(/./);
  const eager = new Set<string>();
  const visit = (name: string): void => {
    if (eager.has(name) || lazy.includes(name)) return;
    eager.add(name);
    for (const each of byName.get(name)?.imports ?? []) {
      const isTypeOnly = new RegExp(`import type [^;]*"[^"]*${each.replace(/^.*\//, "")}"`)
        .test(byName.get(name)!.text);
      if (!isTypeOnly) visit(each);
    }
  };
  visit("cli.ts");
  assertEquals([...eager].filter((name) => /^@(aws-sdk|smithy|inquirer)/.test(name)), []);
});

Deno.test("a module is short enough to hold one idea", () => {
  const long = modules.filter(({ text }) => text.split("\n").length > 400);
  assertEquals(long.map(({ name }) => name), []);
});
