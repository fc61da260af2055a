/**
 * Gets the credentials of a source that others give. What one kind needs is loaded when it is used.
 *
 * All requests are ours: the AWS SDK's providers would read the files anew by other rules, write
 * kept sign-ins in place, and know neither our proxies nor our certificates and limits.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { ProvidedCredentials } from "../credentials.ts";
import { importLazily } from "../import_lazily.ts";
import type { OthersSource } from "../profile/others_source.ts";
import type { SourceOptions } from "./options.ts";

export type { SourceOptions } from "./options.ts";

const processModule = () =>
  importLazily<typeof import("./process.ts")>("./process.ts", import.meta.url);
const webIdentityModule = () =>
  importLazily<typeof import("./web_identity.ts")>("./web_identity.ts", import.meta.url);
const ssoModule = () => importLazily<typeof import("./sso.ts")>("./sso.ts", import.meta.url);
const loginModule = () => importLazily<typeof import("./login.ts")>("./login.ts", import.meta.url);
const environmentModule = () =>
  importLazily<typeof import("./environment.ts")>("./environment.ts", import.meta.url);
const containerModule = () =>
  importLazily<typeof import("./container.ts")>("./container.ts", import.meta.url);
const instanceModule = () =>
  importLazily<typeof import("./instance.ts")>("./instance.ts", import.meta.url);

/**
 * Gets the credentials: runs the program, asks the server, or reads the variables. Nobody is asked
 * anything, and no error repeats a secret.
 *
 * @throws StsmfaError what {@link checkSource} throws; `CredentialProcessFailed`; `SessionExpired` for
 * what is over, with the command that begins anew; and if AWS refuses or the network fails
 */
export async function provideCredentials(
  context: Context,
  source: OthersSource,
  options: SourceOptions,
): Promise<ProvidedCredentials> {
  switch (source.kind) {
    case "process":
      return await (await processModule()).processCredentials(context, source, options);
    case "web-identity":
      return await (await webIdentityModule()).webIdentityCredentials(context, source, options);
    case "sso":
      return await (await ssoModule()).ssoCredentials(context, source, options);
    case "login":
      return await (await loginModule()).loginCredentials(context, source, options);
    case "environment": {
      const { environmentCredentials } = await environmentModule();
      return environmentCredentials(context.env, source, context.clock.now());
    }
    case "container":
      return await (await containerModule()).containerCredentials(context, source);
    case "instance":
      return await (await instanceModule()).instanceCredentials(context, source, options);
  }
}

/**
 * Checks everything that can be known before a program is run or anybody is asked.
 *
 * @throws StsmfaError `InvalidSetting`, `Recursion`, `UntrustedFile`, `FileUnreadable`;
 * `SessionExpired` for a sign-in that is absent or over, with the command that begins anew
 */
export async function checkSource(
  context: Context,
  source: OthersSource,
  options: Pick<SourceOptions, "files" | "profile">,
): Promise<void> {
  switch (source.kind) {
    case "process":
      return await (await processModule()).checkProcess(context, source);
    case "web-identity":
      return await (await webIdentityModule()).checkWebIdentity(context, source);
    case "sso":
      return await (await ssoModule()).checkSso(context, source);
    case "login":
      return await (await loginModule()).checkLogin(context, source);
    case "environment": {
      const { environmentCredentials } = await environmentModule();
      environmentCredentials(context.env, source, context.clock.now());
      return;
    }
    case "container":
      return await (await containerModule()).checkContainer(context, source);
    case "instance":
      return (await instanceModule()).checkInstance(context, source, options);
  }
}
