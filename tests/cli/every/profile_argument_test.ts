import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Home, longTerm, openHome, session } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";
import { commandsOfHelp } from "../../support/flags_of_help.ts";

/** Each name can be told from what any command says or sends for its profile. */
const names = ["anna", "bert", "cora", "dora", "default"];

/** A profile with a valid session, all of whose key ids hold its name. */
function profile(name: string): string {
  const id = name.toUpperCase().padEnd(16, "2");
  const keys = longTerm(`${name}-long-term`, alice({ accessKeyId: `AKIA${id}` }));
  return keys + session(name, "2026-03-04T06:00:00Z").replace(/ASIA\w+/, `ASIA${id}`);
}

/** Commands and what goes before and after the profile. */
const commands: Readonly<Record<string, { before?: string[]; after?: string[]; alone?: false }>> = {
  refresh: {},
  init: { after: ["--non-interactive"] },
  read: { before: ["aws_access_key_id"] },
  env: {},
  exec: { after: ["--", "env"] },
  console: {},
  process: {},
  use: { after: ["--shell", "sh", "--mark", "test"], alone: false },
  whoami: {},
  devices: {},
  "kube-token": { before: ["--cluster", "shop"] },
  clear: {},
  keys: { before: ["move"], after: ["--to", "file"] },
  status: { alone: false },
  doctor: { alone: false },
};

/** Which profile a command was for, by all that it said, sent and ran. */
async function chosen(home: Home, seen: string[], args: readonly string[]): Promise<string[]> {
  await home.test.write(".aws/credentials", names.map(profile).join("\n"));
  seen.length = 0;
  home.sts.requests.length = 0;
  await home.run(...args);
  const sent = home.sts.requests.map((each) => each.accessKeyId);
  const token = /k8s-aws-v1\.([\w-]+)/.exec(home.stdout)?.[1] ?? "";
  const url = atob(token.replaceAll("-", "+").replaceAll("_", "/"));
  const evidence = [url, home.stdout, home.stderr, ...seen, ...sent].join("\n")
    .replaceAll(/AWS_DEFAULT_|DEFAULT_REGION/g, "")
    .toUpperCase();
  return names.filter((name) => evidence.includes(name.toUpperCase()));
}

async function openAll(): Promise<{ home: Home; seen: string[] }> {
  const seen: string[] = [];
  const home = await openHome({
    credentials: "",
    nobody: true,
    // There is no key store.
    runCommand: () => Promise.reject(Object.assign(new Error(), { code: "ENOENT" })),
    runAttached: ({ environment }) => {
      seen.push(JSON.stringify(environment?.set));
      return Promise.resolve(0);
    },
  });
  return { home, seen };
}

for (const [command, { before = [], after = [], alone }] of Object.entries(commands)) {
  Deno.test(`${command}: argument or --profile, else STSMFA_PROFILE, AWS_PROFILE, AWS_DEFAULT_PROFILE, default`, async () => {
    const { home, seen } = await openAll();
    await using _ = home;
    const run = (...words: string[]) =>
      chosen(home, seen, [command, ...before, ...words, ...after]);
    const { env } = home.test;
    if (alone !== false) {
      assertEquals(await run(), ["default"], home.test.output);
      for (const [n, variable] of VARIABLES.entries()) {
        env[variable] = names[n]!;
        assertEquals(await run(), [names[n]], variable);
      }
    }
    for (const [n, variable] of VARIABLES.entries()) env[variable] = names[n]!;
    assertEquals(await run("dora"), ["dora"]);
    for (const flag of [["--profile", "dora"], ["--profile=dora"], ["-p", "dora"]]) {
      assertEquals(await run(...flag), ["dora"], flag.join(" "));
    }
    assertEquals(await run("default"), ["default"]);
  });

  Deno.test(`${command}: a profile named twice, or with no name, is refused before anything else`, async () => {
    const { home } = await openAll();
    await using _ = home;
    const refused: [words: string[], message: string][] = [
      [["anna", "--profile", "bert"], "two profiles are named: anna and --profile bert"],
      [["--profile", ""], "the profile name is empty"],
      [[""], "the profile name is empty"],
    ];
    if (!["refresh", "clear", "status", "doctor"].includes(command)) {
      refused.push([["anna", "bert"], "one profile at a time, not 2"]);
    }
    for (const [words, message] of refused) {
      const run = () => home.run(command, ...before, ...words, ...after);
      assertEquals(await home.unchanged(run), 2, home.test.output);
      assertStringIncludes(home.stderr, `stsmfa: error: ${message}\n`);
      assertEquals([home.stdout, home.sts.count()], ["", 0]);
    }
  });
}

/** From the weakest to the strongest. */
const VARIABLES = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE", "STSMFA_PROFILE"];

Deno.test("no command that takes a profile is missing here", async () => {
  await using home = await openHome();
  const all = await commandsOfHelp(home);
  assert(all.length > 10);
  for (const command of all) {
    await home.run(command, "--help");
    const takesProfile = /^Usage: .*PROFILE/m.test(home.stdout) && / -p, /.test(home.stdout);
    assertEquals(takesProfile, command in commands, command);
  }
});

Deno.test("AWS_PROFILE that names no profile is an error, unless one is named", async () => {
  const { home, seen } = await openAll();
  await using _ = home;
  home.test.env["AWS_PROFILE"] = "nosuch";
  assertEquals(await chosen(home, seen, ["env", "anna"]), ["anna"]);
  assertEquals(await home.run("env"), 3);
  assertStringIncludes(home.stderr, "there is no profile nosuch");
});

Deno.test("the same argument twice is one profile", async () => {
  const { home, seen } = await openAll();
  await using _ = home;
  assertEquals(await chosen(home, seen, ["env", "anna", "anna"]), ["anna"]);
});
