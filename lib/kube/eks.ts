/**
 * The little of EKS that is needed: where a cluster is, and the token that lets somebody in.
 *
 * Sources: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html;
 * https://github.com/kubernetes-sigs/aws-iam-authenticator
 *
 * @module
 */

import { presignedUrl, signedHeaders, type SignedRequest, type Signing } from "../aws/sigv4.ts";

/** Whose credentials, where. */
export type EksCaller = Omit<Signing, "service">;

/** Whether a text is a cluster's name, or the id of one on an Outpost. */
export function isClusterName(text: string): boolean {
  return /^[\dA-Za-z][\w-]{0,99}$/.test(text);
}

/** The server takes no more bytes of a token. */
export const mostTokenBytes = 4096;

/**
 * The token for a cluster: a signed request of GetCallerIdentity, which the cluster sends in turn to
 * find out who that is.
 *
 * @param endpoint the URL of the region's STS
 */
export async function clusterToken(
  cluster: string,
  endpoint: string,
  caller: EksCaller,
): Promise<string> {
  const request = {
    method: "GET",
    url: `${new URL(endpoint).origin}/?Action=GetCallerIdentity&Version=2011-06-15`,
    headers: { "x-k8s-aws-id": cluster },
  };
  const url = await presignedUrl(request, { ...caller, service: "sts" }, 60);
  const base64 = btoa(url).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `k8s-aws-v1.${base64}`;
}

/** What DescribeCluster tells. */
export interface Cluster {
  readonly arn: string;
  readonly server: string;
  /** PEM in Base64. */
  readonly certificateAuthority: string;
}

/** The request of DescribeCluster, signed. */
export async function describeClusterRequest(
  cluster: string,
  endpoint: string,
  caller: EksCaller,
): Promise<SignedRequest> {
  const request = { method: "GET", url: `${endpoint.replace(/\/$/, "")}/clusters/${cluster}` };
  return { ...request, headers: await signedHeaders(request, { ...caller, service: "eks" }) };
}

/**
 * Reads the answer of DescribeCluster; says why where it tells of no cluster that can be used.
 *
 * @param errorType the header `x-amzn-errortype`
 */
export function readCluster(
  status: number,
  body: string,
  errorType: string | null,
): Cluster | string {
  let answer: Record<string, unknown>;
  try {
    answer = Object(JSON.parse(body));
  } catch {
    return `the answer is not from EKS (status ${status})`;
  }
  if (status !== 200) {
    const kind = errorType?.replace(/:.*/, "") ?? answer["__type"] ?? "";
    const message = answer["message"] ?? answer["Message"] ?? "";
    return `EKS says ${[status, kind].join(" ").trim()}: ${message}`;
  }
  const { arn, endpoint, status: state, certificateAuthority } = Object(answer["cluster"]);
  const data = Object(certificateAuthority).data;
  const isSound = [/^arn:[^:\s]+:eks:[^:\s]+:\d{12}:cluster\/\S+$/.test(arn)]
    .concat(/^https:\/\/[^\s@]+$/.test(endpoint), /^[\w+/]+=*$/.test(data)).every(Boolean);
  if (!isSound) return `the cluster has no endpoint yet: it is ${state}`;
  return { arn, server: endpoint, certificateAuthority: data };
}
