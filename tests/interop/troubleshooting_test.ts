/**
 * The messages that docs/troubleshooting.md explains are those of the tools as they are now.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { needsPython } from "../support/python.ts";

const python = needsPython("botocore");
const page = (await Deno.readTextFile(new URL("../../docs/troubleshooting.md", import.meta.url)))
  .replaceAll(/\s+/g, " ");

/** Prints each message as botocore words it, with the page's example in it. */
const script = `
from botocore import exceptions as e
print(e.NoCredentialsError())
print(e.ProfileNotFound(profile="prod"))
print(e.NoRegionError())
print(e.ConfigParseError(path="PATH"))
print(e.CredentialRetrievalError(provider="custom-process", error_msg=""))
`;

Deno.test({
  name: `docs/troubleshooting.md quotes botocore as it is${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const { stdout } = await new Deno.Command("python3", { args: ["-c", script] }).output();
    const messages = new TextDecoder().decode(stdout).trim().split("\n")
      .map((line) => line.replace(/[.:] *(?:PATH)?$/, ""));
    assertEquals(messages.length, 5);
    assertEquals(messages.filter((message) => !page.includes(message)), []);
  },
});
