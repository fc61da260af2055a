/**
 * A process in which nothing but the engine's own word keeps a hook from loading something: it has all
 * permissions and no import map. Reads shapes as JSON on standard input; says which ones were
 * accepted, and then runs those that were refused, too, for what they would have done.
 *
 * @module
 */

import { importHook } from "../../lib/system/hook_import.ts";
import { withoutTypes } from "../../lib/system/hook_types.ts";
import type { Shape } from "./hook_shapes.ts";

for (const kind of ["unhandledrejection", "error"]) {
  globalThis.addEventListener(kind, (event) => event.preventDefault());
}

/** What is asked of it. */
interface Order {
  readonly shapes: readonly Shape[];
  readonly marks: string;
}

/** What it says: the shapes by their ids, and the marks that were there before those ran. */
export interface EngineReport {
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  readonly marksOfAccepted: readonly string[];
}

/** Loads go on after what began them. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 300));

const within = (work: Promise<unknown>) =>
  Promise.race([work, new Promise((resolve) => setTimeout(resolve, 500))]);

if (import.meta.main) {
  const { shapes, marks }: Order = JSON.parse(await new Response(Deno.stdin.readable).text());
  const accepted: string[] = [];
  const refused = new Map<string, string>();
  for (const { id, language, text } of shapes) {
    let code = text;
    try {
      if (language === "ts") code = withoutTypes(text);
    } catch {
      refused.set(id, "");
      continue;
    }
    const isRefused = await within(importHook(code).catch(() => ({})));
    if (Object(isRefused).refused !== undefined) refused.set(id, code);
    else accepted.push(id);
  }
  await settle();
  const ids = new Set(shapes.map(({ id }) => id));
  const marksOfAccepted = [...Deno.readDirSync(marks)].map(({ name }) => name)
    .filter((name) => ids.has(name));
  for (const code of refused.values()) {
    await within(import(`data:text/javascript,${encodeURIComponent(code)}`).catch(() => {}));
  }
  await settle();
  const report: EngineReport = { accepted, refused: [...refused.keys()], marksOfAccepted };
  console.log(JSON.stringify(report));
  Deno.exit(0);
}
