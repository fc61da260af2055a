/**
 * Hooks that hand the session to programs: docker, kubectl.
 *
 * @module
 */

import { deno, type Template } from "./template_parts.ts";

/** Runs a program with the session, for hooks of such programs. */
const started =
  `/** Runs a program with the session in its variables, and returns what it prints. */
async function output(program: string, args: string[], env: Record<string, string>, input = "") {
  const child = new ${deno}.Command(program, {
    args,
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(\`\${program}: \${new TextDecoder().decode(stderr).trim()}\`);
  return new TextDecoder().decode(stdout).trim();
}

/** Returns the variables that AWS's tools find the session in. */
function variables(event: HookEvent) {
  if (event.credentials === undefined) throw new Error("there is no session yet");
  const { accessKeyId, secretAccessKey, sessionToken } = event.credentials;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    // Some read the one, some the other.
    AWS_REGION: event.region,
    AWS_DEFAULT_REGION: event.region,
  };
}

`;

const test = (program: string) =>
  `const folder = await ${deno}.makeTempDir();
const isWindows = ${deno}.build.os === "windows";
for (const program of ["aws", "docker"]) {
  // In place of the real ones: they write down what they are given.
  const script = isWindows
    ? '@echo %* %AWS_ACCESS_KEY_ID% %AWS_DEFAULT_REGION%>> "%~dp0log"\\r\\n'
    : \`#!/bin/sh\\necho "$* $AWS_ACCESS_KEY_ID $AWS_DEFAULT_REGION" >> \${folder}/log; cat\`;
  const path = \`\${folder}/\${program}\${isWindows ? ".cmd" : ""}\`;
  await ${deno}.writeTextFile(path, script, { mode: 0o755 });
}
${deno}.env.set("PATH", [folder, ${deno}.env.get("PATH")].join(isWindows ? ";" : ":"));

${deno}.test("it starts ${program} with the session", async () => {
  await hook.run({ ...event, options: { cluster: "shop" } });
  const log = await ${deno}.readTextFile(\`\${folder}/log\`);
  if (!log.includes("ASIAEXAMPLE eu-west-1")) throw new Error(log);
});
`;

/** Logs docker in to a registry. The one that comes with stsmfa does more. */
export const docker: Template = {
  summary: "Logs docker in to a registry of Amazon ECR, by the AWS CLI and docker themselves.",
  options: { registry: "111122223333.dkr.ecr.eu-west-1.amazonaws.com" },
  body: `${started}export default {
  on: "post-refresh",
  // Programs have all your rights: what they do is not contained.
  permissions: { run: ["aws", "docker"] },
  needs: ["credentials"],

  async run(event) {
    const { accountId, region, options } = event;
    const registry = options.registry ?? \`\${accountId}.dkr.ecr.\${region}.amazonaws.com\`;
    const password = await output("aws", ["ecr", "get-login-password"], variables(event));
    const login = ["login", "--username", "AWS", "--password-stdin", registry];
    await output("docker", login, {}, password);
    return { message: \`docker is logged in to \${registry}\` };
  },
}`,
  test: test("the AWS CLI and docker"),
};

/** Puts a cluster into the kubeconfig. The one that comes with stsmfa does more. */
export const kube: Template = {
  summary: "Puts a cluster of Amazon EKS into the kubeconfig, by the AWS CLI itself.",
  options: { cluster: "shop" },
  body: `${started}export default {
  on: "post-refresh",
  // Programs have all your rights: what they do is not contained.
  permissions: { run: ["aws"] },
  needs: ["credentials"],

  async run(event) {
    const { cluster } = event.options;
    if (cluster === undefined) throw new Error("name a cluster in the profile's stsmfa block");
    const update = ["eks", "update-kubeconfig", "--name", cluster, "--alias", event.profile];
    await output("aws", update, variables(event));
    return { message: \`kubectl --context \${event.profile} reaches \${cluster}\` };
  },
}`,
  test: test("the AWS CLI"),
};
