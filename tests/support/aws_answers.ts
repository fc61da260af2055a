/**
 * What AWS answers to each action when all is well, so that tests can change one thing of it.
 *
 * @module
 */

import { xmlDate } from "./sts_xml.ts";

/** Who asks for what. */
export interface AnsweredFor {
  readonly now: Date;
  readonly durationSeconds?: number;
  readonly roleArn?: string;
}

/** The values of a session that are sound. */
export const soundSession: Readonly<Record<string, string>> = {
  AccessKeyId: "ASIAANSWERANSWERANS2",
  SecretAccessKey: "answered+secret/access+key/of+forty+lett",
  SessionToken: "answered/session+token==",
};

/** The document of an action of STS or IAM; `changes` replaces elements by name. */
export function awsDocument(
  action: string,
  { now, durationSeconds = 43200, roleArn = "" }: AnsweredFor,
  changes: Readonly<Record<string, string>> = {},
): string {
  const end = xmlDate(new Date(now.getTime() + durationSeconds * 1000));
  const of = (fields: Readonly<Record<string, string>>) =>
    Object.entries({ ...fields, ...changes })
      .filter(([name]) => name in fields)
      .map(([name, value]) => `<${name}>${value}</${name}>`).join("");
  const [, partition, account, name] = /^arn:(.*?):iam::(\d+):role\/(?:.*\/)?(.*)$/.exec(roleArn) ??
    [];
  const credentials = `<Credentials>${of({ ...soundSession, Expiration: end })}</Credentials>`;
  const user = of({
    AssumedRoleId: "AROAROLEROLEROLEROLE2:alice",
    Arn: `arn:${partition}:sts::${account}:assumed-role/${name}/alice`,
  });
  const results: Readonly<Record<string, string>> = {
    GetSessionToken: credentials,
    AssumeRole: `${credentials}<AssumedRoleUser>${user}</AssumedRoleUser>`,
    GetCallerIdentity: of({
      Arn: "arn:aws:iam::123456789012:user/alice",
      UserId: "AIDAALICEALICEALICE22",
      Account: "123456789012",
    }),
    ListMFADevices: `<MFADevices><member>${
      of({ UserName: "alice", SerialNumber: "arn:aws:iam::123456789012:mfa/alice" })
    }</member></MFADevices><IsTruncated>false</IsTruncated>`,
  };
  return `<${action}Response xmlns="https://aws.example/doc/"><${action}Result>${
    results[action] ?? ""
  }</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`;
}

/** What refuses an action, as AWS does. */
export function awsRefusal(message: string, code = "AccessDenied"): string {
  return `<ErrorResponse xmlns="https://aws.example/doc/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
}

/** The JSON of an action of ECR or EKS. */
export function awsJson(action: string): string {
  return JSON.stringify(
    action === "GetAuthorizationToken"
      ? {
        authorizationData: [{
          authorizationToken: btoa("AWS:password"),
          expiresAt: 4e9,
          proxyEndpoint: "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        }],
      }
      : {
        cluster: {
          name: "shop",
          arn: "arn:aws:eks:eu-west-1:123456789012:cluster/shop",
          status: "ACTIVE",
          endpoint: "https://SHOP.gr7.eu-west-1.eks.amazonaws.com",
          certificateAuthority: { data: btoa("certificate") },
        },
      },
  );
}

/** What AWS answers to an action, and how it says what that is. */
export function awsAnswer(action: string, about: AnsweredFor): { type: string; body: string } {
  return action === "GetAuthorizationToken" || action === "DescribeCluster"
    ? { type: "application/x-amz-json-1.1", body: awsJson(action) }
    : { type: "text/xml", body: awsDocument(action, about) };
}
