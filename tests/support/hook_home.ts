/**
 * A home with the user's own hooks.
 *
 * @module
 */

import { type Home, type HomeOptions, openHome } from "./homes.ts";

/** Returns the text of a hook with these declarations and this body of `run`. */
export function hookText(declared: string, body = ""): string {
  return `export default { ${declared}, async run(event) { ${body} } };\n`;
}

/** Opens a home whose default profile names hooks, each in its own file. */
export async function openHookHome(
  hooks: Readonly<Record<string, string>>,
  { block = [], ...options }: HomeOptions & { readonly block?: readonly string[] } = {},
): Promise<Home> {
  const names = Object.keys(hooks).map((file) => file.replace(/\.[jt]s$/, ""));
  const lines = [`hooks = ${names.join(", ")}`, ...block].map((line) => `  ${line}\n`).join("");
  const home = await openHome({
    config: `[default]\nregion = eu-west-1\nstsmfa =\n${lines}`,
    hooks: true,
    ...options,
  });
  for (const [file, text] of Object.entries(hooks)) await writeHook(home, file, text);
  return home;
}

/** Writes a hook into the hooks folder. */
export async function writeHook(home: Home, file: string, text: string): Promise<void> {
  await home.test.write(`.config/stsmfa/hooks/${file}`, text);
  await Deno.chmod(home.test.path(".config/stsmfa/hooks"), 0o700);
}
