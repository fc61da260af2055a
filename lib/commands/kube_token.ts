/**
 * `stsmfa kube-token`: a token for an EKS cluster, as an exec plugin of kubectl.
 *
 * Source: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { withoutTerminalQuestions } from "../cli/command_line.ts";
import { type SessionFlags, sessionFlags, text } from "../cli/flags.ts";
import { pluginContext } from "../cli/plugin_environment.ts";
import { isNamed, oneProfile } from "../cli/profile_argument.ts";
import { profileSession } from "../cli/profile_session.ts";
import type { Context, Environment } from "../context.ts";
import { formatExpiration, secondsLeft } from "../credentials.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { isClusterName } from "../kube/cluster_name.ts";
import { clusterToken, mostTokenBytes } from "../kube/eks.ts";
import { resolveEndpoint } from "../profile/endpoint.ts";
import { missingDisplay } from "../mfa/window_display.ts";
import type { Resolved } from "../profile/origin.ts";
import { checkRegion, partitionOfRegion } from "../profile/partition.ts";

interface Flags extends SessionFlags {
  readonly cluster?: string;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa kube-token --cluster shop prod", "print a token"],
    [
      "kubectl config set-credentials shop --exec-command=stsmfa " +
      "--exec-api-version=client.authentication.k8s.io/v1beta1 " +
      "--exec-arg=kube-token --exec-arg=--cluster=shop --exec-arg=prod",
      "have kubectl use it",
    ],
  ],
  description: [
    "Prints a token for an Amazon EKS cluster as an ExecCredential, for kubectl and everything that " +
    "reads a kubeconfig. The `kube` hook sets that up by itself.",
    "The token is the named profile's, whatever AWS_PROFILE and other variables say where kubectl " +
    "runs. If kubectl has no terminal, a window asks for the MFA code.",
  ],
  flags: { ...sessionFlags, cluster: text("Name of the cluster", "name") },
  aliases: { f: "force", p: "profile", q: "quiet" },
  positionals: "[PROFILE]",
  run,
};
export default command;

/** A cluster accepts a token for 15 minutes; the last minute is for clocks that differ. */
const tokenSeconds = 14 * 60;

/** How long before the end of its session a token ends, or half of what is left. */
const sessionMarginSeconds = 60;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const { env, clock } = context;
  const name = oneProfile(env, flags, positionals);
  const cluster = clusterOf(flags);
  const { apiVersion, interactive } = readExecInfo(env.get("KUBERNETES_EXEC_INFO"));
  // kubectl means its own terminal, which a window does not need.
  const mayAsk = interactive || missingDisplay(context, flags.prompt !== undefined) === undefined;
  const asking = mayAsk ? flags : { ...flags, nonInteractive: true };
  const asker = interactive ? context : withoutTerminalQuestions(context);
  const { credentials, region, resolved } = await profileSession(asker, asking, name, {
    isPlugin: true,
    isRegionOfUse: true,
    within: isNamed(flags, positionals) ? pluginContext : undefined,
  });
  const { value: sts, signingRegion } = resolveEndpoint(
    resolved.files,
    resolved.env,
    name,
    "sts",
    region === undefined
      ? usualRegion(resolved.env)
      : { value: region, origin: { kind: "convention", reason: `region of ${name}` } },
  );
  const now = clock.now();
  const token = await clusterToken(cluster, sts, {
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey.reveal(),
      ...(credentials.sessionToken && { sessionToken: credentials.sessionToken.reveal() }),
    },
    region: signingRegion,
    at: now,
  });
  if (token.length > mostTokenBytes) {
    throw new StsmfaError(
      "RequestRefused",
      `the token of ${name} for cluster ${cluster} has ${token.length} bytes, and clusters take no more than ${mostTokenBytes}`,
      { hint: "sessions with fewer tags or policies have shorter ones; so may have a role's" },
    );
  }
  const left = credentials.expiration === undefined
    ? Infinity
    : secondsLeft(credentials.expiration, now);
  const seconds = Math.min(tokenSeconds, left - Math.min(sessionMarginSeconds, left / 2));
  const end = new Date(now.getTime() + seconds * 1000);
  const output = {
    kind: "ExecCredential",
    apiVersion,
    spec: {},
    status: { expirationTimestamp: formatExpiration(end), token },
  };
  return {
    json: output,
    data: `${JSON.stringify(output)}\n`,
    exitStatus: ExitStatus.Ok,
  };
}

function clusterOf({ cluster }: Flags): string {
  if (!cluster) {
    throw new StsmfaError("Usage", "no cluster is given", {
      hint: "stsmfa kube-token --cluster NAME",
    });
  }
  if (!isClusterName(cluster)) {
    throw new StsmfaError("Usage", `--cluster: ${cluster} is not a valid cluster name`, {
      hint: "aws eks list-clusters shows the names",
    });
  }
  return cluster;
}

const group = "client.authentication.k8s.io";

/**
 * Reads what kubectl says about the call: the API version, and whether there is a user to ask.
 *
 * @throws StsmfaError `InvalidSetting`
 */
function readExecInfo(info: string | undefined): { apiVersion: string; interactive: boolean } {
  if (info === undefined) return { apiVersion: `${group}/v1beta1`, interactive: true };
  let said: unknown;
  try {
    said = JSON.parse(info);
  } catch {
    throw new StsmfaError("InvalidSetting", "variable KUBERNETES_EXEC_INFO: it is not JSON");
  }
  const { apiVersion, spec } = Object(said);
  if (apiVersion !== `${group}/v1` && apiVersion !== `${group}/v1beta1`) {
    throw new StsmfaError(
      "InvalidSetting",
      `variable KUBERNETES_EXEC_INFO: apiVersion ${apiVersion} is neither ${group}/v1 nor ${group}/v1beta1`,
      { hint: `write one of them as apiVersion of the user's exec in the kubeconfig` },
    );
  }
  return { apiVersion, interactive: Object(spec).interactive !== false };
}

/**
 * Returns the region to use if the profile has none.
 *
 * @throws StsmfaError `InvalidSetting`
 */
function usualRegion(env: Environment): Resolved<string> {
  for (const variable of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
    const value = env.get(variable);
    if (value === undefined) continue;
    const region: Resolved<string> = { value, origin: { kind: "variable", variable } };
    checkRegion(region);
    return region;
  }
  const { homeRegion: value } = partitionOfRegion("");
  return { value, origin: { kind: "convention", reason: "default" } };
}
