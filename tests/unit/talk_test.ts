import { assertEquals } from "@std/assert";
import type { Environment, Output, Terminal } from "../../lib/context.ts";
import { StsmfaError } from "../../lib/errors.ts";
import { type Talk, terminalTalk } from "../../lib/talk.ts";

class Screen implements Output {
  text = "";

  constructor(readonly isTerminal: boolean, readonly columns?: number) {}

  write(text: string): void {
    this.text += text;
  }
}

function talkTo(stderr: Output, flags = {}, variables: Record<string, string> = {}): Talk {
  const all: Record<string, string> = { HOME: "/home/me", ...variables };
  const env = { os: "unix", get: (name: string) => all[name] } as unknown as Environment;
  return terminalTalk({ terminal: { stderr } as Terminal, env }, flags);
}

const failure = new StsmfaError("TokenCodeRefused", "it is \x1b[31mwrong", { hint: "wait" });

Deno.test("captured, what was said before a question is at the terminal too, and the rest only there", () => {
  const stderr = new Screen(false);
  const screen = new Screen(true, 40);
  const talk = talkTo(stderr);
  talk.warn("others can read it");
  talk.note("a note");
  talk.moveTo(screen);
  talk.moveTo(new Screen(true));
  talk.tell("prod needs a session");
  talk.warn("others can read it");
  talk.warn("another");
  talk.progress("waiting for something that takes a long time");
  talk.endProgress();
  talk.endProgress();
  talk.fail(failure, "prod");
  const earlier = "stsmfa: warning: others can read it\nstsmfa: a note\n";
  assertEquals(stderr.text, earlier);
  assertEquals(
    screen.text,
    `${earlier}stsmfa: prod needs a session\nstsmfa: warning: another\n` +
      "\r\x1b[Kwaiting for something that takes a lon…\r\x1b[K" +
      "stsmfa: error: prod: it is\n  \\u{1b}[31mwrong\nstsmfa: hint: wait\n",
  );
});

Deno.test("a message takes what is waited for off the line, whoever has shown it there", () => {
  const screen = new Screen(true, 80);
  const [one, other] = [talkTo(screen), talkTo(screen)];
  one.progress("waiting for a program, 9 s left");
  other.note("it says something");
  one.progress("waiting for a program, 8 s left");
  other.endProgress();
  one.endProgress();
  assertEquals(
    screen.text,
    "\r\x1b[Kwaiting for a program, 9 s left\r\x1b[Kstsmfa: it says something\n" +
      "\r\x1b[Kwaiting for a program, 8 s left\r\x1b[K",
  );
});

Deno.test("quiet, a person at the terminal still reads what it takes to answer, and no notes", () => {
  const screen = new Screen(true, 80);
  const talk = talkTo(new Screen(false), { quiet: true });
  talk.note("a note");
  talk.moveTo(screen);
  talk.note("another");
  talk.tell("prod needs a session");
  talk.progress("the next code comes in 3 s");
  talk.endProgress();
  assertEquals(
    screen.text,
    "stsmfa: prod needs a session\n\r\x1b[Kthe next code comes in 3 s\r\x1b[K",
  );
});

Deno.test("with --json programs read JSON on stderr, and people lines at the terminal", () => {
  const stderr = new Screen(false);
  const screen = new Screen(true, 80);
  const talk = talkTo(stderr, { json: true });
  talk.warn("others can read it");
  talk.note("a note");
  talk.progress("waiting");
  talk.moveTo(screen);
  talk.warn("another");
  assertEquals(stderr.text, '{"warning":{"message":"others can read it"}}\n');
  assertEquals(
    screen.text,
    "stsmfa: warning: others can read it\nstsmfa: a note\nstsmfa: warning: another\n",
  );
});

Deno.test("where stderr is all there is, the end is told by whoever prints errors", () => {
  for (const isTerminal of [true, false]) {
    const stderr = new Screen(isTerminal, 80);
    const talk = talkTo(stderr);
    talk.moveTo(undefined);
    talk.fail(failure);
    assertEquals(stderr.text, "");
    talk.tell("AWS refused that code");
    talk.tell("AWS refused that code");
    assertEquals(stderr.text, "stsmfa: AWS refused that code\n".repeat(2));
  }
});

Deno.test("progress that nobody sees move is said once", () => {
  const stderr = new Screen(false);
  const talk = talkTo(stderr);
  for (const seconds of [3, 2, 1]) talk.progress(`the next code comes in ${seconds} s`);
  talk.endProgress();
  assertEquals(stderr.text, "stsmfa: the next code comes in 3 s\n");
});

Deno.test("a terminal without motion gets one line for all that is waited for", () => {
  for (const variables of [{ TERM: "dumb" }, { NO_COLOR: "1" }]) {
    const screen = new Screen(true, 80);
    const talk = talkTo(screen, {}, variables);
    for (const seconds of [3, 2, 1]) talk.progress(`the next code comes in ${seconds} s`);
    talk.endProgress();
    talk.note("done");
    assertEquals(screen.text, "stsmfa: the next code comes in 3 s\nstsmfa: done\n");
  }
});
