/**
 * The word for where a profile's credentials come from, on a screen.
 *
 * @module
 */

import type { ProfileSource } from "./source.ts";

const words: Readonly<Record<ProfileSource["kind"], string>> = {
  "long-term": "keys",
  session: "session",
  process: "process",
  "web-identity": "web identity",
  sso: "sso",
  login: "login",
  environment: "variables",
  container: "container",
  instance: "instance",
};

/** Returns `sso`, `process` and the like. */
export function sourceWord({ source }: { readonly source: ProfileSource }): string {
  return words[source.kind];
}
