/**
 * Generated homes, each of whose roles is adopted and given back: AWS's tools get the role's session
 * from stsmfa, then the role as it was, and every other profile and line stays.
 *
 * `STSMFA_THOROUGH=10` tries ten times as many homes, `STSMFA_SEED` others.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { StsmfaError } from "../../lib/errors.ts";
import type { IniDocument } from "../../lib/ini/document.ts";
import { adoptRoleProfile, restoreRoleProfile } from "../../lib/setup/role_profile.ts";
import { fakeFiles } from "../support/aws_files.ts";
import {
  type BotocoreAnswer,
  type BotocoreHome,
  BotocoreResolver,
} from "../support/botocore_resolution.ts";
import { type GeneratedHome, generatedHome } from "../support/generated_homes.ts";
import { needsPython } from "../support/python.ts";
import { isRefused, type Resolution, type Resolved } from "../support/resolution.ts";
import { Chooser } from "../support/seeded.ts";
import { shownHome } from "../support/smallest_home.ts";
import { factor, seed } from "../support/thorough.ts";

const { name: suffix, ignore } = needsPython("botocore");

Deno.test({
  name: `a role that is adopted is asked of stsmfa, given back it is what it was${suffix}`,
  ignore,
  fn: async () => {
    await using botocore = new BotocoreResolver();
    const choose = new Chooser(seed);
    let adopted = 0;
    for (let n = 0; n < 60 * factor; n++) {
      const home = { ...generatedHome(choose), variables: {} };
      const before = await botocore.resolve(home, home.names);
      if ("unparsable" in before) continue;
      for (const name of home.names) {
        const texts = roundTrip(home, name);
        if (texts === undefined) continue;
        adopted++;
        const shown = `${name}\n${
          shownHome(home)
        }\nadopted:\n${texts.adopted}\nrestored:\n${texts.restored}`;
        const between = await botocore.resolve({ ...home, config: texts.adopted }, home.names);
        const after = await botocore.resolve({ ...home, config: texts.restored }, home.names);
        assertAdopted(between, before, name, shown);
        assertEquals(answersOf(after), answersOf(before), shown);
        assertEquals(linesOf(texts.restored), linesOf(home.config!), shown);
      }
    }
    assert(adopted > 9 * factor, `only ${adopted} were adopted`);
  },
});

/** Adopts a role and gives it back; returns `undefined` for what is refused. */
function roundTrip(
  home: GeneratedHome,
  name: string,
): { readonly adopted: string; readonly restored: string } | undefined {
  const { config, credentials } = home;
  try {
    const files = fakeFiles({
      ...config !== null && { config },
      ...credentials !== null && { credentials },
    });
    const { document } = files.config;
    const adopted = document.copy();
    adoptRoleProfile(files, adopted, name);
    const restored = adopted.copy();
    restoreRoleProfile(withConfig(files, adopted), restored, name);
    return { adopted: adopted.toString(), restored: restored.toString() };
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw new Error(`${name}\n${shownHome(home)}`, { cause: error });
  }
}

function withConfig(files: ReturnType<typeof fakeFiles>, document: IniDocument) {
  return { ...files, config: { ...files.config, document } };
}

/** Checks that the profile is stsmfa's to give, and that no other has changed but by being on top. */
function assertAdopted(
  between: BotocoreAnswer,
  before: BotocoreHome,
  name: string,
  shown: string,
): void {
  if ("unparsable" in between) throw new Error(`${between.unparsable}: ${shown}`);
  const own = between.answers.get(name)!;
  if (isRefused(own)) throw new Error(`${own.message}: ${shown}`);
  assertEquals([own.base.kind, own.base.section, own.roles], ["process", name, []], shown);
  for (const [other, answer] of before.answers) {
    if (other === name) continue;
    const now = between.answers.get(other);
    if (now === undefined) throw new Error(`${other} is gone: ${shown}`);
    // What was wrong below it is stsmfa's to say now.
    if (isRefused(answer) && (isRefused(now) || now.base.section === name)) continue;
    if (isOnTop(answer, name)) {
      // Its lower part is what the program gives.
      if (isRefused(now)) throw new Error(`${other} is refused: ${shown}`);
      const at = answer.roles.findIndex(({ section }) => section === name);
      assertEquals([now.base.section, now.roles], [name, answer.roles.slice(at + 1)], shown);
    } else assertEquals(now, answer, `${other} beside ${shown}`);
  }
}

function isOnTop(answer: Resolution, name: string): answer is Resolved {
  return !isRefused(answer) && answer.roles.some(({ section }) => section === name);
}

function answersOf(read: BotocoreAnswer): unknown {
  return "unparsable" in read ? read : read.answers;
}

const roleKeys =
  /^\s*(?:source_profile|role_arn|mfa_serial|external_id|role_session_name|duration_seconds)\s*[=:]/i;

/** Every line but those that are moved, in their order. */
function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n").filter((line) => !roleKeys.test(line));
}
