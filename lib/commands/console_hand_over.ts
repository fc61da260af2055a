/**
 * Hands the console's URL over: to the browser, or, where there is none, to the person.
 *
 * @module
 */

import type { CommandResult } from "../cli/command.ts";
import { openPage } from "../console/browser.ts";
import { loginSeconds } from "../console/login_url.ts";
import { withPage } from "../console/page.ts";
import type { Signer } from "../console/signer.ts";
import type { Context } from "../context.ts";
import { formatExpiration, secondsLeft, type Secret } from "../credentials.ts";
import { expiryWords, formatDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import type { Talk } from "../talk.ts";
import type { ConsoleStart } from "./console_start.ts";

/** Has the browser open the URL; prints it where there is none, or where that was asked for. */
export async function handOver(
  context: Context,
  start: ConsoleStart,
  { credentials, isFederated, arn }: Signer,
  url: Secret,
  talk: Talk,
): Promise<CommandResult> {
  const { name, place, destination, length, browser } = start;
  const now = context.clock.now();
  const ends = (seconds: number | undefined) =>
    seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1000);
  const session = credentials.expiration;
  const sent = isFederated ? undefined : length.sessionDuration;
  const expiration = ends(sent) ?? session;
  const facts = {
    profile: name,
    signer: isFederated ? "federated-user" : "role",
    arn: arn ?? start.profile?.role?.roleArn ?? null,
    region: place.region ?? null,
    destination,
    expiration: expiration === undefined ? null : formatExpiration(expiration),
  };
  const lasts = expiration === undefined
    ? "expires with the session"
    : expiryWords(expiration, context.clock);
  let why = typeof browser === "string" ? browser : undefined;
  if (typeof browser === "object") {
    // A terminal shows why it waits; a log has no use for that.
    if (context.terminal.stderr.isTerminal) talk.progress("opening the browser");
    const onWait = () => talk.progress("waiting for the browser to open the page");
    why = await withPage(
      context,
      url,
      browser.isConfined,
      (page) => openPage(context, browser, page, onWait),
    ).catch(withoutPage).finally(() => talk.endProgress());
    if (why === undefined) {
      return {
        json: { ...facts, opened: true, url: null, urlExpiration: null },
        human: () => [`${name}  opened in the browser, signed in; ${lasts}`],
        exitStatus: ExitStatus.Ok,
      };
    }
  }
  const urlEnd = new Date(Math.min(ends(loginSeconds)!.getTime(), session?.getTime() ?? Infinity));
  if (secondsLeft(urlEnd, now) <= 0) {
    throw new StsmfaError("SessionExpired", `the session of ${name} has expired`, {
      hint: withArguments("stsmfa console", [name], " --force"),
    });
  }
  talk.note(
    `${why === undefined ? "" : `${why}: open the URL yourself; `}it works for ${
      formatDuration(secondsLeft(urlEnd, now))
    } and signs in whoever has it; the sign-in ${lasts}`,
  );
  return {
    json: {
      ...facts,
      opened: false,
      url: url.reveal(),
      urlExpiration: formatExpiration(urlEnd),
    },
    data: `${url.reveal()}\n`,
    exitStatus: ExitStatus.Ok,
  };
}

/** Returns why there is no page, such as a full disk: whoever has a session gets the URL anyway. */
function withoutPage(error: unknown): string {
  if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
  return `cannot write the page for the browser (${error.message})`;
}
