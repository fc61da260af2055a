import { assert, assertEquals, assertThrows } from "@std/assert";
import { bundleable } from "../../.github/release/bundleable.ts";

const root = new URL("../../", import.meta.url);

Deno.test("the bundler sees every module that is loaded lazily", async () => {
  let count = 0;
  const visit = async (url: URL): Promise<void> => {
    if (!url.pathname.endsWith(".ts")) {
      for await (const { name, isDirectory } of Deno.readDir(url)) {
        await visit(new URL(isDirectory ? `${name}/` : name, url));
      }
      return;
    }
    const source = await Deno.readTextFile(url);
    const lazy = [...source.matchAll(/azily<typeof import\("([^"]+)"\)>/g)].map(([, name]) =>
      name!
    );
    const seen = [...bundleable(source).matchAll(/(?<!typeof )import\("([^"]+)"\)/g)]
      .map(([, name]) => name!);
    for (const name of lazy) {
      assert(seen.includes(name), `${url.pathname}: ${name}`);
      await Deno.stat(new URL(name, url));
      count++;
    }
  };
  for (const name of ["cli.ts", "lib/", "hooks/"]) await visit(new URL(name, root));
  assert(count > 20, `${count}`);
});

Deno.test("a lazy import that the bundler would not see is refused", () => {
  for (
    const source of [
      'importLazily<typeof import("./a.ts")>(name(), import.meta.url)',
      "importLazily<Module>(specifier, import.meta.url)",
    ]
  ) assertThrows(() => bundleable(source), Error, "cannot be bundled");
});

Deno.test("the default command is there from the start, others when they are needed", () => {
  assertEquals(
    bundleable(
      'a: () => import("./lib/commands/a.ts"), b: () => lazily<typeof import("./lib/commands/b.ts")>("b")',
    ),
    'import * as eager0 from "./lib/commands/a.ts";\na: () => Promise.resolve(eager0), b: () => import("./lib/commands/b.ts")',
  );
});

Deno.test("the worker of hooks is beside the bundle", () => {
  assertEquals(
    bundleable('new Worker(new URL("./hook_worker.ts", import.meta.url).href)'),
    'new Worker(new URL("./hook_worker.js", import.meta.url).href)',
  );
});
