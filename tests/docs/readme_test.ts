import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };
import { IniDocument } from "../../lib/ini.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { TestContext } from "../support/test_context.ts";

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const readme = await Deno.readTextFile(`${project}/README.md`);

/** The contents of README's code blocks of one language, without their common indentation. */
function blocks(language: string): string[] {
  return [...readme.matchAll(/^( *)```(\w+)\n(.*?)^ *```$/gms)]
    .filter(([, , found]) => found === language)
    .map(([, indent, , text]) => text!.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
}

const commands = blocks("sh").flatMap((block) => block.trim().split("\n"));

Deno.test("README's commands all run", async (t) => {
  await using sts = await startLoopbackSts({
    roles: [{ roleArn: "arn:aws:iam::222222222222:role/Administrator" }],
  });
  const { accessKeyId, secretAccessKey } = sts.credentials();
  let executed = 0;
  for (const command of commands) {
    await t.step(command, async () => {
      const task = /^npx -y deno@[\d.]+ task (\w+)$/.exec(command)?.[1];
      if (task !== undefined) {
        assert(Object.hasOwn(deno.tasks, task), `there is no task ${task}`);
        return;
      }
      // Another program's command; that it stores a key where we look is shown by the interop tests.
      if (command.startsWith("aws configure --profile ")) return;
      const stsmfa = /^(?:.* \| )?(?:stsmfa|deno run -A jsr:@x\/stsmfa)(?: (.*))?$/.exec(command);
      if (stsmfa === null) throw new Error(`no test knows how to run: ${command}`);
      const code = await sts.code();
      await using test = await TestContext.create({
        env: sts.env(),
        network: true,
        answers: [code],
        stdin: `${code}\n`,
      });
      await test.write(
        ".aws/credentials",
        `[default-long-term]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
      );
      await test.write(
        ".aws/config",
        blocks("ini").find((block) => block.includes("[profile prod]"))!,
      );
      const args = (stsmfa[1] ?? "").replace("123456", code).split(" ").filter((arg) => arg !== "");
      const status = await test.run(...args);
      // Nothing was renewed in this home, which is what status 8 says.
      assertEquals(status, args[0] === "status" ? 8 : 0, test.stderr);
      executed++;
    });
  }
  assert(executed >= 7, "README shows fewer commands than this test expects to find");
});

Deno.test("README's INI examples are sound", () => {
  const examples = blocks("ini");
  assertEquals(examples.length, 2);
  for (const example of examples) assertEquals(IniDocument.parse(example).problems, []);
});

Deno.test("README names the exit statuses of the contract", () => {
  const named = [...readme.matchAll(/^\| (\d+) +\|/gm)].map(([, status]) => Number(status));
  assertEquals(named, [0, 1, 2, 3, 4, 5, 6, 7, 8, 130]);
});
