import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AttachedCommand } from "../../../lib/context.ts";
import { alicesFile, type Home, type HomeOptions, openHome, session } from "../../support/homes.ts";

const valid = alicesFile + session("default", "2026-03-04T06:30:00Z");

/** The programs of the system are there. */
const withPrograms: NonNullable<HomeOptions["files"]> = (files) => ({
  ...files,
  status: async (path) =>
    /^(?:C:[/\\](?:Git|Windows)|\/bin)[/\\]/.test(path)
      ? {
        isFile: true,
        isDirectory: false,
        mode: path.startsWith("/") ? 0o755 : undefined,
        uid: undefined,
        gid: undefined,
        linkCount: 1,
      }
      : await files.status(path),
});

async function open(options: HomeOptions): Promise<{ home: Home; ran: AttachedCommand[] }> {
  const ran: AttachedCommand[] = [];
  const home = await openHome({
    credentials: valid,
    isTerminal: true,
    files: withPrograms,
    runAttached: (command) => {
      ran.push(command);
      return Promise.resolve(5);
    },
    ...options,
  });
  return { home, ran };
}

const windows = String.raw`C:\Program Files\WindowsPowerShell\Modules;` +
  String.raw`C:\Windows\system32\WindowsPowerShell\v1.0\Modules`;
const comSpec = { COMSPEC: String.raw`C:\Windows\system32\cmd.exe` };

const shells: Record<string, readonly [HomeOptions, shell: string]> = {
  "SHELL": [{ env: { SHELL: "/bin/sh" } }, "/bin/sh"],
  "SHELL, on Windows in Git's bash": [
    {
      os: "windows",
      env: { ...comSpec, SHELL: String.raw`C:\Git\usr\bin\bash.exe` },
    },
    String.raw`C:\Git\usr\bin\bash.exe`,
  ],
  "cmd on Windows": [
    { os: "windows", env: { ...comSpec, PSModulePath: windows } },
    String.raw`C:\Windows\system32\cmd.exe`,
  ],
  "PowerShell 7 on Windows": [
    {
      os: "windows",
      env: {
        ...comSpec,
        PSModulePath: String.raw`C:\Users\a\Documents\PowerShell\Modules;` + windows,
      },
    },
    "pwsh",
  ],
  "Windows PowerShell": [
    {
      os: "windows",
      env: {
        ...comSpec,
        PSModulePath: String.raw`C:\Users\a\OneDrive\Dokumente\WindowsPowerShell\Modules;` +
          windows,
      },
    },
    "powershell",
  ],
};

for (const [what, [options, shell]] of Object.entries(shells)) {
  Deno.test(`exec without a command is the person's shell: ${what}`, async () => {
    const { home, ran } = await open(options);
    await using _ = home;
    if (options.os === "windows") {
      home.test.env["LOCALAPPDATA"] = home.test.path("local");
    }
    assertEquals(await home.run("exec"), 5, home.stderr);
    assertEquals(ran.map(({ argv }) => argv), [[shell]]);
    const { set, unset } = ran[0]!.environment;
    const { AWS_VAULT, STSMFA_SUBSHELL, STSMFA_PROFILE, AWS_CREDENTIAL_EXPIRATION } = set;
    assertEquals({ AWS_VAULT, STSMFA_SUBSHELL, STSMFA_PROFILE, AWS_CREDENTIAL_EXPIRATION }, {
      AWS_VAULT: "default",
      STSMFA_SUBSHELL: "default",
      STSMFA_PROFILE: "default",
      AWS_CREDENTIAL_EXPIRATION: "2026-03-04T06:30:00Z",
    });
    assertEquals(unset.filter((name) => Object.hasOwn(set, name)), []);
    assertStringIncludes(
      home.stderr,
      "with a session of default, expires in 1h 24m, at 06:30; to leave it: exit\n",
    );
  });
}

Deno.test("--quiet and --json open the shell without a word", async () => {
  for (const flag of ["--quiet", "--json"]) {
    const { home } = await open({ env: { SHELL: "/bin/sh" } });
    await using _ = home;
    assertEquals([await home.run("exec", flag), home.test.output], [5, ""]);
  }
});

const refusals: Record<
  string,
  readonly [HomeOptions, args: string[], error: string, hint: string]
> = {
  "nothing says which": [
    { os: "unix" },
    ["default"],
    "cannot tell which shell to start: SHELL is not set",
    "name one: stsmfa exec default -- bash",
  ],
  "nothing says which, on Windows": [
    { os: "windows" },
    [],
    "neither SHELL nor COMSPEC is set",
    "name one: stsmfa exec -- bash",
  ],
  "it would be one in another": [
    { env: { SHELL: "/bin/sh", STSMFA_SUBSHELL: "prod" } },
    ["default"],
    "this shell was opened by exec for prod",
    "leave it first (exit), or add --nested; for one command: " +
    "stsmfa exec default -- COMMAND",
  ],
  "there is no terminal, as in a script that lost its command": [
    { env: { SHELL: "/bin/sh" }, isTerminal: false },
    ["default"],
    "exec needs the command to run, after --",
    "stsmfa exec default -- COMMAND",
  ],
  "there is a pipe on standard input, as where a list is read and a command is lost": [
    { env: { SHELL: "/bin/sh" }, isTyped: false },
    ["default"],
    "exec needs the command to run, after --",
    "stsmfa exec default -- COMMAND",
  ],
  "there is a -- and nothing behind it": [
    { env: { SHELL: "/bin/sh" } },
    ["default", "--"],
    "exec needs the command to run, after --",
    "stsmfa exec default -- COMMAND",
  ],
  "a command stands there without its --": [
    { env: { SHELL: "/bin/sh" } },
    ["default", "terraform", "plan"],
    "exec needs the command to run, after --",
    "stsmfa exec default -- terraform plan",
  ],
};

for (const [what, [options, args, error, hint]] of Object.entries(refusals)) {
  Deno.test(`no shell is opened, and nothing asked, where ${what}`, async () => {
    const { home, ran } = await open({ ...options, credentials: alicesFile });
    await using _ = home;
    assertEquals(await home.run("exec", ...args), 2);
    assertStringIncludes(home.stderr, error);
    assertStringIncludes(home.stderr, `stsmfa: hint: ${hint}\n`);
    assertEquals([ran, home.test.questions, home.sts.count()], [[], [], 0]);
  });
}

Deno.test("in such a shell a program is run as anywhere, and a shell with --nested", async () => {
  const env = { SHELL: "/bin/sh", STSMFA_SUBSHELL: "prod", AWS_VAULT: "prod" };
  const { home, ran } = await open({ env });
  await using _ = home;
  assertEquals(await home.run("exec", "--", "/bin/sh"), 5, home.stderr);
  assertEquals(await home.run("exec", "--nested"), 5, home.stderr);
  assertEquals(ran.map(({ environment }) => environment.set["AWS_VAULT"]), [undefined, "default"]);
  assertEquals(ran.map(({ environment }) => environment.unset.includes("AWS_VAULT")), [
    true,
    false,
  ]);
});
