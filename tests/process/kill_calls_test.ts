/**
 * A process that is killed at each system call on the files that it replaces: a few of them here, all
 * with STSMFA_THOROUGH.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import { testOrSkip } from "../support/abilities.ts";
import { assertWhole, keptPath, keptText } from "../support/kept_file.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { type Kill, killedAt, needsStrace, placesIn, sampleOf } from "../support/strace.ts";
import { alice } from "../support/sts_people.ts";
import { TestContext } from "../support/test_context.ts";

const { name: skipped, ignore } = needsStrace();

const before = `# before\n${longTermSection("default-long-term", alice())}` +
  Array.from({ length: 200 }, (_, n) => `# a long comment, line ${n}\n`).join("");
const olderBackup = "# older\n";
const killed = 137;

/** Runs a command in a home, killed there; gives its exit status and strace's log. */
async function runKilled(
  home: SpawnedHome,
  args: readonly string[],
  paths: readonly string[],
  kill: Kill | undefined,
): Promise<{ code: number; log: string }> {
  const log = await Deno.makeTempFile();
  try {
    const [program, ...words] = killedAt(cliCommand(...args), paths, kill, log);
    const { code } = await new Deno.Command(program!, {
      args: words,
      cwd: home.home,
      clearEnv: true,
      env: home.env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return { code, log: await Deno.readTextFile(log) };
  } finally {
    await Deno.remove(log);
  }
}

/** What remembers which access key a session was made with; without secrets, and swept in time. */
const sources = ".local/state/stsmfa/sources";

/** Every file below a home but those that belong there. */
function strangers(home: SpawnedHome, own: readonly string[], directory = ""): string[] {
  return Array.from(Deno.readDirSync(home.path(directory))).flatMap(({ name, isDirectory }) => {
    const path = directory === "" ? name : `${directory}/${name}`;
    if (isDirectory) return strangers(home, own, path);
    const isMark = directory === sources && /^ASIA\w{16}$/.test(name);
    return isMark || own.includes(path) ? [] : [path];
  });
}

/** What one killed run of `refresh` left behind. */
interface Left {
  readonly code: number;
  readonly log: string;
  /** Files that nobody wants. */
  readonly strangers: number;
}

/** The commands that come next, in turn; the last one would write. */
const next = [["status"], ["read", "aws_access_key_id"], ["status", "--json"], []];
let turn = 0;

async function refreshKilled(kill: Kill | undefined): Promise<Left> {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create(sts.env());
  const kept = await keptPath(alice().accessKeyId, sts.url);
  const own = [".aws/credentials", ".aws/credentials~", kept];
  const temporary = own.map((path) => path.replace(/([^/]+)$/, ".$1.stsmfa-tmp"));
  await home.write(".aws/credentials", before);
  await home.write(".aws/credentials~", olderBackup);
  await home.write(kept, keptText);
  await Deno.chmod(home.path(kept), 0o600);
  const what = `${kill?.call} ${kill?.at}`;
  const paths = [...own, ...temporary, ".aws", sources, kept.replace(/\/[^/]*$/, "")]
    .map((path) => home.path(path));
  const { code, log } = await runKilled(home, ["--token-code", await sts.code()], paths, kill);
  assert([0, killed].includes(code), `${what}: ${code}`);

  const text = await home.read();
  assert(text === before || isWhole(text), `${what}: the file is torn`);
  if (code === 0) assert(isWhole(text), what);
  const written = IniDocument.parse(text).get("default", "aws_access_key_id");
  if (text !== before) {
    assertStringIncludes(await home.read(`${sources}/${written}`), alice().accessKeyId);
  }
  assert([olderBackup, before].includes(await home.read(".aws/credentials~")), what);
  if (text !== before) assertEquals(await home.read(".aws/credentials~"), before, what);
  assertWhole(await home.read(kept), what);
  const left = strangers(home, own);
  for (const path of left) assert(temporary.includes(path), `${what}: ${path}`);

  // In this process, for it is quicker; the locks are the system's.
  await using test = await TestContext.create({
    network: true,
    env: { ...sts.env(), HOME: home.home },
    answers: [() => sts.code()],
  });
  await test.run(...next[turn++ % next.length]!);
  assertEquals(strangers(home, own), [], `${what}: left after the next run`);
  assertEquals(await test.run(), 0, `${what}: ${test.output}`);
  assert(isWhole(await home.read()), what);
  assertWhole(await home.read(kept), what);
  assertEquals(strangers(home, own), [], what);
  return { code, log, strangers: left.length };
}

function isWhole(text: string): boolean {
  const document = IniDocument.parse(text);
  return text.startsWith(before) && text.endsWith("\n") && document.problems.length === 0 &&
    document.get("default", "x_security_token_expires") !== undefined;
}

/** Kills at one place after the other, two at a time, and says what came of it. */
async function eachKill(
  places: readonly Kill[],
  run: (kill: Kill) => Promise<Pick<Left, "code" | "strangers">>,
  what: string,
): Promise<void> {
  const queue = [...places];
  const all: Pick<Left, "code" | "strangers">[] = [];
  const work = async () => {
    for (let kill = queue.shift(); kill !== undefined; kill = queue.shift()) {
      all.push(await run(kill));
    }
  };
  await Promise.all([work(), work()]);
  const kills = all.filter(({ code }) => code !== 0).length;
  const left = all.filter(({ strangers }) => strangers > 0).length;
  console.log(`${what}: ${kills} kills, 0 torn; ${left} left a file, after the next run 0`);
  assert(kills > 0);
}

testOrSkip({
  name:
    `kill -9 at system calls on files: credentials, backup and kept sessions are old or new, and the next command removes what was left${skipped}`,
  ignore,
  fn: async () => {
    const { code, log } = await refreshKilled(undefined);
    assertEquals(code, 0);
    const places = placesIn(log);
    assert(places.length > 40, `only ${places.length} system calls`);
    await eachKill(sampleOf(places, 5), refreshKilled, "refresh");
  },
});

testOrSkip({
  name:
    `kill -9 at system calls of \`hooks deny\`: the decision is the old one or the new one, and the next one removes what was left${skipped}`,
  ignore,
  fn: async () => {
    const denyKilled = async (kill: Kill | undefined): Promise<Left> => {
      await using home = await SpawnedHome.create();
      await home.write(
        ".config/stsmfa/hooks/one.js",
        "export default { on: [], permissions: {}, run() {} };\n",
      );
      await home.write(".aws/credentials", before);
      for (const each of [".config", ".config/stsmfa", ".config/stsmfa/hooks"]) {
        await Deno.chmod(home.path(each), 0o700);
      }
      await using test = await TestContext.create({ hooks: true, env: { HOME: home.home } });
      assertEquals(await test.run("hooks", "deny", "one"), 0, test.output);
      const folder = ".local/state/stsmfa/hooks";
      const [name] = home.list(folder);
      const file = `${folder}/${name}`;
      const denied = await home.read(file);
      const old = denied.replace("denied", "neither");
      await home.write(file, old);
      const temporary = `${folder}/.${name}.stsmfa-tmp`;
      const paths = [file, temporary, folder].map((path) => home.path(path));
      const { code, log } = await runKilled(home, ["hooks", "deny", "one"], paths, kill);
      assert([0, killed].includes(code), String(code));
      assert([old, denied].includes(await home.read(file)));
      const strangers = home.list(folder).filter((each) => each !== name);
      assertEquals(await test.run("hooks", "deny", "one"), 0, test.output);
      assertEquals(await home.read(file), denied);
      assertEquals(home.list(folder), [name!]);
      return { code, log, strangers: strangers.length };
    };
    const { code, log } = await denyKilled(undefined);
    assertEquals(code, 0);
    await eachKill(sampleOf(placesIn(log), 3), denyKilled, "hooks deny");
  },
});
