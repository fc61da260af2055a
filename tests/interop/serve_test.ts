/**
 * AWS's SDKs on `exec --serve`: while sessions are renewed, and when only a person can do that.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { testOrSkip } from "../support/abilities.ts";
import { ServedWorld } from "../support/served_world.ts";
import { needsProgram } from "../support/shells.ts";
import { needsPython } from "../support/python.ts";

const python = needsPython("botocore");
const bubblewrap = needsProgram("bwrap");
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Uses one client until it has seen some sessions, none of which had ended. */
const botocoreScript = (sessions: number) => `
import botocore.session, datetime, sys, time
session = botocore.session.get_session()
credentials = session.get_credentials()
seen = []
while len(seen) < ${sessions}:
    frozen = credentials.get_frozen_credentials()
    if frozen.access_key not in seen:
        seen.append(frozen.access_key)
        print("botocore", len(seen), frozen.access_key, session.get_config_variable("region"))
    time.sleep(0.3)
client = session.create_client("sts")
print("botocore is", client.get_caller_identity()["Arn"])
`;

const javaScript = (sessions: number) => `
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
const client = new STSClient({});
const seen = [];
while (seen.length < ${sessions}) {
  const { accessKeyId, expiration } = await client.config.credentials();
  if (!seen.includes(accessKeyId)) {
    seen.push(accessKeyId);
    console.log("JavaScript", seen.length, accessKeyId, await client.config.region());
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
}
console.log("JavaScript is", (await client.send(new GetCallerIdentityCommand({}))).Arn);
`;

const inDeno = ["run", "-A", "--cached-only", "--no-check", "--config", `${root}deno.json`];

/** The SDKs that are here. */
const sdks = python.ignore ? ["JavaScript"] : ["botocore", "JavaScript"];

/** A program that runs others at once, until all have ended or there is a file of this name. */
function together(commands: readonly (readonly string[])[], until = ""): string[] {
  const text = `const running = ${JSON.stringify(commands)}.map(([program, ...args]) =>
  new Deno.Command(program, { args, stdin: "null" }).spawn());
const isThere = () => Deno.stat(${JSON.stringify(until)}).then(() => true, () => false);
for (; ${until !== ""}; await new Promise((next) => setTimeout(next, 100))) {
  if (await isThere()) break;
}
if (${until !== ""}) for (const each of running) each.kill("SIGKILL");
await Promise.all(running.map((each) => each.status));`;
  return [Deno.execPath(), "eval", text];
}

for (
  const [where, renewals] of [
    ["three renewals where [default] has keys", 3],
    ["a renewal where there is no [default]", 1],
  ] as const
) {
  Deno.test({
    name: `SDKs go through ${where}: ${sdks.join(", ")}`,
    fn: async () => {
      await using world = await ServedWorld.create();
      const { test } = world;
      if (where.includes("no [default]")) {
        const text = await test.read(".aws/credentials");
        await test.write(".aws/credentials", text.slice(0, text.indexOf("[default]")));
      }
      world.seconds = 6;
      await test.write("loop.py", botocoreScript(renewals + 1));
      await test.write("loop.ts", javaScript(renewals + 1));
      const commands = {
        botocore: ["python3", "loop.py"],
        JavaScript: [Deno.execPath(), ...inDeno, "loop.ts"],
      };
      const program = together(
        Object.entries(commands)
          .flatMap(([sdk, words]) => sdks.includes(sdk) ? [words] : []),
      );
      const code = await world.sts.code();
      const args = ["exec", "prod", "--serve", "--token-code", code, "--", ...program];
      assertEquals(await world.run(...args), 0, test.stderr + world.lines.join("\n"));
      const said = world.lines.join("\n");
      for (const sdk of sdks) {
        for (let n = 1; n <= renewals + 1; n++) assertStringIncludes(said, `${sdk} ${n} ASIA`);
        assertStringIncludes(
          said,
          `${sdk} is arn:aws:sts::222222222222:assumed-role/Administrator/`,
        );
      }
      assertEquals(said.match(/eu-west-1/g)?.length, sdks.length * (renewals + 1));
      assertEquals(world.sts.count("GetSessionToken"), 1, "one code for all of it");
      assertEquals(test.output, "");
    },
  });
}

/** Asks again and again, with a new client each time, and says what has come of it. */
const persistentScript = `
import botocore.session, time
while True:
    try:
        print("got", botocore.session.get_session().get_credentials().access_key)
    except Exception as error:
        print("refused", error)
    time.sleep(0.2)
`;

/** The same without an SDK. */
const persistentFetch = `
const [uri, authorization] = ["CREDENTIALS_FULL_URI", "AUTHORIZATION_TOKEN"]
  .map((name) => Deno.env.get("AWS_CONTAINER_" + name));
for (;; await new Promise((next) => setTimeout(next, 200))) {
  const answer = await fetch(uri, { headers: { authorization } });
  const text = await answer.text();
  console.log(answer.ok ? "got " + JSON.parse(text).AccessKeyId : "refused " + text);
}
`;

Deno.test({
  name: "who asks after the end is told what to type, and goes on once that is done",
  fn: async () => {
    await using world = await ServedWorld.create();
    const { test } = world;
    world.seconds = 4;
    await test.write("ask.py", persistentScript);
    const asking = python.ignore
      ? [Deno.execPath(), "eval", persistentFetch]
      : ["python3", "ask.py"];
    const code = await world.sts.code();
    const program = together([asking], "done");
    const args = ["exec", "prod", "--serve", "--token-code", code, "--", ...program];
    const ended = world.run(...args);
    await world.said(/^got ASIA/);
    // The MFA session is over: nobody gets a session of the role from it any more. One renewal may
    // be under way, which keeps it once more.
    const refusal = await until(async () => {
      for (const name of await test.list(".local/state/stsmfa/sessions")) {
        await Deno.remove(test.path(`.local/state/stsmfa/sessions/${name}`)).catch(() => {});
      }
      return world.lines.find((each) => each.startsWith("refused"));
    });
    assertStringIncludes(refusal, "no session of prod");
    assertStringIncludes(refusal, "in another terminal: stsmfa refresh prod");
    const before = world.sts.count();
    world.seconds = 3600;
    assertEquals(await world.run("refresh", "prod", "--token-code", await world.sts.code()), 0);
    const { length } = world.lines;
    await until(() => world.lines.slice(length).find((each) => each.startsWith("got ASIA")));
    await test.write("done", "");
    assertEquals(await ended, 0);
    assert(world.sts.count() - before <= 3, "it asks AWS no more than it must");
  },
});

/** Waits until there is something. */
async function until<T>(find: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("waited in vain");
}

/** The variables that the recipe for containers passes on. */
const passedOn = [
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
];

testOrSkip({
  name: "in a container on the host's network four variables are enough" +
    (python.name || bubblewrap.name),
  ignore: python.ignore || bubblewrap.ignore,
  fn: async () => {
    await using world = await ServedWorld.create();
    const words = [
      ..."--ro-bind / / --dev /dev --unshare-pid --unshare-ipc --unshare-uts --clearenv".split(" "),
      ...["PATH", ...passedOn].map((name) => `--setenv ${name} "$${name}"`),
      "--setenv HOME /nonexistent",
    ];
    const show = "import botocore.session as b; s = b.get_session(); " +
      "print(s.get_credentials().access_key, s.get_config_variable('region'))";
    const script = `bwrap ${words.join(" ")} python3 -c "${show}"`;
    const code = await world.sts.code();
    const args = ["exec", "prod", "--serve", "--token-code", code, "--", "sh", "-c", script];
    const status = await world.run(...args);
    const said = world.lines.join("\n");
    // Where no container can be made, there is nothing to see.
    if (/^bwrap: /m.test(said)) return console.log(`      (skipped: ${said})`);
    assertEquals(status, 0, said);
    assert(/^ASIA\w+ eu-west-1$/m.test(said), said);
  },
});

for (const where of ["~/.boto", "BOTO_CONFIG", "AWS_CREDENTIAL_FILE"]) {
  testOrSkip({
    name: `the keys of ${where} do not win over the server${python.name}`,
    ignore: python.ignore,
    fn: async () => {
      await using world = await ServedWorld.create();
      const { test } = world;
      const path = where === "~/.boto" ? ".boto" : "old/keys";
      const isList = where === "AWS_CREDENTIAL_FILE";
      const keys = isList
        ? "AWSAccessKeyId=AKIABOTOBOTOBOTO2222\nAWSSecretKey=x\n"
        : "[Credentials]\naws_access_key_id = AKIABOTOBOTOBOTO2222\naws_secret_access_key = x\n";
      await test.write(path, keys);
      if (where !== "~/.boto") test.env[where] = test.path(path);
      const script =
        "import botocore.session as s; print(s.get_session().get_credentials().method)";
      const code = await world.sts.code();
      const args = ["exec", "prod", "--serve", "--token-code", code, "--", "python3", "-c", script];
      assertEquals(await world.run(...args), 0, test.stderr);
      assertEquals(world.lines, ["container-role"]);
    },
  });
}
