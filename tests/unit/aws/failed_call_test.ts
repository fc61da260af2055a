import { assertEquals } from "@std/assert";
import { Secret } from "../../../lib/credentials.ts";
import { withoutSecrets } from "../../../lib/aws/failed_call.ts";

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const tokenCode = "654321";

Deno.test("of a server's message 500 characters are shown at most, in one line", () => {
  const shown = withoutSecrets("no\r\n\t way ".repeat(100), { secrets: [], tokenCode });
  assertEquals(shown, `${"no way ".repeat(100).slice(0, 500)}...`);
  const fits = "x".repeat(500);
  assertEquals(withoutSecrets(` ${fits}\n`, { secrets: [], tokenCode }), fits);
});

Deno.test("a secret is taken out of a server's message before that is shortened", () => {
  for (let before = 450; before <= 510; before++) {
    const message = `${"x".repeat(before)}${secret}654321`;
    const shown = withoutSecrets(message, { secrets: [new Secret(secret)], tokenCode });
    assertEquals([shown.includes(secret.slice(0, 4)), shown.includes("654")], [false, false]);
  }
});
