import { assertEquals, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { chainOf, chainOfOthers } from "../../../lib/profile/chain.ts";
import { isKeyProcess, isOwnProcess } from "../../../lib/profile/own_process.ts";
import { fakeFiles } from "../../support/aws_files.ts";

const id = "AKIAIOSFODNN7EXAMPLE";
const named = `stsmfa_key = pass:${id}\n`;
const asked = "credential_process = stsmfa keys process me\n";
const options = { suffix: "long-term", named: undefined, roleArn: undefined };

Deno.test("stsmfa_key is a key in a store: to stsmfa, and to nobody else", () => {
  for (const config of ["", `[profile me]\n${asked}`]) {
    const files = fakeFiles({ credentials: `[me]\n${named}`, config });
    const { source, isOwn } = chainOf(files, "me", options);
    assertEquals([source.kind, source.section, isOwn], ["stored", "me", true]);
    assertEquals("credentials" in source && source.credentials.accessKeyId, id);
  }
  const files = fakeFiles({ credentials: `[me]\n${named}`, config: "" });
  assertEquals(
    assertThrows(() => chainOfOthers(files, "me"), StsmfaError).code,
    "LongTermCredentialsMissing",
  );
});

Deno.test("to AWS's own tools, the line that asks for the key is a program as any other", () => {
  const files = fakeFiles({ credentials: `[me]\n${named}${asked}`, config: "" });
  const { source } = chainOfOthers(files, "me");
  assertEquals(source.kind, "process");
});

Deno.test("whatever AWS's tools find in the section goes before the key that they cannot see", () => {
  const role = "role_arn = arn:aws:iam::222222222222:role/x\nsource_profile = you\n";
  const keys = "aws_access_key_id = AKIA2\naws_secret_access_key = S\n";
  const cases: [line: string, kind: string][] = [
    ["credential_process = vault me\n", "process"],
    ["login_session = arn\n", "login"],
    [keys, "long-term"],
  ];
  for (const [line, kind] of cases) {
    const inConfig = fakeFiles({ credentials: "", config: `[profile me]\n${named}${line}` });
    assertEquals(chainOf(inConfig, "me", options).source.kind, kind);
    const apart = fakeFiles({ credentials: `[me]\n${named}`, config: `[profile me]\n${line}` });
    assertEquals(chainOf(apart, "me", options).source.kind, kind);
  }
  const config =
    `[profile me]\n${role}[profile top]\nrole_arn = arn:aws:iam::222222222222:role/y\nsource_profile = me\n`;
  const files = fakeFiles({ credentials: `[me]\n${named}[you]\n${keys}`, config });
  const { source, hops } = chainOf(files, "top", options);
  assertEquals([source.section, hops.length], ["you", 2]);
  const others = chainOfOthers(files, "top");
  assertEquals([others.source.section, others.hops.length], ["you", 2]);
});

Deno.test("a session beside the long-term section that names a key is renewed with it", () => {
  const credentials =
    `[me]\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\nexpiration = 2026-03-04T05:06:07Z\n[me-long-term]\n${named}`;
  const { source, bottom } = chainOf(fakeFiles({ credentials, config: "" }), "me", options);
  assertEquals([source.kind, source.section, bottom], ["stored", "me-long-term", "me"]);
});

Deno.test("a section that names a key and is a role is its key to a role on top, as with the key itself", () => {
  const role = "role_arn = arn:aws:iam::222222222222:role/x\nsource_profile = me\n";
  const files = fakeFiles({ credentials: `[me]\n${named}`, config: `[profile me]\n${role}` });
  const { source, hops } = chainOf(files, "me", options);
  assertEquals([source.kind, hops.length], ["stored", 1]);
});

Deno.test("isKeyProcess() knows our own command for a section, and no other", () => {
  const ours: [command: string, section: string][] = [
    ["stsmfa keys process me", "me"],
    ['stsmfa keys process "my key"', "my key"],
    ["/opt/bin/stsmfa keys process me", "me"],
    ["deno run -A /src/cli.ts keys process me", "me"],
  ];
  for (const [command, section] of ours) {
    assertEquals(isKeyProcess(command, section), true, command);
    assertEquals(isOwnProcess(fakeFiles({}), command, section), false, command);
  }
  const others: [command: string, section: string][] = [
    ["stsmfa keys process me", "you"],
    ["stsmfa process me", "me"],
    ["vault keys process me", "me"],
    ["stsmfa keys process me --x", "me"],
    ["stsmfa keys process 'me", "me"],
    ["", ""],
  ];
  for (const [command, section] of others) {
    assertEquals(isKeyProcess(command, section), false, command);
  }
});
