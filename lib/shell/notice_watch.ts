/**
 * The process that notifies: waits until a session has ten minutes left, or until whoever has the
 * session is gone, or has another one.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { parseExpiration, secondsLeft } from "../credentials.ts";
import {
  type Notice,
  noticeCommand,
  type NoticeProgram,
  noticePrograms,
} from "./notice_program.ts";
import { hasTurn } from "./notice_turn.ts";

/** How long before its end a session is told of. */
const noticeSeconds = 600;

/** How often the process is looked at: gone at most this much later, and the time of one look. */
const lookMilliseconds = 1500;

/** A program that finds no desktop may wait for one. */
const mostMilliseconds = 30_000;

/**
 * Notifies once, and returns; at once where less is left, and without a notification where the
 * process or its turn is over.
 *
 * @param order the words that `notice.ts` has given
 */
export async function watchSession(context: Context, order: readonly string[]): Promise<void> {
  const [program, where, process, end, path, word, profile] = order;
  const expiration = end === undefined ? undefined : parseExpiration(end);
  const isProgram = (noticePrograms as readonly string[]).includes(program ?? "");
  if (!isProgram || expiration === undefined || path === undefined || word === undefined) return;
  const { clock, signal } = context;
  const isOver = async () =>
    !await context.isRunning(Number(process)) || !await hasTurn(context, path, word);
  while (!await isOver()) {
    if (secondsLeft(expiration, clock.now()) <= noticeSeconds) {
      const notice = noticeOf(profile ?? "", expiration, clock.now(), where === "shell");
      await show(context, program as NoticeProgram, notice, isOver);
      break;
    }
    await clock.sleep(lookMilliseconds, signal);
  }
  if (await hasTurn(context, path, word)) await context.files.remove(path).catch(() => {});
}

/** Returns what is said of a session, with the time on the person's clock. */
export function noticeOf(
  profile: string,
  expiration: Date,
  now: Date,
  isShell: boolean,
): Notice {
  const seconds = secondsLeft(expiration, now);
  const minutes = Math.round(seconds / 60);
  const two = (value: number) => `${value}`.padStart(2, "0");
  const time = `${two(expiration.getHours())}:${two(expiration.getMinutes())}`;
  const left = seconds <= 0
    ? `It expired at ${time}.`
    : minutes <= 1
    ? `It expires in a minute, at ${time}.`
    : `It expires in ${minutes} minutes, at ${time}.`;
  const then = isShell
    ? "For a new one, use the profile again in that shell."
    : "The program that runs with it gets no new one.";
  return { title: `AWS session of ${profile}`, body: `${left} ${then}` };
}

/** Shows a notification; ends a program that hangs once there is nobody to tell. */
async function show(
  context: Context,
  program: NoticeProgram,
  notice: Notice,
  isOver: () => Promise<boolean>,
): Promise<void> {
  const { clock, signal } = context;
  const over = new AbortController();
  const deadline = clock.deadline(mostMilliseconds);
  let isShown = false;
  const shown = context.runCommand({
    argv: noticeCommand(program, notice),
    signal: AbortSignal.any([deadline.signal, over.signal, signal]),
    onStderr: () => {},
  }).catch(() => {}).finally(() => isShown = true);
  while (!isShown) {
    const look = clock.deadline(lookMilliseconds);
    await Promise.race([shown, passed(look.signal)]);
    look.cancel();
    if (!isShown && await isOver()) over.abort();
  }
  deadline.cancel();
}

function passed(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
