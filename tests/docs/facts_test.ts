/** What pages say in tables is what the program has. */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ExitStatus } from "../../lib/errors.ts";
import { settingSpecs } from "../../lib/profile/settings.ts";
import { fencedBlocks } from "../support/fenced_blocks.ts";
import { openHome } from "../support/homes.ts";
import { codeSpans } from "../support/page.ts";
import { longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

Deno.test("docs/scripts.md names the exit statuses of the contract", () => {
  const named = [...read("docs/scripts.md").matchAll(/^\| (\d+) +\|/gm)]
    .map(([, status]) => Number(status));
  assertEquals(named, Object.values(ExitStatus));
});

Deno.test("docs/config.md has each setting's flag, variables and keys", () => {
  const rows = read("docs/config.md").split("\n").filter((line) => line.startsWith("| `--"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => codeSpans(cell)));
  assertEquals(
    rows,
    Object.values(settingSpecs).map(({ flag, variables, key, standardKey, sourceKeys }) => [
      [flag],
      [...variables],
      key === undefined ? [] : [key],
      standardKey === undefined ? [] : [standardKey],
      [...sourceKeys ?? []],
    ]),
  );
});

Deno.test("docs/iam.md has the policy that keys rotate --policy prints", async () => {
  const shown = fencedBlocks(read("docs/iam.md"))
    .filter(({ language, text }) => language === "json" && text.includes("RotateOwn"))
    .map(({ text }) => JSON.parse(text));
  await using home = await openHome();
  assertEquals(await home.run("keys", "rotate", "default", "--policy"), 0, home.stderr);
  assertEquals(shown, [home.json]);
});

Deno.test("the programs of docs/library.md run", async () => {
  const programs = fencedBlocks(read("docs/library.md"))
    .filter(({ language }) => language === "ts");
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", longTermSection("default-long-term", sts.credentials()));
  const ended: string[] = [];
  for (const { text } of programs) {
    // Nobody is at a terminal here.
    const code = await sts.code();
    await home.write("program.ts", text.replace('prompt("MFA code:") ?? ""', `"${code}"`));
    ended.push(await runProgram(home));
  }
  assertEquals(ended, ["", "ASIA is good until THEN\n"]);
});

async function runProgram(home: SpawnedHome): Promise<string> {
  const config = fileURLToPath(new URL("deno.json", root));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--config", config, home.path("program.ts")],
    clearEnv: true,
    env: home.env,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert(success, text(stderr));
  return text(stdout).replace(/ASIA\w+/, "ASIA").replace(/\d{4}-\S+Z/, "THEN");
}
