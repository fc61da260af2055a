import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, type Home, type HomeOptions, openHome, session } from "../../support/homes.ts";
import { changes } from "../../support/statements.ts";

const inEurope = "[default]\nregion = eu-west-1\n";
const usual = ["AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
const own = {
  AWS_ACCESS_KEY_ID: "ASIAOLDOLDOLDOLDOLD2",
  AWS_SECRET_ACCESS_KEY: "old+secret/of+the+session+before+this",
  AWS_SESSION_TOKEN: "old/token+of+the+session+before+this==",
  AWS_CREDENTIAL_EXPIRATION: "2026-03-04T06:00:00Z",
};
const region = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" };
const marked = (value: string) => ({
  STSMFA_SET_REGION: value,
  STSMFA_SET_DEFAULT_REGION: value,
});
const legacy = {
  AWS_ACCESS_KEY: own.AWS_ACCESS_KEY_ID,
  AWS_SECRET_KEY: own.AWS_SECRET_ACCESS_KEY,
  AWS_DELEGATION_TOKEN: own.AWS_SESSION_TOKEN,
  AWS_SECURITY_TOKEN: own.AWS_SESSION_TOKEN,
};

/** A home whose session is valid: nothing may be asked or sent. */
function openValid(options: HomeOptions = {}): Promise<Home> {
  const credentials = alicesFile + session("default", "2026-03-04T06:00:00Z");
  return openHome({ credentials, nobody: true, network: false, ...options });
}

interface Situation {
  readonly env?: Record<string, string>;
  readonly config?: string;
  readonly args?: readonly string[];
  /** Beside the session's own four variables. */
  readonly set?: Record<string, string>;
  /** Beside what would win over them. */
  readonly unset?: readonly string[];
}

const stale = { AWS_ACCESS_KEY: "x", AWS_SECRET_KEY: "x", AWS_DELEGATION_TOKEN: "x" };
const used = {
  STSMFA_PROFILE: "other",
  STSMFA_SET_KEY: "ASIAOTHER",
  ...marked("eu-north-1"),
};

const situations: Readonly<Record<string, Situation>> = {
  "nothing is set before": {},
  "the profile has a region": { config: inEurope, set: { ...region, ...marked("eu-west-1") } },
  "all kinds of keys are set before": {
    env: { ...own, ...stale, AWS_SECURITY_TOKEN: "x", AWS_PROFILE: "default" },
    unset: Object.keys(stale),
  },
  "aws-vault has marked the shell": { env: { AWS_VAULT: "me" }, unset: ["AWS_VAULT"] },
  "--legacy": { args: ["--legacy"], env: { ...stale, AWS_SECURITY_TOKEN: "x" }, set: legacy },
  "the shell has a region of its own, in one of two variables": {
    env: { AWS_REGION: "us-west-2" },
    set: { AWS_DEFAULT_REGION: "us-west-2", STSMFA_SET_DEFAULT_REGION: "us-west-2" },
  },
  "the shell has regions of its own": {
    env: { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-1" },
  },
  "other ways to credentials are set before": {
    env: { AWS_ROLE_ARN: "x", AWS_CONTAINER_CREDENTIALS_FULL_URI: "", AWS_ACCOUNT_ID: "x" },
    unset: ["AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ACCOUNT_ID"],
  },
  "the shell has another region than the profile": {
    env: { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-1" },
    config: inEurope,
    set: {
      ...region,
      ...marked("eu-west-1"),
      STSMFA_WAS_REGION: "us-west-2",
      STSMFA_WAS_DEFAULT_REGION: "us-west-1",
    },
  },
  "`stsmfa use` set another profile's region": {
    env: { ...used, AWS_REGION: "eu-north-1", AWS_DEFAULT_REGION: "eu-north-1" },
    unset: [...Object.keys(used), "AWS_REGION", "AWS_DEFAULT_REGION"],
  },
  "a person changed the region that `stsmfa use` set": {
    env: { ...used, AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "eu-north-1" },
    set: { AWS_DEFAULT_REGION: "us-west-2", STSMFA_SET_DEFAULT_REGION: "us-west-2" },
    unset: Object.keys(used),
  },
  "`stsmfa use` set a region over one of the person's": {
    env: {
      ...used,
      AWS_REGION: "eu-north-1",
      AWS_DEFAULT_REGION: "eu-north-1",
      STSMFA_WAS_REGION: "us-west-2",
    },
    set: {
      AWS_REGION: "us-west-2",
      AWS_DEFAULT_REGION: "us-west-2",
      STSMFA_SET_DEFAULT_REGION: "us-west-2",
    },
    unset: [...Object.keys(used), "STSMFA_WAS_REGION"],
  },
  "`stsmfa use` set another region, and the profile has its own": {
    env: { ...used, AWS_REGION: "eu-north-1", AWS_DEFAULT_REGION: "eu-north-1" },
    config: inEurope,
    set: { ...region, ...marked("eu-west-1") },
    unset: Object.keys(used),
  },
};

for (const [when, { env = {}, config, args = [], ...expected }] of Object.entries(situations)) {
  Deno.test(`env sets the session and unsets what would win over it: ${when}`, async () => {
    await using home = await openValid({ env, ...(config !== undefined && { config }) });
    assertEquals(await home.unchanged(() => home.run("env", "default", ...args)), 0, home.stderr);
    assertEquals(home.stderr, "");
    const { set, unset } = changes(home.stdout);
    assertEquals(set, { ...own, ...expected.set });
    const gone = [...usual, ...expected.unset ?? []].filter((name) => !Object.hasOwn(set, name));
    assertEquals([...unset].sort(), gone.sort());
  });
}

Deno.test("env --shell json, --json and --shell dotenv print what is set, without unsetting anything", async () => {
  await using home = await openValid({ config: inEurope, env: { AWS_PROFILE: "default" } });
  for (const args of [["--shell", "json"], ["--json"], ["--shell", "json", "--json"]]) {
    assertEquals(await home.run("env", ...args), 0);
    assertEquals(home.json, { ...own, ...region });
  }
  assertEquals(await home.run("env", "--shell", "dotenv"), 0);
  const lines = Object.entries({ ...own, ...region }).map(([name, value]) => `${name}=${value}\n`);
  assertEquals(home.stdout, lines.join(""));
});

Deno.test("env --shell nu prints an object that load-env takes, null for what goes", async () => {
  await using home = await openValid();
  assertEquals(await home.run("env", "--shell", "nu"), 0);
  const gone = Object.fromEntries(usual.map((name) => [name, null]));
  assertEquals(home.json, { ...own, ...gone });
});

Deno.test("--quiet is no reason to leave the statements out", async () => {
  await using home = await openValid();
  await home.run("env");
  const { stdout } = home;
  assertEquals(await home.run("env", "--quiet"), 0);
  assertEquals(home.stdout, stdout);
  assertStringIncludes(stdout, own.AWS_SESSION_TOKEN);
});

Deno.test("no variable chooses the language of what a shell evaluates", async () => {
  await using home = await openValid();
  await home.run("env");
  const { stdout } = home;
  for (
    const [name, value] of [
      ["STSMFA_SHELL", "fish"],
      ["STSMFA_SHELL", "json"],
      ["STSMFA_SHELL", "nonsense"],
      ["STSMFA_JSON", "1"],
    ] as const
  ) {
    home.test.env[name] = value;
    assertEquals(await home.run("env"), 0, home.stderr);
    assertEquals([home.stdout, home.stderr], [stdout, ""]);
    delete home.test.env[name];
  }
});

Deno.test("env --json and the statements of a shell cannot be used together", async () => {
  await using home = await openValid();
  for (const args of [["--shell", "fish"], ["--unset", "--shell", "sh"]]) {
    assertEquals(await home.run("env", "--json", ...args), 2);
    assertEquals([home.stdout, home.jsonError.code], ["", "Usage"]);
    assertMatch(home.jsonError.message, /^--json and --shell (fish|sh) cannot be used together$/);
  }
});

Deno.test("env renews the session first, writes it, and prints the new one", async () => {
  const credentials = alicesFile + session("default", "2026-03-04T05:11:06Z");
  await using home = await openHome({ credentials });
  home.types();
  assertEquals(await home.run("env"), 0);
  const { set } = changes(home.stdout);
  const section = await home.section("default");
  assertEquals(set, {
    AWS_ACCESS_KEY_ID: section["aws_access_key_id"],
    AWS_SECRET_ACCESS_KEY: section["aws_secret_access_key"],
    AWS_SESSION_TOKEN: section["aws_session_token"],
    AWS_CREDENTIAL_EXPIRATION: "2026-03-04T17:06:07Z",
  });
  assertEquals(section["expiration"], "2026-03-04T17:06:07Z");
  assertEquals(await home.unchanged(() => home.run("env")), 0);
  assertEquals(changes(home.stdout).set, set);
  assertEquals(home.test.questions.length, 1);
});

const sessionNames = Object.keys(own);
const gone = [
  ...sessionNames,
  ...Object.keys(legacy),
  "STSMFA_PROFILE",
  "STSMFA_SET_KEY",
  "STSMFA_SET_REGION",
  "STSMFA_SET_DEFAULT_REGION",
  "STSMFA_WAS_REGION",
  "STSMFA_WAS_DEFAULT_REGION",
];
const regions = Object.keys(region);

const unsets: [when: string, env: Record<string, string>, regions: string[]][] = [
  ["after env", {}, regions],
  ["after use of a profile with a region", {
    STSMFA_PROFILE: "p",
    ...marked("eu-west-1"),
    ...region,
  }, regions],
  ["after use of a profile without one", { STSMFA_PROFILE: "p", AWS_REGION: "us-west-2" }, []],
  ["when the region was changed since", {
    STSMFA_PROFILE: "p",
    ...marked("eu-west-1"),
    ...region,
    AWS_REGION: "us-west-2",
  }, ["AWS_DEFAULT_REGION"]],
];
for (const [when, env, regions] of unsets) {
  Deno.test(`env --unset takes all of it away, and needs no file and nobody: ${when}`, async () => {
    await using home = await openHome({ credentials: null, nobody: true, network: false, env });
    assertEquals(await home.run("env", "--unset"), 0, home.stderr);
    const { set, unset } = changes(home.stdout);
    assertEquals(set, {});
    assertEquals([...unset].sort(), [...gone, ...regions].sort());
  });
}

Deno.test("env --unset refuses the languages that cannot, and names the way out", async () => {
  await using home = await openValid();
  for (const args of [["--shell", "json"], ["--shell", "dotenv"], ["--json"]]) {
    assertEquals(await home.run("env", "--unset", ...args), 2);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, "has no way to unset a variable");
    assertStringIncludes(home.stderr, "choose another --shell");
  }
  assertEquals(await home.run("env", "--unset", "--shell", "nu"), 0);
  assertEquals(new Set(Object.values(home.json)), new Set([null]));
});

const failures: [what: string, args: string[], exitStatus: number, options?: HomeOptions][] = [
  ["an unknown profile", ["nosuch"], 3],
  ["an unknown shell", ["--shell", "tcsh"], 2],
  ["stsmfa cannot ask", [], 2, { nobody: true }],
  ["--non-interactive", ["--non-interactive"], 2],
  ["a refused code", ["--token-code", "000000"], 4, { nobody: true }],
  ["a malformed code", ["--token-code", "12345"], 2],
  ["a broken file", [], 3, { credentials: `${alicesFile}nonsense\n` }],
  ["no network", [], 5, { network: () => Promise.reject(new TypeError("no network")) }],
  ["no duration", ["--min-left", "soon"], 2],
  ["more than a session lasts", ["--min-left", "13h"], 2],
];
for (const [what, args, exitStatus, options = {}] of failures) {
  Deno.test(`env leaves stdout empty: ${what}`, async () => {
    await using home = await openHome(options);
    home.answer("000000", "000000", "000000");
    for (const shell of [["--shell", "sh"], ["--shell", "json"]]) {
      const run = () => home.run("env", ...shell, ...args);
      assertEquals(await home.unchanged(run), exitStatus, home.stderr);
      assertEquals(home.stdout, "");
      assertMatch(home.stderr, /^stsmfa: error: /m);
    }
  });
}

const refused = [
  ["--region", "Europe"],
  ["--duration", "banana"],
  ["--duration", "899"],
  ["--mfa-serial", "arn:aws:iam::123456789012:user/alice"],
  ["--role-arn", "Administrator"],
  ["--target-profile", "a]b"],
] as const;
Deno.test("a bad flag is refused, however valid the session is", async () => {
  await using home = await openValid();
  for (const [flag, value] of refused) {
    assertEquals(await home.run("env", flag, value), 2, `${flag} ${value}`);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, `flag ${flag}: `);
  }
  home.test.env["STSMFA_REGION"] = "Europe";
  assertEquals(await home.run("env"), 3);
  assertStringIncludes(home.stderr, "variable STSMFA_REGION: Europe is not a region");
});

Deno.test("a code that was given waits for another stsmfa for as long as it may be good", async () => {
  await using home = await openHome();
  home.answer(async () => {
    const before = home.test.clock.now().getTime();
    assertEquals(await home.run("env", "--token-code", "123456"), 6);
    assertEquals(Math.round((home.test.clock.now().getTime() - before) / 10_000), 6);
    assertStringIncludes(home.stderr, "hint: answer or stop the other one");
    return home.sts.code();
  });
  assertEquals(await home.run("env"), 0);
});

Deno.test("a wait for another stsmfa that ends in an error is wiped away before it", async () => {
  await using home = await openHome({ isTerminal: true });
  let shown = "";
  home.answer(async () => {
    assertEquals(await home.run("env", "--non-interactive"), 6);
    shown = home.stderr;
    return home.sts.code();
  });
  assertEquals(await home.run("env"), 0);
  const shownInPlace = shown.split("\r\x1b[K").slice(1);
  const wiped = shownInPlace.pop();
  // Where the question is, is known once it was written down.
  const wait =
    /^(waiting for another stsmfa|default: type the code on the other terminal).*, \d+ s/;
  for (const each of shownInPlace) assertMatch(each, wait);
  assertMatch(wiped!, /^stsmfa: .*another stsmfa has held /);
});
