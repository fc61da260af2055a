/**
 * A home to get credentials of sources in, without a command around it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { awsFilePaths, readAwsFiles } from "../../lib/aws_files/read.ts";
import type { Waits } from "../../lib/context.ts";
import type { ProvidedCredentials } from "../../lib/credentials.ts";
import { StsmfaError } from "../../lib/errors.ts";
import type { Origin } from "../../lib/profile/origin.ts";
import type { OthersSource } from "../../lib/profile/others_source.ts";
import { partitionOfRegion, realRegion } from "../../lib/profile/partition.ts";
import type { Connection } from "../../lib/profile/profile.ts";
import { checkSource, provideCredentials } from "../../lib/sources/provide.ts";
import { MORNING } from "./homes.ts";
import { TestContext, type TestContextOptions } from "./test_context.ts";

/** Credentials in the clear, for comparisons. */
export interface PlainCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: string;
  readonly accountId?: string;
}

/** What to open; the network is on. */
export interface SourceWorldOptions extends TestContextOptions {
  readonly config?: string;
  /** The URL of STS. */
  readonly sts?: string;
  readonly caBundle?: string;
  /** As the profile names it; default `eu-west-1`. */
  readonly region?: string;
}

/** A home, and what was said in it. */
export class SourceWorld implements AsyncDisposable {
  readonly notes: string[] = [];
  readonly warnings: string[] = [];
  /** Whether it is said what is waited for. */
  saysWaits = false;
  /** What was said of it; a dot is its end. */
  readonly waits: string[] = [];

  private constructor(readonly test: TestContext, private readonly options: SourceWorldOptions) {}

  static async open(options: SourceWorldOptions = {}): Promise<SourceWorld> {
    const test = await TestContext.create({ network: true, now: MORNING, ...options });
    if (options.config !== undefined) await test.write(".aws/config", options.config);
    return new SourceWorld(test, options);
  }

  /** Where a key stands in the config file. */
  origin(key: string, line = 2): Origin {
    return { kind: "file", path: this.test.path(".aws/config"), line, key };
  }

  /** Gets a source's credentials. */
  async provide(source: OthersSource, profile?: string): Promise<PlainCredentials> {
    const options = { ...await this.#options(), ...(profile !== undefined && { profile }) };
    const value: Waits = {
      afterSeconds: 1,
      progress: (message) => void this.waits.push(message),
      endProgress: () => void this.waits.push("."),
    };
    const context = this.saysWaits
      ? Object.create(this.test.context(), { waits: { value } })
      : this.test.context();
    return plain(await provideCredentials(context, source, options));
  }

  /** Checks a source. */
  async check(source: OthersSource): Promise<void> {
    await checkSource(this.test.context(), source, await this.#options());
  }

  /** Gets the error of getting a source's credentials; none of these texts is in it, or was said. */
  async refused(source: OthersSource, secrets: readonly string[] = []): Promise<StsmfaError> {
    const error = plainError(this.test, await errorOf(() => this.provide(source)));
    const said = [error.message, error.hint ?? "", ...this.notes, ...this.warnings].join("\n");
    for (const secret of secrets) assert(!said.includes(secret), `${said} has ${secret}`);
    assertEquals(this.test.output, "");
    return error;
  }

  async #options() {
    const context = this.test.context();
    const { sts = "http://127.0.0.1:9", caBundle, region = "eu-west-1" } = this.options;
    const origin = { kind: "default", reason: "test" } as const;
    const signingRegion = realRegion(region);
    const connection: Connection = {
      region,
      partition: partitionOfRegion(signingRegion),
      endpoints: {
        sts: { value: sts, origin, signingRegion },
        iam: { value: sts, origin, signingRegion },
        ...(caBundle !== undefined && { caBundle: { value: caBundle, origin } }),
      },
    };
    return {
      connection,
      files: await readAwsFiles(context, awsFilePaths(context.env, {})),
      talk: {
        warn: (message: string) => void this.warnings.push(message),
        note: (message: string) => void this.notes.push(message),
        tell: (message: string) => void this.notes.push(message),
        progress: () => {},
        endProgress: () => {},
        moveTo: () => {},
        fail: () => {},
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.test[Symbol.asyncDispose]();
  }
}

/** Returns the error that something ends with. */
export async function errorOf(act: () => Promise<unknown>): Promise<StsmfaError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof StsmfaError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Returns an error that writes paths of the home as on other systems. */
export function plainError(test: TestContext, error: StsmfaError): StsmfaError {
  return Object.assign(error, {
    message: test.plain(error.message),
    ...(error.hint !== undefined && { hint: test.plain(error.hint) }),
  });
}

/** Returns credentials in the clear. */
export function plain(given: ProvidedCredentials): PlainCredentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = given;
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken && { sessionToken: sessionToken.reveal() }),
    ...(expiration && { expiration: expiration.toISOString() }),
    ...(accountId !== undefined && { accountId }),
  };
}

/** Waits for the running request or program, and lets its time pass. */
export async function passDeadline(world: SourceWorld): Promise<number> {
  const { clock } = world.test;
  while (clock.deadlines.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const [{ milliseconds, pass }] = clock.deadlines as [typeof clock.deadlines[number]];
  pass();
  return milliseconds;
}
