/**
 * The turns of many processes that want the same session.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Context, LockableFile } from "../../../lib/context.ts";
import { takeTurn } from "../../../lib/session/turn.ts";
import { TestContext } from "../../support/test_context.ts";

/** Locks of one file that is never replaced, on paper. */
class PaperLock {
  holder: object | undefined;
  opened = 0;
  /** Whether the file is still the one at the path. */
  isThere = false;

  open(): LockableFile {
    this.opened++;
    const file = {
      tryLock: () => {
        this.holder ??= file;
        return Promise.resolve(this.holder === file);
      },
      isAt: () => Promise.resolve(this.isThere),
      close: () => {
        this.opened--;
        if (this.holder === file) this.holder = undefined;
      },
    };
    return file;
  }
}

async function inContext(
  body: (context: Context, lock: PaperLock, test: TestContext) => Promise<void>,
): Promise<void> {
  const lock = new PaperLock();
  await using test = await TestContext.create({
    os: "unix",
    files: (files) => ({ ...files, openExisting: () => Promise.resolve(lock.open()) }),
  });
  await body(test.context(), lock, test);
}

const nothing = () => Promise.resolve(undefined);

Deno.test("takeTurn() lets the first go at once, until it is done", () =>
  inContext(async (context, lock) => {
    const { found, turn } = await takeTurn(context, "credentials", "p", nothing);
    assertEquals([found, lock.holder === undefined], [undefined, false]);
    turn!.close();
    assertEquals([lock.holder, lock.opened], [undefined, 0]);
  }));

Deno.test("takeTurn() of others ends with what the first has got, and leaves nothing open", () =>
  inContext(async (context, lock) => {
    const { turn } = await takeTurn(context, "credentials", "p", nothing);
    let looks = 0;
    const look = () => Promise.resolve(++looks < 3 ? undefined : "session");
    assertEquals(await takeTurn(context, "credentials", "p", look), {
      found: "session",
      turn: undefined,
    });
    assertEquals(lock.opened, 1);
    turn!.close();
  }));

Deno.test("takeTurn() of others does not look in a file that is the same, until they have the lock", () =>
  inContext(async (context, lock) => {
    lock.isThere = true;
    const { turn } = await takeTurn(context, "credentials", "p", nothing);
    let looks = 0;
    const look = () => Promise.resolve(`session ${++looks}`);
    assertEquals((await takeTurn(context, "credentials", "p", look)).found, undefined);
    assertEquals(looks, 0);
    turn!.close();
    const next = await takeTurn(context, "credentials", "p", look);
    assertEquals(next, { found: "session 1", turn: undefined });
    assertEquals(lock.opened, 0);
  }));

Deno.test("takeTurn() is the next one's when the first ends without a session", () =>
  inContext(async (context, lock) => {
    const { turn } = await takeTurn(context, "credentials", "p", nothing);
    let looks = 0;
    const look = () => {
      if (++looks === 2) turn!.close();
      return Promise.resolve(undefined);
    };
    const next = await takeTurn(context, "credentials", "p", look);
    assert(next.turn !== undefined);
    assertEquals([lock.holder === undefined, lock.opened], [false, 1]);
    next.turn?.close();
  }));

Deno.test("takeTurn() is over after five seconds, whoever has it", () =>
  inContext(async (context, lock, test) => {
    const { turn } = await takeTurn(context, "credentials", "p", nothing);
    const start = test.clock.now().getTime();
    assertEquals(await takeTurn(context, "credentials", "p", nothing), {
      found: undefined,
      turn: undefined,
    });
    const waited = test.clock.now().getTime() - start;
    assert(waited >= 5000 && waited < 5200, String(waited));
    assertEquals(lock.opened, 1);
    turn!.close();
  }));

for (const [profile, isOver] of [["p", false], ["other", true]] as const) {
  Deno.test(`takeTurn() is ${isOver ? "" : "not "}over at once while ${profile} is asked for`, () =>
    inContext(async (context, _lock, test) => {
      const { turn } = await takeTurn(context, "credentials", "p", nothing);
      await test.write(
        ".local/state/stsmfa/sessions/x.json.asking",
        JSON.stringify({ profiles: [profile] }),
      );
      let looks = 0;
      await takeTurn(context, "credentials", "p", () => (looks++, nothing()));
      assertEquals(looks === 1, isOver);
      turn!.close();
    }));
}

for (const what of ["is not there", "cannot be locked"]) {
  Deno.test(`takeTurn() of a file that ${what} is nobody's`, async () => {
    const file: LockableFile = {
      tryLock: () => Promise.reject(Object.assign(new Error("no locks"), { code: "ENOLCK" })),
      isAt: () => Promise.resolve(true),
      close: () => {},
    };
    await using test = await TestContext.create({
      os: "unix",
      files: (files) => ({
        ...files,
        openExisting: () => Promise.resolve(what === "is not there" ? undefined : file),
      }),
    });
    const { found, turn } = await takeTurn(test.context(), "credentials", "p", nothing);
    assertEquals([found, turn], [undefined, undefined]);
  });
}

Deno.test("takeTurn() leaves nothing open when the file cannot be read again", () =>
  inContext(async (context, lock) => {
    const look = () => Promise.reject(new Error("not UTF-8"));
    assertEquals(await takeTurn(context, "credentials", "p", look), {
      found: undefined,
      turn: undefined,
    });
    assertEquals([lock.holder, lock.opened], [undefined, 0]);
  }));
