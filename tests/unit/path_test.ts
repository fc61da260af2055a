import { assertEquals } from "@std/assert";
import { basename, dirname, join } from "../../lib/path.ts";

const cases: [path: string, directory: string, name: string][] = [
  ["/home/a/.aws/credentials", "/home/a/.aws", "credentials"],
  ["/credentials", "/", "credentials"],
  ["credentials", ".", "credentials"],
  ["./credentials", ".", "credentials"],
  ["/home/we\\ird/credentials", "/home/we\\ird", "credentials"],
  ["/home/a/we\\ird", "/home/a", "we\\ird"],
  ["C:\\Users\\a\\.aws\\credentials", "C:\\Users\\a\\.aws", "credentials"],
  ["C:\\Users\\a/.aws/credentials", "C:\\Users\\a/.aws", "credentials"],
  ["C:\\credentials", "C:\\", "credentials"],
];
for (const [path, directory, name] of cases) {
  Deno.test(`dirname() and basename() take ${path} apart, and join() puts it together`, () => {
    assertEquals([dirname(path), basename(path)], [directory, name]);
    const joined = join(directory, name);
    assertEquals([dirname(joined), basename(joined)], [directory, name]);
  });
}
