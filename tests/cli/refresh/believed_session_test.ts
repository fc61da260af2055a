/**
 * Which sessions are believed: those that AWS and its emulators give, of what was asked for.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { formatExpiration } from "../../../lib/credentials.ts";
import { anyText } from "../../support/any_text.ts";
import { awsDocument } from "../../support/aws_answers.ts";
import { MORNING, openHome } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const device = ["--mfa-serial", ALICE_DEVICE, "--token-code", "123456"];
const hour = 3600;
const day = 24 * hour;

/** A moment so many seconds after another one. */
function after(seconds: number, start = MORNING): Date {
  return new Date(start.getTime() + seconds * 1000);
}

interface Asked {
  readonly durationSeconds?: number;
  readonly roleArn?: string;
  /** The server's clock, or what stands in the header `Date`. */
  readonly date?: Date | string | null;
}

interface Ended {
  readonly exitStatus: number;
  readonly said: string;
  readonly written: string;
}

/** Asks for a session; the answer is AWS's but for these elements. */
async function ask(
  changes: Readonly<Record<string, string>>,
  { durationSeconds = 12 * hour, roleArn, date = MORNING }: Asked = {},
): Promise<Ended> {
  const headers = {
    "content-type": "text/xml",
    ...(date !== null && { date: typeof date === "string" ? date : date.toUTCString() }),
  };
  await using home = await openHome({
    network: (_url, { body }) => {
      const action = new URLSearchParams(String(body)).get("Action")!;
      const about = { now: MORNING, durationSeconds, ...(roleArn && { roleArn }) };
      return Promise.resolve(new Response(awsDocument(action, about, changes), { headers }));
    },
    env: { AWS_ENDPOINT_URL_STS: "https://aws.example:8443" },
  });
  const role = roleArn === undefined ? [] : ["--role-arn", roleArn];
  const before = await home.credentials();
  const exitStatus = await home.run(...device, ...role, "--duration", `${durationSeconds}s`);
  const after = await home.credentials();
  if (exitStatus !== 0) {
    assertEquals(after, before);
    assertEquals(await home.test.list(), ["credentials"]);
    // Nothing is kept beside it, either.
    const kept = await home.test.list(".local/state/stsmfa/sessions").catch(() => []);
    for (const name of kept) {
      const text = await home.test.read(`.local/state/stsmfa/sessions/${name}`);
      assertEquals(text.includes("sessionToken"), false);
    }
  }
  return { exitStatus, said: home.test.output, written: after };
}

async function refuses(
  changes: Readonly<Record<string, string>>,
  asked: Asked,
  reason: string,
  exitStatus = 5,
): Promise<void> {
  const { exitStatus: is, said } = await ask(changes, asked);
  assertEquals(is, exitStatus, said);
  assertStringIncludes(said, "aws.example:8443");
  assertStringIncludes(said, reason);
}

async function believes(
  changes: Readonly<Record<string, string>>,
  asked: Asked = {},
): Promise<void> {
  const { exitStatus, said, written } = await ask(changes, asked);
  assertEquals(exitStatus, 0, said);
  for (const name of ["AccessKeyId", "SecretAccessKey", "SessionToken"]) {
    if (changes[name] !== undefined) assertStringIncludes(written, ` = ${changes[name]}\n`);
  }
}

const odd: Record<string, readonly string[]> = {
  AccessKeyId: [
    "",
    "A",
    "A".repeat(15),
    "A".repeat(129),
    "A".repeat(5000),
    "../../EVIL/EVILEVIL",
    "ASIA=;[x]ANSWERANSWER",
    "ASIAANSWER ANSWERANS2",
    "ASIAANSWERANSWERANS\u0662",
    "ASIAANSWERANSWERAN\u202e2",
    "ASIAANSWERANSWERANS2&#10;[admin]",
    "&#10;ASIAANSWERANSWERANS2",
    "ASIAANSWERANSWERANS2&#10;",
    "ASIAANSWERANSWERANS2&#0;",
    "ASIA-ANSWER-ANSWER",
    "ASIA%53ANSWERANSWERAN",
  ],
  SecretAccessKey: [
    "",
    "short",
    "A".repeat(1025),
    "abcdefgh&#10;[admin]",
    "abcdefgh&#13;x = y",
    "two words together",
    "abcdefgh\tabcdefgh",
    "abcdefgh&#x2028;abcdefgh",
    "abcdefgh#abcdefgh",
    "abcdefgh;abcdefgh",
    "[abcdefgh]",
    "$(touch x)abcdefgh",
    "`touch`abcdefgh",
    "%abcdefgh%(x)s",
    "p\u00e4sswort-p\u00e4sswort",
    "abcdefgh&#27;[31m",
    "abcdefgh\u200babcdefgh",
  ],
  SessionToken: [
    "",
    "short",
    "A".repeat(16385),
    "answered&#10;aws_access_key_id = AKIAEVILEVILEVILEVI2",
    "two words together",
    "answered'token",
    'answered"token',
    "answered\u00a0token",
    "answered&#127;token",
  ],
  Expiration: [
    "",
    "soon",
    "1772600000",
    "2026-03-04",
    "2026-03-04T17:06:07",
    "2026-02-30T17:06:07Z",
    "2026-04-31T17:06:07Z",
    "2099-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-03-04T24:06:07Z",
    "2026-03-04T17:60:07Z",
    "2026-03-04T17:06:61Z",
    "2026-03-04T17:06:07+99:00",
    "+020260-03-04T17:06:07Z",
    "Wed, 04 Mar 2026 17:06:07 GMT",
    "2026-03-04T17:06:07Z2026-03-04T17:06:07Z",
    "\u0662026-03-04T17:06:07Z",
  ],
};
for (const [name, values] of Object.entries(odd)) {
  Deno.test(`an ${name} that AWS does not give is neither written nor kept`, async () => {
    for (const value of values) await refuses({ [name]: value }, {}, "cannot use the answer");
  });
}

Deno.test("what is refused is not repeated: it could be half of a secret", async () => {
  const { said } = await ask({ SecretAccessKey: "untold untold", SessionToken: "untold" });
  assertEquals(said.includes("untold"), false);
});

Deno.test("no text that a server chooses gets into the file but as the value that it is", async () => {
  const names = ["AccessKeyId", "SecretAccessKey", "SessionToken"];
  const text = fc.oneof(
    anyText({ minLength: 8, maxLength: 40 }),
    fc.stringMatching(/^[\w+/=.:~-]{8,40}$/),
    fc.array(fc.constantFrom("ASIAANSWER", "\n", "[x]", "a = b", "=", " ", "\t", "#", "\r"), {
      minLength: 2,
      maxLength: 6,
    }).map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), text, async (name, value) => {
      const escaped = value.replace(/[&<>\r\n]/g, (c) => `&#${c.charCodeAt(0)};`);
      const { exitStatus, said, written } = await ask({ [name]: escaped });
      assert([0, 5].includes(exitStatus), said);
      if (exitStatus !== 0) return;
      assert(/^[\w+/=.:~-]+$/.test(value));
      assertEquals(written.split(` = ${value}\n`).length, 2);
      assertEquals(written.match(/^\[/gm)?.length, 2);
    }),
    { numRuns: 60 },
  );
});

const emulators: Record<string, Readonly<Record<string, string>>> = {
  "moto, GetSessionToken": {
    AccessKeyId: "AKIAIOSFODNN7EXAMPLE",
    SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
    Expiration: "2026-03-04T17:06:07.270016Z",
  },
  "LocalStack": { AccessKeyId: "LSIAQAAAAAAAKZ4L3POJ", Expiration: "2026-03-04T17:06:07.200000Z" },
  "an id of 32 characters": { AccessKeyId: "a".repeat(16) + "_".repeat(16) },
  "a token that is a JWT": { SessionToken: "eyJhbGciOiJIUzUxMiJ9.eyJhY2Nlc3NLZXkiOiJ.n0t_A-sig" },
  "a token of 12 KiB": { SessionToken: "t+/=".repeat(3072) },
  "an expiration with an offset": { Expiration: "2026-03-04T18:06:07+01:00" },
};
for (const [what, changes] of Object.entries(emulators)) {
  Deno.test(`a session as emulators give it is written: ${what}`, () => believes(changes));
}

const at = (date: Date) => ({ Expiration: formatExpiration(date) });

Deno.test("a session may last fifteen minutes longer than asked, by the server's clock, and no more", async () => {
  for (const durationSeconds of [900, hour, 12 * hour, 36 * hour]) {
    const asked = { durationSeconds };
    await believes(at(after(durationSeconds + 900)), asked);
    await believes(at(after(600)), asked);
    for (const more of [901, hour, day, 10 * 365 * day]) {
      await refuses(at(after(durationSeconds + more)), asked, "was asked for");
    }
  }
});

for (const [seconds, clock] of [[3 * hour, "slow"], [-3 * hour, "fast"], [day, "slow"]] as const) {
  Deno.test(`a clock of ours that is ${Math.abs(seconds) / hour}h ${clock} is no attack`, async () => {
    const date = after(seconds);
    await believes(at(after(12 * hour, date)), { date });
    await refuses(at(after(13 * hour, date)), { date }, "was asked for");
    await refuses(at(after(-1, date)), { date }, "has already expired");
  });
}

Deno.test("without a Date, or with one that is far off, our own clock measures", async () => {
  const dates = [
    null,
    "",
    "now",
    "0",
    "2026-03-04T05:06:07Z",
    after(10 * 365 * day),
    after(day + 2),
    after(-day - 2),
    new Date(0),
    new Date("9999-12-31T23:59:59Z"),
  ];
  for (const date of dates) {
    await believes({}, { date });
    await refuses(at(after(13 * hour)), { date }, "was asked for");
    await refuses(at(after(10 * 365 * day + 12 * hour)), { date }, "was asked for");
    const over = "is already expired by this machine's clock";
    await refuses(at(after(-1)), { date }, over, 4);
  }
});

Deno.test("a session that is over by our clock alone is told as what it is", async () => {
  const date = after(-13 * hour);
  const reason = "is already expired by this machine's clock";
  await refuses(at(after(-hour)), { date }, reason, 4);
});

const roleArn = "arn:aws:iam::222222222222:role/ops/Administrator";
const asRole = { roleArn, durationSeconds: 2 * hour };

Deno.test("the session of the role that was asked for is written, whatever path it has", async () => {
  await believes({}, asRole);
  await believes({}, { ...asRole, roleArn: "arn:aws:iam::000000000000:role/x" });
  await believes({ Arn: "arn:aws:sts::222222222222:assumed-role/administrator/bob" }, asRole);
});

for (
  const [arn, reason] of [
    ["arn:aws:sts::333333333333:assumed-role/Administrator/alice", "another account"],
    ["arn:aws-cn:sts::222222222222:assumed-role/Administrator/alice", "another account"],
    ["arn:aws:sts::2222222222222:assumed-role/Administrator/alice", "another account"],
    ["arn:aws:sts::222222222222:assumed-role/ReadOnly/alice", "another role"],
    ["arn:aws:sts::222222222222:assumed-role/ops/alice", "another role"],
    ["arn:aws:sts::222222222222:assumed-role/Administrator", "whose session"],
    ["arn:aws:sts::222222222222:assumed-role/Administrator/", "whose session"],
    ["arn:aws:sts::222222222222:assumed-role/ops/Administrator/alice", "whose session"],
    ["arn:aws:sts::222222222222:federated-user/Administrator", "whose session"],
    ["arn:aws:iam::222222222222:user/Administrator", "whose session"],
    [roleArn, "whose session"],
    ["", "whose session"],
  ] as const
) {
  Deno.test(`a session of ${arn || "nobody"} is not that of ${roleArn}`, async () => {
    await refuses({ Arn: arn }, asRole, reason);
  });
}
