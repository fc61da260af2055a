/**
 * The starting points that `stsmfa hooks new` writes: a hook, its types and a test beside it.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { templateNames } from "./template_names.ts";
import { hookHead, type Template } from "./template_parts.ts";

/** The file with the types, beside the hooks. */
export const typesFile = "stsmfa.d.ts";

/** The texts of a new hook. */
export interface HookTexts {
  readonly hook: string;
  readonly test: string;
}

/**
 * Returns the texts of a new hook, which can be approved and tried as they are.
 *
 * @throws StsmfaError `Usage` for a template that there is not
 */
export async function hookTexts(
  template: string,
  name: string,
  language: "js" | "ts",
): Promise<HookTexts> {
  const { summary, options, body, test } = await load(template);
  const isTyped = language === "ts";
  const head = hookHead(name, language, summary, options);
  const types = body.includes(": HookEvent") ? "Hook, HookEvent" : "Hook";
  const typed = `import type { ${types} } from "./${typesFile}";\n\n${body} satisfies Hook;\n`;
  const documented = `/** @type {import("./${typesFile}").Hook} */\nexport default {`;
  const plain = `${withoutAnnotations(body).replace("export default {", documented)};\n`;
  return {
    hook: `${head}\n${isTyped ? typed : plain}`,
    test: testText(name, language, test),
  };
}

async function load(template: string): Promise<Template> {
  switch (template) {
    case "plain":
      return (await import("./template_plain.ts")).plain;
    case "docker":
      return (await import("./template_programs.ts")).docker;
    case "kube":
      return (await import("./template_programs.ts")).kube;
    case "slack":
      return (await import("./template_slack.ts")).slack;
  }
  const near = nearest(template, templateNames);
  throw new StsmfaError("Usage", `there is no template ${template}`, {
    hint: near === undefined ? `one of ${templateNames.join(", ")}` : `did you mean ${near}?`,
  });
}

/** The texts have no other annotations than those of functions' parameters. */
function withoutAnnotations(text: string): string {
  return text.replaceAll(
    /(?<=\w)\??: (?:string(?:\[\])?|Record<string, string>|HookEvent)(?=[,)] ?)/g,
    "",
  );
}

function testText(name: string, language: "js" | "ts", body: string): string {
  const isTyped = language === "ts";
  const type = isTyped
    ? `import type { HookEvent } from "./${typesFile}";\n`
    : `/** @type {import("./${typesFile}").HookEvent} */\n`;
  return `// Run it with Deno: deno test -A ${name}.test.${language}
// Or try the hook itself, with throw-away keys: stsmfa hooks run ${name}

${isTyped ? type : ""}import hook from "./${name}.${language}";

${isTyped ? "" : type}const event${isTyped ? ": HookEvent" : ""} = {
  version: 1,
  on: "post-refresh",
  profile: "work",
  targetProfile: "work",
  region: "eu-west-1",
  accountId: "111122223333",
  roleArn: null,
  serialNumber: "arn:aws:iam::111122223333:mfa/jane",
  expiration: "2026-01-02T03:04:05Z",
  options: {},
  permissions: { read: [], write: [], net: [], run: [], env: [] },
  credentials: { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" },
};

${isTyped ? body : body.replaceAll(/ as (?:unknown as )?[\w.<>]+/g, "")}`;
}
