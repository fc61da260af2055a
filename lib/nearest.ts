/**
 * Finds the candidate most like a mistyped word.
 *
 * @module
 */

/**
 * Returns the candidate with the fewest edits to `word`.
 *
 * @param most the most edits allowed; by default a third of the word's length
 */
export function nearest(
  word: string,
  candidates: readonly string[],
  most = Math.max(1, Math.floor(word.length / 3)),
): string | undefined {
  let best: string | undefined;
  let fewest = most + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= fewest) continue;
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

/** Returns the nearest candidate, else the shortest that begins with what was typed of it. */
export function nearestOrLonger(word: string, candidates: readonly string[]): string | undefined {
  const start = word.toLowerCase();
  return nearest(word, candidates) ?? (word.replace(/^-+/, "").length < 3 ? undefined : candidates
    .filter((candidate) => candidate.toLowerCase().startsWith(start))
    .reduce<string | undefined>(
      (best, each) => best === undefined || each.length < best.length ? each : best,
      undefined,
    ));
}

/** Counts insertions, deletions, changes and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(
        row[j - 1]! + 1,
        rows[i - 1]![j]! + 1,
        rows[i - 1]![j - 1]! + change,
        isSwap ? rows[i - 2]![j - 2]! + 1 : Infinity,
      ));
    }
    rows.push(row);
  }
  return rows.at(-1)!.at(-1)!;
}
