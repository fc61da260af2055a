/**
 * Closes its own realm, and looks through all that can be reached in it for what should be gone. Run by
 * itself, with all permissions.
 *
 * @module
 */

import { closeRealm } from "../../lib/system/hook_realm.ts";

const realm = globalThis as unknown as Record<string, Record<PropertyKey, unknown>>;
const deno = Deno as unknown as Record<PropertyKey, unknown>;
const inside = deno[(deno as { internal: symbol }).internal] as { core: Record<string, unknown> };
const gone = new Map<unknown, string>(
  [
    ["WebAssembly", realm.WebAssembly],
    ["WebAssembly.Module", realm.WebAssembly?.Module],
    ["WebAssembly.instantiate", realm.WebAssembly?.instantiate],
    ["WebAssembly.compileStreaming", realm.WebAssembly?.compileStreaming],
    ["Worker", realm.Worker],
    ["process", realm.process],
    ["process.getBuiltinModule", realm.process?.getBuiltinModule],
    ["process.dlopen", realm.process?.dlopen],
    ["Buffer", realm.Buffer],
    ["eval", realm.eval],
    ["BroadcastChannel", realm.BroadcastChannel],
    ["caches", realm.caches],
    ["localStorage", realm.localStorage],
    ["navigator", realm.navigator],
    ["Deno", deno],
    ["core", inside.core],
    ["core.ops", inside.core.ops],
    ["core.evalContext", inside.core.evalContext],
    ...[
      "dlopen",
      "UnsafePointer",
      "UnsafePointerView",
      "UnsafeCallback",
      "UnsafeFnPointer",
      "HttpClient",
      "createHttpClient",
      "telemetry",
      "spawn",
      "spawnAndWait",
      "spawnAndWaitSync",
      "permissions",
      "env",
      "connect",
      "listen",
      "serve",
      "bundle",
      "test",
      "mainModule",
      "execPath",
      "chdir",
    ].map((name) => [`Deno.${name}`, deno[name]] as const),
  ].map(([name, value]) => [value, name as string]),
);
gone.delete(undefined);

closeRealm();

const seen = new Set<unknown>();
const found: string[] = [];
const open: { readonly value: unknown; readonly path: string }[] = [
  { value: globalThis, path: "globalThis" },
  { value: async function () {}, path: "async" },
  { value: function* () {}, path: "generator" },
  { value: async function* () {}, path: "async generator" },
  { value: [][Symbol.iterator](), path: "iterator" },
  { value: new Map().entries(), path: "entries" },
  { value: "".matchAll(/a/g), path: "matches" },
  { value: new Response("").body, path: "body" },
  { value: new Request("http://x/"), path: "request" },
  { value: new MessageChannel(), path: "channel" },
  { value: new AbortController(), path: "controller" },
  { value: new Blob([]).stream(), path: "stream" },
  { value: Promise.resolve(), path: "promise" },
  { value: crypto.subtle, path: "subtle" },
];
for (let next = open.pop(); next !== undefined; next = open.pop()) {
  const { value, path } = next;
  const isThing = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isThing || seen.has(value)) continue;
  seen.add(value);
  if (gone.has(value)) found.push(`${gone.get(value)} as ${path}`);
  open.push({ value: Object.getPrototypeOf(value), path: `${path}.__proto__` });
  for (const key of Reflect.ownKeys(value)) {
    const found = Object.getOwnPropertyDescriptor(value, key)!;
    const at = `${path}.${String(key)}`;
    open.push({ value: found.value, path: at }, { value: found.get, path: `${at}(get)` });
    open.push({ value: found.set, path: `${at}(set)` });
    try {
      open.push({ value: (value as Record<PropertyKey, unknown>)[key], path: `${at}()` });
    } catch { /* not of this one */ }
  }
  if (value instanceof Map) {
    for (const [key, each] of value) open.push({ value: key, path }, { value: each, path });
  }
  if (value instanceof Set) { for (const each of value) open.push({ value: each, path }); }
}
const globals = Object.getOwnPropertyNames(globalThis);
console.error(JSON.stringify({ found, objects: seen.size, globals, deno: Object.keys(Deno) }));
Deno.exit(0);
