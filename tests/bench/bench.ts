/**
 * `deno task bench`: whole processes, timed in turn with a bare script of the same runtime, so that
 * the ratios hold on a machine whose speed drifts. Prints medians.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { alice, startLoopbackSts } from "../support/loopback_sts.ts";

const runs = Number(Deno.args[0] ?? 15);
const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cli = join(project, "cli.ts");
const encoder = new TextEncoder();

const roles = Array.from(
  { length: 20 },
  (_, index) => `arn:aws:iam::222222222222:role/Role${index}`,
);
await using sts = await startLoopbackSts({
  users: [alice()],
  roles: roles.map((roleArn) => ({ roleArn })),
});
const { accessKeyId, secretAccessKey } = sts.credentials();
const home = await Deno.makeTempDir({ prefix: "stsmfa-bench-" });
const bare = join(home, "bare.ts");
const credentialsFile = join(home, ".aws", "credentials");
const env = {
  ...sts.env(),
  HOME: home,
  PATH: Deno.env.get("PATH") ?? "",
  DENO_DIR: JSON.parse(
    new TextDecoder().decode(
      (await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output()).stdout,
    ),
  ).denoDir,
};

const longTerm = `[default-long-term]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
aws_mfa_device = arn:aws:iam::123456789012:mfa/alice
`;

/** The wall time of one run, in milliseconds. */
async function time(script: string, ...args: string[]): Promise<number> {
  const start = performance.now();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, ...args],
    clearEnv: true,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Times a command in turn with the bare script; `before` prepares each run. */
async function row(
  name: string,
  args: readonly string[] | (() => Promise<string[]>),
  before: () => Promise<void> = async () => {},
): Promise<void> {
  const times: number[] = [];
  const ratios: number[] = [];
  for (let run = -1; run < runs; run++) {
    await before();
    const words = typeof args === "function" ? await args() : args;
    const wall = await time(cli, ...words);
    const floor = await time(bare);
    if (run < 0) continue;
    times.push(wall);
    ratios.push(wall / floor);
  }
  const columns = [`${median(times).toFixed(0)} ms`, `${median(ratios).toFixed(2)}x`];
  print(`| ${name} | ${columns.join(" | ")} |`);
}

function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(text + "\n"));
}

async function fresh(): Promise<void> {
  await Deno.writeTextFile(credentialsFile, longTerm);
  await Deno.remove(join(home, ".local"), { recursive: true }).catch(() => {});
}

const withCode = async () => ["--token-code", await sts.code(), "--no-backup"];

try {
  await Deno.mkdir(dirname(credentialsFile), { mode: 0o700 });
  await Deno.writeTextFile(bare, 'console.log("hello");\n');
  print(`Deno ${Deno.version.deno}, ${Deno.build.target}, ${runs} runs each; medians\n`);
  print("| run | wall | ratio to a bare script |");
  print("| --- | --- | --- |");
  await row("one refresh", withCode, fresh);
  await row("still valid", []);
  await row("still valid, --json", ["--json"]);
  await row("status", ["status"]);

  const config = roles.map((role, index) =>
    `[profile role${index}]\nstsmfa =\n  source_profile = default\n  role_arn = ${role}\n`
  );
  await Deno.writeTextFile(join(home, ".aws", "config"), config.join("\n"));
  sts.delayMs = 200;
  await row(
    "one refresh, STS answers in 200 ms",
    async () => ["role0", ...await withCode()],
    fresh,
  );
  await row(
    "20 roles, STS answers in 200 ms",
    async () => [...roles.map((_, index) => `role${index}`), ...await withCode()],
    fresh,
  );
  sts.delayMs = 0;
  await Deno.remove(join(home, ".aws", "config"));

  for (const count of [10, 1_000, 10_000, 100_000]) {
    const profiles = Array.from(
      { length: count },
      (_, index) =>
        `[profile-${index}]\naws_access_key_id = AKIA${index}\naws_secret_access_key = secret\n`,
    );
    const many = async () => {
      await fresh();
      await Deno.writeTextFile(credentialsFile, profiles.join("\n") + "\n" + longTerm);
    };
    await row(`one refresh, ${count} profiles`, withCode, many);
    await row(`still valid, ${count} profiles`, []);
  }
} finally {
  await Deno.remove(home, { recursive: true });
}
