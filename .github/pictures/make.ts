/**
 * Makes README's pictures from runs of the program: `deno task pictures`. Needs Python and the AWS
 * CLI.
 *
 * @module
 */

import { startLoopbackSts } from "../../tests/support/loopback_sts.ts";
import { atTerminal } from "../../tests/support/python.ts";
import { cliCommand, SpawnedHome } from "../../tests/support/spawned_cli.ts";
import { type Scene, scenes } from "./scenes.ts";
import { type Run, screenRows } from "./screen.ts";
import { svg } from "./svg.ts";

/** What differs from run to run, and what stands for it in a picture. */
const evened: readonly (readonly [RegExp, string])[] = [
  [/\bASIA[A-Z0-9]{16}\b/g, "ASIAEXAMPLEEXAMPLEEX"],
  [/\bAROA[A-Z0-9]{17}\b/g, "AROAEXAMPLEEXAMPLEEXA"],
  [/\b\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?/g, "2026-11-30$109:41"],
  [/\b1h0m\b/g, "59m"],
  [/\bin (?:1h|59m), (?:at|[A-Z][a-z]{2}) \d\d:\d\d\b/g, "in 59m, at 10:41"],
  [/\b(?:1h|59m)(?=, at \d\d:\d\d)/g, "59m"],
  [/\b(at|until) \d\d:\d\d\b/g, "$1 10:41"],
];

/** What the runtime says, from source, on a machine where many others use its cache. */
const busyCache = /Failed to open cache file '[^']*', opening in-memory cache\.\r?\n/g;

/** How a program leaves a screen of its own. */
const ownScreenOff = "\x1b[?1049l";

/** Plays a scene, and returns its picture. */
export async function picture(scene: Scene): Promise<string> {
  const { name, title, columns, files } = scene;
  await using sts = await startLoopbackSts({
    roles: [
      "222222222222:role/Administrator",
      "333333333333:role/Administrator",
      "444444444444:role/ReadOnly",
    ].map((each) => ({ roleArn: `arn:aws:iam::${each}` })),
  });
  await using home = await SpawnedHome.create(sts.env());
  for (const [path, text] of Object.entries(files)) await home.write(path, text);
  await home.write(".inputrc", "set enable-bracketed-paste off\n");
  const [program, ...rest] = cliCommand();
  // From source, a runtime that is slow to start shows that it is at work.
  const quiet = rest[0] === "run" ? ["run", "--quiet", ...rest.slice(1)] : rest;
  const words = [program, ...quiet].map((word) => `'${word}'`).join(" ");
  await home.write("bin/stsmfa", `#!/bin/sh\nexec ${words} "$@"\n`);
  await Deno.chmod(home.path("bin/stsmfa"), 0o755);
  const { env } = home;
  const { terminal: seen, unmet } = await atTerminal({
    argv: ["bash", "--norc", "--noprofile", "-i"],
    env: {
      ...env,
      PATH: `${home.path("bin")}:${env["PATH"]}`,
      PS1: "$ ",
      SHELL: "/bin/bash",
      USER: "alice",
      TERM: "xterm-256color",
      COLUMNS: String(columns),
      BASH_SILENCE_DEPRECATION_WARNING: "1",
      AWS_PAGER: "",
    },
    cwd: home.home,
    streams: "terminal",
    columns,
    seconds: 60,
    steps: [{ expect: "$ " }, ...await scene.steps(sts), { send: "exit\r" }],
  });
  const terminal = seen.replaceAll(busyCache, "");
  if (unmet !== null) throw new Error(`${name}: never shown: ${unmet}\n${terminal}`);
  const shown = scene.isOnOwnScreen
    ? await screenRows(terminal.slice(0, terminal.lastIndexOf(ownScreenOff)), columns)
    : withoutExit(await screenRows(terminal, columns));
  return svg(title, shown.map((runs) => runs.map(even)), columns);
}

/** Leaves out how the person has left. */
function withoutExit(rows: Run[][]): Run[][] {
  return rows.slice(0, rows.findLastIndex((runs) => textOf(runs) === "$ exit"));
}

function textOf(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join("");
}

function even(run: Run): Run {
  const text = evened.reduce((text, [found, instead]) => text.replace(found, instead), run.text);
  return { ...run, text };
}

if (import.meta.main) {
  const folder = new URL("../../docs/pictures/", import.meta.url);
  await Deno.mkdir(folder, { recursive: true });
  for (const scene of scenes) {
    await Deno.writeTextFile(new URL(`${scene.name}.svg`, folder), await picture(scene));
    console.error(`docs/pictures/${scene.name}.svg`);
  }
}
