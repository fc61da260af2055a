/** Makes AWS's two files and the environment from texts. */

import { type AwsFiles, parseAwsFile } from "../../lib/aws_files/read.ts";
import type { Environment } from "../../lib/context.ts";

export const configPath = "/home/alice/.aws/config";
export const credentialsPath = "/home/alice/.aws/credentials";

export function fakeFiles(texts: { config?: string; credentials?: string }): AwsFiles {
  const bytes = (text = "") => new TextEncoder().encode(text);
  return {
    config: { path: configPath, document: parseAwsFile(configPath, bytes(texts.config)) },
    credentials: {
      path: credentialsPath,
      document: parseAwsFile(credentialsPath, bytes(texts.credentials)),
    },
  };
}

export function fakeEnv(
  variables: Readonly<Record<string, string>> = {},
  os: Environment["os"] = "unix",
): Environment {
  return {
    os,
    get: (name) => variables[name] || undefined,
    has: (name) => Object.hasOwn(variables, name),
    startingWith: () => ({}),
  };
}
