/**
 * Writes and reads the sessions kept between runs as the text of a file.
 *
 * @module
 */

import { formatExpiration, Secret, type SessionCredentials } from "../credentials.ts";

/**
 * Encrypts the secrets of kept sessions. What stands readable beside a secret is authenticated with
 * it: moved to another session or file, or beside another end, it does not open.
 */
export interface Sealer {
  /** Returns the sealed text. */
  seal(secret: Secret, beside: string): Promise<string>;
  /** Returns the secret, or `undefined` if the key is gone or this is not what was sealed. */
  open(sealed: string, beside: string): Promise<Secret | undefined>;
}

/** A secret of a kept session that has to be opened before it is used. */
export class SealedSecret extends Secret {
  /** @param beside what is authenticated with it */
  constructor(readonly sealed: string, readonly beside: string) {
    super("");
  }

  /** Is a fault: nobody may take it for a secret. */
  override reveal(): string {
    throw new Error("a sealed secret was not opened");
  }
}

/** Reports whether the secrets of a session have to be opened before they are used. */
export function isSealed(
  { secretAccessKey }: Pick<SessionCredentials, "secretAccessKey">,
): boolean {
  return secretAccessKey instanceof SealedSecret;
}

/** Opens a session; `undefined` if that cannot be done any more. */
export async function openSession<T extends KeptSession>(
  session: T,
  sealer: Sealer,
): Promise<T | undefined> {
  const { secretAccessKey, sessionToken, ...rest } = session.credentials;
  const open = (secret: Secret) =>
    secret instanceof SealedSecret ? sealer.open(secret.sealed, secret.beside) : secret;
  const opened = [await open(secretAccessKey), await open(sessionToken)] as const;
  if (opened[0] === undefined || opened[1] === undefined) return undefined;
  const [key, token] = opened;
  return { ...session, credentials: { ...rest, secretAccessKey: key, sessionToken: token } };
}

/** Opens all sessions; those that cannot be opened any more are gone. */
export async function openSessions(kept: KeptSessions, sealer: Sealer): Promise<KeptSessions> {
  const { session, others, ...rest } = kept;
  const opened = session && await openSession(session, sealer);
  const pairs: [string, KeptSession][] = [];
  for (const [key, each] of Object.entries(others ?? {})) {
    const other = await openSession(each, sealer);
    if (other !== undefined) pairs.push([key, other]);
  }
  return {
    ...rest,
    ...(opened && { session: opened }),
    ...(pairs.length > 0 && { others: Object.fromEntries(pairs) }),
  };
}

/** A session that was obtained with a token code. */
export interface MfaSession {
  readonly credentials: SessionCredentials;
  readonly serialNumber: string;
  /** The requested duration. */
  readonly durationSeconds: number;
  readonly obtainedAt: Date;
}

/** All that is kept for one access key. */
export interface KeptSessions {
  readonly session?: MfaSession;
  /** Sessions that are not in the credentials file, by what was requested. */
  readonly others?: Readonly<Record<string, KeptSession>>;
  /** A digest of the last code that AWS accepted and of its device, and when that was. */
  readonly usedCode?: { readonly digest: string; readonly usedAt: Date };
}

/** A session, and the MFA device it was obtained with, if there was one. */
export type KeptSession =
  & Pick<MfaSession, "credentials">
  & Partial<Pick<MfaSession, "serialNumber">>;

/**
 * Serialises kept sessions; the only code that turns a session into text.
 *
 * @param file the name of the file that they are for
 * @param sealer encrypts their secrets; without one, those that are sealed stay so
 */
export async function serialiseKeptSessions(
  { session, others, usedCode }: KeptSessions,
  file: string,
  sealer?: Sealer,
): Promise<string> {
  const pairs: [string, unknown][] = [];
  for (const [key, each] of Object.entries(others ?? {})) {
    pairs.push([key, await plain(each, `${file} ${key}`, sealer)]);
  }
  return JSON.stringify({
    version: 1,
    usedCode,
    session: session && {
      ...await plain(session, file, sealer),
      durationSeconds: session.durationSeconds,
      obtainedAt: session.obtainedAt.toISOString(),
    },
    others: others && Object.fromEntries(pairs),
  });
}

async function plain(
  { credentials, serialNumber }: KeptSession,
  place: string,
  sealer: Sealer | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const expiration = formatExpiration(credentials.expiration);
  const open = { accessKeyId, expiration, serialNumber };
  if (sealer === undefined && !isSealed(credentials)) {
    return {
      ...open,
      secretAccessKey: secretAccessKey.reveal(),
      sessionToken: sessionToken.reveal(),
    };
  }
  const seal = async (name: string, secret: Secret) =>
    secret instanceof SealedSecret
      ? secret.sealed
      : await sealer!.seal(secret, besideOf(place, name, open));
  return {
    ...open,
    sealed: {
      secretAccessKey: await seal("secretAccessKey", secretAccessKey),
      sessionToken: await seal("sessionToken", sessionToken),
    },
  };
}

/** Returns all that stands readable beside a secret, and where it stands. */
function besideOf(
  place: string,
  name: string,
  { accessKeyId, expiration, serialNumber = "" }: Readonly<Record<string, string | undefined>>,
): string {
  return JSON.stringify([place, name, accessKeyId, expiration, serialNumber]);
}

/**
 * Parses kept sessions; incomplete or foreign ones count as none.
 *
 * @param file the name of the file that they stand in
 */
export function parseKeptSessions(bytes: Uint8Array, file: string): KeptSessions {
  const { version, usedCode: used, session, others } = JSON.parse(new TextDecoder().decode(bytes));
  if (version !== 1) return {};
  const usedAt = new Date(used?.usedAt);
  const obtainedAt = new Date(session?.obtainedAt);
  const kept = parseSession(session, file);
  const serialNumber = kept?.serialNumber;
  const keptOthers = Object.entries(others ?? {}).flatMap(([key, each]) => {
    const other = parseSession(each, `${file} ${key}`);
    return other === undefined ? [] : [[key, other] as const];
  });
  return {
    ...(!Number.isNaN(usedAt.getTime()) && { usedCode: { digest: String(used.digest), usedAt } }),
    ...(kept !== undefined && serialNumber !== undefined && !Number.isNaN(obtainedAt.getTime()) && {
      session: { ...kept, serialNumber, durationSeconds: session.durationSeconds, obtainedAt },
    }),
    ...(keptOthers.length > 0 && { others: Object.fromEntries(keptOthers) }),
  };
}

function parseSession(value: unknown, place: string): KeptSession | undefined {
  const { accessKeyId, serialNumber, expiration, sealed } = Object(value);
  const { secretAccessKey, sessionToken } = Object(sealed ?? value);
  const end = new Date(expiration);
  const texts = [accessKeyId, secretAccessKey, sessionToken, expiration, serialNumber ?? "none"];
  const isSound = texts.every((text) => typeof text === "string" && text !== "") &&
    !Number.isNaN(end.getTime());
  if (!isSound) return undefined;
  const secret = (name: string, text: string) =>
    sealed === undefined ? new Secret(text) : new SealedSecret(
      text,
      besideOf(place, name, { accessKeyId, expiration, serialNumber }),
    );
  return {
    credentials: {
      accessKeyId,
      secretAccessKey: secret("secretAccessKey", secretAccessKey),
      sessionToken: secret("sessionToken", sessionToken),
      expiration: end,
    },
    ...(serialNumber !== undefined && { serialNumber }),
  };
}
