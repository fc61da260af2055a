import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hookTexts, typesFile } from "../../lib/hooks/template.ts";
import { templateNames } from "../../lib/hooks/template_names.ts";
import { hookTypes } from "../../lib/hooks/types_text.ts";
import { assertMode } from "../support/file_mode.ts";
import { openHookHome } from "../support/hook_home.ts";

/** Runs Deno, and asserts that it succeeds. */
async function deno(...args: string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [args[0]!, "--no-config", ...args.slice(1)],
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
}

Deno.test("each template is a hook that has sound types and passes its test, in TypeScript and JavaScript", async () => {
  const folder = await Deno.makeTempDir();
  const tests: string[] = [];
  const typed: string[] = [];
  for (const template of templateNames) {
    for (const language of ["ts", "js"] as const) {
      const of = `${folder}/${template}-${language}`;
      const { hook, test } = await hookTexts(template, "my-hook", language);
      await Deno.mkdir(of);
      await Deno.writeTextFile(`${of}/my-hook.${language}`, hook);
      await Deno.writeTextFile(`${of}/my-hook.test.${language}`, test);
      await Deno.writeTextFile(`${of}/${typesFile}`, hookTypes);
      tests.push(`${of}/my-hook.test.${language}`);
      if (language === "ts") typed.push(`${of}/my-hook.ts`, `${of}/my-hook.test.ts`);
    }
  }
  await deno("check", ...typed);
  await deno("test", "-A", "--no-check", ...tests);
  await deno("fmt", "--check", "--line-width", "100", ...typed);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("hooks types prints what lib/hook.ts says", async () => {
  // When lib/hook.ts has changed, put its text into lib/hooks/types_text.ts.
  const types = await Deno.readTextFile(new URL("../../lib/hook.ts", import.meta.url));
  assertEquals(hookTypes, types);
  await using home = await openHookHome({});
  assertEquals(await home.run("hooks", "types"), 0);
  assertEquals(home.stdout, types);
  assertEquals(await home.run("hooks", "types", "x"), 2);
});

for (const template of templateNames) {
  Deno.test(`hooks new --template ${template} writes a hook that may be allowed`, async () => {
    await using home = await openHookHome({});
    const given = template === "plain" ? [] : ["--template", template];
    assertEquals(await home.run("hooks", "new", "my-hook", ...given), 0, home.stderr);
    const folder = home.test.path(".config/stsmfa/hooks");
    const files = ["my-hook.test.ts", "my-hook.ts", typesFile];
    assertEquals(await home.test.list(".config/stsmfa/hooks"), files);
    for (const file of files) {
      assertStringIncludes(home.stdout, file);
      assertMode(0o600, `${folder}/${file}`);
    }
    const texts = await hookTexts(template, "my-hook", "ts");
    for (const [file, text] of [[files[0], texts.test], [files[1], texts.hook]]) {
      assertEquals(await home.test.read(`.config/stsmfa/hooks/${file}`), text);
    }

    assertEquals(await home.run("hooks", "new", "my-hook"), 2, "it is there already");
    await home.run("hooks", "--json");
    const own = home.json.filter(({ path }: { path: string }) => !path.startsWith("stsmfa:"));
    assertEquals(own.map(({ name }: { name: string }) => name), ["my-hook"]);
    assertEquals(await home.run("hooks", "allow", "my-hook", "--yes"), 0, home.stderr);
    if (template !== "plain") return;
    assertEquals(await home.run("hooks", "run", "my-hook", "--json"), 0, home.stderr);
    assertEquals(home.json.message, "default has a session until 2026-03-04T06:06:07Z");
    assertEquals(home.sts.count(), 0);
  });

  Deno.test(`the template ${template} is the same in JavaScript`, async () => {
    const { hook } = await hookTexts(template, "my-hook", "js");
    assertStringIncludes(hook, `/** @type {import("./stsmfa.d.ts").Hook} */\nexport default {`);
    await using home = await openHookHome({ "my-hook.js": hook });
    assertEquals(await home.run("hooks", "allow", "my-hook", "--yes"), 0, home.stderr);
  });
}

for (
  const [template, hint] of [
    ["dokcer", "did you mean docker?"],
    ["Slack", "did you mean slack?"],
    ["nothing", "one of plain, docker, kube, slack"],
    ["__proto__", "one of plain"],
  ] as const
) {
  Deno.test(`an unknown template is a mistake in usage, and nothing is written: ${template}`, async () => {
    await using home = await openHookHome({});
    assertEquals(await home.run("hooks", "new", "x", "--template", template), 2);
    assertStringIncludes(home.stderr, `there is no template ${template}\nstsmfa: hint: ${hint}`);
    await home.run("hooks", "--json");
    assert(!home.stdout.includes(home.test.path(".config/stsmfa")));
  });
}

Deno.test("hooks new keeps a test that is there, and brings the types up to date", async () => {
  await using home = await openHookHome({ "other.js": "" });
  await home.test.write(".config/stsmfa/hooks/notify.test.ts", "// mine\n");
  await home.test.write(`.config/stsmfa/hooks/${typesFile}`, "old");
  assertEquals(await home.run("hooks", "new", "notify"), 0, home.stderr);
  assertEquals(await home.test.read(".config/stsmfa/hooks/notify.test.ts"), "// mine\n");
  assertMatch(await home.test.read(`.config/stsmfa/hooks/${typesFile}`), /export interface Hook /);
});
