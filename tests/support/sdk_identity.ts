/**
 * Prints who the SDK for JavaScript is, and where, in the environment that it is run in.
 *
 * @module
 */

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const client = new STSClient({});
const { Arn } = await client.send(new GetCallerIdentityCommand({}));
console.log(Arn, await client.config.region());
