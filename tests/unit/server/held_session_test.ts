import { assertEquals, assertRejects } from "@std/assert";
import type { Clock } from "../../../lib/context.ts";
import { Secret } from "../../../lib/credentials.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { HeldSession, type ServedSession } from "../../../lib/server/held_session.ts";

const start = Date.UTC(2026, 2, 4, 5, 6, 7);
const minute = 60;

/** A clock that moves when a test says so, and wakes who sleeps. */
class HandClock implements Clock {
  #now = start;
  readonly #sleepers = new Set<{ until: number; wake: () => void }>();
  /** How often somebody went to sleep. */
  sleeps = 0;

  now(): Date {
    return new Date(this.#now);
  }

  minutesAhead(): number {
    return 0;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.sleeps++;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { until: this.#now + milliseconds, wake: resolve };
    this.#sleepers.add(sleeper);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    return promise.finally(() => this.#sleepers.delete(sleeper));
  }

  pause(milliseconds: number): void {
    this.#now += milliseconds;
  }

  deadline(): { signal: AbortSignal; cancel: () => void } {
    return { signal: new AbortController().signal, cancel: () => {} };
  }

  /** Lets time pass, second by second. */
  async pass(seconds: number): Promise<void> {
    for (const end = this.#now + seconds * 1000; this.#now < end;) {
      this.#now += 1000;
      for (const each of this.#sleepers) if (each.until <= this.#now) each.wake();
      await turns();
    }
  }

  /** Moves on as when the machine sleeps: no timer runs. */
  jump(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

async function turns(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

/** A world in which sessions are renewed, or not. */
class World implements AsyncDisposable {
  readonly clock = new HandClock();
  /** Minutes at which a renewal was tried. */
  readonly tries: number[] = [];
  files = "before";
  /** What is told while somebody is asked. */
  question: StsmfaError | undefined;
  /** What the next renewals do: last so many minutes, or fail. */
  renews: number | StsmfaError | "never ends";
  readonly held: HeldSession;
  #count = 1;

  constructor(minutes: number, renews: number | StsmfaError, leadMinutes = 15) {
    this.renews = renews;
    this.held = new HeldSession({
      clock: this.clock,
      first: this.session(minutes),
      leadSeconds: leadMinutes * minute,
      renew: (signal) => {
        this.tries.push(Math.round((this.clock.now().getTime() - start) / 6000) / 10);
        if (this.renews === "never ends") {
          return new Promise((_, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason), { once: true })
          );
        }
        if (this.renews instanceof StsmfaError) return Promise.reject(this.renews);
        return Promise.resolve(this.session(this.renews));
      },
      look: () => Promise.resolve(this.files),
      asked: () => Promise.resolve(this.question),
    });
  }

  session(minutes: number): ServedSession {
    const expiration = minutes === Infinity
      ? undefined
      : new Date(this.clock.now().getTime() + minutes * 60_000);
    return {
      accountId: undefined,
      credentials: {
        accessKeyId: `ASIA${this.#count++}`,
        secretAccessKey: new Secret("s"),
        sessionToken: new Secret("t"),
        ...(expiration && { expiration }),
      },
    };
  }

  async id(): Promise<string> {
    return (await this.held.get()).credentials.accessKeyId;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.held.close();
  }
}

const codeNeeded = new StsmfaError("TokenCodeNeeded", "a code is needed");
const noNetwork = new StsmfaError("NetworkUnreachable", "no network");

Deno.test("a session is renewed 15 minutes before its end, again and again", async () => {
  await using world = new World(60, 60);
  await world.clock.pass(44 * minute);
  assertEquals([world.tries, await world.id()], [[], "ASIA1"]);
  await world.clock.pass(2 * minute);
  assertEquals([world.tries, await world.id()], [[45], "ASIA2"]);
  await world.clock.pass(120 * minute);
  assertEquals([world.tries, await world.id()], [[45, 90, 135], "ASIA4"]);
});

Deno.test("one shorter than half an hour is renewed after half of it", async () => {
  await using world = new World(15, 16, 7.5);
  await world.clock.pass(16 * minute);
  assertEquals(world.tries, [7.5, 16]);
});

Deno.test("what fails is tried once a minute, and the old session serves to its end", async () => {
  await using world = new World(60, noNetwork);
  await world.clock.pass(58.5 * minute);
  assertEquals(world.tries, [45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58]);
  assertEquals(await world.id(), "ASIA1");
  world.renews = 60;
  await world.clock.pass(minute);
  assertEquals([world.tries.length, await world.id()], [15, "ASIA2"]);
});

Deno.test("where a person is needed, nothing is tried again until something has changed", async () => {
  await using world = new World(60, codeNeeded);
  await world.clock.pass(58 * minute);
  assertEquals(world.tries, [45]);
  world.files = "after";
  world.renews = 60;
  await world.clock.pass(minute);
  assertEquals([world.tries.length, await world.id()], [2, "ASIA2"]);
});

Deno.test("after the end it does nothing by itself, and fails at once", async () => {
  await using world = new World(60, codeNeeded);
  await world.clock.pass(65 * minute);
  const { length } = world.tries;
  const { sleeps } = world.clock;
  await world.clock.pass(12 * 60 * minute);
  assertEquals([world.tries.length, world.clock.sleeps], [length, sleeps]);
  for (let n = 0; n < 50; n++) {
    assertEquals(await assertRejects(() => world.held.get(), StsmfaError), codeNeeded);
  }
  assertEquals(world.tries.length, length + 1, "once a minute, however many ask");
  await world.clock.pass(minute);
  await assertRejects(() => world.held.get(), StsmfaError);
  assertEquals(world.tries.length, length + 2);
});

Deno.test("after the end a session that somebody has got elsewhere is found at once", async () => {
  await using world = new World(60, codeNeeded);
  await world.clock.pass(61 * minute);
  await assertRejects(() => world.held.get(), StsmfaError);
  world.files = "after";
  world.renews = 60;
  assertEquals(await world.id(), "ASIA2");
  await world.clock.pass(45 * minute);
  assertEquals(await world.id(), "ASIA3", "and is renewed in its turn");
});

Deno.test("who has closed the window that asked is not asked again", async () => {
  await using world = new World(60, new StsmfaError("Cancelled", "cancelled"));
  await world.clock.pass(61 * minute);
  assertEquals(world.tries, [45]);
  for (let n = 0; n < 5; n++) {
    await assertRejects(() => world.held.get(), StsmfaError, "cancelled");
    await world.clock.pass(5 * minute);
  }
  assertEquals(world.tries, [45]);
  world.files = "after";
  world.renews = 60;
  assertEquals(await world.id(), "ASIA2");
});

Deno.test("after the machine has slept, who asks gets a new session", async () => {
  await using world = new World(60, 60);
  await world.clock.pass(10 * minute);
  world.clock.jump(10 * 60 * minute);
  assertEquals(await world.id(), "ASIA2");
});

Deno.test("of many who ask at once after the end, one renews", async () => {
  await using world = new World(60, 60);
  world.clock.jump(70 * minute);
  const ids = await Promise.all(Array.from({ length: 30 }, () => world.id()));
  assertEquals([new Set(ids).size, world.tries.length], [1, 1]);
});

for (
  const code of [
    "TokenCodeRefused",
    "TokenCodeMalformed",
    "TokenCodeUsed",
    "MfaSerialRefused",
  ] as const
) {
  Deno.test(`after ${code} another code is asked for once, when the session has ended`, async () => {
    await using world = new World(60, new StsmfaError(code, "wrong"));
    await world.clock.pass(59 * minute);
    assertEquals(world.tries, [45]);
    await world.clock.pass(2 * minute);
    for (let n = 0; n < 5; n++) {
      await assertRejects(() => world.held.get(), StsmfaError, "wrong");
      await world.clock.pass(5 * minute);
    }
    assertEquals(world.tries, [45, 61]);
    world.files = "after";
    world.renews = 60;
    assertEquals(await world.id(), "ASIA2");
  });
}

Deno.test("while somebody is asked after the end, that is told at once", async () => {
  await using world = new World(60, 60);
  world.renews = "never ends";
  world.question = new StsmfaError("TokenCodeNeeded", "a window asks");
  await world.clock.pass(50 * minute);
  assertEquals(await world.id(), "ASIA1", "the old one serves to its end");
  await world.clock.pass(11 * minute);
  for (let n = 0; n < 20; n++) {
    await assertRejects(() => world.held.get(), StsmfaError, "a window asks");
  }
  assertEquals(world.tries, [45]);
});

Deno.test("a window that opens while a request waits is told of", async () => {
  await using world = new World(60, 60);
  world.clock.jump(61 * minute);
  world.renews = "never ends";
  const refused = assertRejects(() => world.held.get(), StsmfaError, "a window asks");
  await world.clock.pass(1);
  world.question = new StsmfaError("TokenCodeNeeded", "a window asks");
  await world.clock.pass(1);
  await refused;
});

for (const before of [noNetwork, undefined]) {
  Deno.test(`to be ended is no fault of a renewal${before ? ", and takes none away" : ""}`, async () => {
    await using world = new World(60, before ?? 60);
    if (before === undefined) world.renews = "never ends";
    await world.clock.pass(50 * minute);
    world.renews = "never ends";
    await world.clock.pass(11 * minute);
    await world.held.close();
    assertEquals([world.held.isOver, world.held.fault], [true, before]);
  });
}

Deno.test("what has no known end is replaced as soon as its files have another one", async () => {
  await using world = new World(Infinity, 60);
  await world.clock.pass(100 * minute);
  assertEquals([await world.id(), world.tries], ["ASIA1", []]);
  world.files = "after";
  assertEquals([await world.id(), world.tries], ["ASIA2", [100]]);
  world.clock.jump(45 * minute);
  await world.clock.pass(minute);
  assertEquals([await world.id(), world.tries], ["ASIA3", [100, 145]], "which has an end");
});

Deno.test("what has no known end is replaced again and again, and kept if there is no other", async () => {
  await using world = new World(Infinity, Infinity);
  for (const n of [2, 3, 4]) {
    world.files = `other ${n}`;
    assertEquals([await world.id(), await world.id()], [`ASIA${n}`, `ASIA${n}`]);
  }
  assertEquals(world.tries.length, 3);
  world.files = "none";
  world.renews = new StsmfaError("ProfileNotFound", "gone");
  assertEquals([await world.id(), await world.id()], ["ASIA4", "ASIA4"]);
  assertEquals(world.tries.length, 4);
  world.files = "another";
  world.renews = Infinity;
  assertEquals(await world.id(), "ASIA5");
});

Deno.test("what has no end is never renewed", async () => {
  await using world = new World(60, 60);
  const { credentials: { accessKeyId, secretAccessKey } } = world.session(60);
  const held = new HeldSession({
    clock: world.clock,
    first: { accountId: undefined, credentials: { accessKeyId, secretAccessKey } },
    leadSeconds: 900,
    renew: () => Promise.reject(new Error("it was renewed")),
    look: () => Promise.resolve(""),
    asked: () => Promise.resolve(undefined),
  });
  await world.clock.pass(100 * minute);
  assertEquals([held.fault, held.isOver], [undefined, false]);
  await held.close();
});
