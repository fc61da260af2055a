import { assertEquals } from "@std/assert";
import { nearest } from "../../lib/nearest.ts";

const cases: [word: string, candidates: string[], expected: string | undefined][] = [
  ["regoin", ["region", "role_arn"], "region"],
  ["Region", ["region"], "region"],
  ["prdo", ["dev", "prod"], "prod"],
  ["prd", ["dev", "prod"], "prod"],
  ["sourceprofile", ["target_profile", "source_profile"], "source_profile"],
  ["xyz", ["region"], undefined],
  ["production", ["production-2", "production"], "production"],
  ["a", [], undefined],
  ["", ["region"], undefined],
];
for (const [word, candidates, expected] of cases) {
  Deno.test(`nearest() finds ${expected} for ${JSON.stringify(word)} in [${candidates}]`, () => {
    assertEquals(nearest(word, candidates), expected);
  });
}

Deno.test("nearest() gives the first of equally near candidates", () => {
  assertEquals(nearest("work1", ["work2", "work3"]), "work2");
});
