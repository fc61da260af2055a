import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, type Home, type HomeOptions, openHome, session } from "../../support/homes.ts";
import { rememberingChanges } from "../../support/statements.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const inEurope = "[default]\nregion = eu-west-1\n";
const marks = {
  STSMFA_PROFILE: "default",
  STSMFA_SET_KEY: "ASIAOLDOLDOLDOLDOLD2",
  STSMFA_SET_REGION: "eu-west-1",
  STSMFA_SET_DEFAULT_REGION: "eu-west-1",
};
const bash = ["--shell", "bash", "--mark", "31415"];
const region = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" };
const keys = {
  AWS_ACCESS_KEY_ID: "ASIAOLDOLDOLDOLDOLD2",
  AWS_SECRET_ACCESS_KEY: "old+secret/of+the+session+before+this",
  AWS_SESSION_TOKEN: "old/token+of+the+session+before+this==",
};
const until = (expiration: string) => ({ AWS_CREDENTIAL_EXPIRATION: expiration });
const valid = until("2026-03-04T06:00:00Z");

/** A home whose session is valid: nothing may be asked or sent. */
function openValid(options: HomeOptions = {}): Promise<Home> {
  const credentials = alicesFile + session("default", "2026-03-04T06:00:00Z");
  return openHome({ credentials, nobody: true, network: false, ...options });
}

interface Shown {
  readonly env: Record<string, string>;
  readonly text: string;
  readonly state: "valid" | "expired" | "none";
  readonly profile?: string;
  readonly secondsLeft?: number;
}

const shown: Readonly<Record<string, Shown>> = {
  "none": { env: {}, text: "no session is set in this shell\n", state: "none" },
  "none, but a region": {
    env: { AWS_DEFAULT_REGION: "eu-west-1" },
    text: "no session is set in this shell, region eu-west-1\n",
    state: "none",
  },
  "a valid one": {
    env: { ...keys, ...valid, ...marks, ...region },
    text: "default  valid, expires in 54m, at 06:00, region eu-west-1\n",
    state: "valid",
    profile: "default",
    secondsLeft: 3233,
  },
  "an expired one": {
    env: {
      ...keys,
      ...until("2026-03-04T05:06:07Z"),
      ...marks,
      STSMFA_PROFILE: "prod",
    },
    text: "prod  expired\n",
    state: "expired",
    profile: "prod",
    secondsLeft: 0,
  },
  "one that is not ours": {
    env: { ...keys, ...until("2026-03-04T05:06:47+00:00") },
    text: "keys ASIAOLDOLDOLDOLDOLD2, not set by stsmfa use  valid, expires in 40s, at 05:06\n",
    state: "valid",
    secondsLeft: 40,
  },
  "another tool's, where a profile is set": {
    env: { ...keys, ...valid, STSMFA_PROFILE: "prod", STSMFA_SET_KEY: "ASIAOTHEROTHEROTHER2" },
    text: "keys ASIAOLDOLDOLDOLDOLD2, not set by stsmfa use  valid, expires in 54m, " +
      "at 06:00\n",
    state: "valid",
    secondsLeft: 3233,
  },
  "long-term keys": {
    env: { AWS_ACCESS_KEY_ID: "AKIASOMETHINGELSE222", AWS_SECRET_ACCESS_KEY: "x" },
    text: "keys AKIASOMETHINGELSE222, not set by stsmfa use  no known end\n",
    state: "valid",
  },
};

for (const [what, { env, text, state, profile, secondsLeft }] of Object.entries(shown)) {
  Deno.test(`use alone shows what the shell has, without a file or a request: ${what}`, async () => {
    await using home = await openHome({ credentials: null, nobody: true, network: false, env });
    const exitStatus = state === "valid" ? 0 : 8;
    assertEquals(await home.run("use"), exitStatus, home.stderr);
    assertEquals([home.stdout, home.stderr], [text, ""]);
    assertEquals(await home.run("use", ...bash), exitStatus, home.stderr);
    assertEquals([home.stdout, home.stderr], ["", text]);
    assertEquals(await home.run("use", "--quiet", ...bash), exitStatus);
    assertEquals(home.test.output, "");
    assertEquals(await home.run("use", "--json"), exitStatus);
    assertEquals(home.json.state, state);
    assertEquals(home.json.profile, profile ?? null);
    assertEquals(home.json.secondsLeft, secondsLeft ?? null);
    assertEquals(await home.run("use", "--quiet"), exitStatus);
    assertEquals(home.test.output, "");
  });
}

Deno.test("use without the function: what is missing and the line that installs it, and nothing is asked", async () => {
  await using home = await openHome({ os: "unix" });
  for (const args of [["default"], ["--role-arn", roleArn], ["--force"]]) {
    assertEquals(await home.unchanged(() => home.run("use", ...args)), 2);
    assertEquals(home.stdout, "");
    assertEquals(
      home.stderr,
      "stsmfa: error: use changes the current shell, which has no stsmfa function yet\n" +
        'stsmfa: hint: for bash, add to ~/.bashrc: eval "$(stsmfa shell bash)"; others: stsmfa shell --help\n',
    );
  }
  assertEquals([home.sts.count(), home.test.questions], [0, []]);
});

Deno.test("use without the function on Windows: the line is PowerShell's, in Git's bash that of bash", async () => {
  await using home = await openHome({ os: "windows" });
  assertEquals(await home.run("use", "default"), 2);
  assertStringIncludes(
    home.stderr,
    "hint: for PowerShell, add to $PROFILE: stsmfa shell powershell | Out-String",
  );
  home.test.env["SHELL"] = "/usr/bin/bash";
  assertEquals(await home.run("use", "default"), 2);
  assertStringIncludes(home.stderr, "hint: for bash, add to ~/.bashrc: eval");
});

Deno.test("use gives the shell the session, marked as its own, and says so on stderr", async () => {
  await using home = await openValid({ config: inEurope });
  assertEquals(await home.run("use", "default", ...bash), 0);
  assertMatch(home.stdout, /^: stsmfa 31415;\n/);
  assertEquals(home.stderr, "stsmfa: default is set, expires in 54m, at 06:00\n");
  const { set, remove } = rememberingChanges(home.stdout);
  assertEquals(set, { ...keys, ...valid, ...region, ...marks, AWS_VAULT: "default" });
  assertEquals(remove, ["AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
  const { stdout } = home;
  assertEquals(await home.run("use", "default", ...bash, "--quiet"), 0);
  assertEquals([home.stdout, home.stderr], [stdout, ""]);
});

/** What the variables of a shell that remembers nothing are once it has evaluated what `use` printed. */
async function use(home: Home, ...args: string[]): Promise<Record<string, string>> {
  assertEquals(await home.run("use", ...bash, ...args), 0, home.stderr);
  const { set, remove, removeIfLike } = rememberingChanges(home.stdout);
  const { env } = home.test;
  const like = removeIfLike.filter((name) => env[name] === env[name.replace(/^AWS/, "STSMFA_SET")]);
  for (const name of [...remove, ...like]) delete env[name];
  return Object.assign(env, set);
}

const two = {
  credentials: alicesFile + session("default", "2026-03-04T06:00:00Z") +
    session("temp", "2026-03-04T06:30:00Z") + session("other", "2026-03-04T06:30:00Z"),
  config: "[profile temp]\nregion = eu-west-1\n",
};

Deno.test("use of another profile leaves nothing of the one before", async () => {
  await using home = await openValid(two);
  home.test.env["AWS_PROFILE"] = "nosuch";
  assertEquals((await use(home, "temp", "--legacy"))["AWS_SECURITY_TOKEN"]?.length, 38);
  const env = await use(home, "other");
  const names = Object.keys(env).filter((name) => /^AWS_(?!ENDPOINT)|^STSMFA_/.test(name)).sort();
  assertEquals(
    names,
    [
      ...Object.keys(keys),
      ...Object.keys(valid),
      "AWS_VAULT",
      "STSMFA_PROFILE",
      "STSMFA_SET_KEY",
    ].sort(),
  );
  assertEquals(env["STSMFA_PROFILE"], "other");
});

Deno.test("a region that the person set after use stays, whatever is used next", async () => {
  await using home = await openValid(two);
  await use(home, "temp");
  home.test.env["AWS_REGION"] = "us-west-2";
  const env = await use(home, "other");
  assertEquals([env["AWS_REGION"], env["AWS_DEFAULT_REGION"]], ["us-west-2", "us-west-2"]);
});

Deno.test("a region that the person had before comes back for a profile without one", async () => {
  await using home = await openValid({ ...two, env: { AWS_DEFAULT_REGION: "us-west-2" } });
  assertEquals((await use(home, "temp"))["AWS_DEFAULT_REGION"], "eu-west-1");
  const env = await use(home, "other");
  assertEquals([env["AWS_REGION"], env["AWS_DEFAULT_REGION"]], ["us-west-2", "us-west-2"]);
});

Deno.test("unset takes away what use gave, and a region of the person's own stays", async () => {
  await using home = await openValid({ env: { AWS_REGION: "us-west-2" }, config: "" });
  await use(home, "default");
  assertEquals(await home.run("unset", ...bash), 0);
  const { set, restore, inherited } = rememberingChanges(home.stdout);
  assertEquals([set, home.stderr], [{}, ""]);
  assertEquals(inherited.filter((name) => /^AWS.*REGION$/.test(name)), ["AWS_DEFAULT_REGION"]);
  for (const name of Object.keys({ ...keys, ...valid })) assert(inherited.includes(name), name);
  for (const name of [...inherited, "AWS_PROFILE", "AWS_VAULT"]) assert(restore.includes(name));
});

Deno.test("use --force renews the session that the shell has, and --role-arn takes a role with it", async () => {
  await using home = await openHome({
    credentials: alicesFile.replaceAll("default", "prod"),
    sts: { roles: [{ roleArn }] },
    env: { STSMFA_PROFILE: "prod" },
  });
  home.types();
  await use(home, "--force");
  assertEquals(home.stderr, "stsmfa: prod is set, expires in 12h, at 17:06\n");
  await use(home, "--role-arn", roleArn);
  assertEquals(home.stderr, "stsmfa: prod is set, expires in 1h, at 06:06\n");
  assertEquals(home.test.questions.length, 1);
});

Deno.test("STSMFA_MIN_LEFT and STSMFA_NON_INTERACTIVE make no request of use alone", async () => {
  const env = { STSMFA_MIN_LEFT: "1h", STSMFA_NON_INTERACTIVE: "1", STSMFA_QUIET: "0" };
  await using home = await openHome({ env });
  assertEquals(await home.run("use"), 8);
  assertStringIncludes(home.stdout, "no session is set");
});

Deno.test("a use that fails prints nothing for the shell to evaluate", async () => {
  await using home = await openHome({ nobody: true });
  const failures = [
    [["nosuch"], 3],
    [["default"], 2],
    [["default", "--token-code", "000000"], 4],
    [["default", "temp"], 2],
    [["default", "--json"], 2],
  ] as const;
  for (const [args, exitStatus] of failures) {
    assertEquals(await home.run("use", ...bash, ...args), exitStatus, home.stderr);
    assertEquals(home.stdout, "");
  }
  for (const command of ["use", "unset"]) {
    assertEquals(await home.run(command, ...bash, "--json"), 2);
    assertEquals(home.stdout, "");
  }
});

Deno.test("keys that use did not set stay at unset, and it says so", async () => {
  const env = { ...keys, AWS_REGION: "us-west-2", STSMFA_PROFILE: "default" };
  await using home = await openValid({ env });
  assertEquals(await home.run("unset", ...bash), 0);
  assertEquals(rememberingChanges(home.stdout).inherited, []);
  assertStringIncludes(home.stderr, "the keys in this shell are not from stsmfa use and were kept");
});

Deno.test("with --shell nothing but marked statements is on stdout, for functions of other versions nothing at all", async () => {
  const name = ": stsmfa; touch x #";
  await using home = await openHome({
    credentials: session(name, "2026-03-04T06:00:00Z"),
    nobody: true,
    env: {
      STSMFA_PROFILE: name,
      AWS_PROFILE: name,
      ...keys,
      STSMFA_SET_KEY: "ASIAOLDOLDOLDOLDOLD2",
    },
  });
  for (const words of [[], [name], ["--quiet"], ["--legacy"]]) {
    for (const marks of [[], ["--mark", ""], ["--mark", "a b"], ["--mark", "$(x)"]]) {
      for (const command of ["use", "unset"]) {
        const status = await home.run(command, "--shell", "bash", ...marks, ...words);
        assertEquals([status, home.stdout], [2, ""], [command, ...words, ...marks].join(" "));
      }
    }
    await home.run("use", ...bash, ...words);
    assert(home.stdout === "" || home.stdout.startsWith(": stsmfa 31415;\n"), home.stdout);
  }
  await home.run("use", "--shell", "fish");
  assertStringIncludes(home.stderr, "hint: load it again: stsmfa shell fish | source\n");
  for (const [variable, value] of [["STSMFA_SHELL", "bash"], ["STSMFA_MARK", "1234"]]) {
    home.test.env[variable!] = value!;
  }
  assertEquals(await home.run("use", name), 2);
  assertEquals(home.stdout, "");
});

Deno.test("use alone says that exec --serve gives this shell its sessions", async () => {
  const uri = "http://127.0.0.1:9/";
  const served = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: uri,
    STSMFA_SET_CONTAINER_CREDENTIALS_FULL_URI: uri,
    STSMFA_PROFILE: "prod",
  };
  await using home = await openHome({ env: served, isTerminal: true });
  assertEquals(await home.run("use", "--shell", "bash", "--mark", "31415"), 0, home.stderr);
  assertStringIncludes(home.stderr, "prod  served, renewed as long as that needs no code");
  assertEquals(await home.run("use", "--json"), 0, home.stderr);
  assertEquals([home.json.profile, home.json.state], ["prod", "served"]);
  // Somebody else's server is not one of ours.
  home.test.env["STSMFA_SET_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:8/";
  assertEquals(await home.run("use", "--json"), 8);
});

Deno.test("use alone, in a shell without the function: a person is told how to get it", async () => {
  for (const isTerminal of [true, false]) {
    await using home = await openHome({ isTerminal, os: "unix", env: { NO_COLOR: "1" } });
    assertEquals(await home.run("use"), 8);
    const hint = isTerminal ? 'stsmfa shell bash)"; others: stsmfa shell --help\n' : "shell\n";
    assertEquals(home.stdout.endsWith(hint), true, home.stdout);
  }
});
