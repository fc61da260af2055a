/**
 * `init` offers a program that has the codes of the device.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Context, Files } from "../../../lib/context.ts";
import { type Home, type HomeOptions, openHome } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();

async function open(
  programs: readonly string[],
  options: HomeOptions & { readonly prints?: string; readonly hasKey?: boolean } = {},
) {
  const commands: string[][] = [];
  const runCommand: Context["runCommand"] = async ({ argv }) => {
    if (argv[0] === "secret-tool") throw new Deno.errors.NotFound("no key store");
    commands.push([...argv]);
    if (argv.includes("list")) return { exitStatus: 0, stdout: options.prints ?? "" };
    return { exitStatus: 0, stdout: `${await home.sts.code()}\n` };
  };
  const vendor = new TextEncoder().encode("1050\n");
  const files = (real: Files): Files => ({
    ...real,
    list: (path) => path === "/sys/bus/usb/devices" ? Promise.resolve(["1-1"]) : real.list(path),
    read: (path) =>
      path === "/sys/bus/usb/devices/1-1/idVendor"
        ? Promise.resolve(options.hasKey ? vendor : undefined)
        : real.read(path),
  });
  const home: Home = await openHome({
    credentials: null,
    runCommand,
    files,
    runtime: "deno 2.9.6, x86_64-unknown-linux-gnu",
    ...options,
  });
  for (const program of programs) await home.test.write(`bin/${program}`, "", 0o755);
  home.test.env["PATH"] = home.test.path("bin");
  home.answer(accessKeyId, secretAccessKey, "");
  return { home, commands, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

async function fillStore(home: Home, ...names: readonly string[]): Promise<void> {
  await home.test.write(".password-store/.extensions/otp.bash", "");
  for (const name of names) await home.test.write(`.password-store/${name}.gpg`, "x");
}

Deno.test("an entry of pass for AWS: chosen, it stands beside the key and gives the first code", async () => {
  await using world = await open(["pass"]);
  const { home, commands } = world;
  await fillStore(home, "aws/bob", "mail", "aws/alice", "stsmfa/AKIAAWS", "aws/x;y", "Amazon/1");
  home.answer((question) => {
    assertEquals(question, `Where do the codes of ${ALICE_DEVICE} come from?`);
    assertEquals(commands, []);
    return "pass otp aws/alice";
  });
  assertEquals(await home.run("init"), 0, home.stderr);
  assertEquals(commands, [["/bin/sh", "-c", "pass otp aws/alice"]]);
  assertStringIncludes(await home.credentials(), "\nmfa_process = pass otp aws/alice\n");
  assertStringIncludes(home.stderr, "codes come from: pass otp aws/alice");
});

Deno.test("who types codes goes on as before", async () => {
  await using world = await open(["pass"]);
  const { home } = world;
  await fillStore(home, "work/aws");
  home.answer("I type them");
  home.types();
  assertEquals(await home.run("init"), 0, home.stderr);
  assertEquals((await home.credentials()).includes("mfa_process"), false);
});

for (
  const [what, programs, names] of [
    ["no pass", [], ["aws/alice"]],
    ["no entry for AWS", ["pass"], ["mail", "laws"]],
    ["no YubiKey", ["ykman"], []],
  ] as const
) {
  Deno.test(`nothing is offered: ${what}`, async () => {
    await using world = await open(programs);
    const { home, commands } = world;
    await fillStore(home, ...names);
    home.types();
    assertEquals(await home.run("init"), 0, home.stderr);
    assertEquals([commands, home.test.questions.length], [[], 4]);
  });
}

Deno.test("a YubiKey is asked only if the person says so", async () => {
  const account = "Amazon Web Services:alice@123456789012";
  const prints = `GitHub:alice\n${account}\nevil $(id):aws\n`;
  for (const answer of ["no", "yes"]) {
    await using world = await open(["ykman"], { hasKey: true, prints });
    const { home, commands } = world;
    const words = ["ykman", "oath", "accounts", "code", "--single", account];
    home.answer(() => {
      assertEquals(commands, []);
      return answer;
    });
    if (answer === "no") home.types();
    else home.answer(JSON.stringify(words));
    assertEquals(await home.run("init"), 0, home.stderr);
    assertEquals(
      commands,
      answer === "no" ? [] : [["ykman", "oath", "accounts", "list"], words],
    );
  }
});
