import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { type ProfileFlags, Settings } from "../../../lib/profile/settings.ts";
import { checkTargetName, resolveTarget } from "../../../lib/profile/target.ts";
import { configPath, fakeEnv, fakeFiles } from "../../support/aws_files.ts";

function target(flags: ProfileFlags, config = "", name = "me"): string {
  const found = resolveTarget(new Settings(fakeFiles({ config }), fakeEnv(), flags, name), name);
  checkTargetName(found);
  return found.value;
}

const block = "[profile me]\nstsmfa =\n  target_profile = block\n";
const targets: [flags: ProfileFlags, config: string, expected: string][] = [
  [{}, "", "me"],
  [{ shortTermSuffix: "mfa" }, "", "me-mfa"],
  [{ shortTermSuffix: "none" }, "", "me"],
  [{ shortTermSuffix: "NONE" }, "", "me"],
  [{}, block, "block"],
  [{ shortTermSuffix: "mfa" }, block, "block"],
  [{ targetProfile: "flag" }, block, "flag"],
  [{ targetProfile: "flag", shortTermSuffix: "mfa" }, "", "flag"],
  [{ targetProfile: "my profile" }, "", "my profile"],
];
for (const [flags, config, expected] of targets) {
  Deno.test(`resolveTarget() is ${expected} for ${JSON.stringify(flags)}${config && " and a block"}`, () => {
    assertEquals(target(flags, config), expected);
  });
}

Deno.test("checkTargetName() refuses what can be no section, naming its place", () => {
  for (const value of ["a]b", "[a", "a # b", "a\nb", "DEFAULT", "__proto__"]) {
    const error = assertThrows(() => target({ targetProfile: value }), StsmfaError);
    assertEquals(error.code, "Usage");
    assertStringIncludes(error.message, "flag --target-profile: ");
  }
  const config = "[profile me]\nstsmfa =\n  target_profile = a]b\n";
  const error = assertThrows(() => target({}, config), StsmfaError);
  assertEquals(error.code, "InvalidSetting");
  assertStringIncludes(error.message, `${configPath}:3 target_profile: "a]b"`);
});
