/**
 * A session that is kept fresh while a program runs: renewed in the background before it ends, and
 * given out to its end if that fails. Whoever asks for it never waits for a person.
 *
 * @module
 */

import type { Clock } from "../context.ts";
import type { ProvidedCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";

/** A session, and whose it is. */
export interface ServedSession {
  readonly credentials: ProvidedCredentials;
  /** `undefined` when nothing names the account. */
  readonly accountId: string | undefined;
}

/** How a session is renewed. */
export interface HeldSessionOptions {
  readonly clock: Clock;
  /** The session to begin with. */
  readonly first: ServedSession;
  /** How long before its end that one is renewed. */
  readonly leadSeconds: number;
  /**
   * Returns the profile's session, renewed if it has too little time left.
   *
   * @throws StsmfaError whatever keeps it from that
   */
  readonly renew: (signal: AbortSignal) => Promise<ServedSession>;
  /**
   * Returns what `renew` looks at on this machine, in short: whether another try is worth it, since
   * somebody has got a session elsewhere.
   */
  readonly look: () => Promise<string>;
  /** Returns what to tell whoever wants a session while somebody is asked for a code. */
  readonly asked: () => Promise<StsmfaError | undefined>;
}

/** At most one try in that time, unless something has changed. */
export const betweenTries = 60_000;

/** The usual time before the end of a session from which on it is renewed. */
export const usualLeadSeconds = 900;

/** How long a request waits for a renewal: botocore gives it two seconds. */
const patience = 1500;

/** How often is looked whether somebody is asked. */
const betweenLooks = 100;

/** A person, or a program in their place, has given codes, and would be asked for more. */
const wrongCodes: readonly string[] = [
  "TokenCodeRefused",
  "TokenCodeMalformed",
  "TokenCodeUsed",
  "MfaSerialRefused",
];

/** What only a person can change; a program that is to give codes may ask one each time. */
const needsSomebody: readonly string[] = [
  "TokenCodeNeeded",
  "MfaProcessFailed",
  "MfaDeviceChoiceNeeded",
  "Cancelled",
  ...wrongCodes,
];

/** A session that is kept fresh. */
export class HeldSession {
  #session: ServedSession;
  #leadSeconds: number;
  #fault: StsmfaError | undefined;
  #lastTry = -Infinity;
  /** What there was to be seen before the last try, or after it if it failed. */
  #seen: string | undefined;
  #trying: Promise<void> | undefined;
  #renewed = Promise.withResolvers<void>();
  readonly #ended = new AbortController();
  readonly #background: Promise<void>;

  /** Begins to keep it fresh; {@link HeldSession.close} ends that. */
  constructor(private readonly options: HeldSessionOptions) {
    this.#session = options.first;
    this.#leadSeconds = options.leadSeconds;
    this.#background = this.#keep().catch(() => {});
  }

  /** What the last try has failed with; `undefined` while all is well. */
  get fault(): StsmfaError | undefined {
    return this.#fault;
  }

  /** Whether the session has ended. */
  get isOver(): boolean {
    return this.#left() <= 0;
  }

  /**
   * Returns the session.
   *
   * @throws StsmfaError if it has ended and there is no other one
   */
  async get(): Promise<ServedSession> {
    const isWanted = this.isOver ? await this.#isWorthATry() : await this.#isReplaced();
    if (isWanted) await this.#wait();
    if (!this.isOver) return this.#session;
    throw this.#fault ??
      new StsmfaError("ServiceUnavailable", "the session has ended, and the next one is under way");
  }

  /** Ends the renewals. */
  async close(): Promise<void> {
    this.#ended.abort(new StsmfaError("Cancelled", "cancelled"));
    await this.#background;
    await this.#trying;
  }

  /** Renews in the background; after the session's end, only who asks for it makes it be renewed. */
  async #keep(): Promise<void> {
    const { signal } = this.#ended;
    const closed = abortOf(signal);
    if (this.#left() === Infinity) await this.#isReplaced();
    while (!signal.aborted) {
      const wait = this.#untilDue();
      if (wait === undefined) await Promise.race([this.#renewed.promise, closed]);
      // In parts, since the clock runs on while the machine sleeps, and a timer does not.
      else if (wait > 0) await this.options.clock.sleep(Math.min(wait, betweenTries), signal);
      else if (await this.#isUseful()) await this.#try();
      else this.#lastTry = this.#now();
    }
  }

  /** Returns the milliseconds until it is to be renewed; `undefined` if it ended, or never ends. */
  #untilDue(): number | undefined {
    const left = this.#left();
    if (left === Infinity || left <= 0) return undefined;
    const now = this.#now();
    return Math.max(left - this.#leadSeconds * 1000, this.#lastTry + betweenTries - now);
  }

  /**
   * Waits for a renewal, but not for long, and for no person.
   *
   * @throws StsmfaError if the session has ended and somebody is asked
   */
  async #wait(): Promise<void> {
    const { clock } = this.options;
    const deadline = clock.deadline(patience);
    const done = new AbortController();
    try {
      const question = await Promise.race([
        this.#try(),
        abortOf(deadline.signal),
        this.#question(AbortSignal.any([deadline.signal, done.signal])),
      ]);
      if (question !== undefined && this.isOver) throw question;
    } finally {
      done.abort();
      deadline.cancel();
    }
  }

  /** Returns the question that is open, once one is. */
  async #question(signal: AbortSignal): Promise<StsmfaError | undefined> {
    while (!signal.aborted) {
      const question = await this.options.asked().catch(() => undefined);
      if (question !== undefined) return question;
      await this.options.clock.sleep(betweenLooks, signal).catch(() => {});
    }
    return undefined;
  }

  async #isWorthATry(): Promise<boolean> {
    if (this.#trying !== undefined) return true;
    const isLongAgo = this.#now() - this.#lastTry >= betweenTries;
    if (isLongAgo && !this.#isAnswered()) return true;
    return this.#seen !== await this.#look();
  }

  /** Reports whether it was in vain that somebody was asked, and they are not to be asked again. */
  #isAnswered(): boolean {
    const { code } = this.#fault ?? {};
    if (code === "Cancelled") return true;
    if (code === undefined || !wrongCodes.includes(code)) return false;
    // While the old session served, it could be let be.
    return this.#lastTry >= Number(this.#session.credentials.expiration);
  }

  /** Reports whether what has no known end may have been replaced: nothing else tells. */
  async #isReplaced(): Promise<boolean> {
    if (this.#left() !== Infinity) return false;
    const there = await this.#look();
    return (this.#seen ??= there) !== there;
  }

  async #isUseful(): Promise<boolean> {
    if (this.#fault === undefined || !needsSomebody.includes(this.#fault.code)) return true;
    return this.#seen !== await this.#look();
  }

  #try(): Promise<void> {
    return this.#trying ??= this.#renew().finally(() => this.#trying = undefined);
  }

  async #renew(): Promise<void> {
    this.#lastTry = this.#now();
    const former = this.#session.credentials;
    const before = await this.#look();
    try {
      const session = await this.options.renew(this.#ended.signal);
      this.#fault = undefined;
      this.#seen = before;
      const { accessKeyId, expiration } = session.credentials;
      if (accessKeyId === former.accessKeyId && +(expiration ?? 0) === +(former.expiration ?? 0)) {
        return;
      }
      this.#session = session;
      this.#lastTry = -Infinity;
      const half = Math.max(0, this.#left()) / 2000;
      this.#leadSeconds = Math.min(this.options.leadSeconds, half);
      this.#renewed.resolve();
      this.#renewed = Promise.withResolvers();
    } catch (error) {
      // That nobody wants it any more is no fault of the session's.
      if (this.#ended.signal.aborted) return;
      this.#fault = error instanceof StsmfaError
        ? error
        : new StsmfaError("Unexpected", "the session could not be renewed", { cause: error });
      // Somebody may have been asked for a while.
      this.#lastTry = this.#now();
      this.#seen = await this.#look();
    }
  }

  async #look(): Promise<string> {
    return await this.options.look().catch(() => "");
  }

  #left(): number {
    const { expiration } = this.#session.credentials;
    return expiration === undefined ? Infinity : expiration.getTime() - this.#now();
  }

  #now(): number {
    return this.options.clock.now().getTime();
  }
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
