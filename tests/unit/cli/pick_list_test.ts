import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type PickChoice, PickFilter, PickList } from "../../../lib/cli/pick_list.ts";
import { columnsOfShown } from "../../../lib/columns.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { type Key, linesForPeople } from "../../../lib/screen.ts";

function choice(profile: string, account?: string, role?: string): PickChoice {
  return { profile, account, role, left: "-" };
}

const choices = [
  choice("prod-eu", "222222222222", "Administrator"),
  choice("staging", "333333333333", "ReadOnly"),
  choice("prod", "222222222222", "ReadOnly"),
  choice("Ünïcode", undefined, "Rôle"),
  choice("本番", "444444444444", "管理"),
  choice("evil\x1b[31m name", "555555555555"),
];

const filter = new PickFilter();
for (const each of choices) filter.add(each);

const found: readonly (readonly [string, string[]])[] = [
  ["", choices.map(({ profile }) => profile)],
  ["  ", choices.map(({ profile }) => profile)],
  ["staging", ["staging"]],
  ["STAG", ["staging"]],
  ["prod", ["prod", "prod-eu"]],
  [" prod ", ["prod", "prod-eu"]],
  ["prod-", ["prod-eu"]],
  ["readonly", ["staging", "prod"]],
  ["2222 read", ["prod"]],
  ["read 2222 prod", ["prod"]],
  ["administrator eu", ["prod-eu"]],
  ["ünï", ["Ünïcode"]],
  ["u\u0308ni\u0308", ["Ünïcode"]],
  ["本", ["本番"]],
  ["\\u{1b}", ["evil\x1b[31m name"]],
  ["evil name", ["evil\x1b[31m name"]],
  ["nosuch", []],
  ["prod nosuch", []],
  [".*", []],
];
for (const [typed, names] of found) {
  Deno.test(`the filter finds by ${JSON.stringify(typed)}`, () => {
    assertEquals(filter.find(typed).map((at) => choices[at]!.profile), names);
  });
}

/** A list, with all of its choices unless more are still to come. */
async function listOf(
  all: readonly PickChoice[] = choices,
  later: readonly PickChoice[] = [],
): Promise<PickList> {
  const parts = [all, later, []];
  const list = new PickList(() => Promise.resolve(parts.shift() ?? []), false);
  await list.refresh();
  if (later.length === 0) { while (await list.refresh() !== undefined) { /* more */ } }
  return list;
}

type Press = string | Exclude<Key["kind"], "text">[];

async function press(list: PickList, ...presses: readonly Press[]): Promise<string | undefined> {
  for (const each of presses) {
    const keys: Key[] = typeof each === "string"
      ? [...each].map((text) => ({ kind: "text", text }))
      : each.map((kind) => ({ kind }));
    for (const key of keys) {
      const answered = await list.take(key);
      if (answered !== undefined) return answered.answer.profile;
    }
  }
  return undefined;
}

function shown(list: PickList, columns = 80, rows = 24): string[] {
  return linesForPeople(list.draw({ columns, rows }).lines, false).split("\n").slice(0, -1);
}

const keys: readonly (readonly [presses: readonly Press[], chosen: string | undefined])[] = [
  [[["enter"]], "prod-eu"],
  [[["down", "enter"]], "staging"],
  [[["up", "enter"]], "evil\x1b[31m name"],
  [[["end", "down", "enter"]], "prod-eu"],
  [[["end", "up", "enter"]], "本番"],
  [[["down", "home", "enter"]], "prod-eu"],
  [["prod", ["enter"]], "prod"],
  [["prod", ["down", "enter"]], "prod-eu"],
  [[["down", "down"], "prod", ["enter"]], "prod"],
  [["nosuch", ["enter"]], undefined],
  [["nosuch", ["down", "up", "pageDown", "home", "end", "enter"]], undefined],
  [["nosuch", ["eraseLine"], "stag", ["enter"]], "staging"],
  [["prod nosuch", ["eraseWord", "enter"]], "prod"],
  [["stagi本", ["erase", "enter"]], "staging"],
  [["e\u0301", ["erase"], "stag", ["enter"]], "staging"],
];
for (const [presses, chosen] of keys) {
  Deno.test(`the keys ${JSON.stringify(presses)} choose ${chosen}`, async () => {
    assertEquals(await press(await listOf(), ...presses), chosen);
  });
}

Deno.test("Esc cancels", async () => {
  const list = await listOf();
  const error = assertThrows(() => list.take({ kind: "escape" }), StsmfaError);
  assertEquals(error.code, "Cancelled");
});

Deno.test("pages are as long as the terminal is high, and the marked one is always shown", async () => {
  const many = Array.from({ length: 300 }, (_, at) => choice(`p${at}`));
  const list = await listOf(many);
  assertEquals(shown(list, 80, 13).length, 13);
  const marked = () => shown(list, 80, 13).filter((line) => line.startsWith("❯"));
  assertEquals(marked(), ["❯ p0                -"]);
  for (const [key, at] of [["pageDown", 10], ["pageDown", 20], ["pageUp", 10]] as const) {
    await press(list, [key]);
    assertEquals(marked().map((line) => line.split(/ +/)[1]), [`p${at}`]);
  }
  await press(list, ["end"]);
  assertEquals(shown(list, 80, 13).slice(-2).map((line) => line.trim().split(/ +/).slice(0, 3)), [
    ["❯", "p299", "-"],
    ["300", "of", "300"],
  ]);
  // Another height shows it, too.
  for (const rows of [5, 40, 3, 2, 1]) {
    const lines = shown(list, 80, rows);
    assert(rows < 2 || lines.some((line) => line.startsWith("❯ p299")), `${rows}`);
    assert(lines.length <= Math.max(rows, 2), `${rows}: ${lines.length}`);
  }
});

Deno.test("40 columns: no role's column, but the marked one's account and role below", async () => {
  assertEquals(shown(await listOf(), 40, 12), [
    "Profile:",
    "  PROFILE            ACCOUNT       LEFT",
    "❯ prod-eu            222222222222  -",
    "  staging            333333333333  -",
    "  prod               222222222222  -",
    "  Ünïcode                          -",
    "  本番               444444444444  -",
    "  …l\\u{1b}[31m name  555555555555  -",
    "",
    "prod-eu",
    "222222222222 Administrator",
    "6 of 6  Enter chooses, Esc cancels",
  ]);
});

Deno.test("nothing is wider than the terminal, at any width", async () => {
  const list = await listOf([...choices, choice("本".repeat(60), "222222222222", "管".repeat(40))]);
  await press(list, "本".repeat(50), ["eraseLine"]);
  for (let columns = 40; columns < 130; columns++) {
    for (const line of shown(list, columns)) assert(columnsOfShown(line) <= columns, line);
  }
});

Deno.test("the cursor is behind what is typed", async () => {
  const list = await listOf();
  await press(list, "本 x");
  assertEquals(list.draw({ columns: 80, rows: 24 }).cursor, { row: 0, column: 13 });
});

Deno.test("Enter waits for what is not known yet: a pasted name means just that one", async () => {
  const list = await listOf([choice("prod-eu")], [choice("prod")]);
  assertEquals(shown(list).at(-1), "1 of 1  Enter chooses, Esc cancels");
  assertEquals(await press(list, "prod", ["enter"]), "prod");
});

Deno.test("what is marked stays marked when more is known, also by an exact name", async () => {
  const list = await listOf([choice("prod-eu"), choice("prod-us")], [choice("prod")]);
  await press(list, "prod", ["down"]);
  await list.refresh();
  assertEquals(await press(list, ["enter"]), "prod-us");
});

Deno.test("a fault while more is loaded is not lost", async () => {
  const list = new PickList(() => Promise.reject(new StsmfaError("Cancelled", "gone")), false);
  await assertRejects(() => list.refresh(), StsmfaError, "gone");
});
