/**
 * What is taken for ours, compared with what another user could do to it, on generated machines.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { foreignPart } from "../../lib/files/ours.ts";
import { fakeEnv } from "../support/aws_files.ts";
import { type Paper, type PaperEntry, paperFiles } from "../support/paper_files.ts";

const [me, mallory, staff] = [1000, 2002, 3000];
const etc: Paper = {
  "/etc/passwd": { kind: "file", uid: 0, gid: 0, mode: 0o644, text: "me:x:1000:1000::/:\n" },
  "/etc/group": { kind: "file", uid: 0, gid: 0, mode: 0o644, text: "me:x:1000:\n" },
};

const modes = [0o700, 0o755, 0o750, 0o770, 0o775, 0o777, 0o1777, 0o1770, 0o702, 0o720, 0o2775];
const access = fc.record({
  uid: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, me) }, fc.constant(mallory)),
  gid: fc.constantFrom(0, me, mallory, staff),
  mode: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0o700, 0o755) },
    fc.constantFrom(...modes),
  ),
});
const names = ["a", "b", "c"] as const;
const targets = [
  "/a",
  "/b",
  "/c",
  "..",
  ".",
  "../a",
  "../b/c",
  "b",
  "c",
  "/a/b",
  "/b/a/c",
  "../../c",
];

/** Every folder down to three levels is there, or a link in its place; at the end is a file. */
const machine: fc.Arbitrary<Paper> = fc.record({
  root: access,
  places: fc.array(
    fc.record({ access, link: fc.option(fc.constantFrom(...targets), { freq: 5 }) }),
    {
      minLength: 39,
      maxLength: 39,
    },
  ),
}).map(({ root, places }) => {
  const paper: Record<string, PaperEntry> = { ...etc, "/": { kind: "folder", ...root, uid: 0 } };
  const left = [...places];
  const fill = (at: string, depth: number) => {
    for (const name of names) {
      const { access, link } = left.pop()!;
      const path = `${at}/${name}`;
      if (link !== null) paper[path] = { kind: "link", ...access, text: link };
      else if (depth === 3) paper[path] = { kind: "file", ...access };
      else paper[path] = { kind: "folder", ...access };
      if (depth < 3) fill(path, depth + 1);
    }
  };
  fill("", 1);
  return paper;
});

/** Somebody who is neither we nor root, and in every group but ours. */
function canWrite({ uid, gid, mode }: PaperEntry): boolean {
  const isOwner = uid !== 0 && uid !== me;
  return isOwner || (mode & 0o002) !== 0 || (gid !== me && (mode & 0o020) !== 0);
}

/**
 * Whether somebody else could have decided what is found at a path: by the rules of the system, name by
 * name, and not by those of the code that is tested. Ends where there is nothing; `undefined` in a loop.
 */
function isInOthersHands(paper: Paper, path: string): boolean | undefined {
  let at = "/";
  const rest = path.split("/").filter((each) => each !== "");
  for (let links = 0; rest.length > 0;) {
    const folder = paper[at]!;
    if (folder.kind === "file") return undefined;
    const name = rest.shift()!;
    if (name === ".") continue;
    if (name === "..") {
      at = at.slice(0, at.lastIndexOf("/")) || "/";
      continue;
    }
    const here = at === "/" ? `/${name}` : `${at}/${name}`;
    const entry = paper[here];
    const isForeign = (owner: number) => owner !== 0 && owner !== me;
    if (isForeign(folder.uid)) return true;
    if (canWrite(folder)) {
      const isSticky = (folder.mode & 0o1000) !== 0;
      if (!isSticky || entry === undefined || isForeign(entry.uid)) return true;
    }
    if (entry === undefined) return false;
    if (entry.kind === "link") {
      if (++links > 40) return undefined;
      if (entry.text!.startsWith("/")) at = "/";
      rest.unshift(...entry.text!.split("/").filter((each) => each !== ""));
      continue;
    }
    if (entry.kind === "file" && canWrite(entry)) return true;
    at = here;
  }
  return canWrite(paper[at]!) && (paper[at]!.mode & 0o1000) === 0 || paper[at]!.uid === mallory;
}

/** A sticky folder that is not root's is refused, though it protects what is there. */
function hasOwnSticky(paper: Paper): boolean {
  return Object.values(paper).some(({ kind, uid, mode }) =>
    kind === "folder" && uid !== 0 && (mode & 0o1000) !== 0
  );
}

Deno.test("what is taken for ours is just what nobody else can have had a hand in", async () => {
  const counts = { ours: 0, others: 0 };
  await fc.assert(
    fc.asyncProperty(
      machine,
      fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
      async (
        paper,
        words,
      ) => {
        const path = `/${words.join("/")}`;
        const expected = isInOthersHands(paper, path);
        if (expected === undefined) return;
        const context = {
          files: paperFiles(paper),
          env: fakeEnv({}),
          os: "unix",
          userId: me,
        } as const;
        const isRefused = await foreignPart(context, path).then((fault) => fault !== undefined);
        counts[isRefused ? "others" : "ours"]++;
        if (hasOwnSticky(paper) && isRefused) return;
        assertEquals(isRefused, expected, `${path} ${JSON.stringify(paper)}`);
      },
    ),
    { numRuns: 5000, seed: 13 },
  );
  assertEquals([counts.ours > 500, counts.others > 500], [true, true], JSON.stringify(counts));
});
