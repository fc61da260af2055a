/**
 * The services that the console can begin with, by the names that people call them.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";

/** A place in the console. */
export interface ConsoleService {
  /** Its path, without the first slash; may end with a fragment. */
  readonly path: string;
  /** Whether it is the same place in every region. */
  readonly isGlobal: boolean;
}

/** Where the console begins if nobody says it. */
export const consoleHome: ConsoleService = { path: "console/home", isGlobal: false };

/** One service a line: its path, then its names; the first one is the usual one. */
const regional = `
acm/home                           acm certificates certificatemanager
amazon-mq/home                     mq amazonmq
amplify/apps                       amplify
aos/home                           opensearch aos es elasticsearch
apigateway/main/apis               apigateway apigw
apprunner/home                     apprunner
appsync/home                       appsync
athena/home                        athena
backup/home                        backup
batch/home                         batch
bedrock/home                       bedrock
cloud9control/home                 cloud9 c9
cloudformation/home                cloudformation cfn
cloudmap/home                      cloudmap servicediscovery
cloudshell/home                    cloudshell
cloudtrailv2/home                  cloudtrail ct
cloudwatch/home                    cloudwatch cw
cloudwatch/home#alarmsV2:          alarms
cloudwatch/home#logsV2:log-groups  logs cwl cloudwatchlogs
codesuite/codeartifact/start       codeartifact
codesuite/codebuild/projects       codebuild
codesuite/codecommit/repositories  codecommit
codesuite/codedeploy/applications  codedeploy
codesuite/codepipeline/pipelines   codepipeline
cognito/v2/home                    cognito
config/home                        config
controltower/home                  controltower
datasync/home                      datasync
dms/v2/home                        dms
dynamodbv2/home                    dynamodb ddb dynamo
ec2/home                           ec2
ec2/home#AutoScalingGroups:        autoscaling asg
ec2/home#LoadBalancers:            elb alb nlb loadbalancers
ec2/home#Volumes:                  ebs volumes
ecr/home                           ecr
ecs/v2/home                        ecs
efs/home                           efs
eks/home                           eks kubernetes
elasticache/home                   elasticache redis memcached
elasticbeanstalk/home              elasticbeanstalk beanstalk eb
emr/home                           emr
events/home                        eventbridge events
firehose/home                      firehose
fsx/home                           fsx
glue/home                          glue
grafana/home                       grafana
guardduty/home                     guardduty gd
inspector/v2/home                  inspector
kinesis/home                       kinesis
kms/home                           kms
lambda/home                        lambda
msk/home                           msk kafka
mwaa/home                          mwaa airflow
ram/home                           ram
rds/home                           rds aurora
redshiftv2/home                    redshift
resource-groups/home               resourcegroups tags
s3/home                            s3
sagemaker/home                     sagemaker
secretsmanager/home                secretsmanager secrets sm
securityhub/home                   securityhub
servicequotas/home                 servicequotas quotas limits
ses/home                           ses
singlesignon/home                  identitycenter sso
sns/v3/home                        sns
sqs/v3/home                        sqs
states/home                        stepfunctions sfn states
systems-manager/home               ssm systemsmanager
systems-manager/parameters         parameterstore parameters param
systems-manager/session-manager    sessionmanager
transfer/home                      transfer sftp
vpcconsole/home                    vpc
wafv2/homev2                       waf wafv2
xray/home                          xray
`;

const everywhere = `
billing/home                       billing bills
cloudfront/v4/home                 cloudfront cf cdn
cost-management/home               costexplorer costs ce costmanagement
cost-management/home#/budgets      budgets
directconnect/v2/home              directconnect dx
globalaccelerator/home             globalaccelerator
health/home                        health
iam/home                           iam
organizations/v2/home              organizations orgs
route53/v2/home                    route53 r53 dns
support/home                       support
trustedadvisor/home                trustedadvisor
`;

/**
 * Returns the place of a service; `/PATH` is that path of the console itself.
 *
 * @param name in any case, with or without `-`, `_`, blanks and a vendor: `Amazon EC2`, `step-functions`
 * @throws StsmfaError `Usage`
 */
export function consoleService(name: string): ConsoleService {
  if (name.startsWith("/")) return pathInConsole(name);
  const services = byName();
  const word = plainWord(name);
  const found = services.get(word);
  if (found !== undefined) return found;
  const meant = nearest(word, [...services.keys()]);
  throw new StsmfaError("Usage", `--service: ${name} is not a service that stsmfa knows`, {
    hint: meant === undefined
      ? "give its path in the console: --service /apprunner/home"
      : `did you mean ${meant}? any path of the console will do, too: --service /apprunner/home`,
    places: [{ kind: "flag", flag: "--service" }],
  });
}

/** Returns the usual name of each service, sorted. */
export function serviceNames(): string[] {
  const lines = `${regional}${everywhere}`.trim().split(/\n+/);
  return lines.map((line) => line.split(/ +/)[1]!).sort();
}

function plainWord(name: string): string {
  const word = name.toLowerCase().replace(/[\s_-]/g, "");
  return /^(?:amazon|aws)(?!mq$)./.test(word) ? word.replace(/^(?:amazon|aws)/, "") : word;
}

function byName(): ReadonlyMap<string, ConsoleService> {
  const services = new Map<string, ConsoleService>();
  const add = (lines: string, isGlobal: boolean) => {
    for (const line of lines.trim().split("\n")) {
      const [path, ...names] = line.split(/ +/);
      for (const each of names) services.set(each, { path: path!, isGlobal });
    }
  };
  add(regional, false);
  add(everywhere, true);
  return services;
}

/** Whoever gives a path means that place, on the console's own host. */
function pathInConsole(path: string): ConsoleService {
  if (/^\/[\w][\w./~-]*(?:#[\w./:?&=%$~+*!,;@-]*)?$/.test(path) && !path.includes("/../")) {
    return { path: path.slice(1), isGlobal: false };
  }
  throw new StsmfaError("Usage", "--service: the path is not one of the console", {
    hint: "copy what stands between the console's host and the ?, such as /ec2/home",
    places: [{ kind: "flag", flag: "--service" }],
  });
}
