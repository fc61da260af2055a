/**
 * A hook that tells a channel of Slack.
 *
 * @module
 */

import { deno, type Template } from "./template_parts.ts";

/** The starting point. */
export const slack: Template = {
  summary: "Tells a Slack channel that a profile has a new session.",
  options: { url_file: "~/.config/slack-webhook    (a file with the webhook's URL in it)" },
  body: `export default {
  on: "post-refresh",

  permissions: {
    // The URL is a secret, so it is in a file of its own: chmod 600 ~/.config/slack-webhook
    read: ["{option:url_file|~/.config/slack-webhook}"],
    net: ["hooks.slack.com"],
  },

  async run(event) {
    const url = (await ${deno}.readTextFile(event.permissions.read[0])).trim();
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: \`\${event.profile}: a session until \${event.expiration}\` }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(\`Slack says \${answer.status}: \${await answer.text()}\`);
    return { message: "Slack has been told" };
  },
}`,
  test: `const file = await ${deno}.makeTempFile();
await ${deno}.writeTextFile(file, "https://hooks.slack.com/services/T0/B0/x\\n");
const given = { ...event, permissions: { ...event.permissions, read: [file] } };

${deno}.test("it posts the profile and the end of its session", async () => {
  const { fetch } = globalThis;
  let sent = "";
  globalThis.fetch = (url, options) => {
    sent = \`\${url} \${options?.body}\`;
    return Promise.resolve(new Response("ok"));
  };
  await hook.run(given).finally(() => globalThis.fetch = fetch);
  const text = '{"text":"work: a session until 2026-01-02T03:04:05Z"}';
  if (sent !== \`https://hooks.slack.com/services/T0/B0/x \${text}\`) throw new Error(sent);
});

${deno}.test("it fails if Slack refuses", async () => {
  const { fetch } = globalThis;
  globalThis.fetch = () => Promise.resolve(new Response("no_service", { status: 404 }));
  const problem = await hook.run(given).then(() => "none", (error) => error.message)
    .finally(() => globalThis.fetch = fetch);
  if (problem !== "Slack says 404: no_service") throw new Error(problem);
});
`,
};
