/**
 * The starting point that `stsmfa hooks new` writes.
 *
 * @module
 */

/** Returns the text of a hook that does almost nothing and explains the rest. */
export function hookTemplate(name: string, language: "js" | "ts"): string {
  const [type, end] = language === "ts"
    ? ['import type { Hook } from "jsr:@x/stsmfa/hook";\n', " satisfies Hook"]
    : ['/** @type {import("jsr:@x/stsmfa/hook").Hook} */', ""];
  return `// A hook of stsmfa. To have it run after a refresh, name it in ~/.aws/config:
//
//   [profile work]
//   stsmfa =
//     hooks = ${name}
//     ${
    name.toLowerCase().replaceAll("-", "_")
  }_directory = /some/where    (any keys: they are event.options)
//
// then approve what it may do: stsmfa hooks allow ${name}
// A change of this file, or of its permissions, has to be approved again.
//
// It runs in a process of its own, for 30 seconds at most, may do what "permissions" lists and
// nothing else, and imports nothing but types.
${type}
export default {
  // "pre-refresh": before the code is asked for; what it throws stops the refresh.
  // "post-refresh": when the new session is in place; what it throws is reported.
  on: "post-refresh",

  // read and write: paths, "~" is your home directory. net: hosts. run: programs (they have all your
  // rights). env: variables. {region}, {account}, {profile} and, as a host, {endpoint:ecr} are filled
  // in for each run, {env:NAME|DEFAULT} once.
  permissions: {
    // write: ["~/.local/share/aws-sessions"],
    // net: ["{endpoint:ecr}"],    (where it is: event.endpoints.ecr.url)
  },

  // Without this it never sees a key.
  // needs: ["credentials"],

  // deno-lint-ignore require-await -- what you do here may wait
  async run(event) {
    return { message: \`\${event.profile} has a session until \${event.expiration}\` };
  },
}${end};
`;
}
