import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { builtinModules as ofThisDeno } from "node:module";
import { pathToFileURL } from "node:url";
import { moduleOf, plainNames } from "../../.github/release/builtin_modules.ts";
import type { HookJob } from "../../lib/context.ts";
import { builtinModules } from "../../lib/system/builtin_modules.ts";
import { closedCommand, runHook } from "../../lib/system/hook.ts";
import { ownImportMap } from "../../lib/system/import_map.ts";
import { fullStacks, links, makeLink, testWith } from "../support/abilities.ts";
import { openHookHome } from "../support/hook_home.ts";
import { hookUnder } from "../support/hook_under.ts";
import { HostileHome } from "../support/hostile_run.ts";
import { loadsNothing, probeOf } from "../support/load_probe.ts";
import { OpenShapeWorld } from "../support/shape_world.ts";

const isWindows = Deno.build.os === "windows";
const shell = isWindows ? `${Deno.env.get("SystemRoot")}\\System32\\cmd.exe` : "/bin/sh";

/** A hook's text that has the system's shell run one of two scripts, and gives what it prints. */
function shellSays(ofPosix: string, ofWindows: string): string {
  const args = isWindows ? ["/d", "/c", ofWindows] : ["-c", ofPosix];
  return `const { stdout } = new Deno.Command(${JSON.stringify(shell)}, {
    args: ${JSON.stringify(args)},
  }).outputSync();
  return { message: new TextDecoder().decode(stdout) };`;
}

const nothing: HookJob["scope"] = { read: [], write: [], net: [], run: [], env: [] };

async function run(
  body: string,
  { before = "", variables, ...changes }: Partial<Omit<HookJob, "signal">> & {
    readonly before?: string;
    /** Set in the process that starts the hook, which is then one of its own. */
    readonly variables?: Readonly<Record<string, string>>;
  } = {},
) {
  const code = `${before}\nexport default { on: "post-refresh", async run(event) { ${body} } };\n`;
  const job = { hook: { code }, task: "run", event: {}, scope: nothing, ...changes } as const;
  if (variables !== undefined) return await hookUnder(variables, job);
  return (await runHook({ ...job, signal: AbortSignal.timeout(20_000) })).end;
}

async function message(...args: Parameters<typeof run>): Promise<string> {
  const end = await run(...args);
  if (end.kind !== "done") throw new Error(JSON.stringify(end));
  return (end.value as { message: string }).message;
}

async function output([program, ...args]: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).output();
  const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (said === "") throw new Error(complained);
  return said!;
}

Deno.test("every module that this runtime has built in is on the list, which is as it is written", async () => {
  assertEquals(plainNames(ofThisDeno).filter((name) => !builtinModules.includes(name)), []);
  const text = await Deno.readTextFile(
    new URL("../../lib/system/builtin_modules.ts", import.meta.url),
  );
  assertEquals(moduleOf(builtinModules), text.replaceAll("\r\n", "\n"));
});

Deno.test("behind the engine's word, from source, nothing but data: loads", async () => {
  await using world = await OpenShapeWorld.create();
  const empty = `${world.directory}/marks`;
  const names = [...new Set([...builtinModules, ...plainNames(ofThisDeno)])];
  const said = await output(closedCommand(probeOf(world, names), world.scope), empty);
  loadsNothing(said);
  assertEquals([...world.traces], []);
});

Deno.test("behind the engine's word, by the map that is compiled in, nothing but data: and the entry loads", async () => {
  await using world = await OpenShapeWorld.create();
  const program = `${world.directory}/program`;
  await Deno.mkdir(program);
  const files = {
    "deno.json": JSON.stringify(ownImportMap(["cli.js", "worker.js"])),
    "chunk.js": `export { sep } from "node:path";`,
    "cli.js": `import { sep } from "./chunk.js";
      import { readFileSync } from "node:fs";
      const { join } = await import("node:path");
      const worker = new Worker(new URL("./worker.js", import.meta.url).href, { type: "module" });
      worker.onmessage = ({ data }) => {
        console.log([typeof sep, typeof readFileSync, typeof join, data].join(" "));
        Deno.exit(0);
      };`,
    "worker.js": `import { sep } from "./chunk.js";
      console.log = (text) => postMessage(typeof sep + " " + text);
      const probe = ${JSON.stringify(probeOf(world, builtinModules, `file://${program}/chunk.js`))};
      await import("data:text/javascript;base64," + btoa(probe));`,
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${program}/${name}`, text);
  }
  const args = ["run", "-A", "--quiet", "--no-lock", "--cached-only", "--no-npm", "cli.js"];
  const said = await output([Deno.execPath(), ...args], program);
  assertMatch(said, /^string function function string /);
  loadsNothing(said.slice(said.indexOf("{")));
  assertEquals([...world.traces], []);
});

Deno.test("nothing that was taken away can be reached in the realm", async () => {
  const walk = new URL("../support/realm_walk.ts", import.meta.url).href;
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-lock", "--no-check", walk],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  const { found, objects, deno, globals } = JSON.parse(new TextDecoder().decode(stderr));
  assertEquals(found, []);
  assert(objects > 1500, `${objects} objects were looked at`);
  assertEquals(
    ["readTextFile", "Command", "connect"].filter((each) => !deno.includes(each)),
    [],
  );
  assertEquals(["fetch", "crypto", "URL"].filter((each) => !globals.includes(each)), []);
});

Deno.test("a hook's process has no variables that steer a runtime but those that it needs to trust servers", async () => {
  const given = {
    DENO_AUTH_TOKENS: "secret@x",
    DENO_V8_FLAGS: "--expose-gc",
    DENO_CERT: "/cert.pem",
    DENO_TLS_CA_STORE: "system",
    NODE_OPTIONS: "--require=/x.js",
    NODE_EXTRA_CA_CERTS: "/extra.pem",
    STSMFA_TEST_SEEN: "seen",
  };
  const said = await message(
    shellSays("env", "set"),
    {
      scope: { ...nothing, run: [shell], env: Object.keys(given) },
      env: given,
      variables: given,
    },
  );
  const seen = said.split(/\r?\n/).map((line) => line.replace(/=.*/, ""));
  // Whoever runs the tests may have told where modules are kept.
  const others = seen.filter((name) => /^(DENO|NODE)_|^STSMFA_/.test(name) && name !== "DENO_DIR");
  assertEquals(others.sort(), [
    "DENO_CERT",
    // Ours, from source: it would ask a server whether there is a newer Deno.
    "DENO_NO_UPDATE_CHECK",
    "DENO_TLS_CA_STORE",
    "NODE_EXTRA_CA_CERTS",
    "STSMFA_TEST_SEEN",
  ]);
});

Deno.test("a hook that may see variables changes none: one names the proxy of its requests", async () => {
  const reached: string[] = [];
  const proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    reached.push(url);
    return new Response("from a host that was not granted");
  });
  const names = ["http_proxy", "ALL_PROXY", "SEEN"];
  try {
    const said = await message(
      `const seen = [Deno.env.get("SEEN"), Deno.env.has("SEEN"), Object.isFrozen(Deno.env)];
       const at = "http://127.0.0.1:${proxy.addr.port}";
       const holders = [Deno.env, Object.getPrototypeOf(Deno.env)];
       for (const each of ["http_proxy", "ALL_PROXY"]) {
         for (const holder of holders) try { holder.set(each, at) } catch { /* it cannot */ }
       }
       const told = await fetch("http://granted.invalid/").then((it) => it.text(), () => "nothing");
       return { message: JSON.stringify([...seen, told]) };`,
      { scope: { ...nothing, net: ["granted.invalid"], env: names }, env: { SEEN: "seen" } },
    );
    assertEquals([JSON.parse(said), reached], [["seen", true, true, "nothing"], []]);
  } finally {
    await proxy.shutdown();
  }
});

Deno.test("a hook that may reach a host connects, listens and serves there", async () => {
  const said = await message(
    `const hostname = "127.0.0.1";
     using listener = Deno.listen({ hostname, port: 0 });
     const asked = Deno.connect({ hostname, port: listener.addr.port });
     using accepted = await listener.accept();
     using connection = await asked;
     await connection.write(new Uint8Array([7]));
     const bytes = new Uint8Array(1);
     await accepted.read(bytes);
     const answers = [];
     const given = { hostname, port: 0, onListen() {} };
     for (const start of [
       () => Deno.serve(given, () => new Response("of two")),
       () => Deno.serve({ ...given, handler: () => new Response("of one") }),
     ]) {
       const server = start();
       answers.push(await (await fetch("http://127.0.0.1:" + server.addr.port)).text());
       await server.shutdown();
     }
     return { message: [bytes[0], ...answers].join(", ") };`,
    { scope: { ...nothing, net: ["127.0.0.1"] } },
  );
  assertEquals(said, "7, of two, of one");
});

Deno.test("what is printed behind an answer spoils it not", async () => {
  const said = await message(`
    addEventListener("unload", () => Deno.stdout.writeSync(new TextEncoder().encode("late\\n")));
    return { message: "in time" };`);
  assertEquals(said, "in time");
});

testWith(
  links,
  "a hook moves its files, and no link or folder, which would lead out of its scope",
  async () => {
    await using home = await HostileHome.create();
    const inside = `${home.home}/scope`;
    await Deno.mkdir(`${inside}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${inside}/file`, "x");
    await Deno.writeTextFile(`${inside}/secret.json`, "told");
    await makeLink("../secret.json", `${inside}/a/link`);
    const said = await message(
      home.filled(`
      const at = (name) => "SCOPE/" + name;
      const patched = { *[Symbol.iterator]() { yield at("a/link"); yield at("link"); } };
      const outcomes = [];
      for (const [from, to] of [["a/link", "link"], ["a", "b"], ["a/b", "b"]]) {
        for (const move of ["renameSync", "linkSync", "rename", "link"]) {
          const url = new URL("file:///" + at(from).replace(/^\\/+/, ""));
          for (const given of [at(from), url, { pathname: patched }]) {
            try { await Deno[move](given, at(to)); outcomes.push(move + " " + from); } catch { /* so it is */ }
          }
        }
      }
      // What the look finds is not what is moved then.
      let n = 0;
      const twice = { toString: () => at(n++ % 2 === 0 ? "file" : "a/link") };
      for (const given of [twice, { get pathname() { return twice; } }]) {
        try { Deno.renameSync(given, at("link")); } catch { /* so it is */ }
        try { Deno.renameSync(at("link"), at("file")); } catch { /* it was not moved */ }
      }
      Deno.renameSync(at("file"), at("one"));
      await Deno.rename(at("one"), new URL("file:///" + at("a/two").replace(/^\\/+/, "")));
      await Deno.link(at("a/two"), at("three"));
      const read = [at("a/two"), at("three"), at("a/link")].map((each) => Deno.readTextFileSync(each));
      return { message: [...outcomes, ...read].join(", ") };`),
      { scope: home.scope },
    );
    assertEquals(said, "x, x, told");
  },
);

Deno.test("a hook that asks for a variable that steers the runtime is refused", async () => {
  for (const name of ["DENO_AUTH_TOKENS", "NODE_OPTIONS", "node_options", "DENO_{profile}"]) {
    const text =
      `export default { on: "post-refresh", permissions: { env: ["${name}"] }, run() {} };`;
    await using home = await openHookHome({ "asks.js": text });
    assertEquals(await home.run("hooks", "allow", "asks", "--yes"), 3, name);
    assertStringIncludes(home.stderr, `permission env ${name}: name single variables`);
  }
  const text =
    `export default { on: "post-refresh", permissions: { env: ["DENO_CERT"] }, run() {} };`;
  await using home = await openHookHome({ "asks.js": text });
  assertEquals(await home.run("hooks", "allow", "asks", "--yes"), 0, home.stderr);
});

Deno.test("a hook works in an empty folder of its own, which is gone afterwards", async () => {
  await using home = await HostileHome.create();
  const open = `${home.home}/open`;
  await Deno.mkdir(open);
  if (!isWindows) await Deno.chmod(open, 0o777);
  for (const temporary of [`${home.home}/scope`, "/nowhere", ...(isWindows ? [] : [open])]) {
    const said = await message(shellSays("pwd; ls -la", "cd & dir /a"), {
      scope: { ...nothing, run: [shell] },
      variables: { [isWindows ? "TMP" : "TMPDIR"]: temporary },
    });
    const [folder, ...lines] = said.trim().split(/\r?\n/);
    assertMatch(folder!, /[\\/]stsmfa-hook-\w+$/);
    assert(!folder!.startsWith(open), "others could put something there");
    const [own, ...others] = lines.filter((line) => /^[d\d].*[:-]\d\d /.test(line));
    assertMatch(own!, isWindows ? / \.$/ : /^dr-x------.* \.$/);
    assertEquals(others.map((line) => line.replace(/^.* /, "")), [".."]);
    assertEquals(await Deno.stat(folder!).catch(() => "gone"), "gone");
  }
});

const fileLimits = { isHere: !isWindows, reason: "nothing limits a file's size on Windows" };
testWith(
  fileLimits,
  "a hook's process can write no endless file and calculate for no endless time",
  async () => {
    await using home = await HostileHome.create();
    const limits = shellSays("ulimit -f; ulimit -t; ulimit -c", "");
    const said = await message(limits, { scope: { ...nothing, run: [shell] } });
    assertMatch(said, /^\d{6}\n60\n0\n$/);
    const end = await run(
      home.filled(`Deno.openSync("SCOPE/big", { write: true, create: true }).truncateSync(1e10);`),
      { scope: home.scope },
    );
    assert(end.kind === "died" || end.kind === "threw", JSON.stringify(end));
    assert((await Deno.stat(`${home.home}/scope/big`)).size < 1e9);
  },
);

const maps = {
  "a file": (path: string) => path,
  "a source that it names": (path: string) =>
    `data:application/json;base64,${
      btoa(JSON.stringify({ version: 3, sources: [path], names: [], mappings: "AAAA;AACA;AACA" }))
    }`,
};
for (const [what, of] of Object.entries(maps)) {
  for (const mark of ["//#", "//@"]) {
    Deno.test(`no source map (${mark}, ${what}) is read for a hook`, async () => {
      await using home = await HostileHome.create();
      const map = `${home.home}/map`;
      if (isWindows) {
        const read = {
          version: 3,
          sources: ["it-was-read"],
          names: [],
          mappings: "AAAA;AACA;AACA",
        };
        await Deno.writeTextFile(map, JSON.stringify(read));
      } else {
        // Who opens it waits until its time is over.
        await new Deno.Command("mkfifo", { args: [map] }).output();
      }
      const fail = `function fail() { throw new Error("on purpose"); }`;
      const end = `\n${mark} sourceMappingURL=${of(pathToFileURL(map).href)}\n`;
      const caught = `try { fail(); } catch (error) {
        console.error(error);
        return { message: error.stack };
      }`;
      const code = home.hook(caught, fail) + end;
      const stack = await message("", { hook: { code } });
      assertMatch(stack, /^Error: on purpose/);
      assert(!stack.includes("it-was-read"), stack);
      const uncaught = home.hook(`setTimeout(fail); await new Promise(() => {});`, fail) + end;
      assertEquals((await run("", { hook: { code: uncaught } })).kind, "threw");
      // The runtime itself shows what our answer cannot.
      const unanswered = `JSON.stringify = null;\n${uncaught}`;
      assertEquals((await run("", { hook: { code: unanswered } })).kind, "died");
    });
  }
}

Deno.test("a hook gives its own realm no orders", async () => {
  const order =
    `{ hook: { code: "globalThis.ran = 1; export default {};" }, task: "run", event: {} }`;
  const said = await message(`
    globalThis.dispatchEvent(new MessageEvent("message", { data: ${order} }));
    try { globalThis.onmessage?.({ data: ${order} }); } catch { /* none listens */ }
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { message: String(globalThis.ran) };`);
  assertEquals(said, "undefined");
});

Deno.test("a timer runs no text", async () => {
  for (const name of ["setTimeout", "setInterval"]) {
    const end = await run(`
      ${name}("globalThis.ran = 1", 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { message: String(globalThis.ran) };`);
    const isNone = end.kind !== "done" || Object(end.value).message === "undefined";
    assert(isNone, JSON.stringify(end));
  }
});

Deno.test("a hook's top level runs for hooks allow with no permission, and not before it is looked at", async () => {
  await using home = await openHookHome({});
  const mark = home.test.path("mark");
  const write = `Deno.writeTextFileSync(${JSON.stringify(mark)}, "x");`;
  const texts = {
    "early.js": `let ran = "no"; try { ${write} ran = "yes"; } catch { ran = "refused"; }
      export default { on: "post-refresh", permissions: { env: ["RAN_" + ran] }, run() {} };`,
    "loads.js": `${write}\nexport default { on: "post-refresh", run() { return import("x"); } };`,
  };
  for (const [name, text] of Object.entries(texts)) {
    await home.test.write(`.config/stsmfa/hooks/${name}`, text);
  }
  await home.test.chmod(".config/stsmfa/hooks", 0o700);
  assertEquals(await home.run("hooks", "allow", "early", "--yes"), 0, home.stderr);
  assertStringIncludes(home.stderr, "RAN_refused");
  assertEquals(await home.run("hooks", "allow", "loads", "--yes"), 3);
  assertStringIncludes(home.stderr, "loads.js:2:53 imports something");
  assertEquals(await Deno.stat(mark).catch(() => "none"), "none");
});

testWith(fullStacks, "a hook that no parser can stand ends its own process alone", async () => {
  const deep = `const x = ${"(".repeat(200_000)}1${")".repeat(200_000)};\n`;
  await using home = await openHookHome({ "deep.ts": deep, "deep_js.js": deep });
  for (const name of ["deep", "deep_js"]) {
    assertEquals(await home.run("hooks", "allow", name, "--yes"), 3, name);
    assertMatch(home.stderr, /ended its process before it was done|cannot be read as/);
  }
});

Deno.test("only UTF-8 is a hook", async () => {
  for (
    const bytes of [[0xff, 0xfe, 0x20, 0x00], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x2f, 0x2f, 0xe9]]
  ) {
    await using home = await openHookHome({ "odd.js": "" });
    await Deno.writeFile(home.test.path(".config/stsmfa/hooks/odd.js"), new Uint8Array(bytes));
    assertEquals(await home.run("hooks", "allow", "odd", "--yes"), 3);
    assertStringIncludes(home.stderr, "is not UTF-8 text");
  }
});
