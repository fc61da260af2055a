/**
 * The worker of the hidden mode. Its permissions are the hook's, but the compiled program's runtime
 * asks for none when a module is loaded. The hook's own text imports nothing (`lib/hooks/source.ts`) and
 * the program is compiled without code generation from strings; what else of the runtime could load
 * a module is taken away here, before the hook is.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { shippedHookModules } from "../../hooks/mod.ts";
import { takeLoadersAway } from "./hook_realm.ts";
import { runHookTask } from "./hook_task.ts";

const post = self.postMessage.bind(self);

self.onmessage = async ({ data: { hook, task, event } }) => {
  console.log = console.info = console.debug = console.error;
  try {
    if (hook.shipped !== undefined) {
      const module = await shippedHookModules[hook.shipped]!();
      return post({ kind: "done", value: await runHookTask(module, task, event) });
    }
    const bytes = new TextEncoder().encode(hook.code);
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    const url = `data:text/javascript;charset=utf-8;base64,${btoa(binary)}`;
    takeLoadersAway();
    const module = await import(url);
    post({ kind: "done", value: await runHookTask(module, task, event) });
  } catch (error) {
    const { name, message } = Object(error);
    post({ kind: "threw", name: String(name ?? "Error"), message: String(message ?? error) });
  }
};

post("ready");
