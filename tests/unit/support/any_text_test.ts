import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyText } from "../../support/any_text.ts";
import { seed } from "../../support/thorough.ts";

Deno.test("anyText() has characters of all kinds, and no half of one", () => {
  const texts = fc.sample(anyText(), { numRuns: 2000, seed });
  assert(texts.every((text) => text.isWellFormed()));
  const kinds = [
    /^[\x20-\x7e]+$/,
    /\p{Cc}/u,
    /[\x80-\uffff]/,
    /[\u{10000}-\u{10ffff}]/u,
    /^$/,
  ];
  for (const kind of kinds) assert(texts.some((text) => kind.test(text)), `${kind}`);
});

Deno.test("anyText() keeps to its lengths, and has what names objects' own properties", () => {
  const texts = fc.sample(anyText({ minLength: 8, maxLength: 40 }), { numRuns: 5000, seed });
  assertEquals(texts.filter((text) => text.length < 8), []);
  assertEquals(texts.filter((text) => Array.from(text).length > 40), []);
  assert(texts.some((text) => /__proto__|constructor|prototype|toString|valueOf/.test(text)));
});
