import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pack, printed } from "../../.github/release/pack.ts";
import { testOrSkip } from "../support/abilities.ts";
import { compiledProgram, needsCompiled } from "../support/compiled.ts";
import { type Home, openHome } from "../support/homes.ts";
import { hookText, openHookHome } from "../support/hook_home.ts";
import type { Ended } from "../support/spawned_cli.ts";
import { ALICE_DEVICE } from "../support/sts_people.ts";
import { systemVariables } from "../support/system_variables.ts";

/** A process has the clock of the machine. */
const today = () => ({ now: new Date() });

/** Runs the program with a home and a path, and nothing else in its environment. */
async function run(home: Home, args: readonly string[], cwd = "/"): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(compiledProgram(), {
    args: [...args],
    cwd,
    clearEnv: true,
    env: {
      ...systemVariables(),
      TMPDIR: home.test.path("tmp"),
      TEMP: home.test.path("tmp"),
      TMP: home.test.path("tmp"),
      ...home.test.env,
    },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

function test(name: string, fn: () => Promise<void>): void {
  testOrSkip({ name: `${name}${needsCompiled.name}`, ignore: needsCompiled.ignore, fn });
}

async function withCode(home: Home): Promise<string[]> {
  return ["--token-code", await home.sts.code(), "--mfa-serial", ALICE_DEVICE];
}

test("the folder that the compiled program is started in is nothing to it", async () => {
  await using home = await openHome(today());
  for (
    const name of ["deno.json", "deno.lock", "package.json", "tsconfig.json", ".npmrc", ".env"]
  ) {
    await home.test.write(`work/${name}`, "{ this is none of it");
  }
  await home.test.write("work/node_modules/yaml/index.js", "throw 1;");
  await home.test.write("tmp/empty", "");
  const { code, stdout, stderr } = await run(home, await withCode(home), home.test.path("work"));
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "renewed");
  const again = await run(home, [], home.test.path("work"));
  assertEquals([again.code, again.stderr], [0, ""]);
  assertStringIncludes(again.stdout, "valid");
  assertEquals([...Deno.readDirSync(home.test.path("tmp"))].map(({ name }) => name), ["empty"]);
  assertEquals(home.sts.count("GetSessionToken"), 1);
});

test("the compiled program says what a refused code means, and changes nothing", async () => {
  await using home = await openHome(today());
  const before = await home.test.read(".aws/credentials");
  const args = ["--non-interactive", "--token-code", "000000", "--mfa-serial", ALICE_DEVICE];
  const { code, stdout, stderr } = await run(home, args);
  assertEquals([code, stdout], [4, ""]);
  assertStringIncludes(stderr, "hint: ");
  assertEquals(await home.test.read(".aws/credentials"), before);
});

test("the compiled program tells its version, its runtime and the target", async () => {
  await using home = await openHome(today());
  const { stdout } = await run(home, ["--version"]);
  assertMatch(stdout, /^stsmfa \d+\.\d+\.\d+\ndeno \d+\.\d+\.\d+, \w+-[\w-]+\n$/);
});

test("the archive of a release holds completions and the manual page", async () => {
  await using home = await openHome(today());
  await pack([compiledProgram()], home.test.path("archive"));
  for (const name of Object.keys(printed)) {
    assertStringIncludes(await home.test.read(`archive/${name}`), "whoami");
  }
});

const homeName = Deno.build.os === "windows" ? "USERPROFILE" : "HOME";
const note = hookText(
  `on: "post-refresh", permissions: { write: ["~/note"], env: ["${homeName}"] }`,
  'await Deno.writeTextFile(`${Deno.env.get("' + homeName + '")}/note`, event.profile);',
);

test("the compiled program runs a hook of the user's in JavaScript, once it is approved", async () => {
  await using home = await openHookHome({ "note.js": note }, today());
  const first = await run(home, await withCode(home));
  assertEquals(first.code, 7);
  assertStringIncludes(first.stderr, "hooks allow note");
  const allowed = await run(home, ["hooks", "allow", "note", "--yes"]);
  assertEquals(allowed.code, 0, allowed.stderr);
  const { code, stdout, stderr } = await run(home, ["hooks", "run", "note"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(
    home.test.plain(stdout),
    "/note  would be new\n    @@ -0,0 +1 @@\n    +default\n",
  );
});

test("a hook in TypeScript runs too", async () => {
  const typed = note.replace("async run(event)", "async run(event: { profile: string })");
  await using home = await openHookHome({ "note.ts": typed }, today());
  const { code, stderr } = await run(home, ["hooks", "allow", "note", "--yes"]);
  assertEquals(code, 0, stderr);
});

test("the compiled program begins a hook that it can run", async () => {
  await using home = await openHookHome({}, today());
  for (const words of [["new", "notify"], ["allow", "notify", "--yes"], ["run", "notify"]]) {
    const { code, stderr } = await run(home, ["hooks", ...words]);
    assertEquals(code, 0, stderr);
  }
});
