import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Home, longTerm, openHome } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";
import { ctrlC } from "../../support/test_context.ts";

/** A code that the device does not show. */
async function wrongCode(home: Home): Promise<string> {
  const right = await home.sts.code();
  return right === "123123" ? "321321" : "123123";
}

for (const flag of ["--token-code", "--token", "--mfa-token"]) {
  Deno.test(`${flag} CODE asks nobody`, async () => {
    await using home = await openHome({ nobody: true });
    assertEquals(await home.run(flag, await home.sts.code()), 0);
    assertStringIncludes(home.stdout, "default  renewed");
    assertEquals(home.stderr, "");
  });
}

for (
  const [what, dress] of Object.entries({
    "a line end": (code: string) => `${code}\n`,
    "a Windows line end": (code: string) => `${code}\r\n`,
    "spaces around and inside": (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)} `,
  })
) {
  Deno.test(`--token-code - reads the code from stdin, with ${what}`, async () => {
    await using probe = await openHome();
    const stdin = dress(await probe.sts.code());
    await using home = await openHome({ nobody: true, stdin });
    assertEquals(await home.run("--token-code", "-"), 0);
    assertStringIncludes(home.stdout, "default  renewed");
  });
}

Deno.test("--token-code - with nothing on stdin fails before a code is sent", async () => {
  await using home = await openHome({ nobody: true, stdin: "" });
  assertEquals(await home.unchanged(() => home.run("--token-code", "-")), 2);
  assertStringIncludes(home.stderr, "stsmfa: error: standard input: an MFA code has six digits");
  assertEquals(home.sts.count("GetSessionToken"), 0);
});

for (
  const [what, code] of [
    ["five digits", "12345"],
    ["seven digits", "1234567"],
    ["letters", "12345a"],
    ["what a function key leaves behind", "\x1b[Op123456"],
    ["a Yubico code", "cccccceifjccbhgkdtbhfnnlrubcgldjhfhfluvbtfdl"],
    ["digits of another script", "١٢٣٤٥٦"],
    ["nothing", ""],
    ["a code with a countdown behind it", "976249 lasts 24s |---|"],
  ] as const
) {
  Deno.test(`a token code of ${what} is refused before anything is read or sent, and not repeated`, async () => {
    await using home = await openHome({ credentials: null });
    assertEquals(await home.run("--token-code", code), 2);
    assertStringIncludes(
      home.stderr,
      "stsmfa: error: flag --token-code: an MFA code has six digits",
    );
    assertStringIncludes(
      home.stderr,
      "stsmfa: hint: type the six digits that your MFA device shows",
    );
    if (code !== "") assertEquals(home.test.output.includes(code), false);
    assertEquals(home.sts.count(), 0);
    assertEquals(home.test.questions, []);
  });
}

Deno.test("a refused code may be typed again", async () => {
  await using home = await openHome();
  home.answer(() => wrongCode(home), () => wrongCode(home));
  home.types();
  assertEquals(await home.run(), 0);
  assertEquals(home.test.questions.length, 3);
  assertEquals(home.sts.count("GetSessionToken"), 3);
  const refused = "stsmfa: AWS refused that code: it is wrong or was already used";
  assertEquals(
    home.stderr,
    `${refused} (2 tries left)\n${refused} (1 try left)\n`,
  );
});

Deno.test("after three refused codes it is over: exit 4, the file untouched", async () => {
  await using home = await openHome();
  for (let n = 0; n < 4; n++) home.answer(() => wrongCode(home));
  assertEquals(await home.unchanged(() => home.run()), 4);
  assertEquals(home.test.questions.length, 3);
  assertEquals(home.sts.count("GetSessionToken"), 3);
  assertStringIncludes(
    home.stderr,
    "stsmfa: error: AWS refused the MFA code: it is wrong or was already used\n" +
      "stsmfa: hint: wait for the next code; if it is refused too, check the device's clock\n",
  );
});

Deno.test("a refused code from the command line may be typed again by whoever is there", async () => {
  await using home = await openHome();
  home.types();
  assertEquals(await home.run("--token-code", await wrongCode(home)), 0);
  assertEquals(home.test.questions.length, 1);
  assertEquals(home.sts.count("GetSessionToken"), 2);
});

for (const args of [[], ["--non-interactive"]]) {
  Deno.test(`a refused code with nobody to ask ${args.join("")}: exit 4 at once`, async () => {
    await using home = await openHome({ nobody: args.length === 0 });
    const code = await wrongCode(home);
    assertEquals(await home.unchanged(() => home.run("--token-code", code, "--json", ...args)), 4);
    assertEquals(home.jsonError.code, "TokenCodeRefused");
    assertEquals(home.sts.count("GetSessionToken"), 1);
  });
}

Deno.test("the code of the last session, given again, is recognised and not sent", async () => {
  await using home = await openHome({ nobody: true });
  const code = await home.sts.code();
  await home.run("--token-code", code);
  home.test.clock.advance(1);
  const again = () => home.run("--force", "--json", "--token-code", code);
  assertEquals(await home.unchanged(again), 4);
  assertEquals(home.jsonError, {
    code: "TokenCodeUsed",
    message: "this MFA code was already used, and AWS accepts each code once",
    hint: "wait for the next code",
  });
  assertEquals(home.sts.count("GetSessionToken"), 1);
});

Deno.test("the code of the last session, typed again, is not sent; the next one is waited for, visibly", async () => {
  await using home = await openHome();
  const code = await home.sts.code();
  home.answer(code);
  await home.run();
  home.test.clock.advance(3);
  home.answer(code);
  home.types();
  assertEquals(await home.run("--force"), 0);
  assertStringIncludes(
    home.stderr,
    "waiting for the next code, 20 s left: that one was already used",
  );
  assertEquals(home.test.clock.now().getTime() % 30_000, 0);
  assertEquals(home.sts.count("GetSessionToken"), 2);
});

Deno.test("on a terminal the countdown counts, and is wiped away", async () => {
  await using home = await openHome({ isTerminal: true });
  const code = await home.sts.code();
  home.answer(code);
  await home.run();
  home.test.clock.advance(20);
  home.answer(code);
  home.types();
  assertEquals(await home.run("--force"), 0);
  for (const seconds of [3, 2, 1]) {
    assertStringIncludes(
      home.stderr,
      `\r\x1b[Kwaiting for the next code, ${seconds} s left: that one was already used`,
    );
  }
  assertEquals(home.stderr.endsWith("\r\x1b[K"), true);
});

Deno.test("nobody there: exit 2 at once, naming --token-code and mfa_process; nothing is sent", async () => {
  await using home = await openHome({ nobody: true });
  assertEquals(await home.unchanged(() => home.run()), 2);
  assertEquals(
    home.stderr,
    "stsmfa: error: an MFA code is needed, and stsmfa cannot ask for it here\n" +
      "stsmfa: hint: pass --token-code CODE, or set mfa_process to print one\n",
  );
  assertEquals(home.sts.count(), 0);
});

for (const flag of ["--non-interactive", "--no-input"]) {
  Deno.test(`${flag} asks nobody, though somebody is there`, async () => {
    await using home = await openHome();
    assertEquals(await home.unchanged(() => home.run(flag, "--mfa-serial", ALICE_DEVICE)), 2);
    assertStringIncludes(home.stderr, `an MFA code of ${ALICE_DEVICE} is needed`);
    assertEquals(home.test.questions, []);
    assertEquals(home.sts.count(), 0);
  });
}

Deno.test("Ctrl-C at the prompt: exit 130, the file untouched, nothing more is asked", async () => {
  await using home = await openHome();
  home.answer(ctrlC);
  assertEquals(await home.unchanged(() => home.run()), 130);
  assertEquals(home.stderr, "stsmfa: error: cancelled\n");
  assertEquals(home.stdout, "");
  assertEquals(home.sts.count("GetSessionToken"), 0);
  assertEquals(home.test.questions.length, 1);
});

Deno.test({
  name: "Ctrl-C ends with 130, whatever failed before it",
  fn: async () => {
    const gone = alice({ accessKeyId: "AKIAGONEGONEGONEGON2" });
    const credentials = `${longTerm("gone-long-term", gone)}\n${longTerm("work-long-term")}`;
    await using home = await openHome({ credentials });
    home.answer(ctrlC);
    assertEquals(await home.unchanged(() => home.run("gone", "work")), 130);
  },
});

Deno.test("Ctrl-C while AWS is asked: exit 130, the file untouched", async () => {
  await using home = await openHome();
  home.types();
  home.sts.failNext({ kind: "hang", action: "GetSessionToken" });
  const run = home.unchanged(() => home.run());
  while (home.sts.count("GetSessionToken") === 0) await new Promise((go) => setTimeout(go, 1));
  home.test.interrupt();
  assertEquals(await run, 130);
});

Deno.test("a code is asked for last: a broken setting is told first", async () => {
  await using home = await openHome({ config: "[default]\nregion = nowhere\n" });
  assertEquals(await home.unchanged(() => home.run()), 3);
  assertStringIncludes(home.stderr, ".aws/config:2 region: nowhere is not a region");
  assertEquals(home.test.questions, []);
});

Deno.test("the same digits are another code when they come again later", async () => {
  await using home = await openHome({ nobody: true });
  const code = await home.sts.code();
  assertEquals(await home.run("--token-code", code), 0);
  home.test.clock.advance(1);
  assertEquals(await home.run("--force", "--token-code", code), 4);
  assertStringIncludes(home.stderr, "was already used");
  home.test.clock.advance(91);
  await home.run("--force", "--token-code", code);
  // The loopback STS takes no code twice, ever; that it was asked is what counts.
  assertEquals(home.sts.count("GetSessionToken"), 2);
});
