/**
 * `stsmfa help environment`.
 *
 * @module
 */

import { settingSpecs } from "../profile/settings.ts";
import type { HelpTopic } from "./command.ts";

const settings = Object.values(settingSpecs).map(({ flag, variables }) =>
  [variables[0]!, `Like ${flag}${alsoWords(variables.slice(1))}.`] as const
);

function alsoWords(others: readonly string[]): string {
  return others.length === 0 ? "" : `; also ${others.join(" and ")}`;
}

/** The page. */
export const topic: HelpTopic = {
  parts: [
    "Which profile, and which files:",
    {
      terms: [
        ["STSMFA_PROFILE", "The profile, for stsmfa alone."],
        ["AWS_PROFILE", "The profile, for every AWS tool; also AWS_DEFAULT_PROFILE."],
        ["AWS_CONFIG_FILE", "The config file (default: ~/.aws/config)."],
        ["AWS_SHARED_CREDENTIALS_FILE", "The credentials file (default: ~/.aws/credentials)."],
      ],
    },
    "Settings of the profile; flags win over them:",
    { terms: settings },
    "Other flags have a variable, too: STSMFA_ and the flag in capitals, with 1 for a flag without " +
    "a value. For example:",
    {
      terms: [
        ["STSMFA_PROMPT", "Where to ask for the MFA code, like window."],
        ["STSMFA_MIN_LEFT", "Renew if less than this is left, like 30m."],
        ["STSMFA_TOKEN_CODE", "The MFA code."],
        ["STSMFA_NON_INTERACTIVE", "1: never ask."],
        ["STSMFA_NOTIFY", "1: show a notification before a session ends."],
        ["STSMFA_BROWSER", "The browser for `stsmfa console`."],
      ],
    },
    "How output looks, and how AWS is reached:",
    {
      terms: [
        ["NO_COLOR", "No colour and no motion, if set; CLICOLOR_FORCE=1: always."],
        ["TERM", "dumb: no colour, no motion, and questions line by line, for screen readers."],
        ["AWS_REGION", "The region, if the profile has none; also AWS_DEFAULT_REGION."],
        ["AWS_ENDPOINT_URL_STS", "Another endpoint; also AWS_ENDPOINT_URL."],
        ["AWS_CA_BUNDLE", "Certificates to trust."],
        ["HTTPS_PROXY", "The proxy; also HTTP_PROXY and NO_PROXY."],
      ],
    },
    "`stsmfa exec`, `env` and `use` set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, " +
    "AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION, AWS_REGION and STSMFA_PROFILE.",
  ],
};
