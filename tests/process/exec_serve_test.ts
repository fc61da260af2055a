/**
 * `exec --serve` as a process: what the program gets, and that nothing is left, however it ends.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  type Ability,
  always,
  links,
  posix,
  proc,
  testWith,
  windows,
} from "../support/abilities.ts";
import { native } from "../../lib/path.ts";
import { assertMode } from "../support/file_mode.ts";
import { session } from "../support/homes.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import {
  cliCommand,
  longTermSection,
  type Running,
  SpawnedHome,
  until,
} from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";
import { startOnConsole } from "../support/windows_console.ts";

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const keys = longTermSection("prod-long-term", alice());
const prod = session("prod", inAnHour);

/** What `[default]` can be so that SDKs would take that, and not what the server gives. */
const defaults: Readonly<Record<string, readonly [config: string, credentials: string]>> = {
  "keys in the credentials file": [
    "",
    "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = x\n",
  ],
  "keys in the config file": [
    "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = x\n",
    "",
  ],
  "a role": ["[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = prod\n", ""],
  "a program": ["[default]\ncredential_process = echo\n", ""],
  "a sign-in": ["[default]\nsso_session = x\nsso_account_id = 1\nsso_role_name = y\n", ""],
  "to get a session": ["", longTermSection("default-long-term", alice())],
  "to get a session of a role": ["[default]\nstsmfa =\n  source_profile = prod\n", ""],
  "another spelling of it": ["[profile default]\ncredential_process = echo\n", ""],
};

const prodConfig = `[profile prod]
region = eu-west-1
s3 =
  addressing_style = path
[profile other]
region = us-west-2
`;

/** A home with a session of `prod`. */
async function openHome(config = "", credentials = ""): Promise<SpawnedHome> {
  const home = await SpawnedHome.create();
  await home.write(".aws/credentials", `${keys}\n${prod}\n${credentials}`);
  await home.write(".aws/config", prodConfig + config);
  return home;
}

/** Serves a program with this text. */
function serve(home: SpawnedHome, text: string, env: Record<string, string> = {}): Running {
  return home.start(["exec", "prod", "--serve", "--", Deno.execPath(), "eval", text], env);
}

/** Serves a shell. */
function serveShell(home: SpawnedHome, script: string): Running {
  return home.start(["exec", "prod", "--serve", "--", "/bin/sh", "-c", script]);
}

function test(name: string, fn: () => Promise<void>, needs: Ability = always): void {
  testWith(needs, name, fn);
}

function copies(home: SpawnedHome): string[] {
  try {
    return home.list(".local/state/stsmfa/copies");
  } catch {
    return [];
  }
}

/** Asserts that nothing listens there any more. */
async function assertClosed(uri: string): Promise<void> {
  const port = Number(new URL(uri).port);
  const error = await Deno.connect({ hostname: "127.0.0.1", port }).catch((error) => error);
  assert(error instanceof Deno.errors.ConnectionRefused, `${uri} is open`);
}

const outer = {
  AWS_PROFILE: "other",
  AWS_DEFAULT_PROFILE: "other",
  AWS_ACCESS_KEY_ID: "AKIAOUTER",
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_SESSION_TOKEN: "x",
  AWS_SECURITY_TOKEN: "x",
  AWS_CREDENTIAL_EXPIRATION: inAnHour,
  AWS_VAULT: "other",
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x",
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/x",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/x",
  AWS_ROLE_ARN: "x",
};

/** Returns the variables of AWS and ours that a program gets. */
async function variables(home: SpawnedHome, env = {}): Promise<Record<string, string>> {
  const text = "console.log(JSON.stringify(Deno.env.toObject()))";
  const { code, stdout, stderr } = await serve(home, text, env).ended;
  assertEquals([code, stderr], [0, ""]);
  const all = Object.entries<string>(JSON.parse(stdout));
  return Object.fromEntries(all.filter(([name]) => /^(AWS|STSMFA)_/.test(name)));
}

test("the program gets an address and a token, and nothing that would win", async () => {
  await using home = await openHome();
  const {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: uri = "",
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token = "",
    ...others
  } = await variables(home, outer);
  assertMatch(uri, /^http:\/\/127\.0\.0\.1:\d+\/credentials$/);
  assertMatch(token, /^[\w-]{43}$/);
  assertEquals(others, {
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    STSMFA_PROFILE: "prod",
    STSMFA_SET_REGION: "eu-west-1",
    STSMFA_SET_DEFAULT_REGION: "eu-west-1",
    STSMFA_SET_CONTAINER_CREDENTIALS_FULL_URI: uri,
  });
  assertEquals(copies(home), []);
  await assertClosed(uri);
});

test("a profile whose session is written to [default] is served from its first session on", async () => {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  await home.write(".aws/credentials", longTermSection("mine", alice()));
  await home.write(
    ".aws/config",
    "[profile work]\nregion = eu-west-1\nstsmfa =\n  source_profile = mine\n" +
      "  target_profile = default\n",
  );
  const { code, stdout, stderr } = await home.run(
    [
      "exec",
      "work",
      "--serve",
      "--token-code",
      await sts.code(),
      "--",
      Deno.execPath(),
      "eval",
      `console.log(Deno.env.get("AWS_PROFILE"))`,
    ],
  );
  assertEquals([code, stdout], [0, "work-served\n"], stderr);
  assertMatch(await home.read(), /\[default\]\naws_access_key_id +=  *ASIA/);
});

for (const [what, [config, credentials]] of Object.entries(defaults)) {
  test(`where [default] is ${what}, the program gets a profile without credentials`, async () => {
    await using home = await openHome(config, credentials);
    const { code, stdout, stderr } = await serve(
      home,
      `const path = Deno.env.get("AWS_CONFIG_FILE");
const folder = path.replace(/[\\/\\\\][^\\/\\\\]*$/, "");
console.log(JSON.stringify({
  profile: Deno.env.get("AWS_PROFILE"),
  path,
  text: Deno.readTextFileSync(path),
  modes: [folder, path].map((each) => Deno.statSync(each).mode & 0o777),
}));`,
    ).ended;
    assertEquals([code, stderr], [0, ""]);
    const { profile, path, text, modes } = JSON.parse(stdout);
    assertEquals(profile, "prod-served");
    const original = await home.read(".aws/config");
    assertEquals(
      text,
      `${original}[profile prod-served]
region = eu-west-1
s3 =
  addressing_style = path
`,
    );
    if (posix.isHere) assertEquals(modes, [0o700, 0o600]);
    assertEquals(await Deno.stat(path).catch(() => "gone"), "gone");
    assertEquals(copies(home), []);
    assertEquals(await home.read(".aws/config"), original);
  });
}

const [withDefault] = Object.values(defaults) as [readonly [string, string]];

test("stsmfa in the program works on the files of the person", async () => {
  await using home = await openHome(...withDefault);
  await home.write("my/config", prodConfig);
  const show =
    `for (const each of Object.entries(Deno.env.toObject())) console.log(each.join("="))`;
  const env = [Deno.execPath(), "eval", show];
  const lines = [
    ["read", "aws_access_key_id"],
    ["refresh", "--dry-run", "--json"],
    ["exec", "--", ...env],
    ["exec", "prod", "--serve", "--", ...env],
  ].map((args) => cliCommand(...args));
  const text = `for (const [program, ...args] of ${JSON.stringify(lines)}) {
  const { code } = await new Deno.Command(program, {
    args, stdin: "null", stdout: "inherit", stderr: "inherit",
  }).spawn().status;
  if (code !== 0) Deno.exit(code);
}`;
  const { code, stdout, stderr } = await serve(home, text, {
    AWS_CONFIG_FILE: home.path("my/config"),
  }).ended;
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "ASIAOLDOLDOLDOLDOLD2\n");
  assertMatch(stdout, /my(\/|\\\\)config/);
  const inner = stdout.split("\n").filter((line) => /^(AWS|STSMFA)_/.test(line));
  const valuesOf = (name: string) =>
    inner.flatMap((line) => line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []);
  assertEquals(valuesOf("AWS_PROFILE"), ["prod-served"], "of the second one alone");
  assertEquals(valuesOf("AWS_ACCESS_KEY_ID"), ["ASIAOLDOLDOLDOLDOLD2"], "of the first alone");
  assertEquals(new Set(valuesOf("AWS_CONTAINER_CREDENTIALS_FULL_URI")).size, 1);
  assertEquals(new Set(valuesOf("STSMFA_WAS_CONFIG_FILE")), new Set([home.path("my/config")]));
  assertEquals(copies(home), []);
});

test("a copy that the program has changed is kept, readable to its owner alone, and named", async () => {
  await using home = await openHome(...withDefault);
  const { code, stderr } = await serve(
    home,
    `Deno.writeTextFileSync(Deno.env.get("AWS_CONFIG_FILE"), "[profile new]\\n", { append: true });
Deno.exit(3);`,
  ).ended;
  assertEquals(code, 3);
  const [name] = home.list(".local/state/stsmfa/changed");
  const path = native(home.path(`.local/state/stsmfa/changed/${name}`));
  assertEquals(
    // It may be quoted for a shell.
    stderr.replaceAll(/['"]/g, ""),
    `stsmfa: warning: the program changed its copy of the config file, kept as ${path}\n`,
  );
  assertStringIncludes(await Deno.readTextFile(path), "[profile new]\n");
  assertMode(0o600, path);
  assertEquals(copies(home), []);
});

/** What a program can do to its copy, so that it is no file of ours any more. */
const tampering = {
  "puts a folder in its place": "remove(copy); Deno.mkdirSync(copy); write(copy + '/x');",
  "removes it": "remove(copy);",
};
/** What Windows does not let it do, at least in part, since we have a file in the folder open. */
const tamperingOnPosix = {
  "removes its folder": "remove(folder);",
  "removes the folder of all": "remove(above(folder));",
  "puts a file in the place of its folder": "remove(folder); write(folder);",
  "puts a pipe in its place":
    "remove(copy); new Deno.Command('mkfifo', { args: [copy] }).outputSync();",
  "puts a link to nowhere in its place": "remove(copy); Deno.symlinkSync('nowhere', copy);",
  "puts a link to a folder in its place": "remove(copy); Deno.symlinkSync('/', copy);",
  "lets nobody read it": "Deno.chmodSync(copy, 0);",
};

for (const [what, act] of Object.entries({ ...tampering, ...tamperingOnPosix })) {
  test(
    `a program that ${what} has its exit status, and leaves no copy`,
    async () => {
      await using home = await openHome(...withDefault);
      const isRefused = !posix.isHere && !(what in tampering);
      const text = `const copy = Deno.env.get("AWS_CONFIG_FILE");
const above = (path) => path.replace(/[\\/\\\\][^\\/\\\\]*$/, "");
const folder = above(copy);
const remove = (path) => Deno.removeSync(path, { recursive: true });
const write = (path) => Deno.writeTextFileSync(path, "");
${isRefused ? `try { ${act} } catch { /* it cannot */ }` : act}
Deno.exit(5);`;
      const { code, stderr } = await serve(home, text).ended;
      assertEquals([code, copies(home), stderr], [5, [], ""]);
    },
    what.includes("link") ? links : always,
  );
}

for (
  const [how, act, status] of [
    ["the program is killed", "Deno.kill(Deno.pid, 'SIGKILL');", posix.isHere ? 137 : 1],
    ["the program ends by SIGTERM", "Deno.kill(Deno.pid, 'SIGTERM');", 143],
    ["the program ends by Ctrl-C", "Deno.kill(Deno.pid, 'SIGINT');", 130],
    ["the program fails", "Deno.exit(7);", 7],
  ] as const
) {
  test(`nothing is left when ${how}`, async () => {
    await using home = await openHome(...withDefault);
    const text = `console.log(Deno.env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")); ${act}
setTimeout(() => {}, 30_000);`;
    const { code, stdout, stderr } = await serve(home, text).ended;
    assertEquals([code, stderr], [status, ""]);
    await assertClosed(stdout.trim());
    assertEquals(copies(home), []);
  }, /SIG|Ctrl/.test(how) ? posix : always);
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  test(`nothing is left when stsmfa gets ${signal}, which ends the program`, async () => {
    await using home = await openHome(...withDefault);
    const running = serveShell(
      home,
      `echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI"; echo ready >&2; exec sleep 30`,
    );
    await running.said("ready\n");
    running.child.kill(signal);
    const { code, stdout } = await running.ended;
    assertEquals(code, { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal]);
    await assertClosed(stdout.trim());
    assertEquals(copies(home), []);
  }, posix);
}

test("nothing is left when Ctrl-C on the console ends the program", async () => {
  await using home = await openHome(...withDefault);
  const text = `Deno.writeTextFileSync("ready", Deno.env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
setTimeout(() => {}, 30_000);`;
  const argv = cliCommand("exec", "prod", "--serve", "--", Deno.execPath(), "eval", text);
  const running = startOnConsole(argv, { cwd: home.home, env: home.env });
  const isReady = () => home.read("ready").then((text) => text !== "", () => false);
  await until(isReady, "the program is ready");
  await running.press("Ctrl-C");
  const { code, stderr } = await running.ended;
  // STATUS_CONTROL_C_EXIT
  assertEquals([code >>> 0, stderr], [0xc000013a, ""]);
  await assertClosed(await home.read("ready"));
  assertEquals(copies(home), []);
}, windows);

test("what a killed stsmfa has left is removed by the next run, but not what is in use", async () => {
  await using home = await openHome(...withDefault);
  const text = `console.error("ready");
for (;;) {
  try { Deno.statSync("done"); break; } catch { await new Promise((next) => setTimeout(next, 50)); }
}`;
  const killed = serve(home, text);
  const other = serve(home, text);
  await Promise.all([killed.said("ready\n"), other.said("ready\n")]);
  assertEquals(copies(home).length, 2);
  killed.child.kill("SIGKILL");
  await killed.child.status;
  assertEquals((await home.run(["status"])).code, 0);
  assertEquals(copies(home).length, 1);
  await home.write("done", "");
  assertEquals((await other.ended).code, 0);
  assertEquals(copies(home), []);
  await killed.ended;
});

test("nothing is left when the program cannot be started", async () => {
  await using home = await openHome(...withDefault);
  await home.write("text", "#!/no/such/interpreter\n", 0o755);
  await home.write("plain", "");
  const others = posix.isHere ? [["./plain", 126], ["./text", 127]] : [];
  for (const [program, status] of [["no-such-program", 127], ...others]) {
    const { code } = await home.run(["exec", "prod", "--serve", "--", String(program)]);
    assertEquals(code, status);
    assertEquals(copies(home), []);
  }
});

test("[DEFAULT] with keys, which botocore gives to every profile, is refused", async () => {
  await using home = await openHome(
    "[DEFAULT]\naws_access_key_id = AKIAX\naws_secret_access_key = the-secret\n[default]\n",
  );
  const { code, stderr } = await serve(home, "").ended;
  assertEquals(code, 3);
  assertStringIncludes(stderr, "config: line 8: aws_access_key_id in [DEFAULT] gives every");
  assert(!stderr.includes("the-secret"));
  assertEquals(copies(home), []);
});

test("--legacy, which sets keys, is refused with --serve", async () => {
  await using home = await openHome();
  const { code, stderr } = await home.run(["exec", "prod", "--serve", "--legacy", "--", "true"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--legacy and --serve cannot be used together");
});

test(
  "neither the token nor a secret of the session is on a command line or in a file's name",
  async () => {
    await using home = await openHome(...withDefault);
    const script = `for each in /proc/[0-9]*/cmdline; do cat "$each"; echo; done > lines
find "$HOME" > names; echo "$AWS_CONTAINER_AUTHORIZATION_TOKEN" > token`;
    assertEquals((await serveShell(home, script).ended).code, 0);
    const [lines, names, token] = await Promise.all(
      ["lines", "names", "token"].map((name) => home.read(name)),
    );
    assertStringIncludes(lines!, "--serve");
    assertStringIncludes(names!, "credentials");
    for (const secret of [token!.trim(), "old+secret/of+the+session", "old/token+of+the"]) {
      assert(secret.length > 12 && !lines!.includes(secret) && !names!.includes(secret), secret);
    }
  },
  proc,
);
