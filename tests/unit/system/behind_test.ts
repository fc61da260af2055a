import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { startDetached } from "../../../lib/system/behind.ts";
import { posix, testWith } from "../../support/abilities.ts";

testWith(
  posix,
  "a program that outlives us has none of our files, and a session of its own",
  async () => {
    const folder = await Deno.makeTempDir();
    // Descriptor 7 is one that whoever started us has open.
    const own = new Deno.Command("/bin/sh", {
      args: [
        "-c",
        `exec 7>"$1/lock"; exec "$2" eval --no-lock "$3"`,
        "sh",
        folder,
        Deno.execPath(),
        `import { startDetached } from ${
          JSON.stringify(import.meta.resolve("../../../lib/system/behind.ts"))
        };
         const { ended } = startDetached(["/bin/sh", "-c",
           "((echo >&7) 2>/dev/null && echo open || echo closed) > ${folder}/seven;"
             + " ps -o sid= -p $$ > ${folder}/session"]);
         setInterval(() => {}, 1000);
         Deno.exit(await ended);`,
      ],
      env: { NO_COLOR: "1" },
    });
    const { code, stderr } = await own.output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const read = (name: string) => Deno.readTextFileSync(`${folder}/${name}`).trim();
    assertEquals(read("seven"), "closed");
    assert(read("session") !== "");
    const ours = await new Deno.Command("ps", { args: ["-o", "sid=", "-p", String(Deno.pid)] })
      .output();
    assertNotEquals(read("session"), new TextDecoder().decode(ours.stdout).trim());
    await Deno.remove(folder, { recursive: true });
  },
);

testWith(posix, "a program that is not there ends with 127", async () => {
  // Nothing keeps us waiting for a program that outlives us.
  const waiting = setInterval(() => {}, 1000);
  try {
    assertEquals(await startDetached(["/nowhere/program"]).ended, 127);
  } finally {
    clearInterval(waiting);
  }
});
