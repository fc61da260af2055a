import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { FakeSecretTool } from "../../support/fake_stores.ts";
import { type Home, longTerm } from "../../support/homes.ts";
import { itemOf, openStoredHome, storedKey } from "../../support/stored_home.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const { accessKeyId, secretAccessKey } = alice();
const sealingItem = itemOf("STSMFA0SEALING0KEY");
const sessions = ".local/state/stsmfa/sessions";

/** A home with a user, a role that is written and a role of AWS's own tools, all on a stored key. */
function open(credentials = storedKey("me-long-term")) {
  const config = `[profile prod]\nstsmfa =\n  source_profile = me\n  role_arn = ${roleArn}\n` +
    `[profile standard]\nrole_arn = ${roleArn}\nsource_profile = me-long-term\nmfa_serial = ${ALICE_DEVICE}\n`;
  return openStoredHome({ credentials, config, sts: { roles: [{ roleArn }] } });
}

/** What a command gave out, as `process` prints it. */
interface Given {
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

async function given(home: Home, profile: string): Promise<Given> {
  assertEquals(await home.run("process", profile), 0, home.stderr);
  return home.json;
}

async function keptTexts(home: Home): Promise<string[]> {
  const names = (await home.test.list(sessions)).filter((name) => name.endsWith(".json"));
  return await Promise.all(names.map((name) => home.test.read(`${sessions}/${name}`)));
}

Deno.test("a session of a stored key is on the disk sealed, and readable to nobody without the store", async () => {
  await using stored = await open();
  const { home, store } = stored;
  home.types();
  const secrets: string[] = [secretAccessKey];
  for (const profile of ["me", "prod", "standard"]) {
    const { SecretAccessKey, SessionToken } = await given(home, profile);
    secrets.push(SecretAccessKey, SessionToken, store.items.get(sealingItem)!);
    assertEquals(await given(home, profile), home.json, "the second time it is the same");
  }
  assertEquals(home.test.questions.length, 1);
  assertEquals(await home.credentials(), storedKey("me-long-term"), "nothing is written there");
  const texts = await keptTexts(home);
  assertEquals(texts.length, 1);
  for (const secret of new Set(secrets)) {
    assert(secret.length > 16);
    assert(!texts.join("").includes(secret));
    assert(!store.seen.includes(secret));
  }
});

Deno.test("status and --dry-run need no store to know how long a sealed session lasts", async () => {
  await using stored = await open();
  const { home, store } = stored;
  home.types();
  await given(home, "me");
  await given(home, "standard");
  store.isHanging = true;
  assertEquals(await home.run("status", "me", "standard", "--json"), 0);
  const states = home.json.map(({ state }: Record<string, string>) => state);
  assertEquals(states, ["valid", "valid"]);
  assertEquals(await home.run("standard", "--dry-run"), 0);
  assertStringIncludes(home.stdout, "still valid");
  assertEquals(await home.run("clear", "me"), 0);
  assertStringIncludes(home.stdout, "cleared");
});

Deno.test("refresh writes to AWS's file, and then its session is what everybody gets", async () => {
  await using stored = await open();
  const { home } = stored;
  home.types();
  assertEquals(await home.run("me"), 0);
  const { aws_secret_access_key: written } = await home.section("me");
  assertEquals((await given(home, "me")).SecretAccessKey, written);
  assert(!(await keptTexts(home)).join("").includes(written!));
});

Deno.test("a store that is locked: exit 6 and how to unlock it, and the session is still there then", async () => {
  await using stored = await open();
  const { home, store } = stored;
  home.types();
  const before = await given(home, "standard");
  store.isLocked = true;
  for (const args of [["process", "standard"], ["exec", "prod", "--", "true"], ["prod"]]) {
    assertEquals(await home.run(...args), 6);
    assertStringIncludes(home.stderr, "unlock your keyring");
    assertEquals(home.stdout, "");
  }
  store.isLocked = false;
  assertEquals(await given(home, "standard"), before);
  assertEquals(home.test.questions.length, 1);
});

/** Ways in which sealed sessions cannot be opened any more. */
const losses: Readonly<Record<string, (home: Home, store: FakeSecretTool) => Promise<void>>> = {
  "the sealing key is gone": (_, store) => Promise.resolve(void store.items.delete(sealingItem)),
  "the sealing key is another one": (_, store) =>
    Promise.resolve(void store.items.set(sealingItem, btoa("x".repeat(32)))),
  "its end was changed": (home) =>
    rewrite(home, (text) => text.replaceAll(/T(06|17):06/g, "T$1:09")),
  "it was moved to another profile": (home) =>
    rewrite(home, (text) => {
      const kept = JSON.parse(text);
      const [key] = Object.keys(kept.others);
      kept.others[key!] = { ...kept.others[key!], sealed: kept.session.sealed };
      kept.session.sealed = undefined;
      return JSON.stringify(kept);
    }),
  "a letter of it was changed": (home) =>
    rewrite(home, (text) => text.replaceAll(/(keychain:\w+\+*\/*\w*.)./g, "$1A")),
  "it is no sealed text": (home) => rewrite(home, (text) => text.replaceAll("keychain:", "vault:")),
};

async function rewrite(home: Home, change: (text: string) => string): Promise<void> {
  for (const name of await home.test.list(sessions)) {
    if (!name.endsWith(".json")) continue;
    await home.test.write(
      `${sessions}/${name}`,
      change(await home.test.read(`${sessions}/${name}`)),
    );
  }
}

for (const [what, lose] of Object.entries(losses)) {
  Deno.test(`a session is taken anew, and nothing crashes, when ${what}`, async () => {
    await using stored = await open();
    const { home, store } = stored;
    home.types();
    const before = await given(home, "standard");
    await lose(home, store);
    home.test.clock.advance(60);
    home.types();
    const after = await given(home, "standard");
    assertNotEquals(after.SessionToken, before.SessionToken);
    assertEquals(await given(home, "standard"), after, home.stderr);
  });
}

Deno.test("moving a key seals what is kept, and opens it again; no code is asked for that", async () => {
  await using stored = await open(longTerm("me-long-term"));
  const { home, store } = stored;
  store.items.clear();
  home.types();
  const before = await given(home, "standard");
  assert((await keptTexts(home)).join("").includes(before.SecretAccessKey));
  const move = (to: string) =>
    home.run("keys", "move", "me-long-term", "--to", to, "--credential-process", "no");
  assertEquals(await move("keychain"), 0, home.stderr);
  assert(!(await keptTexts(home)).join("").includes(before.SecretAccessKey));
  assertEquals(await given(home, "standard"), before);
  assertEquals(await move("file"), 0);
  assertEquals(store.items.size, 0, "the key that sealed goes with the last one");
  assertEquals(await given(home, "standard"), before);
  assertEquals(home.test.questions.length, 1);
});

Deno.test("the key that seals is none that `keys list` shows", async () => {
  await using stored = await open();
  const { home } = stored;
  home.types();
  await given(home, "me");
  assertEquals(await home.run("keys", "list", "--json"), 0);
  assertEquals(home.json.stores[0].unnamed, []);
  assertEquals(home.json.keys.length, 1);
  assertEquals(home.json.keys[0].accessKeyId, accessKeyId);
});
