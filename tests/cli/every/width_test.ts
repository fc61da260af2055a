/**
 * Nothing that is shown is wider than the terminal, measured in columns.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { topics } from "../../../lib/cli/topics.ts";
import { columnsOf } from "../../../lib/columns.ts";
import { mistakes } from "../errors/mistakes.ts";
import { commandsOfHelp } from "../../support/flags_of_help.ts";
import { longTerm, openHome, session } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";
import { TestContext } from "../../support/test_context.ts";

/** Lines that cannot be broken, since they are one value or are typed as they are. */
const unbreakable = [
  // Commands of Windows' cmd and of Nushell.
  /^ {2}for \/f /,
  /^ {2}.*\$nu\./,
  // A line of a file, such as `role_arn = arn:...`.
  /^ *[\w"]+(?: =|":) \S+$/,
  // A single word, which may have spaces in quotes.
  /^ *(?:[^ "'$]|"[^"]*"|'[^']*'|\$\([^)]*\)|\$)+(?: \\)?$/,
  // A command of another program, or a setting, that is to be pasted.
  /^ +(?:aws|chmod|ls|mv|rm|unset|credential_process =) /,
  // A flag and its values.
  /^ {2}(?:(?:-.,| {3}) )?--[\w-]+ \S+$/,
];

function tooWide(text: string, columns: number): string[] {
  return text.split("\n").filter((line) =>
    columnsOf(line) > columns && !unbreakable.some((each) => each.test(line))
  );
}

for (const columns of [80, 40]) {
  Deno.test(`no help is wider than ${columns} columns`, async () => {
    await using test = await TestContext.create({ isTerminal: true, columns });
    await using usual = await TestContext.create();
    const commands = await commandsOfHelp(usual);
    assert(commands.length > 15);
    const pages = [
      ["--help"],
      ...commands.map((each) => [each, "--help"]),
      ...Object.keys(topics).map((each) => ["help", each]),
    ];
    for (const args of pages) {
      assertEquals(await test.run(...args), 0);
      assertEquals(tooWide(test.stdout, columns), [], args.join(" "));
    }
  });
}

Deno.test("no help has more than 60 lines at 80 columns", async () => {
  await using test = await TestContext.create({ isTerminal: true, columns: 80 });
  for (const command of await commandsOfHelp(test)) {
    await test.run(command, "--help");
    const count = test.stdout.split("\n").length - 1;
    assert(count <= 60, `${command}: ${count} lines`);
  }
  await test.run("--help");
  assert(test.stdout.split("\n").length <= 61);
});

const role = (name: string, account: string, roleName: string) =>
  `[profile ${name}]
role_arn = arn:aws:iam::${account}:role/${roleName}
source_profile = me
mfa_serial = ${ALICE_DEVICE}
`;

/** A home with something of everything, and names as long and as wide as people have them. */
const config = [
  role("prod", "222222222222", "Administrator"),
  role("customer-production-eu-west-1-readonly", "333333333333", "path/CustomerReadOnlyAccess"),
  role("本番環境の管理者アカウント", "444444444444", "Administrator"),
  `[profile build]
region = eu-west-1
stsmfa =
  source_profile = me
  role_arn = arn:aws:iam::555555555555:role/Build
[profile broken]
stsmfa =
  source_profile = me
  duration_secnods = 12
[profile sandbox]
sso_session = corp
sso_account_id = 666666666666
sso_role_name = AWSAdministratorAccess
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[profile other]
credential_process = /usr/local/bin/give-keys
`,
].join("");
const credentials = [
  longTerm("me"),
  longTerm("default-long-term"),
  session("default", "2026-03-05T05:06:07Z"),
  longTerm("old-long-term"),
  session("old", "2026-03-04T01:00:00Z"),
  longTerm("a-very-long-name-for-a-profile-that-somebody-has-long-term"),
  session("from-a-colleague-on-another-team", "2026-03-04T06:06:07Z"),
].join("\n");

/** What people look at; the words of errors have a test of their own. */
const pages: readonly (readonly string[])[] = [
  ["status"],
  ["status", "prod", "old"],
  ["keys", "list"],
  ["devices", "prod"],
  ["hooks", "list"],
  ["whoami"],
  ["doctor", "--offline"],
  ["console", "prod", "--dry-run"],
  ["refresh", "build", "--dry-run"],
  ["refresh", "--all", "--dry-run"],
  ["refresh", "default"],
  ["use"],
  ["import", "--dry-run"],
  ["clear", "old"],
];

for (const columns of [80, 40]) {
  Deno.test(`no page of a home with something of everything is wider than ${columns} columns`, async () => {
    await using home = await openHome({
      credentials,
      config,
      isTerminal: true,
      columns,
      os: "unix",
    });
    for (const args of pages) {
      await home.run(...args);
      assert(home.test.output !== "", args.join(" "));
      const shown = plain(home.test.output).replaceAll(home.test.home, "~");
      assertEquals(tooWide(shown, columns), [], args.join(" "));
    }
  });
}

/** What says something before it asks, and does nothing after a no. */
const questions = [["init", "prod"], ["refresh", "me"], ["keys", "remove", "me"]];

for (const columns of [80, 40]) {
  Deno.test(`what is said before a question is no wider than ${columns} columns`, async () => {
    await using home = await openHome({ credentials, config, isTerminal: true, columns });
    for (const args of questions) {
      home.test.answer("no");
      await home.unchanged(() => home.run(...args));
      const shown = plain(home.test.output).replaceAll(home.test.home, "~");
      assertEquals(tooWide(shown, columns), [], args.join(" "));
    }
  });
}

/** The command at the end of a hint is there to be copied, and so in one piece. */
const endOfHint = /^ {2}\S/;

for (const columns of [80, 40]) {
  Deno.test(`no word of an error is broken at ${columns} columns`, async () => {
    for (const { args, home: options = {}, before, during } of Object.values(mistakes).flat()) {
      if (during || args === "" || args.includes("CODE")) continue;
      await using home = await openHome({ os: "unix", ...options, isTerminal: true, columns });
      await before?.(home);
      await home.run(...args.split(" "));
      const said = plain(home.test.said).split("\n");
      const hint = said.findIndex((each) => each.startsWith("stsmfa: hint:"));
      const broken = said.filter((each, at) => hint < 0 || at <= hint || !endOfHint.test(each));
      assertEquals(tooWide(broken.join("\n"), columns), [], args);
    }
  });
}

/** Takes the colours off. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- that is how colours are written
  return text.replaceAll(/\x1b\[\d*m/g, "");
}

Deno.test("what programs read is as wide as it is", async () => {
  await using home = await openHome({ credentials, config, columns: 40 });
  await home.run("status");
  assertStringIncludes(home.stdout, "customer-production-eu-west-1-readonly");
  assertStringIncludes(home.stdout, "CustomerReadOnlyAccess");
});
