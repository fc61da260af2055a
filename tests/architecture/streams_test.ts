/**
 * Who may write to the terminal, by the text of every module: the types let nobody else, and this
 * shows that nobody gets around the types.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const modules = [...sources("lib"), ...sources("hooks"), "cli.ts", "mod.ts"].map((name) => ({
  name,
  // Comments and docs are no code.
  text: Deno.readTextFileSync(`${project}/${name}`).replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, ""),
}));

function sources(directory: string): string[] {
  return Array.from(Deno.readDirSync(`${project}/${directory}`)).flatMap(
    ({ name, isDirectory }) => {
      const path = `${directory}/${name}`;
      return isDirectory ? sources(path) : name.endsWith(".ts") ? [path] : [];
    },
  ).sort();
}

/** The modules whose text has it. */
function having(pattern: RegExp): string[] {
  return modules.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
}

Deno.test("the modules are seen", () => {
  assert(modules.length > 100);
  assert(having(/terminal\.stderr/).length > 0);
});

Deno.test("texts for a screen are made in two modules", () => {
  assertEquals(having(/\bas (?:unknown as |any as )?(?:readonly )?ScreenText\b/), [
    "lib/screen.ts",
    "lib/system/drawing.ts",
  ]);
  // Another way to make one of a text.
  assertEquals(having(/<ScreenText>|:\s*text is ScreenText|\bas (?:any|never)\)/), []);
  assertEquals(
    having(/\bas never\b/).filter((name) => name !== "lib/cli/command_line.ts"),
    [],
    "flags alone are handed on without their type",
  );
});

Deno.test("the real streams are written to where the context and the prompts are made", () => {
  assertEquals(having(/\bDeno\.(?:stdout|stderr)\b/), [
    "lib/system/context.ts",
    // A pipe to the program that started the hook, in its process.
    "lib/system/hook_child.ts",
    // Looks alone whether they are terminals.
    "lib/system/process.ts",
    "lib/system/terminal.ts",
  ]);
  assertEquals(having(/\/dev\/(?:tty|stdout|stderr|fd)|CONOUT\$/), [
    // Which only lists what is open, to close it.
    "lib/system/descriptors.ts",
    // Which only sets its modes.
    "lib/system/echo.ts",
    "lib/system/terminal.ts",
  ]);
});

Deno.test("no other way leads to a stream", () => {
  assertEquals(
    having(/(?<![/"])\bconsole\.|\bprocess\.std|"node:(?:process|tty|readline|fs|console)"/),
    [
      // Gives files to their owner, at a descriptor of its own.
      "lib/system/as_root.ts",
      // In a process of the hook's own, whose streams are pipes.
      "lib/system/hook_bootstrap.ts",
      "lib/system/hook_worker.ts",
      "hooks/kube.ts",
    ],
  );
  assertEquals(having(/\bstd(?:out|err)\b[^;]*\}\s*=\s*Deno\b|\bDeno\[/), [
    "lib/system/hook_bootstrap.ts",
  ]);
  assertEquals(having(/\b(?:alert|confirm|prompt)\(/), []);
  // A child that has our streams: exec's program, and what prints a code.
  assertEquals(having(/std(?:out|err): "inherit"/), ["lib/system/process.ts"]);
});
