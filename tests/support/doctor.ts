/**
 * Runs the doctor on homes with something wrong in them.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { digest } from "../../lib/digest.ts";
import { type Ability, always, links, testWith } from "./abilities.ts";
import { type Home, type HomeOptions, openHome } from "./homes.ts";

/** What `--json` prints for a finding. */
export interface Found {
  readonly level: string;
  readonly code: string;
  readonly what: string;
  readonly where: string;
  readonly fix: string;
}

/** Every secret in the homes of these tests. */
const secrets = [/alice\+secret/, /old\+secret/, /old\/token/, /stale\/token/, /hunter2/];

/**
 * Runs the doctor and returns its findings; it must change nothing, ask nothing and print no
 * secret.
 */
export async function doctor(
  home: Home,
  ...args: string[]
): Promise<{ status: number; found: Found[] }> {
  const asked = home.test.questions.length;
  const status = await home.unchanged(() => home.run("doctor", "--json", ...args));
  for (const secret of secrets) {
    assertEquals(secret.test(home.test.output), false, home.test.output);
  }
  assertEquals(home.test.questions.length, asked);
  return { status, found: home.stdout === "" ? [] : home.json };
}

/** A home with something wrong in it, and what the doctor finds there. */
export interface DoctorRow extends HomeOptions {
  /** Level, code, where (`~` is the home) and a part of the fix of each finding. */
  readonly finds: readonly (readonly [level: string, code: string, where: string, fix: string])[];
  readonly args?: readonly string[];
  readonly needs?: Ability;
  readonly prepare?: (home: Home) => Promise<void>;
}

/** Keeps a sign-in to IAM Identity Center, as `aws sso login` does, for an hour. */
export async function signIn(home: Home, session: string): Promise<void> {
  await home.test.write(
    `.aws/sso/cache/${await digest(session, "SHA-1")}.json`,
    JSON.stringify({
      accessToken: "sso-token",
      expiresAt: new Date(home.test.clock.now().getTime() + 3_600_000).toISOString(),
    }),
  );
}

/** The files of a home, as rows name them. */
export const credentials = "~/.aws/credentials";
export const config = "~/.aws/config";

/** No finding is longer than three lines of a terminal of usual width. */
const mostCharacters = 3 * 80;

/** Makes a test of each row. */
export function testDoctor(rows: Readonly<Record<string, DoctorRow>>): void {
  for (const [name, row] of Object.entries(rows)) {
    const { finds, args = [], prepare, needs = always, ...options } = row;
    testWith(needs, `doctor finds ${name}, and where it is`, async () => {
      // On Windows in Git's bash, so that fixes are in the words of all other systems.
      const env = { SHELL: "/usr/bin/bash", ...options.env };
      await using home = await openHome({ nobody: true, network: false, ...options, env });
      await prepare?.(home);
      const { status, found } = await doctor(home, "--offline", ...args);
      // A path of Windows is quoted.
      const there = (text: string) =>
        text.replaceAll(home.test.home, "~").replace(/(['"])(~[\w./-]*)\1/g, "$2");
      assertEquals(
        found.map(({ level, code, where }) => [level, code, there(where)]),
        finds.map(([level, code, where]) => [level, code, where]),
        JSON.stringify(found, null, 2),
      );
      found.forEach(({ fix }, at) => assertStringIncludes(there(fix), finds[at]![3]));
      for (const { level, code, where, what, fix } of found) {
        // That one says what each SDK reads.
        if (code === "UnlikeHeader") continue;
        const text = there([level, where, what, fix].join("  "));
        assert(text.length <= mostCharacters, text);
      }
      assertEquals(status, finds.some(([level]) => level === "problem") ? 3 : 0);
    }, needs === links ? "doctor finds out about links" : undefined);
  }
}
