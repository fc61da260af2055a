/**
 * The dotenv hook: what becomes of files of variables.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { systemContext } from "../../lib/system/context.ts";
import { always, links, makeLink, posix, testWith } from "../support/abilities.ts";
import { assertMode } from "../support/file_mode.ts";
import { type Home, openHome } from "../support/homes.ts";

const names = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
];

function open(...options: readonly string[]): Promise<Home> {
  const lines = ["hooks = dotenv", ...options].map((line) => `  ${line}\n`).join("");
  return openHome({ config: `[default]\nregion = eu-west-1\nstsmfa =\n${lines}`, hooks: true });
}

const inShop = "dotenv_file = ~/shop/.env";

/** Refreshes; gives the exit status and what the hook said. */
async function refresh(home: Home): Promise<[exitStatus: number, said: string]> {
  home.types();
  const exitStatus = await home.run("--force");
  return [exitStatus, /hook dotenv {2}done in \S+: (.*)/.exec(home.stdout)?.[1] ?? home.stderr];
}

/** What the file has to say, in the order in which it is added. */
async function expected(home: Home): Promise<string[]> {
  const section = await home.section("default");
  return [
    section["aws_access_key_id"]!,
    section["aws_secret_access_key"]!,
    section["aws_session_token"]!,
    section["expiration"]!,
    "eu-west-1",
    "eu-west-1",
  ];
}

Deno.test("a new file has the session's variables, and is for its owner alone", async () => {
  await using home = await open(inShop);
  assertEquals(await refresh(home), [0, "wrote ~/shop/.env"]);
  const values = await expected(home);
  assertEquals(
    await home.test.read("shop/.env"),
    names.map((name, n) => `${name}=${values[n]}\n`).join(""),
  );
  assertMatch(values[0]!, /^ASIA/);
  assertMode(0o600, home.test.path("shop/.env"));
  assertEquals(await home.test.list("shop"), [".env"]);
});

const all = (prefix = "", end = "\n") => names.map((name, n) => `${prefix}${name}=$${n}${end}`);

/** Files as people have them, and what becomes of them; $0 to $5 are the values. */
const files: Readonly<Record<string, readonly [before: string, after: string]>> = {
  "other lines, comments and order": [
    "# shop\n\nPORT=8080\nAWS_REGION=us-east-1\nDB_URL=postgres://a:b@c/d?e=f#g\nAWS_ACCESS_KEY_ID=x\nLAST='1 2'\n",
    "# shop\n\nPORT=8080\nAWS_REGION=$4\nDB_URL=postgres://a:b@c/d?e=f#g\nAWS_ACCESS_KEY_ID=$0\nLAST='1 2'\n" +
    `${all()[1]}${all()[2]}${all()[3]}${all()[5]}`,
  ],
  "CRLF": [
    "A=1\r\nAWS_REGION=x\r\n",
    ["A=1\r\nAWS_REGION=$4\r\n", ...all("", "\r\n").toSpliced(4, 1)].join(""),
  ],
  "export, as for a shell": [
    "export A=1\nexport AWS_SESSION_TOKEN=x\n",
    ["export A=1\nexport AWS_SESSION_TOKEN=$2\n", ...all("export ").toSpliced(2, 1)].join(""),
  ],
  "the same variable twice": [
    "AWS_REGION=a\nAWS_REGION=b\n",
    ["AWS_REGION=$4\nAWS_REGION=$4\n", ...all().toSpliced(4, 1)].join(""),
  ],
  "quotes, spaces and a comment behind, which docker takes for the value": [
    `AWS_SESSION_TOKEN="x"\n  AWS_SECRET_ACCESS_KEY = 'y'  # mine\n`,
    [
      `AWS_SESSION_TOKEN=$2\n  # mine\n  AWS_SECRET_ACCESS_KEY=$1\n`,
      ...all().toSpliced(1, 2),
    ].join(""),
  ],
  "a value that spans lines": [
    `AWS_SESSION_TOKEN="old\nmore"\nB=2\n`,
    ["AWS_SESSION_TOKEN=$2\nB=2\n", ...all().toSpliced(2, 1)].join(""),
  ],
  "the token's old name, which botocore prefers": [
    "AWS_SECURITY_TOKEN=old\n",
    ["AWS_SECURITY_TOKEN=$2\n", ...all()].join(""),
  ],
  "a name alone, which docker takes from its environment": [
    "AWS_REGION\nHOME\n",
    ["AWS_REGION=$4\nHOME\n", ...all().toSpliced(4, 1)].join(""),
  ],
  "no last line end": ["A=1", ["A=1\n", ...all()].join("").slice(0, -1)],
  "what only looks like ours": [
    "#AWS_REGION=x\nMY_AWS_REGION=y\nAWS_REGION_2=z\n",
    ["#AWS_REGION=x\nMY_AWS_REGION=y\nAWS_REGION_2=z\n", ...all()].join(""),
  ],
};

Deno.test("a file keeps every other line, and its own ways", async (t) => {
  await using home = await open(inShop);
  for (const [what, [before, after]] of Object.entries(files)) {
    await t.step(what, async () => {
      await home.test.write("shop/.env", before);
      const [exitStatus, said] = await refresh(home);
      assertEquals(exitStatus, 0, said);
      const values = await expected(home);
      const filled = after.replaceAll(/\$(\d)/g, (_, n) => values[n]!);
      assertEquals(await home.test.read("shop/.env"), filled);
    });
  }
});

testWith(
  links,
  "a file that others could read is closed, and that is said; a link beside it stays",
  async () => {
    await using home = await open(inShop);
    await home.test.write("real/shop/conf/env", "A=1\nAWS_PROFILE=other\n", 0o644);
    // The project's own folder may be anywhere.
    await makeLink("real/shop", home.test.path("shop"));
    await makeLink("conf/env", home.test.path("shop/.env"));
    assertEquals(await refresh(home), [
      0,
      "wrote ~/shop/.env; others could read it, which they no longer can; " +
      "it names AWS_PROFILE, too, which some SDKs prefer",
    ]);
    assertEquals(Deno.lstatSync(home.test.path("shop/.env")).isSymlink, true);
    assertMode(0o600, home.test.path("real/shop/conf/env"));
    assertMatch(
      await home.test.read("real/shop/conf/env"),
      /^A=1\nAWS_PROFILE=other\nAWS_ACCESS_KEY_ID=ASIA/,
    );
  },
);

testWith(links, "a link that leads out of the project's folder is not followed", async () => {
  for (const target of ["../.bashrc", "../shop-of-others/.env", "missing/../../x"]) {
    await using home = await open(inShop);
    for (const name of [".bashrc", "shop-of-others/.env"]) await home.test.write(name, "A=1\n");
    await Deno.mkdir(home.test.path("shop"));
    await makeLink(target, home.test.path("shop/.env"));
    const [exitStatus, said] = await refresh(home);
    assertEquals(exitStatus, 7);
    assertStringIncludes(said, "hook dotenv: dotenv_file = ~/shop/.env is a link to ");
    assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
    assertEquals(await home.test.list("shop"), [".env"]);
    for (const name of [".bashrc", "shop-of-others/.env"]) {
      assertEquals(await home.test.read(name), "A=1\n");
    }
  }
});

Deno.test("the region is the profile's own, whatever the caller's variables say", async () => {
  await using home = await open(inShop);
  Object.assign(home.test.env, { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-east-2" });
  assertEquals((await refresh(home))[0], 0);
  const text = await home.test.read("shop/.env");
  assertStringIncludes(text, "AWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=eu-west-1\n");
  home.test.clock.advance(60);
  home.types();
  assertEquals(await home.run("--force", "--region", "eu-north-1"), 0);
  assertStringIncludes(await home.test.read("shop/.env"), "AWS_REGION=eu-north-1\n");
  const config = (await home.test.read(".aws/config")).replace(/region = .*\n/, "");
  await home.test.write(".aws/config", config);
  home.test.clock.advance(60);
  assertEquals((await refresh(home))[0], 0);
  assertStringIncludes(await home.test.read("shop/.env"), "AWS_REGION=us-west-2\n");
});

testWith(links, "a file that two profiles name belongs to the first one", async () => {
  const block = (file: string) =>
    `stsmfa =\n  source_profile = default-long-term\n  hooks = dotenv\n  dotenv_file = ${file}\n`;
  await using home = await openHome({
    config: ["a", "b", "c"].map((name, n) =>
      `[profile ${name}]\nregion = eu-west-1\n${
        block(["~/shop/.env", "~/other/../shop/.env", "~/shop/link"][n]!.replace("other/../", ""))
      }`
    ).join(""),
    hooks: true,
  });
  await home.test.write("shop/.env", "A=1\n");
  await makeLink(".env", home.test.path("shop/link"));
  for (const name of ["b", "c"]) {
    home.types();
    assertEquals(await home.run(name), 7);
    assertStringIncludes(
      home.stderr,
      "has the session of profile a, which comes before " + name,
    );
    assertEquals(await home.test.read("shop/.env"), "A=1\n");
    assertMatch((await home.section(name))["aws_access_key_id"]!, /^ASIA/);
    home.test.clock.advance(60);
  }
  home.types();
  assertEquals(await home.run("a"), 0, home.stderr);
  const { aws_access_key_id: id } = await home.section("a");
  assertStringIncludes(await home.test.read("shop/.env"), `AWS_ACCESS_KEY_ID=${id}\n`);
});

testWith(links, "what is wrong with another profile's file is no fault of this one's", async () => {
  for (const file of ["loop/.env", "file/.env", "y".repeat(300), "\0", "{x}"]) {
    const block = (path: string) => `stsmfa =\n  hooks = dotenv\n  dotenv_file = ~/shop/${path}\n`;
    await using home = await openHome({
      config: `[profile other]\n${block(file)}[default]\nregion = eu-west-1\n${block(".env")}`,
      hooks: true,
    });
    await home.test.write("shop/file", "");
    await makeLink("loop", home.test.path("shop/loop"));
    assertEquals((await refresh(home))[0], 0);
  }
});

testWith(links, "a link that leads to itself is named", async () => {
  await using home = await open(inShop);
  await Deno.mkdir(home.test.path("shop"));
  await makeLink(".env", home.test.path("shop/.env"));
  const [exitStatus, said] = await refresh(home);
  assertEquals(exitStatus, 7);
  assertStringIncludes(said, "dotenv_file = ~/shop/.env cannot be looked up");
  assertStringIncludes(said, "its symbolic links form a loop");
});

Deno.test("a file that readers do not agree on is left alone, and the line is named", async () => {
  await using home = await open(inShop);
  const text = `A=1\nAWS_SESSION_TOKEN="old\nB=2\n`;
  await home.test.write("shop/.env", text);
  const [exitStatus, said] = await refresh(home);
  assertEquals(exitStatus, 7);
  assertMatch(said, /shop\/\.env has a quote in line 2 that is never closed; nothing was changed/);
  assertEquals(await home.test.read("shop/.env"), text);
});

for (
  const [what, options, exitStatus, message] of [
    ["no file is named", [], 7, "say which file gets the session: dotenv_file = ~/PATH/.env"],
    ["an option is mistyped", ["dotenv_path = ~/x"], 7, "there is no dotenv_path, but dotenv_file"],
    ["the path is relative", ["dotenv_file = .env"], 7, "paths begin with ~ or /"],
    ["it is a folder", ["dotenv_file = ~/.aws/"], 7, "dotenv_file = ~/.aws/ is not a file"],
    ["it is a device", ["dotenv_file = /dev/null"], 7, "dotenv_file = /dev/null is not a file"],
    ["it is below a file", ["dotenv_file = ~/.aws/config/.env"], 7, "is not a directory"],
    [
      "a name is too long",
      [`dotenv_file = ~/.aws/${"y".repeat(300)}`],
      7,
      "a name in it is too long",
    ],
    ["no path is like that", ["dotenv_file = ~/x/\0"], 7, "no path has a NUL in it"],
    ["it leads upwards", ["dotenv_file = ~/x/.."], 7, "have no .. in them"],
    ["it has braces", ["dotenv_file = ~/x/{region}.env"], 7, "nothing in braces is filled in"],
    ["a brace is open", ["dotenv_file = ~/x/{.env"], 7, "nothing in braces is filled in"],
    ["it is AWS's own", ["dotenv_file = ~/.aws/credentials"], 7, "is one of AWS's own files"],
    ["its folder holds what approves hooks", ["dotenv_file = ~/.env"], 7, "approve itself"],
  ] as const
) {
  // Windows has other devices, and finds nothing below a file, nor by such a name.
  const isPosix = /device|below a file|too long/.test(what);
  testWith(
    isPosix ? posix : always,
    `nothing is written when ${what}, and the session stays`,
    async () => {
      await using home = await open(...options);
      const [ended, said] = await refresh(home);
      assertEquals(ended, exitStatus);
      assertStringIncludes(said, message);
      assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
      assertEquals((await home.credentials()).includes("AWS_ACCESS"), false);
      assertEquals(
        Array.from(Deno.readDirSync(home.test.home), ({ name }) => name).sort(),
        [".aws", ".local"],
      );
    },
  );
}

Deno.test(
  "what a hook leaves that was ended in the middle of writing is removed at once",
  async () => {
    const { runHook } = systemContext([], new AbortController().signal);
    await using home = await openHome({
      config: `[default]\nregion = eu-west-1\nstsmfa =\n  hooks = dotenv\n  ${inShop}\n`,
      hooks: async (job) => {
        if (job.task === "describe") return await runHook(job);
        await home.test.write("shop/..env.stsmfa-tmp", "AWS_SECRET_ACCESS_KEY=half");
        return { end: { kind: "died", exitStatus: 137 }, output: "" };
      },
    });
    home.types();
    assertEquals(await home.run(), 7, home.stderr);
    assertEquals(await home.test.list("shop"), []);
  },
);
