import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";

const latin1 = new Uint8Array([...new TextEncoder().encode(alicesFile), 0x23, 0x20, 0xfc, 0x0a]);

const broken: Record<string, { text: string | Uint8Array; says: RegExp }> = {
  "a section twice": {
    text: `${alicesFile}[a]\nregion = x\n[a]\n`,
    says: /: line 7 repeats \[a\] of line 5\n/,
  },
  "a key twice": {
    text: `${alicesFile}[a]\nregion = x\noutput = y\nregion = z\n`,
    says: /: line 8 repeats the key region of \[a\]\n/,
  },
  "a key twice, in other case": {
    text: `${alicesFile}AWS_SECRET_ACCESS_KEY = x\n`,
    says: /: line 5 repeats the key AWS_SECRET_ACCESS_KEY of \[default-long-term\]\n/,
  },
  "several faults": {
    text: `${alicesFile}[a]\nregion = x\nregion = z\n[a]\njunk\n`,
    says: /: line 7 repeats the key region of \[a\]; also lines 8, 9\n/,
  },
  "a byte order mark": {
    text: `\ufeff${alicesFile}`,
    says: /: line 1 starts with a byte order mark/,
  },
  "bytes that are not UTF-8": { text: latin1, says: / is not UTF-8 text\n/ },
  "a key before any section": {
    text: `region = x\n${alicesFile}`,
    says: /: line 1 has a key before any \[section\]\n/,
  },
  "an indented header": {
    text: `${alicesFile}  [tmp]\nregion = x\n`,
    says: /: line 5 has space before its \[section\] header\n/,
  },
  "a line that is nothing": {
    text: `${alicesFile}junk\n`,
    says: /: line 5 is neither a comment, a \[section\] nor key = value\n/,
  },
};

for (const [what, { text, says }] of Object.entries(broken)) {
  for (const args of [[], ["--dry-run"], ["status"]]) {
    const command = ["stsmfa", ...args].join(" ");
    Deno.test(`${command}: a credentials file with ${what} is refused with the line, and left as it is`, async () => {
      await using home = await openHome({ credentials: null, config: "" });
      const path = home.test.path(".aws/credentials");
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      await Deno.writeFile(path, bytes);
      assertEquals(await home.run(...args), 3);
      assertStringIncludes(home.stderr, `stsmfa: error: ${path}`);
      assertMatch(home.stderr, says);
      assertMatch(home.stderr, /\nstsmfa: hint: .*nothing was changed\n$/);
      assertEquals(await Deno.readFile(path), bytes);
      assertEquals(home.test.questions, []);
      assertEquals(home.sts.count(), 0);
    });
  }
}

Deno.test("a broken config file is refused, too, before anything is asked", async () => {
  await using home = await openHome({ config: "[default]\nregion = x\nregion = y\n" });
  assertEquals(await home.unchanged(() => home.run()), 3);
  assertStringIncludes(home.stderr, ".aws/config: line 3 repeats the key region of [default]");
  assertEquals(home.sts.count(), 0);
});

Deno.test({
  name: "a file that is not UTF-8 is refused with the line of the first such byte",
  fn: async () => {
    await using home = await openHome({ credentials: null, config: "" });
    await Deno.writeFile(home.test.path(".aws/credentials"), latin1);
    assertEquals(await home.run(), 3);
    assertStringIncludes(home.stderr, "line 5");
  },
});

const notATarget: Record<
  string,
  { credentials: string; args?: string[]; says: string }
> = {
  "the source itself": {
    credentials: longTerm("default"),
    says: "the access key is in [default] itself",
  },
  "a section with long-term keys beside the source": {
    credentials: `${longTerm("default")}\n${longTerm("default-long-term")}`,
    says: "the access key is in [default] itself",
  },
  "a section with long-term keys, named by flag": {
    credentials: `${alicesFile}\n${longTerm("spare")}`,
    args: ["--target-profile", "spare"],
    says: "[spare] in line 6 has an access key, which stsmfa never overwrites",
  },
  "a section with half a long-term key": {
    credentials: `${alicesFile}[default]\naws_secret_access_key = only/copy\n`,
    says: "[default] in line 5 has an access key, which stsmfa never overwrites",
  },
};

for (
  const [what, { credentials, args = [], says }] of Object.entries(
    notATarget,
  )
) {
  Deno.test(`long-term keys are never overwritten: ${what}`, async () => {
    await using home = await openHome({ credentials });
    for (const more of [[], ["--force"], ["--no-backup"], ["--dry-run"]]) {
      assertEquals(await home.unchanged(() => home.run(...args, ...more)), 3);
      assertStringIncludes(home.stderr, says);
      assertMatch(
        home.stderr,
        /stsmfa: hint: .*(--target-profile|init default --adopt|remove one of them)/,
      );
    }
    assertEquals(home.test.questions, []);
    assertEquals(home.sts.count(), 0);
  });
}

/** What `aws configure` leaves when a long-term key is typed over a session: its token and its end. */
const pasted = (expiration: string) =>
  alicesFile + session("default", expiration).replace(/ASIA\w+/, "AKIAPASTEDPASTEDPAS2");

Deno.test("a long-term key that `aws configure` put over an old session is not overwritten", async () => {
  await using home = await openHome({ credentials: pasted("2026-03-04T01:00:00Z") });
  for (const args of [[], ["--force"], ["--no-backup"], ["--all"]]) {
    assertEquals(await home.unchanged(() => home.run(...args)), 3);
    assertStringIncludes(
      home.stderr,
      "[default] in line 5 has an access key, which stsmfa never overwrites",
    );
  }
  assertEquals(home.test.questions, []);
  assertEquals(home.sts.count(), 0);
});

Deno.test({
  name: "the dry run refuses a long-term key over an old session, too",
  fn: async () => {
    await using home = await openHome({ credentials: pasted("2026-03-04T01:00:00Z") });
    assertEquals(await home.run("--dry-run"), 3);
  },
});

Deno.test({
  name: "a long-term key over a session that has not expired is not called valid",
  fn: async () => {
    await using home = await openHome({ credentials: pasted("2026-03-05T00:00:00Z") });
    assertEquals(await home.unchanged(() => home.run()), 3);
    assertEquals(home.stdout, "");
    assertEquals(await home.run("status"), 8);
  },
});

Deno.test("a section that other credentials shadow is no target", async () => {
  for (const key of ["credential_process = x", "sso_session = s", "role_arn = r"]) {
    await using home = await openHome({ config: `[profile x]\n${key}\n` });
    assertEquals(await home.unchanged(() => home.run("default", "--target-profile", "x")), 3);
    assertStringIncludes(home.stderr, `${key.split(" ")[0]} in [profile x]`);
    assertEquals(home.sts.count(), 0);
  }
});

Deno.test("a header that not every SDK reads as the target's is no target", async () => {
  for (const header of ["[ default ]", '["default"]']) {
    await using home = await openHome({ credentials: `${alicesFile}${header}\nregion = x\n` });
    assertEquals(await home.unchanged(() => home.run()), 3);
    assertStringIncludes(home.stderr, "stsmfa: hint: write it as [default]\n");
    assertEquals(home.sts.count(), 0);
  }
});

Deno.test("a read-only file: exit 6 before any prompt, and how to make it writable", async () => {
  await using home = await openHome();
  const path = home.test.path(".aws/credentials");
  await home.test.chmod(".aws/credentials", 0o400);
  assertEquals(await home.unchanged(() => home.run()), 6);
  assertEquals(
    home.stderr,
    `stsmfa: error: cannot write ${path}: it is read-only\nstsmfa: hint: ${
      home.test.os === "windows" ? `attrib -r "${path}"` : `chmod u+w ${path}`
    }\n`,
  );
  assertEquals(home.test.questions, []);
  assertEquals(home.sts.count(), 0);
});

Deno.test("a directory in the file's place: exit 6 before any prompt", async () => {
  await using home = await openHome({ credentials: null });
  await home.test.write(".aws/config", longTerm("profile me-long-term"));
  await Deno.mkdir(home.test.path(".aws/credentials"));
  assertEquals(await home.run("me"), 6);
  assertStringIncludes(home.stderr, ": it is a directory\n");
  assertEquals(home.test.questions, []);
  assertEquals(home.sts.count(), 0);
  assertEquals(await home.test.list(), ["config", "credentials"]);
});

Deno.test("a part of the path that is a file: exit 6 before any prompt", async () => {
  await using home = await openHome({ credentials: null });
  await home.test.write(".aws/config", longTerm("profile me-long-term"));
  const path = home.test.path(".aws/config/credentials");
  assertEquals(await home.run("me", "--credentials-file", path), 6);
  assertEquals(home.test.questions, []);
  assertEquals(home.sts.count(), 0);
});

Deno.test("a pipe in place of a file, or a console, is refused instead of being waited for", async () => {
  await using home = await openHome();
  const isWindows = Deno.build.os === "windows";
  const pipe = isWindows ? "CON" : home.test.path("pipe");
  if (!isWindows) await new Deno.Command("mkfifo", { args: [pipe] }).output();
  for (const flag of ["--credentials-file", "--config-file"]) {
    assertEquals(await home.run(flag, pipe), 6);
    assertStringIncludes(home.stderr, `cannot read ${pipe}: it is not a regular file`);
  }
});
