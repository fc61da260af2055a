import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { foreignPart, type OursOptions, requireOurs } from "../../../lib/files/ours.ts";
import { faultHint } from "../../../lib/files/ownership.ts";
import { fakeEnv } from "../../support/aws_files.ts";
import { file, folder, link, type Paper, paperFiles } from "../../support/paper_files.ts";

const [me, mallory, staff] = [1000, 2002, 3000];

/** A machine with a home of ours, one of mallory's, and a place for everybody. */
const machine: Paper = {
  "/": folder(0),
  "/etc": folder(0),
  "/etc/passwd": file(0, 0o644, 0, "root:x:0:0::/root:/bin/sh\nme:x:1000:1000::/home/me:/bin/sh\n"),
  "/etc/group": file(0, 0o644, 0, "root:x:0:\nme:x:1000:\nstaff:x:3000:mallory\n"),
  "/etc/nsswitch.conf": file(0, 0o644, 0, "passwd: files systemd\ngroup:  files # all\n"),
  "/tmp": folder(0, 0o1777),
  "/home": folder(0),
  "/home/me": folder(me, 0o700),
  "/home/me/state": folder(me, 0o700),
  "/home/me/state/x": file(me),
  "/home/mallory": folder(mallory),
  "/home/mallory/x": file(mallory),
};

interface Row {
  readonly paper?: Paper;
  readonly path?: string;
  readonly userId?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: OursOptions;
  /** What is at fault, and why; `undefined` when it is ours. */
  readonly fault?: readonly [kind: string, path: string];
}

const passwd = (lines: string): Paper => ({
  "/etc/passwd": file(0, 0o644, 0, machine["/etc/passwd"]!.text + lines),
});
const groups = (lines: string): Paper => ({ "/etc/group": file(0, 0o644, 0, lines) });
const ownGroup: Paper = { "/home/me/state": folder(me, 0o770, me) };

const rows: Readonly<Record<string, Row>> = {
  "what is in a home": {},
  "what is not there yet": { path: "/home/me/new/folder/x" },
  "a folder of root's": { paper: { "/home/me/state": folder(0), "/home/me/state/x": file(0) } },
  "a relative path, from the folder that one is in": {
    path: "state/x",
    paper: { "/home/me/state": folder(mallory) },
  },
  "a file of another": {
    paper: { "/home/me/state/x": file(mallory) },
    fault: ["foreign", "/home/me/state/x"],
  },
  "a file that all can write": {
    paper: { "/home/me/state/x": file(me, 0o666) },
    fault: ["open", "/home/me/state/x"],
  },
  "a file that all can write, and nobody can read": {
    paper: { "/home/me/state/x": file(me, 0o602) },
    fault: ["open", "/home/me/state/x"],
  },
  "a file that all can read": { paper: { "/home/me/state/x": file(me, 0o644) } },
  "a folder of another": {
    paper: { "/home/me/state": folder(mallory, 0o755) },
    fault: ["foreign", "/home/me/state"],
  },
  "a folder that all can write": {
    paper: { "/home/me/state": folder(me, 0o777) },
    fault: ["open", "/home/me/state"],
  },
  "a folder of root's that all can write": {
    paper: { "/home/me/state": folder(0, 0o777) },
    fault: ["open", "/home/me/state"],
  },
  "a folder that all can write and none can read": {
    paper: { "/home/me/state": folder(me, 0o703) },
    fault: ["open", "/home/me/state"],
  },
  "a sticky folder of ours": {
    paper: { "/home/me/state": folder(me, 0o1777) },
    fault: ["open", "/home/me/state"],
  },
  "a sticky folder of another's": {
    paper: { "/home/me/state": folder(mallory, 0o1777) },
    fault: ["foreign", "/home/me/state"],
  },
  "a folder higher up that is another's": {
    paper: { "/home": folder(mallory) },
    fault: ["foreign", "/home"],
  },
  "a folder higher up that all can write": {
    paper: { "/home": folder(0, 0o777) },
    fault: ["open", "/home"],
  },
  "a home of another": { path: "/home/mallory/state", fault: ["foreign", "/home/mallory"] },
  "our folder in /tmp": { path: "/tmp/me/x", paper: { "/tmp/me": folder(me, 0o700) } },
  "a folder of another in /tmp": {
    path: "/tmp/me/x",
    paper: { "/tmp/me": folder(mallory, 0o700) },
    fault: ["foreign", "/tmp/me"],
  },
  "our file in /tmp": { path: "/tmp/x", paper: { "/tmp/x": file(me) } },
  "a file of another in /tmp": {
    path: "/tmp/x",
    paper: { "/tmp/x": file(mallory) },
    fault: ["foreign", "/tmp/x"],
  },
  "/tmp when it is not sticky": {
    path: "/tmp/me/x",
    paper: { "/tmp": folder(0, 0o777), "/tmp/me": folder(me, 0o700) },
    fault: ["open", "/tmp"],
  },
  "our link to what is ours": { path: "/home/me/l/x", paper: { "/home/me/l": link(me, "state") } },
  "our link to what is another's": {
    path: "/home/me/l",
    paper: { "/home/me/l": link(me, "/home/mallory/x") },
    fault: ["foreign", "/home/mallory"],
  },
  "our link in /tmp to what is ours": {
    path: "/tmp/l/x",
    paper: { "/tmp/l": link(me, "/home/me/state") },
  },
  "a link of another in /tmp to what is ours": {
    path: "/tmp/l/x",
    paper: { "/tmp/l": link(mallory, "/home/me/state") },
    fault: ["foreign", "/tmp/l"],
  },
  "a link of another in a folder that nobody but we can write": {
    path: "/home/me/l/x",
    paper: { "/home/me/l": link(mallory, "state") },
  },
  "a link in a folder that others can write": {
    path: "/home/me/open/l/x",
    paper: { "/home/me/open": folder(me, 0o777), "/home/me/open/l": link(me, "../state") },
    fault: ["open", "/home/me/open"],
  },
  "a link over a link over another's folder": {
    path: "/home/me/l/x",
    paper: {
      "/home/me/l": link(me, "../me/m"),
      "/home/me/m": link(me, "/home/mallory/l"),
      "/home/mallory/l": link(me, "/home/me/state"),
    },
    fault: ["foreign", "/home/mallory"],
  },
  "a way back up": { path: "/home/mallory/../me/state/x", fault: ["foreign", "/home/mallory"] },
  "a link to nothing": { path: "/home/me/l", paper: { "/home/me/l": link(me, "nothing/there") } },

  "a folder that a group can write": {
    paper: { "/home/me/state": folder(me, 0o770, staff) },
    fault: ["open-to-group", "/home/me/state"],
  },
  "a folder that the own group can write": { paper: ownGroup },
  "a folder that the own group can write, which has our number but another's name": {
    paper: { ...ownGroup, ...groups("x:x:1000:me\n") },
  },
  "a file that the own group can write": { paper: { "/home/me/state/x": file(me, 0o660, me) } },
  "a folder of root's that the own group can write": {
    paper: { "/home/me/state": folder(0, 0o775, me), "/home/me/state/x": file(0) },
  },
  "a folder that root's group can write": {
    paper: { "/home/me/state": folder(me, 0o770, 0) },
    fault: ["open-to-group", "/home/me/state"],
  },
  "the own group with another member": {
    paper: { ...ownGroup, ...groups("me:x:1000:me,mallory\n") },
    fault: ["open-to-group", "/home/me/state"],
  },
  "the own group with another member under a second name": {
    paper: { ...ownGroup, ...groups("me:x:1000:\nus:x:1000:mallory\n") },
    fault: ["open-to-group", "/home/me/state"],
  },
  "the own group, which is another's first one": {
    paper: { ...ownGroup, ...passwd("mallory:x:2002:1000::/:/bin/sh\n") },
    fault: ["open-to-group", "/home/me/state"],
  },
  "the own group of somebody with two names": {
    paper: {
      ...ownGroup,
      ...passwd("also:x:1000:1000::/:/bin/sh\n"),
      ...groups("me:x:1000:also\n"),
    },
  },
  "the own group without a line, where files know all": {
    paper: { ...ownGroup, ...groups("root:x:0:\n") },
  },
  "the own group without a line, where a directory service may know more": {
    paper: {
      ...ownGroup,
      ...groups("root:x:0:\n"),
      "/etc/nsswitch.conf": file(0, 0o644, 0, "passwd: files sss\ngroup: files sss\n"),
    },
    fault: ["open-to-group", "/home/me/state"],
  },
  "the own group without a line, where nothing says who knows": {
    paper: { ...ownGroup, ...groups("root:x:0:\n"), "/etc/nsswitch.conf": file(0, 0o644, 0, "") },
    fault: ["open-to-group", "/home/me/state"],
  },
  "the own group where a service adds members": {
    paper: { ...ownGroup, ...groups("me:x:1000:\n+:::\n") },
    fault: ["open-to-group", "/home/me/state"],
  },
  "the own group where nothing is known of groups": {
    paper: { ...ownGroup, ...groups("") },
    fault: ["open-to-group", "/home/me/state"],
  },

  "a root directory of nobody, as in a user namespace": {
    paper: { "/": folder(65534), "/home": folder(65534), "/tmp": folder(65534, 0o1777) },
  },
  "a file of nobody, where that is also root": {
    paper: { "/": folder(65534), "/home": folder(65534), "/home/me/state/x": file(65534) },
    fault: ["foreign", "/home/me/state/x"],
  },
  "the root directory when all can write it": {
    paper: { "/": folder(0, 0o777) },
    fault: ["open", "/"],
  },

  "an AWS file that others can write, in a folder that is ours": {
    paper: { "/home/me/state/x": file(me, 0o666) },
    options: { isAwsFile: true },
  },
  "an AWS file of another's": {
    paper: { "/home/me/state/x": file(mallory) },
    options: { isAwsFile: true },
    fault: ["foreign", "/home/me/state/x"],
  },
  "an AWS file in a folder that others can write": {
    paper: { "/home/me/state": folder(me, 0o777) },
    options: { isAwsFile: true },
    fault: ["open", "/home/me/state"],
  },

  "root's own home": {
    userId: 0,
    path: "/home/admin/x",
    paper: { "/home/admin": folder(0, 0o700) },
  },
  "another's file, for root": { userId: 0, fault: ["foreign", "/home/me"] },
  "the home of another, for root in that home": { userId: 0, env: { HOME: "/home/me" } },
  "what is a third one's, for root in a home": {
    userId: 0,
    env: { HOME: "/home/me" },
    paper: { "/home/me/state/x": file(mallory) },
    fault: ["foreign", "/home/me/state/x"],
  },
  "what all can write, for root in a home": {
    userId: 0,
    env: { HOME: "/home/me" },
    paper: { "/home/me/state": folder(me, 0o777) },
    fault: ["open", "/home/me/state"],
  },
  "what root left in a home, for root in that home": {
    userId: 0,
    env: { HOME: "/home/me" },
    paper: { "/home/me/state/x": file(0) },
  },
  "what the owner of a home has root find in root's own files": {
    userId: 0,
    env: { HOME: "/home/me" },
    path: "/home/me/l",
    paper: { "/home/me/l": link(me, "/etc/passwd") },
    fault: ["led", "/home/me/l"],
  },
  "what the owner of a home has root find in the home of a third one": {
    userId: 0,
    env: { HOME: "/home/me" },
    path: "/home/me/l",
    options: { isAwsFile: true },
    paper: {
      "/home/me/l": link(me, "/home/mallory/x"),
      "/home/mallory": folder(mallory, 0o755),
      "/home/mallory/x": file(mallory),
    },
    fault: ["led", "/home/me/l"],
  },
  "what the owner of a home has root find at another place of that home": {
    userId: 0,
    env: { HOME: "/home/me" },
    path: "/home/me/l",
    options: { isAwsFile: true },
    paper: { "/home/me/l": link(me, "state/x"), "/home/me/state/x": file(me) },
  },
  "an AWS folder of another, mounted into root's home": {
    userId: 0,
    env: { HOME: "/home/admin" },
    path: "/home/admin/.aws/credentials",
    options: { isAwsFile: true },
    paper: {
      "/home/admin": folder(0, 0o700),
      "/home/admin/.aws": folder(me, 0o700),
      "/home/admin/.aws/credentials": file(me),
    },
  },
  "an AWS folder of another, mounted into root's home, with programs to run": {
    userId: 0,
    env: { HOME: "/home/admin" },
    path: "/home/admin/.aws/config",
    options: { isAwsFile: true, isRun: true },
    paper: {
      "/home/admin": folder(0, 0o700),
      "/home/admin/.aws": folder(me, 0o700),
      "/home/admin/.aws/config": file(me),
    },
  },
  "an AWS file of another with programs to run, for root in that home": {
    userId: 0,
    env: { HOME: "/home/me" },
    path: "/home/me/x",
    options: { isAwsFile: true, isRun: true },
    paper: { "/home/me/x": file(me) },
  },
  "an AWS file of another, for root in its own home": {
    userId: 0,
    env: { HOME: "/home/admin" },
    path: "/home/me/x",
    options: { isAwsFile: true },
    paper: { "/home/admin": folder(0, 0o700), "/home/me/x": file(me) },
  },
  "an AWS file of another with programs to run, for root in its own home": {
    userId: 0,
    env: { HOME: "/home/admin" },
    path: "/home/me/x",
    options: { isAwsFile: true, isRun: true },
    paper: { "/home/admin": folder(0, 0o700), "/home/me/x": file(me) },
    fault: ["foreign", "/home/me"],
  },
  "an AWS file of a third one with programs to run, for root in a home": {
    userId: 0,
    env: { HOME: "/home/me" },
    path: "/home/mallory/x",
    options: { isAwsFile: true, isRun: true },
    paper: { "/home/mallory": folder(mallory, 0o755), "/home/mallory/x": file(mallory) },
    fault: ["foreign", "/home/mallory"],
  },
  "a third one's folder in the home that root is in, with programs to run": {
    userId: 0,
    env: { HOME: "/home/me" },
    path: "/home/me/.aws/config",
    options: { isAwsFile: true, isRun: true },
    paper: { "/home/me/.aws": folder(mallory), "/home/me/.aws/config": file(mallory) },
    fault: ["foreign", "/home/me/.aws"],
  },
  "any folder with programs to run, for root without a home": {
    userId: 0,
    env: { HOME: "/" },
    path: "/home/me/x",
    options: { isAwsFile: true, isRun: true },
    paper: { "/home/me/x": file(me) },
    fault: ["foreign", "/home/me"],
  },
  "an AWS folder in a home of root's that all can write, with programs to run": {
    userId: 0,
    env: { HOME: "/tmp" },
    path: "/tmp/.aws/config",
    options: { isAwsFile: true, isRun: true },
    paper: {
      "/tmp": folder(0, 0o1777),
      "/tmp/.aws": folder(me, 0o700),
      "/tmp/.aws/config": file(me),
    },
    fault: ["foreign", "/tmp/.aws"],
  },
  "a way out of root's AWS folder, with programs to run": {
    userId: 0,
    env: { HOME: "/home/admin" },
    path: "/home/admin/.aws/../../me/x",
    options: { isAwsFile: true, isRun: true },
    paper: {
      "/home/admin": folder(0, 0o700),
      "/home/admin/.aws": folder(0, 0o700),
      "/home/me/x": file(me),
    },
    fault: ["foreign", "/home/me"],
  },
  "a folder that the own group of a home's owner can write, for root": {
    userId: 0,
    env: { HOME: "/home/me" },
    paper: ownGroup,
  },
  "anything, once that was said": {
    env: { STSMFA_ALLOW_FOREIGN_FILES: "1" },
    paper: { "/home/me/state": folder(mallory, 0o777) },
  },
  "nothing, when it was denied": {
    env: { STSMFA_ALLOW_FOREIGN_FILES: "0" },
    paper: { "/home/me/state": folder(mallory, 0o777) },
    fault: ["foreign", "/home/me/state"],
  },
};

function world({ paper = {}, env = {}, userId = me }: Row, keepsModes = true) {
  const files = paperFiles({ ...machine, ...paper }, { keepsModes });
  return { files, env: fakeEnv(env), os: "unix" as const, userId };
}

for (const [what, row] of Object.entries(rows)) {
  Deno.test(`${row.fault === undefined ? "ours is" : "not ours is"} ${what}`, async () => {
    const fault = await foreignPart(world(row), row.path ?? "/home/me/state/x", row.options);
    assertEquals(fault && [fault.kind, fault.path], row.fault && [...row.fault]);
  });
}

Deno.test("where the system has no numbers for users, nothing is looked at", async () => {
  const row = { paper: { "/home/me/state": folder(mallory, 0o777) } };
  for (const changes of [{ userId: undefined }, { os: "windows" as const }]) {
    assertEquals(await foreignPart({ ...world(row), ...changes }, "/home/me/state"), undefined);
  }
});

Deno.test("links that lead round and round are an error, as for the system", async () => {
  const paper = { "/home/me/l": link(me, "m"), "/home/me/m": link(me, "l") };
  const error = await assertRejects(() => foreignPart(world({ paper }), "/home/me/l"), Error);
  assertEquals((error as { code?: string }).code, "ELOOP");
});

Deno.test("what is refused names the place, the variable that leads there, and the way out", async () => {
  const refuse = async (env: Record<string, string>, path: string, paper: Paper = {}) => {
    const error = await assertRejects(() => requireOurs(world({ env, paper }), path), StsmfaError);
    assertEquals([error.code, error.exitStatus], ["UntrustedFile", 6]);
    assertStringIncludes(error.hint!, "; to use it anyway: STSMFA_ALLOW_FOREIGN_FILES=1");
    return [error.message, error.hint!.split("; to use")[0]];
  };
  const path = "/home/mallory/stsmfa/sessions";
  const message = `cannot use ${path}: /home/mallory belongs to another user (uid 2002)`;
  for (const name of ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"]) {
    assertEquals(await refuse({ [name]: "/home/mallory/" }, path), [
      message,
      `${name} points there; set it to a folder of your own`,
    ]);
  }
  assertEquals(await refuse({ HOME: "/home/me" }, path), [
    message,
    "see whose it is: ls -ld /home/mallory",
  ]);
  const open = { "/home/me/state": folder(me, 0o777) };
  assertEquals(await refuse({ HOME: "/home/me" }, "/home/me/state", open), [
    "cannot use /home/me/state: others can write /home/me/state",
    "check what is in it, then: chmod go-w /home/me/state",
  ]);
  const device: Paper = {
    "/dev": folder(0),
    "/dev/null": { kind: "device", uid: 0, gid: 0, mode: 0o666 },
    "/home/me/state/x": link(me, "/dev/null"),
  };
  assertEquals(await refuse({}, "/home/me/state/x", device), [
    "cannot use /home/me/state/x: others can write /dev/null",
    "see what it is: ls -ld /dev/null",
  ]);
  const shared = { "/home/me/state": folder(me, 0o770, staff) };
  assertEquals(
    (await refuse({}, "/home/me/state/x", shared))[0],
    "cannot use /home/me/state/x: group 3000 can write /home/me/state",
  );
});

Deno.test("a file system that keeps no modes locks nobody out: the owner counts, and it is said", async () => {
  const wide: Paper = {
    "/mnt": folder(me, 0o777),
    "/mnt/state": folder(me, 0o777),
    "/mnt/state/x": file(me, 0o777),
    "/mnt/theirs": file(mallory, 0o777),
  };
  const said: string[] = [];
  const warn = (message: string) => said.push(message);
  assertEquals(
    await foreignPart(world({ paper: wide }, false), "/mnt/state/x", { warn }),
    undefined,
  );
  assertEquals(said.length, 1);
  assertStringIncludes(said[0]!, "/mnt has no file modes");
  assertEquals(said[0]!.includes("chmod"), false);
  assertEquals((await foreignPart(world({ paper: wide }, false), "/mnt/theirs"))?.kind, "foreign");
  assertEquals((await foreignPart(world({ paper: wide }), "/mnt/state/x"))?.path, "/mnt");
  const roots = { ...wide, "/mnt": folder(0, 0o777) };
  assertEquals((await foreignPart(world({ paper: roots }, false), "/mnt/state/x"))?.path, "/mnt");
});

Deno.test("trying whether modes are kept leaves them as they were, and nothing more open on the way", async () => {
  for (const mode of [0o777, 0o770, 0o722, 0o702, 0o775, 0o2777]) {
    const paper = { "/home/me/state": folder(me, mode, staff) };
    const files = paperFiles({ ...machine, ...paper });
    const tried: number[] = [];
    const watched = {
      ...files,
      changeMode: (path: string, mode: number) => (tried.push(mode), files.changeMode(path, mode)),
    };
    const context = { ...world({}), files: watched };
    assert(await foreignPart(context, "/home/me/state") !== undefined, mode.toString(8));
    assertEquals((await files.linkStatus("/home/me/state"))?.mode, mode);
    assert(tried.every((each) => (each & ~mode) === 0), "no bit more than there was");
  }
});

Deno.test("another process that tries modes at the same moment makes no file system one without", async () => {
  const paper = { "/home/me/state": folder(me, 0o777) };
  const files = paperFiles({ ...machine, ...paper });
  for (const times of [1, 3, 7]) {
    let left = times;
    const disturbed = {
      ...files,
      changeMode: async (path: string, mode: number) => {
        await files.changeMode(path, mode);
        if (left-- > 0) await files.changeMode(path, 0o777);
      },
    };
    const fault = await foreignPart({ ...world({}), files: disturbed }, "/home/me/state");
    assertEquals(fault?.kind, "open", `${times} times`);
  }
});

Deno.test("on a disk that is mounted to be read alone, modes count", async () => {
  const paper = { "/home/me/state": folder(me, 0o777) };
  const files = {
    ...paperFiles({ ...machine, ...paper }),
    changeMode: () => Promise.reject(Object.assign(new Error("x"), { code: "EROFS" })),
  };
  assertEquals((await foreignPart({ ...world({}), files }, "/home/me/state"))?.kind, "open");
});

Deno.test("what others can write is said to be removed only if it is a file", () => {
  const status = { isFile: false, isDirectory: false, mode: 0o666, uid: 0, gid: 0, linkCount: 1 };
  const hint = (changes: Partial<typeof status>) =>
    faultHint({ kind: "open", path: "/x", status: { ...status, ...changes } }).split("; to use")[0];
  assertEquals(
    hint({ isFile: true }),
    "check what is in it, then: chmod go-w /x; or remove it: rm /x",
  );
  assertEquals(hint({ isDirectory: true }), "check what is in it, then: chmod go-w /x");
  assertEquals(hint({}), "see what it is: ls -ld /x");
});
