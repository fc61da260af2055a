import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Environment, EnvironmentChanges } from "../../../lib/context.ts";
import { Secret } from "../../../lib/credentials.ts";
import {
  type EnvironmentSession,
  sessionEnvironment,
  type SessionEnvironmentOptions,
  withoutSession,
} from "../../../lib/shell/environment.ts";
import { environmentState } from "../../../lib/shell/environment_state.ts";
import {
  memory,
  unsetChanges,
  useChanges,
  type VariableChange,
} from "../../../lib/shell/use_changes.ts";

type Variables = Readonly<Record<string, string>>;

function environment(variables: Variables): Environment {
  return {
    get: (name) => variables[name] || undefined,
    has: (name) => Object.hasOwn(variables, name),
    startingWith: (prefix) =>
      Object.fromEntries(
        Object.entries(variables).filter(([name, value]) =>
          name.startsWith(prefix) && value !== ""
        ),
      ),
  };
}

/** An environment after statements were evaluated in it, as `statements.ts` orders them. */
function changed(variables: Variables, { set, unset }: EnvironmentChanges): Variables {
  const kept = Object.entries(variables).filter(([name]) => !unset.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}

function session(
  profile: string,
  region?: string,
  variables: Variables = {},
): EnvironmentSession {
  const credentials = {
    accessKeyId: `ASIA-${profile}`,
    secretAccessKey: new Secret(`secret of ${profile}`),
    sessionToken: new Secret(`token of ${profile}`),
    expiration: new Date("2026-03-04T17:06:07.891Z"),
  };
  const client = { variables, noRegion: undefined };
  return { profile, credentials, region, isOwnRegion: false, client };
}

type Options = Partial<SessionEnvironmentOptions>;

/** What an environment is after `stsmfa env` (or `use`, with marks). */
function given(
  variables: Variables,
  whose: EnvironmentSession,
  { legacy = false, marks = "none" }: Options = {},
): Variables {
  return changed(
    variables,
    sessionEnvironment(environment(variables), whose, { legacy, marks }),
  );
}

/** A shell, as the statements of `use` and `unset` make it remember; all of its variables are exported. */
class Shell {
  readonly #replaced = new Map<string, { was: string | undefined; now: string | undefined }>();

  constructor(public variables: Variables) {}

  use(whose: EnvironmentSession, legacy = false): this {
    return this.#carryOut(useChanges(environment(this.variables), whose, { legacy }));
  }

  unset(): this {
    return this.#carryOut(unsetChanges(environment(this.variables)));
  }

  /** A shell that is started from this one. */
  child(): Shell {
    return new Shell(this.variables);
  }

  set(name: string, value: string | undefined): this {
    const { [name]: _, ...others } = this.variables;
    this.variables = value === undefined ? others : { ...others, [name]: value };
    return this;
  }

  #carryOut(changes: readonly VariableChange[]): this {
    for (const change of changes) {
      const { kind, name } = change;
      const here = this.variables[name];
      const known = this.#replaced.get(name);
      const isAsLeft = known !== undefined && known.now === here;
      if (kind === "restore") {
        if (isAsLeft) this.set(name, known.was);
        else if (change.isInherited && !this.#replaced.has(memory)) this.set(name, undefined);
        this.#replaced.delete(name);
      } else if (kind !== "removeIfLike" || (here && here === this.variables[change.other])) {
        const now = kind === "set" ? change.value : undefined;
        this.#replaced.set(name, { was: isAsLeft ? known.was : here, now });
        this.set(name, now);
      }
    }
    return this;
  }
}

const use = (variables: Variables, whose: EnvironmentSession, legacy = false) =>
  new Shell(variables).use(whose, legacy).variables;

/** What an environment is after `stsmfa unset` in a child shell. */
const taken = (variables: Variables) => new Shell(variables).unset().variables;

/** What an environment is after `stsmfa env --unset`. */
const takenAll = (variables: Variables) =>
  changed(variables, withoutSession(environment(variables)));

const keysOfProd = {
  AWS_ACCESS_KEY_ID: "ASIA-prod",
  AWS_SECRET_ACCESS_KEY: "secret of prod",
  AWS_SESSION_TOKEN: "token of prod",
  AWS_CREDENTIAL_EXPIRATION: "2026-03-04T17:06:07Z",
};
const marksOfProd = {
  AWS_VAULT: "prod",
  STSMFA_PROFILE: "prod",
  STSMFA_SET_KEY: "ASIA-prod",
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
    marks: "none",
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
    ...marksOfProd,
    STSMFA_SET_REGION: "eu-central-1",
    STSMFA_SET_DEFAULT_REGION: "eu-central-1",
  });
  assertEquals(given(use(own, session("dev")), session("prod")), { ...own, ...keysOfProd });
});

Deno.test("a profile without a region does not stay in the region of the one before", () => {
  const frankfurt = use(own, session("dev", "eu-central-1"));
  const after = use(frankfurt, session("prod"));
  assertEquals(after, { ...own, ...keysOfProd, ...marksOfProd });
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
    ...marksOfProd,
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
  assertEquals(takenAll(given(own, prod, { legacy: true })), own);
  assertEquals(takenAll(use(own, prod, true)), own);
});

const touched = [
  ...Object.keys({ ...keysOfProd, ...inFrankfurt }),
  ..."AWS_ACCESS_KEY AWS_SECRET_KEY AWS_DELEGATION_TOKEN AWS_SECURITY_TOKEN".split(" "),
  ..."AWS_PROFILE AWS_DEFAULT_PROFILE AWS_VAULT AWSUME_PROFILE AWS_ROLE_ARN".split(" "),
  ..."STSMFA_PROFILE STSMFA_SET_KEY".split(" "),
  ..."STSMFA_SET_REGION STSMFA_SET_DEFAULT_REGION STSMFA_WAS_REGION".split(" "),
  ..."AWS_USE_FIPS_ENDPOINT AWS_SDK_UA_APP_ID AWS_ENDPOINT_URL_S3".split(" "),
];

/** Variables of a person, who may have anything there. */
const theirs = fc.dictionary(
  fc.constantFrom(...touched),
  fc.constantFrom("", "eu-central-1", "us-east-1", "mine", "ASIA-prod", "secret of prod"),
);

const step = fc.oneof(
  fc.record({
    profile: fc.constantFrom("prod", "dev"),
    region: fc.constantFrom(undefined, "eu-central-1", "us-east-1"),
    legacy: fc.boolean(),
    variables: fc.record({
      AWS_USE_FIPS_ENDPOINT: fc.constantFrom("true", "false"),
      AWS_SDK_UA_APP_ID: fc.constantFrom("", "mine"),
      AWS_ENDPOINT_URL_S3: fc.constant("mine"),
    }, { requiredKeys: [] }),
  }),
  fc.record({
    name: fc.constantFrom(...touched),
    value: fc.constantFrom(undefined, "", "changed", "changed again"),
  }),
);

Deno.test("what a person emptied between two sessions is given back empty, not as it was before", () => {
  for (const name of ["AWS_ACCESS_KEY", "AWS_DELEGATION_TOKEN", "AWSUME_PROFILE"]) {
    const shell = new Shell({ ...own, [name]: "mine" }).use(session("prod")).set(name, "");
    shell.use(session("dev"));
    assertEquals(shell.variables[name], undefined);
    assertEquals(shell.unset().variables, { ...own, [name]: "" });
  }
});

Deno.test("after any number of sessions and of changes by the person, `unset` gives back all that was theirs", () => {
  fc.assert(
    fc.property(theirs, fc.array(step, { minLength: 1, maxLength: 6 }), (before, steps) => {
      const shell = new Shell({ ...own, ...before });
      const expected: Record<string, string | undefined> = { ...own, ...before };
      let isUsed = false;
      let [left, base] = [shell.variables, { ...expected }];
      for (const each of steps) {
        if ("profile" in each) {
          shell.use(session(each.profile, each.region, each.variables), each.legacy);
          isUsed = true;
          [left, base] = [shell.variables, { ...expected }];
          continue;
        }
        shell.set(each.name, each.value);
        // What is as `use` left it does not tell that somebody has changed it.
        const isAsLeft = left[each.name] === each.value;
        expected[each.name] = isAsLeft ? base[each.name] : each.value;
      }
      if (!isUsed) return;
      assertEquals(
        shell.unset().variables,
        Object.fromEntries(
          Object.entries(expected).filter(([, value]) => value !== undefined),
        ) as Variables,
      );
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a child shell loses the session, gets nothing back, and keeps what it set itself", () => {
  const before = { ...own, AWS_PROFILE: "mine", AWS_REGION: "us-west-2", AWS_VAULT: "me" };
  const parent = new Shell(before).use(session("prod", "eu-central-1"), true);
  assertEquals(parent.child().unset().variables, own);
  const keys = { AWS_ACCESS_KEY_ID: "AKIA-mine", AWS_SECRET_ACCESS_KEY: "mine" };
  const child = parent.child();
  for (const [name, value] of Object.entries(keys)) child.set(name, value);
  const left = child.unset().variables;
  assertEquals([left["AWS_ACCESS_KEY_ID"], left["AWS_SECRET_ACCESS_KEY"]], ["AKIA-mine", "mine"]);
  assertEquals([left["AWS_REGION"], left["STSMFA_PROFILE"]], [undefined, undefined]);
  // A session of its own goes, and the parent's is there again.
  const nested = parent.child().use(session("dev"));
  assertEquals(nested.variables["AWS_REGION"], "us-west-2");
  assertEquals(nested.unset().variables, parent.variables);
  assertEquals(parent.unset().variables, before);
});

const prompts = ["AWS_VAULT", "AWSU_PROFILE", "AWSUME_PROFILE", "AWS_SSO_PROFILE"];

Deno.test("`use` tells prompts whose session it is, and no other's, until `unset`", () => {
  const others = Object.fromEntries(
    [...prompts, "AWSUME_EXPIRATION", "AWS_SESSION_EXPIRATION"].map((name) => [name, "me"]),
  );
  const shell = new Shell({ ...own, ...others }).use(session("prod")).use(session("dev"));
  assertEquals(prompts.map((name) => shell.variables[name]), ["dev", ...Array(3).fill(undefined)]);
  assertEquals(shell.child().unset().variables, own);
  assertEquals(takenAll(shell.variables), own);
  assertEquals(shell.unset().variables, { ...own, ...others });
});

/** The variables that prompts look for, as their sources have it: the first that is set counts. */
const readers: Record<string, { profile: string; expiry?: string }> = {
  starship: {
    profile: "AWSU_PROFILE AWS_VAULT AWSUME_PROFILE AWS_PROFILE AWS_SSO_PROFILE",
    expiry: "AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION AWSUME_EXPIRATION",
  },
  "an older starship": {
    profile: "AWSU_PROFILE AWS_VAULT AWSUME_PROFILE AWS_PROFILE",
    expiry: "AWS_SESSION_EXPIRATION AWSUME_EXPIRATION",
  },
  powerlevel10k: {
    profile: "AWS_SSO_PROFILE AWS_VAULT AWSUME_PROFILE AWS_PROFILE AWS_DEFAULT_PROFILE",
  },
  "oh-my-posh": { profile: "AWS_VAULT AWS_DEFAULT_PROFILE AWS_PROFILE" },
};

Deno.test("every prompt shows the session of `use`, whatever other tools have set", () => {
  for (const [reader, { profile, expiry = "" }] of Object.entries(readers)) {
    const names = `${profile} ${expiry}`.trim().split(" ");
    const before = Object.fromEntries(names.map((name) => [name, "another"]));
    const used = use({ ...own, ...before }, session("prod"));
    const first = (of: string) => of.split(" ").map((name) => used[name]).find(Boolean);
    assertEquals(first(profile), "prod", reader);
    const end = expiry.includes("CREDENTIAL") ? "2026-03-04T17:06:07Z" : undefined;
    assertEquals(first(expiry), end, reader);
  }
});

Deno.test("a program and `env` get no AWS_VAULT, in which aws-vault would not run", () => {
  const used = use(own, session("prod"));
  for (const marks of ["all", "settings", "none"] as const) {
    for (const before of [used, { ...own, AWS_VAULT: "me" }]) {
      assertEquals(given(before, session("dev"), { marks })["AWS_VAULT"], undefined);
    }
  }
});

Deno.test("AWS_VAULT that is the person's own stays at `unset`, whoever made the session", () => {
  const ofOlder = changed(
    { ...own, AWS_VAULT: "me" },
    sessionEnvironment(environment(own), session("prod"), { legacy: false, marks: "all" }),
  );
  assertEquals(taken(ofOlder), { ...own, AWS_VAULT: "me" });
  assertEquals(taken({ ...own, AWS_VAULT: "me" }), { ...own, AWS_VAULT: "me" });
  // Without a session of ours, the name alone says nothing.
  const named = { ...own, AWS_VAULT: "prod", STSMFA_PROFILE: "prod" };
  assertEquals(taken(named)["AWS_VAULT"], "prod");
});

Deno.test("no variable is both set and unset", () => {
  const variables = fc.dictionary(
    fc.constantFrom(...touched),
    fc.constantFrom("eu-central-1", "other"),
  );
  const region = fc.constantFrom(undefined, "eu-central-1");
  fc.assert(fc.property(
    variables,
    region,
    fc.boolean(),
    fc.constantFrom("all", "settings", "none"),
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

Deno.test("keys that last come without token and end, and leave none of another session's", () => {
  const { credentials: { accessKeyId, secretAccessKey }, ...rest } = session("prod");
  const lasting = { ...rest, credentials: { accessKeyId, secretAccessKey } };
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = keysOfProd;
  const keys = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  const before = given(own, session("dev"), { legacy: true });
  assertEquals(given(before, lasting), { ...own, ...keys });
  assertEquals(given(before, lasting, { legacy: true }), {
    ...own,
    ...keys,
    AWS_ACCESS_KEY: AWS_ACCESS_KEY_ID,
    AWS_SECRET_KEY: AWS_SECRET_ACCESS_KEY,
  });
  const used = new Shell(use(own, session("dev"))).use(lasting);
  assertEquals(used.variables, { ...own, ...keys, ...marksOfProd });
  assertEquals(environmentState(environment(used.variables)).expiration, undefined);
});

Deno.test("other ways to credentials are taken away, and given back by `unset`", () => {
  const others = {
    AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
    AWS_ROLE_ARN: "arn:aws:iam::999999999999:role/x",
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "",
    AWS_BEARER_TOKEN_BEDROCK: "x",
    AWS_ACCOUNT_ID: "999999999999",
    AMAZON_SESSION_TOKEN: "x",
  };
  assertEquals(given({ ...own, ...others }, session("prod")), { ...own, ...keysOfProd });
  const shell = new Shell({ ...own, ...others }).use(session("prod"));
  assertEquals(shell.variables, { ...own, ...keysOfProd, ...marksOfProd });
  assertEquals(shell.unset().variables, { ...own, ...others });
});

Deno.test("settings of one profile are not those of the next, unless the person changed them", () => {
  const fips = { AWS_USE_FIPS_ENDPOINT: "true", AWS_ENDPOINT_URL_S3: "https://prod.test" };
  const prod = session("prod", undefined, fips);
  for (const marks of ["all", "settings"] as const) {
    const inside = given(own, prod, { marks });
    assertEquals(given(inside, session("dev"), { marks: "none" }), given(own, session("dev")));
    const changed = { ...inside, AWS_USE_FIPS_ENDPOINT: "false" };
    assertEquals(given(changed, session("dev"))["AWS_USE_FIPS_ENDPOINT"], "false");
    assertEquals(takenAll(inside), own);
  }
  assertEquals(use(use(own, prod), session("dev")), use(own, session("dev")));
  assertEquals(new Shell(use(own, prod)).unset().variables, own);
});

Deno.test("without a region anywhere, what stands for none is set, and is no region to show", () => {
  const client = { variables: {}, noRegion: "aws-global" };
  const prod = { ...session("prod"), client };
  const inside = use(own, prod);
  assertEquals([inside["AWS_REGION"], inside["AWS_DEFAULT_REGION"]], ["aws-global", "aws-global"]);
  assertEquals(environmentState(environment(inside)).region, undefined);
  assertEquals(use(inside, session("dev"))["AWS_REGION"], undefined);
  const mine = given({ ...own, AWS_REGION: "us-west-2" }, { ...prod, isOwnRegion: true });
  assertEquals([mine["AWS_REGION"], mine["AWS_DEFAULT_REGION"]], ["us-west-2", "us-west-2"]);
});

Deno.test("an environment says whose session it holds, until when and where", () => {
  assertEquals(environmentState(environment(use(own, session("prod", "eu-central-1")))), {
    profile: "prod",
    accessKeyId: "ASIA-prod",
    expiration: "2026-03-04T17:06:07Z",
    region: "eu-central-1",
    isServed: false,
  });
  const others = { ...use(own, session("prod")), AWS_ACCESS_KEY_ID: "ASIA-other" };
  assertEquals(environmentState(environment(others)).profile, undefined);
  assertEquals(environmentState(environment({ STSMFA_PROFILE: "prod" })).profile, undefined);
  assertEquals(environmentState(environment({ ...own, AWS_DEFAULT_REGION: "eu-west-1" })), {
    profile: undefined,
    accessKeyId: undefined,
    expiration: undefined,
    region: "eu-west-1",
    isServed: false,
  });
});
