/**
 * The part of EKS that we need: where a cluster is, and the token that gives access to it.
 *
 * Sources: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html;
 * https://github.com/kubernetes-sigs/aws-iam-authenticator
 *
 * @module
 */

import { answerJson, UnusableAnswer } from "../aws/answer.ts";
import { presignedUrl, signedHeaders, type SignedRequest, type Signing } from "../aws/sigv4.ts";

/** The caller's credentials and region. */
export type EksCaller = Omit<Signing, "service">;

/** The longest token that the server accepts. */
export const mostTokenBytes = 4096;

/**
 * Returns the token for a cluster: a signed request for GetCallerIdentity, which the cluster sends
 * to find out who the caller is.
 *
 * @param endpoint the URL of STS
 */
export async function clusterToken(
  cluster: string,
  endpoint: string,
  caller: EksCaller,
): Promise<string> {
  const request = {
    method: "GET",
    url: stsUrl(endpoint),
    headers: { "x-k8s-aws-id": cluster },
  };
  const url = await presignedUrl(request, { ...caller, service: "sts" }, 60);
  const base64 = btoa(url).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `k8s-aws-v1.${base64}`;
}

function stsUrl(endpoint: string): string {
  const { origin, pathname } = new URL(endpoint);
  return `${origin}${pathname}?Action=GetCallerIdentity&Version=2011-06-15`;
}

/** What DescribeCluster says about a cluster. */
export interface Cluster {
  readonly arn: string;
  readonly server: string;
  /** PEM in Base64. */
  readonly certificateAuthority: string;
}

/** Returns a signed request for DescribeCluster. */
export async function describeClusterRequest(
  cluster: string,
  endpoint: string,
  caller: EksCaller,
): Promise<SignedRequest> {
  const request = { method: "GET", url: `${endpoint.replace(/\/$/, "")}/clusters/${cluster}` };
  return { ...request, headers: await signedHeaders(request, { ...caller, service: "eks" }) };
}

/** An answer of DescribeCluster. */
export interface ClusterAnswer {
  readonly status: number;
  readonly text: string;
  /** The header `x-amzn-errortype`. */
  readonly errorType: string | null;
}

/**
 * Reads the answer of DescribeCluster; returns the reason if it has no usable cluster, or the wrong
 * one.
 */
export function readCluster(
  asked: { readonly cluster: string; readonly region: string; readonly host: string },
  { status, text, errorType }: ClusterAnswer,
): Cluster | string {
  const foreign = `the answer from ${asked.host} is not from EKS (status ${status})`;
  let answer: Record<string, unknown>;
  try {
    answer = Object(answerJson(text));
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error;
    return `${foreign}: ${error.message}`;
  }
  if (status !== 200) {
    const kind = errorType?.replace(/:.*/s, "") ?? textOf(answer["__type"]);
    const message = textOf(answer["message"] ?? answer["Message"]);
    if (kind === "" && message === "") return foreign;
    return `EKS says ${[status, kind].join(" ").trim()}: ${message}`;
  }
  const { arn, endpoint, status: state, certificateAuthority } = Object(answer["cluster"]);
  const [, region, name] = arnShape.exec(textOf(arn)) ?? [];
  if (name === undefined) return foreign;
  if (name !== asked.cluster || region !== asked.region) {
    return `the answer from ${asked.host} describes another cluster`;
  }
  const [server, data] = [textOf(endpoint), textOf(Object(certificateAuthority).data)];
  if (!serverShape.test(server) || !URL.canParse(server) || !dataShape.test(data)) {
    return `the cluster has no endpoint yet: it is ${textOf(state)}`;
  }
  return { arn, server, certificateAuthority: data };
}

const arnShape = /^arn:aws[a-z-]*:eks:([a-z\d-]{1,32}):\d{12}:cluster\/([\dA-Za-z][\w-]{0,99})$/;
const serverShape = /^https:\/\/[\w.:[\]-]{1,512}(?:\/[\w./-]{0,512})?$/;
const dataShape = /^[\w+/]{1,65536}=*$/;

/** Returns `""` for anything but a string: the server controls how an object is converted. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
