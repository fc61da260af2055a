/**
 * What is waited for is said on the terminal, but not to a program that reads what we print, nor
 * over one that has the terminal.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AttachedCommand } from "../../../lib/context.ts";
import { openHome, until } from "../../support/homes.ts";

/** A home with a profile whose program takes its time from the second run on, or the first. */
async function open(slowFrom: number, runAttached?: (command: AttachedCommand) => Promise<number>) {
  let runs = 0;
  const slow = Promise.withResolvers<void>();
  const home = await openHome({
    isTerminal: true,
    nobody: true,
    os: "unix",
    config: "[profile box]\ncredential_process = give\n",
    ...(runAttached && { runAttached }),
    runCommand: async () => {
      if (++runs >= slowFrom) await slow.promise;
      const Expiration = new Date(home.test.clock.now().getTime() + 3_600_000).toISOString();
      const keys = { AccessKeyId: "ASIABOXBOXBOXBOXBOX2", SecretAccessKey: "s", SessionToken: "t" };
      const stdout = JSON.stringify({ Version: 1, ...keys, Expiration });
      return { exitStatus: 0, stdout };
    },
  });
  /** Lets seconds pass while the program runs, and has it end. */
  const pass = async () => {
    await until(() => runs >= slowFrom);
    const { clock } = home.test;
    clock.advance(1);
    for (const { milliseconds, pass } of [...clock.deadlines]) if (milliseconds === 1000) pass();
    await new Promise((resolve) => setTimeout(resolve, 20));
    slow.resolve();
  };
  return { home, pass };
}

const words = "waiting for credential_process of [box]";

Deno.test("env says on the terminal what it waits for, and process does not", async () => {
  for (const command of ["env", "process"]) {
    const { home, pass } = await open(1);
    await using _ = home;
    const [status] = await Promise.all([home.run(command, "box"), pass()]);
    assertEquals(status, 0, home.stderr);
    if (command === "env") assertStringIncludes(home.stderr, words);
    else assertEquals(home.stderr, "");
  }
});

Deno.test("what is said of a program that may ask something itself is drawn on no line of its", async () => {
  const { home, pass } = await open(1);
  await using _ = home;
  const [status] = await Promise.all([home.run("env", "box"), pass()]);
  assertEquals(status, 0, home.stderr);
  assertEquals(home.stderr, `stsmfa: ${words}, 60 s at most\n`);
});

Deno.test("a renewal by exec --serve draws nothing over the program", async () => {
  const passed: Promise<void>[] = [];
  const { home, pass } = await open(2, async ({ onEnd }) => {
    await passed[0];
    await onEnd?.();
    return 0;
  });
  await using _ = home;
  passed.push(pass());
  assertEquals(await home.run("exec", "box", "--serve", "--", "true"), 0, home.stderr);
  assertEquals(home.stderr, "");
});
