/**
 * Asks botocore what profiles are, in one process for any number of homes.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { startPython } from "./python.ts";
import type { Base, Home, Hop, Refused, Resolved } from "./resolution.ts";

/** Values of a section; a nested one is a list of pairs. */
export type Keys = ReadonlyMap<string, string | readonly (readonly [string, string])[]>;
/** Sections by name. */
export type Sections = ReadonlyMap<string, Keys>;

/** A profile as botocore resolves it, and what AWS would then refuse for certain. */
export type BotocoreResolution = (Refused | Resolved) & {
  /** Why AWS refuses one of the roles, or the region: no error of botocore's. */
  readonly awsRefuses?: readonly string[];
  /** Why AWS refuses the first credentials. */
  readonly awsRefusesSource?: readonly string[];
  /** The serial numbers that codes are asked for, in order. */
  readonly prompts?: readonly string[];
  /** Set where botocore's real clients do something else than what was recorded. */
  readonly disagreement?: unknown;
};

/** A home as botocore reads it. */
export interface BotocoreHome {
  /** Every profile, of both files; the credentials file's keys win. */
  readonly profiles: Sections;
  /** The profiles of the config file. */
  readonly config: Sections;
  /** The sections of the credentials file. */
  readonly credentials: Sections;
  readonly ssoSessions: Sections;
  /** All of these profiles, and those that were asked for. */
  readonly answers: ReadonlyMap<string, BotocoreResolution>;
}

/** What botocore makes of a home; one that it cannot parse has no profiles. */
export type BotocoreAnswer = { readonly unparsable: string } | BotocoreHome;

interface WireCall extends Hop {
  readonly signer: string;
  readonly region: string | null;
}
interface WireBase extends Omit<Base, "kind"> {
  readonly kind: Base["kind"] | "keys";
  readonly region?: string | null;
}
type WireAnswer = Refused | {
  readonly base: WireBase;
  readonly calls: readonly WireCall[];
  readonly region: string | null;
};
type WireSections = [name: string, keys: [string, string | [string, string][]][]][];
type Wire = { unparsable: string } | {
  sections: Record<"profiles" | "config" | "credentials" | "ssoSessions", WireSections>;
  answers: [name: string, answer: WireAnswer][];
};

/** A Python process that resolves profiles as botocore does. */
export class BotocoreResolver {
  readonly #process = startPython([
    fileURLToPath(new URL("./botocore_resolution.py", import.meta.url)),
  ], { PYTHONUTF8: "1", PYTHONDONTWRITEBYTECODE: "1" });
  readonly #writer = this.#process.stdin.getWriter();
  readonly #stderr = new Response(this.#process.stderr).text();
  readonly #waiting: PromiseWithResolvers<BotocoreAnswer>[] = [];
  readonly #reading = this.#read();

  /**
   * Resolves every profile of a home.
   *
   * @param names asked for beside the home's own
   * @param real also by botocore's own clients, whose requests are answered here
   */
  async resolve(home: Home, names: readonly string[] = [], real = false): Promise<BotocoreAnswer> {
    const answer = Promise.withResolvers<BotocoreAnswer>();
    this.#waiting.push(answer);
    const { config, credentials, variables } = home;
    const request = { config, credentials, variables, names, real };
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    return await answer.promise;
  }

  async #read(): Promise<void> {
    let text = "";
    for await (const chunk of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + chunk).split("\n");
      text = lines.pop()!;
      for (const line of lines) this.#waiting.shift()!.resolve(fromWire(JSON.parse(line)));
    }
    const why = `python ended: ${await this.#stderr}`;
    for (const each of this.#waiting) each.reject(new Error(why));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#reading;
    await this.#process.status;
  }
}

function fromWire(wire: Wire): BotocoreAnswer {
  if ("unparsable" in wire) return wire;
  const sections = (each: WireSections): Sections =>
    new Map(each.map(([name, keys]) => [name, new Map(keys)]));
  return {
    profiles: sections(wire.sections.profiles),
    config: sections(wire.sections.config),
    credentials: sections(wire.sections.credentials),
    ssoSessions: sections(wire.sections.ssoSessions),
    answers: new Map(wire.answers.map(([name, answer]) => [name, resolutionOf(name, answer)])),
  };
}

function resolutionOf(name: string, answer: WireAnswer): BotocoreResolution {
  if ("refused" in answer) return answer;
  const { calls, base: { region: webRegion, kind, ...base }, ...rest } = answer;
  const regions = [
    ...calls.map((each) => each.region),
    ...webRegion === undefined ? [] : [webRegion],
  ];
  const other = regions.find((each) => each !== answer.region);
  // Facts section 9: one region for all hops. If that ever changes, everything here must.
  if (other !== undefined) throw new Error(`${name}: STS in ${other} and in ${answer.region}`);
  return {
    ...rest,
    base: { ...base, kind: kind === "keys" ? "long-term" : kind },
    roles: calls.map(({ signer: _, region: __, ...hop }) => hop),
  };
}
