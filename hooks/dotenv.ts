/**
 * Writes a session to a file of variables, for `docker run --env-file`, compose and friends. Other
 * lines of the file stay as they are; only its owner can read it.
 *
 * ```ini
 * [profile prod]
 * stsmfa =
 *   hooks = dotenv
 *   dotenv_file = ~/shop/.env
 * ```
 *
 * `dotenv_file` has no default: all profiles would overwrite the same file. It can't be in the home
 * directory itself: the file is replaced by one next to it, and whoever may write there could
 * approve hooks.
 *
 * @module
 */

import type { Hook, HookEvent } from "../lib/hook.ts";
import { editFile } from "./edit_file.ts";

const file = "{option:file|~/.stsmfa/session.env}";

export default {
  on: "post-refresh",
  needs: ["credentials"],
  // The file is replaced by one written next to it.
  permissions: { read: [file, `${file}/..`], write: [`${file}/..`] },
  async run(event) {
    const { options, permissions: { read, write } } = event;
    const unknown = Object.keys(options).find((key) => key !== "file");
    if (unknown !== undefined) throw new Error(`there is no dotenv_${unknown}, but dotenv_file`);
    if (!options["file"]) {
      throw new Error("say which file gets the session: dotenv_file = ~/PATH/.env");
    }
    const path = read.find((each) => each !== write[0])!;
    const isOpen = (mode: number) => (mode & 0o077) !== 0;
    let text = "";
    const { oldMode = 0o600 } = await editFile({
      path,
      change: (old = "") => text = withVariables(old, variablesOf(event), path),
      mode: (old) => isOpen(old) ? 0o600 : old,
    });
    const notes = [
      `wrote ${options["file"]}`,
      ...(isOpen(oldMode) ? ["others could read it, which they no longer can"] : []),
      ...(/^\s*(export\s+)?AWS_(DEFAULT_)?PROFILE\b/m.test(text)
        ? ["it names AWS_PROFILE, too, which some SDKs prefer"]
        : []),
    ];
    return { message: notes.join("; ") };
  },
} satisfies Hook as Hook;

function variablesOf({ credentials, expiration, region }: HookEvent): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credentials!.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials!.secretAccessKey,
    AWS_SESSION_TOKEN: credentials!.sessionToken,
    AWS_CREDENTIAL_EXPIRATION: expiration!,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}

/**
 * Sets variables on every line that has them, since readers differ in which of two they use.
 * Missing ones are added at the end.
 */
function withVariables(text: string, variables: Record<string, string>, path: string): string {
  if (/^\[.+\]/m.test(text) && /^\s*aws_\w+\s*[=:]/m.test(text)) {
    throw new Error(`${path} is one of AWS's own files, and not one of variables`);
  }
  const missing = new Set(Object.keys(variables));
  const lines = text.split(/(?<=\n)/).map((line) => {
    const match = /^(\uFEFF?\s*(?:export\s+)?)(\w+)(?:(\s*=\s*)(["']?)(.*?)\4(\s+#.*)?)?(\s*)$/s
      .exec(line);
    const [, before, name = "", equals = "=", quote = "", , comment = "", end] = match ?? [];
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) return line;
    missing.delete(name);
    return `${before}${name}${equals}${quote}${value}${quote}${comment}${end}`;
  });
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? "\n";
  const names = text.match(/^\s*(export\s+)?\w+(?=\s*=)/gm) ?? [];
  const before = names.length > 0 && names.every((each) => /^\s*export\s/.test(each))
    ? "export "
    : "";
  const added = [...missing].map((name) => `${before}${name}=${variables[name]}${lineEnd}`);
  const kept = lines.join("");
  const gap = kept === "" || kept.endsWith("\n") || added.length === 0 ? "" : lineEnd;
  return kept + gap + added.join("");
}
