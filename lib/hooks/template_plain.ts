/**
 * A hook that does almost nothing and explains the rest.
 *
 * @module
 */

import { deno, type Template } from "./template_parts.ts";

/** The starting point. */
export const plain: Template = {
  summary: "A hook of stsmfa.",
  options: { directory: "/some/where    (any keys: they are event.options)" },
  body: `export default {
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
}`,
  test: `${deno}.test("it says until when the session is good", async () => {
  const { message } = await hook.run(event);
  if (message !== "work has a session until 2026-01-02T03:04:05Z") throw new Error(message);
});
`,
};
