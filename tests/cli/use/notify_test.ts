import { assertEquals, assertStringIncludes } from "@std/assert";
import type { NotifierOrder } from "../../../lib/context.ts";
import { alicesFile, type Home, type HomeOptions, openHome, session } from "../../support/homes.ts";

const shell = ["--shell", "bash", "--mark", "31415"];
const reload = 'hint: load it anew: eval "$(stsmfa shell bash)"';

/** A home on a desktop, whose session is valid, and the notifiers that were started. */
async function open(
  options: HomeOptions = {},
): Promise<{ home: Home; started: NotifierOrder[] }> {
  const started: NotifierOrder[] = [];
  const home = await openHome({
    credentials: alicesFile + session("default", "2026-03-04T06:00:00Z"),
    nobody: true,
    network: false,
    os: "unix",
    isRunning: (process) => Promise.resolve(process === 17),
    startNotifier: (order) => {
      started.push(order);
      return Promise.resolve();
    },
    runAttached: () => Promise.resolve(0),
    ...options,
  });
  for (const program of ["notify-send", "true"]) {
    await home.test.write(`bin/${program}`, "#!/bin/sh\n", 0o755);
  }
  Object.assign(home.test.env, { PATH: `${home.test.home}/bin`, DISPLAY: ":7", ...options.env });
  return { home, started };
}

const notices = ({ test }: Home) => {
  try {
    return Array.from(
      Deno.readDirSync(`${test.home}/.local/state/stsmfa/notices`),
      ({ name }) => name,
    );
  } catch {
    return [];
  }
};

Deno.test("use --notify watches the shell that the function names; unset and use end that", async () => {
  const { home, started } = await open();
  await using _ = home;
  const use = ["use", "default", ...shell, "--pid", "17"];
  assertEquals(await home.run(...use, "--notify"), 0, home.stderr);
  assertEquals(home.stderr, "stsmfa: default is set, expires in 54m\n");
  assertEquals(started[0]!.words.slice(0, 4), [
    "notify-send",
    "shell",
    "17",
    "2026-03-04T06:00:00Z",
  ]);
  assertEquals(notices(home), ["here.17"]);
  assertEquals(await home.run("unset", ...shell, "--pid", "17"), 0);
  assertEquals(notices(home), []);
  home.test.env["STSMFA_NOTIFY"] = "1";
  assertEquals(await home.run(...use), 0);
  assertEquals([started.length, notices(home)], [2, ["here.17"]]);
  assertEquals(await home.run(...use, "--notify=false"), 2);
  delete home.test.env["STSMFA_NOTIFY"];
  assertEquals(await home.run(...use), 0);
  assertEquals([started.length, notices(home)], [2, []]);
});

Deno.test("use that fails leaves the notifier of the session that the shell has", async () => {
  const { home } = await open();
  await using _ = home;
  assertEquals(await home.run("use", "default", ...shell, "--pid", "17", "--notify"), 0);
  assertEquals(await home.run("use", "nosuch", ...shell, "--pid", "17"), 3);
  assertEquals(notices(home), ["here.17"]);
});

Deno.test("a function from an earlier version gets sessions as before, and --notify says to load it anew", async () => {
  const { home, started } = await open();
  await using _ = home;
  assertEquals(await home.run("use", "default", ...shell), 0);
  assertEquals(await home.run("unset", ...shell), 0);
  assertEquals(await home.run("use", "default", ...shell, "--notify"), 2);
  assertStringIncludes(home.stderr, reload);
  for (const pid of ["0", "-1", "x", "17; touch x", ""]) {
    assertEquals(await home.run("use", "default", ...shell, `--pid=${pid}`), 2, pid);
  }
  assertEquals(started, []);
});

Deno.test("without a desktop, use and exec warn in one line and give the session", async () => {
  const { home, started } = await open();
  await using _ = home;
  delete home.test.env["DISPLAY"];
  const warning =
    "stsmfa: warning: nothing will tell when default ends: there is no desktop with " +
    "notify-send, osascript or PowerShell here\n";
  assertEquals(await home.run("use", "default", ...shell, "--pid", "17", "--notify"), 0);
  assertEquals(home.stderr, `stsmfa: default is set, expires in 54m\n${warning}`);
  assertStringIncludes(home.stdout, "export AWS_SESSION_TOKEN=");
  assertEquals(await home.run("exec", "default", "--notify", "--", "true"), 0);
  assertEquals(home.stderr, warning);
  assertEquals(started, []);
});

Deno.test("exec --notify watches itself, and so the program", async () => {
  const { home, started } = await open();
  await using _ = home;
  assertEquals(await home.run("exec", "default", "--notify", "--", "true"), 0, home.stderr);
  assertEquals(started[0]!.words.slice(1, 3), ["program", "4711"]);
  assertEquals(home.stderr, "");
});
