/**
 * The standalone program's main module.
 *
 * @module
 */

import type { run } from "../../../cli.ts";
import { cached, cacheMode } from "./cached.ts";
import { cacheState, require } from "./scripts.ts";

if (Deno.args[0] === cacheMode) {
  console.log(JSON.stringify(Object.fromEntries(cached.map((name) => [name, cacheState(name)]))));
} else {
  await (require("start/cli.js") as { run: typeof run }).run();
}
