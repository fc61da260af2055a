import { assertEquals } from "@std/assert";
import { nameOfDevice, seat, uncut } from "../../../lib/system/seat.ts";

Deno.test("terminals have the names that Linux gives their devices", () => {
  const device = (major: number, minor: number) =>
    (minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12);
  const names = [
    [0, undefined],
    [device(136, 3), "pts/3"],
    [device(136, 300), "pts/300"],
    [device(4, 1), "tty1"],
    [device(4, 65), "ttyS1"],
    [device(5, 0), undefined],
  ] as const;
  assertEquals(names.map(([number]) => nameOfDevice(number)), names.map(([, name]) => name));
});

Deno.test("a program's name is whole where its command line has it", () => {
  const names: [string, string[], string][] = [
    ["kubectl", ["kubectl", "get", "pods"], "kubectl"],
    ["terraform-provi", ["/opt/terraform-provider-aws_v5"], "terraform-provider-aws_v5"],
    ["docker-credenti", ["python3", "/x/docker-credential-tool", "get"], "docker-credential-tool"],
    // A program that changed its name, and one whose words are anything.
    ["node", ["", ""], "node"],
    ["nginx", ["nginx: master process"], "nginx"],
  ];
  assertEquals(names.map(([name, words]) => uncut(name, words)), names.map((each) => each[2]));
});

Deno.test("who started this process is known, but on Windows", () => {
  assertEquals(typeof seat().caller, Deno.build.os === "windows" ? "undefined" : "string");
});
