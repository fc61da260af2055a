/**
 * The program in its hidden mode: reads the order from standard input and runs the hook in a worker
 * that has only the hook's permissions.
 *
 * @module
 */

import { importLazily } from "../import_lazily.ts";
import type { HookOrder } from "./hook_task.ts";

/** Runs the hook that standard input names, answers on standard output, and ends the process. */
export async function hookChild(): Promise<never> {
  const { nonce, hook: given, task, event, scope } = JSON.parse(
    await new Response(Deno.stdin.readable).text(),
  );
  const answer = (value: unknown): never => {
    let bytes = new TextEncoder().encode(`\n${nonce}${JSON.stringify(value)}\n`);
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
    Deno.exit(0);
  };
  const hook = given.language === "ts" ? await withoutTypes(given, answer) : given;
  const permissions = { sys: false, ffi: false, import: false, ...scoped(scope) };
  const worker = new Worker(new URL("./hook_worker.ts", import.meta.url).href, {
    type: "module",
    deno: { permissions },
  } as WorkerOptions);
  // The worker's modules are loaded with our permissions, so wait until it has them all.
  await new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = reject;
  });
  // The worker has its own; whatever happens in this realm from now on can do nothing.
  for (const name of ["read", "write", "net", "run", "env", "sys", "ffi", "import"] as const) {
    await Deno.permissions.revoke({ name });
  }
  worker.onmessage = ({ data }) => answer(data);
  worker.onerror = (error) => {
    error.preventDefault();
    answer({ kind: "threw", name: "Error", message: error.message });
  };
  worker.postMessage({ hook, task, event });
  return await new Promise<never>(() => {});
}

/**
 * Takes the types off a hook; the standalone program's runtime has nothing for it. Not in the worker,
 * so that the hook cannot have the library.
 */
async function withoutTypes(
  { code }: HookOrder["hook"],
  answer: (value: unknown) => never,
): Promise<HookOrder["hook"]> {
  const { typesOff } = await importLazily<typeof import("../hooks/types_off.ts")>(
    "../hooks/types_off.ts",
    import.meta.url,
  );
  try {
    return { code: typesOff(code) };
  } catch (error) {
    const message = String(Object(error).message);
    return answer({ kind: "refused", language: "TypeScript", message });
  }
}

function scoped(scope: Record<string, string[]>): Record<string, string[] | false> {
  return Object.fromEntries(
    Object.entries(scope).map(([kind, words]) => [kind, words.length > 0 ? words : false]),
  );
}
