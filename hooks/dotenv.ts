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
 * approve hooks. A file that git tracks or would add is refused, unless `dotenv_git = true`.
 *
 * @module
 */

import type { Hook, HookEvent } from "../lib/hook.ts";
import { DotenvProblem, setVariables } from "../lib/text/dotenv.ts";
import { editFile } from "./edit_file.ts";

const file = "{option:file|~/.stsmfa/session.env}";

export default {
  on: "post-refresh",
  needs: ["credentials"],
  keyFiles: ["file"],
  // The file is replaced by one written next to it.
  permissions: { read: [file, `${file}/..`], write: [`${file}/..`] },
  async run(event) {
    const { options, permissions: { read, write } } = event;
    const unknown = Object.keys(options).find((key) => !["file", "git"].includes(key));
    if (unknown !== undefined) {
      throw new Error(`there is no dotenv_${unknown}, but dotenv_file and dotenv_git`);
    }
    if (!options["file"]) {
      throw new Error("say which file gets the session: dotenv_file = ~/PATH/.env");
    }
    refuseGit(event);
    const path = read.find((each) => each !== write[0])!;
    const isOpen = (mode: number) => (mode & 0o077) !== 0;
    let edited = { text: "" } as ReturnType<typeof setVariables>;
    const { oldMode = 0o600 } = await editFile({
      path,
      change: (old = "") => (edited = withSession(old, event, path)).text,
      mode: (old) => isOpen(old) ? 0o600 : old,
    });
    const { text, dockerLine } = edited;
    const notes = [
      `wrote ${options["file"]}`,
      ...(isOpen(oldMode) ? ["others could read it, which they no longer can"] : []),
      ...(/^\s*(export\s+)?AWS_(DEFAULT_)?PROFILE\b/m.test(text)
        ? ["it names AWS_PROFILE, too, which some SDKs prefer"]
        : []),
      ...(dockerLine === undefined ? [] : [
        `line ${dockerLine} is within a value, but docker's --env-file takes it for a variable`,
      ]),
    ];
    return { message: notes.join("; ") };
  },
} satisfies Hook as Hook;

/** Refuses a file that a commit would show to others. */
function refuseGit({ options, keyFiles }: HookEvent): void {
  const { git = "false", file } = options;
  if (git !== "true" && git !== "false") {
    throw new Error(`dotenv_git is true or false, not ${git}`);
  }
  if (git === "true") return;
  const { versionControl, problem } = keyFiles!["file"]!;
  const hint = "if that is what you want: dotenv_git = true";
  switch (versionControl) {
    case "tracked":
      throw new Error(
        `git tracks ${file}, and the next commit would have the keys in it: take it out with ` +
          `git rm --cached, and add it to .gitignore; ${hint}`,
      );
    case "untracked":
      throw new Error(
        `git would add ${file}, and the keys with it: add it to .gitignore; ${hint}`,
      );
    case "unknown":
      throw new Error(`git cannot say whether it ignores ${file}: ${problem}; ${hint}`);
  }
}

function withSession(text: string, event: HookEvent, path: string) {
  if (/^\[.+\]/m.test(text) && /^\s*aws_\w+\s*[=:]/m.test(text)) {
    throw new Error(`${path} is one of AWS's own files, and not one of variables`);
  }
  const { accessKeyId, secretAccessKey, sessionToken } = event.credentials!;
  const variables = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CREDENTIAL_EXPIRATION: event.expiration!,
    AWS_REGION: event.region,
    AWS_DEFAULT_REGION: event.region,
  };
  try {
    // botocore prefers the old name of the token, where it stands.
    return setVariables(text, variables, { AWS_SECURITY_TOKEN: sessionToken });
  } catch (error) {
    if (!(error instanceof DotenvProblem)) throw error;
    throw new Error(`${path} ${error.message}; nothing was changed`);
  }
}
