/**
 * The files of boto 2, whose keys botocore takes before those of a server.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { homeDirectory, join } from "../path.ts";

/**
 * Returns what to set BOTO_CONFIG to, so that botocore finds no keys there: a path that is no file.
 * Left as it is, `undefined`, where no such file has keys: other programs have their settings there.
 */
export async function withoutBotoKeys(
  { env, files, os }: Pick<Context, "env" | "files" | "os">,
): Promise<string | undefined> {
  const named = env.get("BOTO_CONFIG");
  const home = homeDirectory(env);
  const usual = ["/etc/boto.cfg", ...(home === undefined ? [] : [join(home, ".boto")])];
  for (const path of named === undefined ? usual : [expanded(named, home)]) {
    const bytes = await files.read(path).catch(() => undefined);
    if (bytes === undefined) continue;
    const text = new TextDecoder("latin1").decode(bytes);
    if (/^\s*aws_access_key_id\s*[=:]/im.test(text)) return os === "windows" ? "NUL" : "/dev/null";
  }
  return undefined;
}

function expanded(path: string, home: string | undefined): string {
  return home === undefined ? path : path.replace(/^~(?=[\\/]|$)/, home);
}
