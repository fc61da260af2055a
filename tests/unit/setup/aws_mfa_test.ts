import { assertEquals } from "@std/assert";
import { awsMfaProfiles } from "../../../lib/setup/aws_mfa.ts";
import type { ImportNeed } from "../../../lib/setup/found_profile.ts";
import { credentialsPath, fakeFiles } from "../../support/aws_files.ts";

const device = "aws_mfa_device = arn:aws:iam::123456789012:mfa/alice\n";
const administrator = "arn:aws:iam::222222222222:role/Administrator";

/** A section with long-term keys. */
const keys = (section: string, more = "") =>
  `[${section}]\naws_access_key_id = AKIA${section}\naws_secret_access_key = secret\n${more}\n`;

/** A section as aws-mfa writes it. */
const session = (section: string, roleArn?: string) =>
  `[${section}]
assumed_role = ${roleArn === undefined ? "False" : `True\nassumed_role_arn = ${roleArn}`}
aws_access_key_id = ASIA
aws_secret_access_key = secret
aws_session_token = token
aws_security_token = token
expiration = 2026-03-04 17:06:07

`;

function show(need: ImportNeed): string {
  if (need.kind === "unknown") return `unknown: ${need.reason}; ${need.hint}`;
  if (need.kind !== "block") return need.kind;
  const { source_profile, role_arn } = need.values;
  return `keys of ${source_profile}${role_arn === undefined ? "" : `, role ${role_arn}`}`;
}

function found(credentials: string, config = "", suffix = "long-term"): Record<string, string> {
  const all = awsMfaProfiles(fakeFiles({ credentials, config }), suffix);
  assertEquals(all.every(({ path }) => path === credentialsPath), true);
  return Object.fromEntries(
    all.map(({ tool, profile, need }) => [
      profile,
      `${tool === "aws-mfa" ? "" : `${tool}: `}${show(need)}`,
    ]),
  );
}

const cases: Record<string, { credentials: string; found: Record<string, string> }> = {
  "[P-long-term] needs nothing, with a session or without": {
    credentials: keys("default-long-term", device) + keys("work-long-term") + session("work"),
    found: { default: "nothing", work: "nothing" },
  },
  "a role that was given for one run is not the profile's": {
    credentials: keys("work-long-term") + session("work", administrator),
    found: { work: "nothing" },
  },
  "--short-term-suffix: the keys are those of the longest name that fits": {
    credentials: keys("org-long-term") + keys("org-eu-long-term") + session("org-staging") +
      session("org-eu-production", administrator),
    found: {
      org: "nothing",
      "org-eu": "nothing",
      "org-staging": "keys of org-long-term",
      "org-eu-production": `keys of org-eu-long-term, role ${administrator}`,
    },
  },
  "--long-term-suffix none: the keys are in the plain section, aws-mfa's own key or not": {
    credentials: keys("a", device) + session("a-production", administrator) + keys("b") +
      session("b-production"),
    found: { "a-production": `keys of a, role ${administrator}`, "b-production": "keys of b" },
  },
  "--long-term-suffix keys: they are in [P-keys]": {
    credentials: keys("work-keys") + session("work", administrator),
    found: { work: `keys of work-keys, role ${administrator}` },
  },
  "both suffixes given: the one section with aws_mfa_device that shares the name": {
    credentials: keys("org-keys", device) + keys("org-ci") + session("org-production"),
    found: { "org-production": "keys of org-keys" },
  },
  "keys of somebody else are not taken because their name is alike": {
    credentials: keys("us-prod") + session("us-dev") + keys("workshop") + session("work"),
    found: {
      "us-dev":
        "unknown: cannot tell which keys [us-dev] was made with; choose: stsmfa us-dev --source-profile NAME",
      work:
        "unknown: cannot tell which keys [work] was made with; choose: stsmfa work --source-profile NAME",
    },
  },
  "of two sections that fit as well none is guessed": {
    credentials: keys("work-a") + keys("work-b") + session("work"),
    found: {
      work:
        "unknown: [work] may have been made with the keys of [work-a] or [work-b]; choose: stsmfa work --source-profile work-a",
    },
  },
  "a section whose session was replaced by a long-term key is no session": {
    credentials: session("work").replace("ASIA", "AKIAWORK") + keys("other-long-term"),
    found: { other: "nothing" },
  },
  "other tools' sessions and plain keys are not aws-mfa's": {
    credentials: `${keys("plain")}[b]\naws_access_key_id = ASIAB\naws_session_token = t\n` +
      "[-long-term]\naws_access_key_id = AKIA\naws_secret_access_key = s\n",
    found: {},
  },
};

for (const [what, { credentials, found: expected }] of Object.entries(cases)) {
  Deno.test(`aws-mfa's sections: ${what}`, () => assertEquals(found(credentials), expected));
}

Deno.test("aws-mfa's sections: a profile with a stsmfa block needs nothing", () => {
  const config = "[profile org-production]\nstsmfa =\n  source_profile = elsewhere\n";
  assertEquals(found(keys("org") + session("org-production"), config), {
    "org-production": "nothing",
  });
});

const ownMarks: Record<string, { credentials: string; config?: string }> = {
  "mfa_serial beside the key, as init writes it": {
    credentials: keys("work-long-term", "mfa_serial = arn:aws:iam::123456789012:mfa/alice\n"),
  },
  "mfa_serial of the profile": {
    credentials: keys("work-long-term"),
    config: "[profile work]\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\n",
  },
  "a block of the profile": {
    credentials: keys("work-long-term"),
    config: "[profile work]\nstsmfa =\n  duration_seconds = 3600\n",
  },
  "a session as stsmfa writes it": {
    credentials: keys("work-long-term") +
      session("work").replace(/assumed_role.*\n/, "").replace(
        "expiration",
        "x_security_token_expires",
      ),
  },
  "a key in a key store": {
    credentials: "[work-long-term]\nstsmfa_key = keychain:AKIAALICEALICEALICE2\n",
  },
  "a key in a key store, with a session of aws-mfa": {
    credentials: `[work-long-term]\nstsmfa_key = keychain:AKIAALICEALICEALICE2\n${session("work")}`,
  },
};
for (const [what, { credentials, config }] of Object.entries(ownMarks)) {
  Deno.test(`a profile of stsmfa's own is named so: ${what}`, () => {
    assertEquals(found(credentials, config), { work: "stsmfa: nothing" });
  });
}

Deno.test("what aws-mfa uses, too, is aws-mfa's", () => {
  const config = "[profile work]\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\n";
  for (const more of [keys("work-long-term", device), keys("work-long-term") + session("work")]) {
    assertEquals(found(more, config), { work: "nothing" });
  }
});

Deno.test("aws-mfa's sections: another suffix is the convention when it is said", () => {
  const credentials = keys("work-keys") + session("work") + session("work-production");
  assertEquals(found(credentials, "", "keys"), {
    work: "nothing",
    "work-production": "keys of work-keys",
  });
  for (const none of ["none", "NONE"]) {
    assertEquals(found(keys("org") + session("org-a"), "", none), { "org-a": "keys of org" });
  }
});
