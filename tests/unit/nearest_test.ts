import { assertEquals } from "@std/assert";
import { nearest, nearestOrLonger } from "../../lib/nearest.ts";

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

Deno.test("nearestOrLonger() also finds the shortest of those that begin with the word", () => {
  assertEquals(nearestOrLonger("--role", ["--role-session-name", "--role-arn"]), "--role-arn");
  assertEquals(nearestOrLonger("Exit", ["exec", "exit-codes"]), "exit-codes");
  assertEquals(nearestOrLonger("prdo", ["prod-eu", "prod"]), "prod");
  assertEquals(nearestOrLonger("pr", ["process"]), undefined);
  assertEquals(nearestOrLonger("--n", ["--no-backup"]), undefined);
});
