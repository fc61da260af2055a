import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import type { HookPermissions } from "../../../lib/hook.ts";
import { parseManifest } from "../../../lib/hooks/manifest.ts";
import { covers, fillScope, type HookScope, resolveScope } from "../../../lib/hooks/permissions.ts";
import { scopeInWords } from "../../../lib/hooks/scope_words.ts";
import { homeVariable } from "../../../lib/path.ts";
import { links, makeLink, testWith } from "../../support/abilities.ts";
import { TestContext } from "../../support/test_context.ts";

const nothing: HookScope = { read: [], write: [], net: [], run: [], env: [] };

async function resolved(test: TestContext, permissions: HookPermissions): Promise<HookScope> {
  const manifest = parseManifest("x", { on: "post-refresh", permissions, run: true });
  const scope = await resolveScope(test.context(), "x", manifest);
  return await inWords(test, scope);
}

/** Returns a scope as it is written on other systems than Windows. */
async function inWords(test: TestContext, scope: HookScope): Promise<HookScope> {
  const home = await test.realHome();
  const [drive] = /^[A-Z]:/.exec(Deno.cwd()) ?? [];
  return JSON.parse(JSON.stringify(scope), (_, value) => {
    if (typeof value !== "string") return value;
    const path = value.replaceAll(home, "HOME");
    if (drive === undefined) return path;
    assert(!/^(?:HOME|[A-Z]:).*\//.test(path), `half of it is of Windows: ${path}`);
    return path.replace(drive, "").replaceAll("\\", "/");
  });
}

const filledIn: Record<string, [permissions: HookPermissions, scope: Partial<HookScope>]> = {
  "the home directory": [{ read: ["~/.kube", "~"] }, { read: ["HOME", "HOME/.kube"] }],
  "a path as it is": [{ write: ["/etc/x/"] }, { write: ["/etc/x"] }],
  "a variable": [{ read: ["{env:WHERE|~/other}"] }, { read: ["/var/tmp"] }],
  "the default of a variable": [{ read: ["{env:NOT_SET|~/other}"] }, { read: ["HOME/other"] }],
  "a variable without a default that is not set": [{ read: ["{env:NOT_SET}"] }, {}],
  "a list of paths": [{ read: ["{env:LIST|~/x}"] }, { read: ["/a/config", "HOME/b/config"] }],
  "the folders of a list": [{ write: ["{env:LIST|~/x}/.."] }, { write: ["/a", "HOME/b"] }],
  "the folder of a default": [{ write: ["{env:NOT_SET|~/.kube/config}/.."] }, {
    write: ["HOME/.kube"],
  }],
  "the host of a URL": [{ net: ["{env:ENDPOINT|api.ecr.{region}.amazonaws.com}"] }, {
    net: ["127.0.0.1:8080"],
  }],
  "a default with something left to fill in": [{
    net: ["{env:NOT_SET|api.ecr.{region}.amazonaws.com}"],
  }, { net: ["api.ecr.{region}.amazonaws.com"] }],
  "what differs from profile to profile is left": [{
    write: ["~/out/{profile}"],
    read: ["{option:file|~/.env}"],
  }, { write: ["HOME/out/{profile}"], read: ["{option:file|~/.env}"] }],
};
for (const [what, [permissions, scope]] of Object.entries(filledIn)) {
  Deno.test(`resolveScope() fills in ${what}`, async () => {
    const env = {
      WHERE: "/var/tmp",
      LIST: ["/a/config", "~/b/config", ""].join(Deno.build.os === "windows" ? ";" : ":"),
      ENDPOINT: "http://127.0.0.1:8080/x",
    };
    await using test = await TestContext.create({ env });
    assertEquals(await resolved(test, permissions), { ...nothing, ...scope });
  });
}

testWith(
  links,
  "resolveScope() follows links, so that an approval is for where they lead",
  async () => {
    await using test = await TestContext.create();
    await makeLink("/usr", test.path("link"), "dir");
    assertEquals((await resolved(test, { read: ["~/link/share"] })).read, ["/usr/share"]);
  },
  "what permissions name is found behind links",
);

const refused: Record<string, HookPermissions> = {
  "a relative path": { read: ["x"] },
  "a way up": { read: ["~/../x"] },
  "an unknown fill-in": { read: ["~/{user}"] },
  "an option outside a path": { net: ["{option:host|x}"] },
  "an option within a path": { read: ["~/{option:x|y}"] },
  "every host": { net: ["*"] },
  "every host of a port": { net: ["*:443"] },
  "every host of a top-level domain": { net: ["*.com"] },
  "every host of a top-level domain, written with a dot": { net: ["*.com."] },
  "a host with a path": { net: ["example.com/x"] },
  "an endpoint that is not known": { net: ["{endpoint:s3}"] },
  "an endpoint within a host": { net: ["x.{endpoint:ecr}"] },
  "an endpoint as a path": { read: ["~/{endpoint:ecr}"] },
  "a list of variables": { env: ["AWS_*"] },
  "a variable that loads code": { env: ["LD_PRELOAD"] },
  "a program with a quote": { run: ["a'b"] },
  "where approvals are kept": { write: ["~/.local/state/stsmfa"] },
  "above where approvals are kept": { write: ["~"] },
  "where hooks are kept": { write: ["~/.config/stsmfa/hooks"] },
  "a hook": { write: ["~/.config/stsmfa/hooks/other.ts"] },
  "where approvals are kept, as a system that ignores case would find it": {
    write: ["~/.Local/State/STSMFA"],
  },
  "a secret as part of a path": { read: ["/tmp/{env:AWS_SECRET_ACCESS_KEY|x}"] },
  "what moves the words on the terminal": { read: ["~/x\x1b[1A\x1b[2K"] },
  "what turns the words on the terminal round": { read: ["~/\u202etxt.exe"] },
  "more than anybody reads": { read: Array.from({ length: 65 }, (_, n) => `/${n}`) },
};
for (const [what, permissions] of Object.entries(refused)) {
  Deno.test(`resolveScope() refuses ${what}`, async () => {
    await using test = await TestContext.create();
    const error = await assertRejects(() => resolved(test, permissions), StsmfaError);
    assertEquals(error.code, "InvalidHook");
  });
}

const values = {
  profile: "prod",
  region: "eu-west-1",
  accountId: "123456789012",
  options: {},
  endpoints: {},
};

Deno.test("fillScope() fills in what differs from profile to profile", async () => {
  await using test = await TestContext.create();
  const permissions = {
    read: ["{option:file|~/app/.env}", "~/{profile}/{region}"],
    write: ["{option:file|~/app/.env}/.."],
    net: ["{account}.dkr.ecr.{region}.amazonaws.com"],
  };
  const manifest = parseManifest("x", { on: "post-refresh", permissions, run: true });
  const scope = await resolveScope(test.context(), "x", manifest);
  const fill = async (options: Record<string, string>) =>
    await inWords(test, await fillScope(test.context(), "x", scope, { ...values, options }));
  assertEquals(await fill({}), {
    ...nothing,
    read: ["HOME/app/.env", "HOME/prod/eu-west-1"],
    write: ["HOME/app"],
    net: ["123456789012.dkr.ecr.eu-west-1.amazonaws.com"],
  });
  const filled = await fill({ file: "/srv/app/.env" });
  assertEquals([filled.read[0], filled.write], ["/srv/app/.env", ["/srv/app"]]);
});

Deno.test("fillScope() takes no option for given that every object has", async () => {
  await using test = await TestContext.create();
  const read = ["{option:constructor|~/a}", "{option:__proto__|~/b}", "{option:toString|~/c}"];
  const filled = await fillScope(test.context(), "x", { ...nothing, read }, values);
  assertEquals((await inWords(test, filled)).read, ["HOME/a", "HOME/b", "HOME/c"]);
});

for (const profile of ["../x", "a/b", "..", ".x", "a b", "", "a,b/c"]) {
  Deno.test(`fillScope() lets no profile lead out of a path: ${JSON.stringify(profile)}`, async () => {
    await using test = await TestContext.create();
    const scope = { ...nothing, read: ["/srv/{profile}"] };
    const error = await assertRejects(
      () => fillScope(test.context(), "x", scope, { ...values, profile }),
      StsmfaError,
    );
    assertStringIncludes(error.message, "cannot be part of a permission");
  });
}

const misfits: Record<string, [Partial<HookScope>, profile: string]> = {
  "a variable that loads code": [{ env: ["{profile}"] }, "LD_PRELOAD"],
  "several variables": [{ env: ["{profile}"] }, "HOME,PATH"],
  "another host": [{ net: ["{profile}.example.com"] }, "example.org,x"],
};
for (const [what, [scope, profile]] of Object.entries(misfits)) {
  Deno.test(`fillScope() lets no profile make ${what} of a permission`, async () => {
    await using test = await TestContext.create();
    await assertRejects(
      () => fillScope(test.context(), "x", { ...nothing, ...scope }, { ...values, profile }),
      StsmfaError,
    );
  });
}

Deno.test("covers() takes paths for one that a system may take for one", () => {
  assert(covers("C:\\Users\\ann", "C:\\Users\\ann\\AppData\\Local\\stsmfa"));
  assert(covers("c:/users/ANN/", "C:\\Users\\ann"));
  assert(covers("/", "/home/ann"));
  assert(!covers("/home/ann", "/home/anna"));
});

for (const file of ["x", "../x", "~/../x", "/a/../b", "~/.local/state/stsmfa/hooks/x.json"]) {
  Deno.test(`fillScope() refuses an option that leads elsewhere: ${file}`, async () => {
    await using test = await TestContext.create();
    const scope = { ...nothing, write: ["{option:file|~/.env}"] };
    const options = { file };
    await assertRejects(
      () => fillScope(test.context(), "x", scope, { ...values, options }),
      StsmfaError,
    );
  });
}

Deno.test("scopeInWords() says what each permission means, and warns where it is more than it seems", async () => {
  await using test = await TestContext.create();
  const home = test.home;
  const [root = "/"] = /^[A-Z]:\\/.exec(home) ?? [];
  const manifest = parseManifest("x", {
    on: "pre-refresh",
    needs: ["credentials"],
    provides: ["token-code"],
    run: true,
  });
  const scope: HookScope = {
    read: [
      `${home}/.aws`,
      root,
      `${home}/.local/state/stsmfa/sessions`,
      "{option:file|~/.aws/credentials}",
      "/srv",
    ],
    write: ["/srv"],
    net: ["example.com"],
    run: ["kubectl"],
    env: ["KUBECONFIG", "MY_SECRET"],
  };
  assertEquals(await scopeInWords(test.context(), scope, manifest), [
    `may read ${home}/.aws (your AWS keys are there)`,
    `may read ${root} (your AWS keys are there)`,
    `may read ${home}/.local/state/stsmfa/sessions (your AWS keys are there)`,
    "may read {option:file|~/.aws/credentials} (your AWS keys are there)",
    "may read /srv",
    "may write /srv",
    "may reach example.com",
    "may run kubectl (with all your rights: what it runs is not contained)",
    "may see variable KUBECONFIG",
    "may see variable MY_SECRET (may be a secret)",
    "gets the keys of the new session",
    "may give the token code",
  ]);
  const plain = parseManifest("x", { on: "post-refresh", run: true });
  assertEquals(await scopeInWords(test.context(), nothing, plain), [
    "may do nothing but calculate",
  ]);
});

testWith(links, "scopeInWords() warns of a place by whatever links it is reached", async () => {
  await using test = await TestContext.create();
  const home = await test.realHome();
  for (const folder of ["vault/aws", "vault/state", "link"]) {
    await Deno.mkdir(test.path(folder), { recursive: true });
  }
  await Deno.remove(test.path("link"));
  await makeLink(home, test.path("link"), "dir");
  await makeLink("vault/aws", test.path(".aws"), "dir");
  await Deno.mkdir(test.path(".local/state"), { recursive: true });
  await makeLink("../../vault/state", test.path(".local/state/stsmfa"), "dir");
  const plain = parseManifest("x", { on: "post-refresh", run: true });
  const keys = "your AWS keys are there";
  for (
    const [word, warning] of [
      ["~/.aws", keys],
      ["~/.aws/credentials", keys],
      ["~/vault", keys],
      ["~/.local/state/stsmfa/sessions", keys],
      ["~", keys],
      ["{option:file|~/x}/..", keys],
      ["{option:file|~/.aws/x/y}/..", keys],
      ["{option:file|~/link/vault/aws}", keys],
      ["~/other", undefined],
      ["{option:file|~/other/x}/..", undefined],
    ] as const
  ) {
    const manifest = parseManifest("x", {
      on: "post-refresh",
      permissions: { read: [word] },
      run: true,
    });
    for (const at of [home, `${home}/link`]) {
      test.env[homeVariable(test)] = at;
      const context = test.context();
      const scope = await resolveScope(context, "x", manifest);
      const [line] = await scopeInWords(context, scope, plain);
      assertEquals(/\((.*)\)$/.exec(line!)?.[1], warning, line);
    }
  }
}, "what permissions name is found behind links");

testWith(links, "resolveScope() follows links on the way to what is not there yet", async () => {
  await using test = await TestContext.create();
  const home = await test.realHome();
  await Deno.mkdir(test.path("a/b"), { recursive: true });
  await makeLink("a/b", test.path("link"), "dir");
  await makeLink("../gone/file", test.path("a/b/nowhere"));
  await makeLink(home, test.path("same"), "dir");
  const { read } = await resolved(test, { read: ["~/link/x/y/z", "~/link/nowhere"] });
  assertEquals(read, ["HOME/a/gone/file", "HOME/a/b/x/y/z"]);
  for (const word of ["~/same/.local/state/stsmfa/hooks", "~/same/.config/stsmfa/hooks/x"]) {
    const error = await assertRejects(() => resolved(test, { write: [word] }), StsmfaError);
    assertStringIncludes(error.message, "it would let the hook approve itself");
  }
}, "what permissions name is found behind links");

for (const word of ["~/out/{profile}", "~/out/x/{region}-{profile}"]) {
  testWith(
    links,
    `fillScope() lets no link lead to where approvals are kept: ${word}`,
    async () => {
      await using test = await TestContext.create();
      await Deno.mkdir(test.path("out/x"), { recursive: true });
      await Deno.mkdir(test.path("elsewhere"));
      const manifest = parseManifest("x", {
        on: "post-refresh",
        permissions: { write: [word] },
        run: true,
      });
      const scope = await resolveScope(test.context(), "x", manifest);
      const link = scope.write[0]!.replace("{region}", "eu-west-1").replace("{profile}", "prod");
      await makeLink(test.path("elsewhere"), link, "dir");
      const { write } = await fillScope(test.context(), "x", scope, values);
      assertEquals(write, [await Deno.realPath(test.path("elsewhere"))]);
      await Deno.remove(link);
      await makeLink(test.path(".local/state/stsmfa/hooks"), link);
      const error = await assertRejects(
        () => fillScope(test.context(), "x", scope, values),
        StsmfaError,
      );
      assertStringIncludes(error.message, "it would let the hook approve itself");
    },
    "what permissions name is found behind links",
  );
}

for (
  const [kind, word] of [
    ["net", "{env:DATABASE}"],
    ["net", "{env:DATABASE|x}.example.com"],
    ["read", "{env:DATABASE}"],
    ["run", "{env:DATABASE}"],
    ["env", "{env:DATABASE}"],
  ] as const
) {
  Deno.test(`what a variable holds is not told where it fits no permission: ${kind} ${word}`, async () => {
    await using test = await TestContext.create({ env: { DATABASE: "pg://ann:hunter2@db/../x'" } });
    const error = await assertRejects(() => resolved(test, { [kind]: [word] }), StsmfaError);
    assert(!error.message.includes("hunter2"), error.message);
    assertStringIncludes(error.message, word);
  });
}

for (const name of ["PGPASS", "MYSQL_PWD", "PASSPHRASE", "SSH_PASS"]) {
  Deno.test(`${name} is no part of a permission`, async () => {
    await using test = await TestContext.create({ env: { [name]: "hunter2" } });
    const error = await assertRejects(
      () => resolved(test, { read: [`/tmp/{env:${name}}`] }),
      StsmfaError,
    );
    assertStringIncludes(error.message, "a secret is no part of a permission");
  });
}
