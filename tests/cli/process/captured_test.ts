/**
 * What a person at a terminal is told while all standard streams are captured, as by SDKs, kubectl
 * and docker; and what who captures them gets.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Home, type HomeOptions, longTerm, openHome } from "../../support/homes.ts";
import { processOutput } from "../../support/process_output.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";
import { ctrlC } from "../../support/test_context.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const prompt = `MFA code for ${ALICE_DEVICE}:\n`;
const refused = "stsmfa: AWS refused that code: it is wrong or was already used";
const kubectl = { terminal: "pts/3", caller: "kubectl" };

function open(options: HomeOptions = {}): Promise<Home> {
  return openHome({
    credentials: `${longTerm("prod-long-term")}mfa_serial = ${ALICE_DEVICE}\n`,
    captured: kubectl,
    ...options,
    sts: { roles: [{ roleArn }], ...options.sts },
  });
}

/** The questions that are written down for those who wait. */
async function kept(home: Home): Promise<string[]> {
  const names = await home.test.list(".local/state/stsmfa/sessions");
  return names.filter((name) => name.endsWith(".asking"));
}

/** Waits until such a question is written down. */
async function asked(home: Home): Promise<string> {
  for (;;) {
    const [name] = await kept(home);
    if (name !== undefined) return name;
    await new Promise((go) => setTimeout(go, 1));
  }
}

async function wrongCode(home: Home): Promise<string> {
  return await home.sts.code() === "123123" ? "321321" : "123123";
}

for (
  const [caller, args, who] of [
    ["kubectl", ["process"], "kubectl"],
    ["terraform-provider-aws_v5", ["process"], "terraform-provider-aws_v5"],
    [undefined, ["process"], "a program"],
    [undefined, ["kube-token", "--cluster", "shop"], "a program"],
    ["docker", ["kube-token", "--cluster", "shop"], "docker"],
    // A script, or somebody who has redirected it all.
    ["bash", ["process"], "stsmfa process"],
    ["-zsh", ["env"], "stsmfa env"],
    ["make", ["env"], "make"],
    [undefined, ["env"], "stsmfa env"],
    ["evil\x1b[31m\u202e", ["process"], "evil\\u{1b}[31m\\u{202e}"],
  ] as const
) {
  Deno.test(`the question says for which profile it is, and for whom: ${who}, ${args[0]}`, async () => {
    await using home = await open({ captured: { terminal: "pts/3", caller } });
    home.types();
    assertEquals(await home.run(...args, "prod"), 0, home.stderr);
    assertEquals(home.test.screen, `stsmfa: prod needs a session, for ${who}\n${prompt}`);
    assertEquals(home.stderr, "");
  });
}

for (const flags of [[], ["--quiet"], ["--json"]]) {
  Deno.test(`a refused code: the reason is on the terminal, stderr stays empty ${flags.join()}`, async () => {
    await using home = await open();
    home.answer(() => wrongCode(home), () => wrongCode(home));
    home.types();
    assertEquals(await home.run("process", "prod", ...flags), 0);
    assertEquals(
      home.test.screen,
      `stsmfa: prod needs a session, for kubectl\n${prompt}${refused} (2 tries left)\n${prompt}${refused} (1 try left)\n${prompt}`,
    );
    assertEquals(home.stderr, "");
  });
}

Deno.test("after three refused codes the terminal is told the end, and stderr once", async () => {
  await using home = await open();
  for (let n = 0; n < 3; n++) home.answer(() => wrongCode(home));
  assertEquals(await home.unchanged(() => home.run("process", "prod")), 4);
  assertMatch(
    home.stderr,
    /^stsmfa: error: AWS refused the MFA code.*\nstsmfa: hint: wait for the next code.*\n$/,
  );
  assertEquals(home.test.screen.split(refused).length, 3);
  assertEquals(home.test.screen.endsWith(prompt + home.stderr), true);
  assertEquals(home.stdout, "");
});

Deno.test("Ctrl-C: both are told", async () => {
  await using home = await open();
  home.answer(ctrlC);
  assertEquals(await home.unchanged(() => home.run("process", "prod")), 130);
  assertEquals(home.stderr, "stsmfa: error: cancelled\n");
  assertEquals(
    home.test.screen,
    `stsmfa: prod needs a session, for kubectl\n${prompt}stsmfa: error: cancelled\n`,
  );
});

for (const flags of [[], ["--quiet"], ["--json"]]) {
  Deno.test(`a used code: the terminal counts until the next one, and is wiped ${flags.join()}`, async () => {
    await using home = await open();
    const code = await home.sts.code();
    home.answer(code);
    await home.run("process", "prod");
    home.test.clock.advance(20);
    home.answer(code);
    home.types();
    assertEquals(await home.run("process", "prod", "--force", ...flags), 0);
    const ticks = [3, 2, 1].map((seconds) =>
      `\r\x1b[Kwaiting for the next code, ${seconds} s left: that one was already used`
    ).join("");
    assertEquals(
      home.test.screen,
      `stsmfa: prod needs a session, for kubectl\n${prompt}${ticks}\r\x1b[K${prompt}`,
    );
    assertEquals(home.stderr, "");
  });
}

Deno.test("a used code that was given is waited for where a person sees it", async () => {
  await using home = await open();
  const code = await home.sts.code();
  await home.run("process", "prod", "--token-code", code);
  home.test.clock.advance(22);
  home.types();
  await processOutput(home, "prod", "--force", "--token-code", code);
  assertStringIncludes(
    home.test.screen,
    "\r\x1b[Kwaiting for the next code, 1 s left: that one was already used",
  );
  assertEquals(home.stderr, "");
});

Deno.test("who is asked nothing is told nothing: a valid session, a kept one, a code that is given", async () => {
  await using home = await open({
    config: `[profile prod]\nstsmfa =\n  role_arn = ${roleArn}\n`,
  });
  await processOutput(home, "prod", "--token-code", await home.sts.code());
  await processOutput(home, "prod");
  home.test.clock.advance(50 * 60);
  await processOutput(home, "prod", "--min-left", "20m");
  assertEquals(home.sts.requests.filter(({ action }) => action === "AssumeRole").length, 2);
  assertEquals([home.test.screen, home.stderr], ["", ""]);
});

Deno.test("why a long role needs an MFA code of its own is said where the code is asked for", async () => {
  await using home = await open({
    config: `[profile prod]\nstsmfa =\n  role_arn = ${roleArn}\n  duration_seconds = 7200\n`,
    sts: { roles: [{ roleArn, maxSessionDuration: 7200 }] },
  });
  home.types();
  await processOutput(home, "prod");
  assertEquals(
    home.test.screen,
    "stsmfa: prod needs a session, for kubectl\n" +
      "stsmfa: prod asks for 2h; a role that lasts longer than 1h needs an MFA code of its own\n" +
      prompt,
  );
  assertEquals(home.stderr, "");
});

const devices = [0, 1].map((n) => ({
  serialNumber: `${ALICE_DEVICE}${n}`,
  secret: alice().devices[0]!.secret,
}));
const twoDevices = {
  credentials: longTerm("prod-long-term"),
  sts: { users: [alice({ devices })] },
};

Deno.test("several devices: the choice too is for somebody", async () => {
  await using home = await open(twoDevices);
  home.answer(devices[1]!.serialNumber);
  home.types(1, devices[1]!.serialNumber);
  await processOutput(home, "prod");
  assertEquals(
    home.test.screen,
    `stsmfa: prod needs a session, for kubectl\nMFA device\nMFA code for ${ALICE_DEVICE}1:\n`,
  );
});

Deno.test("what fails behind the code is told at the terminal too", async () => {
  await using home = await open({
    config: `[profile prod]\nstsmfa =\n  role_arn = ${roleArn}other\n`,
  });
  home.types();
  assertEquals(await home.run("process", "prod"), 4);
  assertStringIncludes(home.stderr, "stsmfa: error: AWS denied AssumeRole");
  assertEquals(
    home.test.screen,
    `stsmfa: prod needs a session, for kubectl\n${prompt}${home.stderr}`,
  );
});

Deno.test("each code of a refresh says which profiles it is for", async () => {
  const bob = alice({
    userName: "bob",
    accessKeyId: "AKIABOBBOBBOBBOBBOB2",
    devices: [{ serialNumber: `${ALICE_DEVICE}-bob`, secret: "KRSXG5CTMVRXEZLU" }],
  });
  const options = {
    credentials:
      ["a", "b", "c", "d", "e", "f"].map((name) =>
        `${longTerm(`${name}-long-term`)}mfa_serial = ${ALICE_DEVICE}\n`
      ).join("") + `${longTerm("bob-long-term", bob)}mfa_serial = ${ALICE_DEVICE}-bob\n`,
    sts: { users: [alice(), bob] },
  };
  const words = [
    "a, b, c, d and 2 more need a session",
    "bob needs a session",
  ];
  for (const isCaptured of [true, false]) {
    await using home = await openHome({
      ...options,
      ...(isCaptured ? { captured: kubectl } : { isTerminal: true }),
    });
    home.types();
    home.types(1, `${ALICE_DEVICE}-bob`);
    assertEquals(await home.run("--all"), 0, home.stderr);
    const shown = isCaptured ? home.test.screen : home.stderr;
    assertEquals(
      shown.split("\n").filter((each) => each.startsWith("stsmfa: ")),
      words.map((each) => `stsmfa: ${each}${isCaptured ? ", for kubectl" : ""}`),
    );
  }
});

Deno.test("when stderr is the terminal, nothing is said twice, and one profile needs no name", async () => {
  await using home = await open({ isTerminal: true });
  home.test.captured = undefined;
  home.answer(() => wrongCode(home));
  home.types();
  assertEquals(await home.run("process", "prod"), 0);
  assertEquals(home.stderr, `${refused} (2 tries left)\n`);
});

Deno.test("a program that prints codes: what it says, and that it is waited for, is on the terminal", async () => {
  let code = "";
  await using home = await open({
    config: "[profile prod]\nmfa_process = ykman oath accounts code -s aws\n",
    answers: [],
    runCommand: async ({ onStderr }) => {
      onStderr?.("\x1b[33mTouch your YubiKey...\x1b[0m\n");
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { exitStatus: 0, stdout: `${code}\n` };
    },
  });
  code = await home.sts.code();
  await processOutput(home, "prod");
  const [first, second, ...others] = home.test.screen.split(/(?<=\n)|(?=\r)/);
  assertEquals(
    [first, second].sort(),
    [
      "\r\x1b[Kprod: waiting for mfa_process, 60 s at most; touch the device if it asks",
      "stsmfa: prod: mfa_process: Touch your YubiKey...\n",
    ].sort(),
  );
  assertEquals(others.at(-1), "\r\x1b[K");
  assertEquals(home.stderr, "");
});

for (const nobody of [{ args: ["--non-interactive"] }, { args: [], nobody: true }]) {
  Deno.test(`a program that prints codes keeps our stderr when nobody may be asked: ${nobody.args}`, async () => {
    const heard: boolean[] = [];
    await using home = await open({
      config: "[profile prod]\nmfa_process = pass otp aws\n",
      ...nobody,
      runCommand: async ({ onStderr }) => {
        heard.push(onStderr !== undefined);
        return { exitStatus: 0, stdout: await home.sts.code() };
      },
    });
    await processOutput(home, "prod", ...nobody.args);
    assertEquals([heard, home.test.screen], [[false], ""]);
  });
}

Deno.test("another stsmfa at another terminal: it is said where its question is, and wiped", async () => {
  await using home = await open();
  let shown: string[] = [];
  home.answer(async () => {
    await asked(home);
    // The same home, as another terminal has it.
    home.test.captured = { terminal: "pts/7", caller: "aws" };
    assertEquals(await home.run("process", "prod"), 6);
    shown = home.test.screen.split("\r\x1b[K");
    return home.sts.code();
  });
  await processOutput(home, "prod");
  assertEquals(shown[1], "prod: type the code on pts/3, 300 s left");
  assertEquals(shown.at(-2), "prod: type the code on pts/3, 0 s left");
  assertMatch(shown.at(-1)!, /^stsmfa: error: another stsmfa has held/);
  assertEquals(await kept(home), []);
});

Deno.test("another stsmfa at this terminal: its question is not written over", async () => {
  await using home = await open();
  let shown = "";
  home.answer(async () => {
    shown = home.test.screen;
    home.test.captured = { terminal: "pts/3", caller: "aws" };
    assertEquals(await home.run("process", "prod"), 6);
    assertEquals(home.test.screen, "");
    return home.sts.code();
  });
  await processOutput(home, "prod");
  assertEquals(shown, `stsmfa: prod needs a session, for kubectl\n${prompt}`);
});

Deno.test("another stsmfa that asks nobody is mentioned only when it takes long", async () => {
  await using home = await open();
  home.answer(async () => {
    const name = await asked(home);
    await Deno.remove(home.test.path(`.local/state/stsmfa/sessions/${name}`));
    assertEquals(await home.run("process", "prod"), 6);
    const [before, first] = home.test.screen.split("\r\x1b[K");
    assertEquals(before, "");
    assertMatch(
      first!,
      /^waiting for another stsmfa that is renewing this user's session, 29[0-5] s left/,
    );
    return home.sts.code();
  });
  await processOutput(home, "prod");
});

for (
  const [what, args, hint, more] of [
    ["a profile", ["process", "prod"], "stsmfa prod", {}],
    ["a flag for a name", ["process", "--profile=-x"], "stsmfa --profile=-x", {
      credentials: `${longTerm("-x-long-term")}mfa_serial = ${ALICE_DEVICE}\n`,
    }],
    ["a cluster's profile", ["kube-token", "--cluster", "shop", "prod"], "stsmfa prod", {}],
    [
      "other files",
      ["process", "prod", "--config-file", "/nowhere/it's", "--mfa-serial", ALICE_DEVICE],
      `stsmfa prod --config-file "/nowhere/it's" --mfa-serial ${ALICE_DEVICE}`,
      {},
    ],
    [
      "a role of AWS's own tools",
      ["process", "deploy"],
      "stsmfa deploy",
      {
        config:
          `[profile deploy]\nrole_arn = ${roleArn}\nsource_profile = prod-long-term\nmfa_serial = ${ALICE_DEVICE}\n`,
      },
    ],
    [
      "keys in the profile itself",
      ["process", "prod"],
      "stsmfa whoami prod",
      { credentials: `${longTerm("prod")}mfa_serial = ${ALICE_DEVICE}\n` },
    ],
    [
      "another role than its own",
      ["process", "prod", "--role-arn", roleArn],
      `stsmfa whoami prod --role-arn ${roleArn}`,
      {},
    ],
  ] as const
) {
  Deno.test(`nobody there: exit 2 at once, and what to type in a terminal, for ${what}`, async () => {
    await using home = await open({ nobody: true, ...more });
    assertEquals(await home.unchanged(() => home.run(...args)), 2);
    assertMatch(
      home.stderr,
      /^stsmfa: error: an MFA code of .* is needed, and stsmfa cannot ask for it here\n/,
    );
    assertEquals(home.stderr.split("\n")[1], `stsmfa: hint: in a terminal: ${hint}`);
    assertEquals([home.stdout, home.sts.count(), home.test.screen], ["", 0, ""]);

    // Somebody who types it gets what the program wants.
    home.test.isThere = true;
    const words = hint.replaceAll('"', "").split(" ").slice(1);
    home.types();
    assertEquals(await home.run(...words), 0, home.stderr);
    home.test.isThere = false;
    assertEquals(await home.run(...args), 0, home.stderr);
  });
}

Deno.test("nobody there, and too little left: what is typed renews it", async () => {
  await using home = await open({ nobody: true });
  await processOutput(home, "prod", "--token-code", await home.sts.code());
  home.test.clock.advance(11 * 3600 + 50 * 60);
  assertEquals(await home.run("process", "prod"), 2);
  assertStringIncludes(home.stderr, "hint: in a terminal: stsmfa prod --min-left 15m\n");
});

Deno.test("nobody to choose a device: what to type in a terminal", async () => {
  await using home = await open({ ...twoDevices, nobody: true });
  assertEquals(await home.run("process", "prod"), 2);
  assertStringIncludes(home.stderr, "hint: in a terminal: stsmfa prod\n");
  assertEquals(await home.run("env", "prod"), 2);
  assertStringIncludes(home.stderr, "--token-code CODE");
});
