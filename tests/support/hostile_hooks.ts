/**
 * Hooks that each try one forbidden thing, and how each must end. They run in both forms: by `deno
 * run`, and in the compiled program.
 *
 * @module
 */

/** One attempt: the body of `run`, and how it must end. */
export interface Attempt {
  readonly body: string;
  /** The returned message, or the failure, must match this. */
  readonly outcome: RegExp;
  /** How many seconds the attempt may take. */
  readonly seconds?: number;
}

/** Returns a body of `run` that reports an expression's value, or who refused it. */
const attempt = (expression: string) => `
  try {
    const value = await (async () => (${expression}))();
    return { message: "got in: " + JSON.stringify(value) };
  } catch (error) {
    return { message: "refused: " + error.name + ": " + error.message };
  }`;

const refused = /^refused: (NotCapable|PermissionDenied|TypeError|EvalError|ReferenceError)\b/;

/** Returns an attempt that must be refused. */
const within = (expression: string): Attempt => ({ body: attempt(expression), outcome: refused });

/** Attempts that return a refusal. `SECRET` is a JSON file outside every grant. */
export const refusedAttempts: Readonly<Record<string, Attempt>> = {
  "reads a file": within(`Deno.readTextFileSync("SECRET")`),
  "reads a folder": within(`[...Deno.readDirSync("/")].length`),
  "reads its own environment by way of /proc": within(
    `Deno.readTextFileSync("/proc/self/environ")`,
  ),
  "reads our environment by way of /proc": within(
    `Deno.readTextFileSync("/proc/" + Deno.ppid + "/environ")`,
  ),
  "writes a file": within(`Deno.writeTextFileSync("SECRET", "x")`),
  "removes a file": within(`Deno.removeSync("SECRET")`),
  "makes a link out of its scope": within(`Deno.symlinkSync("SECRET", "SCOPE/link")`),
  "leaves its scope by ..": within(`Deno.readTextFileSync("SCOPE/../secret.json")`),
  "reaches the network": within(`(await fetch("http://127.0.0.1:9")).status`),
  "opens a connection": within(`(await Deno.connect({ hostname: "127.0.0.1", port: 9 })).rid`),
  "reaches a program by a socket in its folder": within(
    `await Deno.connect({ transport: "unix", path: "SCOPE/agent.sock" }).then(String)`,
  ),
  "reaches a socket by what an object inherits": within(
    `(() => {
      Object.prototype.path = "SCOPE/agent.sock";
      Object.prototype.transport = "unix";
      return Deno.connect({}).finally(() => {
        delete Object.prototype.path;
        delete Object.prototype.transport;
      });
    })()`,
  ),
  "reaches a socket by what it says later": within(
    `await Deno.connect({ n: 0, path: "SCOPE/agent.sock", port: 9,
      get transport() { return this.n++ === 0 ? "tcp" : "unix"; } }).then(String)`,
  ),
  "makes a socket in its folder": within(
    `Deno.listen({ transport: "unix", path: "SCOPE/own.sock" }).addr`,
  ),
  "serves on a socket in its folder": within(
    `Deno.serve({ path: "SCOPE/own.sock", onListen() {} }, () => new Response("")).addr`,
  ),
  "looks a name up": within(`await Deno.resolveDns("localhost", "A")`),
  "listens": within(`Deno.listen({ port: 0 }).addr`),
  "runs a program": within(`new Deno.Command("id").outputSync().code`),
  "runs a shell": within(`new Deno.Command("/bin/sh", { args: ["-c", "id"] }).outputSync().code`),
  "sees a variable": within(`Deno.env.get("HOME")`),
  "sees all variables": within(`Deno.env.toObject()`),
  "sets a variable": within(`Deno.env.set("LD_PRELOAD", "x")`),
  "takes a variable away": within(`Deno.env.delete("HOME")`),
  "loads a library": within(`Deno.dlopen("libc.so.6", {})`),
  "asks for the host's name": within(`Deno.hostname()`),
  "signals its parent": within(`Deno.kill(Deno.ppid, "SIGTERM")`),
  "evaluates text": within(`eval("1 + 1")`),
  "makes a function of text": within(`(() => {}).constructor("return 1")()`),
  "makes an async function of text that imports": within(
    `(async () => {}).constructor("return import('file://SECRET', { with: { type: 'json' } })")()`,
  ),
  "loads a module by Node's require": within(
    `process.getBuiltinModule("node:module").createRequire("file:///x.js")("SECRET")`,
  ),
  "loads a module by Node's vm": within(
    `process.getBuiltinModule("node:vm").runInThisContext(
      "import('file://SECRET', { with: { type: 'json' } })", "file:///x.js")`,
  ),
  "loads a module by the runtime's insides": within(
    `Deno[Deno.internal].core.evalContext(
      "import('file://SECRET', { with: { type: 'json' } })", "file:///x.js")[0]`,
  ),
  "runs a text by Node's vm": within(
    `process.getBuiltinModule("node:vm").runInThisContext("6 * 7")`,
  ),
  "runs a text in a worker of its own": within(
    `new Worker("data:text/javascript,postMessage(6*7)", { type: "module" })`,
  ),
  "makes a generator function of text": within(`(function* () {}).constructor("yield 1")().next()`),
  "makes an async generator function of text": within(
    `(async function* () {}).constructor("yield 1")().next()`,
  ),
  "compiles WebAssembly": within(
    `new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))`,
  ),
  "compiles WebAssembly as it comes": within(
    `await WebAssembly.compileStreaming(new Response(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]),
      { headers: { "content-type": "application/wasm" } }))`,
  ),
  "looks at memory": within(`Deno.UnsafePointer.create(4096n)`),
  "makes a callback for a library": within(
    `new Deno.UnsafeCallback({ parameters: [], result: "void" }, () => {}).pointer`,
  ),
  "makes a client that goes around its permissions": within(
    `Deno.createHttpClient({ proxy: { transport: "unix", path: "/run/docker.sock" } }).constructor.name`,
  ),
  "starts a program by another name": within(`Deno.spawn("id").pid`),
  "starts a program by a third name": within(`Deno.spawnAndWaitSync("id").code`),
  "reaches the runtime's telemetry": within(`Object.keys(Deno.telemetry)`),
  "asks for a permission": within(`(await Deno.permissions.request({ name: "read" })).state`),
  "asks for a permission at once": within(`Deno.permissions.requestSync({ name: "read" }).state`),
  "may load modules": within(
    `(({ state }) => { if (state === "granted") return state; throw new TypeError(state); })(
      Deno.permissions.querySync({ name: "import" }))`,
  ),
  "uses its realm as Node's emitter": within(`globalThis.emit("message", {})`),
  "listens as Node's emitter": within(`globalThis.on("message", () => {})`),
  "speaks to who waits for its answer": within(`globalThis.postMessage({ kind: "done" })`),
  "ends its worker": within(`globalThis.close()`),
  "speaks to other realms": within(`new BroadcastChannel("x").name`),
  "asks the graphics card": within(`await navigator.gpu.requestAdapter()`),
  "asks the person": within(`prompt("code?")`),
  "bootstraps Node": within(`globalThis.nodeBootstrap({})`),
  "leaves something for another hook": within(`localStorage.setItem("key", "untold")`),
  "leaves something in a cache for another hook": within(
    `await (await caches.open("x")).put("http://x/", new Response("untold"))`,
  ),
  "loads a module in a worker of its own": {
    body: attempt(`await new Promise((resolve, reject) => {
      const text = "import x from 'file://SECRET' with { type: 'json' }; postMessage(x)";
      const worker = new Worker("data:text/javascript," + encodeURIComponent(text), { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (error) => { error.preventDefault(); reject(new TypeError(error.message)); };
    })`),
    outcome: refused,
  },
  "gets at the order on standard input again": {
    body: attempt(`await new Response(Deno.stdin.readable).text()`),
    outcome: /^(refused|got in: ""$)/,
  },
};

/** Attempts that must not even be loaded: what a hook imports is code that nobody approved. */
export const refusedSources: Readonly<Record<string, string>> = {
  "a file, statically": `import secret from "file://SECRET" with { type: "json" };`,
  "a file, dynamically": `const it = await import("file://SECRET", { with: { type: "json" } });`,
  "a computed name": `const it = (name) => import(name);`,
  "a file as text": `import secret from "file://SECRET" with { type: "text" };`,
  "another server's code": `import "https://example.com/x.js";`,
  "a package": `import "npm:acorn";`,
  "a module of Node": `import fs from "node:fs";`,
  "by exporting it": `export * from "file://SECRET";`,
  "by exporting a name of it": `export { default as it } from "file://SECRET";`,
  "behind a regular expression that is none": "const a = 1, g = 2; a /2/g; import('npm:acorn');",
  "inside a template": "const it = `${import('npm:acorn')}`;",
};

/** Attempts that give no usable answer, and how they are contained. */
export const containedAttempts: Readonly<Record<string, Attempt>> = {
  "loops for ever": { body: "for (;;);", outcome: /took longer than 30 seconds/, seconds: 1 },
  "waits for ever": {
    body: "await new Promise(() => setInterval(() => {}, 1000));",
    outcome: /took longer than 30 seconds/,
    seconds: 1,
  },
  "waits for nothing": {
    body: "await new Promise(() => {});",
    outcome: /ended its process before it was done|took longer than 30 seconds/,
    seconds: 5,
  },
  "leaves a timer that never ends": {
    body: `setInterval(() => {}, 10); return { message: "left" };`,
    outcome: /^left$/,
  },
  "ends its process": { body: "Deno.exit(3);", outcome: /ended its process|took longer|failed/ },
  "floods standard output": {
    body: `for (;;) Deno.stdout.writeSync(new Uint8Array(65536).fill(120));`,
    outcome: /printed too much/,
  },
  "floods standard error": {
    body: `for (;;) console.error("x".repeat(10000));`,
    outcome: /printed too much/,
  },
  "fills its memory with objects": {
    body: "const all = []; for (;;) all.push(new Array(100000).fill({}));",
    outcome: /ended its process before it was done/,
    seconds: 20,
  },
  "fills its memory with buffers": {
    body: "const all = []; for (;;) all.push(new Uint8Array(1e8).fill(1));",
    outcome: /ended its process before it was done|RangeError/,
    seconds: 20,
  },
  "sends escape sequences": {
    body: `return { message: "\\x1b[2Jwiped\\x07\\u009b31m" };`,
    outcome: /^\[2Jwiped 31m$/,
  },
  "answers in another's name": {
    body: `console.log('\\n00000000-0000-0000-0000-000000000000{"kind":"done"}\\n');
      throw new Error("honest");`,
    outcome: /failed: Error: honest/,
  },
  "garbles the answer": {
    body: `JSON.stringify = () => "{"; return {};`,
    outcome: /failed: Error: its answer cannot be read/,
  },
  "answers with something else": {
    body: `JSON.stringify = () => '{"kind":"flooded"}'; return {};`,
    outcome: /failed: Error: its answer cannot be read/,
  },
  "throws what is no error": { body: "throw null;", outcome: /failed: null/ },
};
