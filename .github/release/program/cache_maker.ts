/**
 * The main module of the program that makes the code cache: `cache_maker FOLDER SCRIPTS RUNS` runs the
 * program with each list of words in RUNS (JSON), and then writes what V8 has compiled of the
 * scripts (`NAME,NAME`) to the folder, as `NAME.cache`.
 *
 * @module
 */

import type { run } from "../../../cli.ts";
import { require, script } from "./scripts.ts";

const [folder, scripts, runs] = Deno.args;

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
for (const name of scripts!.split(",")) {
  await Deno.writeFile(`${folder}/${name}.cache`, script(name).createCachedData());
}
