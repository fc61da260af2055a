import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Home, type HomeOptions, longTerm, openHome } from "../../support/homes.ts";
import type { Fault } from "../../support/loopback_sts.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/x";
const config = `[profile role]
stsmfa =
  source_profile = default
  role_arn = ${roleArn}
[profile long]
stsmfa =
  source_profile = default
  role_arn = ${roleArn}
  duration_seconds = 2h
`;

/** Everything that must never be seen: keys, tokens, and every code that was sent. */
async function secretsOf(home: Home): Promise<string[]> {
  const kept: string[] = [];
  for (const directory of [".aws", ".local/state/stsmfa/sessions"]) {
    for (const name of await home.test.list(directory).catch(() => [])) {
      kept.push(await home.test.read(`${directory}/${name}`));
    }
  }
  const stored = kept.flatMap((text) => [
    ...text.matchAll(/(?:secret_access_key|session_token|security_token) *= *(\S+)/g),
    ...text.matchAll(/"(?:secretAccessKey|sessionToken)":"([^"]+)"/g),
  ]).map((match) => match[1]!);
  const codes = home.sts.requests.flatMap((each) => each.params["TokenCode"] ?? []);
  return [...new Set([alice().secretAccessKey, ...stored, ...codes])];
}

/** The names of all files below the home directory. */
async function namesBelow(directory: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    names.push(name, ...isDirectory ? await namesBelow(`${directory}/${name}`) : []);
  }
  return names;
}

async function assertNoSecret(home: Home, output: string): Promise<void> {
  const names = (await namesBelow(home.test.home)).join("\n");
  for (const secret of await secretsOf(home)) {
    assertEquals(output.includes(secret), false, `the output holds ${secret}`);
    assertEquals(names.includes(secret), false, `a file's name holds ${secret}`);
  }
}

function open(options: HomeOptions = {}): Promise<Home> {
  const sts = { roles: [{ roleArn, maxSessionDuration: 7200 }] };
  return openHome({ config, sts, ...options });
}

Deno.test("no secret, token or code is in any output or file name when all goes well", async () => {
  await using home = await open({ runAttached: () => Promise.resolve(0) });
  home.types(9);
  let output = "";
  for (
    const args of [
      [],
      ["--json", "role"],
      ["--force", "long", "--legacy-token"],
      ["--force", "default", "role"],
      ["--dry-run", "role", "--token-code", "654321"],
      ["--dry-run", "role", "--json"],
      ["status"],
      ["status", "--json"],
      ["whoami", "role"],
      ["devices"],
      ["doctor", "--offline"],
      ["keys"],
      ["keys", "rotate", "default", "--dry-run", "--json"],
      ["hooks"],
      ["import", "--dry-run", "--json"],
      ["exec", "role", "--", "true"],
      ["console", "role", "--dry-run"],
      ["shell", "bash"],
      ["completions", "bash"],
      ["completions", "profiles"],
      ["clear", "role"],
    ]
  ) {
    home.test.clock.advance(30);
    assertEquals(await home.run(...args), 0, args.join(" "));
    output += home.test.output;
  }
  output += home.test.questions.join("\n");
  assertEquals((await secretsOf(home)).length >= 8, true);
  assertEquals(output.includes("654321"), false);
  await assertNoSecret(home, output);
});

const everything = `654321 ${alice().secretAccessKey} '654321' at 'tokenCode'`;
const echo = (code: string, message = everything): Fault => (
  { kind: "error", code, message, status: 403 }
);

const failures: Record<
  string,
  { fault?: Fault; args?: string[]; options?: HomeOptions; ignore?: boolean }
> = {
  "a refused code": { args: ["--token-code", "654321", "--non-interactive"] },
  "an answer that echoes everything": { fault: { ...echo("Odd"), action: "GetSessionToken" } },
  "a validation error that echoes the code": {
    fault: { ...echo("ValidationError"), action: "GetSessionToken" },
  },
  "an unknown error before the code": {
    fault: { ...echo("Odd", alice().secretAccessKey), action: "ListMFADevices" },
  },
  "a refused role": {
    args: ["role", "--external-id", "none"],
    fault: { ...echo("AccessDenied"), action: "AssumeRole" },
  },
  "a refused long role": { args: ["long"], fault: { ...echo("Odd"), action: "AssumeRole" } },
  "throttling": { fault: { kind: "throttle", action: "GetSessionToken" } },
  "a 500 with the code in it": {
    fault: { kind: "status", status: 500, body: "654321", action: "GetSessionToken" },
  },
  "a cut connection": { fault: { kind: "cut", action: "GetSessionToken" } },
  "HTML": { fault: { kind: "html", action: "GetSessionToken" } },
  "a malformed code": { args: ["--token-code", "65432"] },
  "an unknown flag": { args: ["--nosuch"] },
  "an unknown profile": { args: ["nosuch"] },
  "a broken file": { options: { credentials: `${longTerm("default-long-term")}654321` } },
  "a repeated secret": {
    options: {
      credentials: `${
        longTerm("default-long-term")
      }aws_secret_access_key = ${alice().secretAccessKey}\n`,
    },
  },
  "a network that says the code": {
    args: ["--mfa-serial", ALICE_DEVICE],
    options: { network: (_, { body }) => Promise.reject(new TypeError(`cannot send ${body}`)) },
  },
};

for (const [what, { fault, args = [], options = {}, ignore = false }] of Object.entries(failures)) {
  for (const json of [[], ["--json"]]) {
    const name = `no secret, token or code is shown for ${what} ${json.join("")}`.trimEnd();
    Deno.test({ name, ignore }, async () => {
      await using home = await open(options);
      home.answer("654321", "654321", "654321");
      if (fault !== undefined) home.sts.failNext(fault, 3);
      assertEquals(await home.run(...args, ...json) > 0, true);
      const { output } = home.test;
      assertEquals(output.includes("654321"), false, output);
      await assertNoSecret(home, output);
    });
  }
}

Deno.test("a fault of stsmfa itself shows its kind, never a value, and no stack", async () => {
  await using home = await open();
  home.answer(() => {
    throw new RangeError(alice().secretAccessKey);
  });
  assertEquals(await home.unchanged(() => home.run()), 1);
  assertStringIncludes(home.stderr, "stsmfa: error: this is a bug in stsmfa: RangeError");
  await assertNoSecret(home, home.test.output);
  assertEquals(home.stderr.trimEnd().split("\n").length, 2);
});

for (
  const [where, storage] of [
    ["file:///home/alice/stsmfa/lib/doctor/keys.ts:12:3", "lib/doctor/keys.ts:12"],
    ["file:///tmp/deno-compile-stsmfa/refresh-3JMHIHSU.js:1:2345", "refresh-3JMHIHSU.js:1:2345"],
  ] as const
) {
  Deno.test(`a fault of stsmfa itself shows its place: ${storage}`, async () => {
    await using home = await open();
    home.answer(() => {
      const error = new TypeError("no");
      error.stack = `TypeError: no\n    at async run (${where})\n    at cli.ts:140:24`;
      throw error;
    });
    assertEquals(await home.unchanged(() => home.run()), 1);
    assertStringIncludes(home.stderr, `TypeError at ${storage}\n`);
  });
}
