/**
 * A credentials file of megabytes: what a run does to it, counted.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { CountedFiles } from "../../support/counted_files.ts";
import { type Home, longTerm, openHome, session } from "../../support/homes.ts";

const token = "t".repeat(300);
const ended = "2026-03-04T01:00:00Z";
const others = (from: number, count: number) =>
  Array.from(
    { length: count },
    (_, n) => session(`p${from + n}`, ended, `x_note = ${token}`),
  ).join("\n");
/** Ours is amid the others. */
const large = `${others(0, 1500)}\n${session("default", ended)}\n${others(2000, 1500)}\n` +
  longTerm("default-long-term");
const small = `${session("default", ended)}\n${longTerm("default-long-term")}`;

async function refreshed(credentials: string): Promise<[Home, CountedFiles]> {
  const counted = new CountedFiles();
  const home = await openHome({ credentials, files: counted.wrap });
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  return [home, counted];
}

Deno.test("a refresh of a large file changes its section, and no other byte", async () => {
  assert(large.length > 1 << 20);
  const [home] = await refreshed(large);
  await using _ = home;
  const text = await home.credentials();
  const at = large.indexOf("[default]");
  const below = large.indexOf("[p2000]");
  assertEquals(text.startsWith(large.slice(0, at)), true);
  assertEquals(text.endsWith(large.slice(below)), true);
  const { aws_access_key_id: id } = await home.section("default");
  assertEquals(id?.startsWith("ASIA"), true);
});

Deno.test("a refresh looks at a large file as often as at a small one, and copies it once", async () => {
  const [small1, ofSmall] = await refreshed(small);
  await using _small = small1;
  const [large1, ofLarge] = await refreshed(large);
  await using _large = large1;
  assertEquals(ofLarge.readCounts, ofSmall.readCounts);
  assertEquals(ofLarge.copies.get("credentials"), 1);
  assertEquals(ofLarge.operations.length, ofSmall.operations.length);
});

Deno.test("a refresh writes a large file twice, to try whether there is room and then; a backup once", async () => {
  const [home, counted] = await refreshed(large);
  await using _ = home;
  const writes = (name: string) => (counted.written.get(`.${name}.stsmfa-tmp`) ?? 0) / large.length;
  assert(writes("credentials") < 2.02, String(writes("credentials")));
  assertEquals(writes("credentials~"), 1);
  counted.clear();
  home.test.clock.advance(13 * 3600);
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  assertEquals(counted.written.get(".credentials~.stsmfa-tmp"), undefined);
  assertEquals(counted.copies.get("credentials~"), 1);
});

Deno.test("a run that finds its session valid reads a large file once", async () => {
  const [home, counted] = await refreshed(large);
  await using _ = home;
  for (const args of [[], ["env"], ["process"], ["status", "default"]]) {
    counted.clear();
    assertEquals(await home.run(...args), 0, home.stderr);
    assertEquals([counted.reads.get("credentials"), counted.written.size], [1, 0], args.join(" "));
  }
});

Deno.test("a large file that is not UTF-8, or has a bad line at its end, is refused as a small one is", async () => {
  for (
    const [end, why] of [["\nword\n", /neither a comment/], ["[p7]\n", /repeats \[p7\]/]] as const
  ) {
    await using home = await openHome({ credentials: large + end });
    assertEquals(await home.unchanged(() => home.run()), 3);
    assert(why.test(home.stderr), home.stderr);
    assertEquals(home.stderr.includes(String(large.split("\n").length)) || end !== "[p7]\n", true);
  }
  await using home = await openHome({ credentials: large });
  const bytes = new Uint8Array([...new TextEncoder().encode(large), 0xff, 10]);
  await Deno.writeFile(home.test.path(".aws/credentials"), bytes);
  assertEquals(await home.run(), 3);
  assert(home.stderr.includes(`line ${large.split("\n").length} is not UTF-8`), home.stderr);
});

Deno.test("a large file with characters of several bytes keeps them", async () => {
  const text = `# größer, 日本\n${large.replaceAll("x_note = t", "x_note = é")}`;
  const [home] = await refreshed(text);
  await using _ = home;
  const now = await home.credentials();
  assertEquals(now.startsWith(text.slice(0, text.indexOf("[default]"))), true);
  assertEquals(now.endsWith(text.slice(text.indexOf("[p2000]"))), true);
});
