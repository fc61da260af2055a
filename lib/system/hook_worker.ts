/**
 * The worker of the hidden mode. It has the hook's permissions, but the compiled program's runtime
 * checks none when a module is loaded. The hook's own text loads nothing, as the engine itself has
 * found (`hook_import.ts`), the compiled-in import map leads nowhere (`import_map.ts`), and the
 * program is compiled without code generation from strings.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { shippedHookModules } from "../../hooks/mod.ts";
import { type HookOrder, performHook, runHookTask } from "./hook_task.ts";
import { thrown } from "./hook_thrown.ts";

type Order = HookOrder | Omit<HookOrder, "hook"> & { readonly hook: { readonly shipped: string } };

const post = self.postMessage.bind(self);

const tell = (event: Event, error: unknown) => {
  event.preventDefault();
  post(thrown(error));
};
self.addEventListener("error", (event) => tell(event, event.error));
self.addEventListener("unhandledrejection", (event) => tell(event, event.reason));

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  // A message that the hook sends to its own realm would count as another order.
  self.onmessage = null;
  console.log = console.info = console.debug = console.error;
  const { hook, task, event } = data;
  if (!("shipped" in hook)) return post(await performHook({ hook, task, event }, String));
  try {
    const module = await shippedHookModules[hook.shipped]!();
    post({ kind: "done", value: await runHookTask(module, task, event) });
  } catch (error) {
    post(thrown(error));
  }
};

post("ready");
