import { assertEquals, assertRejects } from "@std/assert";
import { readCaBundle } from "../../../lib/aws/ca_bundle.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { CA_FILE } from "../../support/loopback_sts.ts";
import { TestContext } from "../../support/test_context.ts";

const sound = await Deno.readTextFile(CA_FILE);

Deno.test("a bundle is used as it is, with all that people write around certificates", async () => {
  await using test = await TestContext.create();
  for (const text of [sound, `# ours\n${sound}subject=x\n${sound}`, `\ufeff${sound}`]) {
    for (const each of [text, text.replaceAll("\n", "\r\n")]) {
      await test.write("ca.pem", each);
      const read = await readCaBundle(test.context(), test.path("ca.pem"));
      assertEquals(read?.map((one) => one.replace("\ufeff", "")), [each.replace("\ufeff", "")]);
    }
  }
});

Deno.test("a damaged bundle is told of, and not taken for a host that cannot be reached", async () => {
  await using test = await TestContext.create();
  const damaged: readonly [text: string, problem: string][] = [
    ["", "without a PEM certificate"],
    [sound.replaceAll("CERTIFICATE", "PRIVATE KEY"), "without a PEM certificate"],
    [sound.slice(0, 200), "that is damaged"],
    [sound + sound.slice(0, 200), "that is damaged"],
    [sound.replace(/\n\w/, "\n!"), "that is damaged"],
    [sound.replace(/\nMII/, "\nAAA"), "that is damaged"],
    ["-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "that is damaged"],
  ];
  for (const [text, problem] of damaged) {
    await test.write("ca.pem", text);
    const error = await assertRejects(
      () => readCaBundle(test.context(), test.path("ca.pem")),
      StsmfaError,
      problem,
    );
    assertEquals(error.code, "InvalidSetting");
  }
  const folder = () => readCaBundle(test.context(), test.home);
  await assertRejects(folder, StsmfaError, "names a folder, not a file");
});
