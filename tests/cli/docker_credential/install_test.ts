import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { native } from "../../../lib/path.ts";
import { windows } from "../../support/abilities.ts";
import { openHome } from "../../support/homes.ts";

Deno.test("install writes a program that starts stsmfa, and again, but over nobody else's file", async () => {
  await using home = await openHome({ os: "unix" });

  const path = home.test.path(".local/bin/docker-credential-stsmfa");
  home.test.env["PATH"] = home.test.path("bin");
  assertEquals(await home.run("docker-credential", "install"), 0, home.stderr);
  assertStringIncludes(await Deno.readTextFile(path), "exec /opt/stsmfa/bin/stsmfa ");
  await home.test.write("bin/stsmfa", "#!/bin/sh\n", 0o755);
  for (let n = 0; n < 2; n++) {
    assertEquals(await home.run("docker-credential", "install"), 0, home.stderr);
    assertEquals(
      home.stdout,
      `wrote ${path}\nthat folder is not on PATH, where docker looks: export PATH=${
        home.test.path(".local/bin")
      }:$PATH\n`,
    );
    assertEquals(await home.test.mode(".local/bin/docker-credential-stsmfa"), "755");
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
  assertStringIncludes(home.stderr, `${path} already exists and is not stsmfa's`);
  assertEquals(await Deno.readTextFile(path), "#!/bin/sh\necho mine\n");
});

Deno.test("install refuses where another's program would be started in its place", async () => {
  await using home = await openHome({ os: "unix" });
  const { test } = home;
  test.env["PATH"] = ["first", "second", "third"].map((name) => test.path(name)).join(":");
  await test.write("second/docker-credential-stsmfa", "#!/bin/sh\necho mine\n", 0o755);
  for (const folder of ["third", "elsewhere"]) {
    assertEquals(await home.run("docker-credential", "install", test.path(folder)), 2);
    assertStringIncludes(
      home.stderr,
      `${test.path("second/docker-credential-stsmfa")} is found first, and is not stsmfa's`,
    );
    assertEquals((await test.list(".")).includes(folder), false);
  }
  assertEquals(await home.run("docker-credential", "install", test.path("first")), 0, home.stderr);
});

Deno.test("install keeps the profile and the files that it is given", async () => {
  const config = '[profile "it\'s"]\nregion = eu-west-1\n';
  await using home = await openHome({ os: "unix", config });
  const { test } = home;
  test.env["PATH"] = test.path("bin");
  await test.write("bin/stsmfa", "#!/bin/sh\nprintf '%s|' \"$@\"\n", 0o755);
  const words = ["--profile", "it's", "--config-file", "~/.aws/config"];
  const bin = test.path("bin");
  assertEquals(await home.run("docker-credential", ...words, "install", bin), 0, home.stderr);
  const script = await test.read("bin/docker-credential-stsmfa");
  assertStringIncludes(
    script,
    `/stsmfa docker-credential "--profile=it's" --config-file=${test.path(".aws/config")} "$@"`,
  );
  if (Deno.build.os !== "windows") {
    const { stdout } = await new Deno.Command(`${bin}/docker-credential-stsmfa`, { args: ["get"] })
      .output();
    assertEquals(
      new TextDecoder().decode(stdout),
      `docker-credential|--profile=it's|--config-file=${test.path(".aws/config")}|get|`,
    );
  }
  for (
    const [more, message] of [
      [["--profile", "its"], "there is no profile its"],
      [["--config-file", "aws/config"], "--config-file: aws/config does not begin with / or ~"],
    ] as const
  ) {
    await test.write("aws/config", "");
    const exitStatus = await home.run("docker-credential", ...more, "install", bin);
    assertEquals(exitStatus === 2 || exitStatus === 3, true);
    assertStringIncludes(home.stderr, message);
  }
});

Deno.test("on Windows, install writes a script of cmd that starts stsmfa by its whole path", async () => {
  await using home = await openHome({ os: "windows", config: '[profile "my own"]\n' });
  const { test } = home;
  const [folder, bin] = [test.path(".local/bin"), test.path("bin")];
  test.env["PATH"] = bin;
  const name = "docker-credential-stsmfa.cmd";
  const mark = "@rem written by: stsmfa docker-credential install\r\n";
  assertEquals(await home.run("docker-credential", "install"), 0, home.stderr);
  assertEquals(
    home.stdout,
    `wrote ${folder}/${name}\nthat folder is not on PATH, where docker looks: add ${folder} to your account's PATH in Windows' settings\n`,
  );
  assertEquals(
    await test.read(`.local/bin/${name}`),
    `${mark}@/opt/stsmfa/bin/stsmfa docker-credential %*\r\n`,
  );
  await test.write("bin/stsmfa.cmd", "@echo %*\r\n");
  test.env["PATH"] = `C:\\none;${folder};${bin}`;
  const words = ["--profile", "my own"];
  assertEquals(await home.run("docker-credential", ...words, "install", "--json"), 0, home.stderr);
  assertEquals(home.json, { path: `${folder}/${name}`, isOnPath: true });
  const script = await test.read(`.local/bin/${name}`);
  assertEquals(script, `${mark}@${bin}/stsmfa.cmd docker-credential "--profile=my own" %*\r\n`);
  if (Deno.build.os !== "windows") return;
  const env = { PATH: `${bin};${Deno.env.get("PATH")}` };
  const { stdout } = await new Deno.Command(`${folder}/${name}`, { args: ["get"], env }).output();
  // The runtime quotes what it gives to a script of cmd; docker does not.
  assertMatch(
    new TextDecoder().decode(stdout).trim(),
    /^docker-credential "--profile=my own" ("?)get\1$/,
  );
});

Deno.test("on Windows, a backslash before the quotes that end a word stays one", async () => {
  await using home = await openHome({ os: "windows", config: "[profile 'my own\\\\']\n" });
  const words = ["--profile", "my own\\\\"];
  assertEquals(await home.run("docker-credential", ...words, "install"), 0, home.stderr);
  const script = await home.test.read(".local/bin/docker-credential-stsmfa.cmd");
  assertStringIncludes(script, String.raw` "--profile=my own\\\\" %*`);
});

Deno.test("on Windows, a name beyond ASCII comes from a variable, since cmd reads scripts in a code page", async () => {
  await using home = await openHome({ os: "windows", config: "[profile Jörg]\n" });
  const { test } = home;
  test.env["USERPROFILE"] = test.path("Jörg 100%");
  await test.write("Jörg 100%/.aws/config", "[profile ok]\n");
  await test.write("Jörg 100%/bin/stsmfa.cmd", "@echo %*\r\n");
  test.env["PATH"] = test.path("Jörg 100%/bin");
  const words = ["--config-file", test.path("Jörg 100%/.aws/config")];
  assertEquals(await home.run("docker-credential", ...words, "install"), 0, home.stderr);
  const name = "Jörg 100%/.local/bin/docker-credential-stsmfa.cmd";
  const program = /^@rem.*\r\n@"%USERPROFILE%[\\/]bin[\\/]stsmfa\.cmd" docker-credential /;
  assertMatch(await test.read(name), program);
  assertMatch(
    await test.read(name),
    / "--config-file=%USERPROFILE%[\\/]\.aws[\\/]config" %\*\r\n$/,
  );
  if (Deno.build.os === "windows") {
    const env = { USERPROFILE: test.env["USERPROFILE"] };
    const { stdout } = await new Deno.Command(test.path(name), { args: ["get"], env }).output();
    assertStringIncludes(new TextDecoder().decode(stdout), "docker-credential");
  }
  await test.write("bin/é/stsmfa.cmd", "@echo %*\r\n");
  test.env["PATH"] = test.path("bin/é");
  assertEquals(await home.run("docker-credential", "install"), 2);
  assertStringIncludes(home.stderr, "cannot stand in a script of cmd");
});

Deno.test("a wrong action is wrong usage, with the one that was meant", async () => {
  await using home = await openHome();

  for (
    const [words, message] of [
      [[], "docker-credential: it needs an action"],
      [["lst"], "did you mean list?"],
      [["get", "host"], `docker-credential get: too many arguments: host`],
    ] as const
  ) {
    assertEquals(await home.run("docker-credential", ...words), 2);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, message);
  }
});

Deno.test("install into a folder by a relative path: docker starts it from anywhere", async () => {
  await using home = await openHome({ nobody: true });
  const folder = `${Deno.cwd()}/stsmfa-${crypto.randomUUID()}`;
  const name = folder.slice(Deno.cwd().length + 1);
  try {
    assertEquals(await home.run("docker-credential", "install", name), 0, home.stderr);
    assertStringIncludes(
      home.stdout,
      windows.isHere ? `add ${native(folder)} to your` : `export PATH=${folder}:$PATH\n`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
