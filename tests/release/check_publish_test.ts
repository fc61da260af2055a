import { assertEquals } from "@std/assert";
import { complaints } from "../../.github/release/check_publish.ts";

const warning = (code: string, place: string) =>
  `warning[${code}]: something
  --> ${place}:17:17
   | 
17 |   return import(x);

  info: more of it

`;
const end =
  "Simulating publish of @a/b@1.0.0 with files:\n   a.ts (1KB)\nSuccess Dry run complete\n";

Deno.test("what is meant is no complaint about what would be published", () => {
  const output = warning("unanalyzable-dynamic-import", "/w/lib/import_lazily.ts") +
    warning("unanalyzable-dynamic-import", "C:\\w\\lib\\system\\hook_import.ts") + end;
  assertEquals(complaints(output), []);
});

for (
  const [what, output] of Object.entries({
    "another import of this kind": warning("unanalyzable-dynamic-import", "/w/lib/other.ts"),
    "another warning at the same place": warning("slow-types", "/w/lib/import_lazily.ts"),
    "a warning without a place": "Warning: no\nwarning: no license\n",
    "an error": "error: Aborting due to uncommitted changes.\n",
  })
) {
  Deno.test(`${what} is a complaint`, () => {
    assertEquals(complaints(output + end).length, 1);
  });
}
