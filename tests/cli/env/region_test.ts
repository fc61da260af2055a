import { assertEquals } from "@std/assert";
import { alicesFile, openHome, session } from "../../support/homes.ts";

const shells = { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-1" };

/** Places that name a region, each stronger than all that follow. */
const places: readonly {
  readonly what: string;
  readonly region: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly config?: string;
}[] = [
  { what: "flag --region", region: "eu-west-1", args: ["--region", "eu-west-1"] },
  { what: "STSMFA_REGION", region: "eu-west-2", env: { STSMFA_REGION: "eu-west-2" } },
  { what: "the stsmfa block", region: "eu-west-3", config: "stsmfa =\n  region = eu-west-3" },
  { what: "the profile", region: "eu-central-1", config: "region = eu-central-1" },
];

const ofSource = "[profile default-long-term]\nregion = eu-north-1\n";

const valid = session("default", "2026-03-04T06:00:00Z");

for (const [at, { what, region }] of places.entries()) {
  const below = places.slice(at);
  const options = {
    env: Object.assign({}, shells, ...below.map((each) => each.env)),
    config: ["[default]", ...below.flatMap((each) => each.config ?? []), ofSource].join("\n"),
  };
  Deno.test(`the region of a session is that of ${what}, before any that is weaker`, async () => {
    for (const credentials of [alicesFile + valid, alicesFile]) {
      await using home = await openHome({ ...options, credentials });
      home.types();
      assertEquals(await home.run("env", "--json", ...places[at]!.args ?? []), 0, home.stderr);
      assertEquals([home.json.AWS_REGION, home.json.AWS_DEFAULT_REGION], [region, region]);
      assertEquals(await home.run("read", "region", ...places[at]!.args ?? []), 0);
      assertEquals(home.stdout, region);
      const asked = home.sts.requests.filter(({ service }) => service === "sts");
      assertEquals(new Set(asked.map((each) => each.region)).difference(new Set([region])).size, 0);
    }
  });
}

Deno.test("the person's own region comes before that of the source, which comes before none", async () => {
  const credentials = alicesFile + valid;
  const own = { AWS_DEFAULT_REGION: "us-west-1" };
  for (const env of [own, {}]) {
    await using home = await openHome({ credentials, config: ofSource, env, nobody: true });
    assertEquals(await home.run("env", "--json"), 0, home.stderr);
    const region = env === own ? "us-west-1" : "eu-north-1";
    const { AWS_REGION, AWS_DEFAULT_REGION } = { ...env, ...home.json };
    assertEquals([AWS_REGION, AWS_DEFAULT_REGION], [region, region]);
  }
});

Deno.test("a profile without a region leaves the shell's alone, and STS is asked there", async () => {
  await using home = await openHome({ env: shells });
  home.types();
  assertEquals(await home.run("env", "--json"), 0);
  assertEquals([home.json.AWS_REGION, home.json.AWS_DEFAULT_REGION], [undefined, undefined]);
  assertEquals(home.sts.requests.at(-1)?.region, "us-west-2");
});

Deno.test("the region of a session whose keys are elsewhere follows the same order", async () => {
  const config = "[profile temp]\nregion = eu-central-1\nstsmfa =\n  region = eu-west-3\n";
  const credentials = session("temp", "2026-03-04T06:00:00Z");
  await using home = await openHome({ credentials, config, env: shells, nobody: true });
  assertEquals(await home.run("read", "region", "temp"), 0, home.stderr);
  assertEquals(home.stdout, "eu-west-3");
  home.test.env["STSMFA_REGION"] = "eu-west-2";
  assertEquals(await home.run("read", "region", "temp"), 0);
  assertEquals(home.stdout, "eu-west-2");
  assertEquals(await home.run("read", "region", "temp", "--region", "eu-west-1"), 0);
  assertEquals(home.stdout, "eu-west-1");
  assertEquals(await home.run("read", "region", "temp", "--region", "Europe"), 2);
  assertEquals(home.stdout, "");
});
