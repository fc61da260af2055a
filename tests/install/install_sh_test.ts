import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inEachShell } from "../support/install_shells.ts";
import {
  archiveName,
  installScript,
  LoopbackRelease,
  type ReleaseOptions,
} from "../support/loopback_release.ts";

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
  assertStringIncludes(
    stdout,
    `To have it first on your PATH: export PATH='${release.directory}':"$PATH"\n`,
  );
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
    "--hostname github.com --repo x/stsmfa --signer-workflow x/stsmfa/.github/workflows/release.yml\n",
  );
});

inEachShell("asks gh about github.com, whatever else gh is for", async (shell) => {
  await using release = await LoopbackRelease.start({ attestation: "good" });
  const { code, stdout } = await release.install(shell, [], {
    GH_HOST: "github.example.com",
    STSMFA_REQUIRE_ATTESTATION: "1",
  });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "The attestation says: ");
});

for (
  const [attestation, reason] of [
    [undefined, "there is no gh (https://cli.github.com) that can do it"],
    ["too old", "there is no gh (https://cli.github.com) that can do it"],
    ["not logged in", "gh is not logged in to github.com"],
  ] as const
) {
  const what = attestation ?? "not here";
  inEachShell(`says so when gh is ${what}, and installs only if that will do`, async (shell) => {
    await using release = await LoopbackRelease.start(attestation ? { attestation } : {});
    const required = await release.install(shell, [], { STSMFA_REQUIRE_ATTESTATION: "1" });
    assertEquals([required.code, required.stdout], [1, ""]);
    assertEquals(
      required.stderr,
      `install.sh: the attestation was not verified: ${reason}; nothing was installed\n`,
    );
    assertEquals(release.installed(), {});
    const { code, stdout } = await release.install(shell, [], { STSMFA_REQUIRE_ATTESTATION: "0" });
    assertEquals(code, 0);
    assertStringIncludes(stdout, `The attestation was not verified: ${reason}.\n`);
    assertEquals(release.installed(), { stsmfa: "755" });
  });
}

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
  "the archive holds a program of another version": {
    program: "echo stsmfa 1.2.2; echo stsmfa 1.2.3",
    attestation: "good",
    says: `${archiveName} holds another version, stsmfa 1.2.2; nothing was installed`,
  },
  "nothing says where it goes": {
    env: { STSMFA_INSTALL: "", HOME: "" },
    says: "neither STSMFA_INSTALL nor HOME says where it goes",
  },
  "the address only looks like loopback": {
    env: { STSMFA_RELEASES: "http://127.0.0.1:80@127.0.0.1:9/releases" },
    says: "an address must not have an @ in it",
  },
  "the address only looks like GitHub": {
    env: { STSMFA_RELEASES: "https://github.com@127.0.0.1:9/releases" },
    says: "an address must not have an @ in it",
  },
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
