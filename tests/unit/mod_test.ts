import { assertEquals, assertRejects } from "@std/assert";
import { type RefreshOutcome, refreshProfiles, type TokenCodeProvider } from "../../mod.ts";
import { alice } from "../support/sts_people.ts";
import { openHome } from "../support/homes.ts";

const roleArn = "arn:aws:iam::222222222222:role/Admin";
const config = `[profile prod]
stsmfa =
  source_profile = default
  role_arn = ${roleArn}
`;

function said(outcome: RefreshOutcome): string {
  return outcome.kind === "failed"
    ? `${outcome.error.code}: ${outcome.error.message}`
    : outcome.kind;
}

Deno.test("a program's provider is asked once for all, and gets sessions as the tool writes them", async () => {
  await using home = await openHome({ config, sts: { roles: [{ roleArn }] } });
  const asked: string[] = [];
  const tokenCode: TokenCodeProvider = (serialNumber) => {
    asked.push(serialNumber);
    return home.sts.code();
  };
  const context = home.test.context();
  const outcomes = await refreshProfiles(["default", "prod"], { context, tokenCode });
  assertEquals(outcomes.map(said), ["renewed", "renewed"]);
  assertEquals(asked, [alice().devices![0]!.serialNumber]);
  const [, prod] = outcomes;
  if (prod?.kind !== "renewed") throw new Error("prod was not renewed");
  const section = await home.section("prod");
  assertEquals(section["aws_access_key_id"], prod.credentials.accessKeyId);
  assertEquals(section["assumed_role_arn"], roleArn);
  assertEquals(JSON.stringify(prod).includes(section["aws_secret_access_key"]!), false);
  const again = await refreshProfiles(["default", "prod", "default"], { context });
  assertEquals(again.map(said), ["valid", "valid", "valid"]);
  assertEquals(again.map(({ profile }) => profile.name), ["default", "prod", "default"]);
});

const providers: Readonly<Record<string, readonly [provider: unknown, outcome: string]>> = {
  "throws": [() => {
    throw new Error("no device");
  }, "TokenCodeNeeded: there is no code of SERIAL: its provider failed"],
  "rejects": [
    () => Promise.reject(new Error("no device")),
    "TokenCodeNeeded: there is no code of SERIAL: its provider failed",
  ],
  "gives nothing": [
    () => Promise.resolve(undefined),
    "TokenCodeNeeded: there is no code of SERIAL: its provider returned no text",
  ],
  "gives null, as prompt does": [
    () => Promise.resolve(null),
    "TokenCodeNeeded: there is no code of SERIAL: its provider returned no text",
  ],
  "gives a number": [
    () => 123456,
    "TokenCodeNeeded: there is no code of SERIAL: its provider returned no text",
  ],
  "gives words": [
    () => Promise.resolve("abc"),
    "TokenCodeMalformed: the provider: an MFA code has six digits",
  ],
};
for (const [what, [provider, expected]] of Object.entries(providers)) {
  Deno.test(`a provider that ${what} is an outcome`, async () => {
    await using home = await openHome();
    const tokenCode = provider as TokenCodeProvider;
    const outcomes = await home.unchanged(() =>
      refreshProfiles(["default"], { context: home.test.context(), tokenCode })
    );
    const serial = alice().devices![0]!.serialNumber;
    assertEquals(outcomes.map(said), [expected.replace("SERIAL", serial)]);
  });
}

Deno.test("a provider that does not look at the signal is not waited for", async () => {
  await using home = await openHome();
  const reason = new Error("enough");
  const stop = new AbortController();
  const options = { context: home.test.context(), signal: stop.signal };
  const tokenCode = () => {
    stop.abort(reason);
    return new Promise<string>(() => {});
  };
  const error = await assertRejects(() => refreshProfiles(["default"], { ...options, tokenCode }));
  assertEquals(error, reason);
});
