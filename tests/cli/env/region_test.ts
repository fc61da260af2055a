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
      // For who is asked, botocore takes AWS_DEFAULT_REGION before the files.
      const asked = home.sts.requests.filter(({ service }) => service === "sts")
        .map((each) => each.region);
      const isGiven = at < 2;
      const others = new Set(asked).difference(new Set([isGiven ? region : "us-west-1"]));
      assertEquals([...others], []);
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
  home.types(2);
  assertEquals(await home.run("env", "--json"), 0);
  assertEquals([home.json.AWS_REGION, home.json.AWS_DEFAULT_REGION], [undefined, undefined]);
  assertEquals(home.sts.requests.at(-1)?.region, "us-west-1");
  delete home.test.env["AWS_DEFAULT_REGION"];
  home.test.clock.advance(60);
  assertEquals(await home.run("env", "--json", "--force"), 0);
  assertEquals(home.sts.requests.at(-1)?.region, "us-west-2");
});

Deno.test("the source's region is given out where nothing else names one", async () => {
  const config = "[profile default-long-term]\nregion = eu-north-1\n";
  await using home = await openHome({ config });
  home.types();
  assertEquals(await home.run("env", "--json"), 0);
  assertEquals(home.json.AWS_REGION, "eu-north-1");
  assertEquals(home.sts.requests.at(-1)?.region, "eu-north-1");
  home.test.env["AWS_REGION"] = "us-west-2";
  assertEquals(await home.run("env", "--json"), 0);
  assertEquals(home.json.AWS_REGION, undefined);
});

Deno.test("a region that `use` has set for another profile does not say which STS is asked", async () => {
  const config = "[default]\nregion = eu-central-1\n";
  const env = {
    AWS_REGION: "us-west-2",
    AWS_DEFAULT_REGION: "us-west-2",
    STSMFA_SET_REGION: "us-west-2",
    STSMFA_SET_DEFAULT_REGION: "us-west-2",
  };
  for (const [profile, region] of [["prod", "eu-central-1"], ["default", "us-west-2"]] as const) {
    await using home = await openHome({ config, env: { ...env, STSMFA_PROFILE: profile } });
    home.types();
    assertEquals(await home.run("env", "default", "--json"), 0);
    assertEquals(home.sts.requests.at(-1)?.region, region);
  }
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
