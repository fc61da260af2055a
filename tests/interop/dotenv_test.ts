/**
 * What real readers of `.env` files make of what stsmfa writes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DotenvProblem, setVariables } from "../../lib/text/dotenv.ts";
import { posix, testOrSkip } from "../support/abilities.ts";
import { needsPython, runPython } from "../support/python.ts";

const variables = { AWS_SESSION_TOKEN: "IQoJ+b/3J=", AWS_REGION: "eu-west-1" };

/** Returns files of the pieces on which readers differ, as stsmfa leaves them. */
function written(count: number): string[] {
  const parts = ["A=", "'", '"', "\n", "\n", "x", " ", "AWS_REGION=", "# ", "\\", "`", "export "];
  let state = 11;
  const random = (most: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % most;
  const found: string[] = [];
  while (found.length < count) {
    const text = Array.from({ length: 2 + random(14) }, () => parts[random(parts.length)]).join("");
    try {
      found.push(setVariables(text, variables).text);
    } catch (error) {
      if (!(error instanceof DotenvProblem)) throw error;
    }
  }
  return found;
}

const pick = (found: Record<string, string>) => ({
  AWS_SESSION_TOKEN: found["AWS_SESSION_TOKEN"],
  AWS_REGION: found["AWS_REGION"],
});

const needsDotenv = needsPython("dotenv");

testOrSkip({
  name: `python-dotenv reads what is written${needsDotenv.name}`,
  ignore: needsDotenv.ignore,
  fn: async () => {
    const texts = written(2000);
    const script = `
import io, json, logging, sys
from dotenv import dotenv_values
logging.disable(logging.CRITICAL)
print(json.dumps([dict(dotenv_values(stream=io.StringIO(text, newline="")))
                  for text in json.load(sys.stdin)]))`;
    const printed = await runPython(["-c", script], { input: JSON.stringify(texts) });
    const found: Record<string, string>[] = JSON.parse(printed);
    found.forEach((each, n) => assertEquals(pick(each), variables, JSON.stringify(texts[n])));
  },
});

function hasNodeDotenv(): boolean {
  try {
    return new Deno.Command("node", { args: ["-e", 'require("dotenv")'], stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
const hasNode = hasNodeDotenv();

testOrSkip({
  name: `dotenv for Node reads what is written${hasNode ? "" : " (skipped: it is not installed)"}`,
  ignore: !hasNode,
  fn: async () => {
    const texts = written(2000);
    const script = `
const texts = JSON.parse(require("fs").readFileSync(process.argv[1]));
console.log(JSON.stringify(texts.map((text) => require("dotenv").parse(text))));`;
    const path = await Deno.makeTempFile();
    await Deno.writeTextFile(path, JSON.stringify(texts));
    const { stdout } = await new Deno.Command("node", { args: ["-e", script, path] }).output();
    await Deno.remove(path);
    const found: Record<string, string>[] = JSON.parse(new TextDecoder().decode(stdout));
    found.forEach((each, n) => assertEquals(pick(each), variables, JSON.stringify(texts[n])));
  },
});

testOrSkip({
  name: "sh reads what is written, where it can read the file at all",
  ignore: !posix.isHere,
  reason: posix.reason,
  fn: async () => {
    const path = await Deno.makeTempFile();
    let read = 0;
    for (const text of written(400)) {
      await Deno.writeTextFile(path, text);
      const script = `. "$0"; printf '\\n%s\\n%s' "$AWS_SESSION_TOKEN" "$AWS_REGION"`;
      const { success, stdout } = await new Deno.Command("/bin/sh", {
        args: ["-c", script, path],
        clearEnv: true,
        env: { PATH: "/nowhere" },
        stderr: "null",
      }).output();
      if (!success) continue;
      read++;
      const values = new TextDecoder().decode(stdout).split("\n").slice(-2);
      assertEquals(values, Object.values(variables), JSON.stringify(text));
    }
    await Deno.remove(path);
    assertEquals(read > 50, true);
  },
});
