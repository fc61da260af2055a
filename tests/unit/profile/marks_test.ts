import { assertEquals } from "@std/assert";
import type { Environment } from "../../../lib/context.ts";
import {
  formerRegionMark,
  isMarked,
  markOf,
  ownEnvironment,
  ownRegion,
  personsRegion,
  promptMarkOf,
  wholeEnvironment,
} from "../../../lib/profile/marks.ts";

function environment(variables: Readonly<Record<string, string>>): Environment {
  return {
    get: (name) => variables[name] || undefined,
    has: (name) => Object.hasOwn(variables, name),
    startingWith: (prefix) =>
      Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith(prefix))),
  };
}

Deno.test("a mark is named like its variable", () => {
  assertEquals(markOf("AWS_USE_FIPS_ENDPOINT"), "STSMFA_SET_USE_FIPS_ENDPOINT");
  assertEquals(markOf("AWS_DEFAULT_REGION"), "STSMFA_SET_DEFAULT_REGION");
  assertEquals(markOf("BOTOCORE_TCP_KEEPALIVE"), "STSMFA_SET_BOTOCORE_TCP_KEEPALIVE");
  assertEquals(formerRegionMark("AWS_REGION"), "STSMFA_WAS_REGION");
});

Deno.test("settings that a session has brought are hidden, until the person changes them", () => {
  const whole = environment({
    HOME: "/home/alice",
    AWS_ENDPOINT_URL: "https://prod.test",
    STSMFA_SET_ENDPOINT_URL: "https://prod.test",
    AWS_ENDPOINT_URL_S3: "https://mine.test",
    STSMFA_SET_ENDPOINT_URL_S3: "https://prod.test",
    AWS_SDK_UA_APP_ID: "",
    STSMFA_SET_SDK_UA_APP_ID: "",
    AWS_CA_BUNDLE: "/mine.pem",
    AWS_REGION: "eu-west-1",
    STSMFA_SET_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "ASIAPROD",
    STSMFA_SET_KEY: "ASIAPROD",
  });
  const own = ownEnvironment(whole);
  const seen = (name: string) => [own.get(name), own.has(name)];
  assertEquals(seen("AWS_ENDPOINT_URL"), [undefined, false]);
  assertEquals(seen("AWS_SDK_UA_APP_ID"), [undefined, false]);
  assertEquals(seen("AWS_ENDPOINT_URL_S3"), ["https://mine.test", true]);
  assertEquals(seen("AWS_CA_BUNDLE"), ["/mine.pem", true]);
  assertEquals(seen("AWS_REGION"), ["eu-west-1", true]);
  assertEquals(seen("AWS_ACCESS_KEY_ID"), ["ASIAPROD", true]);
  assertEquals(seen("HOME"), ["/home/alice", true]);
  assertEquals(Object.keys(own.startingWith("AWS_ENDPOINT_URL")), ["AWS_ENDPOINT_URL_S3"]);
  assertEquals(wholeEnvironment(own), whole);
  assertEquals(wholeEnvironment(whole), whole);
});

const set = { STSMFA_PROFILE: "prod", STSMFA_SET_REGION: "eu-west-1", AWS_REGION: "eu-west-1" };

/** What is in an environment, and the region for prod, for another profile, and of the person. */
const regions: [
  what: string,
  variables: Record<string, string>,
  ...found: (string | undefined)[],
][] = [
  ["nothing", {}, undefined, undefined, undefined],
  ["the person's", { AWS_REGION: "us-west-2" }, "us-west-2", "us-west-2", "us-west-2"],
  ["prod's", set, "eu-west-1", undefined, undefined],
  [
    "prod's over the person's",
    { ...set, STSMFA_WAS_REGION: "us-west-2" },
    "eu-west-1",
    "us-west-2",
    "us-west-2",
  ],
  ["changed since", { ...set, AWS_REGION: "us-east-1" }, "us-east-1", "us-east-1", "us-east-1"],
  [
    "none for prod",
    { ...set, AWS_REGION: "aws-global", STSMFA_SET_REGION: "aws-global" },
    undefined,
    undefined,
    undefined,
  ],
  ["of nobody knows whom", { ...set, STSMFA_PROFILE: "" }, undefined, undefined, undefined],
];
for (const [what, variables, ofProd, ofOther, persons] of regions) {
  Deno.test(`a region that was set for another profile does not count: ${what}`, () => {
    const env = environment(variables);
    assertEquals(ownRegion(env, "AWS_REGION", "prod"), ofProd);
    assertEquals(ownRegion(env, "AWS_REGION", "other"), ofOther);
    assertEquals(personsRegion(env, "AWS_REGION"), persons);
  });
}

Deno.test("an empty variable is marked by an empty mark alone", () => {
  assertEquals(isMarked(environment({ AWS_X: "", STSMFA_SET_X: "" }), "AWS_X"), true);
  assertEquals(isMarked(environment({ AWS_X: "" }), "AWS_X"), false);
  assertEquals(isMarked(environment({ STSMFA_SET_X: "" }), "AWS_X"), false);
});

Deno.test("the mark for prompts is ours beside a session of ours, by keys or by a server", () => {
  const mark = { STSMFA_PROFILE: "prod", AWS_VAULT: "prod" };
  const uri = "http://127.0.0.1:9/";
  const served = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: uri,
    STSMFA_SET_CONTAINER_CREDENTIALS_FULL_URI: uri,
  };
  const ours = [{ ...mark, STSMFA_SET_KEY: "ASIA" }, { ...mark, ...served }];
  const others = [
    mark,
    { ...mark, ...served, AWS_VAULT: "dev" },
    { ...mark, ...served, STSMFA_SET_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:8/" },
  ];
  for (const look of [(env: Environment) => env, ownEnvironment]) {
    for (const each of ours) assertEquals(promptMarkOf(look(environment(each))), ["AWS_VAULT"]);
    for (const each of others) assertEquals(promptMarkOf(look(environment(each))), []);
  }
});
