/**
 * Profiles as people have them, each with what AWS's own tools make of it.
 * `tests/property/botocore_profiles_test.ts` holds the same homes against botocore.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { chains } from "../../support/aws_tools/chains.ts";
import { headers } from "../../support/aws_tools/headers.ts";
import type { AwsToolsHome } from "../../support/aws_tools/home.ts";
import { ours } from "../../support/aws_tools/ours.ts";
import { isRefused } from "../../support/resolution.ts";
import { differences } from "../../support/resolution_differences.ts";
import { stsmfa } from "../../support/stsmfa_resolution.ts";

async function check(home: AwsToolsHome): Promise<void> {
  const actual = await stsmfa(home, home.profile);
  const { right } = home;
  if ("refused" in right) {
    if (!isRefused(actual)) throw new Error(`not refused: ${JSON.stringify(actual)}`);
    assertEquals(actual.exitStatus, 3, actual.message);
    for (const word of right.refused) assertStringIncludes(actual.message, word);
    return;
  }
  assertEquals(differences(right, actual), [], `${JSON.stringify(actual)}`);
}

for (const [room, homes] of Object.entries({ headers, chains, ours })) {
  for (const home of homes) Deno.test(`resolveProfile(), ${room}: ${home.what}`, () => check(home));
}
