/**
 * `stsmfa help exit-codes`.
 *
 * @module
 */

import { ExitStatus } from "../errors.ts";
import type { HelpTopic } from "./command.ts";

/** What each means; the compiler sees to it that none is missing. */
const meanings: Readonly<Record<keyof typeof ExitStatus, string>> = {
  Ok: "Everything worked, or there was nothing to do.",
  Unexpected: "A bug in stsmfa.",
  Usage: "Wrong usage, or an answer is needed and nobody is there to give it.",
  Configuration: "A profile, a setting or the content of a file is wrong.",
  Refused: "AWS refused the request.",
  Network: "AWS could not be reached, or did not answer.",
  Storage: "A file could not be read, locked or written, or somebody else could have written it.",
  Hook: "A hook failed. The session is in place.",
  NotEnoughLeft: "The session has expired, or less is left than --min-left asks for.",
  HungUp: "The terminal was closed (SIGHUP).",
  Cancelled: "Cancelled, by Ctrl-C or Esc.",
  Terminated: "Ended by SIGTERM.",
};

/** The page. */
export const topic: HelpTopic = {
  parts: [
    "The exit status of every command:",
    {
      terms: Object.entries(meanings).map(([name, words]) => [
        String(ExitStatus[name as keyof typeof ExitStatus]),
        words,
      ]),
    },
    "If several profiles fail, the first one decides. `stsmfa exec` exits with the status of the " +
    "program that it runs, or with 127 if there is no such program and 126 if it cannot be run.",
    'With --json an error is one line on stderr: {"error":{"code","message","hint"}}. Its code is a ' +
    "stable name, such as ProfileNotFound.",
    { code: ["stsmfa status prod --quiet || stsmfa prod"] },
  ],
};
