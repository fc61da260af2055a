/**
 * A program like any other that uses the AWS SDK: it finds profile, files and endpoint in its
 * environment, and prints who it is.
 *
 * @module
 */

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const { Arn, Account } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
console.log(`${Arn} in account ${Account}`);
