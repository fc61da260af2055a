import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { config, credentials, doctor, testDoctor } from "../../support/doctor.ts";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";

const role = "role_arn = arn:aws:iam::222222222222:role/R\n";
const serial = "mfa_serial = arn:aws:iam::123456789012:mfa/alice\n";
const bobs = "mfa_serial = arn:aws:iam::123456789012:mfa/bob\n";
const asking = (name: string) => `[profile ${name}]\n${role}source_profile = k\n${serial}`;
const k = alicesFile + longTerm("k");

testDoctor({
  "roles whose code tools cannot ask for, once": {
    credentials: k,
    config: asking("a") + asking("b") + asking("c"),
    finds: [["note", "AsksForCode", `${config}:4`, "stsmfa init a --adopt"]],
  },
  "a chain whose code tools cannot ask for": {
    credentials: k,
    config: `[profile top]\n${role}source_profile = a\n${asking("a")}`,
    args: ["top"],
    finds: [["note", "AsksForCode", `${config}:7`, "stsmfa init top --adopt"]],
  },
  "nothing to advise on roles without a device, or that cannot be adopted": {
    credentials: `${k}[c]\n${role}`,
    config: `[profile a]\n${role}source_profile = k\n` +
      `[profile b]\n${role}source_profile = k\n${serial}credential_process = /bin/sh x\n` +
      `[profile c]\nsource_profile = k\n${serial}`,
    finds: [],
  },
  "nothing to advise on a role that was adopted": {
    credentials: k,
    config: `[profile a]\ncredential_process = stsmfa process a\nstsmfa =\n` +
      `  source_profile = k\n  ${role}  ${serial}`,
    finds: [],
  },
  "keys and their device in one section, once": {
    credentials: alicesFile + longTerm("a") + serial + longTerm("b"),
    config: `[profile b]\n${serial}[profile c]\n${longTerm("c").replace(/^.*\n/, "")}${serial}`,
    finds: [["note", "SourceIsTarget", `${credentials}:6`, "stsmfa init a --adopt"]],
  },
  "nothing to advise on long-term keys in their place, with their device": {
    credentials: longTerm("a-long-term") + serial.replace("mfa_serial", "aws_mfa_device"),
    finds: [],
  },
  "keys and their device, by name": {
    credentials: longTerm("a") + serial,
    args: ["a"],
    finds: [["note", "SourceIsTarget", `${credentials}:2`, "to [a-long-term]"]],
  },
});

testDoctor({
  "a process that asks stsmfa for another profile": {
    credentials: k,
    config: "[profile a]\ncredential_process = stsmfa process k\n",
    finds: [["note", "OtherProfile", `${config}:2`, "stsmfa process a"]],
  },
  "a process that asks stsmfa for no profile": {
    credentials: k,
    config: "[profile b]\ncredential_process = stsmfa process --min-left 5m\n",
    finds: [["note", "OtherProfile", `${config}:2`, "stsmfa process b"]],
  },
  "nothing to advise where stsmfa is asked for the profile, in whatever spelling": {
    credentials: k,
    config: ["stsmfa process a", "stsmfa process --profile=a", 'stsmfa process "a"']
      .map((command, at) =>
        `[profile ${"abc"[at]}]\ncredential_process = ${command.replace(/\ba\b/, "abc"[at]!)}\n` +
        `stsmfa =\n  source_profile = k\n  ${role}`
      ).join(""),
    finds: [],
  },
  "no stsmfa in PATH, once": {
    credentials: k,
    env: { PATH: "/nosuch" },
    config: ["a", "b"].map((name) =>
      `[profile ${name}]\ncredential_process = stsmfa process ${name}\n` +
      `stsmfa =\n  source_profile = k\n  ${role}`
    ).join("") + "[profile c]\ncredential_process = stsmfa process a\n",
    finds: [[
      "problem",
      "CommandNotFound",
      `${config}:2`,
      "PATH, or write the program's full path",
    ]],
  },
  "a stsmfa that is not where it was": {
    credentials: k,
    config: `[profile a]\ncredential_process = /nosuch/stsmfa process a\n` +
      `stsmfa =\n  source_profile = k\n  ${role}`,
    finds: [["problem", "CommandNotFound", `${config}:2`, "correct the path"]],
  },
});

testDoctor({
  "a chain that asks for more than an hour": {
    credentials: k,
    config: `[profile a]\n${role}source_profile = b\nduration_seconds = 7200\n` +
      `[profile b]\n${role}source_profile = k\nduration_seconds = 7200\n`,
    finds: [["warning", "InvalidSetting", `${config}:4`, "duration_seconds = 3600"]],
  },
  "a role on a session that asks for more than an hour": {
    credentials: k + session("saml", "2026-03-04T12:00:00Z"),
    config: `[profile a]\n${role}source_profile = saml\nduration_seconds = 7200\n`,
    finds: [["warning", "InvalidSetting", `${config}:4`, "duration_seconds = 3600"]],
  },
  "a block on a role that asks for more than an hour": {
    credentials: k,
    config: `[profile b]\n${role}source_profile = k\n` +
      `[profile a]\nstsmfa =\n  source_profile = b\n  ${role}  duration_seconds = 7200\n`,
    finds: [["note", "InvalidSetting", `${config}:8`, "duration_seconds = 3600"]],
  },
  "nothing wrong with a role on keys that lasts longer, or with a process that may give keys": {
    credentials: k,
    config: `[profile a]\n${role}source_profile = k\nduration_seconds = 7200\n` +
      `[profile b]\n${role}source_profile = c\nduration_seconds = 7200\n` +
      `[profile c]\ncredential_process = /bin/sh x\n`,
    finds: [],
  },
  "a second device on the way": {
    credentials: k,
    config: `[profile a]\n${role}source_profile = b\n${bobs}[profile b]\n` +
      `${role}source_profile = k\n${serial}`,
    finds: [
      ["warning", "OtherDevice", `${config}:4`, "that user's profile as source_profile"],
      ["note", "AsksForCode", `${config}:8`, "stsmfa init b --adopt"],
    ],
  },
  "nothing wrong with the same device twice": {
    credentials: k,
    config: `[profile a]\n${role}source_profile = b\n${serial}[profile b]\n` +
      `${role}source_profile = k\n${serial}`,
    finds: [["note", "AsksForCode", `${config}:4`, "stsmfa init a --adopt"]],
  },
});

Deno.test("doctor advises when nothing is wrong, and is quiet about it with --quiet", async () => {
  await using home = await openHome({ credentials: k, config: asking("prod") });
  assertEquals(await home.run("doctor", "--offline"), 0);
  assertMatch(
    home.stdout,
    /^nothing wrong with 3 profiles\n\nnote {5}\S+config:4: tools that name prod by name .*\n {9}to let .* init prod --adopt\n$/,
  );
  assertEquals(await home.run("doctor", "--offline", "--quiet"), 0);
  assertEquals(home.test.output, "");
});

Deno.test("doctor counts notes where something is wrong", async () => {
  await using home = await openHome({ credentials: `${k}[ a ]\n`, config: asking("prod") });
  assertEquals(await home.run("doctor", "--offline"), 3);
  assertStringIncludes(home.stdout, "\n\n1 problem, no warnings, 1 note\n");
});

Deno.test("what doctor advises makes the advice go away", async () => {
  await using home = await openHome({ credentials: k, config: asking("prod") });
  const [note] = (await doctor(home, "--offline")).found;
  const command = /stsmfa (init .*)$/.exec(note!.fix)![1]!;
  home.types();
  home.answer("yes");
  assertEquals(await home.run(...command.split(" "), "--no-session"), 0, home.stderr);
  assertEquals((await doctor(home, "--offline")).found, []);
});
