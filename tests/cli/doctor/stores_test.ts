import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FakeSecretTool, onLinux } from "../../support/fake_stores.ts";
import { longTerm, openHome } from "../../support/homes.ts";
import { storedKey } from "../../support/stored_home.ts";
import { alice } from "../../support/sts_people.ts";

async function findings(credentials: string, store: FakeSecretTool, ...args: string[]) {
  await using home = await openHome({
    credentials,
    runCommand: store.run,
    ...onLinux,
    nobody: true,
  });
  await home.run("doctor", "--offline", "--json", ...args);
  const found = home.json as Record<string, string>[];
  return found.filter(({ code }) => code === "PlainAccessKey");
}

Deno.test("doctor tells of keys in plain text where a key store could have them, in one note", async () => {
  const store = new FakeSecretTool();
  const credentials = longTerm("a-long-term") + longTerm("b-long-term") +
    storedKey("c-long-term") + longTerm("emulator", alice({ accessKeyId: "test" }));
  const [note, ...more] = await findings(credentials, store);
  assertEquals(more, []);
  assertEquals(note!["level"], "note");
  assertStringIncludes(
    note!["what"]!,
    "the access keys of a-long-term and b-long-term are in plain text; Secret Service can keep them",
  );
  assertEquals(note!["fix"], "stsmfa keys move a-long-term --to keychain");
  const [own] = await findings(credentials, store, "b");
  assertStringIncludes(own!["what"]!, "the access key of b-long-term is in plain text");
  assertEquals(await findings(storedKey("c-long-term"), store), []);
});

Deno.test("doctor gives no advice that cannot be followed here", async () => {
  const store = new FakeSecretTool();
  store.fault = "Cannot autolaunch D-Bus without X11 $DISPLAY";
  assertEquals(await findings(longTerm("a-long-term"), store), []);
  assert(store.runs.length > 0);
});

Deno.test("doctor tells of a stored key behind which AWS's tools find somebody else", async () => {
  const others = {
    "keys": longTerm("x").replace("[x]\n", ""),
    "process": "credential_process = /bin/true\n",
  };
  for (const [word, lines] of Object.entries(others)) {
    await using home = await openHome({
      credentials: `${storedKey("me")}${lines}`,
      runCommand: new FakeSecretTool().run,
      ...onLinux,
      nobody: true,
    });
    await home.run("doctor", "--offline", "--json");
    const found = home.json as Record<string, string>[];
    const [rival] = found.filter(({ code }) => code === "RivalCredentials");
    assertStringIncludes(rival?.["what"] ?? "", `stsmfa_key is not used`);
    assertStringIncludes(rival!["what"]!, `(${word})`);
  }
});
