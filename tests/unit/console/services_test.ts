import { assertEquals, assertThrows } from "@std/assert";
import { consoleService, serviceNames } from "../../../lib/console/services.ts";
import { StsmfaError } from "../../../lib/errors.ts";

const paths: Readonly<Record<string, string>> = {
  "ec2": "ec2/home",
  "EC2": "ec2/home",
  "Amazon EC2": "ec2/home",
  "s3": "s3/home",
  "ddb": "dynamodbv2/home",
  "cfn": "cloudformation/home",
  "cw": "cloudwatch/home",
  "logs": "cloudwatch/home#logsV2:log-groups",
  "cloudwatch-logs": "cloudwatch/home#logsV2:log-groups",
  "step functions": "states/home",
  "aws_lambda": "lambda/home",
  "amazonmq": "amazon-mq/home",
  "AWS Backup": "backup/home",
  "/apprunner/home": "apprunner/home",
  "/ec2/home#Instances:instanceState=running": "ec2/home#Instances:instanceState=running",
};

for (const [name, path] of Object.entries(paths)) {
  Deno.test(`--service ${name} is ${path}`, () => {
    assertEquals(consoleService(name), { path, isGlobal: false });
  });
}

for (const name of ["iam", "r53", "billing", "orgs", "cf"]) {
  Deno.test(`--service ${name} is the same place in every region`, () => {
    assertEquals(consoleService(name).isGlobal, true);
  });
}

function refused(name: string): StsmfaError {
  return assertThrows(() => consoleService(name), StsmfaError);
}

Deno.test("a service that is not known: exit 2, with the nearest one", () => {
  for (const [name, meant] of [["lamda", "lambda"], ["dynmodb", "dynamodb"], ["iamm", "iam"]]) {
    const error = refused(name!);
    assertEquals([error.code, error.exitStatus], ["Usage", 2]);
    assertEquals(error.hint?.startsWith(`did you mean ${meant}?`), true, error.hint);
  }
  assertEquals(
    refused("quantumledger").hint,
    "give its path in the console: --service /apprunner/home",
  );
});

Deno.test("a path that leads off the console is refused", () => {
  for (
    const path of ["//evil.example", "/\\evil", "/a?b=c", "/a/../b", "/", "/a b", "/%2f", "/@x"]
  ) {
    assertEquals(refused(path).message, "--service: the path is not one of the console");
  }
});

Deno.test("every service has one name that is its own, and a path that is one", () => {
  const names = serviceNames();
  assertEquals(new Set(names).size, names.length);
  for (const name of names) {
    assertEquals(consoleService(`/${consoleService(name).path}`).path, consoleService(name).path);
  }
});
