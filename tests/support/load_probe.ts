/**
 * A script that tries to load everything there is, with nobody asking first whether it may.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ShapeWorld } from "./hook_shapes.ts";

/** The script; it prints what it loaded, and how often it was refused. */
export function probeOf(world: ShapeWorld, builtins: readonly string[], own?: string): string {
  const { directory, server } = world;
  const paths = ["side.js?id=probe", "side.json?id=probe", "deno"].map((name) =>
    `${directory}/${name}`
  );
  const specifiers = [
    ...builtins.flatMap((name) => [name, `node:${name}`]),
    ...["NODE:fs", " node:fs", "node:fs?x", "node:%66s", "node:/fs", "node:FS", "no\tde:fs"],
    ...["ext:core/mod.js", "ext:core/ops", "ext:deno_node/fs.ts", "internal:x"],
    ...paths.flatMap((path) => [
      `file://${path}`,
      `FILE://${path}`,
      `file:${path}`,
      `file:/${path}`,
      `file://localhost${path}`,
      `file:\\\\\\${path}`,
      `fi\tle://${path}`,
      path,
      `./${path}`,
      `../marks/../${path.split("/").at(-1)}`,
    ]),
    ...["file:///proc/self/environ", "file:///etc/passwd"],
    ...[`${server}/probe`, server.replace("http", "HTTP") + "/probe", "https://127.0.0.1:9/x"],
    ...["npm:acorn", "npm:/acorn", "jsr:@std/assert", "acorn", "@x/stsmfa", "#x"],
    ...(own === undefined ? [] : [own, own.replace("file://", "file://localhost")]),
  ];
  return `
    const loaded = [];
    let refused = 0;
    for (const specifier of ${JSON.stringify(specifiers)}) {
      for (const type of [undefined, "json", "text", "bytes"]) {
        try {
          await import(specifier, type && { with: { type } });
          loaded.push(specifier + " " + type);
        } catch {
          refused++;
        }
      }
    }
    let data = "none";
    try { data = (await import("data:text/javascript,export default 'data'")).default; } catch { /* so be it */ }
    const { state } = await Deno.permissions.query({ name: "import" });
    console.log(JSON.stringify({ loaded, refused, tried: ${
    specifiers.length * 4
  }, data, state }));`;
}

/** What the script prints where nothing but `data:` loads. */
export function loadsNothing(said: string): void {
  const { loaded, refused, tried, data } = JSON.parse(said);
  assertEquals({ loaded, refused, data }, { loaded: [], refused: tried, data: "data" });
}
