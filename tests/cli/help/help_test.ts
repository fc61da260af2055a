import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import deno from "../../../deno.json" with { type: "json" };
import { openHome } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";
import { TestContext } from "../../support/test_context.ts";

/** Runs without files, network or anybody there. */
async function bare(...args: string[]) {
  const test = await TestContext.create();
  await using _ = test;
  const exitStatus = await test.run(...args);
  return { exitStatus, stdout: test.stdout, stderr: test.stderr };
}

Deno.test("--help and help say what stsmfa is for, its commands, and how to begin", async () => {
  for (const args of [["--help"], ["help"], ["-h"]]) {
    const { exitStatus, stdout, stderr } = await bare(...args);
    assertEquals({ exitStatus, stderr }, { exitStatus: 0, stderr: "" });
    assertStringIncludes(stdout, "Type an MFA code once.");
    assertStringIncludes(stdout, "  stsmfa init  ");
    assertStringIncludes(stdout, "  exit-codes  ");
    for (const command of ["refresh", "status"]) {
      assertMatch(stdout, new RegExp(`\\b${command}\\b`));
    }
  }
});

Deno.test("help of a command shows its own flags and nothing is run", async () => {
  for (const args of [["help", "status"], ["status", "--help"], ["status", "-h"]]) {
    const { exitStatus, stdout, stderr } = await bare(...args);
    assertEquals({ exitStatus, stderr }, { exitStatus: 0, stderr: "" });
    assertStringIncludes(stdout, "Show");
    assertStringIncludes(stdout, "--min-left");
    assertEquals(stdout.includes("--token-code"), false);
  }
  const { stdout } = await bare("refresh", "--help");
  for (
    const flag of ["--token-code", "--force", "--all", "--dry-run", "--no-backup", "--role-arn"]
  ) {
    assertStringIncludes(stdout, flag);
  }
  assertStringIncludes(stdout, "pass otp aws | stsmfa work --token-code -");
});

Deno.test("help of what does not exist: exit 2, and the command or topic that was meant", async () => {
  const rows = [
    ["statsu", "stsmfa help status"],
    ["exit-code", "stsmfa help exit-codes"],
    ["confg", "stsmfa help config"],
  ] as const;
  for (const [word, meant] of rows) {
    const { exitStatus, stdout, stderr } = await bare("help", word);
    assertEquals([exitStatus, stdout], [2, ""]);
    assertEquals(
      stderr,
      `stsmfa: error: there is no help for ${word}\nstsmfa: hint: did you mean: ${meant}\n`,
    );
  }
  const { stderr } = await bare("help", "something");
  assertStringIncludes(stderr, "hint: see: stsmfa help\n");
});

Deno.test({
  name: "the usage of a command shows that profiles are optional",
  fn: async () => {
    for (const command of ["refresh", "status"]) {
      const { stdout } = await bare("help", command);
      assertStringIncludes(stdout, `Usage: stsmfa ${command} [PROFILE...] [FLAGS]\n`);
    }
  },
});

Deno.test("the usage of exec: flags stand before the command to run", async () => {
  const { stdout } = await bare("exec", "--help");
  assertStringIncludes(stdout, "\nUsage: stsmfa exec [PROFILE] [FLAGS] [-- COMMAND...]\n");
});

Deno.test("flags stand under what they are for, and other tools' spellings in the man page alone", async () => {
  const { stdout } = await bare("refresh", "--help");
  const headings = [...stdout.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
  assertEquals(headings, ["Examples", "Flags", "Whose session", "Where it goes", "For scripts"]);
  assertEquals(stdout.includes("--assume-role"), false);
  const man = await bare("completions", "man");
  assertStringIncludes(
    man.stdout.replaceAll("\\-", "-"),
    "--role-arn, --assume-role, --assume ARN",
  );
});

Deno.test("--version says name and version in a line of their own, then the runtime and its target", async () => {
  for (const flag of ["--version", "-v"]) {
    const { exitStatus, stdout, stderr } = await bare(flag);
    assertEquals(
      { exitStatus, stdout, stderr },
      {
        exitStatus: 0,
        stdout: `stsmfa ${deno.version}\ndeno 2.4.0, x86_64-${
          Deno.build.os === "windows" ? "pc-windows-msvc" : "unknown-linux-gnu"
        }\n`,
        stderr: "",
      },
    );
  }
});

for (const args of [["--nosuch"], ["status", "--nosuch"], ["work", "--nosuch=1"], ["-z"]]) {
  Deno.test(`stsmfa ${args.join(" ")}: exit 2, the flag and where to look`, async () => {
    const { exitStatus, stdout, stderr } = await bare(...args);
    assertEquals({ exitStatus, stdout }, { exitStatus: 2, stdout: "" });
    assertMatch(
      stderr,
      /^stsmfa: error: .*(--nosuch|-?z).*\nstsmfa: hint: see: stsmfa \w+ --help\n$/,
    );
  });
}

Deno.test("an unknown flag with --json: one line of JSON", async () => {
  const { exitStatus, stdout, stderr } = await bare("status", "--json", "--nosuch");
  assertEquals({ exitStatus, stdout }, { exitStatus: 2, stdout: "" });
  const { error } = JSON.parse(stderr);
  assertEquals(error.code, "Usage");
  assertStringIncludes(error.message, "--nosuch");
  assertEquals(error.hint, "see: stsmfa status --help");
});

Deno.test("a flag without its value, a bad choice and a repeated flag are usage errors", async () => {
  for (
    const args of [
      ["--duration"],
      ["--color", "sometimes"],
      ["--region", "eu-west-1", "--region", "eu-west-2"],
      ["--mfa-serial", ""],
    ]
  ) {
    await using home = await openHome();
    assertEquals(await home.unchanged(() => home.run(...args)), 2, args.join(" "));
    assertMatch(home.stderr, /^stsmfa: error: /);
    assertEquals(home.sts.count(), 0);
  }
});

const roleArn = "arn:aws:iam::222222222222:role/x";
const spellings: Record<string, readonly string[]> = {
  "--mfa-serial": [ALICE_DEVICE, "--serial-number", "--device"],
  "--duration": ["900", "--duration-seconds"],
  "--role-arn": [roleArn, "--assume-role", "--assume"],
  "--token-code": ["654321", "--token", "--mfa-token"],
  "--credentials-file": ["~/.aws/credentials", "--credentials", "--aws-credential-file"],
  "--config-file": ["~/.aws/config", "--config"],
  "--long-term-suffix": ["long-term", "--long-suffix"],
  "--short-term-suffix": ["mfa", "--short-suffix"],
};

for (const [ours, [value, ...theirs]] of Object.entries(spellings)) {
  Deno.test(`${theirs.join(" and ")} mean ${ours}, with a space or an = before the value`, async () => {
    await using home = await openHome({ nobody: true, network: false });
    const plans = [];
    for (const flag of [ours, ...theirs]) {
      for (const args of [[flag, value!], [`${flag}=${value}`]]) {
        assertEquals(await home.run("--dry-run", ...args), 0, `${args}: ${home.stderr}`);
        plans.push(home.stdout);
      }
    }
    assertEquals(new Set(plans).size, 1);
  });
}

for (
  const [ours, theirs] of [
    ["--no-backup", "--ignore-backup"],
    ["--non-interactive", "--no-input"],
    ["--dry-run", "--dryrun"],
    ["--force", "-f"],
    ["--dry-run", "-n"],
    ["--quiet", "-q"],
  ] as const
) {
  Deno.test(`${theirs} means ${ours}`, async () => {
    await using home = await openHome({ nobody: true, network: false });
    const outputs = [];
    for (const flag of [ours, theirs]) {
      const plan = ours === "--dry-run" ? [] : ["--dry-run"];
      assertEquals(await home.run(flag, ...plan), 0);
      outputs.push(home.test.output);
    }
    assertEquals(outputs[0], outputs[1]);
  });
}

Deno.test("behind -- a word is a profile, whatever it looks like", async () => {
  await using home = await openHome({ nobody: true });
  assertEquals(await home.run("--", "--device"), 3);
  assertStringIncludes(home.stderr, "there is no profile --device");
});

Deno.test("colour is for terminals, unless somebody says otherwise", async () => {
  const green = "\x1b[32mvalid\x1b[0m";
  const shown = async (isTerminal: boolean, env: Record<string, string>, ...args: string[]) => {
    await using home = await openHome({ isTerminal, env });
    home.types();
    await home.run("--quiet");
    await home.run(...args);
    return home.stdout.includes(green);
  };
  assertEquals(await shown(true, {}), true);
  assertEquals(await shown(false, {}), false);
  assertEquals(await shown(true, { NO_COLOR: "1" }), false);
  assertEquals(await shown(true, { TERM: "dumb" }), false);
  assertEquals(await shown(false, { CLICOLOR_FORCE: "1" }), true);
  assertEquals(await shown(false, { CLICOLOR_FORCE: "0" }), false);
  assertEquals(await shown(true, { NO_COLOR: "1", CLICOLOR_FORCE: "1" }), false);
  assertEquals(await shown(false, { NO_COLOR: "1" }, "--color", "always"), true);
  assertEquals(await shown(true, {}, "--color", "never"), false);
});

Deno.test("a command behind a flag is told where it belongs", async () => {
  await using home = await openHome();
  assertEquals(await home.run("--profile", "work", "read", "expiration"), 2);
  assertStringIncludes(home.stderr, "hint: put flags after the command: stsmfa read --profile ...");
});
