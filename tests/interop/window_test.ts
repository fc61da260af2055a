/**
 * Windows of real programs on a display of its own, and somebody who types into them.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { type Display, needsDisplay, startDisplay } from "../support/display.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { needsPrograms } from "../support/real_stores.ts";
import { type Ended, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough } from "../support/thorough.ts";

const title = "stsmfa: MFA code";

const programs = {
  zenity: { needs: needsPrograms("zenity") },
  kdialog: { needs: needsPrograms("kdialog") },
  pinentry: { needs: needsPrograms("pinentry-gtk-2") },
} as const;

async function open(display: Display, extra: Record<string, string> = {}) {
  const sts = await startLoopbackSts();
  const home = await SpawnedHome.create({ ...sts.env(), ...display.env, ...extra });
  const keys = longTermSection("prod-long-term", alice());
  await home.write(".aws/credentials", `${keys}mfa_serial = ${ALICE_DEVICE}\n`);
  return {
    sts,
    home,
    [Symbol.asyncDispose]: async () => {
      await home[Symbol.asyncDispose]();
      await sts.close();
    },
  };
}

for (const [name, { needs }] of Object.entries(programs)) {
  const isSkipped = needs.ignore || needsDisplay.ignore;
  testOrSkip({
    name: `${name} asks, again after a wrong code; Escape cancels${needs.name}${needsDisplay.name}`,
    ignore: isSkipped,
    fn: async () => {
      await using display = await startDisplay();
      await using world = await open(display, { STSMFA_PROMPT: name });
      const { home, sts } = world;
      const run = home.start(["prod"]);
      const code = await sts.code();
      await display.press(title, code === "123123" ? "321321" : "123123", "key:Return");
      await display.press(title, "12", "key:Return");
      await display.press(title, code, "key:Return");
      const { code: status, stdout, stderr } = await run.ended;
      assertEquals(status, 0, stderr);
      assertStringIncludes(stdout, "prod  renewed");
      assertStringIncludes(stderr, "prod: type the MFA code in the window that opens");
      assertStringIncludes(stderr, "AWS refused that code");
      assertEquals(await display.titles(), []);
      const cancelled = home.start(["prod", "--force"]);
      await display.press(title, "key:Escape");
      assertEquals((await cancelled.ended).code, 130);
    },
  });
}

const { needs } = programs.zenity;
const isSkipped = needs.ignore || needsDisplay.ignore;
const names = (words: string) => `${words}${needs.name}${needsDisplay.name}`;

const count = isThorough ? 10 : 4;

/** Starts some at once, and waits until one of them has opened its window. */
async function several(home: SpawnedHome, display: Display): Promise<Promise<Ended>[]> {
  const started = Date.now();
  const runs = Array.from({ length: count }, () => home.start(["process", "prod"]));
  await display.until(true);
  // Those that wait say so.
  await Promise.all(runs.map((each) => Promise.race([each.said("stsmfa: "), each.ended])));
  assert(Date.now() > started);
  assertEquals((await display.titles()).length, 1);
  return runs.map(({ ended }) => ended);
}

testOrSkip({
  name: names("several processes at once: one window, whose code serves all"),
  ignore: isSkipped,
  fn: async () => {
    await using display = await startDisplay();
    await using world = await open(display, { STSMFA_PROMPT: "window" });
    const { home, sts } = world;
    const runs = await several(home, display);
    await display.press(title, await sts.code(), "key:Return");
    const ended = await Promise.all(runs);
    assertEquals(ended.map(({ code }) => code), Array(count).fill(0));
    assertEquals(new Set(ended.map(({ stdout }) => stdout)).size, 1);
    assertEquals(sts.count("GetSessionToken"), 1);
    assertEquals(await display.titles(), []);
  },
});

testOrSkip({
  name: names("several processes at once: one window; it is cancelled once for all"),
  ignore: isSkipped,
  fn: async () => {
    await using display = await startDisplay();
    await using world = await open(display, { STSMFA_PROMPT: "window" });
    const runs = await several(world.home, display);
    await display.press(title, "key:Escape");
    const ended = await Promise.all(runs);
    assertEquals(ended.map(({ code }) => code), Array(count).fill(130));
    assertEquals(await display.titles(), []);
    // Whoever comes later asks again.
    const later = world.home.start(["process", "prod"]);
    await display.press(title, await world.sts.code(), "key:Return");
    assertEquals((await later.ended).code, 0);
  },
});

testOrSkip({
  name: names("the window is gone with the process that opened it"),
  ignore: isSkipped,
  fn: async () => {
    await using display = await startDisplay();
    await using world = await open(display, { STSMFA_PROMPT: "window" });
    const run = world.home.start(["process", "prod"]);
    await display.until(true);
    run.child.kill("SIGTERM");
    assertEquals((await run.ended).code, 143);
    await display.until(false);
  },
});

testOrSkip({
  name: names("programs that hang, break or reach no display are passed over"),
  ignore: isSkipped,
  fn: async () => {
    await using display = await startDisplay();
    await using world = await open(display);
    const { home, sts } = world;
    await home.write("bin/kdialog", "#!/bin/sh\nexec sleep 1000\n");
    await home.write("bin/pinentry-gnome3", "#!/nowhere/sh\n");
    await home.write("bin/pinentry-qt", "#!/bin/sh\necho broken >&2\nexit 1\n");
    for (const name of ["kdialog", "pinentry-gnome3", "pinentry-qt"]) {
      await Deno.chmod(home.path(`bin/${name}`), 0o755);
    }
    const env = {
      STSMFA_PROMPT: "window",
      XDG_CURRENT_DESKTOP: "KDE",
      PATH: `${home.path("bin")}:${Deno.env.get("PATH")}`,
    };
    const run = home.start(["prod"], env);
    await display.press(title, await sts.code(), "key:Return");
    assertEquals((await run.ended).code, 0);
    const nowhere = await home.run(["prod", "--force"], { ...env, DISPLAY: ":7777" });
    assertEquals(nowhere.code, 2, nowhere.stderr);
    assertStringIncludes(nowhere.stderr, "kdialog: did not start within 10 seconds");
    assertStringIncludes(nowhere.stderr, "pinentry-qt: broken");
    assertStringIncludes(nowhere.stderr, "pinentry-gnome3: cannot start");
  },
});
