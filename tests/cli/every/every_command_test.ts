/**
 * What holds for every command there is.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  alicesFile,
  type Home,
  type HomeOptions,
  longTerm,
  openHome,
} from "../../support/homes.ts";
import { commandsOfHelp } from "../../support/flags_of_help.ts";
import { alice } from "../../support/sts_people.ts";

const keys = alice();

interface Row {
  /** Words with which it succeeds. */
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** Whether it reads AWS's files; default yes. */
  readonly readsFiles?: false;
  /** What it prints with `--json`, unless that is data: nothing, or an error. */
  readonly json?: "nothing" | "error";
  /** Whether a code would be taken without a look, since nothing here needs one. */
  readonly codeIsIdle?: true;
  /** The exit status with `--json`, unless it is 0. */
  readonly exitStatus?: number;
}

const rows: Readonly<Record<string, Row>> = {
  refresh: { args: ["default"] },
  init: {
    args: ["fresh", "--non-interactive", "--no-session"],
    env: { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
  },
  status: { args: [] },
  read: { args: ["expiration"] },
  env: { args: [] },
  exec: { args: ["--", "program"], json: "nothing" },
  console: { args: ["--dry-run"] },
  process: { args: [] },
  use: { args: [], readsFiles: false, exitStatus: 8 },
  unset: {
    args: ["--shell", "sh", "--mark", "test"],
    readsFiles: false,
    json: "error",
    exitStatus: 2,
  },
  shell: { args: ["bash"], readsFiles: false },
  whoami: { args: [] },
  devices: { args: [] },
  // It tells of broken files on stdout: doctor_test.ts.
  doctor: { args: [], readsFiles: false },
  clear: { args: ["default"] },
  keys: { args: ["list"], codeIsIdle: true },
  hooks: { args: ["list"], codeIsIdle: true },
  "kube-token": { args: ["--cluster", "shop"] },
  // It tells docker of a broken file on stdout: docker_credential_test.ts.
  "docker-credential": { args: ["list"], readsFiles: false },
  import: { args: ["--dry-run"] },
  completions: { args: ["bash"], readsFiles: false },
};

const secret = "654321+that/is+the/secret+of/somebody+else";

/** Lines that people get wrong, each with a secret in it. */
const brokenFiles: Readonly<Record<string, string>> = {
  "a repeated key": `${longTerm("default-long-term")}aws_secret_access_key = ${secret}\n`,
  "a secret on a line of its own": `${longTerm("default-long-term")}${secret}\n`,
  "a key before the first section": `aws_secret_access_key = ${secret}\n${alicesFile}`,
  "a section without its bracket": `[default-long-term\naws_secret_access_key = ${secret}\n`,
};

function open(row: Row, options: HomeOptions = {}): Promise<Home> {
  return openHome({
    credentials: `${alicesFile}aws_mfa_device = ${keys.devices[0]!.serialNumber}\n`,
    runAttached: () => Promise.resolve(0),
    ...(row.env && { env: row.env }),
    ...options,
  });
}

/** The words of a command line; what follows `--` stays behind. */
function words(command: string, { args }: Row, ...flags: string[]): string[] {
  const end = args.indexOf("--");
  const at = end < 0 ? args.length : end;
  return [command, ...args.slice(0, at), ...flags, ...args.slice(at)];
}

Deno.test("this table has every command", async () => {
  await using home = await openHome();
  assertEquals((await commandsOfHelp(home)).toSorted(), Object.keys(rows).toSorted());
});

for (const [command, row] of Object.entries(rows)) {
  const { readsFiles = true, json = "data", exitStatus = 0 } = row;

  Deno.test(`${command}: its help shows it in use, with flags that there are`, async () => {
    await using home = await openHome({ credentials: null, nobody: true, network: false });
    assertEquals(await home.run(command, "--help"), 0);
    assertEquals(home.stderr, "");
    const [before = "", flags = ""] = home.stdout.split("\nFlags:\n");
    const typed = command === "refresh" ? "stsmfa" : `stsmfa ${command}`;
    const examples = before.split("\nExamples:\n")[1]!.split("\n\n")[0]!.split("\n")
      .filter((line) => line.startsWith("  ") && line.includes(typed));
    assert(examples.length > 0, `no example in the help of ${command}`);
    const used = examples.flatMap((line) =>
      line.slice(line.indexOf(typed)).split(/[|<>)]| -- /)[0]!.match(/--[a-z][a-z-]*/g) ?? []
    );
    for (const flag of used) assertMatch(flags, new RegExp(`(^|\\s)${flag}\\b`, "m"));
  });

  Deno.test(`${command}: --json prints JSON and nothing else`, async () => {
    await using home = await open(row);
    home.types();
    await home.run("refresh", "--quiet");
    const ended = await home.run(...words(command, row, "--json"));
    assertEquals(ended, exitStatus, home.stderr);
    for (const line of home.stderr.split("\n").slice(0, -1)) JSON.parse(line);
    if (json === "data") assertEquals(typeof home.json, "object");
    else assertEquals(home.stdout, "");
    if (json === "error") assertEquals(home.jsonError.code, "Usage");
  });

  Deno.test(`${command}: a mistyped flag is refused before anything else, with the one that was meant`, async () => {
    await using home = await open(row);
    const run = (...flags: string[]) => home.run(...words(command, row, ...flags));
    assertEquals(await home.unchanged(() => run("--jsno")), 2);
    assertEquals(home.stdout, "");
    assertEquals(
      home.stderr,
      "stsmfa: error: there is no flag --jsno\nstsmfa: hint: did you mean --json?\n",
    );
    assertEquals(await home.unchanged(() => run("--json", "--nosuch=secret")), 2);
    assertEquals(home.stdout, "");
    assertEquals(home.jsonError, {
      code: "Usage",
      message: "there is no flag --nosuch",
      hint: `see: stsmfa ${command} --help`,
    });
    assertEquals(home.stderr.split("\n").length, 2);
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
  });

  for (const [what, text] of readsFiles ? Object.entries(brokenFiles) : []) {
    Deno.test(`${command}: ${what} in a file: exit 3, its line, and no secret`, async () => {
      await using home = await open(row, { credentials: text });
      for (const flags of [[], ["--json"]]) {
        assertEquals(await home.unchanged(() => home.run(...words(command, row, ...flags))), 3);
        assertEquals(home.stdout, "");
        assertMatch(home.stderr, /line \d/);
        assertEquals(
          [secret, keys.secretAccessKey].some((each) => home.stderr.includes(each)),
          false,
        );
      }
      assertEquals(home.jsonError.code, "UnparsableFile");
      assertEquals([home.sts.count(), home.test.questions], [0, []]);
    });
  }

  Deno.test(`${command}: a malformed code is not shown`, async () => {
    await using home = await open(row);
    for (const flags of [["--token-code", "65432x"], ["--token-code=65432x"]]) {
      const ended = await home.run(...words(command, row, ...flags));
      if (!row.codeIsIdle) assertEquals([ended, home.stdout], [2, ""]);
      assertEquals(home.test.output.includes("65432x"), false, home.test.output);
    }
  });
}
