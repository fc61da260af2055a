import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { modes, testWith } from "../support/abilities.ts";
import { assertMode } from "../support/file_mode.ts";
import { hookText, openHookHome, writeHook } from "../support/hook_home.ts";

const greeting = hookText(
  `on: "post-refresh", permissions: { read: ["~/in"], net: ["example.com"] }`,
  `return { message: "hello " + event.profile };`,
);

Deno.test("a hook that nobody approved is skipped off a terminal, said, and the status is 7", async () => {
  await using home = await openHookHome({ "hello.js": greeting }, { nobody: true });
  assertEquals(await home.run("--token-code", await home.sts.code()), 7);
  assertEquals(
    home.stdout,
    "default  renewed, expires in 12h, at 17:06\n  hook hello  skipped\n",
  );
  assertEquals(
    home.stderr,
    "stsmfa: error: hook hello has not been approved, and does not run\n" +
      "stsmfa: hint: see what it may do, and approve it: stsmfa hooks allow hello\n",
  );
  assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
  assertEquals(await home.run(), 0, "the session is valid now, and nothing runs");
});

Deno.test("at a terminal an approval is asked before the code, permissions first, and remembered", async () => {
  const atTerminal = { isTerminal: true, env: { NO_COLOR: "1" } };
  await using home = await openHookHome({ "hello.js": greeting }, atTerminal);
  home.answer("yes");
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  assertEquals(home.test.questions[0], "Run hook hello until it changes (yes, no, never)?");
  assertStringIncludes(home.test.questions[1]!, "MFA code");
  const path = `${await home.test.realHome()}/.config/stsmfa/hooks/hello.js`;
  assertEquals(
    home.stderr,
    `hook hello, ${path}, post-refresh\n  may read ${await home.test.realHome()}/in\n` +
      "  may reach example.com\n",
  );
  assertMatch(home.stdout, /\n {2}hook hello {2}done in 0\.0s: hello default\n$/);
  home.types();
  home.test.clock.advance(60);
  assertEquals(await home.run("--force"), 0);
  assertEquals(home.test.questions.filter((each) => each.startsWith("Run")).length, 1);
});

Deno.test("who is asked sees what it is about, also when somebody else reads stderr", async () => {
  await using home = await openHookHome({ "hello.js": greeting });
  home.answer("no");
  home.types();
  assertEquals(await home.run("process"), 0, home.stderr);
  assertMatch(
    home.test.questions[0]!,
    /^hook hello, .*\n {2}may read .*\/in\n {2}may reach example\.com\nRun hook hello until it changes \(yes, no, never\)\?$/,
  );
});

Deno.test("a code that is typed where an approval is asked for approves nothing", async () => {
  await using home = await openHookHome({ "hello.js": greeting });
  home.answer("123456", "", "y", "No ");
  home.types();
  assertEquals(await home.run(), 7);
  assertEquals(home.test.questions.filter((each) => each.includes("Run hook")).length, 4);
});

Deno.test("a change of bytes or of permissions is shown and has to be approved again", async () => {
  await using home = await openHookHome({ "hello.js": greeting });
  assertEquals(await home.run("hooks", "allow", "hello", "--yes"), 0);
  await writeHook(home, "hello.js", greeting + "// a comment\n");
  assertEquals(await home.run("hooks", "list", "hello", "--json"), 0);
  assertEquals(home.json[0].state, "changed");
  await writeHook(home, "hello.js", greeting.replace("~/in", "~/in2"));
  home.answer("no");
  home.types();
  assertEquals(await home.run(), 7);
  assertMatch(
    home.stderr,
    /^hook hello.*\n {2}changed since it was approved:\n {4}new: read \S+\/in2\n {4}gone: read \S+\/in\n {4}the code: [\da-f]{12} is now [\da-f]{12}\n/,
  );
  assertStringIncludes(
    home.stderr,
    "hook hello has changed since it was approved, and does not run",
  );
});

Deno.test("the same text in another place is another hook", async () => {
  await using home = await openHookHome({ "hello.js": greeting });
  await home.run("hooks", "allow", "hello", "--yes");
  const from = home.test.path(".config/stsmfa/hooks/hello.js");
  await Deno.rename(from, home.test.path(".config/stsmfa/hooks/other.js"));
  assertEquals(await home.run("hooks", "list", "other", "--json"), 0);
  assertEquals(home.json[0].state, "new");
});

Deno.test("a variable that a permission is filled in with changes it", async () => {
  const text = hookText(`on: "post-refresh", permissions: { read: ["{env:WHERE|~/in}"] }`);
  await using home = await openHookHome({ "hello.js": text });
  await home.run("hooks", "allow", "hello", "--yes");
  home.test.env["WHERE"] = "/etc";
  const place = await home.test.files.resolveLinks("/etc");
  await home.run("hooks", "list", "hello", "--json");
  assertEquals([home.json[0].state, home.json[0].permissions.read], ["changed", [place]]);
});

Deno.test("a denial sticks, whatever becomes of the file, until it is allowed", async () => {
  await using home = await openHookHome({ "hello.js": greeting });
  home.answer("never");
  home.types(2);
  assertEquals(await home.run(), 7);
  assertStringIncludes(home.stderr, "hook hello has not been approved");
  await writeHook(home, "hello.js", greeting + "// other bytes\n");
  home.test.clock.advance(60);
  assertEquals(await home.run("--force"), 7);
  assertStringIncludes(home.stderr, "hook hello is denied, and does not run");
  assertEquals(await home.run("hooks", "allow", "hello", "--yes"), 0);
  assertEquals(await home.run("hooks", "list", "hello", "--json"), 0);
  assertEquals(home.json[0].state, "allowed");
});

Deno.test("a hook that comes with stsmfa can be denied", async () => {
  await using home = await openHookHome({});
  assertEquals(await home.run("hooks", "deny", "dotenv"), 0);
  assertEquals(home.stdout, "dotenv  denied; it will not run, even if it changes\n");
  await home.run("hooks", "list", "dotenv", "--json");
  assertEquals(home.json[0].state, "denied");
});

Deno.test("approvals are files of their own, for their owner alone, and damaged ones count as none", async () => {
  await using home = await openHookHome({ "hello.js": greeting });
  await home.run("hooks", "allow", "hello", "--yes");
  const folder = home.test.path(".local/state/stsmfa/hooks");
  const [entry, ...others] = [...Deno.readDirSync(folder)];
  assertEquals(others, []);
  const path = `${folder}/${entry!.name}`;
  assertMode(0o600, path);
  assertMode(0o700, folder);
  const text = await Deno.readTextFile(path);
  for (
    const damaged of [
      "",
      "{",
      "[]",
      "null",
      text.replace(/"hash": "./, '"hash": "Z'),
      text.slice(0, -20),
    ]
  ) {
    await Deno.writeTextFile(path, damaged);
    await home.run("hooks", "list", "hello", "--json");
    assertEquals(home.json[0].state, "new", damaged);
  }
});

for (
  const [what, spoil] of Object.entries({
    "a file": (path: string) => Deno.chmod(path, 0o666),
    "a folder": (path: string) => Deno.chmod(path.replace(/\/[^/]*$/, ""), 0o777),
  })
) {
  testWith(modes, `${what} that others can write is no hook, whatever was approved`, async () => {
    await using home = await openHookHome({ "hello.js": greeting });
    await home.run("hooks", "allow", "hello", "--yes");
    await spoil(home.test.path(".config/stsmfa/hooks/hello.js"));
    home.types();
    assertEquals(await home.run(), 7);
    assertMatch(home.stderr, /hook hello: others can write \S+\n.*chmod go-w/);
    assertEquals(home.test.questions.length, 1, "the code alone is asked");
    assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
  });
}

Deno.test("hooks allow asks at a terminal, and off it names the flag that would have helped", async () => {
  await using home = await openHookHome({ "hello.js": greeting });
  assertEquals(await home.run("hooks", "allow", "hello", "--non-interactive"), 2);
  assertStringIncludes(home.stderr, "may reach example.com");
  assertStringIncludes(home.stderr, "hint: if you want just that: stsmfa hooks allow hello --yes");
  home.answer("yes");
  assertEquals(await home.run("hooks", "allow", "hello"), 0);
  assertEquals(home.stdout, "hello  is allowed\n");
  assertEquals(await home.run("hooks", "allow", "hello"), 0);
  assertEquals(home.stdout, "hello  was already allowed\n");
});

Deno.test("what a hook throws when it is loaded is cut to what a person reads", async () => {
  await using home = await openHookHome({ "long.js": `throw new Error("x".repeat(20_000));\n` });
  assertEquals(await home.run("hooks", "allow", "long", "--yes"), 3);
  assertMatch(home.stderr, /failed: Error: x+\.\.\. \(long\.js:1:7\) when it is loaded\n/);
  assert(home.stderr.length < 1000, `${home.stderr.length} characters`);
});

for (
  const declared of [
    `permissions: { ["x".repeat(20_000)]: [] }, on: "post-refresh"`,
    `on: "x".repeat(4000)`,
  ]
) {
  Deno.test(`what a hook declares wrongly is cut to what a person reads: ${declared}`, async () => {
    await using home = await openHookHome({ "long.js": hookText(declared) });
    assertEquals(await home.run("hooks", "allow", "long", "--yes"), 3);
    assertMatch(home.stderr, /x+\.\.\.\n/);
    assert(home.stderr.length < 1000, `${home.stderr.length} characters`);
  });
}

testWith(modes, "an approval that another user could have written counts as none", async () => {
  await using home = await openHookHome({ "hello.js": greeting });
  assertEquals(await home.run("hooks", "allow", "hello", "--yes"), 0);
  const directory = home.test.path(".local/state/stsmfa/hooks");
  for await (const { name } of Deno.readDir(directory)) {
    await Deno.chmod(`${directory}/${name}`, 0o666);
  }
  assertEquals(await home.run("hooks", "list", "hello", "--json"), 0);
  assertEquals(home.json[0].state, "new");
});
