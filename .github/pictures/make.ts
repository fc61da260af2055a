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

/** What differs from run to run, and what stands for it in a picture; of the same length. */
const evened: readonly (readonly [RegExp, string])[] = [
  [/\bASIA[A-Z0-9]{16}\b/g, "ASIAEXAMPLEEXAMPLEEX"],
  [/\bAROA[A-Z0-9]{17}\b/g, "AROAEXAMPLEEXAMPLEEXA"],
  [/\b\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?/g, "2026-11-30$109:41"],
  [/\b(1[0-2]|\d)h [0-5]?\dm\b/g, "$1h 00m"],
  [/\b[1-5]\dm [0-5]?\ds\b/g, "59m 58s"],
];

/** Plays a scene, and returns its picture. */
export async function picture({ name, title, columns, files, steps }: Scene): Promise<string> {
  await using sts = await startLoopbackSts({
    roles: ["222222222222", "333333333333"].map((account) => ({
      roleArn: `arn:aws:iam::${account}:role/Administrator`,
    })),
  });
  await using home = await SpawnedHome.create(sts.env());
  for (const [path, text] of Object.entries(files)) await home.write(path, text);
  await home.write(".inputrc", "set enable-bracketed-paste off\n");
  const words = cliCommand().map((word) => `'${word}'`).join(" ");
  await home.write("bin/stsmfa", `#!/bin/sh\nexec ${words} "$@"\n`);
  await Deno.chmod(home.path("bin/stsmfa"), 0o755);
  const { env } = home;
  const { terminal, unmet } = await atTerminal({
    argv: ["bash", "--norc", "--noprofile", "-i"],
    env: {
      ...env,
      PATH: `${home.path("bin")}:${env["PATH"]}`,
      PS1: "$ ",
      TERM: "xterm-256color",
      COLUMNS: String(columns),
      BASH_SILENCE_DEPRECATION_WARNING: "1",
      AWS_PAGER: "",
    },
    cwd: home.home,
    streams: "terminal",
    columns,
    seconds: 60,
    steps: [{ expect: "$ " }, ...await steps(sts), { send: "exit\r" }],
  });
  if (unmet !== null) throw new Error(`${name}: never shown: ${unmet}\n${terminal}`);
  const rows = await screenRows(terminal, columns);
  // The person has left.
  const shown = rows.slice(0, rows.findLastIndex((runs) => textOf(runs) === "$ exit"));
  return svg(title, shown.map((runs) => runs.map(even)), columns);
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
