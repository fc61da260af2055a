/**
 * Answers that no AWS gives, to the program as a process: it holds little memory and ends in time,
 * names who answered, and writes nothing.
 *
 * With STSMFA_THOROUGH all of them are tried, the slow ones waited for, and the figures printed.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { posix, testOrSkip } from "../support/abilities.ts";
import { awsAnswer } from "../support/aws_answers.ts";
import { session } from "../support/homes.ts";
import { head, largeAnswers, slowAnswers, whole } from "../support/hostile_answers.ts";
import { type HostileAnswer, startHostileServer } from "../support/hostile_server.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { needsPeakMemory, peakMemory } from "../support/peak_memory.ts";
import { longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough } from "../support/thorough.ts";

/** What a process may hold, in MiB. */
const mostMemory = 300;

/** What a command may take, in seconds: one answer, and what comes before. */
const mostSeconds = 25;

const withCode = ["--mfa-serial", ALICE_DEVICE, "--token-code", "123456"];
const before = longTermSection("default-long-term", alice());
const fresh = `${before}${session("default", "2099-01-01T00:00:00Z")}`;

interface Outcome {
  readonly code: number;
  readonly said: string;
  readonly memory: number;
  readonly seconds: number;
}

/** Runs the program; the credentials file must stay as it is, unless it gets what STS gave. */
async function run(
  args: readonly string[],
  env: Record<string, string>,
  files: Record<string, string> = {},
): Promise<Outcome> {
  await using home = await SpawnedHome.create(env);
  const all = { ".aws/credentials": before, ...files };
  for (const [name, text] of Object.entries(all)) await home.write(name, text);
  const start = performance.now();
  const { child, ended } = home.start(args);
  const memory = await peakMemory(child.pid, ended);
  const { code, stdout, stderr } = await ended;
  const seconds = (performance.now() - start) / 1000;
  if (code !== 7) assertEquals(await home.read(), all[".aws/credentials"]);
  assertEquals(
    home.list(),
    Object.keys(all).filter((name) => name.startsWith(".aws/"))
      .map((name) => name.slice(".aws/".length)).sort(),
  );
  return { code, said: stdout + stderr, memory, seconds };
}

const figures: string[] = [];

/** Has the figures of a run be within bounds, and tells them where somebody wants them. */
function isBounded(what: string, { memory, seconds }: Outcome): void {
  figures.push(`${String(memory).padStart(5)} MiB ${seconds.toFixed(1).padStart(6)} s  ${what}`);
  if (isThorough) console.log(figures.at(-1));
  assert(memory > 10, `nothing is known about ${what}`);
  assert(memory < mostMemory, `${what}: ${memory} MiB`);
  assert(seconds < mostSeconds, `${what}: ${seconds} s`);
}

function test(what: string, body: () => Promise<void>): void {
  testOrSkip({ name: what + needsPeakMemory.name, ignore: needsPeakMemory.ignore, fn: body });
}

const inCi = ["chunks without an end", "a 40 MB token", "a refusal with a 30 MB message"];

for (const [what, answer] of Object.entries({ ...largeAnswers, ...slowAnswers })) {
  if (!isThorough && !inCi.includes(what)) continue;
  test(`refresh, and ${what}: little memory, exit 5, nothing written`, async () => {
    await using server = startHostileServer(answer);
    const outcome = await run(withCode, { AWS_ENDPOINT_URL_STS: server.url });
    assertEquals(outcome.code, 5, outcome.said);
    assertStringIncludes(outcome.said, server.host);
    isBounded(`refresh: ${what}`, outcome);
  });
}

const onceEach: Record<string, HostileAnswer> = isThorough
  ? largeAnswers
  : { "gzip without an end": largeAnswers["gzip without an end"]! };

for (const [what, answer] of Object.entries(onceEach)) {
  test(`docker-credential, whoami, devices, doctor, and ${what}: little memory`, async () => {
    await using server = startHostileServer(answer);
    const env = { AWS_ENDPOINT_URL: server.url };
    const commands = [["whoami"], ["devices"], ["doctor"]];
    for (const args of isThorough ? commands : commands.slice(0, 1)) {
      const outcome = await run(args, env, { ".aws/credentials": fresh });
      assertEquals(outcome.code, 5, outcome.said);
      assertStringIncludes(outcome.said, server.host);
      isBounded(`${args[0]}: ${what}`, outcome);
    }
  });
}

/** A profile whose hook asks a server, with an STS that is sound. */
async function runHook(hook: "docker" | "kube", answer: HostileAnswer): Promise<[Outcome, string]> {
  await using sts = await startLoopbackSts();
  await using server = startHostileServer(answer);
  const config =
    `[default]\nregion = eu-west-1\nmfa_serial = ${ALICE_DEVICE}\nstsmfa =\n  hooks = ${hook}\n  ${
      hook === "kube" ? "kube_cluster = shop" : "docker_mode = auths"
    }\n`;
  const env = {
    ...sts.env(),
    AWS_ENDPOINT_URL_ECR: server.url,
    AWS_ENDPOINT_URL_EKS: server.url,
  };
  const args = ["--no-backup", "--token-code", await sts.code()];
  return [await run(args, env, { ".aws/config": config }), server.host];
}

const toHooks: Record<string, HostileAnswer> = isThorough
  ? { ...largeAnswers, ...slowAnswers }
  : { "chunks without an end": largeAnswers["chunks without an end"]! };

for (const [what, answer] of Object.entries(toHooks)) {
  for (const hook of ["docker", "kube"] as const) {
    test(`hook ${hook}, and ${what}: little memory, exit 7, who answered is named`, async () => {
      const [outcome, host] = await runHook(hook, answer);
      assertEquals(outcome.code, 7, outcome.said);
      assertStringIncludes(outcome.said, host);
      isBounded(`hook ${hook}: ${what}`, outcome);
    });
  }
}

const proxied: Record<string, HostileAnswer> = {
  "a page": whole(200, { "content-type": "text/html" }, "<html>"),
  "a wish for a password": whole(407, { "proxy-authenticate": "Basic" }, ""),
  "a page that forbids": whole(403, { "content-type": "text/html" }, "<html>"),
  "headers without an end": largeAnswers["headers without an end"]!,
  "one header without an end": largeAnswers["one header without an end"]!,
  "a sound answer": (send, _, signal) =>
    whole(
      200,
      { "content-type": "text/xml" },
      awsAnswer("GetSessionToken", { now: new Date() }).body,
    )(
      send,
      "",
      signal,
    ),
  "a redirect": (send) => send(head(302, { location: "https://elsewhere.example/" })),
  ...(isThorough && slowAnswers),
};

for (const [what, answer] of Object.entries(proxied)) {
  if (!isThorough && what !== "a page" && what !== "headers without an end") continue;
  test(`a proxy that answers with ${what}: exit 5, AWS's host is named`, async () => {
    await using proxy = startHostileServer(answer);
    const outcome = await run(withCode, { HTTPS_PROXY: proxy.url, AWS_REGION: "eu-west-1" });
    assertEquals(outcome.code, 5, outcome.said);
    assertStringIncludes(outcome.said, "sts.eu-west-1.amazonaws.com");
    assert(proxy.connections > 0);
    isBounded(`proxy: ${what}`, outcome);
  });
}

test("mfa_process that prints without an end: little memory, exit 2, nothing written", async () => {
  const yes = posix.isHere ? ["yes"] : [Deno.execPath(), "eval", `for (;;) console.log("y")`];
  const line = JSON.stringify(yes);
  const config = `[default]\nmfa_serial = ${ALICE_DEVICE}\nmfa_process = ${line}\n`;
  await using server = startHostileServer(async () => {});
  const env = { AWS_ENDPOINT_URL_STS: server.url };
  const outcome = await run([], env, { ".aws/config": config });
  assertEquals(outcome.code, 2, outcome.said);
  assertStringIncludes(outcome.said, "mfa_process printed more than 64 KiB");
  assertEquals(server.connections, 0);
  isBounded("mfa_process: without an end", outcome);
});
