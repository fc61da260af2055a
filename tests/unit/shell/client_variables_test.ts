import { assert, assertEquals, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { clientSettings } from "../../../lib/shell/client_settings.ts";
import { clientVariables, isClientVariable } from "../../../lib/shell/client_variables.ts";
import { fakeEnv, fakeFiles } from "../../support/aws_files.ts";

interface Homes {
  readonly config?: string;
  readonly credentials?: string;
  readonly env?: Record<string, string>;
  /** The files that programs read, if they are others. */
  readonly theirs?: string;
  readonly name?: string;
}

function variables(
  { config = "", credentials = "", env = {}, theirs, name = "prod" }: Homes,
): Readonly<Record<string, string>> {
  const files = fakeFiles({ config, credentials });
  const defaults = theirs === undefined ? files : fakeFiles({ config: theirs });
  const isDefault = name === "default" && theirs === undefined;
  return clientVariables({
    name,
    files,
    defaults: isDefault ? undefined : defaults,
    env: fakeEnv(env),
  });
}

const prod = (...lines: string[]) => `[profile prod]\n${lines.map((each) => `${each}\n`).join("")}`;
const inDefault = (...lines: string[]) => `[default]\n${lines.map((each) => `${each}\n`).join("")}`;

/** A key as a file has it, nested or not. */
function line(key: string, value: string): string {
  const [outer, inner] = key.split(".");
  return inner === undefined ? `${key} = ${value}` : `${outer} =\n  ${inner} = ${value}`;
}

const unset = () => undefined;

for (const { variable, keys, isSwitch, isTrust, none, usual } of clientSettings) {
  const value = isSwitch ? "true" : "7";
  const noneWord = typeof none === "function" ? none(unset) : none;

  Deno.test(`${variable} is what ${keys.join(" or ")} of the profile is`, () => {
    for (const key of keys) {
      const config = prod(line(key, value));
      assertEquals(variables({ config })[variable], value);
      // The person's own wins, as it does where the profile is named.
      assertEquals(variables({ config, env: { [variable]: "false" } })[variable], undefined);
    }
    assertEquals(variables({ config: prod() })[variable], undefined);
    if (usual) {
      assertEquals(variables({ config: prod(line(keys[0]!, usual)) })[variable], undefined);
    }
  });

  Deno.test(`${variable} keeps ${keys.join(" or ")} of [default] out`, () => {
    for (const key of keys) {
      const config = inDefault(line(key, value)) + prod();
      if (isTrust) {
        assertThrows(
          () => variables({ config }),
          StsmfaError,
          `${key} in [default] would also count`,
        );
        assertEquals(variables({ config, env: { [variable]: "/own" } })[variable], undefined);
      } else assertEquals(variables({ config })[variable], noneWord);
      assertEquals(variables({ config, name: "default" })[variable], value);
    }
  });
}

Deno.test("true and false are spelled as every SDK reads them, the person's, too", () => {
  const fips = (homes: Homes) => variables(homes)["AWS_USE_FIPS_ENDPOINT"];
  assertEquals(fips({ config: prod("use_fips_endpoint = TRUE") }), "true");
  assertEquals(fips({ config: prod("use_fips_endpoint = yes") }), undefined);
  const shown = inDefault("use_fips_endpoint = true");
  assertEquals(fips({ config: shown + prod("use_fips_endpoint = yes") }), "false");
  const own = (value: string, config = "") =>
    fips({ config, env: { AWS_USE_FIPS_ENDPOINT: value } });
  assertEquals([own("true"), own("false"), own("True"), own("1")], [
    undefined,
    undefined,
    "true",
    "false",
  ]);
  assertEquals([own(""), own("", shown)], [undefined, "false"]);
});

Deno.test("what needs no variable gets none: a false that programs may take for true", () => {
  const config = inDefault("use_fips_endpoint = false") + prod("use_fips_endpoint = false");
  assertEquals(variables({ config }), {});
  assertEquals(variables({ config: inDefault("use_fips_endpoint = False") }), {});
  assertEquals(variables({ config: inDefault("use_fips_endpoint = no") }), {
    AWS_USE_FIPS_ENDPOINT: "false",
  });
});

Deno.test("a profile that says what is usual says it where [default] does not", () => {
  const config = inDefault("defaults_mode = standard", "retry_mode = adaptive") +
    prod("defaults_mode = legacy", "retry_mode = legacy");
  assertEquals(variables({ config }), { AWS_DEFAULTS_MODE: "legacy", AWS_RETRY_MODE: "legacy" });
});

Deno.test("retries of [default] become those that SDKs make by themselves", () => {
  const of = (...lines: string[]) => variables({ config: inDefault(...lines) + prod() });
  assertEquals(of("retry_mode = adaptive", "max_attempts = 9"), {
    AWS_RETRY_MODE: "standard",
    AWS_MAX_ATTEMPTS: "3",
  });
  assertEquals(of("max_attempts = 9"), { AWS_MAX_ATTEMPTS: "5" });
  const config = inDefault("max_attempts = 9") + prod("retry_mode = standard");
  assertEquals(variables({ config })["AWS_MAX_ATTEMPTS"], "3");
});

Deno.test("where IMDS is asked in IPv6, what keeps [default]'s endpoint out is in IPv6, too", () => {
  const shown = inDefault("ec2_metadata_service_endpoint = http://127.0.0.1:1");
  const endpoint = (config: string, env = {}) =>
    variables({ config: shown + config, env })["AWS_EC2_METADATA_SERVICE_ENDPOINT"];
  assertEquals(endpoint(prod()), "http://169.254.169.254");
  assertEquals(endpoint(prod("imds_use_ipv6 = true")), "http://[fd00:ec2::254]");
  assertEquals(
    endpoint(prod("ec2_metadata_service_endpoint_mode = IPv4", "imds_use_ipv6 = true")),
    "http://169.254.169.254",
  );
  assertEquals(
    endpoint(prod(), { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv6" }),
    "http://[fd00:ec2::254]",
  );
});

Deno.test("[default] is kept out in whichever spelling and file some SDK reads it", () => {
  for (const header of ["profile default", 'profile "default"', "profile  default"]) {
    const first = `[${header}]\nuse_fips_endpoint = true\n`;
    for (const config of [first, `${first}[default]\nregion = eu-west-1\n`]) {
      assertEquals(variables({ config }), { AWS_USE_FIPS_ENDPOINT: "false" }, header);
    }
  }
  const credentials = "[default]\nuse_fips_endpoint = true\n";
  assertEquals(variables({ credentials }), { AWS_USE_FIPS_ENDPOINT: "false" });
  const both = {
    config: prod("retry_mode = standard"),
    credentials: "[prod]\nretry_mode = adaptive\n",
  };
  assertEquals(variables(both), { AWS_RETRY_MODE: "adaptive" });
});

Deno.test("where files are given, [default] is that of the files that programs will read", () => {
  const config = inDefault("use_fips_endpoint = true") + prod("use_dualstack_endpoint = true");
  const theirs = inDefault("sdk_ua_app_id = theirs");
  const dualstack = { AWS_USE_DUALSTACK_ENDPOINT: "true" };
  assertEquals(variables({ config, theirs }), { ...dualstack, AWS_SDK_UA_APP_ID: "" });
  assertEquals(variables({ config, theirs, name: "default" }), {
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_SDK_UA_APP_ID: "",
  });
});

const endpoint = "endpoint_url = https://prod.test";
const services = "services = of-prod";
const ofProd = "[services of-prod]\ns3 =\n  endpoint_url = https://s3.test\n" +
  "elastic_beanstalk =\n  endpoint_url = https://eb.test\n  other = x\nsqs =\n  endpoint_url =\n";
const allOfProd = {
  AWS_ENDPOINT_URL: "https://prod.test",
  AWS_ENDPOINT_URL_S3: "https://s3.test",
  AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: "https://eb.test",
};

Deno.test("endpoints of the profile are variables, one for each service; the person's own win", () => {
  const config = prod(endpoint, services) + ofProd;
  assertEquals(variables({ config }), allOfProd);
  assertEquals(variables({ config, name: "prod", env: { AWS_ENDPOINT_URL: "" } }), allOfProd);
  assertEquals(variables({ config, env: { AWS_ENDPOINT_URL: "https://own.test" } }), {});
  const { AWS_ENDPOINT_URL_S3: _, ...others } = allOfProd;
  assertEquals(variables({ config, env: { AWS_ENDPOINT_URL_S3: "https://own.test" } }), others);
});

Deno.test("a services section is the one that botocore reads, however its header is spelt", () => {
  const section = (header: string, port: number) =>
    `${header}\ns3 =\n  endpoint_url = http://localhost:${port}\n`;
  const spellings = [
    `[services 'of''-'prod]`,
    `[services of\\-prod]`,
    `[services: "of-prod"]`,
    `[services-here of-prod ]`,
    `[services\tof-prod] # note`,
  ];
  for (const each of spellings) {
    const last = { AWS_ENDPOINT_URL_S3: "http://localhost:2" };
    const config = prod(services) + section("[services of-prod]", 1) + section(each, 2);
    assertEquals(variables({ config: prod(services) + section(each, 2) }), last, each);
    assertEquals(variables({ config }), last, each);
    const shared = inDefault(services) + section("[services of-prod]", 1) + section(each, 2);
    assertThrows(() => variables({ config: shared + prod() }), StsmfaError, "would have SDKs");
  }
  const inherited = `[DEFAULT]\ns3 =\n  endpoint_url = http://localhost:3\n`;
  assertEquals(
    variables({ config: `${inherited}${prod(services)}[services of-prod]\nsqs =\n` }),
    { AWS_ENDPOINT_URL_S3: "http://localhost:3" },
  );
});

Deno.test("of a nested setting that is repeated, the last one counts", () => {
  const config = prod("s3 =\n  use_arn_region = true\n  use_arn_region = false");
  assertEquals(variables({ config }), { AWS_S3_USE_ARN_REGION: "false" });
});

Deno.test("a profile that ignores configured endpoints gives none, and says so", () => {
  const config = prod(endpoint, services, "ignore_configured_endpoint_urls = True") + ofProd;
  const ignored = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
  assertEquals(variables({ config }), ignored);
  const own = (value: string) =>
    variables({ config, env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: value } });
  assertEquals(own("false"), allOfProd);
  assertEquals([own("true"), own("True")], [{}, ignored]);
  const shown = inDefault("ignore_configured_endpoint_urls = true") + prod(endpoint);
  assertEquals(variables({ config: shown }), {
    AWS_ENDPOINT_URL: "https://prod.test",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
  });
});

const local = "endpoint_url = http://localhost:4566";
const localServices =
  "services = local\n[services local]\ns3 =\n  endpoint_url = http://localhost:1\n";

/** What would have some SDK send prod's session to an endpoint of `[default]`. */
const open: Readonly<Record<string, Homes>> = {
  "the profile has none": { config: inDefault(local) + prod() },
  "the profile has only some services'": { config: inDefault(local) + prod(services) + ofProd },
  "the profile has no section": { config: inDefault(local) },
  "[default] has a service's that the profile has not": {
    config: inDefault(localServices) + prod(),
  },
  "[default] names a section that is not there": { config: inDefault("services = no") + prod() },
  "it stands in the credentials file": { credentials: `[default]\n${local}\n` },
  "it stands in a spelling that botocore passes over": {
    config: `[profile default]\n${local}\n[default]\nregion = eu-west-1\n${prod()}`,
  },
  "a comment behind its header has brackets, and botocore passes over it": {
    config: `[default] # see [prod]\n${local}\n${prod()}`,
  },
  "the profile ignores its own, which not all SDKs know": {
    config: inDefault(local) + prod(endpoint, "ignore_configured_endpoint_urls = true"),
  },
  "[default] ignores its own": {
    config: inDefault(local, "ignore_configured_endpoint_urls = true") + prod(),
  },
  "the person has set one service's": {
    config: inDefault(local) + prod(),
    env: { AWS_ENDPOINT_URL_S3: "https://own.test" },
  },
  "it stands in the files that programs will read": { config: prod(), theirs: inDefault(local) },
};
for (const [when, homes] of Object.entries(open)) {
  Deno.test(`an endpoint of [default] is refused where some SDK would use it: ${when}`, () => {
    const error = assertThrows(() => variables(homes), StsmfaError);
    assertEquals(error.code, "InvalidSetting");
    assert(error.message.includes("would have SDKs send prod's session there"), error.message);
    assert(error.hint?.includes("profile of its own"), error.hint);
  });
}

const hidden: Readonly<Record<string, Homes>> = {
  "the profile has one for all": { config: inDefault(local) + prod(endpoint) },
  "the profile has those of all services that [default] has": {
    config: inDefault(localServices) + prod(services) + ofProd,
  },
  "the person has set one for all": {
    config: inDefault(local) + prod(),
    env: { AWS_ENDPOINT_URL: "https://own.test" },
  },
  "the person says that they are to be ignored": {
    config: inDefault(local) + prod(),
    env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
  },
  "it is the profile's own": { config: inDefault(local), name: "default" },
};
for (const [when, homes] of Object.entries(hidden)) {
  Deno.test(`an endpoint of [default] is no obstacle: ${when}`, () => {
    assertEquals(Object.keys(variables(homes)).every(isClientVariable), true);
  });
}

Deno.test("a password in an endpoint of [default] is not shown", () => {
  const config = inDefault("endpoint_url = http://me:geheim@localhost") + prod();
  const { message, hint = "" } = assertThrows(() => variables({ config }), StsmfaError);
  assertEquals(/geheim/.test(message + hint), false);
});

Deno.test("an endpoint that no SDK could use is refused", () => {
  const spaced = prod("endpoint_url = http://x.test y");
  assertThrows(() => variables({ config: spaced }), StsmfaError, "a URL has no space in it");
  const gone = assertThrows(() => variables({ config: prod("services = x") }), StsmfaError);
  assert(gone.message.includes("there is no [services x]"), gone.message);
  const config = prod("services = x") + "[services x]\n";
  assertThrows(() => variables({ config }), StsmfaError, "there is no [services x]");
});

Deno.test("only names of variables are taken for those of endpoints", () => {
  const config = prod(services) +
    "[services of-prod]\ns3-control =\n  endpoint_url = https://x.test\n";
  assertEquals(variables({ config }), {});
  for (const name of ["AWS_ENDPOINT_URL_$(x)", "AWS_ENDPOINT_URLS", "AWS_REGION", "PATH"]) {
    assertEquals(isClientVariable(name), false, name);
  }
});
