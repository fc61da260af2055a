import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Environment, EnvironmentChanges } from "../../../lib/context.ts";
import { Secret } from "../../../lib/credentials.ts";
import {
  type EnvironmentSession,
  environmentState,
  sessionEnvironment,
  withoutSession,
} from "../../../lib/shell/environment.ts";

type Variables = Readonly<Record<string, string>>;

function environment(variables: Variables): Environment {
  return {
    get: (name) => variables[name] || undefined,
    has: (name) => Object.hasOwn(variables, name),
    startingWith: () => ({}),
  };
}

/** An environment after statements were evaluated in it, as `statements.ts` orders them. */
function changed(variables: Variables, { set, unset }: EnvironmentChanges): Variables {
  const kept = Object.entries(variables).filter(([name]) => !unset.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}

function session(profile: string, region?: string): EnvironmentSession {
  const credentials = {
    accessKeyId: `ASIA-${profile}`,
    secretAccessKey: new Secret(`secret of ${profile}`),
    sessionToken: new Secret(`token of ${profile}`),
    expiration: new Date("2026-03-04T17:06:07.891Z"),
  };
  return { profile, credentials, region };
}

interface Options {
  readonly legacy?: boolean;
  readonly marks?: boolean;
}

/** What an environment is after `stsmfa env` (or `use`, with marks). */
function given(
  variables: Variables,
  whose: EnvironmentSession,
  { legacy = false, marks = false }: Options = {},
): Variables {
  return changed(
    variables,
    sessionEnvironment(environment(variables), whose, { legacy, marks }),
  );
}

const use = (variables: Variables, whose: EnvironmentSession, legacy = false) =>
  given(variables, whose, { legacy, marks: true });

/** What an environment is after `stsmfa unset` (or `env --unset`, without marks). */
function taken(variables: Variables, { marks = true }: Options = {}): Variables {
  return changed(variables, withoutSession(environment(variables), { marks }));
}

const keysOfProd = {
  AWS_ACCESS_KEY_ID: "ASIA-prod",
  AWS_SECRET_ACCESS_KEY: "secret of prod",
  AWS_SESSION_TOKEN: "token of prod",
  AWS_CREDENTIAL_EXPIRATION: "2026-03-04T17:06:07Z",
};
const inFrankfurt = { AWS_REGION: "eu-central-1", AWS_DEFAULT_REGION: "eu-central-1" };
const own = { HOME: "/home/me", AWS_CONFIG_FILE: "/etc/aws", AWS_PAGER: "less" };

Deno.test("a session is four variables, its region two more, and nothing else changes", () => {
  assertEquals(given(own, session("prod")), { ...own, ...keysOfProd });
  assertEquals(given(own, session("prod", "eu-central-1")), {
    ...own,
    ...keysOfProd,
    ...inFrankfurt,
  });
});

Deno.test("what SDKs would prefer to the session is taken away, even where we see it unset", () => {
  const others = { AWS_SECURITY_TOKEN: "old", AWS_PROFILE: "old", AWS_DEFAULT_PROFILE: "old" };
  assertEquals(given({ ...own, ...others }, session("prod")), { ...own, ...keysOfProd });
  const { unset } = sessionEnvironment(environment({}), session("prod"), {
    legacy: false,
    marks: false,
  });
  assertEquals(unset, Object.keys(others));
});

Deno.test("the old tools' names are set on demand, and never left with another session's keys", () => {
  const legacy = {
    AWS_ACCESS_KEY: "ASIA-prod",
    AWS_SECRET_KEY: "secret of prod",
    AWS_DELEGATION_TOKEN: "token of prod",
    AWS_SECURITY_TOKEN: "token of prod",
  };
  const old = given(own, session("dev"), { legacy: true });
  assertEquals(given(old, session("prod"), { legacy: true }), { ...own, ...keysOfProd, ...legacy });
  assertEquals(given(old, session("prod")), { ...own, ...keysOfProd });
});

Deno.test("`use` marks whose session it is; without marks an earlier mark is taken away", () => {
  const used = use(own, session("prod", "eu-central-1"));
  assertEquals(used, {
    ...own,
    ...keysOfProd,
    ...inFrankfurt,
    STSMFA_PROFILE: "prod",
    STSMFA_SET_REGION: "eu-central-1",
  });
  assertEquals(given(use(own, session("dev")), session("prod")), { ...own, ...keysOfProd });
});

Deno.test("a profile without a region does not stay in the region of the one before", () => {
  const frankfurt = use(own, session("dev", "eu-central-1"));
  const after = use(frankfurt, session("prod"));
  assertEquals(after, { ...own, ...keysOfProd, STSMFA_PROFILE: "prod" });
});

Deno.test("a region that a person set beside the session stays", () => {
  const ireland = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" };
  assertEquals(given({ ...own, ...ireland }, session("prod")), {
    ...own,
    ...ireland,
    ...keysOfProd,
  });
  const moved = { ...use(own, session("dev", "eu-central-1")), ...ireland };
  assertEquals(use(moved, session("prod")), {
    ...own,
    ...ireland,
    ...keysOfProd,
    STSMFA_PROFILE: "prod",
  });
  assertEquals(taken(moved), { ...own, ...ireland });
});

Deno.test("`unset` where nothing is set leaves a person's region alone", () => {
  const before = { ...own, AWS_REGION: "eu-west-1" };
  assertEquals(taken(before), before);
  assertEquals(taken(taken(use(before, session("prod")))), before);
});

Deno.test("`env --unset` takes away what `env` set, which has no marks, and what `use` set", () => {
  const prod = session("prod", "eu-central-1");
  assertEquals(taken(given(own, prod, { legacy: true }), { marks: false }), own);
  assertEquals(taken(use(own, prod, true), { marks: false }), own);
});

Deno.test("after any number of sessions `unset` leaves the environment as it was before them", () => {
  const step = fc.record({
    profile: fc.constantFrom("prod", "dev"),
    region: fc.constantFrom(undefined, "eu-central-1", "us-east-1"),
    legacy: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step), (steps) => {
    const last = steps.reduce<Variables>(
      (variables, { profile, region, legacy }) => use(variables, session(profile, region), legacy),
      own,
    );
    assertEquals(taken(last), own);
  }));
});

Deno.test("no variable is both set and unset", () => {
  const names = [
    ...Object.keys({ ...keysOfProd, ...inFrankfurt }),
    ..."AWS_ACCESS_KEY AWS_SECRET_KEY AWS_DELEGATION_TOKEN AWS_SECURITY_TOKEN".split(" "),
    ..."AWS_PROFILE AWS_DEFAULT_PROFILE STSMFA_PROFILE STSMFA_SET_REGION".split(" "),
  ];
  const variables = fc.dictionary(
    fc.constantFrom(...names),
    fc.constantFrom("eu-central-1", "other"),
  );
  const region = fc.constantFrom(undefined, "eu-central-1");
  fc.assert(fc.property(
    variables,
    region,
    fc.boolean(),
    fc.boolean(),
    (before, where, legacy, marks) => {
      const { set, unset } = sessionEnvironment(environment(before), session("prod", where), {
        legacy,
        marks,
      });
      assertEquals(unset.filter((name) => Object.hasOwn(set, name)), []);
      assertEquals(unset.length, new Set(unset).size);
    },
  ));
});

Deno.test("an environment says whose session it holds, until when and where", () => {
  assertEquals(environmentState(environment(use(own, session("prod", "eu-central-1")))), {
    profile: "prod",
    accessKeyId: "ASIA-prod",
    expiration: "2026-03-04T17:06:07Z",
    region: "eu-central-1",
  });
  assertEquals(environmentState(environment({ ...own, AWS_DEFAULT_REGION: "eu-west-1" })), {
    profile: undefined,
    accessKeyId: undefined,
    expiration: undefined,
    region: "eu-west-1",
  });
});
