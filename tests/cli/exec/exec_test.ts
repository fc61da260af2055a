import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { AttachedCommand } from "../../../lib/context.ts";
import {
  alicesFile,
  type Home,
  type HomeOptions,
  longTerm,
  openHome,
  session,
} from "../../support/homes.ts";
import { ctrlC } from "../../support/test_context.ts";

const valid = alicesFile + session("default", "2026-03-04T06:00:00Z");
const region = (name: string) => ({ AWS_REGION: name, AWS_DEFAULT_REGION: name });

/** A home, and what `exec` ran there. */
async function open(
  options: HomeOptions = {},
  run: (command: AttachedCommand) => Promise<number> = () => Promise.resolve(0),
): Promise<{ home: Home; ran: AttachedCommand[] }> {
  const ran: AttachedCommand[] = [];
  const runAttached = (command: AttachedCommand) => {
    ran.push(command);
    return run(command);
  };
  return { home: await openHome({ credentials: valid, runAttached, ...options }), ran };
}

/** The environment that the program gets in a home. */
function environmentOf({ test }: Home, { environment }: AttachedCommand): Record<string, string> {
  const kept = Object.entries(test.env).filter(([name]) => !environment.unset.includes(name));
  return { ...Object.fromEntries(kept), ...environment.set };
}

Deno.test("exec gives a program the session as `stsmfa env` does, and marks what it sets", async () => {
  const outer = {
    ...region("us-west-2"),
    AWS_PROFILE: "other",
    AWS_DEFAULT_PROFILE: "other",
    AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER2",
    AWS_SECURITY_TOKEN: "other",
    AWS_DELEGATION_TOKEN: "other",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    STSMFA_PROFILE: "other",
    STSMFA_SET_REGION: "us-west-2",
    STSMFA_SET_DEFAULT_REGION: "us-west-2",
    STSMFA_TOKEN_CODE: "123456",
    PAGER: "less",
  };
  const { home, ran } = await open({ env: outer, config: "[default]\nregion = eu-west-1\n" });
  await using _ = home;
  const kept = Object.entries(home.test.env)
    .filter(([name]) => !(name in outer) || name === "PAGER" || name === "AWS_ENDPOINT_URL");
  assertEquals(await home.unchanged(() => home.run("exec", "default", "--", "true")), 0);
  assertEquals(home.test.output, "");
  assertEquals(environmentOf(home, ran[0]!), {
    ...Object.fromEntries(kept),
    AWS_ACCESS_KEY_ID: "ASIAOLDOLDOLDOLDOLD2",
    AWS_SECRET_ACCESS_KEY: "old+secret/of+the+session+before+this",
    AWS_SESSION_TOKEN: "old/token+of+the+session+before+this==",
    AWS_CREDENTIAL_EXPIRATION: "2026-03-04T06:00:00Z",
    ...region("eu-west-1"),
    STSMFA_PROFILE: "default",
    STSMFA_SET_KEY: "ASIAOLDOLDOLDOLDOLD2",
    STSMFA_SET_REGION: "eu-west-1",
    STSMFA_SET_DEFAULT_REGION: "eu-west-1",
  });
  assertEquals(home.sts.count(), 0);
});

Deno.test("exec inside of exec replaces the outer session, the names of old programs among it", async () => {
  const bobs = session("bob", "2026-03-04T07:00:00Z").replaceAll("OLD", "BOB").replaceAll(
    "old",
    "bob",
  );
  const { home, ran } = await open({
    credentials: `${valid}\n${longTerm("bob-long-term")}\n${bobs}`,
    config: "[default]\nregion = eu-west-1\n[profile bob]\nregion = us-west-2\n",
  });
  await using _ = home;
  assertEquals(await home.run("exec", "--legacy", "--", "sh"), 0);
  const outer = environmentOf(home, ran[0]!);
  assertEquals(outer["AWS_SECURITY_TOKEN"], "old/token+of+the+session+before+this==");
  for (const name of Object.keys(home.test.env)) delete home.test.env[name];
  Object.assign(home.test.env, outer);

  assertEquals(await home.run("exec", "bob", "--", "sh"), 0);
  const inner = environmentOf(home, ran[1]!);
  assertEquals(Object.entries(inner).filter(([, value]) => /old|OLD|eu-west-1/.test(value)), []);
  assertEquals(inner["AWS_ACCESS_KEY_ID"], "ASIABOBBOBBOBBOBBOB2");
  assertEquals(home.test.output, "");
});

Deno.test("exec hands on every word behind the first --, and the program's exit status", async () => {
  const { home, ran } = await open({}, () => Promise.resolve(42));
  await using _ = home;
  const argv = ["prog", "-h", "--json", "--", "", "a b", "--profile=x", "-v", "it's\n$HOME"];
  assertEquals(await home.run("exec", "--", ...argv), 42);
  assertEquals(ran.map((each) => each.argv), [argv as [string, ...string[]]]);
  assertEquals(home.test.output, "");
});

Deno.test("exec runs the profile that is named, else the usual one", async () => {
  const credentials = ["a", "b", "default"].map((name) =>
    `${longTerm(`${name}-long-term`)}\n${session(name, "2026-03-04T06:00:00Z")}`
      .replace("ASIAOLDOLDOLDOLDOLD2", `ASIA${name.toUpperCase()}`)
  ).join("\n");
  const { home, ran } = await open({ credentials, env: { AWS_PROFILE: "a" }, nobody: true });
  await using _ = home;
  for (const words of [["default"], ["-p", "b"], []]) {
    assertEquals(await home.run("exec", ...words, "--", "true"), 0, home.stderr);
  }
  const ids = ran.map(({ environment }) => environment.set["AWS_ACCESS_KEY_ID"]);
  assertEquals(ids, ["ASIADEFAULT", "ASIAB", "ASIAA"]);
});

Deno.test("exec renews an expired session first, and the program gets the new one", async () => {
  const credentials = alicesFile + session("default", "2026-03-04T05:00:00Z");
  for (const flags of [[], ["--json"], ["--quiet"]]) {
    const { home, ran } = await open({ credentials }, () => Promise.resolve(7));
    await using _ = home;
    home.types();
    assertEquals(await home.run("exec", ...flags, "--", "true"), 7);
    assertEquals(home.test.output, "");
    const written = await home.section("default");
    assertMatch(written["aws_access_key_id"]!, /^ASIA(?!OLD)/);
    const { set } = ran[0]!.environment;
    assertEquals(set["AWS_SESSION_TOKEN"], written["aws_session_token"]);
    assertEquals(set["AWS_CREDENTIAL_EXPIRATION"], "2026-03-04T17:06:07Z");
  }
});

const failures: Record<string, [HomeOptions, (home: Home) => void, status: number]> = {
  "a refused code": [{}, (home) => home.answer("000000", "000000", "000000"), 4],
  "Ctrl-C at the prompt": [{}, (home) => home.answer(ctrlC), 130],
  "a signal during the prompt": [{}, (home) =>
    home.answer(async () => {
      home.test.interrupt();
      return await home.sts.code();
    }), 130],
  "stsmfa cannot ask": [{ nobody: true }, () => {}, 2],
  "no network": [
    {
      network: () => Promise.reject(new TypeError("error sending request")),
    },
    (home) => home.types(),
    5,
  ],
};
for (const [what, [options, prepare, status]] of Object.entries(failures)) {
  Deno.test(`exec runs nothing when there is no session: ${what}`, async () => {
    const { home, ran } = await open({ credentials: alicesFile, ...options });
    await using _ = home;
    prepare(home);
    assertEquals(await home.run("exec", "--", "true"), status, home.stderr);
    assertEquals([ran.length, home.stdout], [0, ""]);
    assertMatch(home.stderr, /^stsmfa: error: /m);
  });
}

const needed = "exec needs the command to run, after --";
const missing = "there is no program";
const refused: [words: string, status: number, problem: string, hint: string | undefined][] = [
  ["", 2, needed, "stsmfa exec -- COMMAND"],
  ["default", 2, needed, "stsmfa exec default -- COMMAND"],
  ["default --", 2, needed, "stsmfa exec default -- COMMAND"],
  ["default terraform plan", 2, needed, "stsmfa exec default -- terraform plan"],
  ["-p default terraform plan", 2, needed, "stsmfa exec -p default -- terraform plan"],
  [
    "default aws s3 --region x",
    2,
    needed,
    "stsmfa exec default -- aws s3 --region x",
  ],
  [
    "default ls -la",
    2,
    "there is no flag -l",
    "put -- before the command to run; see: stsmfa exec --help",
  ],
  ["default --duraton 1h", 2, "there is no flag --duraton", "did you mean --duration?"],
  ["default other -- tool", 2, "one profile at a time, not 2", undefined],
  ["-p default other -- tool", 2, "two profiles are named: other and --profile default", ""],
  ["nosuch -- tool", 3, "there is no profile nosuch", ""],
  ["--min-left soon -- tool", 2, "--min-left: soon is not a duration", ""],
  ["--duration 5 -- tool", 2, "flag --duration: 5 is out of range", ""],
  ["--token-code 12345 -- tool", 2, "flag --token-code: an MFA code has six digits", ""],
  ["-- nosuch", 127, `${missing} nosuch`, undefined],
  ["-- ./nosuch", 127, `${missing} ./nosuch`, undefined],
  [
    "-- HOME/bin/tool/x",
    126,
    "cannot run HOME/bin/tool/x: a part of the path is not a directory",
    "",
  ],
  ["-- HOME/bin", 126, "cannot run HOME/bin: it is a directory", undefined],
  ["-- notes", 126, "cannot run HOME/bin/notes: it is not executable", "chmod +x HOME/bin/notes"],
];
for (const [words, status, problem, hint] of refused) {
  Deno.test(
    `exec refuses before it asks, sends or runs anything: ${words || "no words"}`,
    async () => {
      const { home, ran } = await open({ credentials: alicesFile, os: "unix" });
      await using _ = home;
      home.test.env["PATH"] = `/nonexistent:${home.test.path("bin")}`;
      await home.test.write("bin/tool", "#!/bin/sh\n", 0o755);
      await home.test.write("bin/notes", "", 0o644);
      const filled = (text: string) => text.replaceAll("HOME", home.test.home);
      const args = filled(words).split(" ").filter((word) => word !== "");
      assertEquals(await home.unchanged(() => home.run("exec", ...args)), status, home.stderr);
      assertStringIncludes(home.stderr, `stsmfa: error: ${filled(problem)}`);
      if (hint) assertStringIncludes(home.stderr, `stsmfa: hint: ${filled(hint)}\n`);
      if (hint === undefined) assertEquals(home.stderr.includes("hint"), false);
      assertEquals([home.stdout, home.test.questions, ran, home.sts.count()], ["", [], [], 0]);
    },
  );
}

const faults: [error: Error, status: number, said: string][] = [
  [new Deno.errors.NotFound("x"), 127, "CommandNotFound"],
  [new Deno.errors.PermissionDenied("x"), 126, "CommandNotRunnable"],
  [Object.assign(new Error("x"), { code: "E2BIG" }), 126, "CommandNotRunnable"],
  [new Error("Text file busy (os error 26)"), 126, "CommandNotRunnable"],
  [new TypeError("x"), 1, "Unexpected"],
];
for (const [error, status, code] of faults) {
  Deno.test(`exec ends with ${status} when the program does not start: ${error.name}, ${error.message}`, async () => {
    const { home } = await open({}, () => Promise.reject(error));
    await using _ = home;
    assertEquals(await home.run("exec", "--json", "--", "prog"), status);
    assertEquals([home.stdout, home.jsonError.code], ["", code]);
  });
}
