/**
 * What SDKs make of the environment that `stsmfa env` gives, compared with what botocore makes of the
 * profile when it is named: for generated files in which `[default]` and the profile each set anything,
 * and for variables that the person has set. Cases where they are not the same are refused, or listed
 * below. STSMFA_THOROUGH makes more cases, STSMFA_SEED others.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { clientSettings } from "../../lib/shell/client_settings.ts";
import { testOrSkip } from "../support/abilities.ts";
import { longTerm, openHome, session } from "../support/homes.ts";
import { needsPython, runPython } from "../support/python.ts";
import type { JavaScriptSettings } from "../support/sdk_settings.ts";
import { Chooser } from "../support/seeded.ts";
import { factor, seed } from "../support/thorough.ts";

const python = fileURLToPath(new URL("../support/sdk_settings.py", import.meta.url));
const javaScript = fileURLToPath(new URL("../support/sdk_settings.ts", import.meta.url));

/** Values that botocore takes, by variable; true and false in several spellings for all others. */
const values: Readonly<Record<string, readonly string[]>> = {
  AWS_STS_REGIONAL_ENDPOINTS: ["regional", "legacy"],
  AWS_CA_BUNDLE: ["/etc/hosts", "/etc/corp.pem"],
  AWS_DEFAULTS_MODE: ["legacy", "standard", "in-region"],
  AWS_RETRY_MODE: ["legacy", "standard", "adaptive"],
  AWS_MAX_ATTEMPTS: ["2", "3", "5", "7"],
  AWS_ACCOUNT_ID_ENDPOINT_MODE: ["preferred", "disabled", "required"],
  AWS_AUTH_SCHEME_PREFERENCE: ["sigv4", "sigv4,sigv4a"],
  AWS_SIGV4A_SIGNING_REGION_SET: ["*", "us-west-2"],
  AWS_REQUEST_CHECKSUM_CALCULATION: ["when_supported", "when_required"],
  AWS_RESPONSE_CHECKSUM_VALIDATION: ["when_supported", "WHEN_REQUIRED"],
  AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES: ["1", "10240"],
  AWS_SDK_UA_APP_ID: ["one", "two"],
  AWS_ENDPOINT_DISCOVERY_ENABLED: ["auto", "true", "false"],
  AWS_ENABLE_ENDPOINT_DISCOVERY: ["auto", "true", "false"],
  // botocore refuses other words than these here, where they are false elsewhere.
  AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: ["true", "false", "True"],
  AWS_S3_US_EAST_1_REGIONAL_ENDPOINT: ["regional", "legacy"],
  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: ["IPv4", "ipv6"],
  AWS_EC2_METADATA_SERVICE_ENDPOINT: ["http://127.0.0.1:1", "http://[::1]:2"],
  AWS_METADATA_SERVICE_TIMEOUT: ["1", "9"],
  AWS_METADATA_SERVICE_NUM_ATTEMPTS: ["1", "4"],
  AWS_DATA_PATH: ["/usr/share/models", "~/models"],
  AWS_CSM_HOST: ["127.0.0.1", "monitor"],
  AWS_CSM_PORT: ["31000", "1234"],
  AWS_CSM_CLIENT_ID: ["one", "two"],
  AWS_DEFAULT_OUTPUT: ["json", "text"],
};
const valuesOf = (variable: string) => values[variable] ?? ["true", "false", "True", "yes"];

const services = ["s3", "sts", "elastic_beanstalk"] as const;

/** A profile's keys: those of `s3 =` and of its `services` section apart. */
interface Keys {
  readonly plain: Readonly<Record<string, string>>;
  readonly s3: Readonly<Record<string, string>>;
  /** The endpoints of services; the profile names the section if there are any. */
  readonly services: Readonly<Record<string, string>>;
  /** Whether they stand in the credentials file, as far as they can. */
  readonly isInCredentials: boolean;
}

function keysOf(choose: Chooser, what: string, endpoints: boolean): Keys {
  const often = () => choose.below(5) === 0;
  const plain: Record<string, string> = {};
  const s3: Record<string, string> = {};
  for (const { variable, keys } of clientSettings) {
    if (!often() || (variable === "AWS_CA_BUNDLE" && choose.below(4) > 0)) continue;
    // botocore knows one key alone of this setting, other SDKs another.
    const isOne = variable === "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS";
    const key = isOne ? keys[0]! : choose.of(keys);
    const value = choose.of(valuesOf(variable));
    if (key.startsWith("s3.")) s3[key.slice(3)] = value;
    else plain[key] = value;
  }
  if (choose.below(2) === 0) plain["region"] = choose.of(["eu-west-1", "ap-south-1"]);
  if (often()) plain["ignore_configured_endpoint_urls"] = choose.of(["true", "false", "True"]);
  const has = (odds: number) => endpoints && choose.below(odds) === 0;
  if (has(2)) plain["endpoint_url"] = `http://${what}.example:1`;
  const ofServices = services.filter(() => has(3));
  return {
    plain,
    s3,
    services: Object.fromEntries(
      ofServices.map((each) => [each, `http://${each.replace("_", "-")}.${what}.example`]),
    ),
    isInCredentials: choose.below(6) === 0,
  };
}

const lines = (keys: Readonly<Record<string, string>>, indent = "") =>
  Object.entries(keys).map(([key, value]) => `${indent}${key} = ${value}\n`).join("");

function configOf(name: string, header: string, keys: Keys): string {
  const { plain, s3, services: endpoints, isInCredentials } = keys;
  const named = Object.keys(endpoints);
  const nested = Object.keys(s3).length === 0 ? "" : `s3 =\n${lines(s3, "  ")}`;
  const section = named.map((each) => `${each} =\n  endpoint_url = ${endpoints[each]}\n`).join("");
  return `[${header}]\n${isInCredentials ? "" : lines(plain)}${nested}` +
    (named.length === 0 ? "" : `services = of-${name}\n[services of-${name}]\n${section}`);
}

interface Case {
  readonly config: string;
  readonly credentials: string;
  /** The person's own variables. */
  readonly own: Readonly<Record<string, string>>;
  readonly profile: Keys;
  readonly default: Keys;
}

function generated(at: number): Case {
  const choose = new Chooser(seed * 100_003 + at);
  const hasEndpoints = choose.below(2) === 0;
  const [ofDefault, ofProfile] = ["default", "prod"].map((name) =>
    keysOf(choose, name, name === "prod" ? choose.below(2) === 0 : hasEndpoints)
  ) as [Keys, Keys];
  const own: Record<string, string> = {};
  for (const { variable } of clientSettings) {
    if (choose.below(15) === 0) own[variable] = choose.of(valuesOf(variable));
  }
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
    if (choose.below(4) === 0) own[name] = choose.of(["us-west-2", "sa-east-1", ""]);
  }
  if (choose.below(8) === 0) own["AWS_ENDPOINT_URL"] = choose.of(["http://own.example", ""]);
  if (choose.below(8) === 0) own["AWS_ENDPOINT_URL_STS"] = "http://own-sts.example";
  if (choose.below(10) === 0) {
    own["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = choose.of(["true", "false", "True"]);
  }
  if (choose.below(3) === 0) own["AWS_PROFILE"] = choose.of(["other", "nosuch"]);
  const inCredentials = ({ isInCredentials, plain }: Keys) => isInCredentials ? lines(plain) : "";
  return {
    config: configOf("default", choose.of(["default", "profile default"]), ofDefault) +
      configOf("prod", "profile prod", ofProfile) + "[profile other]\nregion = ca-central-1\n",
    credentials: `${longTerm("prod-long-term")}\n${session("prod", "2026-03-04T06:00:00Z")}` +
      `${inCredentials(ofProfile)}\n[default]\n${inCredentials(ofDefault)}`,
    own,
    profile: ofProfile,
    default: ofDefault,
  };
}

/** Why a case is refused, if it has to be; `undefined` if it must not be. */
function reason({ own, profile, default: ofDefault }: Case): string | undefined {
  const isTrue = (value = "") => value.toLowerCase() === "true";
  const ignore = "ignore_configured_endpoint_urls";
  const ownIgnore = own["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];
  const ignores = isTrue(ownIgnore ?? profile.plain[ignore]);
  const hidden = own["AWS_ENDPOINT_URL"] || (!ignores && profile.plain["endpoint_url"]);
  const open = Object.keys(ofDefault.services).some((name) =>
    !own[`AWS_ENDPOINT_URL_${name.toUpperCase()}`] && (ignores || !profile.services[name])
  );
  if (!isTrue(ownIgnore) && !hidden && (ofDefault.plain["endpoint_url"] || open)) {
    return "prod's session";
  }
  const bundles = [own["AWS_CA_BUNDLE"], profile.plain["ca_bundle"]];
  const isMissing = bundles.every((each) => each === undefined);
  return ofDefault.plain["ca_bundle"] && isMissing ? "would also count for prod" : undefined;
}

/** What is taken for the same: what a variable says, where nothing is set. */
const sameAsNone: Readonly<Record<string, readonly unknown[]>> = {
  use_fips_endpoint: [false],
  use_dualstack_endpoint: [false],
  ignore_configured_endpoint_urls: [false],
  disable_host_prefix_injection: [false],
  tcp_keepalive: [false],
  s3_disable_express_session_auth: ["false"],
  auth_scheme_preference: ["default"],
  sigv4a_signing_region_set: [""],
  user_agent_appid: [""],
  data_path: ["~/.aws/models"],
  ec2_metadata_service_endpoint: ["http://169.254.169.254", "http://[fd00:ec2::254]"],
  ec2_metadata_service_endpoint_mode: ["IPv4", "IPv6"],
  "s3.us_east_1_regional_endpoint": ["legacy"],
  "s3.s3_disable_multiregion_access_points": [false],
};

type Answer = Record<string, unknown>;

/** Returns what differs, without what is listed here as different on purpose. */
function differences(each: Case, named: Answer, given: Answer): string[] {
  const { own, profile, default: ofDefault } = each;
  const isOfDefault = (key: string, variable: string) =>
    own[variable] === undefined && profile.plain[key] === undefined &&
    ofDefault.plain[key] !== undefined;
  const isListed = (name: string) => {
    switch (name) {
      case "region":
        return !named[name] && ["", "aws-global"].includes(given[name] as string);
      // Programs in Go would end at `legacy`, and no number means botocore's for each service.
      case "retry_mode":
        return isOfDefault("retry_mode", "AWS_RETRY_MODE") && given[name] === "standard";
      case "max_attempts":
        return isOfDefault("max_attempts", "AWS_MAX_ATTEMPTS") &&
          given[name] === (given["retry_mode"] === "legacy" ? 5 : 3);
      // No value means what botocore takes for each of S3's services.
      case "s3.use_arn_region":
        return own["AWS_S3_USE_ARN_REGION"] === undefined && named[name] === null;
      default:
        return false;
    }
  };
  return Object.keys({ ...named, ...given }).filter((name) => {
    const [was, is] = [named[name], given[name]];
    const isNone = (value: unknown) => value === null || sameAsNone[name]?.includes(value) === true;
    const isSame = `${was}`.toLowerCase() === `${is}`.toLowerCase() || (isNone(was) && isNone(is));
    return !isSame && !isListed(name);
  }).map((name) => `${name}: ${JSON.stringify(named[name])} ${JSON.stringify(given[name])}`);
}

/** The region that is given out: the profile's, else the person's, else what stands for none. */
function regionOf({ own, profile, default: ofDefault }: Case): string | null {
  const none = ofDefault.plain["region"] === undefined ? null : "aws-global";
  return profile.plain["region"] ?? (own["AWS_DEFAULT_REGION"] || own["AWS_REGION"] || none);
}

const needs = needsPython("botocore");
const count = 100 * factor;

testOrSkip({
  name: `what SDKs resolve with env's variables is what botocore does for the profile${needs.name}`,
  ignore: needs.ignore,
  fn: async () => {
    await using home = await openHome({ nobody: true, network: false });
    const files = (at: number) => ({
      AWS_CONFIG_FILE: home.test.path(`${at}/config`),
      AWS_SHARED_CREDENTIALS_FILE: home.test.path(`${at}/credentials`),
    });
    const accepted: { at: number; each: Case; inside: Record<string, string> }[] = [];
    for (let at = 0; at < count; at++) {
      const each = generated(at);
      await home.test.write(`${at}/config`, each.config);
      await home.test.write(`${at}/credentials`, each.credentials);
      const { env } = home.test;
      for (const name of Object.keys(env)) if (/^(AWS|BOTOCORE)_/.test(name)) delete env[name];
      Object.assign(env, each.own, files(at));
      const status = await home.run("env", "prod", "--shell", "nu");
      const why = reason(each);
      const said = `case ${at} of seed ${seed}: ${home.stderr}\n${each.config}`;
      assertEquals(status, why === undefined ? 0 : 3, said);
      if (why !== undefined) {
        assert(home.stderr.includes(why), said);
        assertEquals(home.stdout, "");
        continue;
      }
      const inside: Record<string, string> = {};
      for (const [name, value] of Object.entries({ ...each.own, ...files(at), ...home.json })) {
        if (value !== null) inside[name] = value as string;
      }
      accepted.push({ at, each, inside });
    }
    assert(accepted.length > count / 2 && accepted.length < count, `${accepted.length} accepted`);

    const input = accepted.map(({ at, each, inside }, n) => {
      const { AWS_PROFILE: _, AWS_REGION: _2, AWS_DEFAULT_REGION: _3, ...own } = each.own;
      const region = regionOf(each);
      const hasRegion = region !== null && region !== "aws-global";
      const outside = {
        ...own,
        ...files(at),
        // For botocore, the person's region comes before the profile's; see `regionOf`.
        ...(hasRegion && { AWS_DEFAULT_REGION: region }),
      };
      const isTried = n % 15 === 0 && hasRegion && inside["AWS_CA_BUNDLE"] === undefined;
      const clients = isTried ? ["sts", "s3"] : [];
      return JSON.stringify({ profile: "prod", outside, inside, clients });
    }).join("\n");
    const answers = (await runPython([python], { input })).trim().split("\n")
      .map((line) => JSON.parse(line) as { named: Answer; given: Answer });
    for (const [n, { at, each }] of accepted.entries()) {
      const { named, given } = answers[n]!;
      const which = `case ${at} of seed ${seed}`;
      assertEquals([which, given["error"]], [which, undefined]);
      assertEquals([which, ...differences(each, named, given)], [which]);
      assertEquals([which, given["region"] || null], [which, regionOf(each)]);
    }
    for (const [n, found] of (await inJavaScript(accepted.map((each) => each.inside))).entries()) {
      const { at, each, inside } = accepted[n]!;
      compareJavaScript(`case ${at} of seed ${seed}`, each, inside, answers[n]!.given, found);
    }
  },
});

async function inJavaScript(environments: Record<string, string>[]): Promise<JavaScriptSettings[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", javaScript],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const input = environments.map((each) => JSON.stringify(each)).join("\n");
  const written = writer.write(new TextEncoder().encode(input)).then(() => writer.close());
  const { success, stdout, stderr } = await child.output();
  await written;
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

/** The SDK for JavaScript has what botocore has in the same environment. */
function compareJavaScript(
  which: string,
  each: Case,
  inside: Record<string, string>,
  given: Answer,
  found: JavaScriptSettings,
): void {
  assertEquals([which, found.accessKeyId], [which, inside["AWS_ACCESS_KEY_ID"]]);
  // It reads the other variable; where the person has set both, they may differ.
  const region = each.profile.plain["region"] ??
    (each.own["AWS_REGION"] || given["region"] || null);
  assertEquals([which, found.region ?? null], [which, region]);
  assertEquals([which, found.useFipsEndpoint], [which, given["use_fips_endpoint"] === true]);
  assertEquals(
    [which, found.useDualstackEndpoint],
    [which, given["use_dualstack_endpoint"] === true],
  );
  assertEquals([which, found.maxAttempts], [which, given["max_attempts"] ?? 3]);
  assertEquals([which, found.retryMode === "adaptive"], [
    which,
    given["retry_mode"] === "adaptive",
  ]);
  assertEquals([which, found.appId || null], [which, given["user_agent_appid"] || null]);
  const endpoint = given["endpoint sts"];
  // It takes no custom endpoint beside FIPS or dual-stack.
  if (found.host.startsWith("Invalid Configuration: ")) return;
  assert(!found.host.includes("default.example"), `${which}: ${found.host}`);
  if (typeof endpoint === "string") assertEquals([which, found.host], [which, hostOf(endpoint)]);
  else if (found.region !== undefined) assert(/amazonaws\.com|api\.aws/.test(found.host), which);
}

function hostOf(url: string): string {
  const { hostname, port } = new URL(url);
  return port === "" ? hostname : `${hostname}:${port}`;
}

testOrSkip({
  name: `every setting of botocore that a key and a variable can hold is in the table${needs.name}`,
  ignore: needs.ignore,
  fn: async () => {
    const rows: { variable: string; keys: string[] }[] = JSON.parse(
      await runPython([python, "table"]),
    );
    assert(rows.length > 30);
    const known = new Map(clientSettings.map(({ variable, keys }) => [variable, keys]));
    const elsewhere = ["AWS_DEFAULT_REGION", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];
    const missing = rows.filter(({ variable, keys }) =>
      !elsewhere.includes(variable) &&
      keys.some((key) => known.get(variable)?.includes(key) !== true)
    );
    assertEquals(missing, []);
  },
});
