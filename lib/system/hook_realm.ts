/**
 * What a hook's realm is without.
 *
 * @module
 */

/**
 * Takes away what could load a module or compile a text (workers, Node's modules, Deno's insides),
 * and what is kept beyond the run, without a permission and for every hook to read.
 *
 * It stands for itself: it is sent as text, too.
 */
export function takeLoadersAway(): void {
  const hidden = ["internal", "test", "bench", "jupyter", "dlopen", "bundle", "lint"];
  const kept = Object.entries(Object.getOwnPropertyDescriptors(Deno))
    .filter(([name]) => !hidden.includes(name));
  const harmless = Object.freeze(Object.defineProperties({}, Object.fromEntries(kept)));
  const gone = { value: undefined, writable: false, configurable: false };
  const loaders = ["Worker", "process", "Buffer", "global", "importScripts"];
  for (const name of [...loaders, "localStorage", "sessionStorage", "caches"]) {
    delete (globalThis as Record<string, unknown>)[name];
    Object.defineProperty(globalThis, name, gone);
  }
  Object.defineProperty(globalThis, "Deno", { ...gone, value: harmless });
}
