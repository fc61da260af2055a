/**
 * Looks at what would be published to JSR: `check_publish.ts` ends with 1 when `deno publish` has a
 * word to say about it, but for the two imports whose modules are only known when the program runs.
 * There is no way to tell it that they are meant.
 *
 * @module
 */

/** Where a module's address is made up while the program runs. */
const meant = ["lib/import_lazily.ts", "lib/system/hook_import.ts"];

/** Returns what there is to say about the output of `deno publish --dry-run`, without colours. */
export function complaints(output: string): string[] {
  const found = output.matchAll(/^(?:warning|error)(?:\[[\w-]+\])?: .*\n(?:.*--> (.*))?/gm);
  return Array.from(found, ([whole, place]) => ({ whole, place: place?.replaceAll("\\", "/") }))
    .filter(({ whole, place }) =>
      !(whole.startsWith("warning[unanalyzable-dynamic-import]") &&
        meant.some((path) => place !== undefined && place.includes(`/${path}:`)))
    )
    .map(({ whole }) => whole);
}

if (import.meta.main) {
  const args = ["publish", "--dry-run", "--allow-dirty"];
  const env = { NO_COLOR: "1" };
  const command = new Deno.Command(Deno.execPath(), { args, env });
  const { success, stdout, stderr } = await command.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  console.log(said);
  const left = complaints(said);
  for (const each of left) console.error(`not meant: ${each}`);
  if (!success || left.length > 0) Deno.exit(1);
}
