/**
 * The time of everything in a release, so that building it twice gives the same bytes.
 *
 * @module
 */

/** The earliest that an archive of each kind can name. */
const earliest = Date.UTC(1980, 0, 1);

/**
 * Returns SOURCE_DATE_EPOCH (seconds since 1970, https://reproducible-builds.org), or the beginning
 * of 1980.
 *
 * @throws Error when it is no such number, or a time before 1980
 */
export function releaseTime(env: Pick<typeof Deno.env, "get"> = Deno.env): Date {
  const seconds = env.get("SOURCE_DATE_EPOCH") ?? "";
  if (seconds === "") return new Date(earliest);
  const time = /^\d{1,10}$/.test(seconds) ? Number(seconds) * 1000 : NaN;
  if (!(time >= earliest)) throw new Error(`SOURCE_DATE_EPOCH is no time since 1980: ${seconds}`);
  return new Date(time);
}
