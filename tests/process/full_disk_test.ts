/**
 * Disks that are really full: a small one in memory, filled but for so many blocks, and a limit on
 * the size of files.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { posix, testOrSkip } from "../support/abilities.ts";
import { assertWhole, keptPath, keptText } from "../support/kept_file.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";
import { TestContext } from "../support/test_context.ts";
import { isThorough } from "../support/thorough.ts";

const before = `${longTermSection("default-long-term", alice())}` +
  Array.from({ length: 200 }, (_, n) => `# a long comment, line ${n}\n`).join("");

/**
 * Mounts a disk over the home, in a name space that ends with the shell; fills it; runs the program,
 * then again with some room, and brings back what is on the disk.
 */
const onFullDisk = `
set -eu
home=$1 free=$2; shift 2
cp -a "$home" "$home.copy"
mount -t tmpfs -o size=128k,mode=0700 none "$home"
cp -a "$home.copy/." "$home"
head -c "$free" /dev/zero > "$home/filler.free"
cat /dev/zero > "$home/filler" 2>/dev/null || true
rm "$home/filler.free"
set +e
"$@" > "$home.stdout" 2> "$home.stderr"
status=$?
set -e
rm "$home/filler"
rm -rf "$home.copy"; cp -a "$home" "$home.copy"
exit "$status"
`;

/** The same disk, with room, that nothing can be written to. */
const onReadOnlyDisk = onFullDisk.replace(
  /^head -c[^]*?^set \+e$/m,
  'mount -o remount,ro "$home"\nset +e',
)
  .replace('rm "$home/filler"\n', "");

/** No signal: a write that is too large is an error then. */
const withLimit = `set -eu; home=$1 blocks=$2; shift 2
trap '' XFSZ; ulimit -f "$blocks"
"$@" 2> "$home.stderr" | cat > "$home.stdout"`;

function canMount(): boolean {
  try {
    const script = 'mount -t tmpfs none "$1"';
    return new Deno.Command("unshare", {
      args: ["-m", "sh", "-c", script, "sh", "/tmp"],
      stderr: "null",
    })
      .outputSync().success;
  } catch {
    return false;
  }
}

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly isNew: boolean;
}

/** Runs a command in a home where there is so little room, and checks what is there afterwards. */
async function run(
  how: "disk" | "read-only" | "limit",
  room: number,
  words: (code: string) => readonly string[],
): Promise<Outcome> {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  const kept = await keptPath(alice().accessKeyId, sts.url);
  await home.write(".aws/credentials", before);
  await home.write(kept, keptText);
  await Deno.chmod(home.path(kept), 0o600);
  const command = cliCommand(...words(await sts.code()));
  const script = how === "disk" ? onFullDisk : onReadOnlyDisk;
  const [shell, ...args] = how !== "limit"
    ? ["unshare", "-m", "sh", "-c", script, "sh", home.home, String(room), ...command]
    : ["bash", "-c", `set -o pipefail; ${withLimit}`, "bash", home.home, String(room), ...command];
  const copy = how !== "limit" ? `${home.home}.copy` : home.home;
  try {
    const { code: status } = await new Deno.Command(shell!, {
      args,
      clearEnv: true,
      env: home.env,
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).output();
    const stdout = await Deno.readTextFile(`${home.home}.stdout`);
    const stderr = await Deno.readTextFile(`${home.home}.stderr`);
    const what = `${how} ${room}: ${stderr}`;
    const text = await Deno.readTextFile(`${copy}/.aws/credentials`);
    assert(
      text === before || (text.startsWith(before) && /x_security_token_expires = .*\n$/.test(text)),
      what,
    );
    assertWhole(await Deno.readTextFile(`${copy}/${kept}`), what);
    const names = Array.from(Deno.readDirSync(`${copy}/.aws`), ({ name }) => name).sort();
    for (const name of names) {
      assert(["credentials", "credentials~"].includes(name), `${what} ${name}`);
    }
    if (names.length === 2) {
      assertEquals(await Deno.readTextFile(`${copy}/.aws/credentials~`), before, what);
    }
    const sessions = Array.from(Deno.readDirSync(`${copy}/${kept.replace(/\/[^/]*$/, "")}`));
    assertEquals(sessions.length, 1, what);
    const outcome = { status, stdout, stderr, isNew: text !== before };
    if (stderr.includes("kept") || sts.count("GetSessionToken") === 0) return outcome;
    // Once there is room, the same session comes without another code.
    await using test = await TestContext.create({
      network: true,
      env: { ...sts.env(), HOME: copy },
    });
    assertEquals(await test.run("--non-interactive"), 0, `${what}${test.output}`);
    return outcome;
  } finally {
    for (const each of [".copy", ".stdout", ".stderr"]) {
      await Deno.remove(home.home + each, { recursive: true }).catch(() => {});
    }
  }
}

/** How much is free, in the steps of the disk. */
const rooms = isThorough ? Array.from({ length: 16 }, (_, n) => n * 4096) : [0, 4096, 12288, 20480];

const canFill = canMount();

testOrSkip({
  name:
    `a full disk: what a code bought goes out with one warning, all files are old or new, and no session of others is lost${
      canFill ? "" : " (skipped: needs unshare and the right to mount)"
    }`,
  ignore: !canFill,
  fn: async () => {
    const seen = new Set<string>();
    for (const room of rooms) {
      const given = await run("disk", room, (code) => ["process", "--token-code", code]);
      assertEquals(given.status, 0, `${room}: ${given.stderr}`);
      assertMatch(JSON.parse(given.stdout).AccessKeyId, /^ASIA/);
      const warnings = given.stderr.trim().split("\n").filter((line) => line !== "");
      assertEquals(warnings.length, given.isNew && warnings.length === 0 ? 0 : 1, given.stderr);
      if (!given.isNew) assertStringIncludes(given.stderr, "no space left on the disk");
      seen.add(`process ${given.isNew} ${/nor could it be kept/.test(given.stderr)}`);
      const refreshed = await run("disk", room, (code) => ["--token-code", code]);
      assertEquals(refreshed.status, refreshed.isNew ? 0 : 6, refreshed.stderr);
      seen.add(`refresh ${refreshed.status}`);
    }
    assert(seen.size > 2, [...seen].join());
  },
});

testOrSkip({
  name: `a read-only disk: what a code bought goes out with one warning${
    canFill ? "" : " (skipped: needs unshare and the right to mount)"
  }`,
  ignore: !canFill,
  fn: async () => {
    const given = await run("read-only", 0, (code) => ["process", "--token-code", code]);
    assertEquals([given.status, given.isNew], [0, false], given.stderr);
    assertMatch(JSON.parse(given.stdout).AccessKeyId, /^ASIA/);
    assertEquals(given.stderr.trim().split("\n").length, 1, given.stderr);
    assertStringIncludes(given.stderr, "the file system is read-only");
    const refreshed = await run("read-only", 0, (code) => ["--token-code", code]);
    assertEquals([refreshed.status, refreshed.isNew], [6, false], refreshed.stderr);
  },
});

testOrSkip({
  name: "a limit on the size of files: the same",
  ignore: !posix.isHere,
  reason: posix.reason,
  fn: async () => {
    // In blocks of 1024 bytes.
    for (const room of [1, 6, 9]) {
      const given = await run("limit", room, (code) => ["process", "--token-code", code]);
      assertEquals(given.status, 0, `${room}: ${given.stderr}`);
      assertMatch(JSON.parse(given.stdout).AccessKeyId, /^ASIA/);
      assertEquals(given.stderr.trim().split("\n").length, 1, given.stderr);
    }
  },
});
