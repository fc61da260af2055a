/**
 * The URL that signs a browser in. Whoever has it is signed in, as long as it is good: a secret.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 *
 * @module
 */

import { Secret } from "../credentials.ts";

/** How long AWS takes the token in it. */
export const loginSeconds = 900;

/** What AWS is told of who has sent the person there. */
const issuer = "stsmfa";

/** What the URL is made of. */
export interface LoginUrlParts {
  /** The URL of the sign-in service, without a final slash. */
  readonly signIn: string;
  /** Where the browser ends up. */
  readonly destination: string;
  readonly token: Secret;
  /** Whether whoever is signed in there is logged out before. */
  readonly isLogoutFirst: boolean;
}

/** Returns the URL for the browser. */
export function loginUrl(
  { signIn, destination, token, isLogoutFirst }: LoginUrlParts,
): Secret {
  const login = `${signIn}/federation?${
    query({
      Action: "login",
      Issuer: issuer,
      Destination: destination,
      SigninToken: token.reveal(),
    })
  }`;
  return new Secret(
    isLogoutFirst ? `${signIn}/oauth?${query({ Action: "logout", redirect_uri: login })}` : login,
  );
}

/** Returns a query in which every character is an ASCII one that no page and no shell changes. */
export function query(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/['!()*~]/g, percent)}`)
    .join("&");
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
