/**
 * Where a code is asked for: `--prompt`, and a window where there is no terminal.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import { openWindowHome } from "../../support/fake_window.ts";
import type { Home } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";
import { ctrlC } from "../../support/test_context.ts";

const right = (_: unknown, home: Home) => home.sts.code();

const shown = (lines: string) => `--text=${lines.replaceAll("_", "__")}`;

Deno.test(
  "nobody at a terminal, but a display: a window asks, and says for what and whom",
  async () => {
    await using world = await openWindowHome([right], {
      captured: { terminal: "pts/3", caller: "Lens" },
    });
    const { home, windows } = world;
    assertEquals(await home.run("process", "prod"), 0, home.stderr);
    assertEquals(windows.map(({ argv }) => argv), [[
      "zenity",
      "--entry",
      "--hide-text",
      "--title=stsmfa: MFA code",
      shown(`prod needs a session, for Lens\nMFA code for ${ALICE_DEVICE}:`),
      "--timeout=125",
    ]]);
    assertEquals(home.stderr, "stsmfa: prod: type the MFA code in the window that opens\n");
  },
);

Deno.test("a wrong code: the window comes again and says why; three are enough", async () => {
  const wrong = async (_: unknown, home: Home) =>
    await home.sts.code() === "123123" ? "321321" : "123123";
  await using world = await openWindowHome([wrong, "12", wrong, right, wrong, wrong, wrong]);
  const { home, windows } = world;
  assertEquals(await home.run("prod"), 0, home.stderr);
  const first = windows.map(({ argv }) => argv[4]!.split("\n")[0]);
  const refused = "--text=AWS refused that code: it is wrong or was already used";
  assertEquals(first, [
    "--text=prod needs a session, for stsmfa",
    `${refused} (2 tries left)`,
    "--text=an MFA code has six digits, not 2",
    `${refused} (1 try left)`,
  ]);
  home.test.clock.advance(60);
  assertEquals(await home.run("prod", "--force"), 4);
  assertEquals(windows.length, 7);
});

Deno.test("a code that was already used: the window says so at once, instead of a wait", async () => {
  let code = "";
  const first = async (_: unknown, home: Home) => code = await home.sts.code();
  await using world = await openWindowHome([first, () => Promise.resolve(code), async (_, home) => {
    home.test.clock.advance(30);
    return await home.sts.code();
  }]);
  const { home, windows } = world;
  assertEquals(await home.run("prod"), 0, home.stderr);
  home.test.clock.advance(1);
  assertEquals(await home.run("prod", "--force"), 0, home.stderr);
  assertStringIncludes(windows[2]!.argv[4]!, "that code was already used: the next one");
  assertEquals(home.test.clock.sleeps, []);
});

Deno.test("cancelled is 130, nobody there is 2, and no other program asks again", async () => {
  for (const [end, status] of [[{ exitStatus: 1 }, 130], [{ exitStatus: 5 }, 2]] as const) {
    await using world = await openWindowHome([end], {}, ["zenity", "kdialog", "pinentry"]);
    assertEquals(await world.home.run("prod"), status, world.home.stderr);
    assertEquals(world.windows.length, 1);
  }
});

Deno.test("a program that breaks is followed by the next; when all have, it is said why", async () => {
  const programs = ["zenity", "kdialog", "pinentry"];
  const noDisplay = { exitStatus: 1, stderr: "Gtk-WARNING **: cannot open display: :0\n" };
  const crash = { exitStatus: 134, stderr: "qt.qpa.xcb: could not connect to display :0\n" };
  await using world = await openWindowHome([noDisplay, right], {}, programs);
  assertEquals(await world.home.run("prod"), 0, world.home.stderr);
  assertEquals(world.windows.map(({ argv }) => argv[0]), ["zenity", "kdialog"]);
  const end = { stdout: "OK Pleased to meet you\nERR 83918950 Inappropriate ioctl\n" };
  await using broken = await openWindowHome([noDisplay, crash, end], {}, programs);
  const { home } = broken;
  assertEquals(await home.unchanged(() => home.run("prod")), 2);
  for (const words of ["cannot open display", "could not connect", "pinentry: ERR 83918950"]) {
    assertStringIncludes(home.stderr, words);
  }
});

Deno.test("without a display, or with CI set, it fails at once as before", async () => {
  for (const env of [{ DISPLAY: "" }, { CI: "true" }]) {
    await using world = await openWindowHome([], { env });
    assertEquals(await world.home.run("prod"), 2);
    assertStringIncludes(world.home.stderr, "is needed, and stsmfa cannot ask for it here\n");
  }
  await using mac = await openWindowHome([], {
    runtime: "deno 2.9.6, aarch64-apple-darwin",
    env: { SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" },
  }, ["osascript"]);
  assertEquals(await mac.home.run("prod"), 2);
});

Deno.test("each system has a program of its own", async () => {
  const mac = { runtime: "deno 2.9.6, aarch64-apple-darwin", env: { DISPLAY: "" } };
  const answer = async (_: unknown, home: Home) => `answer:${await home.sts.code()}`;
  await using macWorld = await openWindowHome([answer], mac, ["osascript", "zenity"]);
  assertEquals(await macWorld.home.run("prod"), 0, macWorld.home.stderr);
  assertEquals(macWorld.windows[0]!.argv[0], "osascript");
  const windows = { os: "windows" } as const;
  await using windowsWorld = await openWindowHome([answer], windows, []);
  assertEquals(await windowsWorld.home.run("prod"), 0, windowsWorld.home.stderr);
  assertEquals(windowsWorld.windows[0]!.argv[0], "powershell.exe");
  for (const env of [{ SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }, { CI: "true" }]) {
    await using nobody = await openWindowHome([], { ...windows, env }, []);
    assertEquals(await nobody.home.run("prod"), 2, nobody.home.stderr);
  }
  await using kde = await openWindowHome([right], { env: { XDG_CURRENT_DESKTOP: "KDE" } }, [
    "zenity",
    "kdialog",
  ]);
  assertEquals(await kde.home.run("prod"), 0, kde.home.stderr);
  assertEquals(kde.windows[0]!.argv[0], "kdialog");
});

Deno.test("--prompt and STSMFA_PROMPT say where: what is not there is named", async () => {
  const cases = [
    [["--prompt", "window"], "there is no display (DISPLAY or WAYLAND_DISPLAY)"],
    [["--prompt", "zenity"], "there is no display"],
  ] as const;
  for (const [flags, words] of cases) {
    await using world = await openWindowHome([], { env: { DISPLAY: "" } });
    assertEquals(await world.home.run("prod", ...flags), 2);
    assertStringIncludes(world.home.stderr, words);
  }
  await using world = await openWindowHome([right, right], { env: { CI: "1" } });
  const { home } = world;
  assertEquals(await home.run("prod", "--prompt", "kdialog"), 2);
  assertStringIncludes(home.stderr, "stsmfa cannot ask for it here: there is no kdialog");
  assertEquals(await home.run("prod", "--prompt", "window"), 0, home.stderr);
  home.test.clock.advance(60);
  home.test.env["STSMFA_PROMPT"] = "zenity";
  assertEquals(await home.run("prod", "--force"), 0, home.stderr);
});

Deno.test("a prompt that there is not is a fault of usage, by flag and by variable", async () => {
  await using world = await openWindowHome([]);
  const { home } = world;
  assertEquals(await home.run("prod", "--prompt", "xterm"), 2);
  assertStringIncludes(home.stderr, "--prompt: xterm is not one of terminal, window, zenity");
  home.test.env["STSMFA_PROMPT"] = "gui";
  assertEquals(await home.run("prod"), 2);
  assertStringIncludes(home.stderr, "variable STSMFA_PROMPT: gui is not one of terminal");
});

Deno.test("the terminal comes first; with --prompt window it asks nothing at all", async () => {
  await using world = await openWindowHome([right], { nobody: false });
  const { home, windows } = world;
  home.types();
  assertEquals(await home.run("prod"), 0, home.stderr);
  assertEquals([windows.length, home.test.questions.length], [0, 1]);
  home.test.clock.advance(60);
  assertEquals(await home.run("prod", "--force", "--prompt", "window"), 0, home.stderr);
  assertEquals([windows.length, home.test.questions.length], [1, 1]);
  for (const prompt of ["none", "terminal"]) {
    home.test.clock.advance(1);
    if (prompt === "terminal") home.answer(ctrlC);
    assertEquals(
      await home.run("prod", "--force", "--prompt", prompt),
      prompt === "none" ? 2 : 130,
    );
  }
  assertEquals([windows.length, home.test.questions.length], [1, 2]);
});

Deno.test("kubectl that lends no terminal gets a window; without a display it is refused at once", async () => {
  const info = JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1beta1",
    kind: "ExecCredential",
    spec: { interactive: false },
  });
  const options = {
    nobody: false,
    config: "[profile prod]\nregion = eu-west-1\n",
    env: { KUBERNETES_EXEC_INFO: info },
  };
  await using world = await openWindowHome([right], options);
  const { home, windows } = world;
  assertEquals(await home.run("kube-token", "--cluster", "shop", "prod"), 0, home.stderr);
  assertEquals([windows.length, home.test.questions.length], [1, 0]);
  await using other = await openWindowHome([], {
    ...options,
    env: { ...options.env, DISPLAY: "" },
  });
  assertEquals(await other.home.run("kube-token", "--cluster", "shop", "prod"), 2);
});

Deno.test("a window stands two minutes, and a program that does not start ten seconds", async () => {
  const hangs: Context["runCommand"] = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const limits: number[] = [];
  const passing = (home: Home) => {
    const { deadlines } = home.test.clock;
    const own = deadlines.filter(({ milliseconds }) => [10_000, 120_000].includes(milliseconds));
    for (const { milliseconds, pass } of own) {
      limits.push(milliseconds);
      pass();
    }
  };
  for (const hanging of ["start", "window"]) {
    const opened: { home?: Home } = {};
    const runCommand: Context["runCommand"] = (command) => {
      if (command.argv[1] === "--version" && hanging === "window") {
        return Promise.resolve({ exitStatus: 0, stdout: "" });
      }
      setTimeout(() => passing(opened.home!), 0);
      return hangs(command);
    };
    await using world = await openWindowHome([], { runCommand }, ["zenity", "kdialog"]);
    const home = opened.home = world.home;
    assertEquals(await home.run("prod"), 2);
    assertStringIncludes(
      home.stderr,
      hanging === "window"
        ? "nobody typed a code in the window within 2 minutes"
        : "zenity: did not start within 10 seconds; kdialog: did not start within 10 seconds",
    );
  }
  assertEquals(limits, [10_000, 10_000, 120_000]);
});

Deno.test("a display that goes away while the window stands is no cancel", async () => {
  let isGone = false;
  const runCommand: Context["runCommand"] = (command) => {
    if (command.argv[1] === "--version") {
      return Promise.resolve({ exitStatus: isGone ? 1 : 0, stdout: "" });
    }
    isGone = true;
    return Promise.resolve({ exitStatus: 1, stdout: "" });
  };
  await using world = await openWindowHome([], { runCommand }, ["zenity", "kdialog"]);
  assertEquals(await world.home.run("prod"), 2);
  assertStringIncludes(world.home.stderr, "zenity: exit status 1; kdialog: exit status 1");
});

Deno.test("a window that a clock of tomorrow has refused is asked again", async () => {
  await using world = await openWindowHome([{ exitStatus: 1 }, right]);
  const { home } = world;
  assertEquals(await home.run("prod"), 130);
  home.test.clock.advance(-3600);
  assertEquals(await home.run("prod"), 0, home.stderr);
});

Deno.test("a window for codes leaves all other questions at the terminal", async () => {
  for (const prompt of ["window", "zenity"]) {
    await using world = await openWindowHome([right], {
      nobody: false,
      answers: ["prod"],
      env: { STSMFA_PROMPT: prompt },
      isTerminal: true,
      runAttached: () => Promise.resolve(0),
    });
    const { home } = world;
    assertEquals(await home.run("exec", "--pick", "--", "/bin/true"), 0, home.stderr);
    assertEquals(world.windows.length, 1);
  }
});

Deno.test("a window that would stand for ever goes when we are killed, where the system can do that", async () => {
  await using world = await openWindowHome([right, right], {}, ["kdialog", "setpriv"]);
  assertEquals(await world.home.run("prod"), 0, world.home.stderr);
  const { argv } = world.windows[0]!;
  assertEquals(argv.slice(0, 4), ["setpriv", "--pdeathsig", "KILL", "kdialog"]);
});
