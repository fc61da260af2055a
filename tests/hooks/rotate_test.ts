/**
 * Hooks that listen to a rotation of the user's access key.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { hookText, openHookHome, writeHook } from "../support/hook_home.ts";
import type { Home } from "../support/homes.ts";
import { alice } from "../support/sts_people.ts";

const { accessKeyId: oldId } = alice();

/** A hook that writes down what it is told. */
const echo = (declared: string, name: string) =>
  hookText(
    `on: "post-rotate", permissions: { write: ["~/out"] }${declared}`,
    `await Deno.writeTextFile(event.permissions.write[0] + "/${name}", JSON.stringify(event));`,
  );

async function keyInPlace(home: Home): Promise<[string, string]> {
  const section = await home.section("default-long-term");
  return [section["aws_access_key_id"]!, section["aws_secret_access_key"]!];
}

Deno.test("a hook is told the IDs of both keys, and the secret only if that was approved", async () => {
  await using home = await openHookHome({
    "plain.js": echo("", "plain"),
    "with-key.js": echo(`, needs: ["accessKey"]`, "key"),
    "other.js": hookText(`on: "post-refresh"`),
  });
  await Deno.mkdir(home.test.path("out"));
  assertEquals(await home.run("hooks", "allow", "plain", "--yes"), 0, home.stderr);
  assert(!home.stdout.includes("access key"));
  assertEquals(await home.run("hooks", "allow", "with-key", "--yes"), 0);
  const words =
    "  gets the new access key, with its secret, when it is rotated: it does not expire\n";
  assertStringIncludes(home.stdout + home.stderr, words);
  home.answer("yes");
  home.types();
  // One that does not listen is neither asked about nor reported.
  assertEquals(await home.run("keys", "rotate", "--json"), 0, home.stderr);
  const [accessKeyId, secretAccessKey] = await keyInPlace(home);
  const told = JSON.parse(await home.test.read("out/plain"));
  assertEquals([told.on, told.profile, told.expiration], ["post-rotate", "default", null]);
  assertEquals(told.rotation, { accessKeyId, oldAccessKeyId: oldId });
  assertEquals([told.accessKey, told.credentials], [undefined, undefined]);
  const withKey = JSON.parse(await home.test.read("out/key"));
  assertEquals(withKey.accessKey, { accessKeyId, secretAccessKey });
  assert(!home.test.output.includes(secretAccessKey));
  assertEquals(
    home.json.hooks.map(({ name, on, status }: Record<string, string>) => [name, on, status]),
    [["plain", "post-rotate", "done"], ["with-key", "post-rotate", "done"]],
  );
});

Deno.test("an approval without the access key is none for it", async () => {
  await using home = await openHookHome({ "copy.js": echo("", "copy") });
  await Deno.mkdir(home.test.path("out"));
  assertEquals(await home.run("hooks", "allow", "copy", "--yes"), 0);
  await writeHook(home, "copy.js", echo(`, needs: ["accessKey"]`, "copy"));
  const code = await home.sts.code();
  home.answer("no");
  const args = ["keys", "rotate", "--yes", "--token-code", code];
  assertEquals(await home.run(...args), 7, home.stderr);
  assertStringIncludes(home.stderr, "new: the access key itself");
  assertEquals(await home.test.list("out"), []);
});

Deno.test("a hook that fails is exit 7, and the old key stays, inactive, until --finish", async () => {
  await using home = await openHookHome({
    "copy.js": hookText(
      `on: "post-rotate", needs: ["accessKey"]`,
      `throw new Error("no CI: " + event.accessKey.secretAccessKey);`,
    ),
  });
  assertEquals(await home.run("hooks", "allow", "copy", "--yes"), 0);
  home.answer("yes");
  home.types();
  assertEquals(await home.run("keys", "rotate"), 7);
  const [id, secret] = await keyInPlace(home);
  assertStringIncludes(home.stderr, "hook copy failed: Error: no CI: [secret]");
  assert(!home.test.output.includes(secret));
  assertStringIncludes(
    home.stdout,
    "is inactive; to delete it: stsmfa keys rotate default --finish",
  );
  const keys = () => home.sts.keys.of("alice").map((key) => [key.accessKeyId, key.isActive]);
  assertEquals(keys(), [[oldId, false], [id, true]]);
  assertEquals(await home.run("keys", "rotate", "--finish"), 0, home.stderr);
  assertEquals(keys(), [[id, true]]);
});

Deno.test("a hook for rotations is no matter of a refresh, and can be tried", async () => {
  await using home = await openHookHome({
    "copy.js": hookText(
      `on: "post-rotate", needs: ["accessKey"]`,
      `return { message: event.rotation.oldAccessKeyId + " " + event.accessKey.accessKeyId };`,
    ),
  });
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  assert(!home.test.output.includes("copy"));
  assertEquals(await home.run("hooks", "allow", "copy", "--yes"), 0);
  assertEquals(await home.run("hooks", "run", "copy"), 0, home.stderr);
  assertStringIncludes(home.stdout, "AKIATHROWAWAYOLDKEYS AKIATHROWAWAYTHROWAW");
});

Deno.test("a hook that needs the access key has to listen to rotations", async () => {
  await using home = await openHookHome({
    "copy.js": hookText(`on: "post-refresh", needs: ["accessKey"]`),
  });
  assertEquals(await home.run("hooks", "allow", "copy", "--yes"), 3);
  assertStringIncludes(home.stderr, "it needs the access key, and does not run after a rotation");
});
