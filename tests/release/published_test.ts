import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import deno from "../../deno.json" with { type: "json" };
import { links, testOrSkip, testWith } from "../support/abilities.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { runOutside } from "../support/outside_checkout.ts";
import { type Ended, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";

const root = new URL("../../", import.meta.url);

/** Whether a file is one of those that are published. */
function isPublished(path: string): boolean {
  return deno.publish.include.some((each) =>
    each === path || each.endsWith("/") && path.startsWith(each)
  );
}

/** A module as the registry serves it: what deno.json calls a package is one of npm's. */
function asServed(source: string): string {
  return source.replaceAll(
    /(from|import\()(\s*)"(@?[\w/.-]+)"/g,
    (whole, how, space, specifier) => {
      const name = Object.keys(deno.imports).find((each) =>
        specifier === each || specifier.startsWith(`${each}/`)
      ) as keyof typeof deno.imports | undefined;
      if (name === undefined) return whole;
      return `${how}${space}"${deno.imports[name]}${specifier.slice(name.length)}"`;
    },
  );
}

/** What is published, by HTTP, as from a registry. */
function serve(): { readonly url: string } & AsyncDisposable {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async ({ url }) => {
      const path = new URL(url).pathname.slice(1);
      if (!isPublished(path)) return new Response("not published", { status: 404 });
      const source = await Deno.readTextFile(new URL(path, root));
      const type = path.endsWith(".json") ? "application/json" : "application/typescript";
      return new Response(path.endsWith(".ts") ? asServed(source) : source, {
        headers: { "content-type": type },
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A home with keys, and a cache of its own that has the packages of npm. */
async function createHome(env: Record<string, string>): Promise<SpawnedHome> {
  const home = await SpawnedHome.create(env);
  const { DENO_DIR } = home.env;
  await Deno.mkdir(home.path("cache"));
  // It says which packages are meant, so that no registry is asked.
  await Deno.copyFile(new URL("deno.lock", root), lockOf(home));
  if (DENO_DIR !== undefined) await Deno.symlink(`${DENO_DIR}/npm`, home.path("cache/npm"));
  return home;
}

const lockOf = (home: SpawnedHome) => home.path("deno.lock");
const lock = (home: SpawnedHome) => `--lock=${lockOf(home)}`;

function run(home: SpawnedHome, ...argv: readonly [string, ...string[]]): Promise<Ended> {
  return runOutside(home, { DENO_DIR: home.path("cache") }, argv);
}

testWith(links, "what is published is a program: nothing that it loads is missing", async () => {
  await using sts = await startLoopbackSts();
  await using home = await createHome(sts.env());
  await using published = serve();
  await home.write(".aws/credentials", longTermSection("default-long-term", sts.credentials()));
  const stsmfa = (...args: string[]) =>
    run(
      home,
      Deno.execPath(),
      "run",
      "-A",
      "--quiet",
      lock(home),
      `${published.url}/mod.ts`,
      ...args,
    );
  const renewed = await stsmfa("--token-code", await sts.code());
  assertEquals([renewed.code, renewed.stderr], [0, ""]);
  assertMatch(renewed.stdout, /^default {2}renewed, expires in /);
  const valid = await stsmfa();
  assertEquals([valid.code, valid.stderr], [0, ""]);
  const identity = await stsmfa("whoami", "--json");
  assertEquals(identity.code, 0, identity.stderr);
  assertStringIncludes(identity.stdout, "123456789012");
  const block = "[default]\nstsmfa =\n  hooks = dotenv\n  dotenv_file = ~/shop/.env\n";
  await home.write(".aws/config", block);
  await Deno.mkdir(home.path("shop"), { mode: 0o700 });
  const allowed = await stsmfa("hooks", "allow", "dotenv", "--yes");
  assertEquals(allowed.code, 0, allowed.stderr);
  const ran = await stsmfa("hooks", "run", "dotenv");
  assertEquals(ran.code, 0, ran.stderr);
  assertStringIncludes(ran.stdout, "+AWS_SESSION_TOKEN=throw-away");
});

// Deno asks the registry about packages, whatever is in its cache.
const hasRegistry = Deno.env.get("STSMFA_TEST_REGISTRY") !== undefined;

testOrSkip({
  name: `what is published can be installed as a command${
    hasRegistry ? "" : " (skipped: it asks npm's registry; STSMFA_TEST_REGISTRY allows that)"
  }`,
  ignore: !hasRegistry,
  fn: async () => {
    await using home = await createHome({});
    await using published = serve();
    const words = ["install", "-g", "-A", "--quiet", "--root", home.path("deno"), "-n", "stsmfa"];
    const installed = await run(home, Deno.execPath(), ...words, `${published.url}/mod.ts`);
    assertEquals(installed.code, 0, installed.stderr);
    const version = await run(home, home.path("deno/bin/stsmfa"), "--version");
    assertEquals(version.stdout.split("\n")[0], `stsmfa ${deno.version}`, version.stderr);
  },
});

testWith(
  links,
  "what is published is a library from the same module, and does nothing when imported",
  async () => {
    await using home = await createHome({});
    await using published = serve();
    await home.write(
      "use.ts",
      `import { IniDocument } from "${published.url}/mod.ts";
    console.log(IniDocument.parse("[a]\\nb = c\\n").get("a", "b"));`,
    );
    const { code, stdout, stderr } = await run(
      home,
      Deno.execPath(),
      "run",
      "--quiet",
      "-I=127.0.0.1",
      "use.ts",
    );
    assertEquals([code, stdout, stderr], [0, "c\n", ""]);
  },
);
