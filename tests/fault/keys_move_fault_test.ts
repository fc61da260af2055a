/**
 * A move of a key is killed at every operation on files and every call of the store, before or
 * after it took effect, thoroughly at both: the key is in one of the two each time, and the next run finishes.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IniDocument } from "../../lib/ini/document.ts";
import { isWine } from "../support/abilities.ts";
import { FakeSecretTool, onLinux } from "../support/fake_stores.ts";
import { longTerm } from "../support/homes.ts";
import { type Kill, Killer } from "../support/killed_home.ts";
import { itemOf, storedKey } from "../support/stored_home.ts";
import { alice } from "../support/sts_people.ts";
import { TestContext } from "../support/test_context.ts";
import { isThorough } from "../support/thorough.ts";

const { accessKeyId, secretAccessKey } = alice();
const others = "# keep in sync with 1Password\n[other]\nregion = eu-west-1 ; not ours\n\n";
const section = "work-long-term";

interface Story {
  readonly to: "keychain" | "file";
  readonly credentials: string;
  readonly isStored: boolean;
}

const stories: Readonly<Record<string, Story>> = {
  "to the store": { to: "keychain", credentials: others + longTerm(section), isStored: false },
  "to the file": { to: "file", credentials: others + storedKey(section), isStored: true },
};

/** Moves once, killed then and there, and once more; returns how many steps the first run took. */
async function moveKilled(story: Story, kill: Kill): Promise<number> {
  const { to, credentials, isStored } = story;
  const store = new FakeSecretTool();
  if (isStored) store.items.set(itemOf(accessKeyId), secretAccessKey);
  const killer = new Killer(kill);
  // Whatever a killed run still tries has no effect; the next one has a world of its own.
  let isNext = false;
  await using test = await TestContext.create({
    files: (files) => isNext ? files : killer.files(files),
    runCommand: (command) => (isNext ? store.run : killer.programs(store.run))(command),
    ...onLinux,
  });
  await test.write(".aws/credentials", credentials);
  await test.write(".aws/credentials~", credentials);
  const args = ["keys", "move", "work", "--to", to];
  const first = await test.run(...args);
  const steps = killer.steps.length;
  const what = `${kill.at} ${kill.isAfter ? "after" : "before"} ${killer.steps.at(-1)}`;
  if (!killer.isDead) assertEquals(first, 0, what + test.stderr);

  const inFile = async () => {
    const document = IniDocument.parse(await test.read(".aws/credentials"));
    assertEquals(document.problems, [], what);
    assertEquals(document.get("other", "region"), "eu-west-1 ; not ours", what);
    return document.get(section, "aws_access_key_id") === accessKeyId &&
      document.get(section, "aws_secret_access_key") === secretAccessKey;
  };
  const inStore = () => store.items.get(itemOf(accessKeyId)) === secretAccessKey;
  assert(await inFile() || inStore(), `lost: ${what}`);

  isNext = true;
  assertEquals(await test.run(...args), 0, `${what}: ${test.stderr}`);
  assertEquals([await inFile(), inStore()], [to === "file", to !== "file"], what);
  if (to === "file") return steps;
  for (const name of await test.list()) {
    const text = await test.read(`.aws/${name}`);
    assert(!text.includes(secretAccessKey), `${name} still has it: ${what}`);
  }
  return steps;
}

for (const [name, story] of Object.entries(stories)) {
  Deno.test(`a move ${name} that is killed at any step loses no key, and is finished`, async () => {
    const steps = await moveKilled(story, { at: 0, isAfter: false });
    assert(steps > 20);
    // Under wine each takes as long as ten elsewhere.
    for (let at = 1; at <= steps; at += isWine && !isThorough ? 9 : 1) {
      for (const isAfter of isThorough ? [false, true] : [at % 2 === 0]) {
        await moveKilled(story, { at, isAfter });
      }
    }
  });
}
