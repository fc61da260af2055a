import { assertEquals } from "@std/assert";
import { namedEntry, namedNestedEntry, namedValue } from "../../../lib/aws_files/named_sections.ts";
import { configPath, fakeFiles } from "../../support/aws_files.ts";

const { config } = fakeFiles({
  config:
    "[DEFAULT]\nsso_region = a\n[services  s]\nsts =\n  endpoint_url = b\n  endpoint_url = c\n" +
    "  ENDPOINT_URL = d\n[sso-session 's']\nsso_start_url =\n[sso-session t]\nsso_region = e\n",
});

Deno.test("namedEntry() gives a key of the section that botocore reads under the name", () => {
  assertEquals(namedEntry(config, "sso-session", "t", "sso_region"), {
    value: "e",
    path: configPath,
    section: "sso-session t",
    key: "sso_region",
    line: 11,
  });
  assertEquals(namedEntry(config, "sso-session", "s", "sso_region")?.section, "DEFAULT");
  assertEquals(namedEntry(config, "sso-session", "s", "sso_start_url")?.value, "");
  assertEquals(namedValue(config, "sso-session", "s", "sso_start_url"), undefined);
  assertEquals(namedEntry(config, "services", "t", "sso_region"), undefined);
});

Deno.test("namedNestedEntry() gives the last of several keys, and knows no other case", () => {
  const found = namedNestedEntry(config, "services", "s", "sts", "endpoint_url");
  assertEquals([found?.value, found?.line, found?.section], ["c", 6, "services  s"]);
  assertEquals(namedNestedEntry(config, "services", "s", "iam", "endpoint_url"), undefined);
  assertEquals(namedNestedEntry(config, "services", "t", "sts", "endpoint_url"), undefined);
});
