/**
 * Homes that many tests share: a home directory and its loopback AWS, on one clock.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type LoopbackSts, type LoopbackStsOptions, startLoopbackSts } from "./loopback_sts.ts";
import { alice, type LoopbackUser } from "./sts_people.ts";
import { type Answer, TestContext, type TestContextOptions } from "./test_context.ts";

/** When tests start, unless they say otherwise. */
export const MORNING = new Date("2026-03-04T05:06:07Z");

/** What is in a home, and whether anybody is at its terminal. */
export interface HomeOptions extends TestContextOptions {
  /** The credentials file; default: alice's keys as `default-long-term`; `null` for none. */
  readonly credentials?: string | null;
  readonly config?: string;
  readonly sts?: LoopbackStsOptions;
  /** Whether nobody is at the terminal. */
  readonly nobody?: boolean;
}

/** The credentials file that a home has by default. */
export const alicesFile = `# work laptop, keep in sync with 1Password\n${
  longTerm("default-long-term")
}`;

/** Returns a section with a user's long-term keys. */
export function longTerm(section: string, user: LoopbackUser = alice()): string {
  return `[${section}]
aws_access_key_id     = ${user.accessKeyId}
aws_secret_access_key = ${user.secretAccessKey}
`;
}

/** Returns a section with a session. */
export function session(section: string, expiration?: string, ...more: readonly string[]): string {
  return [
    `[${section}]`,
    "aws_access_key_id = ASIAOLDOLDOLDOLDOLD2",
    "aws_secret_access_key = old+secret/of+the+session+before+this",
    "aws_session_token = old/token+of+the+session+before+this==",
    ...(expiration === undefined ? [] : [`expiration = ${expiration}`]),
    ...more,
    "",
  ].join("\n");
}

/** Opens a home; somebody is at the terminal, and answers once a test says what. */
export async function openHome(options: HomeOptions = {}): Promise<Home> {
  const { credentials = alicesFile, config, sts: stsOptions, nobody, ...rest } = options;
  const test = await TestContext.create({
    network: true,
    now: MORNING,
    ...(!nobody && { answers: [] }),
    ...rest,
  });
  const sts = await startLoopbackSts({ now: () => test.clock.now(), ...stsOptions });
  for (const [name, value] of Object.entries(sts.env())) test.env[name] ??= value;
  if (credentials !== null) await test.write(".aws/credentials", credentials);
  if (config !== undefined) await test.write(".aws/config", config);
  return new Home(test, sts);
}

/** What must not change when nothing is done. */
export interface Snapshot {
  readonly text: string | undefined;
  readonly modified: number | undefined;
  readonly inode: number | null | undefined;
  readonly names: readonly string[];
}

/** A home and its loopback AWS. */
export class Home implements AsyncDisposable {
  constructor(readonly test: TestContext, readonly sts: LoopbackSts) {}

  /** Runs the program and returns its exit status. */
  run(...args: string[]): Promise<number> {
    return this.test.run(...args);
  }

  get stdout(): string {
    return this.test.stdout;
  }

  get stderr(): string {
    return this.test.stderr;
  }

  /** What `--json` printed. */
  // deno-lint-ignore no-explicit-any -- each test knows its shape
  get json(): any {
    return this.test.json;
  }

  /** What `--json` printed on stderr for an error. */
  get jsonError(): { code: string; message: string; hint?: string; profile?: string } {
    return JSON.parse(this.stderr).error;
  }

  /** Makes the person type a device's code at the next prompts, so many times. */
  types(times = 1, serialNumber?: string): void {
    for (let n = 0; n < times; n++) this.test.answer(() => this.sts.code(serialNumber));
  }

  /** Adds further answers. */
  answer(...answers: Answer[]): void {
    this.test.answer(...answers);
  }

  credentials(): Promise<string> {
    return this.test.read(".aws/credentials");
  }

  /** Returns a section of the credentials file by key, as a naive reader sees it. */
  async section(name: string): Promise<Record<string, string>> {
    const lines = (await this.credentials()).split(/\r?\n/);
    const start = lines.indexOf(`[${name}]`);
    if (start < 0) return {};
    const end = lines.findIndex((line, at) => at > start && line.startsWith("["));
    const pairs = lines.slice(start + 1, end < 0 ? undefined : end)
      .map((line) => /^([\w-]+) *= *(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, key, value]) => [key!, value!]);
    return Object.fromEntries(pairs);
  }

  /** Returns the current state of the credentials file and its folder. */
  async snapshot(): Promise<Snapshot> {
    const path = this.test.path(".aws/credentials");
    const info = await Deno.stat(path).catch(() => undefined);
    return {
      text: info?.isFile ? await this.credentials() : undefined,
      modified: info?.mtime?.getTime(),
      inode: info?.ino,
      names: await this.test.list().catch(() => []),
    };
  }

  /** Runs something, and asserts that the credentials file and its folder stay the same. */
  async unchanged<T>(act: () => Promise<T>): Promise<T> {
    const before = await this.snapshot();
    const result = await act();
    assertEquals(await this.snapshot(), before);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sts.close();
    await this.test[Symbol.asyncDispose]();
  }
}

/** Waits, turn by turn, until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
