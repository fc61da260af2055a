/**
 * Answers that no AWS gives, to every command that asks: who answered is named, the status is the
 * network's, nothing is written.
 *
 * STSMFA_THOROUGH generates more for each command.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { askingCommands, ROLE } from "../../support/asking_commands.ts";
import { awsAnswer, awsRefusal } from "../../support/aws_answers.ts";
import { MORNING, openHome, until } from "../../support/homes.ts";
import {
  generatedAnswers,
  largeAnswers,
  slowAnswers,
  strangeBodies,
  strangeTypes,
  whole,
} from "../../support/hostile_answers.ts";
import { type HostileAnswer, startHostileServer } from "../../support/hostile_server.ts";
import { factor, isThorough } from "../../support/thorough.ts";

const howMany = 6 * factor;

const asked = {
  GetSessionToken: { now: MORNING },
  AssumeRole: { now: MORNING, durationSeconds: 7200, roleArn: ROLE },
};
const sound = (action: string) =>
  awsAnswer(action, asked[action as keyof typeof asked] ?? { now: MORNING });

/** Runs a command against an answer; gives how it ended and what it said. */
async function run(
  command: string,
  answer: HostileAnswer,
  act?: (deadlines: { pass: () => void }[], isOver: () => boolean) => Promise<void>,
): Promise<{ exitStatus: number; said: string; host: string; connections: number }> {
  const { args, home: options } = askingCommands[command]!;
  await using server = startHostileServer(answer);
  await using home = await openHome({
    env: { AWS_ENDPOINT_URL: server.url, AWS_ENDPOINT_URL_STS: "", AWS_ENDPOINT_URL_IAM: "" },
    ...options,
  });
  let isOver = false;
  const running = home.unchanged(() => home.run(...args)).finally(() => isOver = true);
  await Promise.all([running, act?.(home.test.clock.deadlines, () => isOver)]);
  const { output } = home.test;
  // Nothing of a server's reaches a terminal but a few of its words.
  assert(output.length < 4000, `${output.length} characters`);
  // deno-lint-ignore no-control-regex -- those are what must not come
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(output), false);
  return {
    exitStatus: await running,
    said: output,
    host: server.host,
    connections: server.connections,
  };
}

/** Runs a command against an answer that is not AWS's. */
async function refuses(command: string, answer: HostileAnswer, what: string): Promise<void> {
  const { exitStatus, said, host } = await run(command, answer);
  const context = `${command}: ${what}: ${said}`;
  assertEquals(exitStatus, askingCommands[command]!.exitStatus ?? 5, context);
  assertStringIncludes(said, host, context);
}

const commands = Object.keys(askingCommands);

/** All for those that have a reader of their own, and else some, since the others share one. */
function some<T>(command: string, all: readonly T[]): readonly T[] {
  const isOwn = ["refresh", "whoami", "devices", "docker-credential"].includes(command);
  const at = commands.indexOf(command);
  return isOwn || isThorough ? all : all.filter((_, n) => n % 6 === at % 6);
}

for (const command of commands) {
  const { action } = askingCommands[command]!;

  Deno.test(`${command}: what AWS answers is believed`, async () => {
    const answer: HostileAnswer = async (send, action, signal) => {
      const { type, body } = sound(action);
      await whole(200, { "content-type": type, date: MORNING.toUTCString() }, body)(
        send,
        action,
        signal,
      );
    };
    await using server = startHostileServer(answer);
    const { args, home: options } = askingCommands[command]!;
    await using home = await openHome({
      env: { AWS_ENDPOINT_URL: server.url, AWS_ENDPOINT_URL_STS: "", AWS_ENDPOINT_URL_IAM: "" },
      ...options,
    });
    assertEquals(await home.run(...args), 0, home.test.output);
    assertEquals(server.actions[0], action);
  });

  Deno.test(`${command}: bodies that AWS does not send`, async () => {
    for (const [what, body] of some(command, Object.entries(strangeBodies))) {
      await refuses(command, async (send, action, signal) => {
        const { type, body: is } = sound(action);
        const strange = body(is);
        if (strange === is) return;
        await whole(200, { "content-type": type }, strange)(send, action, signal);
      }, what);
    }
  });

  Deno.test(`${command}: sound bodies of kinds that they are not`, async () => {
    for (const type of some(command, strangeTypes)) {
      await refuses(command, async (send, action, signal) => {
        await whole(200, { "content-type": type }, sound(action).body)(send, action, signal);
      }, type);
    }
  });

  Deno.test(`${command}: answers of random parts`, async () => {
    const answers = generatedAnswers(commands.indexOf(command) + 1, asked.AssumeRole);
    for (const { name, answer, isRefusal } of answers.take(howMany)) {
      if (!isRefusal) await refuses(command, answer, name);
      else assert([1, 4, 5].includes((await run(command, answer)).exitStatus), name);
    }
  });
}

for (const status of [201, 204, 301, 302, 307, 308, 304]) {
  Deno.test(`a sound answer with status ${status} is none, and is not followed`, async () => {
    await using elsewhere = startHostileServer(async () => {});
    const headers = { "content-type": "text/xml", location: elsewhere.url };
    for (const command of ["refresh", "whoami", "devices", "docker-credential"]) {
      await refuses(command, async (send, action, signal) => {
        await whole(status, headers, sound(action).body)(send, action, signal);
      }, String(status));
    }
    assertEquals(elsewhere.connections, 0);
  });
}

for (const [what, answer] of Object.entries(largeAnswers)) {
  Deno.test(`${what}: refused, and named`, async () => {
    await refuses("refresh", answer, what);
    if (isThorough) { for (const command of commands) await refuses(command, answer, what); }
  });
}

for (const [what, answer] of Object.entries(slowAnswers)) {
  Deno.test(`${what}: given up when the time is over, whatever comes meanwhile`, async () => {
    const [command, ...others] = isThorough ? commands : ["refresh"];
    for (const each of [command!, ...others]) {
      let begun = 0;
      const { exitStatus, said, host } = await run(each, async (send, action, signal) => {
        begun++;
        await answer(send, action, signal);
      }, async (deadlines, isOver) => {
        for (let passed = 0; !isOver();) {
          await until(() => isOver() || begun > passed && deadlines.length > 0);
          await new Promise((resolve) => setTimeout(resolve, 120));
          passed = begun;
          deadlines[0]?.pass();
        }
      });
      assertEquals(exitStatus, askingCommands[each]!.exitStatus ?? 5, said);
      assertStringIncludes(said, `${host} did not answer`);
    }
  });
}

Deno.test("a refusal with many words is told in a few, without the secrets in them", async () => {
  const secret = "alice+secret/access+key/of+forty+letters";
  const words = `${"no ".repeat(160)}${secret.repeat(1000)}`;
  const answer = whole(418, { "content-type": "text/xml" }, awsRefusal(words, "Teapot"));
  const { exitStatus, said } = await run("refresh", answer);
  assertEquals(exitStatus, 4);
  assertStringIncludes(said, "AWS refused GetSessionToken: Teapot: no no");
  assertEquals(said.includes("alice+secret"), false);
  assert(said.length < 700, said);
});

Deno.test("doctor says who answers in the place of AWS", async () => {
  const answers = { ...largeAnswers, "a page": whole(200, {}, "<html>") };
  for (const [what, answer] of Object.entries(answers)) {
    await using server = startHostileServer(answer);
    await using home = await openHome({
      env: { AWS_ENDPOINT_URL: server.url, AWS_ENDPOINT_URL_STS: "", AWS_ENDPOINT_URL_IAM: "" },
    });
    assertEquals(await home.unchanged(() => home.run("doctor")), 5, what);
    assertStringIncludes(home.stdout, server.host, what);
  }
});
