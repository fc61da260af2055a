/**
 * The main module of the program that makes the code cache: `cache_maker FOLDER SCRIPT [RUNS]` runs the
 * program with each list of words in RUNS (JSON), and writes what V8 has compiled of the script by
 * then, to be embedded beside it.
 *
 * @module
 */

import type { run } from "../../../cli.ts";
import { compiled, require } from "./scripts.ts";

const [folder, script, runs] = Deno.args;
class Ended extends Error {}
Deno.exit = (code) => {
  if (code !== 0) throw new Error(`it ended with ${code}`);
  throw new Ended();
};
for (const words of JSON.parse(runs!) as string[][]) {
  Object.defineProperty(Deno, "args", { value: words, configurable: true });
  try {
    await (require("start/cli.js") as { run: typeof run }).run();
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
}
await Deno.writeFile(`${folder}/${script}.cache`, compiled.get(script!)!.createCachedData());
