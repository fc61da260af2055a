import { assertEquals } from "@std/assert";
import { Secret } from "../../../lib/credentials.ts";
import { isCacheName, keyIn } from "../../../lib/setup/keyring.ts";
import {
  goCredentials,
  grantedItem,
  grantedSession,
  vaultItem,
  vaultSession,
  wrapped,
} from "../../support/keyring_items.ts";
import { alice } from "../../support/sts_people.ts";

Deno.test("sessions and tokens are told from profiles by their names, old forms included", () => {
  const names = [
    vaultSession("work")[0],
    vaultSession("ü/,:")[0],
    "sts.AssumeRole,d29yaw,,1772600000",
    "session,d29yaw,YXJu,1772600000",
    "session:work:arn%3Aaws:2026-03-04",
    "work session (1772600000)",
    "oidc:https://example.awsapps.com/start",
  ];
  for (const name of names) assertEquals(isCacheName(name), true, name);
  for (const name of ["work", "a,b", "a,b,c", "session", "my session", "team/a", "oidc"]) {
    assertEquals(isCacheName(name), false, name);
  }
});

Deno.test("a key is what the tool wrote for this very name, and nothing else", () => {
  const read = (tool: "aws-vault" | "granted", text: string) => {
    const found = keyIn(tool, "work", new Secret(text));
    return typeof found === "object" ? found.secretAccessKey.reveal() : found;
  };
  const { secretAccessKey } = alice();
  assertEquals(read("aws-vault", vaultItem("work")), secretAccessKey);
  assertEquals(read("aws-vault", goCredentials()), secretAccessKey);
  assertEquals(read("granted", grantedItem("work")), secretAccessKey);
  assertEquals(read("granted", goCredentials()), secretAccessKey);
  for (
    const text of [
      grantedItem("work"),
      vaultItem("home"),
      wrapped("home", goCredentials(), "aws-vault (work)"),
      vaultItem("work", grantedSession),
      vaultSession("work")[1],
      vaultItem("work", goCredentials(alice(), { CanExpire: true })),
      "",
      "password",
      "[]",
      "null",
      '{"password": "x"}',
    ]
  ) assertEquals(read("aws-vault", text), undefined, text);
  for (
    const text of [
      vaultItem("work"),
      grantedItem("work", grantedSession),
      grantedItem("work", "[]"),
    ]
  ) {
    assertEquals(read("granted", text), undefined, text);
  }
  for (
    const text of [
      vaultItem("work", "{}"),
      vaultItem("work", "no JSON"),
      vaultItem("work", goCredentials({ accessKeyId: "", secretAccessKey })),
      JSON.stringify({ Key: "work", Data: "no base64!", Label: "aws-vault (work)" }),
    ]
  ) assertEquals(read("aws-vault", text), "broken", text);
});
