/**
 * The table of what a profile means to an SDK beside its credentials, its region and its endpoints,
 * as far as a variable can say the same.
 *
 * Source: the tables of variables and keys in botocore's `configprovider.py`; the calls of
 * `loadConfig` in the SDK for JavaScript; `env_config.go` and `shared_config.go` of the SDK for Go;
 * `aws-config` of the SDK for Rust.
 *
 * @module
 */

/** An SDK, with the tools that are made with it; the AWS CLI reads what botocore does. */
export type Sdk = "botocore" | "JavaScript" | "Go" | "Rust";

/** A setting that both a file and a variable can hold. */
export interface ClientSetting {
  /** The keys of a profile, the stronger first; `s3.x` stands below `s3 =`. */
  readonly keys: readonly string[];
  readonly variable: string;
  /** Whether it is true or false, which not all SDKs read in every spelling. */
  readonly isSwitch: boolean;
  /** Whether it decides whom to trust, so that `[default]`'s must not count for another profile. */
  readonly isTrust: boolean;
  /**
   * What the variable says to mean that nothing is set, given what other variables say. Absent if
   * nothing says it: then `[default]`'s value counts, too.
   */
  readonly none?: string | ((valueOf: (variable: string) => string | undefined) => string);
  /** What botocore takes where nothing is set; a profile that says so needs no variable. */
  readonly usual?: string | undefined;
  /** Who reads it. */
  readonly readBy: readonly Sdk[];
}

const all: readonly Sdk[] = ["botocore", "JavaScript", "Go", "Rust"];

/** Returns a row of the table, with the key that is named like the variable. */
function row(
  variable: string,
  none: ClientSetting["none"],
  readBy: readonly Sdk[],
  more: Partial<ClientSetting> = {},
): ClientSetting {
  return {
    variable,
    keys: [variable.replace(/^AWS_/, "").toLowerCase()],
    isSwitch: false,
    isTrust: false,
    ...(none !== undefined && { none }),
    ...(typeof none === "string" && { usual: none }),
    readBy,
    ...more,
  };
}

/** Works like {@link row}, for what is false where nothing is set. */
function switchRow(
  variable: string,
  readBy: readonly Sdk[],
  more: Partial<ClientSetting> = {},
): ClientSetting {
  return row(variable, "false", readBy, { isSwitch: true, ...more });
}

/**
 * All settings; one that another's `none` looks at comes first. Empty is none for botocore, in the
 * few rows that have it: SDKs that take it for unset read `[default]`, which there decides no more
 * than how a request looks.
 */
export const clientSettings: readonly ClientSetting[] = [
  switchRow("AWS_USE_FIPS_ENDPOINT", all),
  switchRow("AWS_USE_DUALSTACK_ENDPOINT", all),
  row("AWS_STS_REGIONAL_ENDPOINTS", "regional", ["botocore"]),
  // No variable says that the built-in certificates count: where it is empty, botocore asks nobody
  // for a certificate at all.
  row("AWS_CA_BUNDLE", undefined, ["botocore", "Go"], { isTrust: true }),
  row("AWS_DEFAULTS_MODE", "legacy", ["botocore", "JavaScript", "Go"]),
  // Programs in Go and Rust end with an error when they read legacy.
  row("AWS_RETRY_MODE", "standard", all, { usual: "legacy" }),
  row(
    "AWS_MAX_ATTEMPTS",
    (valueOf) => (valueOf("AWS_RETRY_MODE") ?? "legacy") === "legacy" ? "5" : "3",
    all,
  ),
  row("AWS_ACCOUNT_ID_ENDPOINT_MODE", "preferred", all),
  // A list of schemes, of which those that nobody knows are passed over.
  row("AWS_AUTH_SCHEME_PREFERENCE", "default", all, { usual: undefined }),
  row("AWS_SIGV4A_SIGNING_REGION_SET", "", ["botocore", "JavaScript", "Rust"]),
  row("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported", all),
  row("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_supported", all),
  switchRow("AWS_DISABLE_REQUEST_COMPRESSION", all),
  row("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "10240", all),
  switchRow("AWS_DISABLE_HOST_PREFIX_INJECTION", ["botocore"]),
  switchRow("AWS_DISABLE_CLOCK_SKEW_CORRECTION", ["JavaScript"]),
  row("AWS_SDK_UA_APP_ID", "", all),
  row("AWS_ENDPOINT_DISCOVERY_ENABLED", "auto", ["botocore", "JavaScript"]),
  row("AWS_ENABLE_ENDPOINT_DISCOVERY", "auto", ["JavaScript", "Go"], {
    keys: ["endpoint_discovery_enabled"],
  }),
  switchRow("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", all),
  switchRow("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", ["botocore", "JavaScript", "Go"], {
    keys: ["s3.s3_disable_multiregion_access_points", "s3_disable_multiregion_access_points"],
  }),
  // Where nothing is set, botocore takes it for true in S3 itself and for false in its control.
  row("AWS_S3_USE_ARN_REGION", undefined, ["botocore", "JavaScript", "Go"], {
    keys: ["s3_use_arn_region", "s3.use_arn_region"],
    isSwitch: true,
  }),
  row("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "legacy", ["botocore"], {
    keys: ["s3_us_east_1_regional_endpoint", "s3.us_east_1_regional_endpoint"],
  }),
  switchRow("AWS_IMDS_USE_IPV6", ["botocore"]),
  row(
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    (valueOf) => valueOf("AWS_IMDS_USE_IPV6")?.toLowerCase() === "true" ? "IPv6" : "IPv4",
    all,
  ),
  row(
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    (valueOf) => {
      const usual = valueOf("AWS_IMDS_USE_IPV6")?.toLowerCase() === "true" ? "ipv6" : "ipv4";
      const mode = valueOf("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.toLowerCase() ?? usual;
      return mode === "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
    },
    all,
  ),
  switchRow("AWS_EC2_METADATA_V1_DISABLED", all),
  row("AWS_METADATA_SERVICE_TIMEOUT", "1", ["botocore"]),
  row("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1", ["botocore"]),
  switchRow("BOTOCORE_TCP_KEEPALIVE", ["botocore"], { keys: ["tcp_keepalive"] }),
  // That folder is looked into anyway.
  row("AWS_DATA_PATH", "~/.aws/models", ["botocore"]),
  switchRow("AWS_CSM_ENABLED", ["botocore"]),
  row("AWS_CSM_HOST", "127.0.0.1", ["botocore"]),
  row("AWS_CSM_PORT", "31000", ["botocore"]),
  row("AWS_CSM_CLIENT_ID", "", ["botocore"]),
  // Of the AWS CLI alone.
  row("AWS_DEFAULT_OUTPUT", "json", ["botocore"], { keys: ["output"] }),
];
