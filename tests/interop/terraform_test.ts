/**
 * Terraform's S3 backend, which is the AWS SDK for Go, as docs/recipes/terraform.md has it.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fencedBlocks } from "../support/fenced_blocks.ts";
import { ALICE_DEVICE, startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { needsTerraform, startBucket } from "../support/terraform.ts";

const needed = needsTerraform();
const page = await Deno.readTextFile(
  new URL("../../docs/recipes/terraform.md", import.meta.url),
);

const config = `[profile prod]
region = eu-west-1
role_arn = arn:aws:iam::222222222222:role/Administrator
source_profile = me
mfa_serial = ${ALICE_DEVICE}
`;

/** A home with a project whose state is in a bucket, read as this profile, or as who runs it. */
async function openProject(profile?: string) {
  const stack = new AsyncDisposableStack();
  const roles = [{ roleArn: "arn:aws:iam::222222222222:role/Administrator" }];
  const sts = stack.use(await startLoopbackSts({ roles }));
  const bucket = stack.use(await startBucket());
  const home = stack.use(
    await SpawnedHome.create({
      ...sts.env(),
      AWS_ENDPOINT_URL_S3: bucket.url,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      NO_COLOR: "1",
    }),
  );
  await home.write(".aws/config", config);
  await home.write(".aws/credentials", longTermSection("me", sts.credentials()));
  const words = cliCommand().map((word) => `'${word}'`).join(" ");
  await home.write("bin/stsmfa", `#!/bin/sh\nexec ${words} "$@"\n`);
  await Deno.chmod(home.path("bin/stsmfa"), 0o755);
  await home.write(
    "project/main.tf",
    `terraform {
  backend "s3" {
    bucket         = "shop-state"
    key            = "prod.tfstate"
    region         = "eu-west-1"
    use_path_style = true
    ${profile === undefined ? "" : `profile = "${profile}"`}
  }
}
`,
  );
  const run = async (...argv: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(argv[0]!, {
      args: argv.slice(1),
      cwd: home.path("project"),
      clearEnv: true,
      env: { ...home.env, PATH: `${home.path("bin")}:${home.env["PATH"]}` },
      stdin: "null",
    }).output();
    return { code, said: [stdout, stderr].map((each) => new TextDecoder().decode(each)).join("") };
  };
  return {
    run,
    sts,
    bucket,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const init = ["terraform", "init", "-no-color", "-input=false"];

function isSession({ headers }: { readonly headers: Readonly<Record<string, string>> }): boolean {
  return /Credential=ASIA/.test(headers["authorization"] ?? "") &&
    headers["x-amz-security-token"] !== undefined;
}

for (const served of [[], ["--serve"]]) {
  Deno.test({
    name: `terraform under exec ${served.join(" ")} reads its state as the role${needed.name}`,
    ignore: needed.ignore,
    fn: async () => {
      await using project = await openProject();
      const { run, sts, bucket } = project;
      const code = await sts.code();
      const args = ["stsmfa", "exec", "prod", "--token-code", code, ...served, "--", ...init];
      const ended = await run(...args);
      assertEquals(ended.code, 0, ended.said);
      assert(bucket.requests.length > 0 && bucket.requests.every(isSession), ended.said);
    },
  });
}

Deno.test({
  name:
    `terraform with a profile fails as the page says, and works once it is adopted${needed.name}`,
  ignore: needed.ignore,
  fn: async () => {
    await using project = await openProject("prod");
    const { run, sts, bucket } = project;
    const refused = await run(...init);
    const [message] = fencedBlocks(page).filter(({ language }) => language === "text");
    assertStringIncludes(refused.said, message!.text.trim());
    const adopted = await run(
      "stsmfa",
      "init",
      "prod",
      "--adopt",
      "--token-code",
      await sts.code(),
    );
    assertEquals(adopted.code, 0, adopted.said);
    const ended = await run(...init);
    assertEquals(ended.code, 0, ended.said);
    assert(bucket.requests.length > 0 && bucket.requests.every(isSession), ended.said);
  },
});
