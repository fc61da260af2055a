import { assertEquals } from "@std/assert";
import type { Files, FileStatus } from "../../../lib/context.ts";
import { programProblem, startProblem } from "../../../lib/files/find_program.ts";
import { fakeEnv } from "../../support/aws_files.ts";

const statusOf = (changes: Partial<FileStatus>): FileStatus => ({
  isFile: false,
  isDirectory: false,
  mode: 0o755,
  uid: 0,
  gid: 0,
  linkCount: 1,
  ...changes,
});
const found: Readonly<Record<string, FileStatus>> = {
  "/bin/tool": statusOf({ isFile: true }),
  "/home/tool": statusOf({ isFile: true, mode: 0o644 }),
  "/opt/tool": statusOf({ isDirectory: true }),
  "./tool": statusOf({ isFile: true }),
  "/home/my tool": statusOf({ isFile: true, mode: 0o644 }),
  "/bin/pipe": statusOf({}),
  "/bin/others": statusOf({ isFile: true, mode: 0o001 }),
};
const files = {
  status: (path: string) =>
    path.startsWith("/locked/")
      ? Promise.reject(new Deno.errors.PermissionDenied("x"))
      : Promise.resolve(found[path]),
} as Files;

const none = undefined;
const looked: [program: string, path: string | undefined, problem: string | undefined][] = [
  ["tool", "/bin", none],
  ["tool", "/home:/opt:/locked:/nonexistent:/bin", none],
  ["tool", "/home:/opt", "CommandNotRunnable: cannot run /home/tool: it is not executable"],
  ["tool", "/opt:/locked", "CommandNotFound: there is no program tool"],
  ["tool", "/nonexistent:", none],
  ["others", "/bin", none],
  ["nosuch", "/bin:/home", "CommandNotFound: there is no program nosuch"],
  ["nosuch", undefined, none],
  ["./tool", "/nonexistent", none],
  ["/opt/tool", "/bin", "CommandNotRunnable: cannot run /opt/tool: it is a directory"],
  ["/bin/pipe", "/bin", "CommandNotRunnable: cannot run /bin/pipe: it is not executable"],
  ["/locked/tool", "/bin", "CommandNotRunnable: cannot run /locked/tool: permission denied"],
];
for (const [program, path, expected] of looked) {
  Deno.test(`programProblem() with PATH=${path ?? ""}: ${program}`, async () => {
    const env = fakeEnv(path === undefined ? {} : { PATH: path });
    const problem = await programProblem({ env, files, os: "unix" }, program);
    assertEquals(problem && `${problem.code}: ${problem.message}`, expected);
  });
}

Deno.test("programProblem() says how to go on, in words for a shell", async () => {
  const hint = async (program: string) =>
    (await programProblem({ env: fakeEnv({ PATH: "/home" }), files, os: "unix" }, program))?.hint;
  assertEquals(await hint("my tool"), 'chmod +x "/home/my tool"');
  assertEquals(await hint("aws s3 ls"), "for a shell's command line: -- sh -c 'COMMAND'");
  assertEquals(await hint("aws"), undefined);
});

const onWindows: [program: string, problem: string | undefined, pathext?: string][] = [
  ["tool", none],
  ["tool.EXE", none],
  ["script", none],
  ["script.cmd", none],
  ["script", "CommandNotFound: there is no program script", ".EXE"],
  ["text", "CommandNotFound: there is no program text"],
  ["text.txt", "CommandNotFound: there is no program text.txt"],
  ["a.b", none],
  ["nosuch", "CommandNotFound: there is no program nosuch"],
  ["C:\\bin\\tool", none],
  ["C:/bin/tool.exe", none],
  ["C:\\bin\\script", "CommandNotFound: there is no program C:\\bin\\script"],
  [
    "C:\\bin\\deploy.sh",
    "CommandNotRunnable: cannot run C:\\bin\\deploy.sh: Windows starts no scripts",
  ],
  ["deploy", "CommandNotRunnable: cannot run C:\\bin\\deploy.py: Windows starts no scripts", ".PY"],
  ["echo", "CommandNotFound: there is no program echo"],
  ["C:\\bin", "CommandNotRunnable: cannot run C:\\bin: it is a directory"],
];
for (const [program, expected, pathext] of onWindows) {
  Deno.test(`programProblem() on Windows, with PATHEXT=${pathext ?? ""}: ${program}`, async () => {
    const there = ["tool.exe", "script.cmd", "text.txt", "a.b.exe", "deploy.sh", "deploy.py"].map((
      each,
    ) => `c:\\bin\\${each}`);
    const status = (path: string) => {
      const name = path.toLowerCase().replaceAll("/", "\\");
      const info = name === "c:\\bin" ? { isDirectory: true } : { isFile: there.includes(name) };
      const isThere = info.isDirectory || info.isFile;
      return Promise.resolve(isThere ? { ...statusOf(info), mode: undefined } : undefined);
    };
    const env = fakeEnv({
      PATH: "D:\\none;;C:\\bin",
      ...(pathext !== undefined && { PATHEXT: pathext }),
    }, "windows");
    const world = { env, files: { status } as Files, os: "windows" as const };
    const problem = await programProblem(world, program);
    assertEquals(problem && `${problem.code}: ${problem.message}`, expected);
  });
}

Deno.test("programProblem() on Windows says what reads a script, and how a command of cmd is run", async () => {
  const status = (path: string) =>
    Promise.resolve(
      path.endsWith(".ps1") ? { ...statusOf({ isFile: true }), mode: undefined } : none,
    );
  const world = {
    env: fakeEnv({ PATH: "C:\\bin" }, "windows"),
    files: { status } as Files,
    os: "windows" as const,
  };
  const hint = async (program: string) => (await programProblem(world, program))?.hint;
  assertEquals(
    await hint("C:\\my bin\\x.ps1"),
    'name the program that reads it first: powershell -File "C:\\my bin\\x.ps1"',
  );
  assertEquals(await hint("dir"), `for a shell's command line: -- cmd /c "COMMAND"`);
  assertEquals(await hint("dirs"), undefined);
});

Deno.test("startProblem() names first lines only where they count", () => {
  const message = (os: "unix" | "windows") =>
    startProblem("x", new Deno.errors.NotFound(), os).message;
  assertEquals(message("unix"), "cannot find x, or the program that its first line names");
  assertEquals(message("windows"), "cannot find x, or Windows cannot start it");
});
