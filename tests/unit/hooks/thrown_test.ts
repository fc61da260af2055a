import { assertEquals } from "@std/assert";
import { inTermsOf } from "../../../lib/hooks/thrown.ts";

const file = {
  name: "notify",
  path: "/home/alice/.config/stsmfa/hooks/notify.js",
  source: "",
  language: "js",
  isShipped: false,
} as const;

const program = "file:///tmp/deno-compile-stsmfa";
const hook = "data:text/javascript;charset=utf-8;base64,ZXhw";

Deno.test("what a hook prints has no line of the standalone program, wherever it is unpacked", () => {
  const stack = (root: string) =>
    `Error: seen\n    at Object.run (${hook}:1:9)\n    at Ki (${root}/hook_worker.js:200:2188)\n` +
    `    at async self.onmessage (${root}/hook_worker.js:200:25)\n`;
  for (const root of [program, "file:///C:/Users/al/Temp/deno-compile-stsmfa.exe"]) {
    assertEquals(inTermsOf(file, stack(root)), "Error: seen\n    at Object.run (notify.js:1:9)\n");
  }
  const others = "see file:///tmp/deno-compile-x/y.js:1:1\n    at f (file:///tmp/y.js:1:1)";
  assertEquals(inTermsOf(file, others), others);
});

Deno.test("what the runtime says when a hook has ended its worker is no word of the hook's", () => {
  const said = "error: Top-level await promise never resolved";
  const at = `    at <anonymous> (${program}/cli.js:1:1249)`;
  assertEquals(inTermsOf(file, `printed${said}\n${at}\n`), "printed\n");
  assertEquals(inTermsOf(file, `${said}\nprinted`), `${said}\nprinted`);
});
