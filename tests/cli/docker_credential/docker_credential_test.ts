/**
 * `stsmfa docker-credential`: the protocol of docker's credential helpers, and whose session is used.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import { type Home, type HomeOptions, longTerm, openHome } from "../../support/homes.ts";
import { type LoopbackEcr, startLoopbackEcr } from "../../support/loopback_ecr.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const secretKey = alice().secretAccessKey;

/** Runs something in a home with its ECR. */
async function inHome(
  act: (home: Home, ecr: LoopbackEcr) => Promise<void>,
  options: HomeOptions = {},
): Promise<void> {
  await using home = await openHome({
    credentials: `${longTerm("default-long-term")}mfa_serial = ${ALICE_DEVICE}\n`,
    ...options,
  });
  await using ecr = await startLoopbackEcr({
    findKey: (id) => home.sts.findKey(id),
    now: () => home.test.clock.now(),
  });
  Object.assign(home.test.env, ecr.env());
  await act(home, ecr);
}

/** Hands something to the helper, as docker does; gives its exit status. */
function helper(action: string, stdin = "", options: HomeOptions = {}) {
  return async (act?: (home: Home, ecr: LoopbackEcr, exitStatus: number) => void) =>
    await inHome(async (home, ecr) => {
      home.types();
      act?.(home, ecr, await home.run("docker-credential", action));
    }, { stdin, ...options });
}

for (const server of [host, `https://${host}`, `https://${host}/`, `${host}\n`, `${host}/v2/`]) {
  Deno.test(`get answers for ${JSON.stringify(server)}, renews first, and says nothing else`, () =>
    helper("get", server)((home, ecr, exitStatus) => {
      assertEquals(exitStatus, 0, home.stderr);
      assertEquals(JSON.parse(home.stdout), {
        ServerURL: server.trim(),
        Username: "AWS",
        Secret: atob(ecr.auth("eu-west-1")).slice("AWS:".length),
      });
      assertEquals(home.stdout.split("\n").length, 2);
      assertEquals(home.stderr, "");
      assertEquals(home.test.questions.length, 1);
    }));
}

Deno.test("the region of the host's name signs in, whatever the profile's is; the public registry has its own", async () => {
  for (
    const [server, region, service] of [
      ["123456789012.dkr.ecr.ap-south-1.amazonaws.com", "ap-south-1", "ecr"],
      ["123456789012.dkr.ecr-fips.us-west-1.amazonaws.com", "us-west-1", "ecr"],
      ["123456789012.dkr-ecr.eu-west-2.on.aws", "eu-west-2", "ecr"],
      ["public.ecr.aws", "us-east-1", "ecr-public"],
    ] as const
  ) {
    await helper("get", server)((home, ecr, exitStatus) => {
      assertEquals(exitStatus, 0, home.stderr);
      assertEquals(ecr.passwords.map((each) => [each.region, each.service]), [[region, service]]);
    });
  }
});

Deno.test("the profile's services section says where its ECR is", async () => {
  for (const [server, key] of [[host, "ecr"], ["public.ecr.aws", "ecr_public"]] as const) {
    await inHome(async (home, ecr) => {
      for (const name of Object.keys(ecr.env())) delete home.test.env[name];
      await home.test.write(
        ".aws/config",
        `[default]\nregion = eu-west-1\nservices = local\nuse_fips_endpoint = true\n` +
          `[services local]\n${key} =\n  endpoint_url = ${ecr.url}\n`,
      );
      home.types();
      assertEquals(await home.run("docker-credential", "get"), 0, home.stderr);
      assertEquals(ecr.passwords.length, 1);
    }, { stdin: server });
  }
});

for (
  const [server, lines, asked] of [
    [host, [], "api.ecr.eu-west-1.amazonaws.com"],
    [host, ["use_fips_endpoint = true"], "api.ecr-fips.eu-west-1.amazonaws.com"],
    [host, ["use_dualstack_endpoint = true"], "ecr.eu-west-1.api.aws"],
    [host.replace(".ecr.", ".ecr-fips."), [], "api.ecr-fips.eu-west-1.amazonaws.com"],
    [
      "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
      [
        "stsmfa =",
        "  hooks = docker",
        "  docker_registries = 123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
      ],
      "api.ecr.us-isob-east-1.sc2s.sgov.gov",
    ],
    ["public.ecr.aws", [], "api.ecr-public.us-east-1.amazonaws.com"],
  ] as const
) {
  Deno.test(`the password of ${server} is asked of ${asked} ${lines.join("")}`, async () => {
    const hosts = new Set<string>();
    const network: Context["fetch"] = (url, { caCerts: _, ...init }) => {
      if (new URL(url).hostname === "127.0.0.1") return fetch(url, init as RequestInit);
      hosts.add(new URL(url).host);
      return Promise.reject(new TypeError("connection refused"));
    };
    await inHome(async (home, ecr) => {
      for (const name of Object.keys(ecr.env())) delete home.test.env[name];
      await home.test.write(".aws/config", `[default]\n${lines.join("\n")}\n`);
      home.types();
      assertEquals(await home.run("docker-credential", "get"), 1);
      assertEquals([...hosts], [asked]);
    }, { stdin: server, network });
  });
}

/** What docker hands over, and what it has to read. */
const protocol: readonly (readonly [
  what: string,
  action: string,
  stdin: string,
  exitStatus: number,
  stdout: string | RegExp,
])[] = [
  [
    "another registry",
    "get",
    "https://index.docker.io/v1/",
    1,
    "credentials not found in native keychain\n",
  ],
  [
    "a host that only looks like ECR's",
    "get",
    `${host}.example.com`,
    1,
    "credentials not found in native keychain\n",
  ],
  ["no server", "get", "", 1, "no credentials server URL\n"],
  [
    "a password of ours",
    "store",
    JSON.stringify({ ServerURL: host, Username: "AWS", Secret: "x" }),
    0,
    "",
  ],
  [
    "no server",
    "store",
    JSON.stringify({ Username: "AWS", Secret: "x" }),
    1,
    "no credentials server URL\n",
  ],
  [
    "no user",
    "store",
    JSON.stringify({ ServerURL: host, Secret: "x" }),
    1,
    "no credentials username\n",
  ],
  ["no JSON", "store", "hello", 1, "the credentials to store are not JSON\n"],
  [
    "another registry's password, which would be lost",
    "store",
    JSON.stringify({ ServerURL: "ghcr.io", Username: "a", Secret: "hunter2" }),
    1,
    "stsmfa keeps no passwords, and ghcr.io is not an Amazon ECR registry\n",
  ],
  ["a registry of ours", "erase", `https://${host}`, 0, ""],
  ["another registry", "erase", "ghcr.io", 1, "credentials not found in native keychain\n"],
  ["no server", "erase", "", 1, "no credentials server URL\n"],
  ["no profile with the hook", "list", "unused", 0, "{}\n"],
  ["anything", "version", "", 0, /^docker-credential-stsmfa \(stsmfa\) \d+\.\d+\.\d+\n$/],
];

for (const [what, action, stdin, status, stdout] of protocol) {
  Deno.test(`${action} with ${what}: exit ${status}, without a question or a request`, () =>
    helper(action, stdin)((home, ecr, exitStatus) => {
      assertEquals(exitStatus, status);
      if (typeof stdout === "string") assertEquals(home.stdout, stdout);
      else assertMatch(home.stdout, stdout);
      assertEquals(home.stderr, "");
      assertEquals([home.sts.count(), ecr.passwords, home.test.questions], [0, [], []]);
    }));
}

for (
  const [what, reason, options] of [
    [
      "stsmfa cannot ask for it here",
      /^profile default: an MFA code of \S+ is needed, and stsmfa cannot ask for it here; run: stsmfa default$/,
      { nobody: true },
    ],
    [
      "a file is broken",
      /line 4 .*; /,
      { credentials: `${longTerm("default-long-term")}nonsense ${secretKey}\n` },
    ],
    [
      "the only profile cannot be resolved",
      /unknown key surce_profile; did you mean source_profile\?$/,
      { config: "[default]\nstsmfa =\n  hooks = docker\n  surce_profile = me\n" },
    ],
  ] as const
) {
  Deno.test(`get when ${what}: why and what to do in one line, on both streams, exit 1`, () =>
    helper("get", host, options)((home, _, exitStatus) => {
      assertEquals(exitStatus, 1);
      assertMatch(home.stdout, /^[^\n]+\n$/);
      assertMatch(home.stdout.trimEnd(), reason);
      assertEquals(home.stderr, `stsmfa: error: ${home.stdout}`);
      assertEquals(home.test.output.includes("--token-code"), false);
      assertEquals(home.test.output.includes(secretKey), false);
    }));
}

Deno.test("what ECR answers in place of a password is told by its name, with profile and region", async () => {
  const refused = { __type: "com.amazon#AccessDeniedException", message: "no" };
  for (
    const [body, message] of [
      [
        JSON.stringify(refused),
        /^profile default: AWS denied GetAuthorizationToken for ASIA\w+ \(AccessDeniedException in eu-west-1\); [^\n]+\n$/,
      ],
      [
        "<html>",
        /^profile default: \S+ did not answer GetAuthorizationToken like AWS \(HTTP 400\) \(in eu-west-1\)/,
      ],
    ] as const
  ) {
    await inHome(async (home, ecr) => {
      home.types();
      ecr.fault = { status: 400, body };
      assertEquals(await home.run("docker-credential", "get"), 1);
      assertMatch(home.stdout, message);
    }, { stdin: host });
  }
});

Deno.test("a session that AWS has ended is named with the command that gets another", async () => {
  const over = { __type: "ExpiredTokenException", message: "The security token is expired" };
  await inHome(async (home, ecr) => {
    home.types();
    ecr.fault = { status: 400, body: JSON.stringify(over) };
    assertEquals(await home.run("docker-credential", "get"), 1);
    assertMatch(
      home.stdout,
      / \(ExpiredTokenException in eu-west-1\); run: stsmfa default --force\n$/,
    );
  }, { stdin: host });
});

const several = (shop: string) =>
  `[profile plain]
stsmfa =
  source_profile = me
[profile admin]
stsmfa =
  source_profile = me
  role_arn = ${roleArn}
[profile shop]
stsmfa =
  source_profile = me
  hooks = docker
  docker_registries = ${shop}
[profile shop2]
stsmfa =
  source_profile = me
  hooks = docker
  docker_registries = ${shop}
[profile broken]
stsmfa =
  surce_profile = me
`;

const account2 = "222222222222.dkr.ecr.us-west-2.amazonaws.com";

/** As several profiles of one person: n is for 444 alone, w has no hook, e is a standard role. */
const accounts = `[profile n]
stsmfa =
  source_profile = me
  role_arn = ${roleArn}
  hooks = docker
  docker_registries = 444444444444.dkr.ecr.eu-west-1.amazonaws.com
[profile w]
region = us-west-2
stsmfa =
  source_profile = me
  role_arn = ${roleArn}
[profile e]
source_profile = me
role_arn = arn:aws:iam::333333333333:role/Reader
`;

const roles = [
  { roleArn },
  { roleArn: "arn:aws:iam::333333333333:role/Reader" },
];

/** Asks for a registry; gives the key that AWS saw, and each profile's in the credentials file. */
async function asked(
  server: string,
  config: string,
  env: Record<string, string>,
  ...args: string[]
) {
  let result:
    | { key: string | undefined; home: Home; exitStatus: number; chosen?: string }
    | undefined;
  await inHome(async (home, ecr) => {
    Object.assign(home.test.env, env);
    home.types();
    const exitStatus = await home.run("docker-credential", ...args, "get");
    const key = ecr.passwords[0]?.accessKeyId;
    const text = await home.credentials();
    const chosen = /^\[([^\]]+)\]\n(?:(?!\[).*\n)*?aws_access_key_id *= *ASIA/m.exec(text)?.[1];
    result = { key, home, exitStatus, ...(chosen !== undefined && { chosen }) };
  }, {
    stdin: server,
    credentials: `${longTerm("me")}mfa_serial = ${ALICE_DEVICE}\n`,
    config,
    sts: { roles },
    hooks: () => Promise.resolve({ end: { kind: "done", value: {} }, output: "" }),
  });
  return result!;
}

function accountAt({ sts }: Home, accessKeyId = ""): unknown {
  return Object(sts.findKey(accessKeyId)).accountId;
}

const shop = "777777777777.dkr.ecr.eu-west-1.amazonaws.com";

for (
  const [server, usual, chosen] of [
    [shop, "plain", "shop"],
    // The first in the file, whatever the shell is for.
    [shop, "shop2", "shop"],
    ["222222222222.dkr.ecr.eu-west-1.amazonaws.com", "plain", "admin"],
    // It says what it is for.
    [host, "shop", "plain"],
    [host, "plain", "plain"],
    ["888888888888.dkr.ecr.eu-west-1.amazonaws.com", "plain", undefined],
    ["888888888888.dkr-ecr.eu-west-1.on.aws", "shop", undefined],
    ["888888888888.dkr.ecr.cn-north-1.amazonaws.com.cn", "shop", undefined],
    // The same number is another account in another partition.
    ["777777777777.dkr.ecr.cn-north-1.amazonaws.com.cn", "shop", undefined],
    ["777777777777.dkr.ecr.us-gov-west-1.amazonaws.com", "shop2", undefined],
    ["123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "plain", undefined],
    ["public.ecr.aws", "admin", "admin"],
  ] as const
) {
  Deno.test(`${server} in the shell of ${usual} is answered by ${chosen ?? "nobody"}`, async () => {
    const { home, exitStatus, ...found } = await asked(server, several(shop), {
      STSMFA_PROFILE: usual,
    });
    assertEquals(found.chosen, chosen, home.test.output);
    if (chosen !== undefined) return assertEquals(exitStatus, 0, home.stderr);
    assertEquals([exitStatus, found.key], [1, undefined]);
    assertEquals(home.stdout, "credentials not found in native keychain\n");
    assertEquals(
      home.stderr,
      `stsmfa: no profile of account ${
        server.slice(0, 12)
      } signs in to ${server}; to use one, name the registry in its docker_registries\n`,
    );
    assertEquals(home.test.questions, []);
  });
}

Deno.test("a hook for other registries answers for none of its own account, and a standard role does", async () => {
  const standard = "333333333333.dkr.ecr.eu-west-1.amazonaws.com";
  for (const usual of ["default", "n", "w", "e"]) {
    const { chosen, exitStatus, home } = await asked(account2, accounts, { AWS_PROFILE: usual });
    assertEquals([chosen, exitStatus], ["w", 0], home.test.output);
    const role = await asked(standard, accounts, { AWS_PROFILE: usual });
    assertEquals(role.exitStatus, 0, role.home.stderr);
    assertEquals(accountAt(role.home, role.key), "333333333333");
  }
  const [only] = accounts.split("[profile w]");
  const { exitStatus, key } = await asked(account2, only!, { AWS_PROFILE: "n" });
  assertEquals([exitStatus, key], [1, undefined]);
});

Deno.test("settings of identity in docker's environment make no other identity of the profile", async () => {
  const env = {
    AWS_PROFILE: "n",
    STSMFA_ROLE_ARN: "arn:aws:iam::333333333333:role/Reader",
    STSMFA_SOURCE_PROFILE: "nobody",
    STSMFA_TARGET_PROFILE: "elsewhere",
    AWS_ACCESS_KEY_ID: "AKIAMALLORYMALLORYM2",
    AWS_SECRET_ACCESS_KEY: "mallory",
    AWS_REGION: "ap-south-1",
  };
  const { chosen, exitStatus, home, key } = await asked(account2, accounts, env);
  assertEquals([chosen, exitStatus], ["w", 0], home.test.output);
  assertEquals(accountAt(home, key), "222222222222");
  assertEquals((await asked(shop, several(shop), env)).chosen, "shop");
});

Deno.test("with --profile that one answers for its own registries, and for nothing else", async () => {
  for (
    const [server, profile, exitStatus] of [
      [account2, "w", 0],
      [account2, "n", 0],
      ["444444444444.dkr.ecr.eu-west-1.amazonaws.com", "n", 0],
      ["444444444444.dkr.ecr.eu-west-1.amazonaws.com", "w", 1],
      [account2, "e", 1],
      ["public.ecr.aws", "w", 0],
    ] as const
  ) {
    const { home, ...found } = await asked(
      server,
      accounts,
      { AWS_PROFILE: "e" },
      "--profile",
      profile,
    );
    assertEquals(found.exitStatus, exitStatus, `${server} ${profile} ${home.test.output}`);
    assertEquals(found.chosen, exitStatus === 0 ? profile : undefined);
    if (exitStatus !== 0) assertEquals(home.stdout, "credentials not found in native keychain\n");
  }
  const { home, exitStatus } = await asked(account2, accounts, {}, "--profile", "x");
  assertEquals(exitStatus, 1);
  assertStringIncludes(home.stdout, "there is no profile x in ");
});

Deno.test("where the files do not tell the account, AWS's answer has to", async () => {
  for (
    const [server, isSilent, exitStatus] of [
      [host, false, 0],
      ["888888888888.dkr.ecr.eu-west-1.amazonaws.com", false, 1],
      [host, true, 1],
    ] as const
  ) {
    await inHome(async (home, ecr) => {
      ecr.isSilent = isSilent;
      home.types();
      assertEquals(await home.run("docker-credential", "get"), exitStatus, home.stderr);
      assertEquals(ecr.passwords.length, 1);
      const isAnswered = home.stdout.includes('"Username":"AWS"');
      assertEquals(isAnswered, exitStatus === 0);
      if (isAnswered) return;
      assertEquals(home.stdout, "credentials not found in native keychain\n");
      assertStringIncludes(
        home.stderr,
        `cannot tell whether profile default is in the account of`,
      );
    }, { stdin: server, credentials: longTerm("default-long-term") });
  }
});

Deno.test("list has the registries that the docker hook of any profile is for", () =>
  inHome(async (home) => {
    assertEquals(await home.run("docker-credential", "list"), 0);
    assertEquals(home.json, {
      "public.ecr.aws": "AWS",
      "777777777777.dkr.ecr.eu-west-1.amazonaws.com": "AWS",
    });
    assertEquals(home.sts.count(), 0);
  }, {
    stdin: "unused",
    credentials: longTerm("me"),
    config: several("public.ecr.aws, https://777777777777.dkr.ecr.eu-west-1.amazonaws.com/"),
  }));
