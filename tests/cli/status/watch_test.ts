import { assertEquals, assertStringIncludes } from "@std/assert";
import { WatchView } from "../../../lib/commands/status_watch.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { linesForPeople } from "../../../lib/screen.ts";
import { alicesFile, openHome, session } from "../../support/homes.ts";
import { ctrlC } from "../../support/test_context.ts";

const credentials = alicesFile + session("default", "2026-03-04T06:00:00Z");
const atTerminal = { credentials, network: false, isTerminal: true, env: { NO_COLOR: "1" } };

Deno.test("status --watch shows what status shows; q ends it with 0, Ctrl-C with 130", async () => {
  await using home = await openHome({ ...atTerminal, answers: ["q", ctrlC] });
  assertEquals(await home.run("status", "--watch"), 0, home.stderr);
  assertEquals([home.stdout, home.stderr], ["", ""]);
  const shown = home.test.frames[0]!;
  assertEquals([shown[0], shown[1], shown[23]], [
    "PROFILE  STATE  LEFT  SOURCE             ROLE",
    "default  valid  54m   default-long-term  -",
    "1-1 of 1  q ends",
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
  const looks: (() => string[][])[] = [
    () => [["a", "none", "-", "-", "-"]],
    () => {
      throw new StsmfaError("UnparsableFile", "line 1 is torn");
    },
    () => [["a", "valid", "3h", "-", "-"], ["b", "none", "-", "-", "-"]],
  ];
  const headers = ["PROFILE", "STATE", "LEFT", "SOURCE", "ROLE"];
  const view = new WatchView(headers, () => Promise.resolve().then(looks.shift()!), false);
  await view.begin();
  const shown = () =>
    linesForPeople(view.draw({ columns: 60, rows: 5 }).lines, false).split("\n").slice(1, 5);
  const seen = [];
  for (let n = 0; n < 3; n++) {
    assertEquals(await view.refresh(), 1000);
    seen.push(shown());
  }
  assertEquals(seen, [
    ["a        none   -     -       -", "", "", "1-1 of 1  q ends"],
    ["a        none   -     -       -", "", "", "line 1 is torn"],
    [
      "a        valid  3h    -       -",
      "b        none   -     -       -",
      "",
      "1-2 of 2  q ends",
    ],
  ]);
});
