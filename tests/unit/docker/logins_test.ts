import { assertEquals, assertThrows } from "@std/assert";
import { refuseUnreadable, storeOf, withLogin, withoutLogin } from "../../../lib/docker/logins.ts";
import { JsonProblem } from "../../../lib/text/json.ts";

const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const other = "444444444444.dkr.ecr.eu-west-1.amazonaws.com";
const aws = btoa("AWS:old");
const bob = btoa("bob:x");

/** What a client takes for this host, and what it does not. */
const keys: readonly (readonly [key: string, isHosts: boolean])[] = [
  [host, true],
  [`https://${host}`, true],
  [`http://${host}/v1/`, true],
  [`${host}/team/shop`, true],
  [`${host}.example.com`, false],
  [`x.${host}`, false],
  [`registry.example.com/${host}`, false],
  [other, false],
];

for (const [key, isHosts] of keys) {
  Deno.test(`withoutLogin() ${isHosts ? "removes" : "keeps"} a password under ${key}`, () => {
    const text = JSON.stringify({ auths: { [key]: { auth: aws } } });
    const { text: cleared, others } = withoutLogin(text, host);
    assertEquals(JSON.parse(cleared), { auths: isHosts ? {} : { [key]: { auth: aws } } });
    assertEquals(others, []);
  });

  Deno.test(`withoutLogin() ${isHosts ? "tells of" : "reads past"} another user's under ${key}`, () => {
    const text = JSON.stringify({ auths: { [key]: { auth: bob } } });
    assertEquals(withoutLogin(text, host), {
      text,
      others: isHosts ? [{ key, user: "bob" }] : [],
    });
  });
}

for (
  const [what, entry, user] of [
    ["a user in clear", { username: "bob", password: "x" }, "bob"],
    ["an identity token", { identitytoken: "x" }, undefined],
    ["no Base64", { auth: "%" }, undefined],
    ["a text", "x", "nothing"],
    ["nothing", {}, "nothing"],
    ["an empty auth", { auth: "" }, "nothing"],
    ["an e-mail address", { email: "a@b" }, "nothing"],
    ["null", null, "nothing"],
  ] as const
) {
  Deno.test(`withoutLogin() leaves an entry with ${what}`, () => {
    const text = JSON.stringify({ auths: { [host]: entry } });
    const others = user === "nothing" ? [] : [{ key: host, ...(user && { user }) }];
    assertEquals(withoutLogin(text, host), { text, others });
  });
}

Deno.test("withoutLogin() knows AWS in clear, too, and keeps what else is in the entry", () => {
  const text = JSON.stringify({
    auths: { [host]: { username: "AWS", password: "x", email: "a" } },
  });
  assertEquals(JSON.parse(withoutLogin(text, host).text), { auths: { [host]: { email: "a" } } });
});

Deno.test("withoutLogin() removes our helper, or one without a name, and tells of another", () => {
  for (const [helper, left] of [["stsmfa", {}], ["", {}], ["ecr-login", undefined]] as const) {
    const text = JSON.stringify({ credHelpers: { [host]: helper } });
    const { text: cleared, others } = withoutLogin(text, host);
    assertEquals(JSON.parse(cleared), { credHelpers: left ?? { [host]: helper } });
    assertEquals(others, left === undefined ? [{ key: host, helper }] : []);
  }
});

Deno.test("withLogin() leaves one login, whatever was there", () => {
  const old = JSON.stringify({
    auths: {
      [`https://${host}`]: { auth: aws },
      [host]: { auth: aws, identitytoken: "x", email: "a@b" },
      [`${host}/shop`]: { auth: bob },
      [other]: { auth: aws },
    },
    credHelpers: { [host]: "", "gcr.io": "gcloud" },
  });
  const others = [{ key: `${host}/shop`, user: "bob" }];
  const password = withLogin(old, host, { auth: "new" });
  assertEquals(password.others, others);
  assertEquals(JSON.parse(password.text), {
    auths: {
      [host]: { auth: "new", email: "a@b" },
      [`${host}/shop`]: { auth: bob },
      [other]: { auth: aws },
    },
    credHelpers: { "gcr.io": "gcloud" },
  });
  assertEquals(withLogin(password.text, host, { auth: "new" }).text, password.text);
  const helper = withLogin(old, host, "helper");
  assertEquals(helper.others, others);
  assertEquals(JSON.parse(helper.text), {
    auths: {
      [host]: { email: "a@b" },
      [`${host}/shop`]: { auth: bob },
      [other]: { auth: aws },
    },
    credHelpers: { [host]: "stsmfa", "gcr.io": "gcloud" },
  });
  assertEquals(withLogin(helper.text, host, "helper").text, helper.text);
});

Deno.test("what is no file of logins, or asks another helper, is refused", () => {
  for (
    const text of ["{", "[]", `{"auths": []}`, `{"auths": "x"}`, `{"auths": {}, "auths": {}}`]
  ) {
    assertThrows(() => withoutLogin(text, host), JsonProblem);
    assertThrows(() => withLogin(text, host, "helper"), JsonProblem);
  }
  const text = JSON.stringify({ credHelpers: { [host]: "ecr-login" } });
  for (const login of ["helper", { auth: "new" }] as const) {
    assertThrows(() => withLogin(text, host, login), JsonProblem, "has ecr-login asked for");
  }
});

Deno.test("an empty file is like none, and auths may be null", () => {
  assertEquals(JSON.parse(withLogin("", host, "helper").text), {
    credHelpers: { [host]: "stsmfa" },
  });
  assertEquals(withoutLogin("", host), { text: "", others: [] });
  assertEquals(withoutLogin(`{"auths": null}`, host).others, []);
  assertEquals(JSON.parse(withLogin(`{"auths": null}`, host, { auth: "new" }).text), {
    auths: { [host]: { auth: "new" } },
  });
});

Deno.test("keys are found in whatever case they are written, as by clients in Go; hosts are not", () => {
  assertEquals(storeOf(`{"credSstore": "desktop"}`), "desktop");
  const upper = host.toUpperCase();
  const old = JSON.stringify({
    Auths: { [host]: { Auth: aws, Email: "a@b", IdentityToken: "x" }, [other]: {} },
    CredHelpers: { [upper]: "x", [host]: "stsmfa" },
  });
  assertEquals(JSON.parse(withLogin(old, host, { auth: "new" }).text), {
    Auths: { [host]: { Auth: "new", Email: "a@b" }, [other]: {} },
    CredHelpers: { [upper]: "x" },
  });
  assertEquals(JSON.parse(withLogin(old, host, "helper").text), {
    Auths: { [host]: { Email: "a@b" }, [other]: {} },
    CredHelpers: { [upper]: "x", [host]: "stsmfa" },
  });
  const another = JSON.stringify({ CREDHELPERS: { [host]: "ecr-login" } });
  assertThrows(() => withLogin(another, host, { auth: "new" }), JsonProblem, "ecr-login");
  const bobs = withoutLogin(JSON.stringify({ auths: { [host]: { Auth: bob } } }), host);
  assertEquals(bobs.others, [{ key: host, user: "bob" }]);
  const twice = `{"auths": {}, "Auths": {}}`;
  assertThrows(() => withLogin(twice, host, "helper"), JsonProblem, "has auths and Auths, which");
  assertThrows(() => refuseUnreadable(`{"credsstore": {}}`), JsonProblem);
});

Deno.test("storeOf() gives the store that docker asks", () => {
  assertEquals(storeOf(`{"credsStore": "desktop"}`), "desktop");
  for (const text of ["", "{}", `{"credsStore": ""}`, `{"credsStore": null}`]) {
    assertEquals(storeOf(text), undefined);
  }
});

Deno.test("refuseUnreadable() refuses what docker's own reader does, and nothing else", () => {
  const auths = (entry: unknown) => ({ auths: { "ghcr.io": entry } });
  const readable: unknown[] = [
    {},
    { credsStore: null, credHelpers: null, auths: null, HttpHeaders: { a: "b" } },
    { credsStore: "", credHelpers: { [host]: "" } },
    auths(null),
    auths({}),
    auths({ auth: "", identitytoken: "x" }),
    auths({ auth: bob }),
    auths({ auth: btoa("bob:") }),
  ];
  for (const each of readable) refuseUnreadable(JSON.stringify(each));
  const unreadable: unknown[] = [
    { credsStore: {} },
    { credsStore: 1 },
    { credHelpers: [] },
    { credHelpers: { "ghcr.io": { a: 1 } } },
    { auths: [] },
    auths("x"),
    auths([]),
    auths({ auth: 1 }),
    auths({ auth: "secret" }),
    auths({ auth: bob.replace(/=+$/, "") }),
    auths({ auth: "Ym9i" }),
    auths({ auth: btoa(":x") }),
  ];
  for (const each of unreadable) {
    const text = JSON.stringify(each);
    const { message } = assertThrows(() => refuseUnreadable(text), JsonProblem, "has ", text);
    assertEquals(message.includes("secret"), false);
  }
});
