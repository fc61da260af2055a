/**
 * What the tests of every file ask the machine, asked once: each file has modules of its own, but
 * the environment is that of them all.
 *
 * @module
 */

/**
 * Returns what a look at the machine gives, or has given to another file's tests.
 *
 * @param name of the question; no two have the same
 */
export function askOnce<T>(name: string, look: () => T): T {
  // No shell takes such a name for a variable.
  const variable = `tests of stsmfa: ${name}`;
  const known = Deno.env.get(variable);
  if (known !== undefined) return JSON.parse(known);
  const answer = look();
  Deno.env.set(variable, JSON.stringify(answer));
  return answer;
}

/** Reports, once for all files, whether a program can be run like this. */
export function canRun(program: string, ...args: readonly string[]): boolean {
  return askOnce(`${program} ${args.join(" ")}`, () => {
    try {
      return new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" })
        .outputSync().success;
    } catch {
      return false;
    }
  });
}
