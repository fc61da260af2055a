import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ConsoleHome, type ConsoleHomeOptions } from "../../support/console_home.ts";
import { longTerm, session } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/ops/Administrator";
const config = `[profile role]
region = eu-west-3
stsmfa =
  source_profile = default
  role_arn = ${roleArn}
[profile standard]
region = eu-central-1
role_arn = ${roleArn}
source_profile = me
mfa_serial = arn:aws:iam::123456789012:mfa/alice
[profile bare]
role_arn = ${roleArn}
source_profile = me
[profile long]
stsmfa =
  source_profile = default
  role_arn = ${roleArn}
  duration_seconds = 2h
[profile chain]
role_arn = arn:aws:iam::222222222222:role/top
source_profile = standard
[profile me]
[profile nowhere]
[profile given]
credential_process = give
[profile web]
region = eu-north-1
role_arn = ${roleArn}
web_identity_token_file = ~/token
`;
const credentials = `${longTerm("default-long-term")}${longTerm("me")}`;

function open(options: ConsoleHomeOptions = {}): Promise<ConsoleHome> {
  const roles = [
    { roleArn, maxSessionDuration: 7200, requiresMfa: false, webIdentityTokens: ["web-token"] },
    { roleArn: "arn:aws:iam::222222222222:role/top" },
  ];
  return ConsoleHome.open({ config, credentials, sts: { roles }, ...options });
}

/** The destination of a URL. */
function destination(url: string): string | null {
  return new URL(url).searchParams.get("Destination");
}

for (const [name, region] of [["role", "eu-west-3"], ["standard", "eu-central-1"]] as const) {
  Deno.test(`console ${name}: the browser opens a page of our own, which signs in as the role`, async () => {
    await using world = await open();
    const { home, opened, federation } = world;
    home.types();
    assertEquals(await home.run("console", name), 0, home.stderr);
    const [page] = opened;
    assertEquals(page!.argv, ["xdg-open", page!.path]);
    assertEquals([opened.length, page!.mode], [1, 0o600]);
    assertStringIncludes(page!.path, `${home.test.home}/.local/state/stsmfa/console/`);
    const { principal, sessionDuration } = federation.signIn(page!.url);
    assertMatch(principal.arn, /:assumed-role\/Administrator\/alice$/);
    assertEquals(sessionDuration, undefined);
    assertEquals(
      destination(page!.url),
      `https://${region}.console.aws.amazon.com/console/home?region=${region}`,
    );
    assertEquals(new URL(page!.url).searchParams.get("Issuer"), "stsmfa");
    assertMatch(
      home.stdout,
      new RegExp(
        `^${name}  opened in the browser, signed in; expires in 1h, at 06:06\\n$`,
      ),
    );
    assertEquals(await world.pagesLeft(), []);
    assertEquals(home.test.clock.sleeps.includes(5000), true);
  });
}

Deno.test("the URL is in no argument, no output, no file and no error", async () => {
  await using world = await open();
  const { home, opened } = world;
  home.types();
  assertEquals(await home.run("console", "role"), 0);
  const token = new URL(opened[0]!.url).searchParams.get("SigninToken")!;
  for (const secret of [token, encodeURIComponent(token), "SigninToken", "getSigninToken"]) {
    assert(!home.test.output.includes(secret), secret);
    assert(!opened[0]!.argv.join(" ").includes(secret), secret);
  }
  for (const directory of [".aws", ".local/state/stsmfa/sessions", ".local/state/stsmfa/sources"]) {
    for (const name of await home.test.list(directory)) {
      assert(!(await home.test.read(`${directory}/${name}`)).includes("igninToken"), name);
    }
  }
});

Deno.test("console --url prints the URL, says on stderr how long it is good, and opens nothing", async () => {
  await using world = await open();
  const { home, opened, federation } = world;
  home.types();
  assertEquals(await home.run("console", "role", "--url"), 0);
  assertEquals(opened, []);
  assertEquals(federation.signIn(home.stdout.trimEnd()).principal.accountId, "222222222222");
  assertEquals(home.stdout.split("\n").length, 2);
  const [sent, good] = home.stderr.split("\n");
  assertMatch(
    sent!,
    /^stsmfa: the session is sent to 127\.0\.0\.1:\d+ \(variable AWS_ENDPOINT_URL_SIGNIN\)$/,
  );
  assertEquals(
    good,
    "stsmfa: it works for 15m and signs in whoever has it; the sign-in expires in 1h, at 06:06",
  );
});

const without: Readonly<Record<string, ConsoleHomeOptions & { why: string }>> = {
  "no display": { isHeadless: true, why: "there is no display" },
  "SSH": { env: { SSH_CONNECTION: "192.0.2.1 1 192.0.2.2 22" }, why: "this is an SSH session" },
  "no program that opens one": {
    programs: [],
    why: "there is no browser launcher (xdg-open, x-www-browser, www-browser)",
  },
  "browsers that fail": {
    programs: ["xdg-open", "www-browser"],
    ends: { "xdg-open": 3, "www-browser": 1 },
    why: "no browser could be started",
  },
};

for (const [what, { why, ...options }] of Object.entries(without)) {
  Deno.test(`without a browser, the URL is on stdout: ${what}`, async () => {
    await using world = await open(options);
    const { home } = world;
    home.types();
    assertEquals(await home.run("console", "role"), 0);
    world.federation.signIn(home.stdout.trimEnd());
    assertStringIncludes(home.stderr, `stsmfa: ${why}: open the URL yourself; it works for 15m`);
    assertEquals(await world.pagesLeft(), []);
    assertEquals(await home.run("console", "role", "--json"), 0);
    assertEquals(home.json.opened, false);
    assertMatch(home.json.urlExpiration, /^2026-03-04T05:21:\d\dZ$/);
    world.federation.signIn(home.json.url);
  });
}

Deno.test("a browser that cannot be started gives way to the next one", async () => {
  await using world = await open({
    programs: ["xdg-open", "x-www-browser"],
    ends: { "xdg-open": 4, "x-www-browser": 0 },
  });
  const { home, opened } = world;
  home.types();
  assertEquals(await home.run("console", "role"), 0);
  assertEquals(opened.map(({ argv }) => argv[0]), ["xdg-open", "x-www-browser"]);
  assertMatch(home.stdout, /^role {2}opened/);
});

Deno.test("--json says who is signed in, and where, and no URL when that went to the browser", async () => {
  await using world = await open();
  const { home } = world;
  home.types();
  assertEquals(await home.run("console", "role", "--json", "--service", "ec2"), 0);
  assertEquals(home.json, {
    profile: "role",
    signer: "role",
    arn: roleArn,
    region: "eu-west-3",
    destination: "https://eu-west-3.console.aws.amazon.com/ec2/home?region=eu-west-3",
    expiration: "2026-03-04T06:06:07Z",
    opened: true,
    url: null,
    urlExpiration: null,
  });
});

Deno.test("a user without a role gets a federated session of all rights, without a code, and is told what that means", async () => {
  for (const name of ["default", "me"]) {
    await using world = await open();
    const { home, opened, federation } = world;
    assertEquals(await home.run("console", name), 0, home.stderr);
    const { principal } = federation.signIn(opened[0]!.url);
    assertEquals(principal.arn, "arn:aws:sts::123456789012:federated-user/alice");
    assertEquals(JSON.parse(principal.policy!).Statement, [
      { Effect: "Allow", Action: "*", Resource: "*" },
    ]);
    assertEquals(home.stderr.match(/without MFA/g)?.length, 1);
    assertEquals(home.test.questions, []);
    assertEquals(home.sts.requests.at(-1)?.params["DurationSeconds"], "43200");
    assertEquals(destination(opened[0]!.url), "https://console.aws.amazon.com/console/home");
    assertEquals(await home.run("console", name, "--duration", "20h"), 0);
    assertEquals(home.sts.requests.at(-1)?.params["DurationSeconds"], "72000");
    assertEquals(federation.signIn(opened[1]!.url).sessionDuration, undefined);
  }
});

Deno.test("a policy that forbids GetFederationToken: exit 4, and what would do instead", async () => {
  await using world = await open({
    sts: { users: [alice({ mayNot: ["sts:GetFederationToken"] })] },
  });
  const { home } = world;
  assertEquals(await home.run("console", "me"), 4);
  assertEquals(home.stdout, "");
  assertStringIncludes(
    home.stderr,
    "error: AWS denied GetFederationToken for AKIAALICEALICEALICE2, which signs in a user without a role\n" +
      "stsmfa: hint: name a role: stsmfa console me --role-arn ARN; or have sts:GetFederationToken allowed for the user, without MFA\n",
  );
});

Deno.test("--duration is sent where AWS takes it: a role taken with the key itself, or with its own code", async () => {
  await using world = await open();
  const { home, opened, federation } = world;
  assertEquals(await home.run("console", "bare", "--duration", "8h"), 0, home.stderr);
  assertEquals(federation.signIn(opened.at(-1)!.url).sessionDuration, 28800);
  assertStringIncludes(home.stdout, "signed in; expires in 8h, at 13:06");
  home.types();
  assertEquals(await home.run("console", "long", "--duration", "12h"), 0, home.stderr);
  assertEquals(federation.signIn(opened.at(-1)!.url).sessionDuration, 43200);
  assertEquals(await home.run("console", "long"), 0);
  assertEquals(federation.signIn(opened.at(-1)!.url).sessionDuration, undefined);
});

const refusedLengths: Readonly<Record<string, { args: string[]; says: string }>> = {
  "a role on an MFA session": {
    args: ["role", "--duration", "8h"],
    says:
      "AWS does not allow it for the console of role, whose role is assumed with an MFA session",
  },
  "a standard role with a device": {
    args: ["standard", "--duration", "2h"],
    says: "AWS does not allow it for the console of standard",
  },
  "a role on a role": {
    args: ["chain", "--duration", "900"],
    says: "AWS does not allow it for the console of chain, whose role is assumed with another role",
  },
  "less than a quarter of an hour": {
    args: ["bare", "--duration", "14m"],
    says: "14m is out of range: AWS allows a console 15m to 12h",
  },
  "more than half a day": {
    args: ["bare", "--duration", "13h"],
    says: "13h is out of range: AWS allows a console 15m to 12h",
  },
  "more than a user gets": {
    args: ["me", "--duration", "37h"],
    says: "37h is out of range: AWS allows a console 15m to 36h",
  },
  "no duration at all": { args: ["bare", "--duration", "soon"], says: "soon is not a duration" },
};

for (const [what, { args, says }] of Object.entries(refusedLengths)) {
  Deno.test(`--duration of ${what}: exit 2 before anything is asked or sent`, async () => {
    await using world = await open();
    const { home } = world;
    assertEquals(await home.run("console", ...args), 2);
    assertStringIncludes(home.stderr, `error: --duration: ${says}`);
    assertEquals([home.sts.count(), home.test.questions, world.opened], [0, [], []]);
  });
}

Deno.test("sessions of others: those of roles sign in, a user's is refused, with who it is", async () => {
  const role = await sessionOf(roleArn);
  const user = await sessionOf(undefined);
  for (const [{ world, text }, status] of [[role, 0], [user, 3]] as const) {
    await using _ = world;
    const { home, federation } = world;
    await home.test.write(".aws/credentials", text);
    assertEquals(await home.run("console", "nowhere", "--url"), status, home.stderr);
    if (status === 0) {
      assertMatch(federation.signIn(home.stdout.trim()).principal.arn, /assumed-role/);
    } else {
      assertStringIncludes(
        home.stderr,
        "the session of nowhere is one of arn:aws:iam::123456789012:user/alice, and AWS only signs in " +
          "sessions of roles\nstsmfa: hint: name a role: stsmfa console nowhere --role-arn ARN\n",
      );
      assertEquals(federation.server.requests, []);
    }
  }
});

/** A world, and a credentials file with nothing but a session of it. */
async function sessionOf(role: string | undefined) {
  const world = await open();
  world.home.types();
  await world.home.run("env", "--json", "default", ...(role ? ["--role-arn", role] : []));
  const { json } = world.home;
  const text = session("nowhere").replace("ASIAOLDOLDOLDOLDOLD2", json.AWS_ACCESS_KEY_ID)
    .replace("old+secret/of+the+session+before+this", json.AWS_SECRET_ACCESS_KEY)
    .replace("old/token+of+the+session+before+this==", json.AWS_SESSION_TOKEN);
  return { world, text };
}

Deno.test("a key that a program gives signs in its user", async () => {
  const { accessKeyId, secretAccessKey } = alice();
  await using world = await open({
    programs: ["xdg-open", "give"],
    runCommand: ({ argv }) =>
      argv[0] === "give"
        ? Promise.resolve({
          exitStatus: 0,
          stdout: JSON.stringify({
            Version: 1,
            AccessKeyId: accessKeyId,
            SecretAccessKey: secretAccessKey,
          }),
        })
        : Promise.reject(new Deno.errors.NotFound(argv[0])),
  });
  const { home, federation, opened } = world;
  assertEquals(await home.run("console", "given"), 0, home.stderr);
  assertMatch(federation.signIn(opened[0]!.url).principal.arn, /federated-user\/alice$/);
  assertStringIncludes(home.stderr, "without MFA");
  assertEquals(await home.run("console", "given", "--duration", "2h", "--json"), 0, home.stderr);
  assertEquals(federation.signIn(opened[1]!.url).sessionDuration, undefined);
  assertEquals([home.json.signer, home.json.expiration], [
    "federated-user",
    "2026-03-04T07:06:12Z",
  ]);
});

Deno.test("a session with little time left is renewed first: the console lasts no longer", async () => {
  await using world = await open();
  const { home } = world;
  home.types();
  await home.run("console", "role", "--url");
  home.test.clock.advance(31 * 60);
  assertEquals(await home.run("console", "role", "--url"), 0);
  assertStringIncludes(home.stderr, "expires in 1h, at ");
  assertEquals(home.test.questions.length, 1);
});

Deno.test("where the system tells who reads, the page waits for a browser that starts slowly", async () => {
  await using world = await open({ readAfterSleeps: 8 });
  const { home } = world;
  home.types();
  assertEquals(await home.run("console", "role"), 0);
  assertMatch(home.stdout, /^role {2}opened/);
  assertStringIncludes(home.stderr, "waiting for the browser to open the page");
  const { sleeps } = home.test.clock;
  assertEquals(sleeps.slice(sleeps.indexOf(5000)), [5000, 500, 500, 500, 500, 500, 500]);
});

Deno.test("a page that nobody has read for half a minute was not opened: the URL is printed", async () => {
  await using world = await open({ readAfterSleeps: Infinity });
  const { home } = world;
  home.types();
  assertEquals(await home.run("console", "role"), 0);
  assertStringIncludes(home.stderr, "the browser has not opened the page: open the URL yourself;");
  world.federation.signIn(home.stdout.trimEnd());
  assertEquals(await world.pagesLeft(), []);
});

Deno.test("a role that an identity provider gives signs in, for as long as is asked for", async () => {
  await using world = await open();
  const { home, federation, opened } = world;
  await home.test.write("token", "web-token");
  await home.test.write(".aws/config", config.replace("~/token", home.test.path("token")));
  assertEquals(await home.run("console", "web", "--duration", "4h"), 0, home.stderr);
  const { principal, sessionDuration } = federation.signIn(opened[0]!.url);
  assertMatch(principal.arn, /:assumed-role\/Administrator\//);
  assertEquals(sessionDuration, 14400);
  assertEquals(home.sts.count("GetCallerIdentity"), 0);
});

Deno.test("--region is the console's: a session that is valid is not renewed for it", async () => {
  await using world = await open();
  const { home, opened } = world;
  home.types();
  assertEquals(await home.run("console", "role"), 0);
  const before = home.sts.count();
  assertEquals(await home.run("console", "role", "--region", "us-west-2", "-s", "s3"), 0);
  assertEquals(home.sts.count(), before);
  assertEquals(
    destination(opened[1]!.url),
    "https://us-west-2.console.aws.amazon.com/s3/home?region=us-west-2",
  );
  assertEquals(await home.run("console", "role", "--region", "cn-north-1"), 2);
});

Deno.test("--logout-first logs out, and then signs in", async () => {
  await using world = await open();
  const { home, federation, opened } = world;
  home.types();
  assertEquals(await home.run("console", "role", "--logout-first"), 0);
  const { origin, pathname, searchParams } = new URL(opened[0]!.url);
  assertEquals([origin, pathname], [federation.url, "/oauth"]);
  assertEquals(searchParams.get("Action"), "logout");
  federation.signIn(searchParams.get("redirect_uri")!);
});

Deno.test("a browser that sees no hidden folders gets its page in the home directory", async () => {
  await using world = await open({ programs: ["flatpak"], isHeadless: true });
  const { home, opened } = world;
  const browser = "flatpak run --file-forwarding org.example.Browser @@u %s @@";
  home.test.env["STSMFA_BROWSER"] = browser;
  assertEquals(await home.run("console", "me"), 0, home.stderr);
  const [{ argv, path, mode }] = opened as [typeof opened[0]];
  assertMatch(path.slice(home.test.home.length), /^\/stsmfa-console-\d{13}-[\da-f]{8}\.html$/);
  assertEquals(argv, browser.replace("%s", `file://${path}`).split(" "));
  assertEquals([mode, await world.pagesLeft()], [0o600, []]);
});

Deno.test("console --pick signs in as the chosen profile, which is the first one next time", async () => {
  await using world = await open({ isTerminal: true });
  const { home } = world;
  home.answer("standard");
  home.types();
  assertEquals(await home.run("console", "--pick", "--url"), 0, home.stderr);
  assertEquals(destination(home.stdout.trim())?.includes("eu-central-1"), true);
  assertStringIncludes(await home.test.read(".local/state/stsmfa/used/profiles"), " standard\n");
  assertEquals(await home.run("console", "standard", "--pick"), 2);
});
