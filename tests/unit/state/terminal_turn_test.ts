import { assertEquals } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import { forgetAsking, noteAsking } from "../../../lib/state/asking.ts";
import { takeTerminal } from "../../../lib/state/terminal_turn.ts";
import { longTerm, openHome } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";
import { type TestClock, TestContext } from "../../support/test_context.ts";

const sessions = ".local/state/stsmfa/sessions";

async function openTest(): Promise<TestContext> {
  const test = await TestContext.create({ os: "unix" });
  await test.write(`${sessions}/kept.json`, "{}");
  return test;
}

/** Lets others go on until one of them waits, if any has to. */
async function somebodyWaits({ sleeps }: TestClock): Promise<void> {
  const { length } = sleeps;
  for (let turns = 0; turns < 50 && sleeps.length < length + 2; turns++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

Deno.test("a terminal has one question at a time, and another one has its own", async () => {
  await using test = await openTest();
  const context = test.context();
  const letOthersAsk = await takeTerminal(context, "pts/9");
  let isTaken = false;
  const next = takeTerminal(context, "pts/9").finally(() => isTaken = true);
  (await takeTerminal(context, "pts/8"))();
  await somebodyWaits(test.clock);
  assertEquals(isTaken, false);
  letOthersAsk();
  (await next)();
  assertEquals(await test.list(sessions), ["kept.json"]);
});

Deno.test("who asks and is stopped keeps nobody from asking; neither does what cannot be locked", async () => {
  await using test = await openTest();
  const path = test.path(`${sessions}/kept.json`);
  const plain = test.context();
  const stopped = new Set([4711]);
  const context: Context = {
    ...plain,
    isRunning: () => Promise.resolve(true),
    terminal: { ...plain.terminal, isStopped: (process) => Promise.resolve(stopped.has(process)) },
  };
  const letOthersAsk = await takeTerminal(context, "pts/9");
  await noteAsking(context, path, { terminal: "pts/9", process: 4711, profiles: ["a"] });
  (await takeTerminal(context, "pts/9"))();
  await forgetAsking(context, path);
  const { length } = test.clock.sleeps;
  (await takeTerminal(context, "pts/9"))();
  const waited = test.clock.sleeps.slice(length).reduce((sum, each) => sum + each, 0);
  assertEquals(waited >= 2000 && waited < 2500, true, `${waited}`);
  letOthersAsk();
  (await takeTerminal(context, undefined))();
  test.env["XDG_STATE_HOME"] = test.path("nowhere");
  (await takeTerminal(test.context(), "pts/9"))();
});

Deno.test("two users' codes are asked for one after the other where both are asked at one terminal", async () => {
  const bob = {
    userName: "bob",
    accessKeyId: "AKIABOBBOBBOBBOBBOB2",
    secretAccessKey: "bobs+secret/access+key/of+forty+letters+",
    devices: [{ serialNumber: `${ALICE_DEVICE}-b`, secret: "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU" }],
  };
  await using home = await openHome({
    os: "unix",
    captured: { terminal: "pts/9" },
    sts: { users: [alice(), bob] },
    credentials: longTerm("a-long-term") + longTerm("b-long-term", bob),
  });
  const { clock } = home.test;
  let open = 0, most = 0;
  const types = async (question: string) => {
    most = Math.max(most, ++open);
    await somebodyWaits(clock);
    open--;
    return await home.sts.code(/arn:[\w:/-]+\w/.exec(question)![0]);
  };
  home.answer(types, types);
  assertEquals(await Promise.all([home.run("a"), home.run("b")]), [0, 0], home.stderr);
  assertEquals(most, 1);
});
