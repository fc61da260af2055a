import { assertEquals } from "@std/assert";
import type { Files, FileStatus } from "../../../lib/context.ts";
import { programProblem } from "../../../lib/files/find_program.ts";
import { fakeEnv } from "../../support/aws_files.ts";

const status = (changes: Partial<FileStatus>): FileStatus => ({
  isFile: false,
  isDirectory: false,
  mode: 0o755,
  uid: 0,
  gid: 0,
  linkCount: 1,
  ...changes,
});
const found: Readonly<Record<string, FileStatus>> = {
  "/bin/tool": status({ isFile: true }),
  "/home/tool": status({ isFile: true, mode: 0o644 }),
  "/opt/tool": status({ isDirectory: true }),
  "./tool": status({ isFile: true }),
  "/home/my tool": status({ isFile: true, mode: 0o644 }),
  "/bin/pipe": status({}),
  "/bin/others": status({ isFile: true, mode: 0o001 }),
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
  assertEquals(await hint("my tool"), "chmod +x '/home/my tool'");
  assertEquals(await hint("aws s3 ls"), "for a shell's command line: -- sh -c 'COMMAND'");
  assertEquals(await hint("aws"), undefined);
});

Deno.test("programProblem() leaves Windows to find programs by its own rules", async () => {
  const env = fakeEnv({ PATH: "C:\\bin" });
  assertEquals(await programProblem({ env, files, os: "windows" }, "nosuch"), undefined);
});
