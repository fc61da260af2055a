import { assertEquals } from "@std/assert";
import { foundCommand, tokenArguments } from "../../../lib/kube/token_command.ts";

const files = { config: "/h/.aws/config", credentials: "/h/.aws/credentials" };

Deno.test("what is written is found again, whatever the profile is called and the program is", () => {
  for (const profile of ["prod", "--force", "-p", "a b", "kube-token", "é"]) {
    for (
      const [command, ...words] of [
        ["/opt/stsmfa"],
        ["/opt/stsmfa-x86_64"],
        ["/opt/mfa"],
        ["/usr/bin/deno", "run", "-A", "/src/cli.ts"],
      ]
    ) {
      const given = { cluster: "shop", profile, region: "eu-west-1", files };
      const found = foundCommand({ command: command!, args: [...words, ...tokenArguments(given)] });
      assertEquals(found, { ...given, isOfHook: true }, profile);
    }
  }
});

Deno.test("earlier versions' and hand-made commands are found, others' are not", () => {
  const args = ["kube-token", "--cluster", "shop", "--region", "eu-west-1", "prod"];
  const found = { cluster: "shop", profile: "prod", region: "eu-west-1", isOfHook: true };
  assertEquals(foundCommand({ command: "stsmfa", args }), found);
  assertEquals(foundCommand({ command: "C:\\bin\\stsmfa.exe", args }), found);
  assertEquals(foundCommand({ command: "/usr/bin/other", args }), undefined);
  assertEquals(
    foundCommand({ command: "stsmfa", args: ["kube-token", "--cluster=shop", "prod"] }),
    {
      cluster: "shop",
      profile: "prod",
      region: undefined,
      isOfHook: false,
    },
  );
  for (
    const exec of [
      undefined,
      null,
      "stsmfa",
      { command: "aws", args: ["eks", "get-token", "--cluster-name", "shop"] },
      { command: "stsmfa", args: null },
      { command: "stsmfa", args: ["process", "prod"] },
      { command: "stsmfa", args: ["kube-token", "prod"] },
    ]
  ) assertEquals(foundCommand(exec), undefined);
});
