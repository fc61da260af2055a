import { assertEquals, assertStringIncludes } from "@std/assert";
import { columnsOf } from "../../../lib/columns.ts";
import { StatusPage } from "../../../lib/commands/status_page.ts";
import { WatchView } from "../../../lib/commands/status_watch.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { linesForPeople } from "../../../lib/screen.ts";
import type { ProfileStatus } from "../../../lib/session/status.ts";
import { alicesFile, openHome, session } from "../../support/homes.ts";
import { ctrlC } from "../../support/test_context.ts";

const credentials = alicesFile + session("default", "2026-03-04T06:00:00Z");
const atTerminal = { credentials, network: false, isTerminal: true, env: { NO_COLOR: "1" } };

Deno.test("status --watch shows what status shows; q ends it with 0, Ctrl-C with 130", async () => {
  await using home = await openHome({ ...atTerminal, answers: ["q", ctrlC] });
  assertEquals(await home.run("status", "--watch"), 0, home.stderr);
  assertEquals([home.stdout, home.stderr], ["", ""]);
  const shown = home.test.frames[0]!;
  assertEquals([...shown.slice(0, 4), shown[23]], [
    "  PROFILE  SESSION  ENDS              ACCOUNT  ROLE",
    "",
    "Own access key, for every program",
    "  default  valid    in 54m, at 06:00",
    "1 profile, q ends",
  ]);
  assertEquals(await home.run("status", "--watch"), 130);
});

Deno.test("status --watch where it cannot draw: exit 2", async () => {
  const homes = [
    [{ isTerminal: false }, [], "--watch needs a terminal to draw on"],
    [{ nobody: true }, [], "--watch needs a terminal to draw on"],
    [{ env: { TERM: "dumb" } }, [], "TERM=dumb"],
    [{}, ["--json"], "--watch is for people"],
  ] as const;
  for (const [options, args, says] of homes) {
    await using home = await openHome({ ...atTerminal, ...options });
    assertEquals(await home.run("status", "--watch", ...args), 2);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, says);
  }
});

Deno.test("status --watch with nothing to show, or an unknown profile: exit 3 at once", async () => {
  await using empty = await openHome({ ...atTerminal, credentials: null });
  assertEquals(await empty.run("status", "--watch"), 3);
  await using home = await openHome(atTerminal);
  assertEquals(await home.run("status", "nosuch", "--watch"), 3);
  assertEquals(home.test.frames, []);
});

Deno.test("STSMFA_WATCH sets no flag: programs run status, too", async () => {
  await using home = await openHome({ ...atTerminal, env: { STSMFA_WATCH: "1" } });
  assertEquals(await home.run("status"), 0);
});

Deno.test("what is watched changes, is torn, and is whole again", async () => {
  const page = (...statuses: readonly Partial<ProfileStatus>[]) =>
    new StatusPage(statuses.map(statusOf), {
      clock: { now: () => new Date("2026-03-04T05:06:07Z"), minutesAhead: () => 0 },
      minLeftSeconds: 0,
      widthOf: columnsOf,
    });
  const looks: (() => StatusPage)[] = [
    () => page({ profile: "a", state: "none" }),
    () => {
      throw new StsmfaError("UnparsableFile", "line 1 is torn");
    },
    () =>
      page({
        profile: "a",
        state: "valid",
        expiration: new Date("2026-03-04T08:06:07Z"),
        secondsLeft: 10_800,
      }, { profile: "b", state: "none" }),
  ];
  const view = new WatchView(() => Promise.resolve().then(looks.shift()!), false);
  await view.begin();
  const shown = () =>
    linesForPeople(view.draw({ columns: 60, rows: 7 }).lines, false).split("\n").slice(3, 7);
  const seen = [];
  for (let n = 0; n < 3; n++) {
    assertEquals(await view.refresh(), 1000);
    seen.push(shown());
  }
  assertEquals(seen, [
    ["  a        none yet", "", "", "1 profile, q ends"],
    ["  a        none yet", "", "", "line 1 is torn"],
    ["  b        none yet", "  a        valid     in 3h, at 08:06", "", "2 profiles, q ends"],
  ]);
});

/** Returns a status with the rest as it is for keys that somebody has. */
function statusOf(known: Partial<ProfileStatus>): ProfileStatus {
  return {
    profile: "",
    kind: "written",
    state: "none",
    expiration: undefined,
    secondsLeft: undefined,
    source: "me",
    sourceKind: "long-term",
    roleArn: undefined,
    account: undefined,
    roleName: undefined,
    ...known,
  };
}

Deno.test("more lines than there is room: which are shown, and keys move on", async () => {
  const statuses = Array.from({ length: 30 }, (_, at) => statusOf({ profile: `p${at}` }));
  const clock = { now: () => new Date(0), minutesAhead: () => 0 };
  const page = new StatusPage(statuses, { clock, minLeftSeconds: 0, widthOf: columnsOf });
  const view = new WatchView(() => Promise.resolve(page), false);
  await view.begin();
  const below = () =>
    linesForPeople(view.draw({ columns: 60, rows: 12 }).lines, false).split("\n")[11];
  assertEquals(below(), "lines 1-10 of 32, q ends");
  view.take({ kind: "end" });
  assertEquals(below(), "lines 23-32 of 32, q ends");
});
