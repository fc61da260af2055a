import { assertEquals } from "@std/assert";
import type { Files } from "../../../lib/context.ts";
import { lastingCommand } from "../../../lib/files/lasting_command.ts";
import { fakeEnv } from "../../support/aws_files.ts";

const links: Readonly<Record<string, string>> = {
  "/brew/bin/stsmfa": "/brew/Cellar/stsmfa/1/bin/stsmfa",
  "/old/stsmfa": "/brew/Cellar/stsmfa/0/bin/stsmfa",
  "bin/stsmfa": "/brew/Cellar/stsmfa/1/bin/stsmfa",
};
const files = {
  resolveLinks: (path: string) =>
    path.startsWith("/locked/")
      ? Promise.reject(new Deno.errors.PermissionDenied("x"))
      : Promise.resolve(links[path] ?? path),
} as Files;
const own = "/brew/Cellar/stsmfa/1/bin/stsmfa";
const source = ["/bin/deno", "run", "-A", "/src/cli.ts"] as const;

const cases: [what: string, path: string | undefined, own: readonly string[], string[]][] = [
  ["the link that leads to it", "/locked:/old:/none:/brew/bin", [own], ["/brew/bin/stsmfa"]],
  ["the link that was started", "/brew/bin", ["/brew/bin/stsmfa"], ["/brew/bin/stsmfa"]],
  ["itself where nothing leads to it", "/old:/none", [own], [own]],
  ["itself where a link depends on the folder", "bin::", [own], [own]],
  ["itself without a PATH", undefined, [own], [own]],
  ["the runtime and its words", "/brew/bin", source, [...source]],
];
for (const [what, path, started, expected] of cases) {
  Deno.test(`lastingCommand() is ${what}`, async () => {
    const env = fakeEnv(path === undefined ? {} : { PATH: path });
    const ownCommand = () => Promise.resolve(started as [string]);
    assertEquals(await lastingCommand({ env, files, os: "unix", ownCommand }), expected);
  });
}
