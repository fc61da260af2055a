import { assertEquals } from "@std/assert";
import { isOwnProcess } from "../../../lib/profile/own_process.ts";

function isOwn(command: string, config: string, credentials = "/home/me/.aws/credentials") {
  return isOwnProcess(
    { config: { path: config }, credentials: { path: credentials } },
    command,
    "p",
  );
}

const own: readonly (readonly [command: string, config: string, isOwn: boolean])[] = [
  ["--config-file /a/config", "/a/config", true],
  ["--config-file=/a/config", "/a/config", true],
  ['--config-file "/a b/config"', "/a b/config", true],
  ["--config-file /a/config --credentials-file /home/me/.aws/credentials", "/a/config", true],
  ["--config-file C:/Users/me/config", "C:\\Users\\me\\config", true],
  // The folder that we are in may be any.
  ["--config-file /a/config", "config", true],
  ["--config-file /a/config", "./config", true],
  ["--config-file /a/xconfig", "config", false],
  ["--config-file /b/config", "/a/config", false],
  ["--config-file /a/config", "/b/a/config", false],
  ["--config-file config", "/a/config", false],
  ["--config-file", "/a/config", false],
  ["--config-file=", "/a/config", false],
  ["--credentials-file /a/config", "/a/config", false],
  ["--config-file /a/config --credentials-file /b/credentials", "/a/config", false],
];
for (const [flags, config, expected] of own) {
  Deno.test(`stsmfa process p ${flags} is ${expected ? "" : "not "}p's own where ${config} is read`, () => {
    assertEquals(isOwn(`stsmfa process p ${flags}`, config), expected);
    assertEquals(isOwn(`stsmfa process ${flags} -p p`, config), expected);
  });
}
