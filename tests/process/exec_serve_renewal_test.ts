/**
 * The renewals of `exec --serve` as a process: they find what the first session was found with.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { quoted } from "../../lib/hint_words.ts";
import { native } from "../../lib/path.ts";
import { posix, testOrSkip } from "../support/abilities.ts";
import { session } from "../support/homes.ts";
import { parseEnvironment } from "../support/shells.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

/** What `exec --serve` takes from the program that it starts. */
const outer = {
  AWS_PROFILE: "prod",
  AWS_DEFAULT_PROFILE: "other",
  AWS_ACCESS_KEY_ID: "AKIAOUTEROUTEROUTER2",
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x",
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/x",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/x",
  AWS_ROLE_ARN: "x",
  AWS_REGION: "eu-west-1",
  STSMFA_PROFILE: "other",
  STSMFA_SET_REGION: "eu-west-1",
  STSMFA_WAS_REGION: "us-west-2",
};

/** Asks the server again and again, until it answers with this or ten seconds are over. */
const askUntil = (text: string) =>
  `for (const end = Date.now() + 10_000; Date.now() < end;) {
  const answer = await fetch(Deno.env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"), {
    headers: { authorization: Deno.env.get("AWS_CONTAINER_AUTHORIZATION_TOKEN") },
  });
  const text = await answer.text();
  console.log(text);
  if (text.includes("${text}")) Deno.exit(0);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
Deno.exit(1);`;

const ask = `curl -s -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" ` +
  "$AWS_CONTAINER_CREDENTIALS_FULL_URI";

/** Prints a session that ends in four seconds, and keeps the environment that it was run in. */
const giverOfPosix = `#!/bin/sh
n=$(ls | grep -c '^env')
env -0 > new; mv new "env$n"
end=$(date -u -d '+4 seconds' +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u -v+4S +%Y-%m-%dT%H:%M:%SZ)
printf '{"Version": 1, "AccessKeyId": "ASIAGIVEN%s", "SecretAccessKey": "x",' "$n"
printf ' "SessionToken": "y", "Expiration": "%s"}' "$end"
`;

/** The same by a script; Deno takes longer than a shell to start. */
const giverScript = `const count = [...Deno.readDirSync(".")]
  .filter(({ name }) => name.startsWith("env")).length;
const variables = Object.entries(Deno.env.toObject()).map((each) => each.join("="));
Deno.writeTextFileSync("new", variables.join("\\0"));
Deno.renameSync("new", "env" + count);
console.log(JSON.stringify({
  Version: 1,
  AccessKeyId: "ASIAGIVEN" + count,
  SecretAccessKey: "x",
  SessionToken: "y",
  Expiration: new Date(Date.now() + 15_000).toISOString(),
}));`;

/** Writes it, and returns the command line that runs it. */
async function writeGiver(home: SpawnedHome): Promise<string> {
  if (posix.isHere) {
    await home.write("giver", giverOfPosix);
    await Deno.chmod(home.path("giver"), 0o700);
    return home.path("giver");
  }
  await home.write("giver.js", giverScript);
  return `"${Deno.execPath()}" run -A --quiet --no-config "${native(home.path("giver.js"))}"`;
}

/** The byte of a variable that is no UTF-8 is the shell's to set. */
function inShell([program, ...args]: readonly [string, ...string[]]): [string, ...string[]] {
  if (!posix.isHere) return [program, ...args];
  const line = [program, ...args].map(quoted).join(" ");
  return ["/bin/sh", "-c", `BYTES=$(printf '\\377x'); export BYTES; exec ${line}`];
}

Deno.test({
  name: "a program that gives sessions is run in the same environment each time",
  fn: async () => {
    await using home = await SpawnedHome.create();
    await home.write(
      ".aws/config",
      `[profile prod]\ncredential_process = ${await writeGiver(home)}\n`,
    );
    const script = `for (;;) {
      try { Deno.statSync("env3"); break; } catch { /* not yet */ }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }`;
    const words = ["exec", "prod", "--serve", "--", Deno.execPath(), "eval", script];
    const [program, ...args] = inShell(cliCommand(...words));
    const { code, stderr } = await new Deno.Command(program, {
      args,
      cwd: home.home,
      clearEnv: true,
      env: { ...home.env, ...outer, STSMFA_TOKEN_CODE: "123456", GPG_TTY: "/dev/pts/99" },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const [first, ...later] = await Promise.all([0, 1, 2, 3].map(async (n) => {
      const bytes = await Deno.readFile(home.path(`env${n}`));
      return parseEnvironment(new TextDecoder("latin1").decode(bytes));
    }));
    const { STSMFA_TOKEN_CODE, GPG_TTY, ...kept } = first!;
    assertEquals([STSMFA_TOKEN_CODE, GPG_TTY, kept["BYTES"]], [
      "123456",
      "/dev/pts/99",
      posix.isHere ? "\xffx" : undefined,
    ]);
    // The code was good for one session, and the terminal is the program's.
    for (const each of later) assertEquals(each, kept);
  },
});

Deno.test({
  name: "what the variables of the person say is read for each renewal as for the first session",
  fn: async () => {
    const seen: string[] = [];
    await using sts = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        seen.push(/Credential=(\S+)\//.exec(request.headers.get("authorization") ?? "")?.[1] ?? "");
        const end = new Date(Date.now() + 4000).toISOString();
        return new Response(
          `<AssumeRoleResponse><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::222222222222:assumed-role/A/x</Arn>
<AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAGIVENGIVENGIVE${seen.length}A</AccessKeyId>
<SecretAccessKey>${"x".repeat(40)}</SecretAccessKey><SessionToken>${"y".repeat(40)}</SessionToken>
<Expiration>${end}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
          { headers: { "content-type": "text/xml" } },
        );
      },
    );
    const url = `http://127.0.0.1:${sts.addr.port}`;
    await using home = await SpawnedHome.create({ AWS_ENDPOINT_URL_STS: url });
    await home.write(
      ".aws/config",
      "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/A\ncredential_source = Environment\n",
    );
    const { code, stdout, stderr } = await home.run(
      ["exec", "prod", "--serve", "--", Deno.execPath(), "eval", askUntil("GIVE3A")],
      outer,
    );
    assertEquals([code, stderr], [0, ""], stdout);
    assertEquals(new Set(seen.map((each) => each.replace(/\/\d{8}\//, " "))).size, 1, `${seen}`);
    assertEquals(seen[0]?.split("/")[0], outer.AWS_ACCESS_KEY_ID);
  },
});

testOrSkip({
  name: "while a window asks after the end, whoever wants a session is told so at once",
  ignore: !posix.isHere,
  reason: "the program of a window is a script of POSIX here",
  fn: async () => {
    await using home = await SpawnedHome.create({ AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    // A loaded machine has to have started it by then.
    const end = new Date(Date.now() + 8000).toISOString();
    await home.write(
      ".aws/credentials",
      `${longTermSection("prod-long-term", alice())}\n${session("prod", end)}`,
    );
    await home.write(".aws/config", `[profile prod]\nmfa_serial = ${ALICE_DEVICE}\n`);
    const zenity = '#!/bin/sh\n[ "$1" = --version ] && exit\necho >> opened\nsleep 60\n';
    await home.write("bin/zenity", zenity);
    await Deno.chmod(home.path("bin/zenity"), 0o700);
    const script = `until [ -e opened ]; do sleep 0.1; done
for n in $(seq 50); do ${ask} | grep TokenCodeNeeded && break; sleep 0.2; done
${ask} -o /dev/null -w ' %{http_code}'; wc -l < opened`;
    const args = ["exec", "prod", "--serve", "--min-left", "2s", "--", "/bin/sh", "-c", script];
    const PATH = `${home.path("bin")}:${home.env["PATH"]}`;
    const { code, stdout, stderr } = await home.run(args, { PATH, DISPLAY: ":0" });
    // That the program has ended first is no fault of the renewal that was under way.
    assertEquals([code, stderr], [0, ""], stdout);
    assertStringIncludes(stdout, "no session of prod: a window asks for its MFA code");
    assertStringIncludes(
      stdout,
      "type it there; or close it, and in a terminal: stsmfa refresh prod",
    );
    assertMatch(stdout, / 4011\n$/, "and there is one window");
  },
});
