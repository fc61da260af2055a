/**
 * Prints the files of tests that start the program as a process: those to run again with the
 * compiled one, since nothing else would differ.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const starts = /\b(cliCommand|SpawnedHome|compiledHook|STSMFA_BINARY)\b/;

const files = ["tests/process", "tests/interop"].flatMap((folder) =>
  Array.from(Deno.readDirSync(`${root}${folder}`), ({ name }) => `${folder}/${name}`)
);
const spawning = files.filter((file) =>
  file.endsWith("_test.ts") && starts.test(Deno.readTextFileSync(`${root}${file}`))
);
console.log(spawning.sort().join("\n"));
