import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertMode } from "../../support/file_mode.ts";
import { openHome } from "../../support/homes.ts";

Deno.test("install writes a program that starts stsmfa, and again, but over nobody else's file", async () => {
  await using home = await openHome();

  const path = home.test.path(".local/bin/docker-credential-stsmfa");
  home.test.env["PATH"] = home.test.path("bin");
  assertEquals(await home.run("docker-credential", "install"), 2);
  assertStringIncludes(home.stderr, "there is no program stsmfa along PATH to start");
  await home.test.write("bin/stsmfa", "#!/bin/sh\n", 0o755);
  for (let n = 0; n < 2; n++) {
    assertEquals(await home.run("docker-credential", "install"), 0, home.stderr);
    assertEquals(
      home.stdout,
      `wrote ${path}\ndocker looks for it along PATH, where that folder is not: export PATH=${
        home.test.path(".local/bin")
      }:$PATH\n`,
    );
    assertMode(0o755, path);
  }
  assertEquals(
    await Deno.readTextFile(path),
    "#!/bin/sh\n# written by: stsmfa docker-credential install\n" +
      `exec ${home.test.path("bin/stsmfa")} docker-credential "$@"\n`,
  );
  assertEquals(
    await home.run("docker-credential", "install", home.test.path("bin"), "--json"),
    0,
  );
  assertEquals(home.json, {
    path: home.test.path("bin/docker-credential-stsmfa"),
    isOnPath: true,
  });
  await Deno.writeTextFile(path, "#!/bin/sh\necho mine\n");
  assertEquals(await home.run("docker-credential", "install"), 2);
  assertStringIncludes(home.stderr, `${path} is there already, and is not stsmfa's`);
  assertEquals(await Deno.readTextFile(path), "#!/bin/sh\necho mine\n");
});

Deno.test("a wrong action is wrong usage, with the one that was meant", async () => {
  await using home = await openHome();

  for (
    const [words, message] of [
      [[], "docker-credential: it needs an action"],
      [["lst"], "did you mean list?"],
      [["get", "host"], `docker-credential get: too many words: host`],
    ] as const
  ) {
    assertEquals(await home.run("docker-credential", ...words), 2);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, message);
  }
});
