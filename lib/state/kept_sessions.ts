/**
 * Writes and reads the sessions kept between runs as the text of a file.
 *
 * @module
 */

import { formatExpiration, Secret, type SessionCredentials } from "../credentials.ts";

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

/** Serialises kept sessions; the only code that turns a session into text. */
export function serialiseKeptSessions({ session, others, usedCode }: KeptSessions): string {
  return JSON.stringify({
    version: 1,
    usedCode,
    session: session && {
      ...plain(session),
      durationSeconds: session.durationSeconds,
      obtainedAt: session.obtainedAt.toISOString(),
    },
    others: others &&
      Object.fromEntries(Object.entries(others).map(([key, each]) => [key, plain(each)])),
  });
}

function plain(
  { credentials, serialNumber }: KeptSession,
): Readonly<Record<string, string | undefined>> {
  return {
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey.reveal(),
    sessionToken: credentials.sessionToken.reveal(),
    expiration: formatExpiration(credentials.expiration),
    serialNumber,
  };
}

/** Parses kept sessions; incomplete or foreign ones count as none. */
export function parseKeptSessions(bytes: Uint8Array): KeptSessions {
  const { version, usedCode: used, session, others } = JSON.parse(new TextDecoder().decode(bytes));
  if (version !== 1) return {};
  const usedAt = new Date(used?.usedAt);
  const obtainedAt = new Date(session?.obtainedAt);
  const kept = parseSession(session);
  const serialNumber = kept?.serialNumber;
  const keptOthers = Object.entries(others ?? {}).flatMap(([key, each]) => {
    const other = parseSession(each);
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

function parseSession(value: unknown): KeptSession | undefined {
  const { accessKeyId, secretAccessKey, sessionToken, serialNumber, expiration } = Object(value);
  const end = new Date(expiration);
  const texts = [accessKeyId, secretAccessKey, sessionToken, serialNumber ?? "none"];
  const isSound = texts.every((text) => typeof text === "string" && text !== "") &&
    !Number.isNaN(end.getTime());
  if (!isSound) return undefined;
  return {
    credentials: {
      accessKeyId,
      secretAccessKey: new Secret(secretAccessKey),
      sessionToken: new Secret(sessionToken),
      expiration: end,
    },
    ...(serialNumber !== undefined && { serialNumber }),
  };
}
