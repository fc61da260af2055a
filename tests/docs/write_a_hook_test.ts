import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hookTypes } from "../../lib/hooks/types_text.ts";
import type { Home } from "../support/homes.ts";
import { openHookHome, writeHook } from "../support/hook_home.ts";

const page = await Deno.readTextFile(new URL("../../docs/write-a-hook.md", import.meta.url));

/** The page's blocks of one language, in order. */
function blocks(language: string): string[] {
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language).map(([, , text]) => text!);
}

/** Each whole example, by its file, and the profile that is shown with it. */
const examples = new Map(
  blocks("ts").map((text, at) => {
    const file = /^\/\/ (\S+)\n/.exec(text)![1]!;
    return [file, { text, config: blocks("ini")[at]! }];
  }),
);

/** Opens a home with one of the examples, in whose text servers are replaced by ours. */
async function open(file: string, replaced: Record<string, string> = {}): Promise<Home> {
  const { text, config } = examples.get(file)!;
  const home = await openHookHome({});
  await home.test.write(".aws/config", config);
  await home.test.write(
    ".aws/credentials",
    (await home.credentials()).replace("[default-long-term]", "[default]"),
  );
  const own = Object.entries(replaced)
    .reduce((text, [host, ours]) => text.replaceAll(host, ours), text);
  await writeHook(home, file, own);
  await writeHook(home, "stsmfa.d.ts", hookTypes);
  assertEquals(await home.run("hooks", "allow", file.replace(".ts", ""), "--yes"), 0, home.stderr);
  return home;
}

Deno.test("the page has three whole examples, with sound types", async () => {
  assertEquals([...examples.keys()], ["expiry.ts", "notify.ts", "vpn.ts"]);
  await using home = await openHookHome({});
  for (const [file, { text }] of examples) await writeHook(home, file, text);
  await writeHook(home, "stsmfa.d.ts", hookTypes);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--no-config", ...examples.keys()],
    cwd: home.test.path(".config/stsmfa/hooks"),
  }).output();
  assert(success, new TextDecoder().decode(stderr));
});

Deno.test("the page's commands run, in its order", async () => {
  await using home = await open("expiry.ts");
  const commands = blocks("sh").flatMap((block) => block.trim().split("\n"));
  assertEquals(commands.length, 5);
  home.types();
  for (const command of commands) {
    const words = command.split(" ");
    assertEquals(words.shift(), "stsmfa");
    assertEquals(await home.run(...words), 0, `${command}: ${home.stderr}`);
  }
});

Deno.test("the file writer writes until when each session is good", async () => {
  await using home = await open("expiry.ts");
  home.types();
  assertEquals(await home.run("work"), 0, home.stderr);
  assertEquals(await home.test.read(".local/state/aws-expiry/work"), "2026-03-04T17:06:07Z\n");
});

Deno.test("the notifier tells its server, and fails if it is told no", async () => {
  const told: string[] = [];
  let status = 200;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    told.push(`${new URL(request.url).pathname} ${await request.text()}`);
    return new Response("", { status });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  await using home = await open("notify.ts", {
    "https://ntfy.sh": `http://${host}`,
    '"ntfy.sh"': `"${host}"`,
  });
  home.types(2);
  assertEquals(await home.run("work"), 0, home.stderr);
  assertEquals(told, ["/alice-aws work is good until 2026-03-04T17:06:07Z"]);
  assertStringIncludes(home.stdout, "alice-aws has been told");
  status = 500;
  home.test.clock.advance(60);
  assertEquals(await home.run("work", "--force"), 7);
  assertStringIncludes(home.stderr, "Error: ntfy.sh says 500 (notify.ts:");
  await server.shutdown();
});

Deno.test("the guard lets a refresh happen only where its host is", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  await using home = await open("vpn.ts", {
    "intranet.example.com:443": `127.0.0.1:${port}`,
    '"intranet.example.com", port: 443': `"127.0.0.1", port: ${port}`,
  });
  home.types();
  assertEquals(await home.run("work"), 0, home.stderr);
  listener.close();
  home.test.clock.advance(60);
  assertEquals(await home.unchanged(() => home.run("work", "--force")), 7);
  const [example] = blocks("").filter((text) => text.includes("hook vpn failed"));
  // Systems differ in the error's last words, and runtimes in the column of who has waited for it.
  const plain = (text: string) =>
    text.split("\n").find((line) => line.startsWith("stsmfa: error: "))!.replace(
      /\.? \(os error \d+\)/,
      "",
    ).replace(/\d+\)$/, "");
  assertEquals(plain(home.stderr), plain(example!));

  await Deno.remove(home.test.path(".config/stsmfa/hooks/vpn.ts"));
  assertEquals(await home.unchanged(() => home.run("work", "--force")), 7);
  assertMatch(home.stderr, /it guards the refresh, so nothing is renewed/);
});
