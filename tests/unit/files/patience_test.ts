import { assertEquals } from "@std/assert";
import type { Context, Waits } from "../../../lib/context.ts";
import { patiently, quietly } from "../../../lib/files/patience.ts";
import { TestClock } from "../../support/test_context.ts";

/** A clock, and what is shown by it. */
function world(afterSeconds = 1) {
  const clock = new TestClock(new Date("2026-03-04T05:06:07Z"));
  const shown: string[] = [];
  const waits: Waits = {
    afterSeconds,
    progress: (message) => void shown.push(message),
    endProgress: () => void shown.push("."),
  };
  const context: Pick<Context, "clock" | "waits"> = { clock, waits };
  const second = () => {
    clock.advance(1);
    clock.deadlines.splice(0).forEach(({ pass }) => pass());
  };
  return { context, clock, shown, second };
}

Deno.test("patiently() says nothing of what is done within a second", async () => {
  const { context, clock, shown } = world();
  assertEquals(await patiently(context, "sts.example", 20, () => Promise.resolve(7)), 7);
  assertEquals([shown, clock.deadlines], [[], []]);
});

Deno.test("patiently() says each second how long it may still take, until it is done or fails", async () => {
  const { context, clock, shown, second } = world();
  const answer = Promise.withResolvers<void>();
  const waiting = patiently(context, "sts.example", 20, () => answer.promise).catch(() => "failed");
  second();
  // What is left is no matter of the clock, which may be put right meanwhile.
  clock.advance(-7200);
  second();
  answer.reject(new Error("no"));
  assertEquals(await waiting, "failed");
  assertEquals(shown, [
    "waiting for sts.example, 19 s left",
    "waiting for sts.example, 18 s left",
    ".",
  ]);
  assertEquals(clock.deadlines, []);
});

Deno.test("of several that are waited for, the last one takes the words off the screen", async () => {
  const { context, shown, second } = world();
  const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const waiting = [one, other].map(({ promise }, at) =>
    patiently(context, `host-${at}`, 9, () => promise)
  );
  second();
  one.resolve();
  await waiting[0];
  assertEquals(shown, ["waiting for host-0, 8 s left", "waiting for host-1, 8 s left"]);
  second();
  other.resolve();
  await waiting[1];
  assertEquals(shown.slice(2), ["waiting for host-1, 7 s left", "."]);
});

Deno.test("nothing is shown while a question is open, nor where nobody is told", async () => {
  const { context, shown, second } = world();
  const [answer, code] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const waiting = patiently(context, "sts.example", 20, () => answer.promise);
  const asked = quietly(context, () => code.promise);
  second();
  code.resolve("123456");
  assertEquals([await asked, shown], ["123456", []]);
  second();
  answer.resolve();
  await waiting;
  assertEquals(shown, ["waiting for sts.example, 18 s left", "."]);
  const { clock } = context;
  assertEquals(await patiently({ clock }, "x", 1, () => quietly({}, () => Promise.resolve(1))), 1);
});

Deno.test("a log says it only where it takes longer", async () => {
  const { context, shown, second } = world(3);
  const answer = Promise.withResolvers<void>();
  const waiting = patiently(context, "sts.example", 20, () => answer.promise);
  for (let n = 0; n < 3; n++) second();
  answer.resolve();
  await waiting;
  assertEquals(shown, ["waiting for sts.example, 17 s left", "."]);
});

Deno.test("a question takes the words off the screen, and nothing takes it off", async () => {
  const { context, shown, second } = world();
  const [one, other, code] = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const waiting = [one!, other!].map(({ promise }, at) =>
    patiently(context, `host-${at}`, 9, () => promise)
  );
  second();
  shown.length = 0;
  const asked = quietly(context, () => {
    shown.push("?");
    return code!.promise;
  });
  assertEquals(shown, [".", "?"]);
  one!.resolve();
  await waiting[0];
  second();
  other!.resolve();
  await waiting[1];
  code!.resolve();
  await asked;
  assertEquals(shown, [".", "?"]);
});
