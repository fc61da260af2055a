import { assert, assertEquals } from "@std/assert";
import {
  circle,
  differences,
  loadedAtOnce,
  type Module,
  moduleOf,
  readModules,
  readPlan,
  type Room,
} from "../support/architecture.ts";

const plan = await readPlan();
const modules = await readModules();

Deno.test("lib/ is as the plan in ARCHITECTURE.md has it", () => {
  assert(plan.length > 15 && modules.length > 100);
  assertEquals(differences(plan, modules), []);
});

Deno.test("ls lib shows at most 38 names", () => {
  const names = new Set(
    modules.filter(({ name }) => name.startsWith("lib/")).map(({ name }) => name.split("/")[1]),
  );
  assert(names.size <= 38, `${names.size} names`);
});

const with_ = (name: string, text: string): [Room[], Module[]] => [
  plan,
  [...modules.filter((each) => each.name !== name), moduleOf(name, text)],
];

/** One violation of each rule of the plan. */
const broken: Record<string, { given: [Room[], Module[]]; says: string }> = {
  "an import against the order": {
    given: with_("lib/ini/x.ts", 'import { y } from "../profile/y.ts";\n'),
    says: "lib/ini/x.ts must not import lib/profile/y.ts",
  },
  "an import of a type against the order": {
    given: with_("lib/state/x.ts", 'import type { Y } from "../session/y.ts";\n'),
    says: "lib/state/x.ts must not import lib/session/y.ts",
  },
  "a lazy import against the order": {
    given: with_(
      "lib/aws/x.ts",
      'await importLazily<typeof import("../mfa/y.ts")>("../mfa/y.ts", import.meta.url);\n',
    ),
    says: "lib/aws/x.ts must not import lib/mfa/y.ts",
  },
  "a literal dynamic import against the order": {
    given: with_("lib/docker/x.ts", 'await import("../hooks/y.ts");\n'),
    says: "lib/docker/x.ts must not import lib/hooks/y.ts",
  },
  "the ground on a room": {
    given: with_("lib/path.ts", 'export * from "./files/lock.ts";\n'),
    says: "lib/path.ts must not import lib/files/lock.ts",
  },
  "a file outside a room": {
    given: with_("lib/utils.ts", ""),
    says: "lib/utils.ts is in no room",
  },
  "a file that the ground's list has and lib/ has not": {
    given: [plan, modules.filter(({ name }) => name !== "lib/digest.ts")],
    says: "lib/digest.ts is not there",
  },
  "a room that is not in the plan": {
    given: with_("lib/cellar/x.ts", ""),
    says: "lib/cellar/ is not in the plan",
  },
  "a room without its line": {
    given: [plan.map((room) => room.name === "lib/mfa/" ? { ...room, idea: "" } : room), modules],
    says: "lib/mfa/ has no line that says what lives there",
  },
  "a room of the plan that is empty": {
    given: [[...plan, { name: "lib/attic/", idea: "old things" }], modules],
    says: "lib/attic/ is empty",
  },
  "Deno. outside lib/system": {
    given: with_("lib/mfa/x.ts", "export const x = Deno.args;\n"),
    says: "lib/mfa/x.ts says Deno.",
  },
  "lib/system imported by another room": {
    given: with_("lib/cli/x.ts", 'import { y } from "../system/files.ts";\n'),
    says: "lib/cli/x.ts must not import lib/system/files.ts",
  },
  "a command imported by the library": {
    given: with_("mod.ts", 'export * from "./lib/commands/env.ts";\n'),
    says: "mod.ts must not import lib/commands/env.ts",
  },
  "a hook of ours that imports what hooks may not": {
    given: with_("hooks/x.ts", 'import { y } from "../lib/profile/profile.ts";\n'),
    says: "hooks/x.ts must not import lib/profile/profile.ts",
  },
};
for (const [what, { given, says }] of Object.entries(broken)) {
  Deno.test(`the plan forbids ${what}`, () => assertEquals(differences(...given), [says]));
}

Deno.test("a file of lib/commands is a command's, or begins with its name", () => {
  const cli = modules.find(({ name }) => name === "cli.ts")!.text;
  const commands = [...cli.matchAll(/lib\/commands\/(\w+)\.ts/g)].map(([, name]) => name!)
    .concat([...cli.matchAll(/lazily<[^>]*>\("(\w+)"\)/g)].map(([, name]) => name!));
  assert(commands.length > 15);
  const files = modules.flatMap(({ name }) => /^lib\/commands\/(\w+)\.ts$/.exec(name)?.[1] ?? []);
  const strangers = files.filter((file) =>
    !commands.some((command) => file === command || file.startsWith(`${command}_`))
  );
  assertEquals(strangers, []);
});

Deno.test("no module imports itself by way of others", () => {
  assertEquals(circle(modules), undefined);
  const a = moduleOf("lib/a.ts", 'import type { B } from "./b.ts";\n');
  const b = moduleOf("lib/b.ts", 'await import("./a.ts");\n');
  assertEquals(circle([a, b]), ["lib/a.ts", "lib/b.ts", "lib/a.ts"]);
});

Deno.test("a run that finds its session valid loads these modules and no others", () => {
  assertEquals(loadedAtOnce(modules, "cli.ts"), [
    "cli.ts",
    "lib/aws_files/profile_sections.ts",
    "lib/aws_files/read.ts",
    "lib/aws_files/session_section.ts",
    "lib/cli/command_line.ts",
    "lib/cli/flags.ts",
    "lib/cli/parse.ts",
    "lib/cli/print.ts",
    "lib/cli/profile_argument.ts",
    "lib/commands/refresh.ts",
    "lib/commands/refresh_result.ts",
    "lib/credentials.ts",
    "lib/duration.ts",
    "lib/errors.ts",
    "lib/hint_words.ts",
    "lib/import_lazily.ts",
    "lib/ini/cut.ts",
    "lib/ini/document.ts",
    "lib/ini/edit.ts",
    "lib/ini/lines.ts",
    "lib/ini/names.ts",
    "lib/ini/sections.ts",
    "lib/nearest.ts",
    "lib/path.ts",
    "lib/profile/chain.ts",
    "lib/profile/hook_settings.ts",
    "lib/profile/identity.ts",
    "lib/profile/marks.ts",
    "lib/profile/names.ts",
    "lib/profile/origin.ts",
    "lib/profile/others.ts",
    "lib/profile/own_process.ts",
    "lib/profile/settings.ts",
    "lib/profile/source.ts",
    "lib/profile/target.ts",
    "lib/profile/waiting_processes.ts",
    "lib/screen.ts",
    "lib/session/valid.ts",
    "lib/state/directory.ts",
    "lib/state/leftovers.ts",
    "lib/storage_error.ts",
    "lib/system/context.ts",
    "lib/system/files.ts",
    "lib/system/hook_mode.ts",
    "node:path",
  ]);
});

/** Returns how many bytes these modules, and what they load at once, have. */
function bytesLoaded(...entries: string[]): number {
  const loaded = new Set(entries.flatMap((entry) => loadedAtOnce(modules, entry)));
  return modules.filter(({ name }) => loaded.has(name))
    .reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
}

Deno.test("what a run loads that finds its session valid has at most 288,000 bytes", () => {
  const bytes = bytesLoaded("cli.ts");
  assert(bytes <= 288_000, `${bytes} bytes`);
});

const renewal = "lib/commands/refresh_run.ts";

Deno.test("what a run loads that renews a session has at most 602,000 bytes, without the SDK", () => {
  const bytes = bytesLoaded("cli.ts", renewal);
  assert(bytes <= 602_000, `${bytes} bytes`);
});

Deno.test("a run that renews a session loads nothing of hooks, stores of keys and setting up", () => {
  const loaded = loadedAtOnce(modules, renewal);
  assertEquals(loaded.filter((name) => /^lib\/(?:hooks|keys|setup)\//.test(name)), []);
});

Deno.test("a literal import of what is to be loaded lazily is seen", () => {
  const lazy = loadedAtOnce(
    [moduleOf("cli.ts", 'import("./lib/x.ts"); importLazily("./lib/y.ts", import.meta.url);\n')],
    "cli.ts",
  );
  assertEquals(lazy, ["cli.ts", "lib/x.ts"]);
});

Deno.test("a module is short enough to hold one idea", () => {
  const long = modules.filter(({ text }) => text.split("\n").length > 400);
  assertEquals(long.map(({ name }) => name), []);
});
