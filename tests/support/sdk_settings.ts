/**
 * What the SDK for JavaScript makes of environments on stdin, one as JSON on each line; run as a
 * process of its own, whose variables they become.
 *
 * @module
 */

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** What it resolves. */
export interface JavaScriptSettings {
  readonly accessKeyId: string;
  readonly region: string | undefined;
  readonly useFipsEndpoint: boolean;
  readonly useDualstackEndpoint: boolean;
  readonly retryMode: string;
  readonly maxAttempts: number;
  readonly appId: string | undefined;
  /** Where it sends a request. */
  readonly host: string;
}

async function resolved(): Promise<JavaScriptSettings> {
  let host = "none";
  const region = await new STSClient({}).config.region().catch(() => undefined);
  const client = new STSClient({
    // Without one it would not tell the others.
    region: region ?? "us-east-1",
    requestHandler: {
      handle: (request: { readonly hostname: string; readonly port?: number }) => {
        host = `${request.hostname}${request.port === undefined ? "" : `:${request.port}`}`;
        return Promise.reject(Object.assign(new Error("stopped"), { name: "Stopped" }));
      },
    },
  });
  const { config } = client;
  const maxAttempts = await config.maxAttempts();
  config.maxAttempts = () => Promise.resolve(1);
  const credentials = await config.credentials();
  await client.send(new GetCallerIdentityCommand({})).catch((error: Error) => {
    if (error.name !== "Stopped") host = error.message;
  });
  return {
    accessKeyId: credentials.accessKeyId,
    region,
    useFipsEndpoint: await config.useFipsEndpoint(),
    useDualstackEndpoint: await config.useDualstackEndpoint(),
    retryMode: await (config.retryMode as () => Promise<string>)(),
    maxAttempts,
    appId: await config.userAgentAppId(),
    host,
  };
}

if (import.meta.main) {
  const text = await new Response(Deno.stdin.readable).text();
  for (const line of text.split("\n").filter((each) => each !== "")) {
    for (const name of Object.keys(Deno.env.toObject())) {
      if (name.startsWith("AWS_")) Deno.env.delete(name);
    }
    for (const [name, value] of Object.entries(JSON.parse(line))) {
      Deno.env.set(name, value as string);
    }
    console.log(JSON.stringify(await resolved()));
  }
}
