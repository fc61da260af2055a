/**
 * The test files shared out among a few workers. A worker for each file would cost more than most
 * files' tests: its start, and the program and the AWS SDK loaded and compiled once more. All of a
 * share are loaded before the first test runs, which may be minutes later: what depends on the clock is
 * made by the test.
 *
 * @module
 */

const tests = new URL("../", import.meta.url);

/** Returns the URLs of the files in a folder of tests/ that pass, and of those below, by name. */
function filesIn(folder: URL, passes: (name: string) => boolean): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    if (isDirectory) return filesIn(new URL(`${name}/`, folder), passes);
    return passes(name) ? [new URL(name, folder).href] : [];
  }).sort();
}

/** Returns the URLs of all test files. */
export function testFiles(): string[] {
  return filesIn(tests, (name) => name.endsWith("_test.ts"));
}

/** Returns the URLs of the workers, each of which is a file that loads its share. */
export function workers(): string[] {
  return filesIn(new URL("workers/", tests), () => true);
}

/** Returns the URLs of a worker's test files: neighbours, which take equally long, are spread. */
export function shareOf(worker: string): string[] {
  const all = workers();
  const turn = all.indexOf(worker);
  return testFiles().filter((_, nth) => nth % all.length === turn);
}

let loaded = Deno.mainModule;

/** Returns the URL of the test file that is being loaded, in a worker of its own or in a share. */
export function loadedTestFile(): string {
  return loaded;
}

/** Loads the test files of a worker, which is named by its URL. */
export async function loadShare(worker: string): Promise<void> {
  for (loaded of shareOf(worker)) await import(loaded);
}
