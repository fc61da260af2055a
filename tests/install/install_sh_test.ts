import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  archiveName,
  installScript,
  LoopbackRelease,
  type ReleaseOptions,
} from "../support/loopback_release.ts";
import { needsProgram, needsShell, type ShellProgram } from "../support/shells.ts";

const shells: readonly ShellProgram[] = ["dash", "bash"];

/** A test in each shell that is here. */
function inEachShell(name: string, fn: (shell: ShellProgram) => Promise<void>): void {
  for (const shell of shells) {
    const lack = [needsShell(shell), needsProgram("curl")].find(({ ignore }) => ignore);
    Deno.test({
      name: `install.sh in ${shell} ${name}${lack?.name ?? ""}`,
      ignore: lack !== undefined,
      fn: () => fn(shell),
    });
  }
}

inEachShell("installs the latest release and says how to reach it", async (shell) => {
  await using release = await LoopbackRelease.start();
  const { code, stdout, stderr } = await release.install(shell);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(release.installed(), { stsmfa: "755" });
  assertEquals(release.requests, [
    "/releases/latest/download/checksums.txt",
    `/releases/latest/download/${archiveName}`,
  ]);
  assertStringIncludes(stdout, "The attestation was not verified: ");
  assertStringIncludes(stdout, `Installed stsmfa 1.2.3 as ${release.directory}/stsmfa\n`);
  assertStringIncludes(stdout, `export PATH="${release.directory}:$PATH"`);
});

inEachShell("goes to ~/.local/bin unless told otherwise", async (shell) => {
  await using release = await LoopbackRelease.start();
  const { code, stderr } = await release.install(shell, [], { STSMFA_INSTALL: "" });
  assertEquals([code, stderr], [0, ""]);
  assert((await Deno.stat(`${release.home}/.local/bin/stsmfa`)).isFile);
});

for (const version of ["v1.2.3", "1.2.3"]) {
  inEachShell(`installs the release ${version} when asked for it`, async (shell) => {
    await using release = await LoopbackRelease.start();
    const { code, stderr } = await release.install(shell, [version]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(release.installed(), { stsmfa: "755" });
    assertEquals(release.requests[0], "/releases/download/v1.2.3/checksums.txt");
  });
}

inEachShell("lets gh verify who built it", async (shell) => {
  await using release = await LoopbackRelease.start({ attestation: "good" });
  const { stdout } = await release.install(shell);
  assertStringIncludes(stdout, "The attestation says: built by x/stsmfa's release workflow.");
  assertStringIncludes(
    await Deno.readTextFile(`${release.home}/gh`),
    "--repo x/stsmfa --signer-workflow x/stsmfa/.github/workflows/release.yml\n",
  );
});

const other = "0".repeat(64);

/** What goes wrong, and what is said of it. */
const failures: Record<
  string,
  ReleaseOptions & { args?: string[]; env?: Record<string, string>; says: string }
> = {
  "the checksum is another one": {
    checksums: () => `${other}  ${archiveName}\n`,
    says: "the SHA-256 of",
  },
  "the checksums name no program for this machine": {
    checksums: (sha256) => `${sha256}  stsmfa-v1.2.3-aarch64-apple-darwin.tar.gz\n`,
    says: "this release has no program for x86_64-unknown-linux-gnu",
  },
  "the checksums are something else": {
    checksums: () => "<html>sign in to the network</html>\n",
    says: "this release has no program",
  },
  "the checksums are those of another version": {
    args: ["1.2.3"],
    checksums: (sha256) => `${sha256}  stsmfa-v1.2.2-x86_64-unknown-linux-gnu.tar.gz\n`,
    says: "this release is not 1.2.3",
  },
  "there are no checksums": { missing: ["checksums.txt"], says: "could not download" },
  "the archive is missing": { missing: [archiveName], says: "could not download" },
  "there is no such version": { args: ["v9.9.9"], says: "could not download" },
  "the version is none": { args: ["../../../evil"], says: "not a version: ../../../evil" },
  "the machine is unknown": { machine: ["FreeBSD", "amd64"], says: "FreeBSD amd64" },
  "the processor is unknown": { machine: ["Linux", "riscv64"], says: "Linux riscv64" },
  "the attestation is bad": { attestation: "bad", says: "the attestation of" },
  "the program does not run": { program: "exit 127", says: "does not run here" },
  "the release is not on https": {
    env: { STSMFA_RELEASES: "http://example.com/releases" },
    says: "not an https address",
  },
};

for (const [what, { says, args, env, ...options }] of Object.entries(failures)) {
  inEachShell(`changes nothing when ${what}`, async (shell) => {
    await using release = await LoopbackRelease.start(options);
    await Deno.mkdir(release.directory, { recursive: true });
    await Deno.writeTextFile(`${release.directory}/stsmfa`, "the old one", { mode: 0o700 });
    const { code, stderr } = await release.install(shell, args, env);
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, says);
    assertEquals(release.installed(), { stsmfa: "700" });
    assertEquals(await Deno.readTextFile(`${release.directory}/stsmfa`), "the old one");
  });
}

inEachShell("does nothing when it was cut off, wherever that was", async (shell) => {
  await using release = await LoopbackRelease.start();
  const text = installScript.trimEnd();
  const lineEnds = [...text.matchAll(/\n/g)].map(({ index }) => index);
  const lastBytes = Array.from({ length: 30 }, (_, index) => text.length - 1 - index);
  for (const end of [...lineEnds, ...lastBytes]) {
    await release.install(shell, [], {}, text.slice(0, end));
    assertEquals([release.requests, release.installed()], [[], {}], text.slice(0, end).slice(-40));
  }
});

Deno.test("install.sh asks nobody for the rights of another user", () => {
  assertEquals(installScript.match(/^[^#\n]*\b(sudo|doas|su)\b/gm), null);
});
