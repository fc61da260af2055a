/**
 * Whole processes, timed in turn, so that ratios hold on a machine whose speed drifts.
 *
 * @module
 */

/**
 * A command line. Of its program there may be copies, which are run in turn: where the system has put
 * a file of 100 MB in its memory makes a tenth of a start.
 */
export type Argv = readonly [string | readonly string[], ...string[]];

/** Something to time. */
export interface Subject {
  readonly argv: Argv;
  /** Prepares each run, and gives words to add. */
  readonly before?: () => Promise<readonly string[]>;
  /** How many of them are started at once; the time is that of all. */
  readonly count?: number;
  /** Which exit statuses besides 0 are none of a failure. */
  readonly mayExit?: readonly number[];
}

/** Times of one subject, in milliseconds, run by run. */
export type Times = readonly number[];

/** Runs all subjects in turn, round after round; a first round is not counted. */
export async function timeInTurn<NAME extends string>(
  subjects: Readonly<Record<NAME, Subject>>,
  runs: number,
  env: Readonly<Record<string, string>>,
): Promise<Record<NAME, Times>> {
  const names = Object.keys(subjects) as NAME[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  for (let run = -1; run < runs; run++) {
    for (const name of names) {
      const wall = await time(subjects[name], run + 1, env);
      if (run >= 0) times[name]!.push(wall);
    }
  }
  return times as unknown as Record<NAME, Times>;
}

async function time(
  { argv, before, count = 1, mayExit = [] }: Subject,
  run: number,
  env: Record<string, string>,
): Promise<number> {
  const [program, ...words] = argv;
  const args = [...words, ...await before?.() ?? []];
  const copies = typeof program === "string" ? [program] : program;
  const command = new Deno.Command(copies[run % copies.length]!, {
    args,
    clearEnv: true,
    env: { ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const start = performance.now();
  const ended = await Promise.all(Array.from({ length: count }, () => command.output()));
  const wall = performance.now() - start;
  for (const { code, stderr } of ended) {
    if (code === 0 || mayExit.includes(code)) continue;
    throw new Error(`${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
  return wall;
}

/** The middle one. */
export function median(values: Times): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** The median of the ratios of runs that were made one after the other. */
export function ratio(times: Times, floor: Times): number {
  return median(times.map((time, run) => time / floor[run]!));
}
