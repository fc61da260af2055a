import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };
import { IniDocument } from "../../lib/ini/document.ts";
import { FakeSecretTool, onLinux } from "../support/fake_stores.ts";
import { LoopbackFederation } from "../support/loopback_federation.ts";
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

/** The commands, each with the last INI example above it that has the profile `prod`, if any. */
const commands = blocks("sh").flatMap((block) => {
  const above = readme.slice(0, readme.indexOf(`\`\`\`sh\n${block}`));
  const examples = blocks("ini").filter((each) => each.includes("[profile prod]"));
  const config = examples.findLast((each) => above.includes(each)) ?? examples[0]!;
  const lines = block.replaceAll(/ \\\n +/g, " ").trim().split("\n");
  return lines.map((command) => ({ command, config }));
});

/** The words behind `stsmfa` in a command of README. */
function stsmfaArguments(command: string): string[] {
  const inside = /^eval "\$\((.*)\)"$/.exec(command)?.[1] ?? command;
  const program = inside.replace(`deno run -A jsr:${deno.name}`, "stsmfa");
  const match = /^(?:.* \| )?stsmfa(?: (.*))?$/.exec(program);
  if (match === null) throw new Error(`no test knows how to run: ${command}`);
  return (match[1] ?? "").split(" ").filter((word) => word !== "");
}

Deno.test("README's commands all run", async (t) => {
  const roles = [{ roleArn: "arn:aws:iam::222222222222:role/Administrator" }];
  await using shared = await startLoopbackSts({ roles });
  const { accessKeyId, secretAccessKey } = shared.credentials();
  let executed = 0;
  for (const { command, config } of commands) {
    await t.step(command, async () => {
      const task = /^npx -y deno@[\d.]+ task (\w+)$/.exec(command)?.[1];
      if (task !== undefined) {
        assert(Object.hasOwn(deno.tasks, task), `there is no task ${task}`);
        return;
      }
      const installer = /^curl -fsSL https:\S+\/releases\/latest\/download\/(\S+) \| sh$/
        .exec(command)?.[1];
      if (installer !== undefined) {
        // tests/install runs it.
        assert((await Deno.stat(`${project}/.github/install/${installer}`)).isFile);
        return;
      }
      const isRotation = command.includes("keys rotate");
      await using rotated = await startLoopbackSts({ roles });
      // Others need the key that this deletes.
      const sts = isRotation ? rotated : shared;
      const code = await sts.code();
      const args = stsmfaArguments(command).map((word) => word === "123456" ? code : word);
      const isNew = args[0] === "init" && !args.includes("--adopt");
      const isRole = args[0] === "init" && args.includes("prod");
      const programs: string[] = [];
      const store = new FakeSecretTool();
      await using test = await TestContext.create({
        env: sts.env(),
        network: true,
        hooks: true,
        answers: isNew
          ? [accessKeyId, secretAccessKey, "eu-west-1", code]
          : isRotation
          ? ["yes", code]
          : args[0] === "keys"
          ? ["no"]
          : args[0] === "init" && !isRole
          ? ["", code]
          : [code],
        stdin: `${code}\n`,
        ...(args[0] === "keys" && { ...onLinux, runCommand: store.run }),
        runAttached: async ({ argv, onEnd }) => {
          programs.push(...argv);
          await onEnd?.();
          return 0;
        },
      });
      if (!isNew) {
        const section = args.includes("--adopt") && !isRole ? "default" : "default-long-term";
        const keys =
          `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
        await test.write(
          ".aws/credentials",
          `[${section}]\n${keys}${isRotation ? "" : `[me]\n${keys}`}`,
        );
      }
      await test.write(".aws/config", config);
      if (args[0] === "hooks" && args[1] !== "new") {
        await test.run("hooks", "new", "notify");
        await test.run("hooks", "allow", "notify", "--yes");
      }
      await using federation = await LoopbackFederation.start(sts, () => test.clock.now());
      Object.assign(test.env, federation.env());
      const status = await test.run(...args);
      // Nothing was renewed in this home, which is what status 8 says.
      assertEquals(status, args[0] === "status" ? 8 : 0, test.stderr);
      if (args[0] === "exec") assertEquals(programs, args.slice(args.indexOf("--") + 1));
      executed++;
    });
  }
  assert(executed >= 21, "README shows fewer commands than this test expects to find");
});

Deno.test("README's INI examples are sound", () => {
  const examples = blocks("ini");
  assertEquals(examples.length, 6);
  for (const example of examples) assertEquals(IniDocument.parse(example).problems, []);
});

Deno.test("README names the exit statuses of the contract", () => {
  const named = [...readme.matchAll(/^\| (\d+) +\|/gm)].map(([, status]) => Number(status));
  assertEquals(named, [0, 1, 2, 3, 4, 5, 6, 7, 8, 129, 130, 143]);
});
