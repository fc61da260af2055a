/**
 * Where install.sh puts the program, what it says about PATH, and what it leaves behind.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { inEachShell } from "../support/install_shells.ts";
import { installScript, LoopbackRelease } from "../support/loopback_release.ts";
import { runShell } from "../support/shells.ts";

const inside = (release: LoopbackRelease) => `${release.directory}:${release.env["PATH"]}`;

inEachShell("says how to begin when the program is found", async (shell) => {
  await using release = await LoopbackRelease.start();
  const { stdout } = await release.install(shell, [], { PATH: inside(release) });
  assertEquals(stdout.split("\n").at(-2), "To begin: stsmfa init");
});

inEachShell("knows the program by a link to it", async (shell) => {
  await using release = await LoopbackRelease.start();
  await Deno.symlink(`${release.directory}/stsmfa`, `${release.home}/tools/stsmfa`);
  const { stdout } = await release.install(shell);
  assertEquals(stdout.split("\n").at(-2), "To begin: stsmfa init");
});

inEachShell("says which other stsmfa is found before it", async (shell) => {
  await using release = await LoopbackRelease.start({ tools: { stsmfa: "echo the other one" } });
  const { directory, home, env } = release;
  const { stdout } = await release.install(shell, [], { PATH: `${env["PATH"]}:${directory}` });
  assertEquals(stdout.split("\n").slice(-3), [
    `Another stsmfa comes first on your PATH: ${home}/tools/stsmfa`,
    `To have it first on your PATH: export PATH='${directory}':"$PATH"`,
    "",
  ]);
});

for (
  const name of ["plain", "with space", "it's", '$HOME/`id`/"quoted"', "back\\nslash", "-", "a//b/"]
) {
  for (const [kind, base] of Object.entries({ absolute: "/", relative: "" })) {
    inEachShell(`gives a line to paste for the ${kind} directory ${name}`, async (shell) => {
      await using release = await LoopbackRelease.start();
      const directory = `${base && `${release.home}/`}${name}`;
      const { code, stdout, stderr } = await release.install(shell, [], {
        STSMFA_INSTALL: directory,
        CDPATH: `${release.home}/tools`,
      });
      assertEquals([code, stderr], [0, ""]);
      const line = stdout.split("\n").at(-2)!.replace("To have it first on your PATH: ", "");
      const { stdout: found } = await runShell([shell, "-s"], {
        cwd: "/",
        env: release.env,
        input: `${line}\ncommand -v stsmfa\n`,
      });
      const clean = name.replaceAll("//", "/").replace(/\/$/, "");
      assertEquals(found, `${release.home}/${clean}/stsmfa\n`);
    });
  }
}

for (const [translated, target] of [["1", "aarch64"], ["0", "x86_64"], ["", "x86_64"]] as const) {
  const what = translated === "" ? "a Mac that knows no Rosetta" : `Rosetta ${translated}`;
  inEachShell(`takes the ${target} program on ${what}`, async (shell) => {
    await using release = await LoopbackRelease.start({
      machine: ["Darwin", "x86_64"],
      tools: {
        sysctl: translated === ""
          ? "exit 1"
          : `[ "$*" = "-n sysctl.proc_translated" ] && echo ${translated}`,
      },
    });
    const { stderr } = await release.install(shell);
    assertStringIncludes(stderr, `this release has no program for ${target}-apple-darwin`);
  });
}

for (
  const [signal, status] of Object.entries({ HUP: 129, INT: 130, QUIT: 131, PIPE: 141, TERM: 143 })
) {
  inEachShell(`leaves nothing behind when SIG${signal} ends it`, async (shell) => {
    await using release = await LoopbackRelease.start({ tools: { mv: `kill -${signal} $PPID` } });
    const { code } = await release.install(shell);
    assertEquals([code, release.installed()], [status, {}]);
  });
}

inEachShell("leaves nothing behind when nobody reads what it says", async (shell) => {
  await using release = await LoopbackRelease.start();
  const child = new Deno.Command(shell, {
    args: ["-s"],
    cwd: release.home,
    clearEnv: true,
    env: release.env,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await child.stdout.cancel();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(installScript));
  await writer.close();
  await child.status;
  assertEquals(release.installed(), {});
});
