/**
 * Variables whose bytes are no UTF-8, as a shell may have them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { quoted } from "../../lib/hint_words.ts";
import { testOrSkip } from "../support/abilities.ts";
import { needsShell, runShell } from "../support/shells.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";

const dash = needsShell("dash");
const keys = longTermSection("default-long-term", alice());

/** Runs with a variable that no text can hold. */
async function run(variable: string, ...args: readonly string[]) {
  await using home = await SpawnedHome.create();
  await home.write(".aws/credentials", keys);
  const command = cliCommand(...args).map((word) => quoted(word)).join(" ");
  const script = `${variable}="$(printf '\\377\\033[31m')"; export ${variable}; ${command}`;
  return await runShell(["dash", "-c", script], { env: home.env });
}

for (const variable of ["HOME", "AWS_PROFILE", "AWS_REGION", "STSMFA_DURATION"]) {
  testOrSkip({
    name: `${variable} that is not UTF-8 is named, and is no fault of stsmfa${dash.name}`,
    ignore: dash.ignore,
    fn: async () => {
      const { code, stderr } = await run(variable, "--non-interactive");
      const message = `stsmfa: error: variable ${variable} is not UTF-8\n`;
      const hint = `stsmfa: hint: see what it holds: printenv ${variable} | od -c\n`;
      assertEquals([code, stderr], [3, message + hint]);
    },
  });
}

testOrSkip({
  name: `what it means for colour keeps no error from being shown${dash.name}`,
  ignore: dash.ignore,
  fn: async () => {
    for (const variable of ["NO_COLOR", "CLICOLOR_FORCE", "TERM"]) {
      const { code, stderr } = await run(variable, "read", "x");
      assertEquals([code, stderr.split("\n").length], [3, 3], stderr);
    }
  },
});
