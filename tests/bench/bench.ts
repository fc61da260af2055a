/**
 * `deno task bench [--runs N] [--quick] [--binary PATH --bare PATH]`: how long the program takes,
 * beside a bare script of the same runtime (the floor). With `--binary` also the compiled program,
 * beside a bare script compiled by the same Deno (`--bare`). Peers that are installed are timed, too.
 * `--quick` leaves out peers, growth and many roles.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { alice } from "../support/sts_people.ts";
import { type Argv, median, ratio, type Subject, timeInTurn, type Times } from "./timing.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    runs: { type: "string", default: "15" },
    quick: { type: "boolean", default: false },
    binary: { type: "string" },
    bare: { type: "string" },
  },
});
const runs = Number(values.runs);

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const roles = Array.from({ length: 20 }, (_, n) => `arn:aws:iam::222222222222:role/Role${n}`);
await using sts = await startLoopbackSts({
  users: [alice()],
  roles: roles.map((roleArn) => ({ roleArn })),
});
const home = await Deno.makeTempDir({ prefix: "stsmfa-bench-" });
const env = {
  ...sts.env(),
  HOME: home,
  PATH: Deno.env.get("PATH") ?? "",
  DENO_DIR: await denoDir(),
  DENO_NO_UPDATE_CHECK: "1",
  AWS_DEFAULT_REGION: "us-east-1",
};
const credentials = join(home, ".aws/credentials");
const { accessKeyId, secretAccessKey } = sts.credentials();
const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
const device = "arn:aws:iam::123456789012:mfa/alice";
const longTerm = `[default-long-term]\n${keys}aws_mfa_device = ${device}\n`;

/** The forms of the program, each with its floor. */
const bare = join(home, "bare.js");
const forms: { readonly name: string; readonly floor: Argv; readonly program: Argv }[] = [{
  name: "source",
  floor: [Deno.execPath(), "run", "-A", bare],
  program: [Deno.execPath(), "run", "-A", join(project, "cli.ts")],
}];
if (values.binary !== undefined && values.bare !== undefined) {
  const [floor, program] = [await copiesOf(values.bare), await copiesOf(values.binary)];
  forms.push({ name: "compiled", floor: [floor], program: [program] });
}

/** Copies a program five times. */
function copiesOf(program: string): Promise<string[]> {
  return Promise.all(Array.from({ length: 5 }, async (_, n) => {
    const copy = join(home, `${n}-${basename(program)}`);
    await Deno.copyFile(program, copy);
    return copy;
  }));
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

async function fresh(text = longTerm): Promise<void> {
  await Deno.writeTextFile(credentials, text, { mode: 0o600 });
  // Else the system writes it to the disk while what is timed waits for its own file.
  using file = await Deno.open(credentials, { write: true });
  await file.sync();
  await Deno.remove(join(home, ".local"), { recursive: true }).catch(() => {});
}

/** A refresh with a new code, from a home where nothing is kept. */
function refresh(program: Argv, words: readonly string[] = [], text?: string): Subject {
  return {
    argv: [...program, ...words],
    before: async () => {
      await fresh(text);
      return ["--token-code", await sts.code()];
    },
  };
}

const encoder = new TextEncoder();

function print(...cells: readonly string[]): void {
  Deno.stdout.writeSync(encoder.encode(`| ${cells.join(" | ")} |\n`));
}

function heading(...cells: readonly string[]): void {
  Deno.stdout.writeSync(encoder.encode("\n"));
  print(...cells);
  print(...cells.map((_, column) => column === 0 ? "---" : "--:"));
}

const milliseconds = (times: Times) => `${median(times).toFixed(0)} ms`;
const times = (value: number) => `${value.toFixed(2)}x`;

/** A row: each form beside its floor. */
async function row(name: string, subject: (program: Argv) => Subject, count = runs): Promise<void> {
  const cells: string[] = [];
  for (const { floor, program } of forms) {
    const { one, bare } = await timeInTurn(
      { one: subject(program), bare: { argv: floor } },
      count,
      env,
    );
    cells.push(milliseconds(one), times(ratio(one, bare)));
  }
  print(name, ...cells);
}

async function starts(): Promise<void> {
  heading("run", ...forms.flatMap(({ name }) => [name, "to its floor"]));
  await row("one refresh", (program) => refresh(program));
  for (const words of [[], ["status"], ["env"], ["process"], ["completions", "profiles"]]) {
    const name = words.length === 0 ? "still valid" : words.join(" ");
    await row(name, (program) => ({ argv: [...program, ...words] }));
  }
  await row("--help", (program) => ({ argv: [...program, "--help"] }));
}

/** 20 roles by one code, where AWS takes its time. */
async function manyRoles(): Promise<void> {
  const blocks = roles.map((role, n) =>
    `[profile role${n}]\nstsmfa =\n  source_profile = default\n  role_arn = ${role}\n`
  );
  const config = join(home, ".aws/config");
  await Deno.writeTextFile(config, blocks.join("\n"));
  sts.delayMs = 200;
  heading("STS answers in 200 ms", "one role", "20 roles", "ratio");
  for (const { name, program } of forms) {
    const { one, all } = await timeInTurn(
      { one: refresh(program, ["role0"]), all: refresh(program, roles.map((_, n) => `role${n}`)) },
      Math.min(runs, 9),
      env,
    );
    print(name, milliseconds(one), milliseconds(all), times(ratio(all, one)));
  }
  sts.delayMs = 0;
  await Deno.remove(config);
}

/** Beside the smallest of the files; each profile has a session in it, so that the largest has 58 MB. */
async function growth(): Promise<void> {
  const sizes = [10, 1_000, 10_000, 100_000];
  const token = "FwoGZXIvYXdzE".padEnd(353, "A");
  const end = "2030-01-01T00:00:00Z";
  const session = (n: number) =>
    [
      `[profile-${n}]`,
      `aws_access_key_id = ASIA${String(n).padStart(16, "0")}`,
      `aws_secret_access_key = ${"secret".padEnd(40, "x")}`,
      `aws_session_token = ${token}`,
      `expiration = ${end}`,
      `x_security_token_expires = ${end}`,
      "",
    ].join("\n");
  const texts = sizes.map((count) =>
    Array.from({ length: count }, (_, n) => session(n)).join("\n") + "\n" + longTerm
  );
  const name = (count: number) => count.toLocaleString("en");
  heading("profiles in the credentials file", ...sizes.map(name), "100,000 above 10");
  for (const form of forms) {
    const rows: readonly (readonly [string, (text: string) => Subject])[] = [
      ["still valid", () => ({ argv: form.program })],
      ["status default", () => ({ argv: [...form.program, "status", "default"] })],
      ["env", () => ({ argv: [...form.program, "env"] })],
      ["process", () => ({ argv: [...form.program, "process"] })],
      ["one refresh", (text) => refresh(form.program, [], text)],
    ];
    for (const [what, subject] of rows) {
      const medians: number[] = [];
      for (const text of texts) {
        // What is timed as valid was made by the program itself.
        await timeInTurn({ made: refresh(form.program, [], text) }, 0, env);
        const { one } = await timeInTurn({ one: subject(text) }, Math.min(runs, 9), env);
        medians.push(median(one));
      }
      const above = `${(medians.at(-1)! - medians[0]!).toFixed(0)} ms`;
      print(`${what}, ${form.name}`, ...medians.map((each) => `${each.toFixed(0)} ms`), above);
    }
  }
}

/** Roles over one source, and such in chains of five, that all SDKs know. */
async function manyProfiles(): Promise<void> {
  const sizes = [10, 1_000, 4_000];
  heading("standard roles in status", ...sizes.map((count) => count.toLocaleString("en")));
  const shapes: readonly (readonly [string, (n: number) => string])[] = [
    ["over one source", () => "default-long-term"],
    ["in chains of five", (n) => n % 5 === 0 ? "default-long-term" : `role${n - 1}`],
  ];
  const config = join(home, ".aws/config");
  for (const { name, program } of forms) {
    for (const [shape, source] of shapes) {
      const cells: string[] = [];
      for (const count of sizes) {
        const profiles = Array.from(
          { length: count },
          (_, n) =>
            `[profile role${n}]\nrole_arn = ${roles[n % 20]}\nsource_profile = ${source(n)}\n`,
        );
        await Deno.writeTextFile(config, profiles.join("\n"));
        const subject = { argv: [...program, "status", "--json"] as const, mayExit: [8] };
        const { one } = await timeInTurn({ one: subject }, Math.min(runs, 9), env);
        cells.push(milliseconds(one));
      }
      print(`${shape}, ${name}`, ...cells);
    }
  }
  await Deno.remove(config);
}

/** Callers of `process` at once, whose session has expired: one code, one call. */
async function manyCallers(count = 200): Promise<void> {
  heading(`${count} at once`, "bare", "process", "ratio");
  const config = join(home, ".aws/config");
  const code = join(home, "code");
  await Deno.writeTextFile(config, `[default]\nmfa_process = cat '${code}'\n`);
  const expired = `[default]\n${keys.replace("AKIA", "ASIA")}aws_session_token = old\n` +
    "expiration = 2020-01-01T00:00:00Z\n\n";
  for (const { name, floor, program } of forms) {
    const { bare } = await timeInTurn({ bare: { argv: floor, count } }, 3, env);
    const all: Subject = {
      argv: [...program, "process"],
      count,
      before: async () => {
        await fresh(expired + longTerm);
        await Deno.writeTextFile(code, await sts.code());
        sts.requests.length = 0;
        return [];
      },
    };
    const { one } = await timeInTurn({ one: all }, 3, env);
    if (sts.count() !== 1) throw new Error(`${sts.count()} calls of STS instead of one`);
    print(name, milliseconds(bare), milliseconds(one), times(median(one) / median(bare)));
  }
  await Deno.remove(config);
}

/** What is installed, at the same jobs. */
async function peers(): Promise<void> {
  const mfa = ["--device", device, "--duration", "3600", "--profile"];
  const named: readonly (readonly [string, Argv, (() => Promise<readonly string[]>)?])[] = [
    ["aws --version", ["aws", "--version"]],
    ["aws sts get-session-token", [
      "aws",
      "sts",
      "get-session-token",
      "--profile",
      "default-long-term",
      "--serial-number",
      device,
      "--endpoint-url",
      sts.env()["AWS_ENDPOINT_URL_STS"]!,
    ], async () => ["--token-code", await sts.code()]],
    ["aws-mfa, still valid", ["aws-mfa", ...mfa, "default"]],
    ["aws-mfa, one refresh", ["aws-mfa", ...mfa, "default", "--force"], async () => [
      "--token",
      await sts.code(),
    ]],
  ];
  const installed = named.filter(([, [program]]) =>
    env.PATH.split(":").some((directory) => {
      try {
        return Deno.statSync(join(directory, String(program))).isFile;
      } catch {
        return false;
      }
    })
  );
  if (installed.length === 0) return;
  heading("peer", "wall", "to a bare script of Deno");
  for (const [name, argv, before] of installed) {
    const subjects = { one: { argv, ...(before && { before }) }, bare: { argv: forms[0]!.floor } };
    const { one, bare } = await timeInTurn(subjects, Math.min(runs, 9), env);
    print(name, milliseconds(one), times(ratio(one, bare)));
  }
}

try {
  await Deno.mkdir(dirname(credentials), { mode: 0o700 });
  await Deno.writeTextFile(bare, 'console.log("hello");\n');
  const runtime = `Deno ${Deno.version.deno}, ${Deno.build.target}`;
  Deno.stdout.writeSync(encoder.encode(`${runtime}, ${runs} runs each, medians\n`));
  heading("floor", "wall");
  for (const { name, floor } of forms) {
    const { bare } = await timeInTurn({ bare: { argv: floor } }, runs, env);
    print(`a bare script, ${name}`, milliseconds(bare));
  }
  await starts();
  if (!values.quick) {
    await manyRoles();
    await growth();
    await fresh();
    await manyProfiles();
    await manyCallers();
    await fresh();
    await peers();
  }
} finally {
  await Deno.remove(home, { recursive: true });
}
