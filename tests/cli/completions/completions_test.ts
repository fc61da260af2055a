import { assertEquals, assertStringIncludes } from "@std/assert";
import deno from "../../../deno.json" with { type: "json" };
import { commandsOfHelp, flagsOfHelp } from "../../support/flags_of_help.ts";
import { longTerm, openHome, session } from "../../support/homes.ts";
import { needsProgram, runShell } from "../../support/shells.ts";
import { TestContext } from "../../support/test_context.ts";

Deno.test("completions profiles: who can have a session or has one, without the keys' sections", async () => {
  await using home = await openHome({
    credentials: longTerm("work-long-term") + session("prod") + longTerm("plain"),
    config:
      "[profile my eu]\n[profile 'my us']\nregion = us-east-1\n[sso-session x]\n[profile dev]\n",
    nobody: true,
    network: false,
  });
  assertEquals(await home.unchanged(() => home.run("completions", "profiles")), 0);
  assertEquals(home.stdout, "dev\nmy us\nplain\nprod\nwork\n");
  assertEquals(await home.run("completions", "profiles", "--json"), 0);
  assertEquals(home.json, ["dev", "my us", "plain", "prod", "work"]);
});

Deno.test("completions profiles: another suffix, other files, none at all", async () => {
  await using home = await openHome({ credentials: null, nobody: true, network: false });
  assertEquals([await home.run("completions", "profiles"), home.stdout], [0, ""]);
  await home.test.write("others", longTerm("work-keys"));
  home.test.env["STSMFA_LONG_TERM_SUFFIX"] = "keys";
  await home.run("completions", "profiles", "--credentials-file", home.test.path("others"));
  assertEquals(home.stdout, "work\n");
});

Deno.test("completions profiles: a broken file is an error on stderr, and stdout stays empty", async () => {
  await using home = await openHome({ credentials: "[x\n" });
  assertEquals([await home.run("completions", "profiles"), home.stdout], [3, ""]);
  assertStringIncludes(home.stderr, "line 1");
});

for (
  const [args, message, hint] of [
    [
      [],
      "completions needs the name of a shell",
      "one of bash, zsh, fish, powershell, man, profiles",
    ],
    [["tcsh"], "there are no completions for tcsh", "one of bash, "],
    [["fsih"], "there are no completions for fsih", "did you mean fish?"],
    [["bash", "zsh"], "one shell at a time", "one of bash, "],
  ] as const
) {
  Deno.test(`stsmfa completions ${args.join(" ")}: exit 2, and what there is`, async () => {
    await using home = await openHome({ nobody: true });
    assertEquals([await home.run("completions", ...args), home.stdout], [2, ""]);
    assertStringIncludes(home.stderr, `error: ${message}\nstsmfa: hint: ${hint}`);
  });
}

Deno.test("completions powershell: every command with every flag", async () => {
  await using test = await TestContext.create();
  const expected = await flagsOfHelp(test);
  await test.run("completions", "powershell");
  const data = JSON.parse(/@'\n(.*)\n'@/s.exec(test.stdout)![1]!) as Record<
    string,
    { flags: string[] }
  >;
  const { help, ...commands } = data;
  assertEquals(help?.flags, []);
  const flags = Object.entries(commands).map(([name, { flags }]) => [
    name,
    flags.filter((flag) => flag.startsWith("--") && flag !== "--version").sort(),
  ]);
  assertEquals(Object.fromEntries(flags), mapValues(expected, (each) => each.toSorted()));
});

Deno.test("completions man: every command with every flag in its part", async () => {
  await using test = await TestContext.create();
  const expected = await flagsOfHelp(test);
  assertEquals(await test.run("completions", "man"), 0);
  const text = test.stdout.replaceAll("\\-", "-");
  assertStringIncludes(text, `.TH STSMFA 1 "" "stsmfa ${deno.version}"`);
  const parts = text.split('\n.SS "').slice(1);
  const found = parts.map((part) => {
    const titles = [...part.matchAll(/^\.TP\n\\fB(-.*)\\fR$/gm)].map(([, title]) => title!);
    const flags = titles.flatMap((title) => title.match(/--[a-z-]+/g) ?? []);
    return [part.slice(0, part.indexOf('"')), flags.sort()];
  });
  const documented = mapValues(expected, (each) => each.filter((flag) => flag !== "--help").sort());
  assertEquals(Object.fromEntries(found), documented);
});

const groff = needsProgram("groff");
Deno.test({
  name:
    `completions man: groff has no complaint, and examples come out as they are typed${groff.name}`,
  ignore: groff.ignore,
  fn: async () => {
    await using test = await TestContext.create();
    await test.run("completions", "man");
    const { code, stdout, stderr } = await runShell(
      ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", "-rLL=200n"],
      { env: { PATH: Deno.env.get("PATH") ?? "" }, input: test.stdout },
    );
    assertEquals([code, stderr], [0, ""]);
    const plain = (text: string) => text.replaceAll(/\s+/g, " ");
    for (const name of await commandsOfHelp(test)) {
      await test.run(name, "--help");
      const [brief = "", usage = "", examples = "", ...parts] = test.stdout
        .split("\nFlags:\n")[0]!.split("\n\n");
      assertStringIncludes(usage, `Usage: stsmfa ${name}`);
      for (const line of examples.split("\n").slice(1)) {
        assertStringIncludes(stdout, line.trim().split(/ {2,}| \\$/)[0]!);
      }
      for (const part of [brief, ...parts]) assertStringIncludes(plain(stdout), plain(part).trim());
    }
  },
});

function mapValues<VALUE, RESULT>(
  record: Readonly<Record<string, VALUE>>,
  map: (value: VALUE) => RESULT,
): Record<string, RESULT> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

Deno.test("completions profiles: no name that would be taken for a flag, or that a terminal does not show", async () => {
  const names = ["-x", "a\x1b[31mb", "c\u202ed", "e\tf", "~g", "h i"];
  await using home = await openHome({ credentials: names.map((name) => longTerm(name)).join("") });
  await home.run("completions", "profiles");
  assertEquals(home.stdout, "h i\n~g\n");
  await home.run("completions", "profiles", "--json");
  assertEquals(home.json.length, names.length);
});

Deno.test("PowerShell completes names in quotes, those doubled that only look like one, too", async () => {
  await using home = await openHome();
  await home.run("completions", "powershell");
  assertStringIncludes(
    home.stdout,
    `if ($text -match '[^A-Za-z0-9_./:=+-]') { $text = "'" + ($text -replace '[\\u0027\\u2018-\\u201b]', '$0$0') + "'" }`,
  );
});
