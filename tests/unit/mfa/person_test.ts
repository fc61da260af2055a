import { assertEquals } from "@std/assert";
import { Person, type PersonOptions } from "../../../lib/mfa/person.ts";
import { terminalTalk } from "../../../lib/talk.ts";
import { TestContext } from "../../support/test_context.ts";

/** Returns who asks for codes, and who asks everything else. */
async function asked(options: Partial<PersonOptions>, env = {}, isThere = true) {
  await using test = await TestContext.create({
    env: { DISPLAY: ":0", ...env },
    ...(isThere && { answers: [] }),
    runtime: "deno 2.9.6, x86_64-unknown-linux-gnu",
  });
  await test.write("bin/zenity", "", 0o755);
  test.env["PATH"] = test.path("bin");
  const context = test.context();
  const talk = terminalTalk(context, {});
  const person = new Person(context, { interactive: true, talk, ...options });
  const codes = await person.codePrompter();
  const kind = codes === undefined ? "nobody" : codes.isWindow ? "window" : "terminal";
  return [kind, await person.prompter() === undefined ? "nobody" : "terminal"];
}

const cases: [string, Parameters<typeof asked>, [string, string]][] = [
  ["the terminal", [{}], ["terminal", "terminal"]],
  ["no terminal", [{}, {}, false], ["window", "nobody"]],
  ["no terminal, no display", [{}, { DISPLAY: "" }, false], ["nobody", "nobody"]],
  ["no terminal, CI", [{}, { CI: "true" }, false], ["nobody", "nobody"]],
  ["Wayland", [{}, { DISPLAY: "", WAYLAND_DISPLAY: "wayland-0" }, false], ["window", "nobody"]],
  ["nobody may be asked", [{ interactive: false }], ["nobody", "nobody"]],
  ["a window asked for", [{ prompt: "window" }, { CI: "1" }], ["window", "nobody"]],
  ["a program that is not there", [{ prompt: "kdialog" }], ["nobody", "nobody"]],
  ["the terminal alone", [{ prompt: "terminal" }, {}, false], ["nobody", "nobody"]],
  ["none", [{ prompt: "none" }], ["nobody", "nobody"]],
];

for (const [name, given, expected] of cases) {
  Deno.test(`who is asked: ${name}`, async () => {
    assertEquals(await asked(...given), expected);
  });
}
