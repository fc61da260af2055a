/**
 * What hostile shapes find to load, and what is seen of it.
 *
 * @module
 */

import { type Shape, type ShapeWorld, sideModule } from "./hook_shapes.ts";
import type { EngineReport } from "./shape_engine.ts";
import { factor } from "./thorough.ts";

/** How many shapes are tried. */
export const shapeCount = 120 * factor;

/** Does something with each, two at a time. */
export async function inTurns<T>(
  all: readonly T[],
  work: (each: T) => Promise<void>,
): Promise<void> {
  const rest = [...all];
  const turn = async () => {
    for (let each = rest.shift(); each !== undefined; each = rest.shift()) await work(each);
  };
  await Promise.all([turn(), turn()]);
}

/** A folder with modules beside the hooks, and a server on loopback. */
export class OpenShapeWorld implements ShapeWorld, AsyncDisposable {
  readonly #requested = new Set<string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(readonly directory: string) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
      const id = new URL(url).pathname.slice(1);
      this.#requested.add(id);
      const mark = JSON.stringify(`${this.directory}/marks/${id}`);
      return new Response(`Deno.writeTextFileSync(${mark}, "x"); export const it = 1;`, {
        headers: { "content-type": "text/javascript" },
      });
    });
  }

  static async create(): Promise<OpenShapeWorld> {
    const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "stsmfa-shapes-" }));
    for (const name of ["marks", "deno"]) await Deno.mkdir(`${directory}/${name}`);
    await Deno.writeTextFile(`${directory}/side.js`, sideModule);
    await Deno.writeTextFile(`${directory}/side.json`, '{"secret":"untold"}');
    return new OpenShapeWorld(directory.replaceAll("\\", "/"));
  }

  get server(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** All that a hook could be granted: what holds nevertheless is no permission. */
  get scope() {
    const here = [this.directory];
    return { read: here, write: here, net: [new URL(this.server).host], run: [], env: [] };
  }

  /** The shapes that have loaded and run something so far. */
  get marks(): Set<string> {
    return new Set([...Deno.readDirSync(`${this.directory}/marks`)].map(({ name }) => name));
  }

  /** Those that have had something fetched, too: by a parser that is not the engine's, before it runs. */
  get traces(): Set<string> {
    return new Set([...this.marks, ...this.#requested]);
  }

  /** Has an engine judge shapes, and run them all: a hundred in a process, which else gets slow. */
  async judge(shapes: readonly Shape[], deno = Deno.execPath()): Promise<EngineReport> {
    const reports: EngineReport[] = [];
    for (let at = 0; at < shapes.length; at += 100) {
      reports.push(await this.#judge(shapes.slice(at, at + 100), deno));
    }
    return {
      accepted: reports.flatMap(({ accepted }) => accepted),
      refused: reports.flatMap(({ refused }) => refused),
      marksOfAccepted: reports.flatMap(({ marksOfAccepted }) => marksOfAccepted),
    };
  }

  async #judge(shapes: readonly Shape[], deno: string): Promise<EngineReport> {
    const child = new Deno.Command(deno, {
      args: [
        "run",
        "-A",
        "--quiet",
        "--no-lock",
        "--no-check",
        "--v8-flags=--disallow-code-generation-from-strings",
        new URL("./shape_engine.ts", import.meta.url).href,
      ],
      env: { DENO_DIR: `${this.directory}/deno`, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    const order = { shapes, marks: `${this.directory}/marks` };
    await writer.write(new TextEncoder().encode(JSON.stringify(order)));
    await writer.close();
    const { stdout, stderr } = await child.output();
    const text = new TextDecoder().decode(stdout);
    if (!text.includes("{")) throw new Error(new TextDecoder().decode(stderr));
    return JSON.parse(text.slice(text.lastIndexOf("\n{", text.length - 2) + 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await Deno.remove(this.directory, { recursive: true });
  }
}
