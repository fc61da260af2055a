/**
 * Asks botocore what it makes of many pairs of AWS's two files, in one process.
 *
 * @module
 */

import type { OddHome } from "./odd_homes.ts";
import { runPython } from "./python.ts";

/** A key's value: a text, or what is nested below the key. */
export type Value = string | Readonly<Record<string, string>>;
/** Sections by name. */
export type Named = Readonly<Record<string, Readonly<Record<string, Value>>>>;

/** What botocore reads: profiles of both files, and the other sections that it knows; or nothing. */
export type BotocoreHome =
  | { readonly profiles: Named; readonly sso_sessions: Named; readonly services: Named }
  | { readonly error: string };

const reader = `
import json, os, sys
from botocore.exceptions import ConfigParseError
from botocore.session import Session
folder, count = sys.argv[1], int(sys.argv[2])
answers = []
for number in range(count):
    session = Session()
    session.set_config_variable("config_file", os.path.join(folder, f"{number}.config"))
    session.set_config_variable("credentials_file", os.path.join(folder, f"{number}.credentials"))
    try:
        full = session.full_config
        names = ["profiles", "sso_sessions", "services"]
        answers.append({name: full.get(name, {}) for name in names})
    except ConfigParseError as error:
        answers.append({"error": str(error)})
json.dump(answers, sys.stdout)
`;

/** Returns what botocore makes of each home. */
export async function readByBotocore(homes: readonly OddHome[]): Promise<BotocoreHome[]> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [number, { config, credentials }] of homes.entries()) {
      if (config !== undefined) await Deno.writeTextFile(`${folder}/${number}.config`, config);
      if (credentials === undefined) continue;
      await Deno.writeTextFile(`${folder}/${number}.credentials`, credentials);
    }
    const answer = await runPython(["-c", reader, folder, `${homes.length}`], {
      env: { PYTHONUTF8: "1" },
    });
    return JSON.parse(answer);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
