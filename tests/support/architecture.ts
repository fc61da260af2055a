/**
 * The plan in `.github/ARCHITECTURE.md`, the modules as they are, and where they differ.
 *
 * @module
 */

const project = new URL("../../", import.meta.url);

/** A room, and what the plan says about it. */
export interface Room {
  /** `lib/ini/`, `hooks/`; `lib/*.ts` for the ground. */
  readonly name: string;
  readonly idea: string;
}

/** A module of the program. */
export interface Module {
  /** Its path, relative to the project. */
  readonly name: string;
  readonly text: string;
  /** What it imports, literally or by `importLazily`; type-only imports count, too. */
  readonly imports: readonly string[];
  /** What Deno loads before the module runs. */
  readonly eagerImports: readonly string[];
}

/** Reads the rooms of the plan, from the ground up. */
export async function readPlan(): Promise<Room[]> {
  const text = await Deno.readTextFile(new URL(".github/ARCHITECTURE.md", project));
  return [...text.matchAll(/^\| `((?:lib|hooks)\/\S*)` *\|([^|]*)\|$/gm)]
    .map(([, name, idea]) => ({ name: name!, idea: idea!.trim() }));
}

/** Reads every published module. */
export async function readModules(): Promise<Module[]> {
  const names = ["mod.ts", "cli.ts", ...await below("lib/"), ...await below("hooks/")];
  return await Promise.all(
    names.map(async (name) => moduleOf(name, await Deno.readTextFile(new URL(name, project)))),
  );
}

async function below(directory: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(directory, project))) {
    if (isDirectory) names.push(...await below(`${directory}${name}/`));
    else if (name.endsWith(".ts")) names.push(directory + name);
  }
  return names.sort();
}

/** Returns a module with this name and text. */
export function moduleOf(name: string, text: string): Module {
  const resolve = (specifier: string) =>
    specifier.startsWith(".") ? new URL(specifier, `file:///${name}`).pathname.slice(1) : specifier;
  const found = (
    pattern: RegExp,
  ) => [...new Set([...text.matchAll(pattern)].map(([, specifier]) => resolve(specifier!)))];
  const eagerImports = [
    ...found(/^import "([^"]+)"/gm),
    ...found(/^(?:import|export) (?!type )[^;"()]*?from "([^"]+)"/gm),
    ...found(/(?<!typeof )\bimport\("([^"]+)"\)/g),
  ];
  const types = found(/^(?:import|export) type [^;"]*?from "([^"]+)"/gm);
  const lazy = found(/typeof import\("([^"]+)"\)/g);
  return { name, text, imports: [...eagerImports, ...types, ...lazy], eagerImports };
}

/**
 * Returns the room of a module; `undefined` for `cli.ts` and `mod.ts`, which are above all rooms.
 */
export function roomOf(name: string): string | undefined {
  if (name.startsWith("hooks/")) return "hooks/";
  const [top, room, file] = name.split("/");
  if (top !== "lib") return undefined;
  return file === undefined ? "lib/*.ts" : `lib/${room}/`;
}

/** Returns every difference between the plan and the modules, one per line. */
export function differences(plan: readonly Room[], modules: readonly Module[]): string[] {
  const [ground, ...rest] = plan;
  const groundFiles = [...ground?.idea.matchAll(/`(\w+)`/g) ?? []].map(([, name]) => name!);
  const inGround = modules.filter(({ name }) => roomOf(name) === "lib/*.ts")
    .map(({ name }) => name.replace(/^lib\/(.*)\.ts$/, "$1"));
  const used = new Set(modules.flatMap(({ name }) => roomOf(name) ?? []));
  return [
    ...plan.filter(({ idea }) => idea === "").map(({ name }) =>
      `${name} has no line that says what lives there`
    ),
    ...rest.filter(({ name }) => !used.has(name)).map(({ name }) => `${name} is empty`),
    ...[...used].filter((room) => !plan.some(({ name }) => name === room))
      .map((room) => `${room} is not in the plan`),
    ...inGround.filter((name) => !groundFiles.includes(name))
      .map((name) => `lib/${name}.ts is in no room`),
    ...groundFiles.filter((name) => !inGround.includes(name))
      .map((name) => `lib/${name}.ts is not there`),
    ...modules.flatMap((module) => wrongImports(plan, module)),
    ...modules.filter(({ name, text }) => saysDeno(name, text)).map(({ name }) =>
      `${name} says Deno.`
    ),
  ];
}

function wrongImports(plan: readonly Room[], { name, imports }: Module): string[] {
  const order = plan.map((room) => room.name);
  const height = (room: string | undefined) =>
    room === undefined ? order.length : order.indexOf(room);
  const room = roomOf(name);
  const isWrong = (imported: string) => {
    const other = roomOf(imported);
    if (!/^(lib|hooks)\/|^(cli|mod)\.ts$/.test(imported)) return false;
    if (room === "hooks/" && other !== room) return !mayHooksImport(imported);
    if (other === "lib/system/" && other !== room) return room !== undefined;
    if (other === "lib/commands/" && other !== room) return name !== "cli.ts";
    return height(other) > height(room);
  };
  return imports.filter(isWrong).map((imported) => `${name} must not import ${imported}`);
}

function mayHooksImport(imported: string): boolean {
  return ["lib/*.ts", "lib/text/", "lib/docker/", "lib/kube/", "lib/aws/"]
    .includes(roomOf(imported)!) || imported === "lib/profile/partition.ts";
}

function saysDeno(name: string, text: string): boolean {
  return name.startsWith("lib/") && roomOf(name) !== "lib/system/" &&
    /(?<![\w"])Deno\./.test(text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, ""));
}

/** Returns what these entries load at start, before `importLazily` loads anything. */
export function loadedAtOnce(modules: readonly Module[], ...entries: readonly string[]): string[] {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const loaded = new Set<string>();
  const visit = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const each of byName.get(name)?.eagerImports ?? []) visit(each);
  };
  for (const entry of entries) visit(entry);
  return [...loaded].sort();
}

/** Returns a chain of imports from a module back to itself, if there is one. */
export function circle(modules: readonly Module[]): readonly string[] | undefined {
  const byName = new Map(modules.map((module) => [module.name, module]));
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way, name];
    if (done.has(name)) return undefined;
    for (const each of byName.get(name)?.imports ?? []) {
      const found = visit(each, [...way, name]);
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  return modules.map(({ name }) => visit(name, [])).find((found) => found !== undefined);
}
