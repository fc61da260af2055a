import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { links, makeLink, testWith } from "../support/abilities.ts";
import { hookText, openHookHome } from "../support/hook_home.ts";

const post = `on: "post-refresh"`;
const [homeName, program] = Deno.build.os === "windows" ? ["USERPROFILE", "cmd"] : ["HOME", "ls"];

/** Runs the body of a hook's `run`, which begins in line 3, and returns what is said of it. */
async function saidOf(body: string, declared = post, language = "js"): Promise<string> {
  const text = `export default { ${declared},\n  async run(event) {\n${body}\n  } };\n`;
  await using home = await openHookHome({ [`notify.${language}`]: text });
  assertEquals(await home.run("hooks", "allow", "notify", "--yes"), 0, home.stderr);
  assertEquals(await home.run("hooks", "run", "notify"), 7);
  return home.stderr.replaceAll(await home.test.realHome(), "HOME");
}

for (
  const [body, said] of [
    [`\nthrow new Error("x");`, "failed: Error: x (notify.js:4:7)\n"],
    [`\n  throw new TypeError("x\\ny");`, "failed: TypeError: x y (notify.js:4:9)\n"],
    ["const f = () => {\n null.x; };\nf();", "(notify.js:4:7)\n"],
    [`await Promise.resolve();\n\nnothing();`, "nothing is not defined (notify.js:5:1)\n"],
    [
      `const inner = new Error("inner");\nthrow new Error("outer", { cause: inner });`,
      "failed: Error: outer (notify.js:4:7), caused by Error: inner (notify.js:3:15)\n",
    ],
    [
      `throw new Error("outer", { cause: { code: "E" } });`,
      `failed: Error: outer (notify.js:3:7), caused by {"code":"E"}\n`,
    ],
    [
      `throw new Error("a", { cause: new Error("b", { cause: "c" }) });`,
      "Error: a (notify.js:3:7), caused by Error: b (notify.js:3:31), caused by c\n",
    ],
    [
      `await Promise.any([Promise.reject(new Error("one")), Promise.reject(2)]);`,
      "AggregateError: All promises were rejected, caused by Error: one (notify.js:3:35), caused by 2\n",
    ],
    [`const e = new Error("round"); e.cause = e; throw e;`, "Error: round (notify.js:3:11)"],
    [`throw { code: "E" };`, `failed: {"code":"E"}\n`],
    [`throw [1, "a"];`, `failed: [1,"a"]\n`],
    [`throw "text";`, "failed: text\n"],
    ["throw undefined;", "failed: undefined\n"],
    ["throw null;", "failed: null\n"],
    ["throw 7n;", "failed: 7\n"],
    [`throw Symbol("s");`, "failed: Symbol(s)\n"],
    ["const o = {}; o.o = o; throw o;", "failed: [object Object]\n"],
    [`throw new DOMException("gone", "AbortError");`, "failed: AbortError: gone (notify.js:3:7)\n"],
    [
      `const e = new Error("x"); e.stack = "    at (data:text/javascript,:1:1)"; throw e;`,
      "failed: Error: x\n",
    ],
    [
      `setTimeout(() => { throw new Error("late"); });\nawait new Promise(() => {});`,
      "failed: Error: late (notify.js:3:26)\n",
    ],
    [
      `Promise.reject(new Error("lost"));\nawait new Promise((done) => setTimeout(done, 1000));`,
      "failed: Error: lost (notify.js:3:16)\n",
    ],
  ] as const
) {
  Deno.test(`what a hook throws is told with its line and cause: ${JSON.stringify(body)}`, async () => {
    assertStringIncludes(await saidOf(body), said);
  });
}

Deno.test("the lines of TypeScript are those of its file", async () => {
  const body = `    const x: Record<string, number> = {};\n    throw new Error(String(x as any));`;
  assertStringIncludes(await saidOf(body, post, "ts"), "(notify.ts:4:11)\n");
});

Deno.test("the code of a hook that fails before it gives it is not shown", async () => {
  const declared = `on: "pre-refresh", provides: ["token-code"]`;
  const said = await saidOf(
    `console.log("got 314159"); throw new Error("no 271828", { cause: "2718281828 314159" });`,
    declared,
  );
  assertStringIncludes(said, "failed: Error: no [secret] (");
  assertStringIncludes(said, "caused by 2718281828 [secret]\n");
  assertStringIncludes(await saidOf(`throw new Error("no 271828");`), "no 271828");
});

Deno.test("a long message leaves room for the line and the cause", async () => {
  const said = await saidOf(`throw new Error("x".repeat(9999), { cause: "the cause" });`);
  assertMatch(said, /x\.\.\. \(notify\.js:3:7\), caused by the cause\n/);
});

Deno.test("what a hook prints names its file, and no line of ours", async () => {
  const said = `console.log(new Error("seen").stack);\nthrow 1;`;
  const text = hookText(post, said);
  await using home = await openHookHome({ "notify.js": text });
  await home.run("hooks", "allow", "notify", "--yes");
  assertEquals(await home.run("hooks", "run", "notify"), 7);
  assertMatch(home.stdout, /Error: seen\n +at Object\.run \(notify\.js:1:\d+\)\n$/);
});

for (
  const [body, denied, hint] of [
    [
      `await Deno.readTextFile("/etc/passwd");`,
      "it may not read /etc/passwd (notify.js:3:",
      `declare it in the hook, permissions: { read: ["/etc/passwd"] }`,
    ],
    [
      `await Deno.readTextFile(Deno.env.get("${homeName}") + "/x");`,
      "it may not read HOME/x (",
      `permissions: { read: ["~/x"] }`,
    ],
    [
      `await Deno.writeTextFile("/x/y", "");`,
      "it may not write /x/y (",
      `permissions: { write: ["/x/y"] }`,
    ],
    [`await fetch("https://example.com/");`, "reach example.com:443 (", `net: ["example.com:443"]`],
    [`await Deno.connect({ port: 9 });`, "it may not reach ", `permissions: { net: ["`],
    [
      `await new Deno.Command("${program}").output();`,
      `it may not run ${program} (`,
      `run: ["${program}"]`,
    ],
    [`Deno.env.get("AWS_KEY");`, "it may not see variable AWS_KEY (", `env: ["AWS_KEY"]`],
    [`Deno.env.toObject();`, "it may not see every variable (", `env: ["..."]`],
    [`await Deno.readTextFile("x");`, "it may not read x (", "name the file with its full path"],
    [
      `try { Deno.env.get("X"); } catch (cause) { throw new Error("no X", { cause }); }`,
      "Error: no X (notify.js:3:50), caused by NotCapable: it may not see variable X (",
      `env: ["X"]`,
    ],
  ] as const
) {
  Deno.test(`what a hook may not do names the permission to declare: ${body}`, async () => {
    const said = await saidOf(body, `${post}, permissions: { env: ["${homeName}"] }`);
    assertStringIncludes(said, denied);
    assertStringIncludes(said, hint);
    assert(!/--allow|deno compile/.test(said), said);
    if (hint.includes("[")) assertStringIncludes(said, "stsmfa hooks allow notify\n");
  });
}

testWith(links, "a permission that is granted for what a link leads to says so", async () => {
  const text = hookText(
    `${post}, permissions: { read: ["~/link"], env: ["${homeName}"] }`,
    `await Deno.readTextFile(Deno.env.get("${homeName}") + "/link");`,
  );
  await using home = await openHookHome({ "notify.js": text });
  await home.test.write("real", "x");
  await makeLink("real", home.test.path("link"));
  await home.run("hooks", "allow", "notify", "--yes");
  assertEquals(await home.run("hooks", "run", "notify"), 7);
  assertStringIncludes(home.stderr, "take the path from event.permissions");
});

for (
  const [text, place] of [
    ["export default {", "notify.js:1:17 cannot be read as JavaScript: Unexpected token\n"],
    ["\n\nconst x = [1);\nexport default {};", "notify.js:3:13 cannot be read as JavaScript: "],
    [`const x = 1;\nimport "x";`, "notify.js:2:1 imports something"],
    [`export default {};\n  export const x = 1;`, "notify.js:2:3 exports something"],
    [`export default {};\nimport.meta;`, "notify.js:2:1 uses import.meta"],
    [`const x = {}\nexport { x as default }\n`, "notify.js:2:1 exports the hook in a way that"],
    ["export /* it */ default {};", "write export default NAME; or export { NAME as default };\n"],
    [`\nthrow new Error("early");`, "failed: Error: early (notify.js:2:7) when it is loaded\n"],
    [`\nDeno.readTextFileSync("/etc/passwd");`, "(notify.js:2:6) when it is loaded\n"],
    [`\nDeno.env.get("X");`, "hint: a hook may do nothing while it is loaded: do it in run()\n"],
  ] as const
) {
  Deno.test(`what is wrong when a hook is loaded has its line: ${JSON.stringify(text)}`, async () => {
    await using home = await openHookHome({ "notify.js": text });
    assertEquals(await home.run("hooks", "allow", "notify", "--yes"), 3);
    assertStringIncludes(home.stderr, place);
  });
}

for (
  const [text, place] of [
    [
      "\nenum A { B }\nexport default {};",
      "notify.ts:2:1 cannot be read as TypeScript: TypeScript enum",
    ],
    ["\n\nconst x: string[ = 1;", "notify.ts:3:18 cannot be read as TypeScript: "],
    [`const x: number = 1;\nimport "x";`, "notify.ts:2:1 imports something"],
    [`import { type Hook } from "x";`, "hint: write type before the braces: import type { Hook } "],
    [`let x: number\nthrow new Error("early");`, "(notify.ts:2:7) when it is loaded\n"],
  ] as const
) {
  Deno.test(`so it has in TypeScript: ${JSON.stringify(text)}`, async () => {
    await using home = await openHookHome({ "notify.ts": text });
    assertEquals(await home.run("hooks", "allow", "notify", "--yes"), 3);
    assertStringIncludes(home.stderr, place);
  });
}

Deno.test("what a hook prints is shown by hooks run, and by a refresh with --verbose", async () => {
  const text = hookText(post, `console.log("look", [1]);\nreturn { message: "done" };`);
  await using home = await openHookHome({ "notify.js": text });
  await home.run("hooks", "allow", "notify", "--yes");
  assertEquals(await home.run("hooks", "run", "notify"), 0);
  assertMatch(home.stdout, /^ {2}hook notify {2}done in 0\.0s: done\n {4}look \[ 1 \]\n$/);
  for (const verbose of [true, false]) {
    home.types();
    assertEquals(await home.run("--force", ...verbose ? ["--verbose"] : []), 0, home.stderr);
    assertEquals(home.stdout.includes("\n    look [ 1 ]\n"), verbose);
    home.test.clock.advance(60);
  }
});

Deno.test("a hook can be tried where there is no profile, with one that is made up", async () => {
  const text = hookText(
    `${post}, needs: ["credentials"], permissions: { read: ["~/{account}/{region}"] }`,
    `return { message: JSON.stringify([event.profile, event.accountId, event.roleArn,
       event.region, event.credentials.accessKeyId, event.expiration]) };`,
  );
  for (
    const config of ["", "[profile work]\nregion = eu-west-1\n", "[default]\nstsmfa =\n  x = y\n"]
  ) {
    await using home = await openHookHome({ "notify.js": text }, { credentials: null });
    await home.test.write(".aws/config", config);
    home.test.env["STSMFA_ROLE_ARN"] = "arn:aws:iam::222222222222:role/Other";
    await home.run("hooks", "allow", "notify", "--yes");
    assertEquals(await home.run("hooks", "run", "notify", "--json"), 0, home.stderr);
    assertEquals(JSON.parse(home.json.message), [
      "example",
      "111122223333",
      "arn:aws:iam::111122223333:role/Example",
      "us-east-1",
      "ASIATHROWAWAYTHROWAW",
      "2026-03-04T06:06:07Z",
    ]);
    assertEquals(await home.run("hooks", "run", "notify"), 0);
    assertStringIncludes(
      home.stdout,
      "with a made-up profile; to use one of yours: --profile NAME\n",
    );
    assertEquals(await home.run("hooks", "run", "notify", "-p", "nosuch"), 3);
    home.test.env["AWS_PROFILE"] = "nosuch";
    assertEquals(await home.run("hooks", "run", "notify"), 3);
  }
});
