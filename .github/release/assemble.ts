/**
 * Makes a release of its archives: `assemble.ts OWNER/NAME v1.2.3 DIRECTORY NOTES` writes
 * checksums.txt, the installers and the packages to the directory that has the archives, and what
 * CHANGELOG.md says of the version to NOTES.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { fill, templates } from "./fill.ts";
import { notesOf } from "./release_notes.ts";

const [repository, tag, directory, notes] = Deno.args;
if (
  repository === undefined || tag === undefined || directory === undefined || notes === undefined
) {
  throw new Error("usage: assemble.ts OWNER/NAME v1.2.3 DIRECTORY NOTES");
}
const archives = Array.from(Deno.readDirSync(directory), ({ name }) => name)
  .filter((name) => name.startsWith(`stsmfa-${tag}-`)).sort();
const lines = archives.map((name) => {
  const digest = createHash("sha256").update(Deno.readFileSync(join(directory, name)));
  return `${digest.digest("hex")}  ${name}\n`;
});
const release = { repository, version: tag.replace(/^v/, ""), checksums: lines.join("") };
await Deno.writeTextFile(join(directory, "checksums.txt"), release.checksums);
console.log(release.checksums);
for (const name of templates) {
  const template = await Deno.readTextFile(new URL(name, import.meta.url));
  await Deno.writeTextFile(join(directory, name.split("/").at(-1)!), fill(template, release));
}
await Deno.writeTextFile(notes, await notesOf(tag));
