/**
 * The pages of help that are not about one command: `stsmfa help TOPIC`, and parts of the manual
 * page.
 *
 * @module
 */

import { importLazily } from "../import_lazily.ts";
import type { HelpTopic } from "./command.ts";

/** A topic, and how to load its page. */
export interface Topic {
  readonly brief: string;
  readonly load: () => Promise<HelpTopic>;
}

/** Every topic by its name. */
export const topics: Readonly<Record<string, Topic>> = {
  config: {
    brief: "Profiles, and the settings that stsmfa reads",
    load: () =>
      importLazily<typeof import("./topic_config.ts")>("./topic_config.ts", import.meta.url)
        .then(({ topic }) => topic),
  },
  environment: {
    brief: "Environment variables that stsmfa reads and sets",
    load: () =>
      importLazily<typeof import("./topic_environment.ts")>(
        "./topic_environment.ts",
        import.meta.url,
      ).then(({ topic }) => topic),
  },
  "exit-codes": {
    brief: "What the exit status means",
    load: () =>
      importLazily<typeof import("./topic_exit_codes.ts")>("./topic_exit_codes.ts", import.meta.url)
        .then(({ topic }) => topic),
  },
  hooks: {
    brief: "Files that run when a session is renewed",
    load: () =>
      importLazily<typeof import("./topic_hooks.ts")>("./topic_hooks.ts", import.meta.url)
        .then(({ topic }) => topic),
  },
};
