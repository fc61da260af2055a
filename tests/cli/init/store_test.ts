import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FakeSecretTool, onLinux } from "../../support/fake_stores.ts";
import { type HomeOptions, longTerm, openHome } from "../../support/homes.ts";
import { itemOf } from "../../support/stored_home.ts";
import { alice } from "../../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();

async function open(options: HomeOptions = {}) {
  const store = new FakeSecretTool();
  const home = await openHome({ credentials: null, runCommand: store.run, ...onLinux, ...options });
  const textOf = async () =>
    (await Promise.all((await home.test.list()).map((name) => home.test.read(`.aws/${name}`))))
      .join("\n");
  return { home, store, textOf, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

Deno.test("init asks at a terminal where the key shall be kept, if there is a store", async () => {
  await using world = await open();
  const { home, store, textOf } = world;
  home.answer("Secret Service", accessKeyId, secretAccessKey, "");
  home.types();
  assertEquals(await home.run("init"), 0, home.stderr);
  assertStringIncludes(home.test.questions[0]!, "Where should the secret key be kept?");
  assertStringIncludes(home.stdout, "stored in [default-long-term] and kept in Secret Service");
  assertEquals(store.items.get(itemOf(accessKeyId)), secretAccessKey);
  assert(!(await textOf()).includes(secretAccessKey));
  assertStringIncludes(await home.credentials(), "[default]\n");
  assertStringIncludes(await home.credentials(), `stsmfa_key = keychain:${accessKeyId}\n`);
  assert(!store.seen.includes(secretAccessKey));
});

Deno.test("init keeps the key in the file if that is what the person says", async () => {
  await using world = await open();
  const { home, store } = world;
  home.answer("the credentials file, in plain text", accessKeyId, secretAccessKey, "");
  assertEquals(await home.run("init", "--no-session"), 0, home.stderr);
  assertStringIncludes(await home.credentials(), secretAccessKey);
  assertEquals(store.items.size, 0);
});

Deno.test("init --store needs nobody; without it, nobody is asked and the file has the key", async () => {
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  for (const flags of [["--store", "keychain"], []]) {
    await using world = await open({ env, nobody: true });
    const { home, store } = world;
    assertEquals(await home.run("init", "work", "--no-session", "--json", ...flags), 0);
    assertEquals(home.json.store, flags.length === 0 ? "file" : "keychain");
    assertEquals(store.items.size, flags.length === 0 ? 0 : 1);
  }
});

Deno.test("init --adopt --store moves the key aside and into the store, and out of the backup", async () => {
  await using world = await open({ credentials: `# c\n${longTerm("work")}output = json\n` });
  const { home, store, textOf } = world;
  home.answer("");
  home.types();
  assertEquals(await home.run("init", "work", "--adopt", "--store", "keychain"), 0, home.stderr);
  assertEquals(store.items.get(itemOf(accessKeyId)), secretAccessKey);
  assert(!(await textOf()).includes(secretAccessKey));
  assertStringIncludes(await home.credentials(), "[work-long-term]\nstsmfa_key     = keychain:");
});

Deno.test("init --store with a store that cannot be used asks and writes nothing", async () => {
  await using world = await open();
  const { home, store } = world;
  store.fault = "Cannot autolaunch D-Bus without X11 $DISPLAY";
  assertEquals(await home.run("init", "--store", "keychain"), 6);
  assertEquals(home.test.questions, []);
  assertEquals(await home.run("init", "--store", "pass"), 6);
  assertStringIncludes(home.stderr, "pass init");
  store.fault = undefined;
  store.isLossy = true;
  home.answer(accessKeyId, secretAccessKey, "");
  assertEquals(await home.run("init", "--store", "keychain"), 6);
  assertStringIncludes(home.stderr, "gives back nothing");
  assertEquals(await home.test.list().catch(() => []), []);
});
