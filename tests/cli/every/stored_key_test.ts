import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { itemOf, openStoredHome, storedKey } from "../../support/stored_home.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const { accessKeyId, secretAccessKey } = alice();

Deno.test("a key in a key store makes sessions as one in the file does, and stays there", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  home.types();
  assertEquals(await home.run(), 0);
  assertEquals(home.stdout, "default  renewed, expires in 12h, at 17:06\n");
  const text = await home.credentials();
  assertStringIncludes(text, storedKey("default-long-term"));
  assert(!text.includes(secretAccessKey));
  assert(!store.seen.includes(secretAccessKey));
  const runs = store.runs.length;
  assertEquals(await home.unchanged(() => home.run()), 0);
  assertEquals(store.runs.length, runs, "a valid session needs no store");
});

for (
  const [what, files] of Object.entries({
    "in a section of the config file": {
      credentials: null,
      config: `[profile default-long-term]\nstsmfa_key = keychain:${accessKeyId}\n`,
    },
    "beside the line that lets AWS's tools ask for it": {
      credentials: null,
      config:
        `[profile default-long-term]\nstsmfa_key = keychain:${accessKeyId}\ncredential_process = stsmfa keys process default-long-term\n`,
    },
    "as the source that a block names": {
      credentials: storedKey("me"),
      config: "[default]\nstsmfa =\n  source_profile = me\n",
    },
  })
) {
  Deno.test(`a key ${what} is found`, async () => {
    await using stored = await openStoredHome(files);
    const { home } = stored;
    home.types();
    assertEquals(await home.run(), 0);
    assertStringIncludes(home.stdout, "default  renewed");
  });
}

Deno.test("every command knows such a key: status, whoami, devices, exec's session, doctor", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  assertEquals(await home.run("status", "--json"), 8);
  assertEquals(home.json[0].source, "default-long-term");
  assertEquals(store.runs.length, 0, "status asks no store");
  assertEquals(await home.run("devices"), 0);
  assertStringIncludes(home.stdout, ALICE_DEVICE);
  home.types();
  assertEquals(await home.run("whoami"), 0);
  assertStringIncludes(home.stdout, "user/alice");
  assertEquals(await home.run("--dry-run"), 0);
  assertStringIncludes(home.stdout, "[default-long-term]");
  await home.run("doctor", "--offline");
  assert(!/stsmfa_key|key store/.test(home.stdout), home.stdout);
  assert(!home.test.output.includes(secretAccessKey));
});

Deno.test("a role on a kept MFA session needs what opens that, and not the key", async () => {
  const config = `[profile prod]\nstsmfa =\n  source_profile = me\n  role_arn = ${roleArn}\n` +
    `[profile other]\nstsmfa =\n  source_profile = me\n  role_arn = ${roleArn}\n`;
  await using stored = await openStoredHome({
    credentials: storedKey("me"),
    config,
    sts: { roles: [{ roleArn }] },
  });
  const { home, store } = stored;
  home.types();
  assertEquals(await home.run("prod"), 0);
  store.items.delete(itemOf(accessKeyId));
  const runs = store.runs.length;
  assertEquals(await home.run("other"), 0);
  assertEquals(store.runs.slice(runs).map(({ argv }) => argv.slice(1, 3).concat(argv.at(-1)!)), [
    ["lookup", "service", "STSMFA0SEALING0KEY"],
  ]);
});

Deno.test("a role of AWS's own tools on top of such a key is served, too", async () => {
  const config =
    `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}\n`;
  await using stored = await openStoredHome({
    credentials: storedKey("me"),
    config,
    sts: { roles: [{ roleArn }] },
  });
  const { home } = stored;
  home.types();
  assertEquals(await home.run("process", "prod"), 0);
  assertEquals(home.json.Version, 1);
});

Deno.test("a store that is locked is no missing key: exit 6, and how to unlock it; no code is asked", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  store.isLocked = true;
  assertEquals(await home.unchanged(() => home.run()), 6);
  assertStringIncludes(home.stderr, "stsmfa: error: Secret Service is locked");
  assertStringIncludes(home.stderr, "unlock your keyring");
  assertEquals(home.test.questions, []);
  await home.run("doctor", "--offline");
  assert(!home.stdout.includes("has no such key"));
});

Deno.test("a key that its store has not: exit 3, and what helps; no code is asked", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  store.items.clear();
  assertEquals(await home.unchanged(() => home.run()), 3);
  assertStringIncludes(home.stderr, `names ${accessKeyId}, but Secret Service has no such key`);
  assertStringIncludes(home.stderr, "stsmfa keys remove default-long-term");
  assertEquals(home.test.questions, []);
  assertEquals(await home.run("doctor", "--offline"), 3);
  assertStringIncludes(home.stdout, "Secret Service has no such key");
});

Deno.test("a store that cannot be used here is told by doctor, as one that may be all right elsewhere", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  store.fault = "Cannot autolaunch D-Bus without X11 $DISPLAY";
  await home.run("doctor", "--offline");
  assertStringIncludes(home.stdout, "Cannot autolaunch D-Bus");
  assertEquals(await home.run(), 6);
});

Deno.test("a section that names a key in a store is never a target", async () => {
  await using stored = await openStoredHome({ credentials: storedKey("work") });
  const { home } = stored;
  for (
    const args of [["work"], ["other", "--source-profile", "work", "--target-profile", "work"]]
  ) {
    assertEquals(await home.unchanged(() => home.run(...args)), 3);
    assertEquals(home.test.questions, []);
  }
});

for (const value of ["keychain", "keychain:akia", "vault:AKIAALICEALICEALICE2", "pass:../../x"]) {
  Deno.test(`stsmfa_key = ${value} is refused by line, and no program is run`, async () => {
    await using stored = await openStoredHome({
      credentials: `[default-long-term]\nstsmfa_key = ${value}\n`,
    });
    const { home, store } = stored;
    assertEquals(await home.run(), 3);
    assertStringIncludes(
      home.stderr,
      "line 2: stsmfa_key in [default-long-term] does not name a key",
    );
    assertEquals(store.runs, []);
  });
}

Deno.test("keys in the section itself go before a store's, as AWS's tools see it", async () => {
  const credentials = storedKey("default-long-term", "AKIAOTHEROTHEROTHER2") +
    `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  await using stored = await openStoredHome({ credentials });
  const { home, store } = stored;
  home.types();
  assertEquals(await home.run(), 0);
  assertEquals(store.runs, []);
});

Deno.test("the session kept for such a key is removed with it by `clear`", async () => {
  await using stored = await openStoredHome();
  const { home, store } = stored;
  home.types();
  assertEquals(await home.run(), 0);
  const runs = store.runs.length;
  assertEquals(await home.run("clear"), 0);
  assertEquals(store.runs.length, runs);
  assertEquals(store.items.get(itemOf(accessKeyId)), secretAccessKey);
  home.types();
  home.test.clock.advance(60);
  assertEquals(await home.run(), 0);
});

Deno.test("a key that the profile's own section names is moved aside by `init --adopt`, and by refresh", async () => {
  const credentials =
    `# c\n[work]\n# of alice\nstsmfa_key = keychain:${accessKeyId}\ncredential_process = stsmfa keys process work\noutput = json\nmfa_serial = ${ALICE_DEVICE}\n`;
  for (const args of [["init", "work", "--adopt", "--no-session"], ["work"]]) {
    await using stored = await openStoredHome({ credentials });
    const { home, store } = stored;
    if (args[0] === "work") home.answer("yes");
    if (args[0] === "init") home.answer("");
    home.types();
    assertEquals(await home.run(...args), 0, home.stderr);
    const text = await home.credentials();
    assertStringIncludes(
      text,
      `[work-long-term]\n# of alice\nstsmfa_key = keychain:${accessKeyId}\ncredential_process = stsmfa keys process work-long-term\n`,
    );
    assert(!text.includes(secretAccessKey));
    assertEquals(store.items.get(itemOf(accessKeyId)), secretAccessKey);
    if (args[0] === "init") home.types();
    assertEquals(await home.run("work"), 0);
  }
});

Deno.test("a section that names a key gets no other one", async () => {
  await using stored = await openStoredHome({
    env: { AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER2", AWS_SECRET_ACCESS_KEY: secretAccessKey },
    nobody: true,
  });
  const { home } = stored;
  const args = ["init", "--no-session"];
  assertEquals(await home.unchanged(() => home.run(...args)), 3);
  assertStringIncludes(home.stderr, "already has keys, in line 2");
  assertStringIncludes(home.stderr, "stsmfa keys remove default-long-term");
});

Deno.test("[DEFAULT] gives no section a key of a store", async () => {
  const config =
    `[DEFAULT]\nstsmfa_key = keychain:${accessKeyId}\n[profile work]\nregion = eu-west-1\n`;
  await using stored = await openStoredHome({ credentials: null, config });
  const { home, store } = stored;
  assertEquals(await home.run("work"), 3);
  assertStringIncludes(home.stderr, "there is no access key for profile work");
  assertEquals(store.runs, []);
});
