/**
 * The standalone program's main module.
 *
 * @module
 */

import type { run } from "../../../cli.ts";
import { require } from "./scripts.ts";

await (require("start/cli.js") as { run: typeof run }).run();
