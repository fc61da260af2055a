/**
 * A rotation is killed at every request, every call of the store and every change of a file, before
 * and after it took effect: a key that AWS takes is in its place each time, and the next run ends
 * well.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import { systemContext } from "../../lib/system/context.ts";
import { FakeSecretTool } from "../support/fake_stores.ts";
import { type Home, longTerm, openHome } from "../support/homes.ts";
import { type Kill, Killer } from "../support/killed_home.ts";
import { itemOf, storedKey } from "../support/stored_home.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough } from "../support/thorough.ts";

const { accessKeyId, secretAccessKey } = alice();
const others = "# keep in sync with 1Password\n[other]\nregion = eu-west-1 ; not ours\n\n";
const section = "default-long-term";
const config = `[default]\nmfa_serial = ${ALICE_DEVICE}\n`;
const { fetch } = systemContext([]);

interface Story {
  readonly credentials: string;
  readonly config?: string;
  readonly isStored: boolean;
  readonly args?: readonly string[];
  /** Whether sessions end with their key, so that the second run needs a code of its own. */
  readonly sessionsEnd?: boolean;
}

const stories: Readonly<Record<string, Story>> = {
  "in the file": { credentials: others + longTerm(section), isStored: false },
  "in the store": { credentials: others + storedKey(section), isStored: true },
  "in both files, where sessions end with their key": {
    credentials: others + longTerm(section),
    config: `${config}[profile twin]\n${longTerm("x").split("\n").slice(1).join("\n")}`,
    isStored: false,
    args: ["--everywhere"],
    sessionsEnd: true,
  },
};

/** Answers a question, or types a code; a person waits for one that was not used yet. */
function willing(home: Home): void {
  for (let n = 0; n < 8; n++) {
    home.answer((question) => question.includes("yes, no") ? "yes" : home.sts.code());
  }
}

/** What is wrong with a home whose profile must have a key that AWS takes. */
async function keyInPlace(home: Home, store: FakeSecretTool): Promise<string> {
  const document = IniDocument.parse(await home.credentials());
  assertEquals(document.problems, []);
  assertEquals(document.get("other", "region"), "eu-west-1 ; not ours");
  const stored = /^keychain:(.*)$/.exec(document.get(section, "stsmfa_key") ?? "")?.[1];
  const id = stored ?? document.get(section, "aws_access_key_id") ?? "";
  const secret = stored === undefined
    ? document.get(section, "aws_secret_access_key")
    : store.items.get(itemOf(stored));
  assertEquals(home.sts.keys.signer(id)?.secretAccessKey, secret, `${id} does not work`);
  assert(secret !== undefined);
  return id;
}

/** Rotates once, killed then and there, and once more; returns the steps of the first run. */
async function rotateKilled(story: Story, kill: Kill): Promise<readonly string[]> {
  const store = new FakeSecretTool();
  if (story.isStored) store.items.set(itemOf(accessKeyId), secretAccessKey);
  const killer = new Killer(kill, isThorough);
  // Whatever a killed run still tries has no effect; the next one has a world of its own.
  let isNext = false;
  await using home = await openHome({
    credentials: story.credentials,
    config: story.config ?? config,
    files: (files) => isNext ? files : killer.files(files),
    runCommand: (command) => (isNext ? store.run : killer.programs(store.run))(command),
    network: (url, options) => (isNext ? fetch : killer.requests(fetch))(url, options),
  });
  const { test, sts } = home;
  sts.keys.sessionsEnd = story.sessionsEnd ?? false;
  sts.keys.newKeySeconds = 3;
  willing(home);
  const args = ["keys", "rotate", ...story.args ?? []];
  const first = await home.run(...args);
  const what = `${kill.at} ${kill.isAfter ? "after" : "before"} ${killer.steps.at(-1)}`;
  if (!killer.isDead) assertEquals(first, 0, `${what}: ${home.stderr}`);
  await keyInPlace(home, store).catch((error) => {
    throw new Error(`${what}: ${error.message}\n${home.stderr}`);
  });
  const before = home.stderr;
  if (!killer.isDead) return killer.steps;

  isNext = true;
  willing(home);
  // The key may be refused for a while: nothing else is known to have come of the first run.
  test.clock.advance(60);
  assertEquals(await home.run(...args), 0, `${what}: ${before}${home.stderr}`);
  const id = await keyInPlace(home, store);
  const left = sts.keys.of("alice");
  const isInactiveLeft = story.sessionsEnd && left.length === 2;
  if (isInactiveLeft) {
    willing(home);
    assertEquals(await home.run(...args, "--finish"), 0, `${what}: ${home.stderr}`);
  }
  assertEquals(sts.keys.of("alice").map((each) => each.accessKeyId), [id], what);
  assert(id !== accessKeyId, what);
  store.items.delete(itemOf("STSMFA0SEALING0KEY"));
  assertEquals([...store.items.keys()], story.isStored ? [itemOf(id)] : [], what);
  const names = await test.list(".local/state/stsmfa/rotations");
  assertEquals(names, ["lock"], what);
  const text = await home.credentials();
  assert(!text.includes("stsmfa_next") && !text.includes(accessKeyId), what);
  if (story.config) assert(!(await test.read(".aws/config")).includes(accessKeyId), what);
  return killer.steps;
}

for (const [name, story] of Object.entries(stories)) {
  Deno.test(`a rotation of a key ${name} that is killed at any step is finished or undone`, async () => {
    const steps = await rotateKilled(story, { at: 0, isAfter: false });
    assert(steps.length > 20);
    for (let at = 1; at <= steps.length; at++) {
      await rotateKilled(story, { at, isAfter: false });
      await rotateKilled(story, { at, isAfter: true });
    }
  });
}
