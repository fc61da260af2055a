/**
 * Prints what CHANGELOG.md says about a version: `release_notes.ts v1.2.3`.
 *
 * @module
 */

/** Returns the text below a version's heading, without link definitions. */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((each) => each.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf("\n")).replaceAll(/^\[.*\]: .*$/gm, "").trim();
  if (notes === undefined || notes === "") {
    throw new Error(`CHANGELOG.md has no notes of ${version}`);
  }
  return `${notes}\n`;
}

/**
 * Returns what CHANGELOG.md says of a tag's version.
 *
 * @throws Error when that says nothing, or deno.json has another version
 */
export async function notesOf(tag: string): Promise<string> {
  const root = new URL("../../", import.meta.url);
  const version = tag.replace(/^v/, "");
  const { version: inside } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  if (version !== inside) throw new Error(`the tag says ${version}, deno.json says ${inside}`);
  return releaseNotes(await Deno.readTextFile(new URL("CHANGELOG.md", root)), version);
}

if (import.meta.main) console.log(await notesOf(Deno.args[0] ?? ""));
